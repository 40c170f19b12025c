#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "include/cnn_grade_process.h"

#include <errno.h>
#include <fcntl.h>
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

int cnn_grade_fork(void) {
    pid_t parent = getpid();
    int child = fork();
    if (child != 0) return child;
#if defined(__linux__)
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* The parent may have ended before. */
    if (getppid() != parent) _exit(3);
#else
    (void)parent;
#endif
    return 0;
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
#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define REFUSE_CALL(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), REFUSE
/* The lower half of an argument; both architectures are little-endian. */
#define ARGUMENT(index) (offsetof(struct seccomp_data, args) + 8 * (index))
#define WRITE_FLAGS (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)

int cnn_grade_refuse_calls(void) {
    struct sock_filter program[] = {
        LOAD(offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        LOAD(offsetof(struct seccomp_data, nr)),
#if defined(__x86_64__)
        /* The calls of x32 have numbers of their own. */
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000u, 0, 1),
        REFUSE,
        REFUSE_CALL(SYS_open),
        REFUSE_CALL(SYS_creat),
        REFUSE_CALL(SYS_unlink),
        REFUSE_CALL(SYS_rename),
        REFUSE_CALL(SYS_mkdir),
        REFUSE_CALL(SYS_link),
        REFUSE_CALL(SYS_symlink),
#endif
        REFUSE_CALL(SYS_execve),
        REFUSE_CALL(SYS_execveat),
        REFUSE_CALL(SYS_socket),
        REFUSE_CALL(SYS_socketpair),
        REFUSE_CALL(SYS_connect),
        REFUSE_CALL(SYS_ptrace),
        REFUSE_CALL(SYS_process_vm_readv),
        REFUSE_CALL(SYS_process_vm_writev),
        REFUSE_CALL(SYS_unlinkat),
        REFUSE_CALL(SYS_renameat),
        REFUSE_CALL(SYS_renameat2),
        REFUSE_CALL(SYS_mkdirat),
        REFUSE_CALL(SYS_linkat),
        REFUSE_CALL(SYS_symlinkat),
#if defined(SYS_openat2)
        REFUSE_CALL(SYS_openat2),
#endif
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
        LOAD(ARGUMENT(2)),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, WRITE_FLAGS, 0, 1),
        REFUSE,
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof program / sizeof program[0], .filter = program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 0;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

#else

int cnn_grade_refuse_calls(void) { return 0; }

#endif
