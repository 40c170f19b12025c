/* How reductions are shared out. The outputs of [outer, length, inner] -> [outer, inner] lie in blocks: one output
 * where inner is 1, else up to COLUMN_BLOCK neighbouring columns. The rows of a block are reduced in parts that follow
 * from length and inner alone and are merged in order, so no result depends on the number of threads. */
#ifndef REDUCTION_BLOCKS_H
#define REDUCTION_BLOCKS_H

#include "elementwise_internal.h"

/* Room for what a part of a block accumulates, aligned to 16 bytes. */
#define STATE_BYTES (COLUMN_BLOCK * 16)

typedef struct {
    int64_t length, inner;  /* rows, and the step from one to the next */
    int64_t first;          /* position of the block's first element */
    int64_t column, width;  /* the block's columns of 0 ..< inner */
    int64_t output;         /* position of its first output */
    bool shared;            /* whether its parts go to other threads */
} reduction_block;

typedef struct {
    /* Starts `state` and reduces the rows begin ..< end into it. */
    void (*accumulate)(const void *context, const reduction_block *block, int64_t begin, int64_t end, void *state);
    /* Adds the next part. */
    void (*merge)(const void *context, const reduction_block *block, void *state, const void *part);
} reducer;

/* Calls body for every block, on all threads; where the blocks are few and `parted` (the body works by
 * cnn_reduction_run), in order with blocks that are shared. */
void cnn_reduction_blocks(int64_t outer, int64_t length, int64_t inner, bool parted,
                          void (*body)(void *context, const reduction_block *block), void *context);

/* Reduces all rows of a block into `state`. */
void cnn_reduction_run(const reduction_block *block, const reducer *reducer, const void *context, void *state);

/* Narrow rows that lie side by side are taken several at a time, as one row; this many. */
static inline int64_t rows_side_by_side(const reduction_block *block) {
    return block->width == block->inner && block->width <= COLUMN_BLOCK / 2 ? COLUMN_BLOCK / block->width : 1;
}

#endif
