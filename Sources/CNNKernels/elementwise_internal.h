/* What the elementwise family shares: the table of inner loops that each SIMD level fills in. The public functions
 * (elementwise.c, reduce.c, normalization.c, ...) do layouts, chunks and threads; the table's functions are serial. */
#ifndef ELEMENTWISE_INTERNAL_H
#define ELEMENTWISE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "include/cnn_elementwise.h"
#include "include/cnn_runtime.h"

/* Arrays below this many elements never leave the caller's thread. */
#define ELEMENTWISE_GRAIN 32768
/* The same for functions that cost tens of cycles an element. */
#define TRANSCENDENTAL_GRAIN 16384

/* Widest group of columns that a column reduction accumulates at once. */
#define COLUMN_BLOCK 128

typedef enum {
    COLUMN_SUM,          /* x */
    COLUMN_SUM_SQUARES,  /* x^2 */
    COLUMN_DEVIATIONS,   /* (x - center)^2 */
    COLUMN_GRADIENTS     /* second array dy: sums dy, and dy (x - center) into the second accumulator */
} column_sum;

/* Bits of floating values for the tail of a row: 16 chains and what they have seen. */
typedef struct {
    double min, max, sum;
    int64_t finite, nan, inf, zero;
} statistics_part;

#define DECLARE_FLOATING_LOOPS(T, S)                                                                                  \
    void (*unary_##S)(cnn_unary op, int64_t n, const T *x, T alpha, T *y);                                            \
    void (*unary_backward_##S)(cnn_unary op, int64_t n, const T *x, const T *y, const T *dy, T alpha, T *dx);         \
    /* rows of `length` contiguous elements; maximum and sum (of exponentials) may be NULL */                         \
    void (*softmax_rows_##S)(int64_t rows, int64_t length, int log, const T *x, T *y, double *maximum, double *sum);  \
    /* `width` <= COLUMN_BLOCK neighbouring columns of stride `inner` */                                              \
    void (*softmax_columns_##S)(int64_t length, int64_t inner, int64_t width, int log, const T *x, T *y);             \
    void (*softmax_backward_rows_##S)(int64_t rows, int64_t length, int log, const T *y, const T *dy, T *dx);         \
    void (*softmax_backward_columns_##S)(int64_t length, int64_t inner, int64_t width, int log, const T *y,           \
                                         const T *dy, T *dx);                                                         \
    /* sums (kind CNN_SUM, CNN_SUM_SQUARES) or multiplies (CNN_PROD) in 16 chains of double */                        \
    double (*sum_##S)(cnn_reduction kind, int64_t n, const T *x);                                                     \
    /* sum of a[i] * b[i] likewise */                                                                                 \
    double (*dot_##S)(int64_t n, const T *a, const T *b);                                                             \
    void (*column_sums_##S)(column_sum kind, int64_t rows, int64_t stride, int64_t width, const T *x, const T *dy,    \
                            const double *center, double *sums, double *products);                                    \
    void (*scale_rows_##S)(int64_t rows, int64_t stride, int64_t width, const T *x, const T *mean, const T *scale,    \
                           const T *shift, T *y);                                                                     \
    void (*normalization_gradient_##S)(int64_t rows, int64_t stride, int64_t width, const T *x, const T *mean,        \
                                       const T *scale, const T *gradient_mean, const T *slope, const T *dy, T *dx);   \
    void (*sgd_##S)(int64_t n, T *w, const T *g, T *velocity, T lr, T momentum, T decay, bool nesterov);              \
    void (*adam_##S)(int64_t n, T *w, const T *g, T *m, T *v, const T *factors, bool decoupled);                      \
    void (*rmsprop_##S)(int64_t n, T *w, const T *g, T *v, T lr, T alpha, T rest, T eps, T decay);                    \
    void (*adagrad_##S)(int64_t n, T *w, const T *g, T *v, T lr, T eps, T decay);                                     \
    void (*axpy_##S)(int64_t n, T a, const T *x, T *y);                                                               \
    void (*uniform_##S)(uint64_t key, uint64_t stream, uint64_t first, int64_t n, T *y);                              \
    void (*normal_##S)(uint64_t key, uint64_t stream, uint64_t first, int64_t n, T *y);

#define DECLARE_NUMERIC_LOOPS(T, S)                                                                                   \
    /* steps a_step and b_step are 0 or 1 */                                                                          \
    int32_t (*binary_##S)(cnn_binary op, int64_t n, const T *a, int64_t a_step, const T *b, int64_t b_step, T *y);    \
    void (*compare_##S)(cnn_compare op, int64_t n, const T *a, int64_t a_step, const T *b, int64_t b_step,            \
                        uint8_t *y);                                                                                  \
    T (*extremum_##S)(bool maximum, int64_t n, const T *x);                                                           \
    /* extremes[c] = extremum of it and of the column c */                                                            \
    void (*column_extrema_##S)(bool maximum, int64_t rows, int64_t stride, int64_t width, const T *x, T *extremes);   \
    void (*statistics_##S)(int64_t n, const T *x, statistics_part *part);                                             \
    /* sum of squared deviations of the finite elements */                                                            \
    double (*deviations_##S)(int64_t n, const T *x, double mean);

typedef struct {
    DECLARE_FLOATING_LOOPS(float, f32)
    DECLARE_FLOATING_LOOPS(double, f64)
    DECLARE_NUMERIC_LOOPS(float, f32)
    DECLARE_NUMERIC_LOOPS(double, f64)
    DECLARE_NUMERIC_LOOPS(int64_t, i64)
    DECLARE_NUMERIC_LOOPS(uint8_t, u8)
    double (*scalar_function)(cnn_unary op, double x);
    double (*scalar_power)(double x, double y);
} elementwise_loops;

/* Without fused multiply-add in hardware on x86-64; the only one elsewhere, where the compiler may use NEON. */
extern const elementwise_loops cnn_elementwise_portable;
#if defined(__x86_64__)
extern const elementwise_loops cnn_elementwise_fma, cnn_elementwise_avx2, cnn_elementwise_avx512;
#endif

/* The loops of the level in use. */
const elementwise_loops *cnn_elementwise_loops(void);

/* sine and cosine beyond MATH_TRIGONOMETRIC_LIMIT: x = k pi/2 + high + low; returns k modulo 4. x is finite. */
uint64_t cnn_reduce_quadrant(double x, double *high, double *low);

/* cnn_parallel_for without its cost where there is a single piece. */
static inline void parallel_pieces(int64_t count, int64_t grain, cnn_body body, void *context) {
    if (count <= grain) {
        if (count > 0) body(context, 0, count);
    } else {
        cnn_parallel_for(count, grain, body, context);
    }
}

/* Grains and rows of up to COLUMN_BLOCK between two looks at the interrupt flag: milliseconds. */
#define GRAINS_A_LOOK 4
#define ROWS_A_LOOK 4096

/* As parallel_pieces, for results that are thrown away after an interrupt: long work then ends early. */
static inline void interruptible_pieces(int64_t count, int64_t grain, cnn_body body, void *context) {
    if (count / GRAINS_A_LOOK <= grain) {
        parallel_pieces(count, grain, body, context);
    } else {
        cnn_interruptible_for(count, grain, GRAINS_A_LOOK * grain, body, context);
    }
}

#endif
