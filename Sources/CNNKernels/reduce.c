/* Sums, products, extremes and their places, cumulative sums. */
#include "reduction_blocks.h"

#include "templates/names.h"

typedef struct {
    const elementwise_loops *loops;
    cnn_reduction op;
    const void *x;
    void *y;
    _Atomic bool overflow;
} reduce_task;

/* An integer result before it is known to fit. */
typedef union {
    __int128 sum; /* of squares: stays at SQUARES_LIMIT once there */
    struct {
        uint64_t magnitude;
        bool negative, zero, overflow;
    } product; /* of the elements that are not zero */
} exact_state;

#define SQUARES_LIMIT ((__int128)1 << 126)

static exact_state exact_identity(cnn_reduction op) {
    exact_state state = { .sum = 0 };
    if (op == CNN_PROD) state.product.magnitude = 1;
    return state;
}

/* `added` is at most SQUARES_LIMIT. */
static inline void exact_add_squares(exact_state *state, __int128 added) {
    unsigned __int128 total = (unsigned __int128)state->sum + (unsigned __int128)added;
    state->sum = total < (unsigned __int128)SQUARES_LIMIT ? (__int128)total : SQUARES_LIMIT;
}

static inline void exact_multiply(exact_state *state, int64_t x) {
    if (x == 0) {
        state->product.zero = true;
        return;
    }
    uint64_t magnitude = x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
    state->product.negative ^= x < 0;
    state->product.overflow |= __builtin_mul_overflow(state->product.magnitude, magnitude, &state->product.magnitude);
}

/* Whether the product is below 2^64 in size. A zero makes good any overflow before it. */
static bool exact_product(const exact_state *state, __int128 *value) {
    *value = state->product.negative ? -(__int128)state->product.magnitude : (__int128)state->product.magnitude;
    if (state->product.zero) *value = 0;
    return state->product.zero || !state->product.overflow;
}

static void merge_exact(const void *context, const reduction_block *b, void *state, const void *part) {
    const reduce_task *t = context;
    exact_state *totals = state;
    const exact_state *next = part;
    for (int64_t c = 0; c < b->width; c++) {
        if (t->op == CNN_PROD) {
            uint64_t magnitude = next[c].product.magnitude;
            totals[c].product.overflow |= next[c].product.overflow;
            totals[c].product.overflow |=
                __builtin_mul_overflow(totals[c].product.magnitude, magnitude, &totals[c].product.magnitude);
            totals[c].product.negative ^= next[c].product.negative;
            totals[c].product.zero |= next[c].product.zero;
        } else if (t->op == CNN_SUM) {
            totals[c].sum += next[c].sum;
        } else {
            exact_add_squares(&totals[c], next[c].sum);
        }
    }
}

#define T float
#define S f32
#include "templates/columns.h"
#include "templates/reduce_extremum.h"
#include "templates/reduce_floating.h"
#undef T
#undef S

#define T double
#define S f64
#include "templates/columns.h"
#include "templates/reduce_extremum.h"
#include "templates/reduce_floating.h"
#undef T
#undef S

#define T int64_t
#define S i64
#define LEAST INT64_MIN
#define MOST INT64_MAX
#include "templates/reduce_extremum.h"
#include "templates/reduce_integer.h"
#undef T
#undef S
#undef LEAST
#undef MOST

#define T uint8_t
#define S u8
#define LEAST 0
#define MOST UINT8_MAX
#include "templates/reduce_extremum.h"
#include "templates/reduce_integer.h"
#undef T
#undef S
#undef LEAST
#undef MOST
