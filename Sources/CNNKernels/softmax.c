/* Softmax, its logarithm, and their derivatives: rows and columns, threads. */
#include "reduction_blocks.h"

#include "templates/names.h"

typedef struct {
    const elementwise_loops *loops;
    int64_t length;
    int log;
    const void *x, *dy; /* x is y in the backward call */
    void *out;
} softmax_task;

#define T float
#define S f32
#include "templates/softmax_layout.h"
#undef T
#undef S

#define T double
#define S f64
#include "templates/softmax_layout.h"
#undef T
#undef S
