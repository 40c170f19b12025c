/* The AVX2 level. */
#include "products_internal.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VECTOR_BYTES 32
#define PRODUCTS_TABLE cnn_products_avx2
#include "templates/products_level.h"
#pragma clang attribute pop
#endif
