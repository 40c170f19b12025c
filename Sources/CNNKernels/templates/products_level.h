/* All loops of the products for one SIMD level: the including file has set the target attribute, VECTOR_BYTES and the
 * name of the table. The order of every chain is in the source, so every level gives the same bits. */

#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
#define FN(name) PASTE(name, S)
#define TILE_INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

/* Rows of a tile: as many accumulators as hide the latency of a multiply-add and fit in the registers. */
#define MAXIMUM_TILE_ROWS 8
#if VECTOR_BYTES >= 64 || defined(__aarch64__)
#define SLIDE_ROWS_OF_TWO 8
#define OUTER_ROWS_OF_TWO 8
#define MAXIMUM_RUN_ROWS 16
#else
#define SLIDE_ROWS_OF_TWO 6
#define OUTER_ROWS_OF_TWO 6
#define MAXIMUM_RUN_ROWS MAXIMUM_TILE_ROWS
#endif

/* Elements of a window that are listed one by one where its contiguous runs are shorter than SHORT_RUN: a loop for each
 * run would cost more than the run. */
#define LISTED_STEPS 512
#define SHORT_RUN 16

/* Where the elements of a window lie in the order of the chain; gives their number, or 0 where runs are long. */
static int64_t list_steps(const sliding_product *p, int64_t *steps) {
    int64_t count = p->tap_rows * p->tap_columns * p->length;
    if (p->length >= SHORT_RUN || count > LISTED_STEPS) return 0;
    for (int64_t r = 0; r < p->tap_rows; r++) {
        for (int64_t c = 0; c < p->tap_columns; c++) {
            for (int64_t j = 0; j < p->length; j++) *steps++ = r * p->tap_row_pitch + c * p->tap_column_pitch + j;
        }
    }
    return count;
}

/* Where the pixels of y lie side by side and are written in this order, a pixel may be stored with all lanes of the
 * panel: what lies behind it is written later. How many of the last pixels that does not hold for. */
static int64_t pixels_behind(const sliding_product *p) {
    bool side_by_side = p->y_column == p->count && (p->rows == 1 || p->y_row == p->columns * p->y_column)
        && (p->images == 1 || p->y_image == p->rows * p->columns * p->y_column);
    if (!side_by_side || p->start == NULL) return INT64_MAX / 2;
    return (p->width - p->count + p->count - 1) / p->count;
}

/* Accumulators of a planar tile, and of one of a derivative: 32 registers, or 16. */
#if VECTOR_BYTES >= 64 || defined(__aarch64__)
#define PLANAR_SUMS 24
#define PLANAR_OUTER_SUMS 24
#define PLANAR_OUTER_COLUMNS 8
#else
#define PLANAR_SUMS 12
#define PLANAR_OUTER_SUMS 9
#define PLANAR_OUTER_COLUMNS 4
#endif

/* Rows of an outer product that lie side by side under every pixel, and are summed in one tile: they need one address. 0
 * where no such number leaves no rest. */
static inline int rows_of_run(const outer_product *p) {
    if (p->length % p->run != 0) return 0;
    return p->run % 16 == 0 ? 16 : p->run % 15 == 0 ? 15 : p->run % 12 == 0 ? 12 : p->run % 10 == 0 ? 10 : 0;
}

/* The element of a window that an outer product is at. */
typedef struct {
    int64_t row;                    /* of the result */
    int64_t tap_column, inside;     /* column of the tap, place in its run */
    int64_t tap_row_offset, offset;
} window_walk;

static inline window_walk first_element(const outer_product *p) {
    int64_t row = p->first_tap / p->tap_columns, column = p->first_tap % p->tap_columns;
    int64_t row_offset = row * p->tap_row_pitch;
    return (window_walk){ 0, column, 0, row_offset, row_offset + column * p->tap_column_pitch };
}

/* Its place, and on to the next. */
TILE_INLINE int64_t next_element(window_walk *walk, const outer_product *p) {
    int64_t offset = walk->offset;
    walk->row++;
    walk->offset++;
    if (++walk->inside < p->run) return offset;
    walk->inside = 0;
    if (++walk->tap_column == p->tap_columns) {
        walk->tap_column = 0;
        walk->tap_row_offset += p->tap_row_pitch;
    }
    walk->offset = walk->tap_row_offset + walk->tap_column * p->tap_column_pitch;
    return offset;
}

#define T float
#define S f32
#define ELEMENT 4
#define MASK int32_t
#include "products.h"
#include "planar_tiles.h"
#include "lane_tiles.h"
#include "planar_pooling.h"
#include "pooling.h"
#undef T
#undef S
#undef ELEMENT
#undef MASK

#define T double
#define S f64
#define ELEMENT 8
#define MASK int64_t
#include "products.h"
#include "planar_tiles.h"
#include "lane_tiles.h"
#include "pooling.h"
#undef T
#undef S
#undef ELEMENT
#undef MASK

#define slide_pooled_f64 NULL
#define spread_planes_f64 NULL

#define ENTRIES(S, size)                                                                                              \
    .S = { .element = size, .lanes = VECTOR_BYTES / size, .slide = slide_##S, .outer = outer_##S,                     \
           .slide_planar = slide_planar_##S, .may_skip = may_skip_##S, .outer_planar = outer_planar_##S,                \
           .slide_lanes = slide_lanes_##S,                                                                            \
           .slide_pooled = slide_pooled_##S, .spread_planes = spread_planes_##S, .add_chains = add_chains_##S,        \
           .transpose = transpose_##S, .depthwise = depthwise_##S, .depthwise_outer = depthwise_outer_##S, .pack = pack_##S,                      \
           .pack_transposed = pack_transposed_##S, .add_parts = add_parts_##S, .max_pool = max_pool_##S,              \
           .max_pool_backward = max_pool_backward_##S, .avg_pool = avg_pool_##S,                                      \
           .avg_pool_backward = avg_pool_backward_##S }

const product_table PRODUCTS_TABLE = { ENTRIES(f32, 4), ENTRIES(f64, 8) };
