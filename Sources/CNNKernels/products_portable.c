/* The products for any processor: NEON on arm64; without fused multiply-add in hardware on x86-64. */
#include "products_internal.h"

#define VECTOR_BYTES 16
#define PRODUCTS_TABLE cnn_products_portable
#include "templates/products_level.h"
