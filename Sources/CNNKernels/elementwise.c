/* Elementwise operations of one and two arrays: layouts, threads, the choice of the level. */
#include "elementwise_internal.h"

const elementwise_loops *cnn_elementwise_loops(void) {
#if defined(__x86_64__)
    cnn_simd_level level = cnn_simd_current();
    if (level == CNN_SIMD_AVX512 && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl")) {
        return &cnn_elementwise_avx512;
    }
    if (level >= CNN_SIMD_AVX2) return &cnn_elementwise_avx2;
    return __builtin_cpu_supports("fma") ? &cnn_elementwise_fma : &cnn_elementwise_portable;
#else
    return &cnn_elementwise_portable;
#endif
}

static int64_t unary_grain(cnn_unary op) {
    switch (op) {
        case CNN_EXP: case CNN_LOG: case CNN_SIN: case CNN_COS: case CNN_TANH: case CNN_SIGMOID: case CNN_ELU:
        case CNN_GELU: case CNN_SILU: case CNN_SOFTPLUS: return TRANSCENDENTAL_GRAIN;
        default: return ELEMENTWISE_GRAIN;
    }
}

#define DEFINE_UNARY(T, S)                                                                                            \
    typedef struct {                                                                                                  \
        const elementwise_loops *loops;                                                                               \
        cnn_unary op;                                                                                                 \
        T alpha;                                                                                                      \
        const T *x, *y, *dy;                                                                                          \
        T *out;                                                                                                       \
    } unary_task_##S;                                                                                                 \
                                                                                                                      \
    static void unary_piece_##S(void *context, int64_t begin, int64_t end) {                                          \
        const unary_task_##S *t = context;                                                                            \
        t->loops->unary_##S(t->op, end - begin, t->x + begin, t->alpha, t->out + begin);                              \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_unary_##S(cnn_unary op, int64_t n, const T *x, T alpha, T *y) {                                          \
        unary_task_##S task = { cnn_elementwise_loops(), op, alpha, x, NULL, NULL, y };                               \
        interruptible_pieces(n, unary_grain(op), unary_piece_##S, &task);                                             \
    }                                                                                                                 \
                                                                                                                      \
    static void unary_backward_piece_##S(void *context, int64_t begin, int64_t end) {                                 \
        const unary_task_##S *t = context;                                                                            \
        t->loops->unary_backward_##S(t->op, end - begin, t->x + begin, t->y + begin, t->dy + begin, t->alpha,         \
                                     t->out + begin);                                                                 \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_unary_backward_##S(cnn_unary op, int64_t n, const T *x, const T *y, const T *dy, T alpha, T *dx) {       \
        unary_task_##S task = { cnn_elementwise_loops(), op, alpha, x, y, dy, dx };                                   \
        interruptible_pieces(n, unary_grain(op), unary_backward_piece_##S, &task);                                    \
    }                                                                                                                 \
                                                                                                                      \
    static void axpy_piece_##S(void *context, int64_t begin, int64_t end) {                                           \
        const unary_task_##S *t = context;                                                                            \
        t->loops->axpy_##S(end - begin, t->alpha, t->x + begin, t->out + begin);                                      \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_axpy_##S(int64_t n, T a, const T *x, T *y) {                                                             \
        unary_task_##S task = { cnn_elementwise_loops(), CNN_COPY, a, x, NULL, NULL, y };                             \
        parallel_pieces(n, ELEMENTWISE_GRAIN, axpy_piece_##S, &task);                                                 \
    }

DEFINE_UNARY(float, f32)
DEFINE_UNARY(double, f64)

/* The shape of a result and the steps of its two operands, without dimensions of size 1 and with neighbours merged
 * where both operands allow it. */
typedef struct {
    int rank;
    int64_t count;
    int64_t shape[CNN_MAX_RANK], a[CNN_MAX_RANK], b[CNN_MAX_RANK];
} pair_layout;

static void merge_dimensions(int rank, const int64_t *shape, const int64_t *a, const int64_t *b, pair_layout *l) {
    l->rank = 0;
    l->count = 1;
    for (int d = 0; d < rank; d++) {
        int64_t size = shape[d];
        l->count *= size;
        if (size == 1) continue;
        int last = l->rank - 1;
        if (last >= 0 && l->a[last] == a[d] * size && l->b[last] == b[d] * size) {
            l->shape[last] *= size;
            l->a[last] = a[d];
            l->b[last] = b[d];
        } else {
            l->shape[l->rank] = size;
            l->a[l->rank] = a[d];
            l->b[l->rank++] = b[d];
        }
    }
    if (l->rank == 0) {
        l->shape[0] = 1;
        l->a[0] = l->b[0] = 0;
        l->rank = 1;
    }
}

/* Elements of a repeated row that are written out so that short rows become long ones. */
#define REPEATED_ROW 1024
/* Elements that an operand with other steps than 0 and 1 is gathered into at a time. */
#define GATHERED 256

#define DEFINE_PAIRS(T, S)                                                                                            \
    typedef struct {                                                                                                  \
        const elementwise_loops *loops;                                                                               \
        const pair_layout *layout;                                                                                    \
        int op;                                                                                                       \
        const T *a, *b;                                                                                               \
        T *y;                                                                                                         \
        uint8_t *flags; /* the result of a comparison; y is NULL then */                                              \
        _Atomic int32_t fault;                                                                                        \
    } pair_task_##S;                                                                                                  \
                                                                                                                      \
    static void pair_run_##S(pair_task_##S *t, int64_t n, const T *a, int64_t a_step, const T *b, int64_t b_step,     \
                             int64_t at) {                                                                            \
        T gathered_a[GATHERED], gathered_b[GATHERED];                                                                 \
        bool gather = (uint64_t)a_step > 1 || (uint64_t)b_step > 1;                                                   \
        for (int64_t done = 0; done < n;) {                                                                           \
            int64_t count = gather && n - done > GATHERED ? GATHERED : n - done;                                      \
            const T *from_a = a + done * a_step, *from_b = b + done * b_step;                                         \
            int64_t unit_a = a_step, unit_b = b_step;                                                                 \
            if ((uint64_t)a_step > 1) {                                                                               \
                for (int64_t i = 0; i < count; i++) gathered_a[i] = from_a[i * a_step];                               \
                from_a = gathered_a, unit_a = 1;                                                                      \
            }                                                                                                         \
            if ((uint64_t)b_step > 1) {                                                                               \
                for (int64_t i = 0; i < count; i++) gathered_b[i] = from_b[i * b_step];                               \
                from_b = gathered_b, unit_b = 1;                                                                      \
            }                                                                                                         \
            if (t->flags) {                                                                                           \
                t->loops->compare_##S((cnn_compare)t->op, count, from_a, unit_a, from_b, unit_b,                      \
                                      t->flags + at + done);                                                          \
            } else {                                                                                                  \
                int32_t fault = t->loops->binary_##S((cnn_binary)t->op, count, from_a, unit_a, from_b, unit_b,        \
                                                     t->y + at + done);                                               \
                if (fault) t->fault |= fault;                                                                         \
            }                                                                                                         \
            done += count;                                                                                            \
        }                                                                                                             \
    }                                                                                                                 \
                                                                                                                      \
    static void pair_piece_##S(void *context, int64_t begin, int64_t end) {                                           \
        pair_task_##S *t = context;                                                                                   \
        const pair_layout *l = t->layout;                                                                             \
        int inner = l->rank - 1;                                                                                      \
        int64_t position[CNN_MAX_RANK], rest = begin;                                                                 \
        const T *a = t->a, *b = t->b;                                                                                 \
        for (int d = inner; d >= 0; d--) {                                                                            \
            position[d] = d ? rest % l->shape[d] : rest;                                                              \
            rest = d ? rest / l->shape[d] : 0;                                                                        \
            a += position[d] * l->a[d];                                                                               \
            b += position[d] * l->b[d];                                                                               \
        }                                                                                                             \
        while (begin < end) {                                                                                         \
            int64_t left = l->shape[inner] - position[inner], n = end - begin < left ? end - begin : left;            \
            pair_run_##S(t, n, a, l->a[inner], b, l->b[inner], begin);                                                \
            begin += n;                                                                                               \
            if (begin >= end) break;                                                                                  \
            a -= position[inner] * l->a[inner];                                                                       \
            b -= position[inner] * l->b[inner];                                                                       \
            position[inner] = 0;                                                                                      \
            for (int d = inner - 1; d >= 0; d--) {                                                                    \
                a += l->a[d];                                                                                         \
                b += l->b[d];                                                                                         \
                if (++position[d] < l->shape[d] || d == 0) break;                                                     \
                a -= l->shape[d] * l->a[d];                                                                           \
                b -= l->shape[d] * l->b[d];                                                                           \
                position[d] = 0;                                                                                      \
            }                                                                                                         \
        }                                                                                                             \
    }                                                                                                                 \
                                                                                                                      \
    /* [rows, inner] with a short row repeated for one operand: the row is written out several times. */              \
    static bool pair_repeats_##S(const pair_layout *l, const T **a, const T **b, T *buffer, pair_layout *wide) {      \
        if (l->rank != 2 || l->shape[1] > REPEATED_ROW / 8 || l->shape[0] < 8) return false;                          \
        if (l->a[1] != 1 || l->b[1] != 1) return false;                                                               \
        int64_t inner = l->shape[1], times = REPEATED_ROW / inner;                                                    \
        const T **row = l->b[0] == 0 && l->a[0] == inner ? b : (l->a[0] == 0 && l->b[0] == inner ? a : NULL);         \
        if (!row) return false;                                                                                       \
        times = times < l->shape[0] ? times : l->shape[0];                                                            \
        for (int64_t i = 0; i < times; i++) memcpy(buffer + i * inner, *row, (size_t)inner * sizeof(T));              \
        *row = buffer;                                                                                                \
        *wide = *l;                                                                                                   \
        wide->shape[0] = (l->shape[0] + times - 1) / times;                                                           \
        wide->shape[1] = times * inner;                                                                               \
        wide->a[0] = row == a ? 0 : times * inner;                                                                    \
        wide->b[0] = row == b ? 0 : times * inner;                                                                    \
        return true;                                                                                                  \
    }                                                                                                                 \
                                                                                                                      \
    static int32_t pair_start_##S(int op, int64_t grain, int rank, const int64_t *shape, const T *a,                  \
                                  const int64_t *a_strides, const T *b, const int64_t *b_strides, T *y,               \
                                  uint8_t *flags) {                                                                   \
        pair_layout layout, wide;                                                                                     \
        T buffer[REPEATED_ROW];                                                                                       \
        merge_dimensions(rank, shape, a_strides, b_strides, &layout);                                                 \
        if (layout.count == 0) return 0;                                                                              \
        bool repeats = pair_repeats_##S(&layout, &a, &b, buffer, &wide);                                              \
        pair_task_##S task = { cnn_elementwise_loops(), repeats ? &wide : &layout, op, a, b, y, flags, 0 };           \
        interruptible_pieces(layout.count, grain, pair_piece_##S, &task);                                             \
        return task.fault;                                                                                            \
    }                                                                                                                 \
                                                                                                                      \
    int32_t cnn_binary_##S(cnn_binary op, int rank, const int64_t *shape, const T *a, const int64_t *a_strides,       \
                           const T *b, const int64_t *b_strides, T *y) {                                              \
        int64_t grain = op == CNN_POW || op == CNN_MOD || op == CNN_FLOOR_DIV ? TRANSCENDENTAL_GRAIN                  \
                                                                              : ELEMENTWISE_GRAIN;                    \
        return pair_start_##S(op, grain, rank, shape, a, a_strides, b, b_strides, y, NULL);                           \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_compare_##S(cnn_compare op, int rank, const int64_t *shape, const T *a, const int64_t *a_strides,        \
                         const T *b, const int64_t *b_strides, uint8_t *y) {                                          \
        pair_start_##S(op, ELEMENTWISE_GRAIN, rank, shape, a, a_strides, b, b_strides, NULL, y);                      \
    }

DEFINE_PAIRS(float, f32)
DEFINE_PAIRS(double, f64)
DEFINE_PAIRS(int64_t, i64)
DEFINE_PAIRS(uint8_t, u8)
