/* The plan of a convolution that slides: windows, bands, vectors, memory. */
#include "convolution_slide.h"

tap_axis row_axis(const cnn_conv2d_geometry *g, bool backward, int64_t phase) {
    return backward ? backward_axis(g->fh, g->stride_h, g->pad_top, g->dilation_h, phase)
                    : forward_axis(g->fh, g->pad_top, g->dilation_h);
}

tap_axis column_axis(const cnn_conv2d_geometry *g, bool backward, int64_t phase) {
    return backward ? backward_axis(g->fw, g->stride_w, g->pad_left, g->dilation_w, phase)
                    : forward_axis(g->fw, g->pad_left, g->dilation_w);
}

static void widen(const tap_axis *axis, int64_t *low, int64_t *high) {
    if (axis->taps == 0) return;
    *low = smaller(*low, axis->first);
    *high = larger(*high, axis->first + (axis->taps - 1) * axis->step + 1);
}

static void describe(sliding_convolution *s, const cnn_conv2d_geometry *g, bool backward) {
    s->g = g;
    s->backward = backward;
    s->from = (backward ? g->k : g->c) / g->groups;
    s->to = (backward ? g->c : g->k) / g->groups;
    s->phases_h = backward ? smaller(g->stride_h, g->h) : 1;
    s->phases_w = backward ? smaller(g->stride_w, g->w) : 1;
    sliding_windows *w = &s->windows;
    if (backward) {
        *w = (sliding_windows){ .n = g->n, .h = g->oh, .w = g->ow, .c = g->k, .stride_h = 1, .stride_w = 1 };
        w->positions_h = (g->h + g->stride_h - 1) / g->stride_h;
        w->positions_w = (g->w + g->stride_w - 1) / g->stride_w;
    } else {
        *w = (sliding_windows){ g->n, g->h, g->w, g->c, g->oh, g->ow, g->stride_h, g->stride_w, 0, 0, 0, 0 };
    }
    w->low_h = w->low_w = INT64_MAX;
    w->high_h = w->high_w = INT64_MIN;
    for (int64_t p = 0; p < s->phases_h; p++) {
        tap_axis axis = row_axis(g, backward, p);
        widen(&axis, &w->low_h, &w->high_h);
    }
    for (int64_t p = 0; p < s->phases_w; p++) {
        tap_axis axis = column_axis(g, backward, p);
        widen(&axis, &w->low_w, &w->high_w);
    }
    if (w->low_h > w->high_h) w->low_h = w->high_h = 0;
    if (w->low_w > w->high_w) w->low_w = w->high_w = 0;
}

static int64_t packed_bytes(const cnn_conv2d_geometry *g, bool backward, int64_t lanes, int64_t element) {
    int64_t from = (backward ? g->k : g->c) / g->groups, to = (backward ? g->c : g->k) / g->groups;
    return round_up(g->fh * g->fw * g->groups * from * panels_width(to, lanes, element) * element, 64);
}

/* Whether there are few columns, and one chain. */
static bool has_few_columns(const sliding_convolution *s) {
    const cnn_conv2d_geometry *g = s->g;
    return g->groups == 1 && g->stride_h == 1 && g->stride_w == 1 && s->to <= PLANAR_COLUMNS
        && g->fw * s->from < CHAIN_ROW && g->fh * g->fw * s->from <= PLANAR_STEPS;
}

/* Whether vectors along the pixels of a row have fewer idle lanes than vectors along the columns. */
static bool fits_planes(const sliding_convolution *s, int64_t lanes) {
    int64_t pixels = s->windows.positions_w;
    return has_few_columns(s) && pixels * lanes > s->to * round_up(pixels, lanes);
}

lane_convolution lanes_of(const sliding_convolution *s) {
    return (lane_convolution){
        .loops = s->loops, .windows = &s->windows, .rows = row_axis(s->g, s->backward, 0),
        .columns = column_axis(s->g, s->backward, 0), .from = s->from, .to = s->to, .w = s->packed, .start = s->bias,
        .skips = s->skips,
    };
}

/* Whether vectors of pictures are better still. Pooling forward happens in planes. */
static bool slides_in_lanes(const sliding_convolution *s, int64_t lanes, int64_t element, int64_t threads) {
    if (!has_few_columns(s) || (s->pooled && !s->backward)) return false;
    lane_convolution c = lanes_of(s);
    return fits_lanes(&c, lanes, element, threads);
}

/* One for each thread; with many cores some wait for one. */
static int64_t band_slots(void) { return smaller(cnn_threads(), 16); }

/* Bytes of what a convolution makes of a picture, or of the dy of one. */
static int64_t output_picture_bytes(const cnn_conv2d_geometry *g, int64_t element) {
    return round_up(g->oh * g->ow * g->k * element, 64);
}

static band_plan plan_of(const sliding_convolution *s, int64_t element, int64_t threads) {
    if (s->pooled == NULL) return plan_bands(&s->windows, element, threads);
    return plan_pictures(&s->windows, output_picture_bytes(s->g, element), element, threads);
}

static int64_t planes_bytes(const sliding_convolution *s, const band_plan *plan, int64_t element) {
    return s->to > PLANAR_COLUMNS ? 0 : padded_bytes(&s->windows, plan->images, plan->rows, element) + PLANE_SLACK;
}

/* Of a slot: the padded copy, and the pictures that are pooled behind it. */
static int64_t slot_bytes(sliding_convolution *s, const band_plan *plan, int64_t element, bool is_planar) {
    s->copy_bytes = round_up(is_planar ? planes_bytes(s, plan, element) : plan->bytes, 64);
    return s->copy_bytes + (s->pooled ? plan->images * output_picture_bytes(s->g, element) : 0);
}

/* The same with a vector of pictures. */
static int64_t lanes_slot_bytes(sliding_convolution *s, int64_t lanes, int64_t element) {
    lane_convolution c = lanes_of(s);
    s->copy_bytes = lane_slot_bytes(&c, lanes, element);
    return s->copy_bytes + (s->pooled ? LANES_FILLED * output_picture_bytes(s->g, element) : 0);
}

/* Memory of all slots, at any level and number of threads. */
static int64_t slots_bytes(sliding_convolution *s, int64_t element) {
    band_plan plan = plan_of(s, element, 1);
    int64_t slot = larger(slot_bytes(s, &plan, element, false), slot_bytes(s, &plan, element, true));
    int64_t bytes = smaller(plan.bands, band_slots()) * slot;
    for (int64_t lanes = MINIMUM_VECTOR_BYTES / element; lanes <= MAXIMUM_VECTOR_BYTES / element; lanes *= 2) {
        if (!slides_in_lanes(s, lanes, element, cnn_threads())) continue;
        int64_t vectors = (s->g->n + lanes - 1) / lanes;
        bytes = larger(bytes, smaller(vectors, band_slots()) * lanes_slot_bytes(s, lanes, element));
    }
    return bytes;
}

int64_t sliding_scratch_bytes(const cnn_conv2d_geometry *g, int64_t element, bool backward, const cnn_pooled *pooled) {
    sliding_convolution s = { .pooled = pooled };
    describe(&s, g, backward);
    int64_t packed = 0;
    for (int64_t bytes = MINIMUM_VECTOR_BYTES; bytes <= MAXIMUM_VECTOR_BYTES; bytes *= 2) {
        packed = larger(packed, packed_bytes(g, backward, bytes / element, element));
    }
    return (is_depthwise(g) ? 0 : packed) + slots_bytes(&s, element);
}

void plan_sliding(sliding_convolution *s, const cnn_conv2d_geometry *g, bool backward, int64_t threads) {
    describe(s, g, backward);
    int64_t lanes = s->loops->lanes, e = s->loops->element;
    s->panels = panel_count(s->to, lanes);
    s->packed_width = panels_width(s->to, lanes, e);
    s->packed_bytes = is_depthwise(g) ? 0 : packed_bytes(g, backward, lanes, e);
    s->in_lanes = slides_in_lanes(s, lanes, e, threads);
    s->is_planar = !s->in_lanes && fits_planes(s, lanes);
    s->plan = plan_of(s, e, threads);
    if (s->in_lanes) s->plan = (band_plan){ lanes, s->windows.positions_h, 1, (g->n + lanes - 1) / lanes, 0 };
    bool is_whole = s->plan.bands >= 2 * threads || is_depthwise(g) || s->in_lanes || s->is_planar || s->pooled;
    s->shares = is_whole ? 1 : smaller(g->groups * s->panels, 2 * threads / s->plan.bands + 1);
    s->slots_bytes = slots_bytes(s, e);
    s->slot_bytes = s->in_lanes ? lanes_slot_bytes(s, lanes, e) : slot_bytes(s, &s->plan, e, s->is_planar);
    s->pools_in_planes = s->is_planar && s->pooled && !backward && pools_in_planes(s->pooled, s->loops);
}
