/* Products of few columns for T: a vector is the same place of LANES pictures. Each lane is a chain of its own. */

#define LANES (VECTOR_BYTES / ELEMENT)
#define WIDTH planar
#define TILE(name) PASTE(PASTE(name, S), WIDTH)

/* The taps of two neighbouring pixels, or of one, as they lie over a picture. */
typedef struct {
    int64_t first_row, rows, first_column, columns;
} FN(tap_window);

/* The taps that meet the picture for one of `pixels` pixels from `column` on, or all. */
TILE_INLINE FN(tap_window) FN(taps_over)(const lane_product *p, int64_t column, int64_t pixels) {
    FN(tap_window) all = { 0, p->tap_rows, 0, p->tap_columns };
    if (!p->skips) return all;
    int64_t left = p->left + column;
    tap_range rows = taps_inside(p->top, p->tap_rows, p->row_step, p->height);
    tap_range columns = pixels > 1 ? taps_of_two(left, p->tap_columns, p->column_step, p->width)
                                   : taps_inside(left, p->tap_columns, p->column_step, p->width);
    return (FN(tap_window)){ rows.first, rows.end - rows.first, columns.first, columns.end - columns.first };
}

/* The sums of `pixels` pixels of one row. What lies beside the picture is +0. */
TILE_INLINE void FN(lane_sums)(const lane_product *p, int64_t column, FN(tap_window) taps, const int count, const int pixels,
                               TILE(vector) sum[][PLANAR_COLUMNS]) {
    const T *start = p->start, *all = p->w;
    UNROLL for (int v = 0; v < pixels; v++) {
        UNROLL for (int k = 0; k < count; k++) sum[v][k] = (TILE(vector))(start ? start[k] : 0);
    }
    for (int64_t r = taps.first_row; r < taps.first_row + taps.rows; r++) {
        int64_t row = p->top + r * p->row_step;
        bool is_inside = row >= 0 && row < p->height;
        for (int64_t c = taps.first_column; c < taps.first_column + taps.columns; c++) {
            const T *x[2], *w = all + (r * p->tap_columns + c) * p->from * count;
            UNROLL for (int v = 0; v < pixels; v++) {
                int64_t place = p->left + column + v + c * p->column_step;
                bool is_there = is_inside && place >= 0 && place < p->width;
                x[v] = is_there ? (const T *)p->x + (row * p->width + place) * p->from * LANES : p->zeros;
            }
            for (int64_t j = 0; j < p->from; j++, w += count) {
                TILE(vector) places[2];
                UNROLL for (int v = 0; v < pixels; v++) places[v] = TILE(load)(x[v] + j * LANES);
                UNROLL for (int k = 0; k < count; k++) {
                    TILE(vector) weight = (TILE(vector))(w[k]);
                    UNROLL for (int v = 0; v < pixels; v++) {
                        sum[v][k] = __builtin_elementwise_fma(places[v], weight, sum[v][k]);
                    }
                }
            }
        }
    }
}

TILE_INLINE void FN(lane_pixels)(const lane_product *p, int64_t column, const int count, const int pixels) {
    TILE(vector) sum[PLANAR_COLUMNS][PLANAR_COLUMNS];
    FN(tap_window) taps = FN(taps_over)(p, column, pixels), all = { 0, p->tap_rows, 0, p->tap_columns };
    FN(lane_sums)(p, column, taps, count, pixels, sum);
    if ((taps.rows < all.rows || taps.columns < all.columns) && FN(has_negative_zero)(sum, count, pixels)) {
        FN(lane_sums)(p, column, all, count, pixels, sum);
    }
    T *y = (T *)p->y + column * count * LANES;
    UNROLL for (int v = 0; v < pixels; v++) {
        UNROLL for (int k = 0; k < count; k++) *(TILE(vector) *)(y + (v * count + k) * LANES) = sum[v][k];
    }
}

TILE_INLINE void FN(lane_row)(const lane_product *p, const int count) {
    int64_t column = 0;
    for (; column + 2 <= p->columns; column += 2) FN(lane_pixels)(p, column, count, 2);
    if (column < p->columns) FN(lane_pixels)(p, column, count, 1);
}

static void FN(slide_lanes)(const lane_product *p) {
    BY_COLUMNS(p->count, lane_row, p)
}

#undef LANES
#undef WIDTH
#undef TILE
