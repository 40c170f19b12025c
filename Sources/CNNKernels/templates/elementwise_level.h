/* All inner loops of the elementwise family for one SIMD level: the including file has set the target attribute and
 * named the table. Loops are plain C that the compiler may vectorise; it never reorders an operation, so every level
 * gives the same bits. */

#include "math_f64.h"
#include "math_f32.h"
#include "names.h"

#define MATH(name) PASTE(math_##name, S)
/* Every iteration stands alone; an output may be exactly one of the inputs. */
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")

typedef double double16 __attribute__((vector_size(128), aligned(8)));
typedef int64_t long16 __attribute__((vector_size(128), aligned(8)));

/* Wide vectors are passed only between functions that are inlined. */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

#include "philox.h"
#include "chains.h"

#define T float
#define S f32
typedef float FN(vector) __attribute__((vector_size(64), aligned(4)));
typedef int32_t FN(mask) __attribute__((vector_size(64), aligned(4)));
#include "unary.h"
#include "binary_floating.h"
#include "reduction.h"
#include "extremum.h"
#include "softmax.h"
#include "normalization.h"
#include "optimizer.h"
#include "random.h"
#undef T
#undef S

#define T double
#define S f64
typedef double FN(vector) __attribute__((vector_size(128), aligned(8)));
typedef int64_t FN(mask) __attribute__((vector_size(128), aligned(8)));
#include "unary.h"
#include "binary_floating.h"
#include "reduction.h"
#include "extremum.h"
#include "softmax.h"
#include "normalization.h"
#include "optimizer.h"
#include "random.h"
#undef T
#undef S

#define T int64_t
#define S i64
typedef int64_t FN(vector) __attribute__((vector_size(128), aligned(8)));
typedef int64_t FN(mask) __attribute__((vector_size(128), aligned(8)));
#include "binary_integer.h"
#include "extremum.h"
#undef T
#undef S

#define T uint8_t
#define S u8
typedef uint8_t FN(vector) __attribute__((vector_size(16), aligned(1)));
typedef int8_t FN(mask) __attribute__((vector_size(16), aligned(1)));
#include "binary_integer.h"
#include "extremum.h"
#undef T
#undef S

static double scalar_function(cnn_unary op, double x) {
    switch (op) {
        case CNN_EXP: return math_exp_f64(x);
        case CNN_LOG: return math_log_f64(x);
        case CNN_SIN: return trigonometric_f64(x, 0);
        case CNN_COS: return trigonometric_f64(x, 1);
        default: return math_tanh_f64(x);
    }
}

static double scalar_power(double x, double y) { return math_pow_f64(x, y); }

#define FLOATING_ENTRIES(S)                                                                                           \
    .unary_##S = unary_##S, .unary_backward_##S = unary_backward_##S, .softmax_rows_##S = softmax_rows_##S,           \
    .softmax_columns_##S = softmax_columns_##S, .softmax_backward_rows_##S = softmax_backward_rows_##S,               \
    .softmax_backward_columns_##S = softmax_backward_columns_##S, .sum_##S = sum_##S, .dot_##S = dot_##S,             \
    .column_sums_##S = column_sums_##S, .scale_rows_##S = scale_rows_##S,                                             \
    .normalization_gradient_##S = normalization_gradient_##S, .sgd_##S = sgd_##S, .adam_##S = adam_##S,               \
    .rmsprop_##S = rmsprop_##S, .adagrad_##S = adagrad_##S, .axpy_##S = axpy_##S, .uniform_##S = uniform_##S,         \
    .normal_##S = normal_##S,
#define NUMERIC_ENTRIES(S)                                                                                            \
    .binary_##S = binary_##S, .compare_##S = compare_##S, .extremum_##S = extremum_##S,                               \
    .column_extrema_##S = column_extrema_##S, .statistics_##S = statistics_##S, .deviations_##S = deviations_##S,

const elementwise_loops ELEMENTWISE_TABLE = {
    FLOATING_ENTRIES(f32)
    FLOATING_ENTRIES(f64)
    NUMERIC_ENTRIES(f32)
    NUMERIC_ENTRIES(f64)
    NUMERIC_ENTRIES(i64)
    NUMERIC_ENTRIES(u8)
    .scalar_function = scalar_function,
    .scalar_power = scalar_power,
};

#pragma clang diagnostic pop
