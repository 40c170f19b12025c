/* All loops of the products for one SIMD level: the including file has set the target attribute, VECTOR_BYTES and the
 * name of the table. The order of every chain is in the source, so every level gives the same bits. */

#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
#define FN(name) PASTE(name, S)
#define TILE_INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

/* Rows of a tile: as many accumulators as hide the latency of a multiply-add and fit in the registers. */
#define MAXIMUM_TILE_ROWS 8
#if VECTOR_BYTES >= 64 || defined(__aarch64__)
#define SLIDE_ROWS_OF_TWO 8
#define OUTER_ROWS_OF_TWO 8
#else
#define SLIDE_ROWS_OF_TWO 6
#define OUTER_ROWS_OF_TWO 6
#endif

#define T float
#define S f32
#define ELEMENT 4
#define MASK int32_t
#include "products.h"
#include "pooling.h"
#undef T
#undef S
#undef ELEMENT
#undef MASK

#define T double
#define S f64
#define ELEMENT 8
#define MASK int64_t
#include "products.h"
#include "pooling.h"
#undef T
#undef S
#undef ELEMENT
#undef MASK

#define ENTRIES(S, size)                                                                                              \
    .S = { .element = size, .lanes = VECTOR_BYTES / size, .slide = slide_##S, .outer = outer_##S,                     \
           .depthwise = depthwise_##S, .depthwise_outer = depthwise_outer_##S, .pack = pack_##S,                      \
           .pack_transposed = pack_transposed_##S, .add_parts = add_parts_##S, .max_pool = max_pool_##S,              \
           .max_pool_backward = max_pool_backward_##S, .avg_pool = avg_pool_##S,                                      \
           .avg_pool_backward = avg_pool_backward_##S }

const product_table PRODUCTS_TABLE = { ENTRIES(f32, 4), ENTRIES(f64, 8) };
