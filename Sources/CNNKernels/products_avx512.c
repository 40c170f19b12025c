/* The AVX-512 level. */
#include "products_internal.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma"))), apply_to = function)
#define VECTOR_BYTES 64
#define PRODUCTS_TABLE cnn_products_avx512
#include "templates/products_level.h"
#pragma clang attribute pop
#endif
