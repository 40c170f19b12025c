/* Maximum and average pooling, and their derivatives: rows of pixels shared out over the threads. */
#include "convolution_internal.h"

const product_table *cnn_products(void) {
#if defined(__x86_64__)
    switch (cnn_simd_current()) {
        case CNN_SIMD_AVX512: return &cnn_products_avx512;
        case CNN_SIMD_AVX2: return &cnn_products_avx2;
        default: return __builtin_cpu_supports("fma") ? &cnn_products_fma : &cnn_products_portable;
    }
#else
    return &cnn_products_portable;
#endif
}

typedef struct {
    pooling_rows rows;
    void (*loop)(const pooling_rows *r);
    /* Rows between two looks at an interrupt. */
    int64_t stretch;
} pooling_task;

static void pool_piece(void *context, int64_t begin, int64_t end) {
    const pooling_task *t = context;
    pooling_rows rows = t->rows;
    for (int64_t row = begin; row < end && !cnn_interrupt_pending(); row += t->stretch) {
        rows.begin = row;
        rows.end = smaller(row + t->stretch, end);
        t->loop(&rows);
    }
}

/* The rows of the output, or of the input. */
static void pool(const pooling_task *task, bool of_input) {
    const cnn_conv2d_geometry *g = task->rows.g;
    int64_t count = g->n * (of_input ? g->h : g->oh), pixels = of_input ? g->w : g->ow;
    if (count <= 0 || pixels <= 0 || g->c <= 0) return;
    double work = (double)(pixels * g->c) * (double)larger(g->fh * g->fw, 1);
    pooling_task copy = *task;
    copy.stretch = work < 1 << 22 ? 8 : 1;
    cnn_parallel_for(count, (int64_t)(PRODUCT_GRAIN / 8 / work) + 1, pool_piece, &copy);
}

static pooling_rows averaging_rows(const cnn_conv2d_geometry *g, int count_pad, int64_t pad_bottom, int64_t pad_right,
                                   const void *x, void *y) {
    return (pooling_rows){ .g = g, .counts_padding = count_pad != 0, .limit_h = g->h + (count_pad ? pad_bottom : 0),
                           .limit_w = g->w + (count_pad ? pad_right : 0), .x = x, .y = y };
}

#define DEFINE_POOLING(T, S)                                                                                          \
    void cnn_max_pool_forward_##S(const cnn_conv2d_geometry *g, const T *x, T *y, int32_t *index) {                   \
        pooling_task task = { { .g = g, .x = x, .y = y, .index = index }, cnn_products()->S.max_pool };               \
        pool(&task, false);                                                                                           \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_max_pool_backward_##S(const cnn_conv2d_geometry *g, const T *dy, const int32_t *index, T *dx) {          \
        pooling_task task = { { .g = g, .x = dy, .y = dx, .index = (int32_t *)index },                                \
                              cnn_products()->S.max_pool_backward };                                                  \
        pool(&task, !windows_lie_apart(g));                                                                           \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_avg_pool_forward_##S(const cnn_conv2d_geometry *g, int count_pad, int64_t pad_bottom, int64_t pad_right, \
                                  const T *x, T *y) {                                                                 \
        pooling_task task = { averaging_rows(g, count_pad, pad_bottom, pad_right, x, y), cnn_products()->S.avg_pool };\
        pool(&task, false);                                                                                           \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_avg_pool_backward_##S(const cnn_conv2d_geometry *g, int count_pad, int64_t pad_bottom,                   \
                                   int64_t pad_right, const T *dy, T *dx) {                                           \
        pooling_task task = { averaging_rows(g, count_pad, pad_bottom, pad_right, dy, dx),                            \
                              cnn_products()->S.avg_pool_backward };                                                  \
        pool(&task, !windows_lie_apart(g));                                                                           \
    }

DEFINE_POOLING(float, f32)
DEFINE_POOLING(double, f64)

// MARK: Behind a convolution

/* The pictures of a convolution's output that are pooled where they lie. */
#define POOLED_PICTURE_BYTES (128 * 1024)

bool cnn_conv2d_pools(const cnn_conv2d_geometry *g, const cnn_conv2d_geometry *pool, int64_t element_size) {
    return g->n >= CNN_POOLED_PICTURES && g->c > 0 && g->k > 0 && windows_lie_apart(pool) && pool->pad_top == 0
        && pool->pad_left == 0 && pool->fh == pool->stride_h && g->oh * g->ow * g->k <= POOLED_PICTURE_BYTES / element_size;
}

bool pools_in_planes(const cnn_pooled *pooled, const product_loops *loops) {
    const cnn_conv2d_geometry *g = pooled->g;
    return loops->slide_pooled && g->fh == 2 && g->fw == 2 && g->stride_h == 2 && g->stride_w == 2
        && g->h == 2 * g->oh && g->w == 2 * g->ow;
}

void pool_pictures(const cnn_pooled *pooled, const product_loops *loops, int64_t image, int64_t images, const void *x) {
    const cnn_conv2d_geometry *g = pooled->g;
    int64_t first = image * g->oh * g->ow * g->c;
    pooling_rows rows = { .g = g, .begin = 0, .end = images * g->oh, .x = x,
                          .y = place_at(pooled->y, first, loops->element), .index = pooled->index + first };
    loops->max_pool(&rows);
}

void spread_pooled(const cnn_pooled *pooled, const product_loops *loops, int64_t image, int64_t images, int64_t row,
                   int64_t end, void *dx) {
    const cnn_conv2d_geometry *g = pooled->g;
    int64_t first = image * g->oh * g->ow * g->c;
    /* Rows count from the picture's first, which is not among them unless `row` is 0. */
    char *picture = (char *)((intptr_t)dx - row * g->stride_h * g->w * g->c * loops->element);
    pooling_rows rows = { .g = g, .begin = row, .end = (images - 1) * g->oh + end,
                          .x = element_at(pooled->dy, first, loops->element), .y = picture,
                          .index = pooled->index + first };
    loops->max_pool_backward(&rows);
}
