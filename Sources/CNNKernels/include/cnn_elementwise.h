/* Elementwise functions, broadcasting, reductions, normalisation, losses, optimizers, random numbers,
 * copies and casts. */
#ifndef CNN_ELEMENTWISE_H
#define CNN_ELEMENTWISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CNN_MAX_RANK 8

typedef enum {
    CNN_NEG, CNN_ABS, CNN_EXP, CNN_LOG, CNN_SQRT, CNN_SIN, CNN_COS, CNN_TANH, CNN_SIGMOID, CNN_RELU, CNN_LEAKY_RELU,
    CNN_ELU, CNN_GELU, CNN_SILU, CNN_SOFTPLUS, CNN_ROUND, CNN_FLOOR, CNN_CEIL, CNN_SIGN, CNN_SQUARE, CNN_RECIPROCAL,
    CNN_RSQRT, CNN_COPY
} cnn_unary;

/* Arithmetic gives T; comparisons (CNN_EQ and later) give bytes 0 or 1. */
typedef enum {
    CNN_ADD, CNN_SUB, CNN_MUL, CNN_DIV, CNN_POW, CNN_MAXIMUM, CNN_MINIMUM, CNN_MOD, CNN_FLOOR_DIV
} cnn_binary;
typedef enum { CNN_EQ, CNN_NE, CNN_LT, CNN_LE, CNN_GT, CNN_GE } cnn_compare;

typedef enum { CNN_SUM, CNN_PROD, CNN_MIN, CNN_MAX, CNN_SUM_SQUARES } cnn_reduction;

typedef enum { CNN_F32 = 0, CNN_F64 = 1, CNN_I64 = 2, CNN_U8 = 3, CNN_BOOL = 4 } cnn_dtype;

/* Over the elements that are neither nan nor infinite, in double; nan where there is none. std has ddof 0. Never -0. */
typedef struct {
    double min, max, mean, std;
    int64_t nan_count, inf_count, zero_count;
} cnn_statistics;

/* Scalar functions of our own, so that no C library's version shows in results. */
double cnn_exp(double x);
double cnn_log(double x);
double cnn_sin(double x);
double cnn_cos(double x);
double cnn_tanh(double x);
double cnn_pow(double x, double y);

#define CNN_DECLARE_FLOATING(T, S)                                                                                    \
    /* alpha: slope of leaky_relu, alpha of elu. NaN goes through every activation. */                                \
    void cnn_unary_##S(cnn_unary op, int64_t n, const T *x, T alpha, T *y);                                           \
    /* dx = dy * f'(x); x the input, y the output of the forward call (both always given) */                          \
    void cnn_unary_backward_##S(cnn_unary op, int64_t n, const T *x, const T *y, const T *dy, T alpha, T *dx);        \
    /* softmax over the middle of [outer, length, inner]; stable */                                                   \
    void cnn_softmax_##S(int64_t outer, int64_t length, int64_t inner, int log, const T *x, T *y);                    \
    void cnn_softmax_backward_##S(int64_t outer, int64_t length, int64_t inner, int log, const T *y, const T *dy,     \
                                  T *dx);                                                                             \
    /* loss[i] of each row from logits [n, classes] and labels, which the caller has checked; log-sum-exp form;       \
       smoothing in 0..1. probabilities [n, classes] (softmax of the rows) is written for the backward call */        \
    void cnn_cross_entropy_##S(int64_t n, int64_t classes, const T *logits, const int64_t *labels, T smoothing,       \
                               T *probabilities, T *loss);                                                            \
    /* dlogits[i,:] = scale[i] * (probabilities - target) */                                                          \
    void cnn_cross_entropy_backward_##S(int64_t n, int64_t classes, const T *probabilities, const int64_t *labels,    \
                                        T smoothing, const T *scale, T *dlogits);                                     \
    /* the same against target distributions [n, classes]; a target of 0 counts for nothing, whatever its logit.      \
       The derivative is that of any target: scale[i] * (probabilities * sum of target[i, :] - target) */             \
    void cnn_cross_entropy_soft_##S(int64_t n, int64_t classes, const T *logits, const T *target, T *probabilities,   \
                                    T *loss);                                                                         \
    void cnn_cross_entropy_soft_backward_##S(int64_t n, int64_t classes, const T *probabilities, const T *target,     \
                                             const T *scale, T *dlogits);                                             \
    /* statistics of each of the c last-axis channels of [rows, c]; variance biased; sums in double, split as in      \
       cnn_reduce; nan where rows is 0 */                                                                             \
    void cnn_channel_moments_##S(int64_t rows, int64_t c, const T *x, T *mean, T *variance);                          \
    /* y = (x - mean) / sqrt(variance + eps) * gamma + beta */                                                        \
    void cnn_batch_norm_##S(int64_t rows, int64_t c, const T *x, const T *mean, const T *variance, const T *gamma,    \
                            const T *beta, T eps, T *y);                                                              \
    /* relu of that, while it is in the cache */                                                                      \
    void cnn_batch_norm_relu_##S(int64_t rows, int64_t c, const T *x, const T *mean, const T *variance,               \
                                 const T *gamma, const T *beta, T eps, T *y);                                         \
    /* training: mean and variance depend on x; else they are constants. Any of dx, dgamma, dbeta may be NULL */      \
    void cnn_batch_norm_backward_##S(int64_t rows, int64_t c, const T *x, const T *mean, const T *variance,           \
                                     const T *gamma, T eps, bool training, const T *dy, T *dx, T *dgamma, T *dbeta);  \
    /* Settings are double and each derived factor (1 - beta) is rounded once to T, as PyTorch has it.                \
       g' = g + decay*w; velocity = momentum*velocity + g'; w -= lr*(nesterov ? g' + momentum*velocity : velocity);   \
       velocity may be NULL when momentum is 0 */                                                                     \
    void cnn_sgd_##S(int64_t n, T *w, const T *g, T *velocity, double lr, double momentum, double decay,              \
                     bool nesterov);                                                                                  \
    /* step counts from 1; decoupled: adamw */                                                                        \
    void cnn_adam_##S(int64_t n, T *w, const T *g, T *m, T *v, double lr, double beta1, double beta2, double eps,     \
                      double decay, bool decoupled, int64_t step);                                                    \
    void cnn_rmsprop_##S(int64_t n, T *w, const T *g, T *v, double lr, double alpha, double eps, double decay);       \
    void cnn_adagrad_##S(int64_t n, T *w, const T *g, T *v, double lr, double eps, double decay);                     \
    /* dx[index[i], :] += dy[i, :] of `row` elements each, in order of i; the caller has checked the indices */       \
    void cnn_scatter_add_rows_##S(int64_t n, int64_t row, const int64_t *index, const T *dy, T *dx);                  \
    /* y += a * x (one fused multiply-add an element) */                                                              \
    void cnn_axpy_##S(int64_t n, T a, const T *x, T *y);                                                              \
    /* Philox4x32-10 (Salmon et al., SC'11). Element i depends on (key, stream, first + i) alone; first + n < 2^64.   \
       uniform: [0, 1) with 24 (f32) or 53 (f64) bits; normal: Box-Muller in double, mean 0, deviation 1 */           \
    void cnn_random_uniform_##S(uint64_t key, uint64_t stream, uint64_t first, int64_t n, T *y);                      \
    void cnn_random_normal_##S(uint64_t key, uint64_t stream, uint64_t first, int64_t n, T *y);

CNN_DECLARE_FLOATING(float, f32)
CNN_DECLARE_FLOATING(double, f64)

/* One 128-bit block of Philox4x32-10: the counter's words are the index, low half first, then the stream likewise. */
void cnn_philox_block(uint64_t key, uint64_t stream, uint64_t index, uint32_t out[4]);

/* What went wrong in an integer operation, as bits; the result is then meaningless (sums are wrapped). */
typedef enum { CNN_FAULT_OVERFLOW = 1, CNN_FAULT_ZERO_DIVISION = 2, CNN_FAULT_NEGATIVE_POWER = 4 } cnn_fault;

#define CNN_DECLARE_NUMERIC(T, S)                                                                                     \
    /* strides in elements, 0 where broadcast; result is contiguous of `shape`. Returns bits of cnn_fault, always 0   \
       for floating T. MOD and FLOOR_DIV are Python's (sign of the divisor); integer DIV truncates */                 \
    int32_t cnn_binary_##S(cnn_binary op, int rank, const int64_t *shape, const T *a, const int64_t *a_strides,       \
                           const T *b, const int64_t *b_strides, T *y);                                               \
    void cnn_compare_##S(cnn_compare op, int rank, const int64_t *shape, const T *a, const int64_t *a_strides,        \
                         const T *b, const int64_t *b_strides, uint8_t *y);                                           \
    /* [outer, length, inner] -> [outer, inner], in parts of some rows that follow from length and inner alone.       \
       Floating sums and products are accumulated in double: a part of a row (inner 1) in 16 interleaved chains       \
       added in a fixed tree, a part of a column in one chain or, where inner is small, a few. Integers are exact;    \
       *overflow (it may be NULL) is set to true where a result does not fit, and else left alone. Of nothing, sums   \
       are 0, products 1, extremes nan, or for integer T 0 and an overflow */                                         \
    void cnn_reduce_##S(cnn_reduction op, int64_t outer, int64_t length, int64_t inner, const T *x, T *y,             \
                        bool *overflow);                                                                              \
    /* first extremum; nan counts as the extremum, as in NumPy; -1 where length is 0 */                               \
    void cnn_arg_reduce_##S(bool maximum, int64_t outer, int64_t length, int64_t inner, const T *x, int64_t *y);      \
    /* floating: one chain of double, each element rounded to T */                                                    \
    void cnn_cumsum_##S(int64_t outer, int64_t length, int64_t inner, const T *x, T *y, bool *overflow);              \
    /* stable order of the middle of [outer, length, inner], as indices along it; nan last in both directions */      \
    void cnn_sort_##S(int64_t outer, int64_t length, int64_t inner, bool descending, const T *x, int64_t *y);         \
    void cnn_fill_##S(int64_t n, T value, T *y);                                                                      \
    void cnn_statistics_of_##S(int64_t n, const T *x, cnn_statistics *result);

CNN_DECLARE_NUMERIC(float, f32)
CNN_DECLARE_NUMERIC(double, f64)
CNN_DECLARE_NUMERIC(int64_t, i64)
CNN_DECLARE_NUMERIC(uint8_t, u8)

/* y[i] = condition[i] ? a[i] : b[i], contiguous */
void cnn_select(size_t element_size, int64_t n, const uint8_t *condition, const void *a, const void *b, void *y);
/* Conversion as C has it, but checked: float to integer truncates; returns false where a value does not fit (nan too),
 * which then becomes 0. Everything fits a bool (what is not 0 is true, nan too) and a floating type (it is rounded, to
 * infinity if need be). */
bool cnn_cast(cnn_dtype from, cnn_dtype to, int64_t n, const void *x, void *y);
/* Copies between strided layouts (strides in elements, may be negative, and 0 in the source). x and y do not
 * overlap. */
void cnn_copy_strided(size_t element_size, int rank, const int64_t *shape, const void *x, const int64_t *x_strides,
                      void *y, const int64_t *y_strides);
/* The same into a variable: all of it, whatever interrupt comes. */
void cnn_write_strided(size_t element_size, int rank, const int64_t *shape, const void *x, const int64_t *x_strides,
                       void *y, const int64_t *y_strides);
/* Rows y[i, :] = x[index[i], :], of row_bytes each; the caller has checked the indices. */
void cnn_gather_rows(int64_t n, size_t row_bytes, const int64_t *index, const void *x, void *y);
/* The same with rows of bytes, each of which stands for an entry of a table of 256: table[x], or, where there are several
 * tables, that of its place modulo their number (the channel). */
void cnn_look_up_rows(int64_t n, int64_t row, const int64_t *index, const uint8_t *x, int64_t tables, const float *table,
                      float *y);

/* printf's %.*g, %.*f and %.*e without locale: every digit exact, rounded half to even. A negative precision is 6; nan
 * never has a sign. As snprintf: at most size bytes with the final 0 are written, the whole text's length is given. */
int cnn_format_general(double value, int precision, char *out, size_t size);
int cnn_format_fixed(double value, int precision, char *out, size_t size);
int cnn_format_exponent(double value, int precision, char *out, size_t size);

#endif
