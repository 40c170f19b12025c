/* Pooling for T in vectors of LANES channels: pixels c channels deep, c >= LANES. The last vector of a pixel overlaps the
 * one before it, and writes the same again. Included once for each width. */

typedef T TILE(vector) __attribute__((ext_vector_type(LANES), aligned(sizeof(T))));
typedef MASK TILE(mask) __attribute__((ext_vector_type(LANES), aligned(sizeof(T))));
typedef int32_t TILE(position) __attribute__((ext_vector_type(LANES), aligned(4)));

#define EACH_VECTOR(c, channels)                                                                                      \
    for (int64_t c = 0; c < (channels); c = c + LANES < (channels) && c + 2 * LANES > (channels) ? (channels) - LANES  \
                                                                                                  : c + LANES)

/* `x` is the first picture element of the clipped window of rows x columns taps, at `position` of the plane. A value
 * takes the place of the maximum if it is greater, or nan where the maximum is not. */
TILE_INLINE void TILE(max_window)(const cnn_conv2d_geometry *g, const T *x, int64_t position, int64_t rows,
                                  int64_t columns, T *y, int32_t *index) {
    EACH_VECTOR(c, g->c) {
        TILE(vector) maximum = *(const TILE(vector) *)(x + c);
        TILE(mask) best = (TILE(mask))((MASK)position);
        for (int64_t i = 0; i < rows; i++) {
            for (int64_t j = 0; j < columns; j++) {
                int64_t offset = i * g->dilation_h * g->w + j * g->dilation_w;
                TILE(vector) v = *(const TILE(vector) *)(x + offset * g->c + c);
                TILE(mask) better = (v > maximum) | ((v != v) & (maximum == maximum));
                maximum = better ? v : maximum;
                best = better ? (TILE(mask))((MASK)(position + offset)) : best;
            }
        }
        *(TILE(vector) *)(y + c) = maximum;
        *(TILE(position) *)(index + c) = __builtin_convertvector(best, TILE(position));
    }
}

TILE_INLINE void TILE(average_window)(const cnn_conv2d_geometry *g, const T *x, int64_t rows, int64_t columns, T divisor,
                                      T *y) {
    EACH_VECTOR(c, g->c) {
        TILE(vector) sum = (TILE(vector))(0);
        for (int64_t i = 0; i < rows; i++) {
            for (int64_t j = 0; j < columns; j++) {
                sum += *(const TILE(vector) *)(x + (i * g->dilation_h * g->w + j * g->dilation_w) * g->c + c);
            }
        }
        *(TILE(vector) *)(y + c) = sum / (TILE(vector))(divisor);
    }
}

static void TILE(max_pool)(const pooling_rows *p) {
    const cnn_conv2d_geometry *g = p->g;
    for (int64_t r = p->begin; r < p->end; r++) {
        const T *x = (const T *)p->x + r / g->oh * (g->h * g->w * g->c);
        window_range h = window_clipped(r % g->oh * g->stride_h - g->pad_top, g->fh, g->dilation_h, 0, g->h);
        for (int64_t q = 0; q < g->ow; q++) {
            window_range w = window_clipped(q * g->stride_w - g->pad_left, g->fw, g->dilation_w, 0, g->w);
            int64_t place = (r * g->ow + q) * g->c, position = h.first * g->w + w.first;
            T *y = (T *)p->y + place;
            if (h.taps > 0 && w.taps > 0) {
                TILE(max_window)(g, x + position * g->c, position, h.taps, w.taps, y, p->index + place);
            } else {
                memset(y, 0, (size_t)g->c * sizeof(T));
                memset(p->index + place, -1, (size_t)g->c * sizeof(int32_t));
            }
        }
    }
}

static void TILE(avg_pool)(const pooling_rows *p) {
    const cnn_conv2d_geometry *g = p->g;
    for (int64_t r = p->begin; r < p->end; r++) {
        const T *x = (const T *)p->x + r / g->oh * (g->h * g->w * g->c);
        int64_t top = r % g->oh * g->stride_h - g->pad_top;
        window_range h = window_clipped(top, g->fh, g->dilation_h, 0, g->h);
        for (int64_t q = 0; q < g->ow; q++) {
            int64_t left = q * g->stride_w - g->pad_left;
            window_range w = window_clipped(left, g->fw, g->dilation_w, 0, g->w);
            T *y = (T *)p->y + (r * g->ow + q) * g->c;
            if (h.taps > 0 && w.taps > 0) {
                TILE(average_window)(g, x + (h.first * g->w + w.first) * g->c, h.taps, w.taps,
                                     (T)window_divisor(p, top, left), y);
            } else {
                memset(y, 0, (size_t)g->c * sizeof(T));
            }
        }
    }
}

/* dx of an input pixel: what it gets from the outputs of `h` and `w`, in their order. */
static void TILE(max_gradient)(const pooling_rows *p, int64_t plane, pooling_reach h, pooling_reach w, int64_t position,
                               T *dx) {
    const cnn_conv2d_geometry *g = p->g;
    memset(dx, 0, (size_t)g->c * sizeof(T));
    for (int64_t i = 0; i < h.count; i++) {
        for (int64_t j = 0; j < w.count; j++) {
            int64_t place = (plane + (h.first + i * h.step) * g->ow + w.first + j * w.step) * g->c;
            const T *dy = (const T *)p->x + place;
            EACH_VECTOR_ONCE(c, g->c) {
                TILE(position) index = *(const TILE(position) *)(p->index + place + c);
                TILE(mask) chosen = __builtin_convertvector(index, TILE(mask)) == (TILE(mask))((MASK)position);
                *(TILE(vector) *)(dx + c) += chosen ? *(const TILE(vector) *)(dy + c) : (TILE(vector))(0);
            }
        }
    }
}

static void TILE(average_gradient)(const pooling_rows *p, int64_t plane, pooling_reach h, pooling_reach w,
                                   int64_t position, T *dx) {
    const cnn_conv2d_geometry *g = p->g;
    (void)position;
    memset(dx, 0, (size_t)g->c * sizeof(T));
    for (int64_t i = 0; i < h.count; i++) {
        int64_t row = h.first + i * h.step;
        for (int64_t j = 0; j < w.count; j++) {
            int64_t column = w.first + j * w.step;
            const T *dy = (const T *)p->x + (plane + row * g->ow + column) * g->c;
            T divisor = (T)window_divisor(p, row * g->stride_h - g->pad_top, column * g->stride_w - g->pad_left);
            for (int64_t c = 0; c < g->c; c++) dx[c] += dy[c] / divisor;
        }
    }
}
