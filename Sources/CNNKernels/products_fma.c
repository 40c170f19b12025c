/* The scalar level on processors with FMA: vectors of 128 bits. */
#include "products_internal.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("fma"))), apply_to = function)
#define VECTOR_BYTES 16
#define PRODUCTS_TABLE cnn_products_fma
#include "templates/products_level.h"
#pragma clang attribute pop
#endif
