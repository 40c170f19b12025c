/* Convolution as windows that slide over a picture: forward over x, for the derivative by the input over dy. */
#ifndef CONVOLUTION_INTERNAL_H
#define CONVOLUTION_INTERNAL_H

#include <stdatomic.h>

#include "products_internal.h"

/* The pictures that windows slide over, and what of them all windows of one position reach: rows
 * position * stride_h + low_h up to, not including, position * stride_h + high_h; columns likewise. */
typedef struct {
    int64_t n, h, w, c;
    int64_t positions_h, positions_w, stride_h, stride_w;
    int64_t low_h, high_h, low_w, high_w;
} sliding_windows;

/* Where an element of a picture lies: base + image * + row * + column * pitch, rows and columns counted as in the
 * picture, images from the band's first. */
typedef struct {
    const char *base;
    int64_t image, row, column;
    int64_t plane;              /* from a channel to the next: 1 but in a copy in planes */
} picture_view;

/* A vector of pixels may reach so far behind the last row of a plane. */
#define PLANE_SLACK MAXIMUM_VECTOR_BYTES

/* Positions are worked on in bands: some whole pictures, or some rows of one. */
typedef struct {
    int64_t images, rows;       /* a band: one of the two is 1 or both cover a picture */
    int64_t bands_a_picture, bands;
    int64_t bytes;              /* of the padded copy; 0 where none is needed */
} band_plan;

/* Memory that pieces of a parallel loop borrow: at most 64 of them at a time. */
typedef struct {
    _Atomic uint64_t free;
    char *base;
    int64_t bytes;              /* a slot */
} slot_set;

bool windows_leave_picture(const sliding_windows *s);
/* Bands that stay in the second-level cache, and enough of them for `threads`. */
band_plan plan_bands(const sliding_windows *s, int64_t element, int64_t threads);
/* Whole pictures, few enough that they and what is made of them, `output` bytes each, stay in the second-level cache. */
band_plan plan_pictures(const sliding_windows *s, int64_t output, int64_t element, int64_t threads);
/* The bytes of a padded copy of `images` pictures or of what `rows` rows of positions reach. */
int64_t padded_bytes(const sliding_windows *s, int64_t images, int64_t rows, int64_t element);
/* A view of what the positions of rows row ..< row + rows of `images` pictures reach, with zeros outside: x itself, or
 * a copy in `slot`. */
picture_view view_padded(const sliding_windows *s, const void *x, int64_t element, int64_t image, int64_t images,
                         int64_t row, int64_t rows, void *slot);

/* The same as a copy in planes, image by image and channel by channel, with PLANE_SLACK bytes behind it. */
picture_view view_planes(const sliding_windows *s, const product_loops *loops, const void *x, int64_t image,
                         int64_t images, int64_t row, int64_t rows, void *slot);

/* A convolution of few columns whose vectors are pictures. */
typedef struct {
    const product_loops *loops;
    const sliding_windows *windows;
    tap_axis rows, columns;
    int64_t from, to;
    const void *w, *start;
    bool skips;
} lane_convolution;

/* Whether this takes fewer instructions than vectors of columns or of pixels, in memory that the cache holds. */
bool fits_lanes(const lane_convolution *c, int64_t lanes, int64_t element, int64_t threads);
/* Memory that a call of slide_lane_pictures works in. */
int64_t lane_slot_bytes(const lane_convolution *c, int64_t lanes, int64_t element);
/* Pictures that are taken into a slot at a time: a whole square of a transposition. */
#define LANES_FILLED 4
/* Takes `images` pictures at x into the lanes from `first` on; they are few, or all. */
void fill_lanes(const lane_convolution *c, const void *x, int64_t first, int64_t images, void *slot);
/* The results of the `images` pictures in a slot, at y. What is in the lanes behind them does not matter. */
void slide_lane_pictures(const lane_convolution *c, int64_t images, void *slot, void *y);

slot_set make_slots(void *base, int64_t bytes_in_all, int64_t bytes_a_slot);
void *take_slot(slot_set *slots);
void return_slot(slot_set *slots, const void *slot);

/* Scratch of each call, in bytes, at any level and number of threads. */
int64_t sliding_scratch_bytes(const cnn_conv2d_geometry *g, int64_t element, bool backward, const cnn_pooled *pooled);
int64_t weights_scratch_bytes(const cnn_conv2d_geometry *g, int64_t element, const cnn_pooled *pooled);

/* Whether `slide_pooled` and `spread_planes` do for this pooling. */
bool pools_in_planes(const cnn_pooled *pooled, const product_loops *loops);
/* Pools `images` pictures at x, from `image` on. */
void pool_pictures(const cnn_pooled *pooled, const product_loops *loops, int64_t image, int64_t images, const void *x);
/* dx of the rows of pictures that the rows row ..< end of windows have, for one picture or whole ones. */
void spread_pooled(const cnn_pooled *pooled, const product_loops *loops, int64_t image, int64_t images, int64_t row,
                   int64_t end, void *dx);

static inline int64_t round_up(int64_t n, int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }

static inline void *aligned(void *p) { return (void *)(((uintptr_t)p + 63) & ~(uintptr_t)63); }

static inline bool is_depthwise(const cnn_conv2d_geometry *g) {
    return g->groups > 1 && g->c == g->groups && g->k == g->groups;
}

#endif
