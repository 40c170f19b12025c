/* What convolution, dense products and pooling share: the table of serial inner loops that each SIMD level fills in for
 * each type. The drivers (convolution.c, matmul.c, ...) know geometry, memory and threads and work on bytes, so they
 * exist once; offsets and pitches count elements. */
#ifndef PRODUCTS_INTERNAL_H
#define PRODUCTS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "include/cnn_products.h"
#include "include/cnn_runtime.h"

/* Columns of a matrix are worked on in panels of up to PANEL_VECTORS vectors; the last one may be narrower. */
#define PANEL_VECTORS 2
/* The widest vector, and so the widest panel, in bytes. */
#define MAXIMUM_VECTOR_BYTES 64
#define MAXIMUM_PANEL_BYTES (PANEL_VECTORS * MAXIMUM_VECTOR_BYTES)
/* The narrowest vector. */
#define MINIMUM_VECTOR_BYTES 16

/* Multiply-adds that a piece of a parallel loop has at least: some microseconds. */
#define PRODUCT_GRAIN 131072

/* y[pixel, column] = start[column] + sum over the taps (rows, then columns) and `length` elements of x * w.
 * Output pixels form a grid of images, rows and columns; each has its place in x and in y. */
typedef struct {
    const void *x;
    int64_t x_image, x_row, x_column;
    void *y;
    int64_t y_image, y_row, y_column;
    int64_t images, rows, columns;
    int64_t tap_rows, tap_columns;      /* of the window */
    int64_t tap_row_pitch, tap_column_pitch;
    int64_t length;                     /* contiguous elements of x a tap */
    const void *w;                      /* a row of `width` elements for each tap and element, in this order */
    int64_t w_pitch;
    const void *start;                  /* `width` elements; NULL: the chains go on from what y holds */
    bool adds;                          /* the chains begin at 0, and y + chain is stored */
    int64_t width, count;               /* of the panel: lanes, and columns that exist */
} sliding_product;

/* out[i, column] = start[column] + sum over the pixels of a[pixel, i] * b[pixel, column]. The i are the elements under
 * a window: `run` contiguous ones for each of its taps, from tap `first_tap` on. */
typedef struct {
    const void *a;                      /* where tap 0 of the first pixel lies */
    int64_t a_image, a_row, a_column;
    int64_t run, first_tap;
    int64_t tap_columns, tap_row_pitch, tap_column_pitch;
    const void *b;
    int64_t b_pitch;                    /* between pixels */
    int64_t images, rows, columns;
    int64_t length;                     /* rows of out */
    void *out;                          /* row 0 belongs to `first_tap` */
    int64_t out_pitch;
    const void *start;                  /* `width` elements; NULL: the chains go on from what out holds */
    bool adds;                          /* the chains begin at 0, and out + chain is stored (not depthwise) */
    int64_t width, count;               /* of the panel; depthwise: `count` channels, a tap is a row of out */
} outer_product;

/* Columns of a planar product at most. */
#define PLANAR_COLUMNS 8
/* A derivative by few columns is a sum of this many chains, of the pixels whose column has the same remainder. */
#define PLANAR_CHAINS 16

/* A sliding product of few columns, whose vectors run along the pixels of a row: x in planes, so that the pixels of a
 * row lie side by side; those of y do, `count` elements each. What follows the last row of x may be read. */
typedef struct {
    const void *x;
    int64_t x_image, x_row;
    void *y;
    int64_t y_image, y_row;
    int64_t images, rows, columns;
    const int64_t *steps;               /* where each element of the window lies, in the order of the chain */
    int64_t step_count;
    /* Rows of taps beside the picture may be left out: the weights are finite, and no start is -0. Row 0 of the output
     * begins `top` below the picture's first, and moves by 1. */
    bool skips;
    int64_t top, height, tap_rows, tap_step;
    const void *w;                      /* `count` elements a step */
    const void *start;                  /* `count` elements; NULL: zeros */
    int64_t count;
} planar_product;

/* The same with max pooling in 2x2 windows behind it: y and index are those of the pooled output, y_image and y_row too;
 * rows and columns are even. */
typedef struct {
    planar_product product;
    int32_t *index;
} planar_pooling;

/* Two rows of dy in planes from a row of windows: what of `dy` has its `index` there. Both of these lie in planes, a row
 * of `pitch` windows, whole vectors, for each channel; those that are no windows have the index -1. */
typedef struct {
    const void *dy;
    const int32_t *index;
    int64_t pitch, count;
    void *upper, *lower;                /* of channel 0; NULL: not asked for */
    int64_t plane, width;               /* from a channel to the next; elements of a row, whole vectors */
    int64_t position, columns;          /* of the upper row's first pixel; pixels of a row */
} planar_spread;

/* sums[(i * count + k) * PLANAR_CHAINS + j] += sum over the pixels, with columns j, j + PLANAR_CHAINS, ..., of
 * x[pixel, i] * dy[pixel, k], for the elements `first` ..< `end` of the window. Rows of dy end in zeros, to a multiple of
 * PLANAR_CHAINS; what follows the last row of x may be read. */
typedef struct {
    const void *x;
    int64_t x_image, x_row;
    const int64_t *steps;
    int64_t first, end;
    const void *dy;
    int64_t dy_image, dy_row, dy_plane;
    int64_t images, rows, columns, count;
    void *sums;
} planar_outer_product;

/* A row of a sliding product of few columns, whose vectors are the same place of LANES pictures. */
typedef struct {
    const void *x;                      /* height x width x from vectors */
    const void *zeros;                  /* from vectors, for what is beside the picture */
    void *y;                            /* columns x count vectors */
    int64_t height, width, from, columns, count;
    int64_t top, left;                  /* where tap 0 of the first pixel lies */
    int64_t tap_rows, tap_columns, row_step, column_step;
    const void *w, *start;              /* w: `count` elements for each of `from`, for each tap */
    bool skips;                         /* as in a planar product, rows and columns */
} lane_product;

/* Depthwise convolution of `channels` channels: y[pixel, c] = start[c] + sum over the taps of x * w. */
typedef struct {
    const void *x;
    int64_t x_image, x_row, x_column;
    void *y;
    int64_t y_image, y_row, y_column;
    int64_t images, rows, columns;
    int64_t tap_rows, tap_columns, tap_row_pitch, tap_column_pitch;
    const void *w;
    int64_t w_row, w_column;            /* pitch of the taps; negative where they run backwards */
    const void *start;                  /* `channels` elements; NULL: zeros */
    int64_t channels;
} depthwise_product;

/* Rows of all output pictures of a pooling layer; in its derivative of the input pictures, but for windows that lie
 * apart. */
typedef struct {
    const cnn_conv2d_geometry *g;
    int64_t begin, end;                 /* rows, counted through all pictures */
    bool counts_padding;                /* averages: what a sum is divided by */
    int64_t limit_h, limit_w;           /* averages: one past the last row and column that count */
    const void *x;                      /* what is read: x, or dy */
    void *y;                            /* what is written: y, or dx */
    int32_t *index;
} pooling_rows;

typedef struct {
    int64_t element, lanes;             /* bytes of an element, elements of a vector */
    void (*slide)(const sliding_product *p);
    void (*outer)(const outer_product *p);
    void (*slide_planar)(const planar_product *p);
    /* whether all n weights are finite, and none of `count` starts (NULL: zeros) is -0 */
    bool (*may_skip)(const void *w, int64_t n, const void *start, int64_t count);
    void (*outer_planar)(const planar_outer_product *p);
    void (*slide_lanes)(const lane_product *p);
    /* NULL for double */
    void (*slide_pooled)(const planar_pooling *p);
    void (*spread_planes)(const planar_spread *p);
    /* dw[i] = the chains of sums[i], added as a tree */
    void (*add_chains)(const void *sums, int64_t n, void *dw);
    void (*depthwise)(const depthwise_product *p);
    /* out[tap, c] = start[c] + sum over the pixels of a[pixel, tap, c] * b[pixel, c], for taps of one row */
    void (*depthwise_outer)(const outer_product *p);
    /* out[i * width + j] = w[i * pitch + j] for j < count, else 0 */
    void (*pack)(const void *w, int64_t pitch, int64_t rows, int64_t count, int64_t width, void *out);
    /* out[i * width + j] = w[j * pitch + i] for j < count, else 0 */
    void (*pack_transposed)(const void *w, int64_t pitch, int64_t rows, int64_t count, int64_t width, void *out);
    /* out[i * out_pitch + j] = x[j * pitch + i] for i < rows, j < count */
    void (*transpose)(const void *x, int64_t pitch, int64_t rows, int64_t count, int64_t out_pitch, void *out);
    /* y[i] = parts[0][i] + parts[1][i] + ..., a part every `pitch` elements */
    void (*add_parts)(const void *parts, int64_t pitch, int64_t count, int64_t n, void *y);
    void (*max_pool)(const pooling_rows *r);
    void (*max_pool_backward)(const pooling_rows *r);
    void (*avg_pool)(const pooling_rows *r);
    void (*avg_pool_backward)(const pooling_rows *r);
} product_loops;

typedef struct {
    product_loops f32, f64;
} product_table;

extern const product_table cnn_products_portable;
#if defined(__x86_64__)
extern const product_table cnn_products_fma, cnn_products_avx2, cnn_products_avx512;
#endif

/* The loops of the level in use. */
const product_table *cnn_products(void);

/* Lanes of the panel that begins where `rest` columns are left. */
static inline int64_t panel_width(int64_t rest, int64_t lanes, int64_t element) {
    if (rest > lanes) return PANEL_VECTORS * lanes;
    while (lanes / 2 * element >= MINIMUM_VECTOR_BYTES && lanes / 2 >= rest) lanes /= 2;
    return lanes;
}

/* Lanes of all panels of `columns` columns. */
static inline int64_t panels_width(int64_t columns, int64_t lanes, int64_t element) {
    int64_t full = columns / (PANEL_VECTORS * lanes) * (PANEL_VECTORS * lanes);
    return columns == full ? full : full + panel_width(columns - full, lanes, element);
}

static inline int64_t panel_count(int64_t columns, int64_t lanes) {
    return (columns + PANEL_VECTORS * lanes - 1) / (PANEL_VECTORS * lanes);
}

/* The taps along one axis that meet positions of one phase: position q meets tap `tap + i * tap_step` at
 * `q * stride + first + i * step` of the other picture. */
typedef struct {
    int64_t taps, first, step, tap, tap_step;
} tap_axis;

/* From output to input: every tap, in order. */
static inline tap_axis forward_axis(int64_t taps, int64_t padding, int64_t dilation) {
    return (tap_axis){ taps, -padding, dilation, 0, 1 };
}

/* From input position phase + q * stride to the outputs q + first, ... that have it in their windows, in their order,
 * so the taps run backwards. */
static inline tap_axis backward_axis(int64_t taps, int64_t stride, int64_t padding, int64_t dilation, int64_t phase) {
    tap_axis axis = { 0, 0, 1, 0, -1 };
    for (int64_t t = taps - 1; t >= 0; t--) {
        int64_t distance = phase + padding - t * dilation;
        if (distance % stride != 0) continue;
        int64_t position = distance / stride;
        if (axis.taps == 0) {
            axis.first = position;
            axis.tap = t;
        } else if (axis.taps == 1) {
            axis.step = position - axis.first;
            axis.tap_step = t - axis.tap;
        }
        axis.taps++;
    }
    return axis;
}

static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* The taps of a window from `start` on whose positions lie in low ..< high. */
typedef struct {
    int64_t first, taps; /* position of the first tap */
} window_range;

static inline window_range window_clipped(int64_t start, int64_t taps, int64_t dilation, int64_t low, int64_t high) {
    int64_t skipped = start < low ? (low - start + dilation - 1) / dilation : 0;
    int64_t first = start + skipped * dilation, last = start + (taps - 1) * dilation;
    int64_t beyond = last >= high ? (last - high) / dilation + 1 : 0;
    return (window_range){ first, larger(taps - skipped - beyond, 0) };
}

/* The taps first ..< end of an axis. */
typedef struct {
    int64_t first, end;
} tap_range;

/* Those that meet a picture of `size` rows or columns, where tap 0 lies at `start`. */
static inline tap_range taps_inside(int64_t start, int64_t taps, int64_t step, int64_t size) {
    window_range range = window_clipped(start, taps, step, 0, size);
    int64_t first = range.taps > 0 ? (range.first - start) / step : 0;
    return (tap_range){ first, first + range.taps };
}

/* Those that do for this pixel or the next. */
static inline tap_range taps_of_two(int64_t start, int64_t taps, int64_t step, int64_t size) {
    tap_range a = taps_inside(start, taps, step, size), b = taps_inside(start + 1, taps, step, size);
    if (a.first == a.end) return b;
    if (b.first == b.end) return a;
    return (tap_range){ smaller(a.first, b.first), larger(a.end, b.end) };
}

/* What the sum of an averaging window is divided by. */
static inline int64_t window_divisor(const pooling_rows *p, int64_t top, int64_t left) {
    const cnn_conv2d_geometry *g = p->g;
    int64_t low_h = p->counts_padding ? -g->pad_top : 0, low_w = p->counts_padding ? -g->pad_left : 0;
    int64_t rows = window_clipped(top, g->fh, g->dilation_h, low_h, p->limit_h).taps;
    int64_t columns = window_clipped(left, g->fw, g->dilation_w, low_w, p->limit_w).taps;
    return larger(rows * columns, 1);
}

/* Whether a single window is work enough to look for an interrupt before it. */
static inline bool window_is_long(const cnn_conv2d_geometry *g) { return g->fh * g->fw >= 1 << 10; }

/* The elements of a planar product's window that meet the picture, for a row of the output. */
static inline tap_range steps_of_row(const planar_product *p, int64_t row) {
    if (!p->skips) return (tap_range){ 0, p->step_count };
    tap_range rows = taps_inside(p->top + row, p->tap_rows, p->tap_step, p->height);
    int64_t row_of_taps = p->step_count / p->tap_rows;
    return (tap_range){ rows.first * row_of_taps, rows.end * row_of_taps };
}

/* The outputs first, first + step, ... that position q of an axis belongs to. */
typedef struct {
    int64_t first, step, count;
} pooling_reach;

static inline pooling_reach reach_of(const tap_axis *axis, int64_t q, int64_t outputs) {
    window_range range = window_clipped(q + axis->first, axis->taps, axis->step, 0, outputs);
    return (pooling_reach){ range.first, axis->step, range.taps };
}

/* Whether an input pixel is in one window at most. */
static inline bool windows_lie_apart(const cnn_conv2d_geometry *g) {
    return g->oh > 0 && g->ow > 0 && g->dilation_h == 1 && g->dilation_w == 1 && g->fh <= g->stride_h
        && g->fw <= g->stride_w;
}

static inline const void *element_at(const void *base, int64_t index, int64_t element) {
    return (const char *)base + index * element;
}

static inline void *place_at(void *base, int64_t index, int64_t element) { return (char *)base + index * element; }

#endif
