/* The derivatives of a convolution by its weights and its bias: sums over all output pixels of products x * dy.
 *
 * The output rows of all pictures are split into parts, their number fixed by the shape; an element of dw is one chain
 * in each part, and the parts are added in order. Inside a part, tiles of dw pass over a chunk of pixels at a time, and
 * take their chains up again at the next. */
#include "convolution_internal.h"

/* Output pixels of a part at least, but for the last ones: fewer would make the parts cost more than they save. */
#define PART_PIXELS 2048
#define MAXIMUM_PARTS 64
/* Output pixels of a chunk, x and dy of which stay in the first- or second-level cache. */
#define CHUNK_PIXELS 256
#define PLANAR_CHUNK_PIXELS 1024
/* Elements of a window whose derivative is summed in planes. */
#define PLANAR_ELEMENTS 512

typedef struct {
    const cnn_conv2d_geometry *g;
    const product_loops *loops;
    bool in_planes, pools_in_planes;
    sliding_windows windows;
    int64_t panels, runs, units;    /* a unit: a panel of columns of one run of rows of dw */
    int64_t run_length;             /* rows of dw that lie side by side in x too */
    int64_t parts, shares;          /* tasks: `shares` for each part */
    int64_t part_elements;          /* of a part's dw, db */
    int64_t chunk_images, chunk_rows, copy_bytes;
    int64_t rows_bytes;             /* of dy and a row of ones in planes */
    int64_t spread_at;              /* in a slot: dy that comes from pooling */
    const cnn_pooled *pooled;       /* NULL: dy is there */
    const char *x, *dy;
    char *dw, *db;                  /* of the first part; db may be NULL */
    slot_set slots;
} weight_gradient;

static int64_t weights_of(const cnn_conv2d_geometry *g) { return g->fh * g->fw * (g->c / g->groups) * g->k; }

/* As many parts as there is work for, but no more memory for them than for the pictures. */
int64_t cnn_conv2d_parts(const cnn_conv2d_geometry *g) {
    int64_t rows = g->n * g->oh, pixels = rows * g->ow;
    int64_t room = (g->n * g->h * g->w * g->c + pixels * g->k) / larger(weights_of(g) + g->k, 1);
    return larger(smaller(smaller(pixels / PART_PIXELS, rows), smaller(room, MAXIMUM_PARTS)), 1);
}

/* Few columns leave most lanes of a vector idle: vectors then run along the rows of dy, if these fill them well enough.
 * This decides about the order of the sums, so it may depend on the shape alone. */
bool cnn_conv2d_sums_in_planes(const cnn_conv2d_geometry *g) {
    return g->groups == 1 && g->stride_h == 1 && g->stride_w == 1 && g->k <= PLANAR_COLUMNS
        && g->fh * g->fw * g->c <= PLANAR_ELEMENTS && 10 * g->ow >= 6 * round_up(g->ow, PLANAR_CHAINS);
}

static sliding_windows windows_of(const cnn_conv2d_geometry *g) {
    return (sliding_windows){ g->n, g->h, g->w, g->c, g->oh, g->ow, g->stride_h, g->stride_w, -g->pad_top,
                              -g->pad_top + larger(g->fh - 1, 0) * g->dilation_h + 1, -g->pad_left,
                              -g->pad_left + larger(g->fw - 1, 0) * g->dilation_w + 1 };
}

static int64_t plan_copies(weight_gradient *t, int64_t lanes, int64_t element) {
    const cnn_conv2d_geometry *g = t->g;
    bool in_planes = cnn_conv2d_sums_in_planes(g);
    int64_t picture = larger(g->oh * g->ow, 1), pixels = in_planes ? PLANAR_CHUNK_PIXELS : CHUNK_PIXELS;
    t->chunk_images = larger(smaller(pixels / picture, g->n), 1);
    t->chunk_rows = picture <= pixels ? g->oh : smaller(larger(pixels / larger(g->ow, 1), 1), g->oh);
    if (in_planes) {
        t->copy_bytes = padded_bytes(&t->windows, t->chunk_images, t->chunk_rows, element) + PLANE_SLACK;
        t->rows_bytes = (t->chunk_images * t->chunk_rows * g->k + 1) * round_up(g->ow, PLANAR_CHAINS) * element;
        return t->copy_bytes + t->rows_bytes + (g->fh * g->fw * g->c + 1) * g->k * PLANAR_CHAINS * element;
    }
    t->copy_bytes = windows_leave_picture(&t->windows)
        ? padded_bytes(&t->windows, t->chunk_images, t->chunk_rows, element) : 0;
    int64_t width = smaller(panels_width(g->k, lanes, element), PANEL_VECTORS * lanes);
    return t->copy_bytes + round_up(t->chunk_images * t->chunk_rows * g->ow * width * element, 64);
}

/* Windows of a row in planes, in whole vectors. */
static int64_t pooled_pitch(const weight_gradient *t) { return round_up(t->pooled->g->ow, PLANAR_CHAINS); }

/* Sets the size of chunks; gives the bytes of a slot for the widest panel of `lanes`: copies of x and dy, and dy. */
static int64_t plan_chunks(weight_gradient *t, int64_t lanes, int64_t element) {
    const cnn_conv2d_geometry *g = t->g;
    t->spread_at = round_up(plan_copies(t, lanes, element), 64);
    if (t->pooled == NULL) return t->spread_at;
    /* A chunk may begin and end inside a window. */
    int64_t rows = larger(t->chunk_images * g->oh, t->chunk_rows + 2 * t->pooled->g->stride_h);
    int64_t bytes = larger(rows * g->ow * element, 2 * pooled_pitch(t) * element) * g->k;
    return t->spread_at + round_up(bytes, 64);
}

/* Slots that there is memory for, whatever the number of threads. */
static int64_t slots_of(const cnn_conv2d_geometry *g, int64_t parts) {
    return smaller(larger(smaller(parts, 16), smaller(16, g->n * g->oh / 4 + 1)), cnn_threads());
}

static int64_t sums_bytes(const cnn_conv2d_geometry *g, int64_t parts, int64_t element) {
    return parts == 1 ? 0 : round_up(parts * (weights_of(g) + g->k) * element, 64);
}

int64_t weights_scratch_bytes(const cnn_conv2d_geometry *g, int64_t element, const cnn_pooled *pooled) {
    weight_gradient t = { .g = g, .windows = windows_of(g), .pooled = pooled };
    int64_t parts = cnn_conv2d_parts(g);
    return sums_bytes(g, parts, element)
        + slots_of(g, parts) * plan_chunks(&t, MAXIMUM_VECTOR_BYTES / element, element);
}

typedef struct {
    int64_t image, images, row, rows;
    bool is_first;              /* of its part: the chains begin */
    const char *dy;             /* of its first pixel */
} chunk;

/* The rows of dy that a chunk has, from the rows of windows that reach into it. */
static const char *spread_chunk(const weight_gradient *t, const chunk *c, char *slot) {
    const cnn_conv2d_geometry *g = t->g, *pool = t->pooled->g;
    int64_t first = smaller(c->row / pool->stride_h, pool->oh - 1);
    int64_t last = smaller((c->row + c->rows - 1) / pool->stride_h, pool->oh - 1);
    char *dy = slot + t->spread_at;
    spread_pooled(t->pooled, t->loops, c->image, c->images, first, last + 1, dy);
    return place_at(dy, (c->row - first * pool->stride_h) * g->ow * g->k, t->loops->element);
}

/* The chunk that begins at output row `row` of all, in a part that ends at `end`. */
static chunk chunk_at(const weight_gradient *t, int64_t row, int64_t end, bool is_first, char *slot) {
    const cnn_conv2d_geometry *g = t->g;
    int64_t image = row / g->oh, inside = row % g->oh, pictures = (end - row) / g->oh;
    chunk c = { image, 1, inside, smaller(smaller(t->chunk_rows, g->oh - inside), end - row), is_first, NULL };
    if (inside == 0 && t->chunk_rows == g->oh && pictures > 0) {
        c.images = smaller(pictures, t->chunk_images);
        c.rows = g->oh;
    }
    if (t->pools_in_planes) return c;
    c.dy = t->pooled ? spread_chunk(t, &c, slot) : element_at(t->dy, row * g->ow * g->k, t->loops->element);
    return c;
}

static const _Alignas(64) char zeros[MAXIMUM_PANEL_BYTES] = {0};

/* What the panel of dy in `copy` gives to db: the product with a picture of ones. */
static void add_bias_panel(const weight_gradient *t, const chunk *c, const void *copy, int64_t width, int64_t count,
                           char *db) {
    static const float one_f32 = 1;
    static const double one_f64 = 1;
    outer_product p = {
        .a = t->loops->element == 4 ? (const void *)&one_f32 : (const void *)&one_f64, .b = copy, .b_pitch = width,
        .images = c->images, .rows = c->rows, .columns = t->g->ow, .run = 1, .tap_columns = 1, .length = 1,
        .out = db, .start = c->is_first ? zeros : NULL, .width = width, .count = count,
    };
    t->loops->outer(&p);
}

/* Adds what the chunk gives to the units begin ..< end of the part's dw and db. `copy` has room for a panel of dy. */
static void add_units(const weight_gradient *t, const chunk *c, const picture_view *view, int64_t begin, int64_t end,
                      void *copy, char *dw, char *db) {
    const cnn_conv2d_geometry *g = t->g;
    const product_loops *l = t->loops;
    int64_t e = l->element, group_c = g->c / g->groups, group_k = g->k / g->groups, full = PANEL_VECTORS * l->lanes;
    int64_t pixels = c->images * c->rows * g->ow;
    for (int64_t unit = begin, next; unit < end; unit = next) {
        int64_t panel = unit / t->runs, group = panel / t->panels, first = panel % t->panels * full;
        next = smaller((panel + 1) * t->runs, end);
        int64_t width = panel_width(group_k - first, l->lanes, e), count = smaller(width, group_k - first);
        int64_t column = group * group_k + first, run = unit % t->runs;
        l->pack(c->dy + column * e, g->k, pixels, count, width, copy);
        outer_product p = {
            .a = view->base + ((c->row * g->stride_h - g->pad_top) * view->row - g->pad_left * view->column
                               + group * group_c) * e,
            .a_image = view->image, .a_row = g->stride_h * view->row, .a_column = g->stride_w * view->column,
            .run = t->run_length, .first_tap = run, .tap_columns = t->runs / g->fh,
            .tap_row_pitch = g->dilation_h * view->row, .tap_column_pitch = g->dilation_w * view->column,
            .b = copy, .b_pitch = width, .images = c->images, .rows = c->rows, .columns = g->ow,
            .length = (next - unit) * t->run_length, .out = dw + (run * t->run_length * g->k + column) * e,
            .out_pitch = g->k, .start = c->is_first ? zeros : NULL, .width = width, .count = count,
        };
        l->outer(&p);
        if (run == 0 && db) add_bias_panel(t, c, copy, width, count, db + column * e);
    }
}

/* The same where each channel has a filter of its own; a unit is a row of taps. */
static void add_depthwise_units(const weight_gradient *t, const chunk *c, const picture_view *view, int64_t begin,
                                int64_t end, char *dw) {
    const cnn_conv2d_geometry *g = t->g;
    int64_t e = t->loops->element;
    for (int64_t row = begin; row < end; row++) {
        outer_product p = {
            .a = view->base + ((c->row * g->stride_h - g->pad_top + row * g->dilation_h) * view->row
                               - g->pad_left * view->column) * e,
            .a_image = view->image, .a_row = g->stride_h * view->row, .a_column = g->stride_w * view->column,
            .tap_column_pitch = g->dilation_w * view->column,
            .b = c->dy, .b_pitch = g->k,
            .images = c->images, .rows = c->rows, .columns = g->ow,
            .length = g->fw, .out = dw + row * g->fw * g->k * e, .out_pitch = g->k,
            .start = c->is_first ? zeros : NULL, .count = g->k,
        };
        t->loops->depthwise_outer(&p);
    }
}

/* db alone. */
static void add_bias(const weight_gradient *t, const chunk *c, void *copy, char *db) {
    const cnn_conv2d_geometry *g = t->g;
    const product_loops *l = t->loops;
    for (int64_t first = 0, width; first < g->k; first += width) {
        width = panel_width(g->k - first, l->lanes, l->element);
        int64_t count = smaller(width, g->k - first);
        l->pack(c->dy + first * l->element, g->k, c->images * c->rows * g->ow, count, width, copy);
        add_bias_panel(t, c, copy, width, count, db + first * l->element);
    }
}

/* dy of the chunk in planes, a row in whole vectors of chains. */
static void fill_planes(const weight_gradient *t, const chunk *c, void *planes) {
    const cnn_conv2d_geometry *g = t->g;
    int64_t e = t->loops->element, width = round_up(g->ow, PLANAR_CHAINS), rows = c->images * c->rows;
    memset(planes, 0, (size_t)(rows * g->k * width * e));
    for (int64_t r = 0; r < rows; r++) {
        t->loops->transpose(element_at(c->dy, r * g->ow * g->k, e), g->k, g->k, g->ow, rows * width,
                            place_at(planes, r * width, e));
    }
}

/* The same from the derivative of the pooled output: its rows and their places in planes, in `copy`, then spread. */
static void fill_planes_pooled(const weight_gradient *t, const chunk *c, void *planes, void *copy) {
    const cnn_conv2d_geometry *g = t->g, *pool = t->pooled->g;
    int64_t e = t->loops->element, width = round_up(g->ow, PLANAR_CHAINS), pitch = pooled_pitch(t);
    int32_t *index = place_at(copy, pitch * g->k, e);
    memset(copy, 0, (size_t)(pitch * g->k * e));
    memset(index, -1, (size_t)(pitch * g->k) * sizeof(int32_t));
    planar_spread p = { .dy = copy, .index = index, .pitch = pitch, .count = g->k, .plane = c->images * c->rows * width,
                        .width = width, .columns = g->ow };
    for (int64_t image = 0; image < c->images; image++) {
        for (int64_t row = c->row / 2; row <= (c->row + c->rows - 1) / 2; row++) {
            int64_t from = (((c->image + image) * pool->oh + row) * pool->ow) * g->k;
            t->loops->transpose(element_at(t->pooled->dy, from, e), g->k, g->k, pool->ow, pitch, copy);
            t->loops->transpose(t->pooled->index + from, g->k, g->k, pool->ow, pitch, index);
            int64_t upper = 2 * row - c->row;
            char *place = place_at(planes, (image * c->rows + upper) * width, e);
            p.upper = upper >= 0 ? place : NULL;
            p.lower = upper + 1 < c->rows ? place + width * e : NULL;
            p.position = 2 * row * g->ow;
            t->loops->spread_planes(&p);
        }
    }
}

/* Adds what the chunk gives to the chains of the elements begin ..< end of the window, and to those of db. */
static void add_planes(const weight_gradient *t, const chunk *c, int64_t begin, int64_t end, char *slot, char *sums,
                       char *bias_sums) {
    const cnn_conv2d_geometry *g = t->g;
    int64_t e = t->loops->element, width = round_up(g->ow, PLANAR_CHAINS), rows = c->images * c->rows;
    picture_view view = view_planes(&t->windows, t->loops, t->x, c->image, c->images, c->row, c->rows, slot);
    char *dy = slot + t->copy_bytes;
    if (t->pools_in_planes) fill_planes_pooled(t, c, dy, slot + t->spread_at);
    else fill_planes(t, c, dy);
    int64_t steps[PLANAR_ELEMENTS];
    for (int64_t i = 0; i < g->fh * g->fw * g->c; i++) {
        int64_t row = i / (g->fw * g->c), column = i / g->c % g->fw;
        steps[i] = i % g->c * view.plane + row * g->dilation_h * view.row + column * g->dilation_w;
    }
    planar_outer_product p = {
        .x = view.base + ((c->row - g->pad_top) * view.row - g->pad_left) * e, .x_image = view.image, .x_row = view.row,
        .steps = steps, .first = begin, .end = end,
        .dy = dy, .dy_image = c->rows * width, .dy_row = width, .dy_plane = rows * width,
        .images = c->images, .rows = c->rows, .columns = g->ow, .count = g->k,
        .sums = sums - begin * g->k * PLANAR_CHAINS * e,
    };
    t->loops->outer_planar(&p);
    if (bias_sums == NULL) return;
    void *ones = place_at(dy, rows * g->k * width, e);
    for (int64_t j = 0; j < width; j++) {
        if (e == 4) ((float *)ones)[j] = 1;
        else ((double *)ones)[j] = 1;
    }
    p.x = ones;
    p.x_image = p.x_row = p.first = 0;
    p.end = 1;
    p.sums = bias_sums;
    steps[0] = 0;
    t->loops->outer_planar(&p);
}

/* A part of dw and db: PLANAR_CHAINS chains for each element, added when all chunks have been. */
static void add_part_in_planes(const weight_gradient *t, int64_t row, int64_t part_end, int64_t begin, int64_t end,
                               char *slot, char *dw, char *db) {
    const cnn_conv2d_geometry *g = t->g;
    int64_t e = t->loops->element, element_bytes = g->k * PLANAR_CHAINS * e;
    char *sums = slot + t->copy_bytes + t->rows_bytes, *bias_sums = db ? sums + (end - begin) * element_bytes : NULL;
    memset(sums, 0, (size_t)((end - begin + 1) * element_bytes));
    while (row < part_end && !cnn_interrupt_pending()) {
        chunk c = chunk_at(t, row, part_end, false, slot);
        add_planes(t, &c, begin, end, slot, sums, bias_sums);
        row += c.images * c.rows;
    }
    t->loops->add_chains(sums, (end - begin) * g->k, dw + begin * g->k * e);
    if (db) t->loops->add_chains(bias_sums, g->k, db);
}

static void add_parts_of_pictures(void *context, int64_t begin, int64_t end) {
    weight_gradient *t = context;
    const cnn_conv2d_geometry *g = t->g;
    int64_t e = t->loops->element, rows = g->n * g->oh;
    char *slot = take_slot(&t->slots), *copy = slot + t->copy_bytes;
    for (int64_t task = begin; task < end; task++) {
        int64_t part = task / t->shares, share = task % t->shares;
        int64_t first = t->units * share / t->shares, last = t->units * (share + 1) / t->shares;
        int64_t row = rows * part / t->parts, part_end = rows * (part + 1) / t->parts;
        char *dw = t->dw + part * t->part_elements * e, *db = t->db ? t->db + part * t->part_elements * e : NULL;
        if (t->in_planes) {
            add_part_in_planes(t, row, part_end, first, last, slot, dw, share == 0 ? db : NULL);
            continue;
        }
        bool bias_alone = db && share == 0 && (t->units == 0 || is_depthwise(g));
        for (bool is_first = true; row < part_end && !cnn_interrupt_pending(); is_first = false) {
            chunk c = chunk_at(t, row, part_end, is_first, slot);
            picture_view view = view_padded(&t->windows, t->x, e, c.image, c.images, c.row, c.rows, slot);
            if (is_depthwise(g)) add_depthwise_units(t, &c, &view, first, last, dw);
            else add_units(t, &c, &view, first, last, copy, dw, db);
            if (bias_alone) add_bias(t, &c, copy, db);
            row += c.images * c.rows;
        }
    }
    return_slot(&t->slots, slot);
}

typedef struct {
    const product_loops *loops;
    const char *parts;
    char *sum;
    int64_t pitch, count;
} part_sum;

static void add_parts_piece(void *context, int64_t begin, int64_t end) {
    const part_sum *s = context;
    int64_t e = s->loops->element;
    s->loops->add_parts(s->parts + begin * e, s->pitch, s->count, end - begin, s->sum + begin * e);
}

static void add_parts(const weight_gradient *t, const void *parts, int64_t n, void *sum) {
    part_sum s = { t->loops, parts, sum, t->part_elements, t->parts };
    cnn_parallel_for(n, PRODUCT_GRAIN / t->parts, add_parts_piece, &s);
}

static void differentiate_weights(const cnn_conv2d_geometry *g, const product_loops *l, const void *x, const void *dy,
                                  const cnn_pooled *pooled, void *dw, void *db, void *scratch) {
    int64_t weights = weights_of(g), e = l->element;
    if (g->n <= 0 || g->oh <= 0 || g->ow <= 0 || g->k <= 0) {
        if (weights > 0) memset(dw, 0, (size_t)(weights * e));
        if (db && g->k > 0) memset(db, 0, (size_t)(g->k * e));
        return;
    }
    weight_gradient t = { .g = g, .loops = l, .windows = windows_of(g), .pooled = pooled, .x = x, .dy = dy,
                          .dw = dw, .db = db };
    bool is_merged = g->groups == 1 && g->dilation_w == 1;
    t.run_length = g->c / g->groups * (is_merged ? g->fw : 1);
    t.panels = panel_count(g->k / g->groups, l->lanes);
    t.runs = is_merged ? g->fh : g->fh * g->fw;
    t.units = weights <= 0 ? 0 : is_depthwise(g) ? g->fh : g->groups * t.panels * t.runs;
    t.in_planes = cnn_conv2d_sums_in_planes(g);
    t.pools_in_planes = t.in_planes && pooled && pools_in_planes(pooled, l);
    if (t.in_planes) t.units = g->fh * g->fw * g->c;
    t.parts = cnn_conv2d_parts(g);
    int64_t threads = cnn_threads(), sums = sums_bytes(g, t.parts, e);
    t.shares = t.parts >= 4 * threads ? 1 : larger(smaller(t.units, 4 * threads / t.parts), 1);
    if (t.parts > 1) {
        t.part_elements = weights + g->k;
        t.dw = aligned(scratch);
        if (db) t.db = t.dw + weights * e;
    }
    int64_t widest = plan_chunks(&t, MAXIMUM_VECTOR_BYTES / e, e), slot = plan_chunks(&t, l->lanes, e);
    t.slots = make_slots((char *)aligned(scratch) + sums, slots_of(g, t.parts) * widest, slot);
    double products = (double)(g->n * g->oh * g->ow) * (double)weights;
    int64_t tasks = t.parts * t.shares;
    cnn_parallel_for(tasks, (int64_t)(PRODUCT_GRAIN * (double)tasks / (products + 1)) + 1, add_parts_of_pictures, &t);
    if (t.parts > 1) {
        add_parts(&t, t.dw, weights, dw);
        if (db) add_parts(&t, t.db, g->k, db);
    }
}

#define DEFINE_WEIGHT_GRADIENT(T, S)                                                                                  \
    void cnn_conv2d_backward_weights_##S(const cnn_conv2d_geometry *g, const T *x, const T *dy, T *dw, T *db,         \
                                         void *scratch) {                                                             \
        differentiate_weights(g, &cnn_products()->S, x, dy, NULL, dw, db, scratch);                                   \
    }                                                                                                                 \
                                                                                                                      \
    void cnn_conv2d_backward_weights_pooled_##S(const cnn_conv2d_geometry *g, const cnn_pooled *pooled, const T *x,   \
                                                T *dw, T *db, void *scratch) {                                        \
        differentiate_weights(g, &cnn_products()->S, x, NULL, pooled, dw, db, scratch);                               \
    }

DEFINE_WEIGHT_GRADIENT(float, f32)
DEFINE_WEIGHT_GRADIENT(double, f64)
