/* Products of few columns for T: a vector is LANES pixels of a row. Each lane is a chain of its own. */

#define LANES (VECTOR_BYTES / ELEMENT)
#define WIDTH planar
#define TILE(name) PASTE(PASTE(name, S), WIDTH)
#include "tile_vectors.h"
typedef MASK TILE(mask) __attribute__((ext_vector_type(LANES), aligned(sizeof(T))));

/* A vector of pixels of one row: those of the row's end may be fewer than LANES. */
typedef struct {
    const T *x[PLANAR_COLUMNS];
    T *y[PLANAR_COLUMNS];
    int64_t pixels[PLANAR_COLUMNS];
} FN(planar_places);

/* `columns` columns of `pixels` pixels, from `lanes` (a row of LANES for each) to y, `count` elements a pixel. */
TILE_INLINE void FN(store_columns)(T *y, const T *lanes, int64_t pixels, const int count, const int columns) {
    int64_t p = 0;
    for (; p + 4 <= pixels; p += 4, y += 4 * count) {
        FN(four) block[4] = {0};
        UNROLL for (int k = 0; k < columns; k++) block[k] = *(const FN(four) *)(lanes + k * LANES + p);
        FN(transpose_four)(block);
        UNROLL for (int i = 0; i < 4; i++) memcpy(y + i * count, &block[i], (size_t)columns * sizeof(T));
    }
    for (; p < pixels; p++, y += count) {
        UNROLL for (int k = 0; k < columns; k++) y[k] = lanes[k * LANES + p];
    }
}

/* Whether -0 is among the sums of a tile: the products with zeros that were left out might have made it +0. */
TILE_INLINE bool FN(has_negative_zero)(TILE(vector) sum[][PLANAR_COLUMNS], const int count, const int places) {
    TILE(mask) found = {0}, negative_zero = (TILE(mask))(-(TILE(vector)){0});
    UNROLL for (int v = 0; v < places; v++) {
        UNROLL for (int k = 0; k < count; k++) found |= (TILE(mask))sum[v][k] == negative_zero;
    }
    return __builtin_reduce_or(found) != 0;
}

/* The sums of `places` vectors of pixels, of the elements range.first ..< range.end of their windows. */
TILE_INLINE void FN(planar_sums)(const planar_product *p, const T *const *from, tap_range range, const int count,
                                 const int places, TILE(vector) sum[][PLANAR_COLUMNS]) {
    const T *start = p->start, *w, *x[PLANAR_COLUMNS];
again:
    w = (const T *)p->w + range.first * count;
    UNROLL for (int v = 0; v < places; v++) {
        x[v] = from[v];
        UNROLL for (int k = 0; k < count; k++) sum[v][k] = (TILE(vector))(start ? start[k] : 0);
    }
    const int64_t *steps = p->steps;
    for (int64_t s = range.first; s < range.end; s++, w += count) {
        TILE(vector) pixels[PLANAR_COLUMNS];
        UNROLL for (int v = 0; v < places; v++) pixels[v] = TILE(load)(x[v] + steps[s]);
        UNROLL for (int k = 0; k < count; k++) {
            TILE(vector) weight = (TILE(vector))(w[k]);
            UNROLL for (int v = 0; v < places; v++) sum[v][k] = __builtin_elementwise_fma(pixels[v], weight, sum[v][k]);
        }
    }
    if (range.end < p->step_count && FN(has_negative_zero)(sum, count, places)) {
        range = (tap_range){ 0, p->step_count };
        goto again;
    }
}

TILE_INLINE void FN(planar_tile)(const planar_product *p, const FN(planar_places) *at, int64_t filled,
                                 tap_range range, const int count, const int places) {
    TILE(vector) sum[PLANAR_COLUMNS][PLANAR_COLUMNS];
    FN(planar_sums)(p, at->x, range, count, places, sum);
    UNROLL for (int v = 0; v < places; v++) {
        if (v >= filled) break;
        _Alignas(64) T lanes[PLANAR_COLUMNS * LANES];
        UNROLL for (int k = 0; k < count; k++) *(TILE(vector) *)(lanes + k * LANES) = sum[v][k];
        UNROLL for (int k = 0; k < count; k += 4) {
            FN(store_columns)(at->y[v] + k, lanes + k * LANES, at->pixels[v], count, count - k < 4 ? count - k : 4);
        }
    }
}

/* The vectors that are there; those that a tile lacks repeat the last one. */
TILE_INLINE void FN(planar_flush)(const planar_product *p, FN(planar_places) *at, int64_t filled, tap_range steps,
                                  const int count, const int places) {
    if (filled == 0) return;
    for (int64_t v = filled; v < places; v++) at->x[v] = at->x[filled - 1];
    FN(planar_tile)(p, at, filled, steps, count, places);
}

/* A row of all images after the other, `places` vectors of pixels at a time that have the same steps. */
TILE_INLINE void FN(planar_rows)(const planar_product *p, const int count) {
    const int places = PLANAR_SUMS / count < PLANAR_COLUMNS ? PLANAR_SUMS / count : PLANAR_COLUMNS;
    FN(planar_places) at;
    int64_t filled = 0;
    tap_range steps = steps_of_row(p, 0);
    for (int64_t row = 0; row < p->rows; row++) {
        tap_range next = steps_of_row(p, row);
        if (next.first != steps.first || next.end != steps.end) {
            FN(planar_flush)(p, &at, filled, steps, count, places);
            filled = 0;
            steps = next;
        }
        for (int64_t image = 0; image < p->images; image++) {
            const T *x = (const T *)p->x + image * p->x_image + row * p->x_row;
            T *y = (T *)p->y + image * p->y_image + row * p->y_row;
            for (int64_t c = 0; c < p->columns; c += LANES) {
                at.x[filled] = x + c;
                at.y[filled] = y + c * count;
                at.pixels[filled++] = smaller(LANES, p->columns - c);
                if (filled < places) continue;
                FN(planar_tile)(p, &at, filled, steps, count, places);
                filled = 0;
            }
        }
    }
    FN(planar_flush)(p, &at, filled, steps, count, places);
}

/* Calls a function whose number of columns, 1 to PLANAR_COLUMNS, is known where it is compiled. */
#undef BY_COLUMNS
#define BY_COLUMNS(columns, function, p)                                                                              \
    switch (columns) {                                                                                                \
        case 1: FN(function)(p, 1); break;                                                                            \
        case 2: FN(function)(p, 2); break;                                                                            \
        case 3: FN(function)(p, 3); break;                                                                            \
        case 4: FN(function)(p, 4); break;                                                                            \
        case 5: FN(function)(p, 5); break;                                                                            \
        case 6: FN(function)(p, 6); break;                                                                            \
        case 7: FN(function)(p, 7); break;                                                                            \
        default: FN(function)(p, 8); break;                                                                           \
    }

static void FN(slide_planar)(const planar_product *p) {
    BY_COLUMNS(p->count, planar_rows, p)
}

static bool FN(may_skip)(const void *weights, int64_t n, const void *start, int64_t count) {
    const T *w = weights;
    MASK found = 0;
    /* 0 * w is nan where w is not finite. */
    for (int64_t i = 0; i < n; i++) found |= w[i] * 0 != 0;
    for (int64_t i = 0; start && i < count; i++) {
        T value = ((const T *)start)[i];
        found |= value == 0 && __builtin_signbit(value);
    }
    return found == 0;
}

// MARK: Derivatives by few columns

/* The pixels of one vector: LANES of a row, or, at its end, those that `keep` lets through. */
#define PLANAR_STEP(masked)                                                                                           \
    do {                                                                                                              \
        TILE(vector) gradient[PLANAR_COLUMNS];                                                                        \
        UNROLL for (int k = 0; k < count; k++) gradient[k] = TILE(load)(dy + k * p->dy_plane + c);                    \
        UNROLL for (int i = 0; i < rows; i++) {                                                                       \
            TILE(vector) pixels = TILE(load)(x + offset[i] + c);                                                      \
            if (masked) pixels = (TILE(vector))((TILE(mask))pixels & keep);                                           \
            UNROLL for (int k = 0; k < count; k++) {                                                                  \
                sum[i][k] = __builtin_elementwise_fma(pixels, gradient[k], sum[i][k]);                                \
            }                                                                                                         \
        }                                                                                                             \
    } while (0)

/* The elements i, i + 1, ... of the window by the columns k, k + 1, ..., in the chains from `chain` on. */
TILE_INLINE void FN(planar_outer_tile)(const planar_outer_product *p, int64_t element, int64_t column, int64_t chain,
                                       const int rows, const int count) {
    TILE(vector) sum[PLANAR_OUTER_SUMS][PLANAR_OUTER_COLUMNS];
    T *sums = (T *)p->sums + (element * p->count + column) * PLANAR_CHAINS + chain;
    int64_t offset[PLANAR_OUTER_SUMS], tail = chain;
    while (tail + LANES <= p->columns) tail += PLANAR_CHAINS;
    TILE(mask) keep;
    for (int j = 0; j < LANES; j++) keep[j] = tail + j < p->columns ? -1 : 0;
    UNROLL for (int i = 0; i < rows; i++) {
        offset[i] = p->steps[element + i];
        UNROLL for (int k = 0; k < count; k++) sum[i][k] = TILE(load)(sums + (i * p->count + k) * PLANAR_CHAINS);
    }
    for (int64_t image = 0; image < p->images; image++) {
        for (int64_t row = 0; row < p->rows; row++) {
            const T *x = (const T *)p->x + image * p->x_image + row * p->x_row;
            const T *dy = (const T *)p->dy + column * p->dy_plane + image * p->dy_image + row * p->dy_row;
            int64_t c = chain;
            for (; c < tail; c += PLANAR_CHAINS) PLANAR_STEP(false);
            if (c < p->columns) PLANAR_STEP(true);
        }
    }
    UNROLL for (int i = 0; i < rows; i++) {
        UNROLL for (int k = 0; k < count; k++) *(TILE(vector) *)(sums + (i * p->count + k) * PLANAR_CHAINS) = sum[i][k];
    }
}

TILE_INLINE void FN(planar_outer_columns)(const planar_outer_product *p, int64_t column, int64_t chain,
                                          const int count) {
    const int rows = PLANAR_OUTER_SUMS / count < 8 ? PLANAR_OUTER_SUMS / count : 8;
    int64_t element = p->first;
    for (; element + rows <= p->end; element += rows) FN(planar_outer_tile)(p, element, column, chain, rows, count);
    if (rows > 4 && element + 4 <= p->end) {
        FN(planar_outer_tile)(p, element, column, chain, 4, count);
        element += 4;
    }
    if (rows > 2 && element + 2 <= p->end) {
        FN(planar_outer_tile)(p, element, column, chain, 2, count);
        element += 2;
    }
    for (; element < p->end; element++) FN(planar_outer_tile)(p, element, column, chain, 1, count);
}

static void FN(outer_planar)(const planar_outer_product *p) {
    int64_t blocks = (p->count + PLANAR_OUTER_COLUMNS - 1) / PLANAR_OUTER_COLUMNS;
    for (int64_t block = 0; block < blocks; block++) {
        int64_t column = p->count * block / blocks, count = p->count * (block + 1) / blocks - column;
        for (int64_t chain = 0; chain < smaller(PLANAR_CHAINS, p->columns); chain += LANES) {
            switch (count) {
                case 1: FN(planar_outer_columns)(p, column, chain, 1); break;
                case 2: FN(planar_outer_columns)(p, column, chain, 2); break;
                case 3: FN(planar_outer_columns)(p, column, chain, 3); break;
                case 4: FN(planar_outer_columns)(p, column, chain, 4); break;
#if PLANAR_OUTER_COLUMNS > 4
                case 5: FN(planar_outer_columns)(p, column, chain, 5); break;
                case 6: FN(planar_outer_columns)(p, column, chain, 6); break;
                case 7: FN(planar_outer_columns)(p, column, chain, 7); break;
                default: FN(planar_outer_columns)(p, column, chain, 8); break;
#endif
            }
        }
    }
}

static void FN(add_chains)(const void *sums, int64_t n, void *dw) {
    const T *from = sums;
    for (int64_t i = 0; i < n; i++, from += PLANAR_CHAINS) {
        T a[PLANAR_CHAINS / 2];
        for (int j = 0; j < PLANAR_CHAINS / 2; j++) a[j] = from[j] + from[j + PLANAR_CHAINS / 2];
        ((T *)dw)[i] = ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
    }
}

#undef PLANAR_STEP
#undef LANES
#undef WIDTH
#undef TILE
