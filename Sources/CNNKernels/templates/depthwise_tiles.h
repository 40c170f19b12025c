/* Depthwise products of LANES * VECTORS neighbouring channels from channel c on. Included once for each width. */

/* `rows` pixels that share the weights. */
TILE_INLINE void TILE(depthwise_tile)(const depthwise_product *p, const T *const *x, T *const *y, int64_t channel,
                                      const int rows) {
    TILE(vector) sum[MAXIMUM_TILE_ROWS][VECTORS];
    UNROLL for (int i = 0; i < rows; i++) {
        UNROLL for (int v = 0; v < VECTORS; v++) {
            sum[i][v] = p->start ? TILE(load)((const T *)p->start + channel + v * LANES) : (TILE(vector))(0);
        }
    }
    for (int64_t r = 0; r < p->tap_rows; r++) {
        for (int64_t c = 0; c < p->tap_columns; c++) {
            const T *w = (const T *)p->w + (channel + r * p->w_row + c * p->w_column);
            int64_t offset = channel + r * p->tap_row_pitch + c * p->tap_column_pitch;
            TILE(vector) weight[VECTORS];
            UNROLL for (int v = 0; v < VECTORS; v++) weight[v] = TILE(load)(w + v * LANES);
            UNROLL for (int i = 0; i < rows; i++) {
                UNROLL for (int v = 0; v < VECTORS; v++) {
                    sum[i][v] = __builtin_elementwise_fma(TILE(load)(x[i] + offset + v * LANES), weight[v], sum[i][v]);
                }
            }
        }
    }
    UNROLL for (int i = 0; i < rows; i++) {
        UNROLL for (int v = 0; v < VECTORS; v++) TILE(store_lanes)(y[i] + channel + v * LANES, sum[i][v], LANES);
    }
}

/* The taps i ... i + taps of the derivative by the weights. */
TILE_INLINE void TILE(depthwise_outer_tile)(const outer_product *p, int64_t i0, int64_t channel, const int taps) {
    TILE(vector) sum[MAXIMUM_TILE_ROWS][VECTORS];
    const T *b = (const T *)p->b + channel;
    T *out = (T *)p->out + i0 * p->out_pitch + channel;
    UNROLL for (int i = 0; i < taps; i++) {
        UNROLL for (int v = 0; v < VECTORS; v++) {
            sum[i][v] = p->start ? (TILE(vector))(0) : TILE(load)(out + i * p->out_pitch + v * LANES);
        }
    }
    for (int64_t n = 0; n < p->images; n++) {
        for (int64_t r = 0; r < p->rows; r++) {
            const T *a = (const T *)p->a + (channel + i0 * p->tap_column_pitch + n * p->a_image + r * p->a_row);
            for (int64_t c = 0; c < p->columns; c++, a += p->a_column, b += p->b_pitch) {
                UNROLL for (int v = 0; v < VECTORS; v++) {
                    TILE(vector) gradient = TILE(load)(b + v * LANES);
                    UNROLL for (int i = 0; i < taps; i++) {
                        TILE(vector) element = TILE(load)(a + i * p->tap_column_pitch + v * LANES);
                        sum[i][v] = __builtin_elementwise_fma(element, gradient, sum[i][v]);
                    }
                }
            }
        }
    }
    UNROLL for (int i = 0; i < taps; i++) {
        UNROLL for (int v = 0; v < VECTORS; v++) *(TILE(vector) *)(out + i * p->out_pitch + v * LANES) = sum[i][v];
    }
}

static void TILE(depthwise_block)(const depthwise_product *p, int64_t channel) {
    FN(pixel_walk) walk = FN(first_pixel)(p->x, p->y, p->rows, p->columns);
    int64_t left = p->images * p->rows * p->columns;
    while (left > 0) {
        const T *x[4];
        T *y[4];
        int count = left < 4 ? 1 : 4;
        for (int i = 0; i < count; i++) {
            x[i] = walk.x;
            y[i] = walk.y;
            FN(next_pixel)(&walk, p->x_image, p->x_row, p->x_column, p->y_image, p->y_row, p->y_column);
        }
        if (count == 4) TILE(depthwise_tile)(p, x, y, channel, 4);
        else TILE(depthwise_tile)(p, x, y, channel, 1);
        left -= count;
    }
}

static void TILE(depthwise_outer_block)(const outer_product *p, int64_t channel) {
    int64_t i = 0;
    for (; i + 3 <= p->length; i += 3) TILE(depthwise_outer_tile)(p, i, channel, 3);
    if (p->length - i == 2) TILE(depthwise_outer_tile)(p, i, channel, 2);
    else if (p->length - i == 1) TILE(depthwise_outer_tile)(p, i, channel, 1);
}
