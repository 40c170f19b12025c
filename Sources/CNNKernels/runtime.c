/* SIMD level, interrupt flag, the pool of threads, and memory given back beside them. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "include/cnn_runtime.h"

#include <fcntl.h>
#include <stdio.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// MARK: SIMD level

bool cnn_simd_available(cnn_simd_level level) {
    switch (level) {
        case CNN_SIMD_SCALAR: return true;
#if defined(__aarch64__)
        case CNN_SIMD_NEON: return true;
#endif
#if defined(__x86_64__)
        case CNN_SIMD_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
        case CNN_SIMD_AVX512:
            return cnn_simd_available(CNN_SIMD_AVX2) && __builtin_cpu_supports("avx512f")
                && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
                && __builtin_cpu_supports("avx512vl");
#endif
        default: return false;
    }
}

cnn_simd_level cnn_simd_best(void) {
    for (cnn_simd_level level = CNN_SIMD_AVX512; level > CNN_SIMD_SCALAR; level--) {
        if (cnn_simd_available(level)) return level;
    }
    return CNN_SIMD_SCALAR;
}

/* -1: not chosen yet, the best one. */
static _Atomic int chosen_level = -1;

cnn_simd_level cnn_simd_current(void) {
    int level = atomic_load_explicit(&chosen_level, memory_order_relaxed);
    if (level < 0) {
        level = (int)cnn_simd_best();
        atomic_store_explicit(&chosen_level, level, memory_order_relaxed);
    }
    return (cnn_simd_level)level;
}

bool cnn_simd_select(cnn_simd_level level) {
    if (!cnn_simd_available(level)) return false;
    atomic_store_explicit(&chosen_level, (int)level, memory_order_relaxed);
    return true;
}

const char *cnn_simd_name(cnn_simd_level level) {
    switch (level) {
        case CNN_SIMD_NEON: return "neon";
        case CNN_SIMD_AVX2: return "avx2";
        case CNN_SIMD_AVX512: return "avx512";
        default: return "scalar";
    }
}

// MARK: Interruption

static volatile _Atomic bool interrupt_flag;

void cnn_interrupt_request(void) { atomic_store_explicit(&interrupt_flag, true, memory_order_relaxed); }
void cnn_interrupt_clear(void) { atomic_store_explicit(&interrupt_flag, false, memory_order_relaxed); }
bool cnn_interrupt_pending(void) { return atomic_load_explicit(&interrupt_flag, memory_order_relaxed); }

// MARK: Threads

#define MAXIMUM_THREADS 256
/* Pieces a thread, so that a slow core does not hold the others up. */
#define PIECES_A_THREAD 4
/* How long a worker spins for the next job before it sleeps: longer than the gap between two kernels of a training
 * step, much shorter than anything a user does; less where threads share cores. */
#define SPIN_NANOSECONDS 40000
#define CROWDED_SPIN_NANOSECONDS 4000
#define WORKER_STACK_BYTES (1 << 20)

/* A job is published by a new epoch in the upper half of `ticket`; its lower half counts the pieces left. A piece is
 * taken by exchanging the whole ticket: it succeeds only while this very job still has pieces, and such a job cannot
 * have ended, so what was read of it before is its own. Nobody waits for workers that come late. */
static struct {
    _Alignas(64) _Atomic uint64_t ticket;
    _Alignas(64) _Atomic int64_t finished;
    _Alignas(64) _Atomic int64_t count;
    _Atomic uint32_t pieces;
    _Atomic(cnn_body) body;
    _Atomic(void *) context;
    _Atomic int sleepers;
    _Atomic int threads;   /* 0: not set yet */
    _Atomic bool in_use;
    int workers, cores;    /* workers that run, cores they share; touched only by whoever holds in_use */
    pthread_t handles[MAXIMUM_THREADS];
    pthread_mutex_t mutex;
    pthread_cond_t wake;
} pool = { .mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

/* Inside a piece: further loops run in place. */
static _Thread_local bool is_inside;

int cnn_cores(void) {
    long cores = 0;
#if defined(__linux__)
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) cores = CPU_COUNT(&set);
#endif
    if (cores < 1) cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > 1 << 16 ? 1 << 16 : (int)cores;
}

int cnn_threads(void) {
    int threads = atomic_load_explicit(&pool.threads, memory_order_relaxed);
    if (threads == 0) {
        threads = cnn_cores();
        if (threads > MAXIMUM_THREADS) threads = MAXIMUM_THREADS;
        atomic_store_explicit(&pool.threads, threads, memory_order_relaxed);
    }
    return threads;
}

static inline void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Takes and runs pieces of the job of `epoch` until none is left. */
static void run_pieces(uint32_t epoch) {
    is_inside = true;
    uint64_t ticket = atomic_load_explicit(&pool.ticket, memory_order_acquire);
    for (;;) {
        uint32_t pieces = atomic_load_explicit(&pool.pieces, memory_order_relaxed);
        int64_t count = atomic_load_explicit(&pool.count, memory_order_relaxed);
        cnn_body body = atomic_load_explicit(&pool.body, memory_order_relaxed);
        void *context = atomic_load_explicit(&pool.context, memory_order_relaxed);
        uint32_t left = (uint32_t)ticket, piece = pieces - left;
        if ((uint32_t)(ticket >> 32) != epoch || left == 0) break;
        if (!atomic_compare_exchange_weak_explicit(&pool.ticket, &ticket, ticket - 1, memory_order_acq_rel,
                                                   memory_order_acquire)) continue;
        int64_t share = count / pieces, rest = count % pieces;
        int64_t begin = share * piece + (piece < rest ? piece : rest);
        body(context, begin, begin + share + (piece < rest));
        atomic_fetch_add_explicit(&pool.finished, 1, memory_order_release);
        ticket = atomic_load_explicit(&pool.ticket, memory_order_acquire);
    }
    is_inside = false;
}

static uint32_t current_epoch(void) { return (uint32_t)(atomic_load(&pool.ticket) >> 32); }

/* Whether worker `index` has become superfluous. */
static bool is_surplus(int index) { return index >= atomic_load(&pool.threads) - 1; }

static void sleep_until_work(uint32_t seen, int index) {
    pthread_mutex_lock(&pool.mutex);
    atomic_fetch_add(&pool.sleepers, 1);
    while (current_epoch() == seen && !is_surplus(index)) pthread_cond_wait(&pool.wake, &pool.mutex);
    atomic_fetch_sub(&pool.sleepers, 1);
    pthread_mutex_unlock(&pool.mutex);
}

static void *worker_main(void *argument) {
    int index = (int)(intptr_t)argument;
    uint32_t seen = 0;
    bool is_crowded = atomic_load(&pool.threads) > cnn_cores();
    int64_t patience = is_crowded ? CROWDED_SPIN_NANOSECONDS : SPIN_NANOSECONDS;
    int64_t limit = nanoseconds() + patience;
    for (uint32_t round = 1; !is_surplus(index); round++) {
        uint32_t epoch = current_epoch();
        if (epoch != seen) {
            run_pieces(epoch);
            seen = epoch;
            limit = nanoseconds() + patience;
            continue;
        }
        if (is_crowded) sched_yield();
        else relax();
        if ((is_crowded || round % 64 == 0) && nanoseconds() > limit) {
            sleep_until_work(seen, index);
            limit = nanoseconds() + patience;
        }
    }
    return NULL;
}

/* False where none can be had. Signals stay with the threads that expect them. */
static bool start_thread(pthread_t *thread, void *(*body)(void *), void *argument) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, WORKER_STACK_BYTES);
    bool started = pthread_create(thread, &attributes, body, argument) == 0;
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

/* As many workers as there can be had. */
static void start_workers(int wanted) {
    if (pool.workers >= wanted) return;
    pool.cores = cnn_cores();
    while (pool.workers < wanted) {
        void *index = (void *)(intptr_t)pool.workers;
        if (!start_thread(&pool.handles[pool.workers], worker_main, index)) break;
        pool.workers++;
    }
}

static void wake_workers(int64_t wanted) {
    if (atomic_load(&pool.sleepers) == 0) return;
    pthread_mutex_lock(&pool.mutex);
    if (wanted >= atomic_load(&pool.sleepers)) pthread_cond_broadcast(&pool.wake);
    else for (; wanted > 0; wanted--) pthread_cond_signal(&pool.wake);
    pthread_mutex_unlock(&pool.mutex);
}

void cnn_set_threads(int count) {
    if (count < 1) count = 1;
    if (count > MAXIMUM_THREADS) count = MAXIMUM_THREADS;
    if (is_inside || count == cnn_threads()) return;
    while (atomic_exchange(&pool.in_use, true)) sched_yield();
    /* All of them leave: a worker decides once whether the cores are crowded. */
    atomic_store(&pool.threads, 1);
    wake_workers(MAXIMUM_THREADS);
    for (int i = 0; i < pool.workers; i++) pthread_join(pool.handles[i], NULL);
    pool.workers = 0;
    atomic_store(&pool.threads, count);
    atomic_store(&pool.in_use, false);
}

static void publish(int64_t count, uint32_t pieces, cnn_body body, void *context) {
    atomic_store_explicit(&pool.count, count, memory_order_relaxed);
    atomic_store_explicit(&pool.pieces, pieces, memory_order_relaxed);
    atomic_store_explicit(&pool.body, body, memory_order_relaxed);
    atomic_store_explicit(&pool.context, context, memory_order_relaxed);
    atomic_store_explicit(&pool.finished, 0, memory_order_relaxed);
    uint32_t epoch = current_epoch() + 1;
    /* Sequentially consistent, as is the count of sleepers: the worker sees the job or the caller sees the sleeper. */
    atomic_store(&pool.ticket, (uint64_t)epoch << 32 | pieces);
}

void cnn_parallel_for(int64_t count, int64_t grain, cnn_body body, void *context) {
    if (count <= 0) return;
    if (grain < 1) grain = 1;
    int threads = is_inside ? 1 : cnn_threads();
    int64_t pieces = count / grain;
    if (pieces > (int64_t)threads * PIECES_A_THREAD) pieces = (int64_t)threads * PIECES_A_THREAD;
    /* A second caller at the same time does its work itself. */
    if (threads == 1 || pieces < 2 || atomic_exchange(&pool.in_use, true)) {
        body(context, 0, count);
        return;
    }
    start_workers(threads - 1);
    publish(count, (uint32_t)pieces, body, context);
    /* More of them than cores would not be faster. */
    wake_workers(pieces - 1 < pool.cores ? pieces - 1 : pool.cores);
    run_pieces(current_epoch());
    for (uint32_t round = 1; atomic_load_explicit(&pool.finished, memory_order_acquire) < pieces; round++) {
        if (round % 256 == 0) sched_yield();
        else relax();
    }
    atomic_store(&pool.in_use, false);
}

typedef struct {
    int64_t stretch;
    cnn_body body;
    void *context;
} stretches;

static void stretched_piece(void *context, int64_t begin, int64_t end) {
    const stretches *s = context;
    while (begin < end && !cnn_interrupt_pending()) {
        int64_t next = end - begin > s->stretch ? begin + s->stretch : end;
        s->body(s->context, begin, next);
        begin = next;
    }
}

void cnn_interruptible_for(int64_t count, int64_t grain, int64_t stretch, cnn_body body, void *context) {
    stretches pieces = { stretch < 1 ? 1 : stretch, body, context };
    cnn_parallel_for(count, grain, stretched_piece, &pieces);
}

// MARK: Memory

/* What runs aside, once. */
typedef struct {
    void (*body)(void *);
    void *context;
} errand;

static void *run_errand(void *argument) {
    errand once = *(errand *)argument;
    free(argument);
    once.body(once.context);
    return NULL;
}

void cnn_run_aside(void (*body)(void *), void *context) {
    errand *once = malloc(sizeof *once);
    pthread_t thread;
    if (once) *once = (errand){ body, context };
    if (once && start_thread(&thread, run_errand, once)) {
        pthread_detach(thread);
        return;
    }
    free(once);
    body(context);
}

typedef struct {
    void *block;
    uintptr_t begin, end;
} large_block;

int cnn_open_nameless(const char *folder) {
#if defined(O_TMPFILE)
    return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
#else
    (void)folder;
    return -1;
#endif
}

bool cnn_name_file(int descriptor, const char *path) {
#if defined(O_TMPFILE)
    char itself[32];
    snprintf(itself, sizeof itself, "/proc/self/fd/%d", descriptor);
    return linkat(AT_FDCWD, itself, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
#else
    (void)descriptor, (void)path;
    return false;
#endif
}

void cnn_prepare_heap(void) {
#if defined(__GLIBC__)
    /* Other heaps than the first grow a page at a time, each with a system call, and are made of pieces of 64 MiB, for
     * which a process with a limit of addresses has no room. */
    mallopt(M_ARENA_MAX, 1);
    /* Small blocks that are freed are joined at once: of millions that wait for it, joining takes up to half a second. */
    mallopt(M_MXFAST, 0);
    /* What a call has freed serves the next: as far as the library itself would come after a block of 32 MiB. */
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

static large_block whole_pages(void *block, int64_t bytes) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)block;
    return (large_block){ block, (begin + page - 1) & ~(page - 1), (begin + (uintptr_t)bytes) & ~(page - 1) };
}

void cnn_give_back(void *begin, int64_t bytes) {
    large_block large = whole_pages(begin, bytes);
    if (large.begin < large.end) madvise((void *)large.begin, large.end - large.begin, MADV_DONTNEED);
}

/* The pages first, some at a time: while `free` gives back a gigabyte no other thread gets memory from the system. */
static void free_pages(large_block *large, bool stops) {
    enum { STRETCH = 64 << 20 };
    for (; large->begin < large->end; large->begin += STRETCH) {
        if (stops && cnn_interrupt_pending()) return;
        size_t left = large->end - large->begin;
        madvise((void *)large->begin, left < STRETCH ? left : STRETCH, MADV_DONTNEED);
    }
    free(large->block);
    large->block = NULL;
}

static void free_rest(void *context) {
    free_pages(context, false);
    free(context);
}

void cnn_free_large(void *block, int64_t bytes) {
    large_block large = whole_pages(block, bytes);
    free_pages(&large, true);
    if (!large.block) return;
    large_block *rest = malloc(sizeof *rest);
    if (!rest) {
        free_pages(&large, false);
        return;
    }
    *rest = large;
    cnn_run_aside(free_rest, rest);
}
