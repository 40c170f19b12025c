/* SIMD level, threads and interruption: the only state of the kernels. */
#ifndef CNN_RUNTIME_H
#define CNN_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { CNN_SIMD_SCALAR = 0, CNN_SIMD_NEON = 1, CNN_SIMD_AVX2 = 2, CNN_SIMD_AVX512 = 3 } cnn_simd_level;

/* The best level that this processor has. */
cnn_simd_level cnn_simd_best(void);
/* The level in use. */
cnn_simd_level cnn_simd_current(void);
/* Whether this processor has a level. */
bool cnn_simd_available(cnn_simd_level level);
/* Chooses a level; false, and no change, where the processor lacks it. */
bool cnn_simd_select(cnn_simd_level level);
const char *cnn_simd_name(cnn_simd_level level);

/* Cores that this process may use. */
int cnn_cores(void);
/* Threads that the kernels use, the caller's included; 1...256, at first one a core. Workers are made when they are
 * first needed. Not to be set inside a body; set while no kernel runs. */
int cnn_threads(void);
void cnn_set_threads(int count);

/* Runs body over [0, count) in pieces of at least `grain` (one piece where count is less), on all threads. Pieces
 * differ with the number of threads, so a body may only write elements of its own. Nested calls, and calls while
 * another thread's loop runs, run in place. */
typedef void (*cnn_body)(void *context, int64_t begin, int64_t end);
void cnn_parallel_for(int64_t count, int64_t grain, cnn_body body, void *context);

/* The same, `stretch` of them at a time, until an interrupt comes: the rest is left undone then. For results that are
 * thrown away after an interrupt, and never for a step in place. */
void cnn_interruptible_for(int64_t count, int64_t grain, int64_t stretch, cnn_body body, void *context);

/* Set by a signal handler, read at back edges and between the pieces of long kernels, which then
 * stop early: whoever sees the flag afterwards throws the result away. */
void cnn_interrupt_request(void);
void cnn_interrupt_clear(void);
bool cnn_interrupt_pending(void);

/* body(context) on a thread of its own that nobody waits for; here, where none can be had. */
void cnn_run_aside(void (*body)(void *), void *context);

/* A new file in a folder that has no name yet: whatever ends the process, nothing of it is left. -1 where the system has no
 * such files. */
int cnn_open_nameless(const char *folder);
/* Gives it its name, which must be free. False, with errno, where that fails. */
bool cnn_name_file(int descriptor, const char *path);

/* free(block), which has so many bytes. To give a gigabyte back takes longer than whoever pressed Ctrl-C is to wait: after
 * an interrupt the rest is done aside. */
void cnn_free_large(void *block, int64_t bytes);

/* Sets up the system's memory for one thread that makes and frees millions of small blocks; before other threads begin. */
void cnn_prepare_heap(void);

/* Gives the whole pages of a part of a block back; the block stays, and what was in them is lost. */
void cnn_give_back(void *begin, int64_t bytes);

#endif
