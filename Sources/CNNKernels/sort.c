/* Orders of the elements of rows. */
#include "elementwise_internal.h"

#include "templates/names.h"

#define FEW 16
/* Ranges this long look for an interrupt. */
#define LONG_RANGE 65536

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
