#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "include/cnn_grade_process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__linux__)
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

void cnn_grade_end_with(int parent) {
#if defined(__linux__)
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    /* The parent may have ended before. */
    if (getppid() != parent) _exit(3);
}

int cnn_grade_fork(void) {
    pid_t parent = getpid();
    int child = fork();
    if (child == 0) cnn_grade_end_with(parent);
    return child;
}

void cnn_grade_settle(int descriptor) {
#if defined(__linux__)
    syncfs(descriptor);
#else
    (void)descriptor;
    sync();
#endif
}

static int limit(int what, uint64_t value) {
    struct rlimit now;
    if (getrlimit(what, &now) != 0) return errno;
    rlim_t wanted = (rlim_t)value;
    if (now.rlim_max != RLIM_INFINITY && wanted > now.rlim_max) wanted = now.rlim_max;
    now.rlim_cur = now.rlim_max = wanted;
    return setrlimit(what, &now) == 0 ? 0 : errno;
}

void cnn_grade_allow(double seconds) {
    struct rusage used;
    struct rlimit now;
    if (getrusage(RUSAGE_SELF, &used) != 0 || getrlimit(RLIMIT_CPU, &now) != 0) return;
    double end = (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec + 2 * seconds + 3;
    /* Below the last end, which nothing survives, so that the signal tells the reason. */
    double last = now.rlim_max == RLIM_INFINITY ? 1e9 : (double)now.rlim_max - 1;
    now.rlim_cur = (rlim_t)(end < last ? end : last);
    setrlimit(RLIMIT_CPU, &now);
    /* Whoever began all this may have left it blocked or ignored. */
    sigset_t reason;
    sigemptyset(&reason);
    sigaddset(&reason, SIGXCPU);
    pthread_sigmask(SIG_UNBLOCK, &reason, NULL);
    signal(SIGXCPU, SIG_DFL);
}

int cnn_grade_limit(uint64_t address_bytes, uint64_t seconds) {
    int problem = limit(RLIMIT_CORE, 0);
    if (problem == 0) problem = limit(RLIMIT_FSIZE, 0);
    if (problem == 0) problem = limit(RLIMIT_NOFILE, 32);
    if (problem == 0) problem = limit(RLIMIT_CPU, seconds);
#if defined(__linux__)
    /* Elsewhere this limit is not kept, or refused. */
    if (problem == 0) problem = limit(RLIMIT_AS, address_bytes);
#else
    (void)address_bytes;
#endif
    return problem;
}

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#define LOAD(place) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(place))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW_CALL(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), ALLOW
/* The lower half of an argument; both architectures are little-endian. */
#define ARGUMENT(index) (offsetof(struct seccomp_data, args) + 8 * (index))
#define WRITE_FLAGS (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)
#define ALLOW_READING(number, flags)                                                                                   \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 4), LOAD(ARGUMENT(flags)),                                        \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, WRITE_FLAGS, 0, 1), REFUSE(EPERM), ALLOW

int cnn_grade_refuse_calls(void) {
    struct sock_filter program[] = {
        LOAD(offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        LOAD(offsetof(struct seccomp_data, nr)),
        /* Pipes and files that are open, and files to be read. */
        ALLOW_CALL(SYS_read), ALLOW_CALL(SYS_write), ALLOW_CALL(SYS_pread64), ALLOW_CALL(SYS_readv),
        ALLOW_CALL(SYS_writev), ALLOW_CALL(SYS_close), ALLOW_CALL(SYS_lseek), ALLOW_CALL(SYS_fstat),
        ALLOW_CALL(SYS_newfstatat), ALLOW_CALL(SYS_statx), ALLOW_CALL(SYS_statfs), ALLOW_CALL(SYS_fstatfs),
        ALLOW_CALL(SYS_faccessat), ALLOW_CALL(SYS_readlinkat), ALLOW_CALL(SYS_getdents64), ALLOW_CALL(SYS_getcwd),
        ALLOW_CALL(SYS_fcntl), ALLOW_CALL(SYS_fadvise64), ALLOW_CALL(SYS_ppoll), ALLOW_CALL(SYS_pselect6),
        ALLOW_CALL(SYS_pipe2), ALLOW_CALL(SYS_dup), ALLOW_READING(SYS_openat, 2),
        /* Memory. */
        ALLOW_CALL(SYS_mmap), ALLOW_CALL(SYS_munmap), ALLOW_CALL(SYS_mprotect), ALLOW_CALL(SYS_mremap),
        ALLOW_CALL(SYS_madvise), ALLOW_CALL(SYS_brk), ALLOW_CALL(SYS_membarrier),
        /* Threads, copies of the process, signals to itself. */
        ALLOW_CALL(SYS_futex), ALLOW_CALL(SYS_clone), ALLOW_CALL(SYS_clone3), ALLOW_CALL(SYS_wait4),
        ALLOW_CALL(SYS_exit), ALLOW_CALL(SYS_exit_group), ALLOW_CALL(SYS_set_robust_list), ALLOW_CALL(SYS_rseq),
        ALLOW_CALL(SYS_set_tid_address), ALLOW_CALL(SYS_rt_sigaction), ALLOW_CALL(SYS_rt_sigprocmask),
        ALLOW_CALL(SYS_rt_sigreturn), ALLOW_CALL(SYS_sigaltstack), ALLOW_CALL(SYS_restart_syscall),
        ALLOW_CALL(SYS_sched_yield), ALLOW_CALL(SYS_sched_getaffinity), ALLOW_CALL(SYS_getcpu),
        /* Clocks, random numbers, what it may take. */
        ALLOW_CALL(SYS_nanosleep), ALLOW_CALL(SYS_clock_nanosleep), ALLOW_CALL(SYS_clock_gettime),
        ALLOW_CALL(SYS_clock_getres), ALLOW_CALL(SYS_gettimeofday), ALLOW_CALL(SYS_getrandom),
        ALLOW_CALL(SYS_getrusage), ALLOW_CALL(SYS_sysinfo), ALLOW_CALL(SYS_uname), ALLOW_CALL(SYS_prctl),
        ALLOW_CALL(SYS_getpid), ALLOW_CALL(SYS_gettid), ALLOW_CALL(SYS_getppid), ALLOW_CALL(SYS_getuid),
        ALLOW_CALL(SYS_geteuid), ALLOW_CALL(SYS_getgid), ALLOW_CALL(SYS_getegid),
#if defined(__x86_64__)
        ALLOW_CALL(SYS_stat), ALLOW_CALL(SYS_lstat), ALLOW_CALL(SYS_access), ALLOW_CALL(SYS_readlink),
        ALLOW_CALL(SYS_poll), ALLOW_CALL(SYS_select), ALLOW_CALL(SYS_pipe), ALLOW_CALL(SYS_fork),
        ALLOW_CALL(SYS_getrlimit), ALLOW_CALL(SYS_setrlimit), ALLOW_CALL(SYS_arch_prctl), ALLOW_CALL(SYS_time),
        ALLOW_READING(SYS_open, 1),
#endif
        /* Limits of its own, not of another process. */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 0, 3), LOAD(ARGUMENT(0)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), ALLOW,
        /* Everything else: a C library takes it for an old system, and does without. */
        REFUSE(ENOSYS),
    };
    struct sock_fprog filter = {.len = sizeof program / sizeof program[0], .filter = program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 0;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

#else

int cnn_grade_refuse_calls(void) { return 0; }

#endif
