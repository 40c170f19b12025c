/* The AVX-512 level. */
#include "elementwise_internal.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define ELEMENTWISE_TABLE cnn_elementwise_avx512
#include "templates/elementwise_level.h"
#pragma clang attribute pop
#endif
