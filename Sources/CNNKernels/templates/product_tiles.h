/* Products of one panel of columns, for T, with vectors of LANES elements, VECTORS of them a panel. The accumulators of
 * a tile of rows stay in registers; each is one chain. Included once for each width of panel. */

/* One step of the chains of `rows` pixels. */
#define MULTIPLY_STEP(rows, element_of, w)                                                                            \
    do {                                                                                                              \
        TILE(vector) column[VECTORS];                                                                                 \
        UNROLL for (int v = 0; v < VECTORS; v++) column[v] = TILE(load)((w) + v * LANES);                             \
        UNROLL for (int i = 0; i < (rows); i++) {                                                                     \
            TILE(vector) element = (TILE(vector))(element_of);                                                        \
            UNROLL for (int v = 0; v < VECTORS; v++) {                                                                \
                sum[i][v] = __builtin_elementwise_fma(element, column[v], sum[i][v]);                                 \
            }                                                                                                         \
        }                                                                                                             \
    } while (0)

/* `rows` output pixels; x and y point to their windows and their results. `steps`: where each element of the window
 * lies, or NULL. The first `whole` pixels may be stored with all lanes. */
TILE_INLINE void TILE(slide_tile)(const sliding_product *p, const T *const *x, T *const *y, const int64_t *steps,
                                  int64_t step_count, int64_t whole, const int rows) {
    TILE(vector) sum[MAXIMUM_TILE_ROWS][VECTORS];
    const T *start = p->start, *w = p->w;
    const int64_t count = p->count, length = p->length, pitch = p->w_pitch;
    UNROLL for (int i = 0; i < rows; i++) {
        UNROLL for (int v = 0; v < VECTORS; v++) {
            sum[i][v] = start ? TILE(load)(start + v * LANES)
                : p->adds     ? (TILE(vector))(0)
                              : TILE(load_lanes)(y[i] + v * LANES, count - v * LANES);
        }
    }
    if (steps != NULL) {
        const T *pixel[MAXIMUM_TILE_ROWS];
        UNROLL for (int i = 0; i < rows; i++) pixel[i] = x[i];
        for (int64_t j = 0; j < step_count; j++, w += pitch) MULTIPLY_STEP(rows, pixel[i][steps[j]], w);
    } else {
        for (int64_t r = 0; r < p->tap_rows; r++) {
            for (int64_t c = 0; c < p->tap_columns; c++) {
                const T *tap[MAXIMUM_TILE_ROWS];
                int64_t offset = r * p->tap_row_pitch + c * p->tap_column_pitch;
                UNROLL for (int i = 0; i < rows; i++) tap[i] = x[i] + offset;
                for (int64_t j = 0; j < length; j++, w += pitch) MULTIPLY_STEP(rows, tap[i][j], w);
            }
        }
    }
    /* All are read before one is written: the last pixel of a tile may stand there several times. */
    if (p->adds) {
        UNROLL for (int i = 0; i < rows; i++) {
            UNROLL for (int v = 0; v < VECTORS; v++) {
                sum[i][v] = TILE(load_lanes)(y[i] + v * LANES, count - v * LANES) + sum[i][v];
            }
        }
    }
    UNROLL for (int i = 0; i < rows; i++) {
        int64_t lanes = i < whole ? VECTORS * LANES : count;
        UNROLL for (int v = 0; v < VECTORS; v++) TILE(store_lanes)(y[i] + v * LANES, sum[i][v], lanes - v * LANES);
    }
}

static void TILE(slide)(const sliding_product *p) {
    const T *x[MAXIMUM_TILE_ROWS];
    T *y[MAXIMUM_TILE_ROWS];
    int64_t steps[LISTED_STEPS], step_count = list_steps(p, steps), after = pixels_behind(p);
    FN(pixel_walk) walk = FN(first_pixel)(p->x, p->y, p->rows, p->columns);
    int64_t left = p->images * p->rows * p->columns;
    while (left > 0) {
        int count = left < SLIDE_ROWS ? (int)left : SLIDE_ROWS;
        int64_t whole = left - after;
        for (int i = 0; i < count; i++) {
            x[i] = walk.x;
            y[i] = walk.y;
            FN(next_pixel)(&walk, p->x_image, p->x_row, p->x_column, p->y_image, p->y_row, p->y_column);
        }
        left -= count;
        /* The last tile may repeat its last pixel: the same sums, stored twice. */
        for (int i = count; i < SLIDE_ROWS; i++) {
            x[i] = x[count - 1];
            y[i] = y[count - 1];
        }
        if (count > 4) {
            if (step_count > 0) TILE(slide_tile)(p, x, y, steps, step_count, whole, SLIDE_ROWS);
            else TILE(slide_tile)(p, x, y, NULL, 0, whole, SLIDE_ROWS);
        } else if (count > 2) {
            TILE(slide_tile)(p, x, y, NULL, 0, whole, 4);
        } else if (count == 2) {
            TILE(slide_tile)(p, x, y, NULL, 0, whole, 2);
        } else {
            TILE(slide_tile)(p, x, y, NULL, 0, whole, 1);
        }
    }
}

/* The next `rows` rows of the result, from the element of the window that `walk` is at; `is_run` where they lie side by
 * side. */
TILE_INLINE void TILE(outer_tile)(const outer_product *p, window_walk *walk, const int rows, const bool is_run) {
    TILE(vector) sum[MAXIMUM_RUN_ROWS][VECTORS];
    int64_t offset[MAXIMUM_RUN_ROWS];
    const T *start = p->start, *b = p->b;
    T *out = (T *)p->out + walk->row * p->out_pitch;
    const int64_t count = p->count, a_column = p->a_column, b_pitch = p->b_pitch;
    UNROLL for (int i = 0; i < rows; i++) {
        offset[i] = next_element(walk, p);
        UNROLL for (int v = 0; v < VECTORS; v++) {
            sum[i][v] = start ? TILE(load)(start + v * LANES)
                : p->adds     ? (TILE(vector))(0)
                              : TILE(load_lanes)(out + i * p->out_pitch + v * LANES, count - v * LANES);
        }
    }
    for (int64_t n = 0; n < p->images; n++) {
        for (int64_t r = 0; r < p->rows; r++) {
            const T *a = (const T *)p->a + (n * p->a_image + r * p->a_row);
            for (int64_t c = 0; c < p->columns; c++, a += a_column, b += b_pitch) MULTIPLY_STEP(rows, a[is_run ? offset[0] + i : offset[i]], b);
        }
    }
    UNROLL for (int i = 0; i < rows; i++) {
        UNROLL for (int v = 0; v < VECTORS; v++) {
            if (p->adds) sum[i][v] = TILE(load_lanes)(out + i * p->out_pitch + v * LANES, count - v * LANES) + sum[i][v];
            TILE(store_lanes)(out + i * p->out_pitch + v * LANES, sum[i][v], count - v * LANES);
        }
    }
}

static void TILE(outer)(const outer_product *p) {
    window_walk walk = first_element(p);
#if VECTORS == 1 && MAXIMUM_RUN_ROWS > OUTER_ROWS
    switch (rows_of_run(p)) {
        case 16: while (walk.row < p->length) TILE(outer_tile)(p, &walk, 16, true); break;
        case 15: while (walk.row < p->length) TILE(outer_tile)(p, &walk, 15, true); break;
        case 12: while (walk.row < p->length) TILE(outer_tile)(p, &walk, 12, true); break;
        case 10: while (walk.row < p->length) TILE(outer_tile)(p, &walk, 10, true); break;
        default: break;
    }
#endif
    while (walk.row + OUTER_ROWS <= p->length) TILE(outer_tile)(p, &walk, OUTER_ROWS, false);
    switch (p->length - walk.row) {
        case 1: TILE(outer_tile)(p, &walk, 1, false); break;
        case 2: TILE(outer_tile)(p, &walk, 2, false); break;
        case 3: TILE(outer_tile)(p, &walk, 3, false); break;
        case 4: TILE(outer_tile)(p, &walk, 4, false); break;
        case 5: TILE(outer_tile)(p, &walk, 5, false); break;
#if OUTER_ROWS > 6
        case 6: TILE(outer_tile)(p, &walk, 6, false); break;
        case 7: TILE(outer_tile)(p, &walk, 7, false); break;
#endif
        default: break;
    }
}

#undef MULTIPLY_STEP
