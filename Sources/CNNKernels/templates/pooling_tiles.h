/* Pooling for T in vectors of LANES channels, of pixels c channels deep, c >= LANES. The last vector of a pixel
 * overlaps the one before it, and writes the same again. Included once for each width. */

typedef T TILE(vector) __attribute__((ext_vector_type(LANES), aligned(sizeof(T))));
typedef MASK TILE(mask) __attribute__((ext_vector_type(LANES), aligned(sizeof(T))));
typedef int32_t TILE(position) __attribute__((ext_vector_type(LANES), aligned(4)));

TILE_INLINE TILE(mask) TILE(places)(const int32_t *index) {
    return __builtin_convertvector(*(const TILE(position) *)index, TILE(mask));
}

#define EACH_VECTOR(c, channels)                                                                                      \
    for (int64_t c = 0; c < (channels); c = c + LANES < (channels) && c + 2 * LANES > (channels) ? (channels) - LANES  \
                                                                                                  : c + LANES)

/* `x` is the first picture element of the clipped window of rows x columns taps, at `position` of the plane. A value
 * takes the place of the maximum if it is greater, or nan where the maximum is not. */
TILE_INLINE void TILE(max_window)(const cnn_conv2d_geometry *g, const T *x, int64_t position, int64_t rows,
                                  int64_t columns, T *y, int32_t *index) {
    const int64_t row_pitch = g->dilation_h * g->w * g->c, column_pitch = g->dilation_w * g->c;
    EACH_VECTOR(c, g->c) {
        const T *line = x + c;
        TILE(vector) maximum = *(const TILE(vector) *)line;
        TILE(mask) best = (TILE(mask))((MASK)position);
        for (int64_t i = 0; i < rows; i++, line += row_pitch) {
            const T *tap = line;
            MASK place = (MASK)(position + i * g->dilation_h * g->w);
            for (int64_t j = 0; j < columns; j++, tap += column_pitch, place += (MASK)g->dilation_w) {
                TILE(vector) v = *(const TILE(vector) *)tap;
                TILE(mask) better = ~(v <= maximum) & (maximum == maximum);
                maximum = better ? v : maximum;
                best = better ? (TILE(mask))(place) : best;
            }
        }
        *(TILE(vector) *)(y + c) = maximum;
        *(TILE(position) *)(index + c) = __builtin_convertvector(best, TILE(position));
    }
}

TILE_INLINE void TILE(average_window)(const cnn_conv2d_geometry *g, const T *x, int64_t rows, int64_t columns,
                                      T divisor, T *y) {
    const int64_t row_pitch = g->dilation_h * g->w * g->c, column_pitch = g->dilation_w * g->c;
    EACH_VECTOR(c, g->c) {
        const T *line = x + c;
        TILE(vector) sum = (TILE(vector))(0);
        for (int64_t i = 0; i < rows; i++, line += row_pitch) {
            const T *tap = line;
            for (int64_t j = 0; j < columns; j++, tap += column_pitch) sum += *(const TILE(vector) *)tap;
        }
        *(TILE(vector) *)(y + c) = sum / (TILE(vector))(divisor);
    }
}

static void TILE(max_pool)(const pooling_rows *p) {
    const cnn_conv2d_geometry *g = p->g;
    const bool is_long = window_is_long(g);
    for (int64_t r = p->begin; r < p->end; r++) {
        const T *x = (const T *)p->x + r / g->oh * (g->h * g->w * g->c);
        window_range h = window_clipped(r % g->oh * g->stride_h - g->pad_top, g->fh, g->dilation_h, 0, g->h);
        for (int64_t q = 0; q < g->ow; q++) {
            window_range w = window_clipped(q * g->stride_w - g->pad_left, g->fw, g->dilation_w, 0, g->w);
            int64_t place = (r * g->ow + q) * g->c, position = h.first * g->w + w.first;
            T *y = (T *)p->y + place;
            if (h.taps == 2 && w.taps == 2) {
                TILE(max_window)(g, x + position * g->c, position, 2, 2, y, p->index + place);
            } else if (h.taps > 0 && w.taps > 0) {
                if (is_long && cnn_interrupt_pending()) return;
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
    const bool is_long = window_is_long(g);
    for (int64_t r = p->begin; r < p->end; r++) {
        const T *x = (const T *)p->x + r / g->oh * (g->h * g->w * g->c);
        int64_t top = r % g->oh * g->stride_h - g->pad_top;
        window_range h = window_clipped(top, g->fh, g->dilation_h, 0, g->h);
        for (int64_t q = 0; q < g->ow; q++) {
            int64_t left = q * g->stride_w - g->pad_left;
            window_range w = window_clipped(left, g->fw, g->dilation_w, 0, g->w);
            T *y = (T *)p->y + (r * g->ow + q) * g->c;
            const T *from = x + (h.first * g->w + w.first) * g->c;
            if (h.taps == 2 && w.taps == 2) {
                TILE(average_window)(g, from, 2, 2, (T)window_divisor(p, top, left), y);
            } else if (h.taps > 0 && w.taps > 0) {
                if (is_long && cnn_interrupt_pending()) return;
                TILE(average_window)(g, from, h.taps, w.taps, (T)window_divisor(p, top, left), y);
            } else {
                memset(y, 0, (size_t)g->c * sizeof(T));
            }
        }
    }
}

/* What an input pixel gets from the outputs of `h` and `w`, in their order. */
TILE_INLINE void TILE(max_gradient)(const pooling_rows *p, int64_t plane, pooling_reach h, pooling_reach w,
                                    int64_t position, T *dx) {
    const cnn_conv2d_geometry *g = p->g;
    EACH_VECTOR(c, g->c) {
        TILE(vector) sum = (TILE(vector))(0);
        for (int64_t i = 0; i < h.count; i++) {
            for (int64_t j = 0; j < w.count; j++) {
                int64_t place = (plane + (h.first + i * h.step) * g->ow + w.first + j * w.step) * g->c + c;
                TILE(mask) chosen = TILE(places)(p->index + place) == (TILE(mask))((MASK)position);
                sum += chosen ? *(const TILE(vector) *)((const T *)p->x + place) : (TILE(vector))(0);
            }
        }
        *(TILE(vector) *)(dx + c) = sum;
    }
}

TILE_INLINE void TILE(average_gradient)(const pooling_rows *p, int64_t plane, pooling_reach h, pooling_reach w,
                                        int64_t position, T *dx) {
    const cnn_conv2d_geometry *g = p->g;
    (void)position;
    EACH_VECTOR(c, g->c) {
        TILE(vector) sum = (TILE(vector))(0);
        for (int64_t i = 0; i < h.count; i++) {
            int64_t row = h.first + i * h.step;
            for (int64_t j = 0; j < w.count; j++) {
                int64_t column = w.first + j * w.step;
                int64_t place = (plane + row * g->ow + column) * g->c + c;
                T divisor = (T)window_divisor(p, row * g->stride_h - g->pad_top, column * g->stride_w - g->pad_left);
                sum += *(const TILE(vector) *)((const T *)p->x + place) / (TILE(vector))(divisor);
            }
        }
        *(TILE(vector) *)(dx + c) = sum;
    }
}

/* The window of an output spread over dx, which is zeros: +0 + dy, as a sum would have it. */
TILE_INLINE void TILE(max_spread)(const pooling_rows *p, int64_t place, int64_t position, int64_t rows,
                                  int64_t columns, T divisor, T *dx) {
    const cnn_conv2d_geometry *g = p->g;
    (void)divisor;
    EACH_VECTOR(c, g->c) {
        TILE(mask) index = TILE(places)(p->index + place + c);
        TILE(vector) dy = *(const TILE(vector) *)((const T *)p->x + place + c) + (TILE(vector))(0);
        for (int64_t i = 0; i < rows; i++) {
            for (int64_t j = 0; j < columns; j++) {
                TILE(mask) chosen = index == (TILE(mask))((MASK)(position + i * g->w + j));
                *(TILE(vector) *)(dx + (i * g->w + j) * g->c + c) = chosen ? dy : (TILE(vector))(0);
            }
        }
    }
}

TILE_INLINE void TILE(average_spread)(const pooling_rows *p, int64_t place, int64_t position, int64_t rows,
                                      int64_t columns, T divisor, T *dx) {
    const cnn_conv2d_geometry *g = p->g;
    (void)position;
    EACH_VECTOR(c, g->c) {
        TILE(vector) dy = *(const TILE(vector) *)((const T *)p->x + place + c) / (TILE(vector))(divisor);
        dy += (TILE(vector))(0);
        for (int64_t i = 0; i < rows; i++) {
            for (int64_t j = 0; j < columns; j++) *(TILE(vector) *)(dx + (i * g->w + j) * g->c + c) = dy;
        }
    }
}

/* The rows of dx that belong to each row of outputs, where windows lie apart. */
#define DEFINE_SPREAD(name, spread)                                                                                   \
    static void TILE(name)(const pooling_rows *p) {                                                                   \
        const cnn_conv2d_geometry *g = p->g;                                                                          \
        for (int64_t r = p->begin; r < p->end; r++) {                                                                 \
            int64_t row = r % g->oh, top = row * g->stride_h - g->pad_top;                                            \
            int64_t first = row == 0 ? 0 : smaller(larger(top, 0), g->h);                                             \
            int64_t end = row == g->oh - 1 ? g->h : smaller(larger(top + g->stride_h, 0), g->h);                      \
            T *dx = (T *)p->y + r / g->oh * (g->h * g->w * g->c);                                                     \
            memset(dx + first * g->w * g->c, 0, (size_t)((end - first) * g->w * g->c) * sizeof(T));                   \
            window_range h = window_clipped(top, g->fh, 1, 0, g->h);                                                  \
            for (int64_t q = 0; q < g->ow; q++) {                                                                     \
                int64_t left = q * g->stride_w - g->pad_left;                                                         \
                window_range w = window_clipped(left, g->fw, 1, 0, g->w);                                             \
                int64_t position = h.first * g->w + w.first;                                                          \
                int64_t place = (r * g->ow + q) * g->c;                                                               \
                T divisor = (T)window_divisor(p, top, left), *to = dx + position * g->c;                              \
                if (h.taps == 2 && w.taps == 2) TILE(spread)(p, place, position, 2, 2, divisor, to);                  \
                else if (h.taps > 0 && w.taps > 0) TILE(spread)(p, place, position, h.taps, w.taps, divisor, to);     \
            }                                                                                                         \
        }                                                                                                             \
    }

DEFINE_SPREAD(max_spread_rows, max_spread)
DEFINE_SPREAD(average_spread_rows, average_spread)

/* Columns of one phase share their taps. */
#define DEFINE_POOLING_GRADIENT(name, gradient, spread_rows)                                                          \
    static void TILE(name)(const pooling_rows *p) {                                                                   \
        const cnn_conv2d_geometry *g = p->g;                                                                          \
        if (windows_lie_apart(g)) {                                                                                   \
            TILE(spread_rows)(p);                                                                                     \
            return;                                                                                                   \
        }                                                                                                             \
        const bool is_long = window_is_long(g);                                                                       \
        for (int64_t r = p->begin; r < p->end; r++) {                                                                 \
            int64_t row = r % g->h, plane = r / g->h * (g->oh * g->ow);                                               \
            tap_axis rows = backward_axis(g->fh, g->stride_h, g->pad_top, g->dilation_h, row % g->stride_h);          \
            pooling_reach h = reach_of(&rows, row / g->stride_h, g->oh);                                              \
            for (int64_t phase = 0; phase < smaller(g->stride_w, g->w); phase++) {                                    \
                tap_axis columns = backward_axis(g->fw, g->stride_w, g->pad_left, g->dilation_w, phase);              \
                for (int64_t q = 0, w = phase; w < g->w; q++, w += g->stride_w) {                                     \
                    if (is_long && cnn_interrupt_pending()) return;                                                   \
                    TILE(gradient)(p, plane, h, reach_of(&columns, q, g->ow), row * g->w + w,                         \
                                   (T *)p->y + (r * g->w + w) * g->c);                                                \
                }                                                                                                     \
            }                                                                                                         \
        }                                                                                                             \
    }

DEFINE_POOLING_GRADIENT(max_pool_backward, max_gradient, max_spread_rows)
DEFINE_POOLING_GRADIENT(avg_pool_backward, average_gradient, average_spread_rows)

#undef DEFINE_SPREAD
#undef DEFINE_POOLING_GRADIENT
#undef EACH_VECTOR
