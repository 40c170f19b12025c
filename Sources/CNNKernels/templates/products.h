/* The products of a level for T: panels of every width, packing, and the choice between the widths. */

/* The output pixel that a loop is at. */
typedef struct {
    const T *x, *x_line, *x_picture;
    T *y, *y_line, *y_picture;
    int64_t row, column, rows, columns;
} FN(pixel_walk);

TILE_INLINE FN(pixel_walk) FN(first_pixel)(const void *x, void *y, int64_t rows, int64_t columns) {
    return (FN(pixel_walk)){ x, x, x, y, y, y, 0, 0, rows, columns };
}

TILE_INLINE void FN(next_pixel)(FN(pixel_walk) *walk, int64_t x_image, int64_t x_row, int64_t x_column, int64_t y_image,
                                int64_t y_row, int64_t y_column) {
    if (++walk->column < walk->columns) {
        walk->x += x_column;
        walk->y += y_column;
        return;
    }
    walk->column = 0;
    if (++walk->row < walk->rows) {
        walk->x_line += x_row;
        walk->y_line += y_row;
    } else {
        walk->row = 0;
        walk->x_line = walk->x_picture += x_image;
        walk->y_line = walk->y_picture += y_image;
    }
    walk->x = walk->x_line;
    walk->y = walk->y_line;
}

#define FULL_LANES (VECTOR_BYTES / ELEMENT)
#define TILE(name) PASTE(PASTE(name, S), WIDTH)

#define WIDTH two
#define LANES FULL_LANES
#define VECTORS 2
#define SLIDE_ROWS SLIDE_ROWS_OF_TWO
#define OUTER_ROWS OUTER_ROWS_OF_TWO
#include "tile_vectors.h"
#include "product_tiles.h"
#include "depthwise_tiles.h"
#undef WIDTH
#undef VECTORS
#undef SLIDE_ROWS
#undef OUTER_ROWS

#define VECTORS 1
#define SLIDE_ROWS 8
#define OUTER_ROWS 8
#define WIDTH one
#include "tile_vectors.h"
#include "product_tiles.h"
#include "depthwise_tiles.h"
#undef WIDTH
#undef LANES

#if VECTOR_BYTES >= 32
#define WIDTH half
#define LANES (FULL_LANES / 2)
#include "tile_vectors.h"
#include "product_tiles.h"
#include "depthwise_tiles.h"
#undef WIDTH
#undef LANES
#endif

#if VECTOR_BYTES >= 64
#define WIDTH quarter
#define LANES (FULL_LANES / 4)
#include "tile_vectors.h"
#include "product_tiles.h"
#include "depthwise_tiles.h"
#undef WIDTH
#undef LANES
#endif

/* A single channel. */
#define WIDTH single
#define LANES 1
#include "tile_vectors.h"
#include "depthwise_tiles.h"
#undef WIDTH
#undef LANES
#undef VECTORS
#undef SLIDE_ROWS
#undef OUTER_ROWS

#define WIDTHS(name, width, ...)                                                                                      \
    do {                                                                                                              \
        if ((width) == 2 * FULL_LANES) PASTE(PASTE(name, S), two)(__VA_ARGS__);                                       \
        HALF_WIDTH(name, width, __VA_ARGS__)                                                                          \
        QUARTER_WIDTH(name, width, __VA_ARGS__)                                                                       \
        else PASTE(PASTE(name, S), one)(__VA_ARGS__);                                                                 \
    } while (0)
#if VECTOR_BYTES >= 32
#define HALF_WIDTH(name, width, ...) else if ((width) == FULL_LANES / 2) PASTE(PASTE(name, S), half)(__VA_ARGS__);
#else
#define HALF_WIDTH(name, width, ...)
#endif
#if VECTOR_BYTES >= 64
#define QUARTER_WIDTH(name, width, ...) else if ((width) == FULL_LANES / 4) PASTE(PASTE(name, S), quarter)(__VA_ARGS__);
#else
#define QUARTER_WIDTH(name, width, ...)
#endif

static void FN(slide)(const sliding_product *p) { WIDTHS(slide, p->width, p); }

static void FN(outer)(const outer_product *p) { WIDTHS(outer, p->width, p); }

/* The widest block of channels that fits what is left. */
TILE_INLINE int64_t FN(channel_block)(int64_t left) {
    int64_t width = 2 * FULL_LANES;
    while (width > left) width = width * ELEMENT > MINIMUM_VECTOR_BYTES ? width / 2 : 1;
    return width;
}

static void FN(depthwise)(const depthwise_product *p) {
    for (int64_t c = 0, width; c < p->channels; c += width) {
        width = FN(channel_block)(p->channels - c);
        if (width == 1) PASTE(FN(depthwise_block), single)(p, c);
        else WIDTHS(depthwise_block, width, p, c);
    }
}

static void FN(depthwise_outer)(const outer_product *p) {
    for (int64_t c = 0, width; c < p->count; c += width) {
        width = FN(channel_block)(p->count - c);
        if (width == 1) PASTE(FN(depthwise_outer_block), single)(p, c);
        else WIDTHS(depthwise_outer_block, width, p, c);
    }
}

static void FN(pack)(const void *w, int64_t pitch, int64_t rows, int64_t count, int64_t width, void *out) {
    typedef T narrow __attribute__((vector_size(MINIMUM_VECTOR_BYTES), aligned(sizeof(T))));
    typedef MASK mask __attribute__((vector_size(MINIMUM_VECTOR_BYTES)));
    enum { lanes = MINIMUM_VECTOR_BYTES / ELEMENT };
    const T *from = w;
    T *to = out;
    /* The lanes that are too many are read from the next rows, and cleared. */
    int64_t i = 0, safe = rows - (width - count + pitch - 1) / pitch;
    mask keep;
    int64_t last = (count - 1) / lanes * lanes;
    for (int j = 0; j < lanes; j++) keep[j] = last + j < count ? -1 : 0;
    for (; i < safe; i++, from += pitch, to += width) {
        int64_t j = 0;
        for (; j < last; j += lanes) *(narrow *)(to + j) = *(const narrow *)(from + j);
        *(narrow *)(to + j) = (narrow)((mask)*(const narrow *)(from + j) & keep);
        for (j += lanes; j < width; j += lanes) *(narrow *)(to + j) = (narrow){0};
    }
    for (; i < rows; i++, from += pitch, to += width) {
        for (int64_t j = 0; j < width; j++) to[j] = j < count ? from[j] : 0;
    }
}

typedef T FN(four) __attribute__((vector_size(4 * sizeof(T)), aligned(sizeof(T))));

TILE_INLINE void FN(transpose_four)(FN(four) *block) {
    FN(four) a = block[0], b = block[1], c = block[2], d = block[3];
    FN(four) ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ba = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    FN(four) cd = __builtin_shufflevector(c, d, 0, 4, 1, 5), dc = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    block[0] = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    block[1] = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    block[2] = __builtin_shufflevector(ba, dc, 0, 1, 4, 5);
    block[3] = __builtin_shufflevector(ba, dc, 2, 3, 6, 7);
}

/* The next block of 4 of `n`; the last one lies over the one before it. */
TILE_INLINE int64_t FN(block_start)(int64_t i, int64_t n) { return i + 4 <= n ? i : n - 4; }

/* In blocks of 4 x 4. */
static void FN(transpose)(const void *x, int64_t pitch, int64_t rows, int64_t count, int64_t out_pitch, void *out) {
    const T *from = x;
    T *to = out;
    if (rows < 4 || count < 4) {
        for (int64_t j = 0; j < count; j++) {
            for (int64_t i = 0; i < rows; i++) to[i * out_pitch + j] = from[j * pitch + i];
        }
        return;
    }
    for (int64_t column = 0; column < count; column += 4) {
        int64_t j = FN(block_start)(column, count);
        const T *p = from + j * pitch;
        for (int64_t row = 0; row < rows; row += 4) {
            int64_t i = FN(block_start)(row, rows);
            FN(four) block[4];
            UNROLL for (int k = 0; k < 4; k++) block[k] = *(const FN(four) *)(p + i + k * pitch);
            FN(transpose_four)(block);
            UNROLL for (int k = 0; k < 4; k++) *(FN(four) *)(to + (i + k) * out_pitch + j) = block[k];
        }
    }
}

static void FN(pack_transposed)(const void *w, int64_t pitch, int64_t rows, int64_t count, int64_t width, void *out) {
    FN(transpose)(w, pitch, rows, count, width, out);
    if (count == width) return;
    for (int64_t i = 0; i < rows; i++) memset((T *)out + i * width + count, 0, (size_t)(width - count) * sizeof(T));
}

static void FN(add_parts)(const void *parts, int64_t pitch, int64_t count, int64_t n, void *y) {
    const T *part = parts;
    T *sum = y;
    memcpy(sum, part, (size_t)n * sizeof(T));
    for (int64_t p = 1; p < count; p++) {
        part += pitch;
        for (int64_t i = 0; i < n; i++) sum[i] += part[i];
    }
}

#undef TILE
#undef WIDTHS
#undef HALF_WIDTH
#undef QUARTER_WIDTH
#undef FULL_LANES
