/* What the text form of a tensor says about its elements. */
#include "reduction_blocks.h"

#include "templates/names.h"

typedef struct {
    const elementwise_loops *loops;
    const void *x;
    double mean;
    cnn_statistics *result;
} statistics_task;

static void merge_statistics(const void *context, const reduction_block *b, void *state, const void *part) {
    (void)context, (void)b;
    statistics_part *total = state;
    const statistics_part *next = part;
    total->min = next->min < total->min ? next->min : total->min;
    total->max = next->max > total->max ? next->max : total->max;
    total->sum += next->sum;
    total->finite += next->finite;
    total->nan += next->nan;
    total->inf += next->inf;
    total->zero += next->zero;
}

static void merge_deviations(const void *context, const reduction_block *b, void *state, const void *part) {
    (void)context, (void)b;
    *(double *)state += *(const double *)part;
}

#define T float
#define S f32
#include "templates/statistics_of.h"
#undef T
#undef S

#define T double
#define S f64
#include "templates/statistics_of.h"
#undef T
#undef S

#define T int64_t
#define S i64
#include "templates/statistics_of.h"
#undef T
#undef S

#define T uint8_t
#define S u8
#include "templates/statistics_of.h"
#undef T
#undef S
