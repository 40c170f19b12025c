/* Orders of the elements of rows. */
#include "elementwise_internal.h"

#include "templates/names.h"

#define FEW 16
/* Steps through a range between two looks at the interrupt flag, and positions that are filled in. */
#define STEPS_A_LOOK 65536
#define FILLED_A_LOOK (int64_t)(1 << 20)

#define T float
#define S f32
#include "templates/ordering.h"
#undef T
#undef S
#define T double
#define S f64
#include "templates/ordering.h"
#undef T
#undef S
#define T int64_t
#define S i64
#include "templates/ordering.h"
#undef T
#undef S
#define T uint8_t
#define S u8
#include "templates/ordering.h"
#undef T
#undef S
