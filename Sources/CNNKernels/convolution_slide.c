/* Convolution forward, and its derivative by the input. Both slide windows over a picture: the derivative over dy, with
 * the taps backwards, and apart for each remainder of input row and column by the stride (phase), for only every
 * stride-th tap meets such a row. */
#include "convolution_slide.h"

#include "elementwise_internal.h"

/* Weights of a panel that are multiplied in one go; longer chains are continued through the output. */
#define WEIGHT_BLOCK_BYTES (96 * 1024)

// MARK: Packed weights

/* For each phase, group and panel: the rows of the taps in the order of the chain. */
static void pack_weights(void *context, int64_t begin, int64_t end) {
    const sliding_convolution *s = context;
    const cnn_conv2d_geometry *g = s->g;
    const product_loops *l = s->loops;
    int64_t full = PANEL_VECTORS * l->lanes, e = l->element, group_k = g->k / g->groups, group_c = g->c / g->groups;
    char *phase_base = s->packed;
    for (int64_t phase = 0; phase < s->phases_h * s->phases_w; phase++) {
        tap_axis rows = row_axis(g, s->backward, phase / s->phases_w);
        tap_axis columns = column_axis(g, s->backward, phase % s->phases_w);
        int64_t depth = rows.taps * columns.taps * s->from;
        for (int64_t unit = begin; unit < end; unit++) {
            int64_t group = unit / s->panels, panel = unit % s->panels, first = panel * full;
            int64_t width = panel_width(s->to - first, l->lanes, e), count = smaller(width, s->to - first);
            char *out = phase_base + (group * s->packed_width + first) * depth * e;
            for (int64_t i = 0; i < rows.taps * columns.taps; i++, out += s->from * width * e) {
                int64_t r = rows.tap + i / columns.taps * rows.tap_step;
                int64_t c = columns.tap + i % columns.taps * columns.tap_step;
                int64_t tap = (r * g->fw + c) * group_c * g->k + group * group_k;
                if (s->backward) {
                    l->pack_transposed(s->w + (tap + first * g->k) * e, g->k, s->from, count, width, out);
                } else {
                    l->pack(s->w + (tap + first) * e, g->k, s->from, count, width, out);
                }
            }
        }
        phase_base += g->groups * s->packed_width * depth * e;
    }
}

/* The same in rows of exactly the columns that there are. */
static void pack_planar(const sliding_convolution *s) {
    const cnn_conv2d_geometry *g = s->g;
    tap_axis rows = row_axis(g, s->backward, 0), columns = column_axis(g, s->backward, 0);
    int64_t e = s->loops->element, tap_bytes = s->from * s->to * e;
    char *out = s->packed;
    for (int64_t i = 0; i < g->fh * g->fw; i++, out += tap_bytes) {
        int64_t r = rows.tap + i / columns.taps * rows.tap_step, c = columns.tap + i % columns.taps * columns.tap_step;
        const char *tap = s->w + (r * g->fw + c) * tap_bytes;
        if (s->backward) s->loops->transpose(tap, s->from, s->from, s->to, s->to, out);
        else memcpy(out, tap, (size_t)tap_bytes);
    }
}

// MARK: Bands

typedef struct {
    int64_t image, images, row, rows;
    const char *x;              /* of its first picture, as y */
    char *y;
} band;

static band band_at(const sliding_convolution *s, int64_t index) {
    const band_plan *plan = &s->plan;
    const cnn_conv2d_geometry *g = s->g;
    int64_t image = index / plan->bands_a_picture * plan->images, row = index % plan->bands_a_picture * plan->rows;
    int64_t read = s->windows.h * s->windows.w * s->windows.c;
    int64_t written = s->backward ? g->h * g->w * g->c : g->oh * g->ow * g->k;
    band b = { image, smaller(plan->images, s->windows.n - image), row, smaller(plan->rows, s->windows.positions_h - row),
               NULL, NULL };
    /* One of the two is in a slot where pictures are pooled. */
    if (s->x) b.x = element_at(s->x, image * read, s->loops->element);
    if (s->y) b.y = place_at(s->y, image * written, s->loops->element);
    return b;
}

/* What all panels of a phase have in common: false where the phase has no output in the band. */
static bool slide_of_phase(const sliding_convolution *s, const band *b, const picture_view *view, int64_t phase,
                           const tap_axis *rows, const tap_axis *columns, sliding_product *p) {
    const cnn_conv2d_geometry *g = s->g;
    int64_t e = s->loops->element, phase_h = phase / s->phases_w, phase_w = phase % s->phases_w;
    int64_t step_h = s->backward ? g->stride_h : 1, step_w = s->backward ? g->stride_w : 1;
    int64_t h = s->backward ? g->h : g->oh, w = s->backward ? g->w : g->ow, c = s->backward ? g->c : g->k;
    int64_t last = (h - 1 - phase_h) / step_h, top = b->row * s->windows.stride_h + rows->first;
    *p = (sliding_product){
        .x = view->base + (top * view->row + columns->first * view->column) * e, .x_image = view->image,
        .x_row = s->windows.stride_h * view->row, .x_column = s->windows.stride_w * view->column,
        .y = b->y + ((phase_h + b->row * step_h) * w + phase_w) * c * e,
        .y_image = h * w * c, .y_row = step_h * w * c, .y_column = step_w * c,
        .images = b->images, .rows = smaller(b->rows, last - b->row + 1), .columns = (w - 1 - phase_w) / step_w + 1,
        .tap_rows = rows->taps, .tap_columns = columns->taps,
        .tap_row_pitch = rows->step * view->row, .tap_column_pitch = columns->step * view->column, .length = s->from,
    };
    if (columns->step == 1 && g->groups == 1 && columns->taps > 0) {
        p->length *= columns->taps;
        p->tap_columns = 1;
    }
    return p->rows > 0 && p->columns > 0;
}

static void slide_panel(const sliding_convolution *s, sliding_product p, int64_t unit, const char *phase_base,
                        int64_t depth) {
    _Alignas(64) char start[MAXIMUM_PANEL_BYTES] = {0};
    int64_t e = s->loops->element, lanes = s->loops->lanes, first = unit % s->panels * PANEL_VECTORS * lanes;
    int64_t group = unit / s->panels, rows = p.tap_rows;
    p.width = p.w_pitch = panel_width(s->to - first, lanes, e);
    p.count = smaller(p.width, s->to - first);
    p.x = element_at(p.x, group * s->from, e);
    p.y = place_at(p.y, group * s->to + first, e);
    p.w = phase_base + (group * s->packed_width + first) * depth * e;
    p.start = start;
    if (s->bias) memcpy(start, s->bias + (group * s->to + first) * e, (size_t)(p.count * e));
    int64_t row_bytes = larger(p.tap_columns * p.length * p.width * e, 1);
    /* Long chains lose digits: from here on each row of taps is a chain of its own. */
    bool splits = p.tap_columns * p.length >= CHAIN_ROW;
    int64_t step = splits ? 1 : larger(WEIGHT_BLOCK_BYTES / row_bytes, 1);
    for (int64_t r = 0; r == 0 || r < rows; r += step) {
        p.tap_rows = smaller(step, rows - r);
        s->loops->slide(&p);
        p.start = NULL;
        p.adds = splits;
        p.x = element_at(p.x, p.tap_rows * p.tap_row_pitch, e);
        p.w = element_at(p.w, p.tap_rows * p.tap_columns * p.length * p.width, e);
    }
}

static void slide_depthwise(const sliding_convolution *s, const sliding_product *p, const tap_axis *rows,
                            const tap_axis *columns) {
    const cnn_conv2d_geometry *g = s->g;
    const char *w = s->w + (rows->tap * g->fw + columns->tap) * g->k * s->loops->element;
    depthwise_product d = {
        .x = p->x, .x_image = p->x_image, .x_row = p->x_row, .x_column = p->x_column,
        .y = p->y, .y_image = p->y_image, .y_row = p->y_row, .y_column = p->y_column,
        .images = p->images, .rows = p->rows, .columns = p->columns,
        .tap_rows = rows->taps, .tap_columns = columns->taps,
        .tap_row_pitch = p->tap_row_pitch, .tap_column_pitch = p->tap_column_pitch,
        .w = w, .w_row = rows->tap_step * g->fw * g->k, .w_column = columns->tap_step * g->k,
        .start = s->bias, .channels = g->c,
    };
    s->loops->depthwise(&d);
}

static void slide_planes(const sliding_convolution *s, const band *b, void *slot) {
    const cnn_conv2d_geometry *g = s->g;
    int64_t e = s->loops->element;
    tap_axis rows = row_axis(g, s->backward, 0), columns = column_axis(g, s->backward, 0);
    picture_view view = view_planes(&s->windows, s->loops, b->x, 0, b->images, b->row, b->rows, slot);
    int64_t steps[PLANAR_STEPS];
    int64_t count = 0;
    for (int64_t r = 0; r < rows.taps; r++) {
        for (int64_t c = 0; c < columns.taps; c++) {
            for (int64_t j = 0; j < s->from; j++) {
                steps[count++] = j * view.plane + r * rows.step * view.row + c * columns.step;
            }
        }
    }
    sliding_product p;
    if (!slide_of_phase(s, b, &view, 0, &rows, &columns, &p)) return;
    planar_product q = {
        .x = p.x, .x_image = p.x_image, .x_row = p.x_row, .y = p.y, .y_image = p.y_image, .y_row = p.y_row,
        .images = p.images, .rows = p.rows, .columns = p.columns, .steps = steps, .step_count = count,
        .w = s->packed, .start = s->bias, .count = s->to,
        .skips = s->skips, .top = b->row + rows.first, .height = s->windows.h, .tap_rows = rows.taps, .tap_step = rows.step,
    };
    if (!s->pools_in_planes) {
        s->loops->slide_planar(&q);
        return;
    }
    const cnn_conv2d_geometry *pool = s->pooled->g;
    planar_pooling pooling = { q, s->pooled->index };
    pooling.product.y_image = pool->oh * pool->ow * pool->c;
    pooling.product.y_row = pool->ow * pool->c;
    pooling.product.y = place_at(s->pooled->y, b->image * pooling.product.y_image, e);
    pooling.index += b->image * pooling.product.y_image;
    s->loops->slide_pooled(&pooling);
}

static void slide_lanes(const sliding_convolution *s, const band *b, char *slot) {
    lane_convolution c = lanes_of(s);
    if (!s->pooled) fill_lanes(&c, b->x, 0, b->images, slot);
    for (int64_t first = 0; s->pooled && first < b->images; first += LANES_FILLED) {
        int64_t images = smaller(LANES_FILLED, b->images - first);
        spread_pooled(s->pooled, s->loops, b->image + first, images, 0, s->pooled->g->oh, slot + s->copy_bytes);
        fill_lanes(&c, slot + s->copy_bytes, first, images, slot);
    }
    slide_lane_pictures(&c, b->images, slot, b->y);
}

/* A share of the panels. */
static void slide_panels(const sliding_convolution *s, const band *b, int64_t share, void *slot) {
    const cnn_conv2d_geometry *g = s->g;
    int64_t units = g->groups * s->panels;
    picture_view view = view_padded(&s->windows, b->x, s->loops->element, 0, b->images, b->row, b->rows, slot);
    const char *phase_base = s->packed;
    for (int64_t phase = 0; phase < s->phases_h * s->phases_w; phase++) {
        tap_axis rows = row_axis(g, s->backward, phase / s->phases_w);
        tap_axis columns = column_axis(g, s->backward, phase % s->phases_w);
        int64_t depth = rows.taps * columns.taps * s->from;
        sliding_product p;
        if (slide_of_phase(s, b, &view, phase, &rows, &columns, &p)) {
            if (is_depthwise(g)) slide_depthwise(s, &p, &rows, &columns);
            else for (int64_t u = units * share / s->shares; u < units * (share + 1) / s->shares; u++) {
                slide_panel(s, p, u, phase_base, depth);
            }
        }
        phase_base += g->groups * s->packed_width * depth * s->loops->element;
    }
}

static void rectify(int64_t element, int64_t count, void *y) {
    const elementwise_loops *loops = cnn_elementwise_loops();
    if (element == sizeof(float)) loops->unary_f32(CNN_RELU, count, y, 0, y);
    else loops->unary_f64(CNN_RELU, count, y, 0, y);
}

/* Whole pictures, or whole rows of one. */
static void rectify_band(const sliding_convolution *s, const band *b) {
    int64_t row = s->g->ow * s->g->k, e = s->loops->element;
    rectify(e, b->images * b->rows * row, place_at(b->y, b->row * row, e));
}

static void slide_bands(void *context, int64_t begin, int64_t end) {
    sliding_convolution *s = context;
    char *slot = take_slot(&s->slots);
    for (int64_t task = begin; task < end && !cnn_interrupt_pending(); task++) {
        band b = band_at(s, task / s->shares);
        if (s->pooled && s->backward && !s->in_lanes) {
            spread_pooled(s->pooled, s->loops, b.image, b.images, 0, s->pooled->g->oh, slot + s->copy_bytes);
            b.x = slot + s->copy_bytes;
        } else if (s->pooled && !s->backward) {
            b.y = slot + s->copy_bytes;
        }
        if (s->in_lanes) slide_lanes(s, &b, slot);
        else if (s->is_planar) slide_planes(s, &b, slot);
        else slide_panels(s, &b, task % s->shares, slot);
        if (s->pooled && !s->backward && !s->pools_in_planes) pool_pictures(s->pooled, s->loops, b.image, b.images, b.y);
        if (s->relu && s->shares == 1) rectify_band(s, &b);
    }
    return_slot(&s->slots, slot);
}

/* No input: the bias, or zeros. */
static void fill_empty(int64_t pixels, int64_t channel_bytes, const void *bias, char *y) {
    if (bias == NULL) {
        memset(y, 0, (size_t)(pixels * channel_bytes));
        return;
    }
    for (int64_t i = 0; i < pixels; i++) memcpy(y + i * channel_bytes, bias, (size_t)channel_bytes);
}

static void convolve(const cnn_conv2d_geometry *g, const product_loops *loops, bool backward, const void *x,
                     const void *w, const void *bias, void *y, const cnn_pooled *pooled, bool relu, void *scratch) {
    if (g->n <= 0 || g->oh <= 0 || g->ow <= 0 || g->c <= 0 || g->k <= 0 || (backward && (g->h <= 0 || g->w <= 0))) {
        int64_t pixels = backward ? g->n * g->h * g->w : g->n * g->oh * g->ow;
        int64_t bytes = (backward ? g->c : g->k) * loops->element;
        if (pixels > 0 && bytes > 0) fill_empty(pixels, bytes, bias, y);
        if (relu && pixels > 0) rectify(loops->element, pixels * g->k, y);
        return;
    }
    sliding_convolution s = { .loops = loops, .x = x, .w = w, .bias = bias, .y = y, .packed = aligned(scratch),
                              .pooled = pooled, .relu = relu };
    plan_sliding(&s, g, backward, cnn_threads());
    s.slots = make_slots(s.packed + s.packed_bytes, s.slots_bytes, s.slot_bytes);
    int64_t units = g->groups * s.panels;
    if (s.in_lanes || s.is_planar) {
        pack_planar(&s);
        s.skips = loops->may_skip(s.packed, g->fh * g->fw * s.from * s.to, bias, s.to);
    } else if (s.packed_bytes > 0) {
        cnn_parallel_for(units, PRODUCT_GRAIN / larger(s.packed_bytes / loops->element / units, 1) + 1, pack_weights, &s);
    }
    int64_t tasks = s.plan.bands * s.shares;
    double products = (double)(g->n * g->oh * g->ow) * (double)(g->fh * g->fw * (g->c / g->groups) * g->k);
    cnn_parallel_for(tasks, (int64_t)(PRODUCT_GRAIN * (double)tasks / (products + 1)) + 1, slide_bands, &s);
    /* Where a band is made by several. */
    if (relu && s.shares > 1) rectify(loops->element, g->n * g->oh * g->ow * g->k, y);
}

#define DEFINE_CONVOLUTION(T, S)                                                                                      \
    void cnn_conv2d_forward_##S(const cnn_conv2d_geometry *g, const T *x, const T *w, const T *b, T *y,               \
                                void *scratch) {                                                                      \
        convolve(g, &cnn_products()->S, false, x, w, b, y, NULL, false, scratch);                                     \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_conv2d_forward_relu_##S(const cnn_conv2d_geometry *g, const T *x, const T *w, const T *b, T *y,          \
                                     void *scratch) {                                                                 \
        convolve(g, &cnn_products()->S, false, x, w, b, y, NULL, true, scratch);                                      \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_conv2d_backward_input_##S(const cnn_conv2d_geometry *g, const T *dy, const T *w, T *dx,                  \
                                       void *scratch) {                                                               \
        convolve(g, &cnn_products()->S, true, dy, w, NULL, dx, NULL, false, scratch);                                 \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_conv2d_forward_pooled_##S(const cnn_conv2d_geometry *g, const cnn_pooled *pooled, const T *x, const T *w,\
                                       const T *b, void *scratch) {                                                   \
        convolve(g, &cnn_products()->S, false, x, w, b, NULL, pooled, false, scratch);                                \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_conv2d_backward_input_pooled_##S(const cnn_conv2d_geometry *g, const cnn_pooled *pooled, const T *w,     \
                                              T *dx, void *scratch) {                                                 \
        convolve(g, &cnn_products()->S, true, NULL, w, NULL, dx, pooled, false, scratch);                             \
    }

DEFINE_CONVOLUTION(float, f32)
DEFINE_CONVOLUTION(double, f64)
