/* Products of few columns with max pooling in 2x2 windows, side by side and inside the picture, for T of four bytes. */

#define LANES (VECTOR_BYTES / ELEMENT)
#define WIDTH planar
#define TILE(name) PASTE(PASTE(name, S), WIDTH)

#if VECTOR_BYTES == 64
#define EVEN_LANES 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD_LANES 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define LOWER_HALVES 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define UPPER_HALVES 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define FIRST_HALF 0, 1, 2, 3, 4, 5, 6, 7
#define SECOND_HALF 8, 9, 10, 11, 12, 13, 14, 15
#elif VECTOR_BYTES == 32
#define EVEN_LANES 0, 2, 4, 6, 8, 10, 12, 14
#define ODD_LANES 1, 3, 5, 7, 9, 11, 13, 15
#define LOWER_HALVES 0, 8, 1, 9, 2, 10, 3, 11
#define UPPER_HALVES 4, 12, 5, 13, 6, 14, 7, 15
#define FIRST_HALF 0, 1, 2, 3
#define SECOND_HALF 4, 5, 6, 7
#else
#define EVEN_LANES 0, 2, 4, 6
#define ODD_LANES 1, 3, 5, 7
#define LOWER_HALVES 0, 4, 1, 5
#define UPPER_HALVES 2, 6, 3, 7
#define FIRST_HALF 0, 1
#define SECOND_HALF 2, 3
#endif

typedef T FN(half) __attribute__((ext_vector_type(LANES / 2), aligned(sizeof(T))));
typedef MASK FN(half_mask) __attribute__((ext_vector_type(LANES / 2), aligned(sizeof(T))));

/* The two rows of windows: x twice as many vectors as there are pairs. */
typedef struct {
    const T *x[PLANAR_COLUMNS];
    T *y[PLANAR_COLUMNS];
    int32_t *index[PLANAR_COLUMNS];
    int64_t windows[PLANAR_COLUMNS], position[PLANAR_COLUMNS];
} FN(pooled_places);

/* The maxima of LANES / 2 windows, and their places; a value wins if it is greater, or nan where the maximum is not. */
TILE_INLINE void FN(pool_rows)(TILE(vector) upper, TILE(vector) lower, TILE(mask) place, T *maxima, T *places) {
    TILE(vector) maximum = __builtin_shufflevector(upper, lower, EVEN_LANES);
    TILE(vector) odd = __builtin_shufflevector(upper, lower, ODD_LANES);
    TILE(mask) better = ~(odd <= maximum) & (maximum == maximum);
    maximum = better ? odd : maximum;
    place -= better;
    FN(half) first = __builtin_shufflevector(maximum, maximum, FIRST_HALF);
    FN(half) second = __builtin_shufflevector(maximum, maximum, SECOND_HALF);
    FN(half_mask) wins = ~(second <= first) & (first == first);
    FN(half_mask) best = wins ? __builtin_shufflevector(place, place, SECOND_HALF)
                              : __builtin_shufflevector(place, place, FIRST_HALF);
    *(FN(half) *)maxima = wins ? second : first;
    *(FN(half) *)places = (FN(half))best;
}

TILE_INLINE void FN(pooled_tile)(const planar_pooling *q, const FN(pooled_places) *at, int64_t filled,
                                 tap_range steps, const int count, const int pairs) {
    TILE(vector) sum[PLANAR_COLUMNS][PLANAR_COLUMNS];
    FN(planar_sums)(&q->product, at->x, steps, count, 2 * pairs, sum);
    /* Of the first pixels of the windows, in the upper row and in the lower one. */
    TILE(mask) places_of_rows;
    UNROLL for (int j = 0; j < LANES; j++) {
        places_of_rows[j] = j % (LANES / 2) * 2 + (j < LANES / 2 ? 0 : (MASK)q->product.columns);
    }
    UNROLL for (int v = 0; v < pairs; v++) {
        if (v >= filled) break;
        _Alignas(64) T maxima[PLANAR_COLUMNS * LANES], places[PLANAR_COLUMNS * LANES];
        UNROLL for (int k = 0; k < count; k++) {
            FN(pool_rows)(sum[2 * v][k], sum[2 * v + 1][k], places_of_rows + (MASK)at->position[v],
                          maxima + k * LANES, places + k * LANES);
        }
        UNROLL for (int k = 0; k < count; k += 4) {
            const int columns = count - k < 4 ? count - k : 4;
            FN(store_columns)(at->y[v] + k, maxima + k * LANES, at->windows[v], count, columns);
            FN(store_columns)((T *)at->index[v] + k, places + k * LANES, at->windows[v], count, columns);
        }
    }
}

TILE_INLINE void FN(pooled_flush)(const planar_pooling *q, FN(pooled_places) *at, int64_t filled, tap_range steps,
                                  const int count, const int pairs) {
    if (filled == 0) return;
    for (int64_t v = filled; v < pairs; v++) {
        at->x[2 * v] = at->x[2 * filled - 2];
        at->x[2 * v + 1] = at->x[2 * filled - 1];
    }
    FN(pooled_tile)(q, at, filled, steps, count, pairs);
}

/* A row of windows of all images after the other. */
TILE_INLINE void FN(pooled_rows)(const planar_pooling *q, const int count) {
    const planar_product *p = &q->product;
    const int most = PLANAR_SUMS / count / 2 < PLANAR_COLUMNS / 2 ? PLANAR_SUMS / count / 2 : PLANAR_COLUMNS / 2;
    const int pairs = most < 1 ? 1 : most;
    FN(pooled_places) at;
    int64_t filled = 0;
    tap_range steps = { 0, 0 };
    for (int64_t row = 0; row < p->rows; row += 2) {
        tap_range first = steps_of_row(p, row), second = steps_of_row(p, row + 1);
        tap_range both = { smaller(first.first, second.first), larger(first.end, second.end) };
        if (both.first != steps.first || both.end != steps.end) {
            FN(pooled_flush)(q, &at, filled, steps, count, pairs);
            filled = 0;
            steps = both;
        }
        for (int64_t image = 0; image < p->images; image++) {
            const T *x = (const T *)p->x + image * p->x_image + row * p->x_row;
            int64_t y = image * p->y_image + row / 2 * p->y_row;
            for (int64_t c = 0; c < p->columns; c += LANES) {
                at.x[2 * filled] = x + c;
                at.x[2 * filled + 1] = x + p->x_row + c;
                at.y[filled] = (T *)p->y + y + c / 2 * count;
                at.index[filled] = q->index + y + c / 2 * count;
                at.position[filled] = row * p->columns + c;
                at.windows[filled++] = smaller(LANES, p->columns - c) / 2;
                if (filled < pairs) continue;
                FN(pooled_tile)(q, &at, filled, steps, count, pairs);
                filled = 0;
            }
        }
    }
    FN(pooled_flush)(q, &at, filled, steps, count, pairs);
}

static void FN(slide_pooled)(const planar_pooling *q) {
    BY_COLUMNS(q->product.count, pooled_rows, q)
}

/* `even` and `odd` columns of a row, as far as the row goes. */
TILE_INLINE void FN(store_pairs)(T *row, TILE(vector) even, TILE(vector) odd, int64_t left) {
    *(TILE(vector) *)row = __builtin_shufflevector(even, odd, LOWER_HALVES);
    if (left > LANES) *(TILE(vector) *)(row + LANES) = __builtin_shufflevector(even, odd, UPPER_HALVES);
}

static void FN(spread_planes)(const planar_spread *p) {
    TILE(mask) lane;
    UNROLL for (int j = 0; j < LANES; j++) lane[j] = 2 * j;
    for (int64_t k = 0; k < p->count; k++) {
        const T *dy = (const T *)p->dy + k * p->pitch;
        const int32_t *index = p->index + k * p->pitch;
        for (int64_t c = 0; c < p->pitch && 2 * c < p->width; c += LANES) {
            /* +0 + dy, as a sum would have it. */
            TILE(vector) value = TILE(load)(dy + c) + (TILE(vector))(0), zero = (TILE(vector))(0);
            TILE(mask) place = *(const TILE(mask) *)(index + c) - lane - (MASK)(p->position + 2 * c);
            if (p->upper) {
                FN(store_pairs)((T *)p->upper + k * p->plane + 2 * c, place == 0 ? value : zero,
                                place == 1 ? value : zero, p->width - 2 * c);
            }
            if (p->lower) {
                FN(store_pairs)((T *)p->lower + k * p->plane + 2 * c, place == (MASK)p->columns ? value : zero,
                                place == (MASK)(p->columns + 1) ? value : zero, p->width - 2 * c);
            }
        }
    }
}

#undef EVEN_LANES
#undef ODD_LANES
#undef LOWER_HALVES
#undef UPPER_HALVES
#undef FIRST_HALF
#undef SECOND_HALF
#undef LANES
#undef WIDTH
#undef TILE
