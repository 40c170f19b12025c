/* Every kernel on made-up numbers: a line with a name and a hash of the bytes that came out, for a SIMD level and a number
 * of threads. Needs nothing but the kernels and a C library, so that it also runs where Swift does not; what it prints must
 * be the same everywhere. Usage: bytes [scalar|neon|avx2|avx512] [threads] */
#include "cnn_kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 1;

/* 0 ..< n (splitmix64, Steele et al. 2014). */
static int64_t below(int64_t n) {
    uint64_t z = seed += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)n);
}

static void *room(size_t bytes) {
    void *p = aligned_alloc(64, (bytes + 127) / 64 * 64);
    if (p == NULL) exit(3);
    memset(p, 0, (bytes + 127) / 64 * 64);
    return p;
}

static uint64_t hash_of(const void *data, size_t bytes) {
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < bytes; i++) hash = (hash ^ ((const unsigned char *)data)[i]) * 0x100000001b3;
    return hash;
}

static void tell(const char *name, int64_t detail, const void *data, size_t bytes) {
    printf("%s %lld %016llx\n", name, (long long)detail, (unsigned long long)hash_of(data, bytes));
}

/* Which nan comes out is the processor's: all become one. */
#define DEFINE_TELL(T, S)                                                                                             \
    static void tell_##S(const char *name, int64_t detail, T *y, int64_t n) {                                         \
        for (int64_t i = 0; i < n; i++) {                                                                             \
            if (y[i] != y[i]) memset(&y[i], 0xff, sizeof(T));                                                         \
        }                                                                                                             \
        tell(name, detail, y, (size_t)n * sizeof(T));                                                                 \
    }
DEFINE_TELL(float, f32)
DEFINE_TELL(double, f64)

static void must_equal(const char *name, int64_t detail, const void *one, const void *other, size_t bytes) {
    if (memcmp(one, other, bytes) == 0) return;
    fprintf(stderr, "%s %lld: two ways to it differ\n", name, (long long)detail);
    exit(1);
}

static cnn_conv2d_geometry geometry(bool grouped) {
    cnn_conv2d_geometry g = { .n = 1 + below(3), .fh = 1 + below(5), .fw = 1 + below(5), .stride_h = 1 + below(2),
                              .dilation_h = 1 + below(2), .groups = grouped ? 1 + below(3) : 1 };
    g.stride_w = below(3) ? g.stride_h : 1;
    g.dilation_w = below(3) ? g.dilation_h : 1;
    g.c = g.groups * (1 + below(9));
    g.k = g.groups * (below(3) ? 1 + below(20) : 1 + below(70));
    g.pad_top = below(g.fh);
    g.pad_left = below(g.fw);
    g.oh = 1 + below(9);
    g.ow = 1 + below(22);
    int64_t height = (g.oh - 1) * g.stride_h + (g.fh - 1) * g.dilation_h + 1 - g.pad_top - below(g.pad_top + 1);
    int64_t width = (g.ow - 1) * g.stride_w + (g.fw - 1) * g.dilation_w + 1 - g.pad_left - below(g.pad_left + 1);
    g.h = height < 1 ? 1 : height;
    g.w = width < 1 ? 1 : width;
    return g;
}

static cnn_conv2d_geometry pooling_of(const cnn_conv2d_geometry *g) {
    return (cnn_conv2d_geometry){ .n = g->n, .h = g->oh, .w = g->ow, .c = g->k, .oh = g->oh / 2, .ow = g->ow / 2, .k = g->k,
                                  .fh = 2, .fw = 2, .stride_h = 2, .stride_w = 2, .dilation_h = 1, .dilation_w = 1,
                                  .groups = 1 };
}

#define T float
#define S f32
#include "bytes_of.h"
#undef T
#undef S
#define T double
#define S f64
#include "bytes_of.h"
#undef T
#undef S

static void integers(void) {
    enum { n = 777 };
    static int64_t a[n], b[n], y[n];
    static uint8_t small[n], other[n], bytes[n];
    int64_t shape[] = { n }, strides[] = { 1 };
    for (int i = 0; i < n; i++) {
        a[i] = below(2001) - 1000;
        b[i] = below(9) - 4;
        if (b[i] == 0) b[i] = 5;
        small[i] = (uint8_t)below(256);
        other[i] = (uint8_t)(1 + below(255));
    }
    for (int op = CNN_ADD; op <= CNN_FLOOR_DIV; op++) {
        if (op == CNN_POW) continue;
        int32_t fault = cnn_binary_i64(op, 1, shape, a, strides, b, strides, y);
        tell("binary_i64", op * 8 + fault, y, sizeof y);
        fault = cnn_binary_u8(op, 1, shape, small, strides, other, strides, bytes);
        tell("binary_u8", op * 8 + fault, bytes, sizeof bytes);
    }
    static float table[512], pictures[n];
    for (int i = 0; i < 512; i++) table[i] = (float)i / 511;
    int64_t rows[] = { 5, 0, 20, 5 };
    for (int tables = 1; tables < 3; tables++) {
        cnn_look_up_rows(4, 37, rows, small, tables, table, pictures);
        tell_f32("look_up", tables, pictures, 4 * 37);
    }
    bool overflow = false;
    cnn_cumsum_i64(3, 37, 7, a, y, &overflow);
    tell("cumsum_i64", overflow, y, sizeof y);
    cnn_sort_i64(3, 37, 7, true, a, y);
    tell("sort_i64", 0, y, sizeof y);
    cnn_sort_u8(3, 37, 7, false, small, y);
    tell("sort_u8", 0, y, sizeof y);
    cnn_arg_reduce_i64(true, 3, 37, 7, a, y);
    tell("arg_i64", 0, y, 21 * sizeof *y);
}

static void scalars(void) {
    static double y[6 * 2000];
    static char texts[3 * 2000 * 32];
    size_t used = 0;
    for (int i = 0; i < 2000; i++) {
        uint64_t bits = (uint64_t)below(INT64_MAX) * 2 + (uint64_t)below(2);
        double x = i % 2 ? (double)(below(4000001) - 2000000) / 997 : 0;
        if (i % 2 == 0) memcpy(&x, &bits, sizeof x);
        double *out = y + 6 * i;
        out[0] = cnn_exp(x);
        out[1] = cnn_log(fabs(x));
        out[2] = cnn_sin(x);
        out[3] = cnn_cos(x);
        out[4] = cnn_tanh(x);
        out[5] = cnn_pow(fabs(x), (double)(below(2001) - 1000) / 250);
        char text[400];
        int precision = (int)below(18);
        cnn_format_general(x, precision, text, sizeof text);
        used += (size_t)snprintf(texts + used, 32, "%.30s", text);
        cnn_format_exponent(x, precision, text, sizeof text);
        used += (size_t)snprintf(texts + used, 32, "%.30s", text);
        cnn_format_fixed(x, precision, text, sizeof text);
        used += (size_t)snprintf(texts + used, 32, "%.30s", text);
    }
    tell_f64("scalar_functions", 0, y, 6 * 2000);
    tell("formats", 0, texts, used);
}

/* Between every two types, of what fits and what does not. */
static void casts(void) {
    enum { n = 600 };
    static float f32[n];
    static double f64[n], y[n];
    static int64_t i64[n];
    static uint8_t u8[n], flags[n];
    for (int i = 0; i < n; i++) {
        double x = i < 12 ? (double[]){ 0, -0.0, 1e300, -1e300, INFINITY, -INFINITY, NAN, 0.5, -0.5, 255.9, 9.3e18, -9.3e18 }[i]
            : (double)(below(2000001) - 1000000) / (double)(1 + below(3000));
        f64[i] = x;
        f32[i] = (float)x;
        i64[i] = below(INT64_MAX) - INT64_MAX / 2;
        u8[i] = (uint8_t)below(256);
        flags[i] = (uint8_t)below(2);
    }
    const void *from[] = { f32, f64, i64, u8, flags };
    const size_t size[] = { 4, 8, 8, 1, 1 };
    for (int a = CNN_F32; a <= CNN_BOOL; a++) {
        for (int b = CNN_F32; b <= CNN_BOOL; b++) {
            memset(y, 0, sizeof y);
            bool fits = cnn_cast(a, b, n, from[a], y);
            if (b == CNN_F32) tell_f32("cast", a * 100 + b * 10 + fits, (float *)y, n);
            else if (b == CNN_F64) tell_f64("cast", a * 100 + b * 10 + fits, y, n);
            else tell("cast", a * 100 + b * 10 + fits, y, n * size[b]);
        }
    }
}

int main(int count, char **arguments) {
    int level = CNN_SIMD_SCALAR;
    while (count > 1 && level <= CNN_SIMD_AVX512 && strcmp(arguments[1], cnn_simd_name(level)) != 0) level++;
    if (level > CNN_SIMD_AVX512 || !cnn_simd_select(level)) {
        fprintf(stderr, "this processor has no %s\n", arguments[1]);
        return 2;
    }
    cnn_set_threads(count > 2 ? atoi(arguments[2]) : 1);
    scalars();
    casts();
    integers();
    all_f32();
    all_f64();
    return 0;
}
