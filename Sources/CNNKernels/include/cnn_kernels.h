/* The compute kernels of cnnbook: pointers and sizes, no tensor.
 *
 * The rule that every kernel keeps: an output element is one chain of fused multiply-adds in an
 * order fixed by the shape alone. Vectors and threads share out output elements, never a
 * reduction, so the same bytes come out at any SIMD level and any number of threads.
 *
 * Layouts: pictures NHWC, filters [FH, FW, C/groups, K], dense weights [in, out]. Row-major.
 * Suffix _f32 works on float, _f64 on double, with the same parameters.
 */
#ifndef CNN_KERNELS_H
#define CNN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cnn_elementwise.h"
#include "cnn_products.h"
#include "cnn_runtime.h"

#endif
