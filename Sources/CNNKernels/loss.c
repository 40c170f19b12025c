/* Cross-entropy against labels and against distributions. */
#include "elementwise_internal.h"

#include "templates/names.h"

#define ROWS_AT_ONCE 256

typedef struct {
    const elementwise_loops *loops;
    int64_t classes;
    const void *x;         /* logits, or probabilities in the backward calls */
    const int64_t *labels;
    const void *target;    /* NULL: labels count */
    double smoothing;
    const void *scale;
    void *out;             /* probabilities, or the gradient */
    void *loss;
} entropy_task;

#define T float
#define S f32
#include "templates/cross_entropy.h"
#undef T
#undef S

#define T double
#define S f64
#include "templates/cross_entropy.h"
#undef T
#undef S
