/* The AVX2 level. */
#include "elementwise_internal.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define ELEMENTWISE_TABLE cnn_elementwise_avx2
#include "templates/elementwise_level.h"
#pragma clang attribute pop
#endif
