/* Copies: strided layouts, selection, gathered rows, bytes through tables, and the sum that is a gathering's derivative. */
#include "elementwise_internal.h"

#include "templates/names.h"

/* Squares of a transposition. */
#define TILE 32
/* An element of unusual size is a dimension of bytes. */
#define COPY_RANK (CNN_MAX_RANK + 1)

/* Bytes of any type are copied as integers. */
typedef uint8_t __attribute__((may_alias)) word8;
typedef uint32_t __attribute__((may_alias)) word32;
typedef uint64_t __attribute__((may_alias)) word64;

typedef struct {
    int rank;
    int64_t count;
    int64_t shape[COPY_RANK], x[COPY_RANK], y[COPY_RANK];
    int transposed; /* the dimension along which x is contiguous while y is along the last; -1 if there is none */
    const void *from;
    void *to;
    bool whole; /* whatever comes */
} copy_layout;

typedef struct {
    size_t element_size;
    const uint8_t *condition;
    const void *a, *b;
    void *y;
} select_task;

static void move_dimension(copy_layout *l, int from, int to) {
    int step = from < to ? 1 : -1;
    for (int d = from; d != to; d += step) {
        int64_t shape = l->shape[d], x = l->x[d], y = l->y[d];
        l->shape[d] = l->shape[d + step], l->x[d] = l->x[d + step], l->y[d] = l->y[d + step];
        l->shape[d + step] = shape, l->x[d + step] = x, l->y[d + step] = y;
    }
}

static void copy_pieces(copy_layout *l, int64_t count, int64_t grain, cnn_body body) {
    if (l->whole) parallel_pieces(count, grain, body, l);
    else interruptible_pieces(count, grain, body, l);
}

#define T word8
#define S w8
#include "templates/strided_copy.h"
#undef T
#undef S
#define T word32
#define S w32
#include "templates/strided_copy.h"
#undef T
#undef S
#define T word64
#define S w64
#include "templates/strided_copy.h"
#undef T
#undef S

static int64_t magnitude(int64_t step) { return step < 0 ? -step : step; }

/* Dimensions in the order of y's memory, without those of size 1, neighbours merged where both sides allow it. */
static void arrange(copy_layout *l, int rank, const int64_t *shape, const int64_t *x, const int64_t *y) {
    int order[COPY_RANK], kept = 0;
    l->count = 1;
    for (int d = 0; d < rank; d++) {
        l->count *= shape[d];
        if (shape[d] == 1) continue;
        int at = kept++;
        for (; at > 0 && magnitude(y[order[at - 1]]) < magnitude(y[d]); at--) order[at] = order[at - 1];
        order[at] = d;
    }
    l->rank = 0;
    for (int i = 0; i < kept; i++) {
        int d = order[i], last = l->rank - 1;
        if (last >= 0 && l->x[last] == x[d] * shape[d] && l->y[last] == y[d] * shape[d]) {
            l->shape[last] *= shape[d];
            l->x[last] = x[d];
            l->y[last] = y[d];
        } else {
            l->shape[l->rank] = shape[d];
            l->x[l->rank] = x[d];
            l->y[l->rank++] = y[d];
        }
    }
    if (l->rank == 0) {
        l->rank = 1;
        l->shape[0] = 1;
        l->x[0] = l->y[0] = 0;
    }
    int inner = l->rank - 1;
    l->transposed = -1;
    if (l->y[inner] != 1 || magnitude(l->x[inner]) <= 1 || l->shape[inner] < TILE / 4) return;
    for (int d = 0; d < inner; d++) {
        if (magnitude(l->x[d]) == 1 && l->shape[d] >= TILE / 4) l->transposed = d;
    }
}

static void copy_strided(size_t element_size, int rank, const int64_t *shape, const void *x, const int64_t *x_strides,
                         void *y, const int64_t *y_strides, bool whole) {
    copy_layout layout = { .from = x, .to = y, .whole = whole };
    if (element_size == 1 || element_size == 4 || element_size == 8) {
        arrange(&layout, rank, shape, x_strides, y_strides);
    } else {
        int64_t bytes[COPY_RANK], from[COPY_RANK], to[COPY_RANK], size = (int64_t)element_size;
        for (int d = 0; d < rank; d++) bytes[d] = shape[d], from[d] = x_strides[d] * size, to[d] = y_strides[d] * size;
        bytes[rank] = size, from[rank] = to[rank] = 1;
        arrange(&layout, rank + 1, bytes, from, to);
    }
    if (layout.count <= 0) return;
    switch (element_size) {
        case 4: copy_all_w32(&layout); break;
        case 8: copy_all_w64(&layout); break;
        default: copy_all_w8(&layout); break;
    }
}

void cnn_copy_strided(size_t element_size, int rank, const int64_t *shape, const void *x, const int64_t *x_strides,
                      void *y, const int64_t *y_strides) {
    copy_strided(element_size, rank, shape, x, x_strides, y, y_strides, false);
}

void cnn_write_strided(size_t element_size, int rank, const int64_t *shape, const void *x, const int64_t *x_strides,
                       void *y, const int64_t *y_strides) {
    copy_strided(element_size, rank, shape, x, x_strides, y, y_strides, true);
}

static void select_bytes(void *context, int64_t begin, int64_t end) {
    const select_task *t = context;
    size_t size = t->element_size;
    for (int64_t i = begin; i < end; i++) {
        size_t at = (size_t)i * size;
        memmove((char *)t->y + at, (const char *)(t->condition[i] ? t->a : t->b) + at, size);
    }
}

void cnn_select(size_t element_size, int64_t n, const uint8_t *condition, const void *a, const void *b, void *y) {
    select_task task = { element_size, condition, a, b, y };
    cnn_body body = element_size == 1 ? select_piece_w8 : element_size == 4 ? select_piece_w32
                  : element_size == 8 ? select_piece_w64 : select_bytes;
    interruptible_pieces(n, ELEMENTWISE_GRAIN, body, &task);
}

typedef struct {
    size_t row_bytes;
    const int64_t *index;
    const void *x;
    void *y;
} gather_task;

static void gather_piece(void *context, int64_t begin, int64_t end) {
    const gather_task *t = context;
    if (t->row_bytes == 4) {
        for (int64_t i = begin; i < end; i++) ((word32 *)t->y)[i] = ((const word32 *)t->x)[t->index[i]];
    } else if (t->row_bytes == 8) {
        for (int64_t i = begin; i < end; i++) ((word64 *)t->y)[i] = ((const word64 *)t->x)[t->index[i]];
    } else {
        for (int64_t i = begin; i < end; i++) {
            memcpy((char *)t->y + (size_t)i * t->row_bytes, (const char *)t->x + (size_t)t->index[i] * t->row_bytes,
                   t->row_bytes);
        }
    }
}

void cnn_gather_rows(int64_t n, size_t row_bytes, const int64_t *index, const void *x, void *y) {
    if (row_bytes == 0) return;
    gather_task task = { row_bytes, index, x, y };
    interruptible_pieces(n, 4 * ELEMENTWISE_GRAIN / (int64_t)row_bytes + 1, gather_piece, &task);
}

typedef struct {
    int64_t row, tables;
    const int64_t *index;
    const uint8_t *x;
    const float *table;
    float *y;
} lookup_task;

static void look_up_piece(void *context, int64_t begin, int64_t end) {
    const lookup_task *t = context;
    for (int64_t i = begin; i < end; i++) {
        const uint8_t *from = t->x + t->index[i] * t->row;
        float *to = t->y + i * t->row;
        if (t->tables == 1) {
            for (int64_t c = 0; c < t->row; c++) to[c] = t->table[from[c]];
            continue;
        }
        for (int64_t c = 0, channel = 0; c < t->row; c++) {
            to[c] = t->table[channel * 256 + from[c]];
            channel = channel + 1 == t->tables ? 0 : channel + 1;
        }
    }
}

void cnn_look_up_rows(int64_t n, int64_t row, const int64_t *index, const uint8_t *x, int64_t tables, const float *table,
                      float *y) {
    if (row <= 0) return;
    lookup_task task = { row, tables, index, x, table, y };
    interruptible_pieces(n, ELEMENTWISE_GRAIN / row + 1, look_up_piece, &task);
}

#define DEFINE_SCATTER(T, S)                                                                                          \
    typedef struct {                                                                                                  \
        int64_t n, row;                                                                                               \
        const int64_t *index;                                                                                         \
        const T *dy;                                                                                                  \
        T *dx;                                                                                                        \
    } scatter_task_##S;                                                                                               \
                                                                                                                      \
    static void scatter_piece_##S(void *context, int64_t begin, int64_t end) {                                        \
        const scatter_task_##S *t = context;                                                                          \
        for (int64_t i = 0; i < t->n && (i % ROWS_A_LOOK || !cnn_interrupt_pending()); i++) {                         \
            const T *restrict from = t->dy + i * t->row;                                                              \
            T *restrict to = t->dx + t->index[i] * t->row;                                                            \
            for (int64_t c = begin; c < end; c++) to[c] += from[c];                                                   \
        }                                                                                                             \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_scatter_add_rows_##S(int64_t n, int64_t row, const int64_t *index, const T *dy, T *dx) {                 \
        if (n <= 0) return;                                                                                           \
        scatter_task_##S task = { n, row, index, dy, dx };                                                            \
        int64_t grain = ELEMENTWISE_GRAIN / n + 1;                                                                    \
        parallel_pieces(row, grain < 16 ? 16 : grain, scatter_piece_##S, &task);                                      \
    }

DEFINE_SCATTER(float, f32)
DEFINE_SCATTER(double, f64)

#define DEFINE_FILL(T, S)                                                                                             \
    typedef struct {                                                                                                  \
        T value, *y;                                                                                                  \
    } fill_task_##S;                                                                                                  \
                                                                                                                      \
    static void fill_piece_##S(void *context, int64_t begin, int64_t end) {                                           \
        const fill_task_##S *t = context;                                                                             \
        T value = t->value, *y = t->y;                                                                                \
        for (int64_t i = begin; i < end; i++) y[i] = value;                                                           \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_fill_##S(int64_t n, T value, T *y) {                                                                     \
        fill_task_##S task = { value, y };                                                                            \
        interruptible_pieces(n, ELEMENTWISE_GRAIN, fill_piece_##S, &task);                                            \
    }

DEFINE_FILL(float, f32)
DEFINE_FILL(double, f64)
DEFINE_FILL(int64_t, i64)
DEFINE_FILL(uint8_t, u8)
