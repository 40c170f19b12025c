/* Pooling of a level for T: the vector as wide as the channels allow. */

#define FULL_LANES (VECTOR_BYTES / ELEMENT)
#define TILE(name) PASTE(PASTE(PASTE(name, S), pool), WIDTH)

#define WIDTH one
#define LANES FULL_LANES
#include "pooling_tiles.h"
#undef WIDTH
#undef LANES

#if VECTOR_BYTES >= 32
#define WIDTH half
#define LANES (FULL_LANES / 2)
#include "pooling_tiles.h"
#undef WIDTH
#undef LANES
#define POOL_HALF(name) else if (c >= FULL_LANES / 2) PASTE(PASTE(PASTE(name, S), pool), half)(p);
#else
#define POOL_HALF(name)
#endif

#if VECTOR_BYTES >= 64
#define WIDTH quarter
#define LANES (FULL_LANES / 4)
#include "pooling_tiles.h"
#undef WIDTH
#undef LANES
#define POOL_QUARTER(name) else if (c >= FULL_LANES / 4) PASTE(PASTE(PASTE(name, S), pool), quarter)(p);
#else
#define POOL_QUARTER(name)
#endif

#define WIDTH single
#define LANES 1
#include "pooling_tiles.h"
#undef WIDTH
#undef LANES

#define DEFINE_POOLING(name)                                                                                          \
    static void FN(name)(const pooling_rows *p) {                                                                     \
        int64_t c = p->g->c;                                                                                          \
        if (c >= FULL_LANES) PASTE(PASTE(PASTE(name, S), pool), one)(p);                                              \
        POOL_HALF(name)                                                                                               \
        POOL_QUARTER(name)                                                                                            \
        else PASTE(PASTE(PASTE(name, S), pool), single)(p);                                                           \
    }

DEFINE_POOLING(max_pool)
DEFINE_POOLING(max_pool_backward)
DEFINE_POOLING(avg_pool)
DEFINE_POOLING(avg_pool_backward)

#undef DEFINE_POOLING
#undef POOL_HALF
#undef POOL_QUARTER
#undef TILE
#undef FULL_LANES
