/* Random numbers by position: any piece of a stream can be made by any thread. */
#include "elementwise_internal.h"

#include "templates/math_f64.h"
#include "templates/philox.h"

typedef struct {
    const elementwise_loops *loops;
    uint64_t key, stream, first;
    void *y;
} random_task;

void cnn_philox_block(uint64_t key, uint64_t stream, uint64_t index, uint32_t out[4]) {
    philox_blocks(key, stream, index, 1, out);
}

/* So many numbers are made between two looks at the interrupt flag. */
#define STRETCH (int64_t)(1 << 16)

#define DEFINE_RANDOM(T, S)                                                                                           \
    static void uniform_piece_##S(void *context, int64_t begin, int64_t end) {                                        \
        const random_task *t = context;                                                                               \
        for (int64_t done = begin; done < end && !cnn_interrupt_pending(); done += STRETCH) {                         \
            int64_t count = end - done < STRETCH ? end - done : STRETCH;                                              \
            t->loops->uniform_##S(t->key, t->stream, t->first + (uint64_t)done, count, (T *)t->y + done);             \
        }                                                                                                             \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_random_uniform_##S(uint64_t key, uint64_t stream, uint64_t first, int64_t n, T *y) {                     \
        random_task task = { cnn_elementwise_loops(), key, stream, first, y };                                        \
        parallel_pieces(n, TRANSCENDENTAL_GRAIN, uniform_piece_##S, &task);                                           \
    }                                                                                                                 \
                                                                                                                      \
    static void normal_piece_##S(void *context, int64_t begin, int64_t end) {                                         \
        const random_task *t = context;                                                                               \
        for (int64_t done = begin; done < end && !cnn_interrupt_pending(); done += STRETCH) {                         \
            int64_t count = end - done < STRETCH ? end - done : STRETCH;                                              \
            t->loops->normal_##S(t->key, t->stream, t->first + (uint64_t)done, count, (T *)t->y + done);              \
        }                                                                                                             \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_random_normal_##S(uint64_t key, uint64_t stream, uint64_t first, int64_t n, T *y) {                      \
        random_task task = { cnn_elementwise_loops(), key, stream, first, y };                                        \
        parallel_pieces(n, TRANSCENDENTAL_GRAIN, normal_piece_##S, &task);                                            \
    }

DEFINE_RANDOM(float, f32)
DEFINE_RANDOM(double, f64)
