/* Gradient descent, Adam, RMSProp and AdaGrad. */
#include "elementwise_internal.h"

#include "templates/names.h"

#define SETTINGS 8

typedef struct {
    const elementwise_loops *loops;
    void *w;
    const void *g;
    void *first, *second; /* velocity or first moment; second moment */
    double settings[SETTINGS];
    bool variant;         /* Nesterov, or decoupled decay */
} step_task;

#define T float
#define S f32
#include "templates/optimizer_steps.h"
#undef T
#undef S

#define T double
#define S f64
#include "templates/optimizer_steps.h"
#undef T
#undef S
