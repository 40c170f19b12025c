/* The scalar level on processors with FMA: 128 and 256 bit vectors of AVX at most. */
#include "elementwise_internal.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("fma"))), apply_to = function)
#define ELEMENTWISE_TABLE cnn_elementwise_fma
#include "templates/elementwise_level.h"
#pragma clang attribute pop
#endif
