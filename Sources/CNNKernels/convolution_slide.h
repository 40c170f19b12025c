/* How a convolution slides over its pictures: what it reads and writes, in which bands, with vectors of what. */
#ifndef CONVOLUTION_SLIDE_H
#define CONVOLUTION_SLIDE_H

#include "convolution_internal.h"

/* Products of a row of taps from which on it is a chain of its own. */
#define CHAIN_ROW 512
/* Elements of a window of few columns, listed one by one. */
#define PLANAR_STEPS 1024

typedef struct {
    const cnn_conv2d_geometry *g;
    const product_loops *loops;
    bool backward, is_planar, in_lanes, skips;
    bool relu;                  /* behind the convolution */
    bool pools_in_planes;       /* forward, as the sums are there */
    sliding_windows windows;
    int64_t from, to;           /* channels of a group: of the picture read, of the picture written */
    int64_t phases_h, phases_w;
    int64_t panels, packed_width, shares;
    int64_t packed_bytes;       /* of the weights */
    band_plan plan;
    const char *x, *w, *bias;
    char *y, *packed;
    const cnn_pooled *pooled;   /* what the output goes into, or dy comes from; NULL for the output itself */
    int64_t copy_bytes;         /* of a slot, before the pictures that are pooled */
    int64_t slot_bytes, slots_bytes;    /* of one, and of all together */
    slot_set slots;
} sliding_convolution;

tap_axis row_axis(const cnn_conv2d_geometry *g, bool backward, int64_t phase);
tap_axis column_axis(const cnn_conv2d_geometry *g, bool backward, int64_t phase);

/* Bands, vectors and memory for the loops, the operands and the pooling that `s` has. */
void plan_sliding(sliding_convolution *s, const cnn_conv2d_geometry *g, bool backward, int64_t threads);
/* The same as vectors of pictures have it. */
lane_convolution lanes_of(const sliding_convolution *s);

#endif
