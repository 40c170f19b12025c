/* Moments of channels and batch normalisation. */
#include "reduction_blocks.h"

#include "templates/names.h"

/* Elements that relu finds in the cache. */
#define RECTIFIED_ELEMENTS 4096

typedef struct {
    const elementwise_loops *loops;
    const void *x, *mean, *variance, *gamma, *beta, *dy;
    double eps;
    bool training, relu;
    void *mean_out, *variance_out;
    void *dx; /* or y */
    void *dgamma, *dbeta;
    const double *center; /* of the block's columns */
} normalization_task;

/* COLUMN_BLOCK sums and, where there is a gradient, as many sums of products. */
static void merge_columns(const void *context, const reduction_block *b, void *state, const void *part) {
    const normalization_task *t = context;
    double *sums = state;
    const double *next = part;
    for (int64_t c = 0; c < b->width; c++) sums[c] += next[c];
    if (!t->dy) return;
    for (int64_t c = COLUMN_BLOCK; c < COLUMN_BLOCK + b->width; c++) sums[c] += next[c];
}

#define T float
#define S f32
#include "templates/columns.h"
#include "templates/batch_normalization.h"
#undef T
#undef S

#define T double
#define S f64
#include "templates/columns.h"
#include "templates/batch_normalization.h"
#undef T
#undef S
