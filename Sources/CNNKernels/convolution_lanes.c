/* Few columns and small pictures: vectors of as many pictures as they have lanes, for each of which a window leaves out the
 * taps beside the picture. */
#include "convolution_internal.h"

/* The copy of a vector of pictures, which stays in the second-level cache. */
#define LANE_BYTES (160 * 1024)

static int64_t copy_bytes(const lane_convolution *c, int64_t lanes, int64_t element) {
    const sliding_windows *w = c->windows;
    return round_up(lanes * w->h * w->w * w->c * element, 64);
}

static int64_t row_bytes(const lane_convolution *c, int64_t lanes, int64_t element) {
    return round_up(lanes * c->windows->positions_w * c->to * element, 64);
}

int64_t lane_slot_bytes(const lane_convolution *c, int64_t lanes, int64_t element) {
    return copy_bytes(c, lanes, element) + row_bytes(c, lanes, element) + round_up(lanes * c->from * element, 64);
}

bool fits_lanes(const lane_convolution *c, int64_t lanes, int64_t element, int64_t threads) {
    const sliding_windows *w = c->windows;
    if (copy_bytes(c, lanes, element) > LANE_BYTES) return false;
    /* A vector for each thread, and few lanes that idle. */
    int64_t vectors = (w->n + lanes - 1) / lanes;
    if (vectors * lanes > w->n + w->n / 8 || (vectors % threads != 0 && vectors < 4 * threads)) return false;
    /* Multiply-adds of a row of `lanes` pictures, beside those of vectors of columns or of pixels. */
    int64_t taps = 0, pixels = w->positions_w, depth = c->from * c->rows.taps;
    for (int64_t column = 0; column < pixels; column += 2) {
        tap_range both = taps_of_two(c->columns.first + column, c->columns.taps, c->columns.step, w->w);
        taps += 2 * (both.end - both.first);
    }
    int64_t transposed = (c->to + c->from) * pixels * lanes;
    int64_t others = smaller(pixels * lanes, c->to * round_up(pixels, lanes)) * c->columns.taps * depth;
    return 8 * (c->to * taps * depth + transposed) <= 7 * others;
}

void fill_lanes(const lane_convolution *c, const void *x, int64_t first, int64_t images, void *slot) {
    int64_t picture = c->windows->h * c->windows->w * c->windows->c, lanes = c->loops->lanes;
    c->loops->transpose(x, picture, picture, images, lanes, place_at(slot, first, c->loops->element));
}

void slide_lane_pictures(const lane_convolution *c, int64_t images, void *slot, void *y) {
    const sliding_windows *w = c->windows;
    const product_loops *l = c->loops;
    int64_t e = l->element, lanes = l->lanes, row = w->positions_w * c->to;
    char *copy = slot, *sums = copy + copy_bytes(c, lanes, e), *zeros = sums + row_bytes(c, lanes, e);
    memset(zeros, 0, (size_t)(lanes * c->from * e));
    lane_product p = {
        .x = copy, .zeros = zeros, .y = sums, .height = w->h, .width = w->w, .from = c->from,
        .columns = w->positions_w, .count = c->to, .left = c->columns.first,
        .tap_rows = c->rows.taps, .tap_columns = c->columns.taps, .row_step = c->rows.step, .column_step = c->columns.step,
        .w = c->w, .start = c->start, .skips = c->skips,
    };
    for (int64_t r = 0; r < w->positions_h && !cnn_interrupt_pending(); r++) {
        p.top = r + c->rows.first;
        l->slide_lanes(&p);
        l->transpose(sums, lanes, images, row, w->positions_h * row, place_at(y, r * row, e));
    }
}
