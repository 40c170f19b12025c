/* Matrix products. The second operand is copied a panel of columns and a block of rows at a time, transposed where it
 * must be; each block is a chain of its own that is added to c. */
#include "products_internal.h"

/* Products of a chain: one chain of thousands loses digits. */
#define CHAIN 256
/* Rows of c that a task works on at most, so that their part of a stays in the second-level cache. */
#define TASK_ROWS 96
/* Tasks begin at multiples of this many rows: whole tiles at every level. */
#define TASK_ROWS_STEP 24
/* Rows of c from which on a copied panel pays. */
#define ROWS_WORTH_A_COPY 24

typedef struct {
    const product_loops *loops;
    int64_t m, n, k;
    bool trans_a, trans_b;
    const char *a, *b, *bias;
    char *c;
    int64_t task_rows, panels;
} matrix_product;

/* Rows first ..< first + rows of c in panel `panel`. */
static void multiply_panel(const matrix_product *t, int64_t first, int64_t rows, int64_t panel, void *copy) {
    _Alignas(64) char start[MAXIMUM_PANEL_BYTES] = {0};
    const product_loops *l = t->loops;
    int64_t e = l->element, column = panel * PANEL_VECTORS * l->lanes;
    int64_t width = panel_width(t->n - column, l->lanes, e), count = smaller(width, t->n - column);
    bool in_place = !t->trans_b && count == width && rows < ROWS_WORTH_A_COPY;
    if (t->bias) memcpy(start, t->bias + column * e, (size_t)(count * e));
    for (int64_t k0 = 0; k0 == 0 || k0 < t->k; k0 += CHAIN) {
        int64_t depth = smaller(CHAIN, t->k - k0);
        const char *b = t->trans_b ? t->b + (column * t->k + k0) * e : t->b + (k0 * t->n + column) * e;
        if (t->trans_b) l->pack_transposed(b, t->k, depth, count, width, copy);
        else if (!in_place) l->pack(b, t->n, depth, count, width, copy);
        const void *columns = in_place ? b : copy, *begin = k0 == 0 ? start : NULL;
        int64_t pitch = in_place ? t->n : width;
        void *c = t->c + (first * t->n + column) * e;
        if (t->trans_a) {
            outer_product p = {
                .a = t->a + (k0 * t->m + first) * e, .a_column = t->m, .run = rows, .tap_columns = 1,
                .b = columns, .b_pitch = pitch, .images = 1, .rows = 1, .columns = depth, .length = rows, .out = c, .out_pitch = t->n,
                .start = begin, .adds = k0 > 0, .width = width, .count = count,
            };
            l->outer(&p);
        } else {
            sliding_product p = {
                .x = t->a + (first * t->k + k0) * e, .x_column = t->k, .y = c, .y_column = t->n,
                .images = 1, .rows = 1, .columns = rows, .tap_rows = 1, .tap_columns = 1, .length = depth,
                .w = columns, .w_pitch = pitch, .start = begin, .adds = k0 > 0, .width = width, .count = count,
            };
            l->slide(&p);
        }
    }
}

static void multiply_tasks(void *context, int64_t begin, int64_t end) {
    _Alignas(64) char copy[CHAIN * MAXIMUM_PANEL_BYTES];
    const matrix_product *t = context;
    for (int64_t task = begin; task < end && !cnn_interrupt_pending(); task++) {
        int64_t first = task / t->panels * t->task_rows;
        multiply_panel(t, first, smaller(t->task_rows, t->m - first), task % t->panels, copy);
    }
}

static void multiply(const product_loops *l, int64_t m, int64_t n, int64_t k, const void *a, bool trans_a,
                     const void *b, bool trans_b, const void *bias, void *c) {
    if (m <= 0 || n <= 0) return;
    matrix_product t = { l, m, n, larger(k, 0), trans_a, trans_b, a, b, bias, c, 0, panel_count(n, l->lanes) };
    int64_t balanced = (m * t.panels / (4 * (int64_t)cnn_threads()) + t.panels - 1) / t.panels;
    balanced = (balanced + TASK_ROWS_STEP - 1) / TASK_ROWS_STEP * TASK_ROWS_STEP;
    t.task_rows = smaller(larger(balanced, TASK_ROWS_STEP), TASK_ROWS);
    int64_t tasks = (m + t.task_rows - 1) / t.task_rows * t.panels;
    double products = (double)m * (double)n * (double)k;
    cnn_parallel_for(tasks, (int64_t)(PRODUCT_GRAIN * (double)tasks / (products + 1)) + 1, multiply_tasks, &t);
}

#define DEFINE_MATMUL(T, S)                                                                                           \
    void cnn_matmul_##S(int64_t m, int64_t n, int64_t k, const T *a, int trans_a, const T *b, int trans_b,            \
                        const T *bias, T *c) {                                                                        \
        multiply(&cnn_products()->S, m, n, k, a, trans_a != 0, b, trans_b != 0, bias, c);                             \
    }

DEFINE_MATMUL(float, f32)
DEFINE_MATMUL(double, f64)
