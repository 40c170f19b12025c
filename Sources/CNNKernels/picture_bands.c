/* Bands of pictures, their padded copies, and the memory for them. */
#include "convolution_internal.h"

#include <sched.h>

/* A band and the weights of a panel stay in the second-level cache together. */
#define BAND_BYTES (160 * 1024)
/* Pictures that are pooled in one go, with their copies: little of the memory that pooling saves. */
#define POOLED_BAND_BYTES (56 * 1024)
/* Positions that a band has at least, so that tiles are full. */
#define BAND_POSITIONS 48

bool windows_leave_picture(const sliding_windows *s) {
    return s->low_h < 0 || s->low_w < 0 || (s->positions_h - 1) * s->stride_h + s->high_h > s->h
        || (s->positions_w - 1) * s->stride_w + s->high_w > s->w;
}

/* Rows and columns that `positions` reach. */
static int64_t reach_h(const sliding_windows *s, int64_t positions) {
    return (positions - 1) * s->stride_h + s->high_h - s->low_h;
}

static int64_t reach_w(const sliding_windows *s) {
    return (s->positions_w - 1) * s->stride_w + s->high_w - s->low_w;
}

int64_t padded_bytes(const sliding_windows *s, int64_t images, int64_t rows, int64_t element) {
    return round_up(images * reach_h(s, rows) * reach_w(s) * s->c * element, 64);
}

band_plan plan_bands(const sliding_windows *s, int64_t element, int64_t threads) {
    band_plan plan = { 1, s->positions_h, 1, s->n, 0 };
    if (s->n == 0 || s->positions_h == 0) return plan;
    int64_t picture = padded_bytes(s, 1, s->positions_h, element);
    int64_t balanced = larger(s->n * s->positions_h / (4 * threads), 1);
    balanced = larger(balanced, (BAND_POSITIONS + s->positions_w - 1) / larger(s->positions_w, 1));
    if (picture <= BAND_BYTES && balanced >= s->positions_h) {
        plan.images = smaller(larger(BAND_BYTES / larger(picture, 1), 1), balanced / s->positions_h);
        plan.images = smaller(plan.images, s->n);
        plan.bands = (s->n + plan.images - 1) / plan.images;
    } else {
        int64_t row = larger(reach_w(s) * s->c * element * s->stride_h, 1);
        int64_t fitting = (BAND_BYTES - (s->high_h - s->low_h - s->stride_h) * (row / s->stride_h)) / row;
        int64_t rows = smaller(smaller(larger(fitting, 1), balanced), s->positions_h);
        plan.bands_a_picture = (s->positions_h + rows - 1) / rows;
        plan.rows = (s->positions_h + plan.bands_a_picture - 1) / plan.bands_a_picture;
        plan.bands_a_picture = (s->positions_h + plan.rows - 1) / plan.rows;
        plan.bands = s->n * plan.bands_a_picture;
    }
    if (windows_leave_picture(s)) plan.bytes = padded_bytes(s, plan.images, plan.rows, element);
    return plan;
}

band_plan plan_pictures(const sliding_windows *s, int64_t output, int64_t element, int64_t threads) {
    int64_t fitting = POOLED_BAND_BYTES / larger(padded_bytes(s, 1, s->positions_h, element) + output, 1);
    band_plan plan = { larger(smaller(fitting, s->n / (4 * threads)), 1), s->positions_h, 1, 0, 0 };
    plan.bands = (s->n + plan.images - 1) / plan.images;
    if (windows_leave_picture(s)) plan.bytes = padded_bytes(s, plan.images, plan.rows, element);
    return plan;
}

/* The zeros beside a row are few. */
static inline void clear(char *p, size_t bytes) {
    if (bytes > 128) memset(p, 0, bytes);
    else for (size_t i = 0; i < bytes; i += 4) memset(p + i, 0, 4);
}

picture_view view_padded(const sliding_windows *s, const void *x, int64_t element, int64_t image, int64_t images,
                         int64_t row, int64_t rows, void *slot) {
    if (!windows_leave_picture(s)) {
        return (picture_view){ element_at(x, image * s->h * s->w * s->c, element), s->h * s->w * s->c, s->w * s->c,
                               s->c, 1 };
    }
    int64_t first_row = row * s->stride_h + s->low_h, height = reach_h(s, rows), width = reach_w(s);
    size_t pixel = (size_t)(s->c * element), line = (size_t)width * pixel;
    int64_t left = smaller(larger(-s->low_w, 0), width);
    int64_t end = larger(smaller(s->w - s->low_w, width), left);
    char *to = slot;
    for (int64_t i = 0; i < images; i++) {
        const char *picture = element_at(x, (image + i) * s->h * s->w * s->c, element);
        for (int64_t r = first_row; r < first_row + height; r++, to += line) {
            if (r < 0 || r >= s->h || end == left) {
                memset(to, 0, line);
                continue;
            }
            clear(to, (size_t)left * pixel);
            memcpy(to + (size_t)left * pixel, picture + (size_t)(r * s->w + left + s->low_w) * pixel,
                   (size_t)(end - left) * pixel);
            clear(to + (size_t)end * pixel, (size_t)(width - end) * pixel);
        }
    }
    picture_view view = { NULL, height * width * s->c, width * s->c, s->c, 1 };
    /* So that rows and columns count as in the picture; only addresses inside the copy are formed from it. */
    view.base = (const char *)((intptr_t)slot - (first_row * view.row + s->low_w * view.column) * element);
    return view;
}

picture_view view_planes(const sliding_windows *s, const product_loops *loops, const void *x, int64_t image,
                         int64_t images, int64_t row, int64_t rows, void *slot) {
    int64_t e = loops->element, first_row = row * s->stride_h + s->low_h, height = reach_h(s, rows);
    int64_t width = reach_w(s), left = smaller(larger(-s->low_w, 0), width);
    int64_t end = larger(smaller(s->w - s->low_w, width), left), plane = height * width;
    memset(slot, 0, (size_t)(images * s->c * plane * e + PLANE_SLACK));
    int64_t begin = larger(first_row, 0), stop = smaller(first_row + height, s->h);
    for (int64_t i = 0; i < images && end > left; i++) {
        char *picture = place_at(slot, i * s->c * plane, e);
        for (int64_t r = begin; r < stop; r++) {
            const void *from = element_at(x, (((image + i) * s->h + r) * s->w + left + s->low_w) * s->c, e);
            void *to = place_at(picture, (r - first_row) * width + left, e);
            if (s->c == 1) memcpy(to, from, (size_t)((end - left) * e));
            else loops->transpose(from, s->c, s->c, end - left, plane, to);
        }
    }
    picture_view view = { NULL, s->c * plane, width, 1, plane };
    view.base = (const char *)((intptr_t)slot - (first_row * view.row + s->low_w) * e);
    return view;
}

slot_set make_slots(void *base, int64_t bytes_in_all, int64_t bytes_a_slot) {
    int64_t count = bytes_a_slot == 0 ? 64 : larger(smaller(bytes_in_all / bytes_a_slot, 64), 1);
    return (slot_set){ count == 64 ? ~0ULL : (1ULL << count) - 1, base, bytes_a_slot };
}

void *take_slot(slot_set *slots) {
    if (slots->bytes == 0) return slots->base;
    uint64_t free = atomic_load_explicit(&slots->free, memory_order_relaxed);
    for (;;) {
        if (free == 0) {
            sched_yield();
            free = atomic_load_explicit(&slots->free, memory_order_relaxed);
        } else if (atomic_compare_exchange_weak_explicit(&slots->free, &free, free & (free - 1), memory_order_acquire,
                                                         memory_order_relaxed)) {
            return slots->base + __builtin_ctzll(free) * slots->bytes;
        }
    }
}

void return_slot(slot_set *slots, const void *slot) {
    if (slots->bytes == 0) return;
    int64_t index = ((const char *)slot - slots->base) / slots->bytes;
    atomic_fetch_or_explicit(&slots->free, 1ULL << index, memory_order_release);
}

static int64_t scratch_bytes(const cnn_conv2d_geometry *g, int64_t element, const cnn_pooled *pooled) {
    int64_t forward = sliding_scratch_bytes(g, element, false, pooled);
    int64_t backward = sliding_scratch_bytes(g, element, true, pooled);
    return larger(larger(forward, backward), weights_scratch_bytes(g, element, pooled)) + 64;
}

int64_t cnn_conv2d_scratch_bytes(const cnn_conv2d_geometry *g, int64_t element_size) {
    return scratch_bytes(g, element_size, NULL);
}

int64_t cnn_conv2d_pooled_scratch_bytes(const cnn_conv2d_geometry *g, const cnn_conv2d_geometry *pool,
                                        int64_t element_size) {
    cnn_pooled pooled = { .g = pool };
    return scratch_bytes(g, element_size, &pooled);
}
