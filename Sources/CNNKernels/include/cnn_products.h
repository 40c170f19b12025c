/* Convolution, dense products and pooling.
 *
 * Every sum of products is a chain of fused multiply-adds, sum = fma(x, w, sum), in the order stated at the function
 * (the first index is the outermost loop, all run upwards). It begins with the bias, or with +0 where there is none.
 * Long sums are several chains that are added in order, since one of thousands loses digits: a matrix product has one
 * for every 256 products; a convolution one for every row of taps where such a row has 512 products or more.
 * Elements outside a picture (padding; dy outside the output in the derivative by the input) are +0 and take part in
 * the chain like any other: that shows only where a factor is infinite or nan, or in the sign of a zero. Which nan
 * comes out of several is left to the processor. Empty sums give the bias or +0; empty outputs are left alone. Pointers
 * need no alignment. Where cnn_interrupt_pending(), the outputs are left unfinished. */
#ifndef CNN_PRODUCTS_H
#define CNN_PRODUCTS_H

#include <stdbool.h>
#include <stdint.h>

/* Sizes and padding are 0 or more; groups, strides and dilations 1 or more; groups divides c and k. */
typedef struct {
    int64_t n, h, w, c;       /* input */
    int64_t oh, ow, k;        /* output */
    int64_t fh, fw;           /* filter (window) */
    int64_t stride_h, stride_w;
    int64_t pad_top, pad_left; /* the end padding follows from oh, ow */
    int64_t dilation_h, dilation_w;
    int64_t groups;
} cnn_conv2d_geometry;

/* Bytes of scratch that the three convolution calls need at most for this geometry (T of 4 or 8 bytes), at any SIMD
 * level, with the number of threads as it is: the weights in whole vectors, and a few times the size of input and output at most. */
int64_t cnn_conv2d_scratch_bytes(const cnn_conv2d_geometry *g, int64_t element_size);

/* The parts that derivatives by weights and bias are summed in: 1...64. */
int64_t cnn_conv2d_parts(const cnn_conv2d_geometry *g);

/* Whether each part is sixteen chains, of the output columns with the same remainder by 16, added as a tree: where few
 * filters slide by 1 over pictures that are wide enough. */
bool cnn_conv2d_sums_in_planes(const cnn_conv2d_geometry *g);

/* A convolution's output that goes into max pooling and nowhere else, and is kept nowhere. */
typedef struct {
    const cnn_conv2d_geometry *g;   /* of the pooling: its input is the convolution's output */
    void *y;                        /* forward: the pooled output, and */
    int32_t *index;                 /* the places of the maxima; read by the derivatives */
    const void *dy;                 /* derivatives: of the pooled output */
} cnn_pooled;

/* Pictures from which on it pays to pool: with fewer the threads share each of them. */
#define CNN_POOLED_PICTURES 16

/* Whether it pays to pool the pictures while they are in the cache, and the windows lie apart without padding. The shapes
 * alone decide. The results have the same bits either way. */
bool cnn_conv2d_pools(const cnn_conv2d_geometry *g, const cnn_conv2d_geometry *pool, int64_t element_size);

/* As cnn_conv2d_scratch_bytes, for the calls with `pooled`. */
int64_t cnn_conv2d_pooled_scratch_bytes(const cnn_conv2d_geometry *g, const cnn_conv2d_geometry *pool,
                                        int64_t element_size);

#define CNN_DECLARE_PRODUCTS(T, S)                                                                                    \
    /* y[n,oh,ow,k] = b[k] + sum over fh, fw, c of x*w; b may be NULL */                                              \
    void cnn_conv2d_forward_##S(const cnn_conv2d_geometry *g, const T *x, const T *w, const T *b, T *y, void *scratch);\
    /* relu of that, while it is in the cache */                                                                      \
    void cnn_conv2d_forward_relu_##S(const cnn_conv2d_geometry *g, const T *x, const T *w, const T *b, T *y,          \
                                     void *scratch);                                                                  \
    /* dx[n,h,w,c] = sum over oh, ow, k of dy*w, over the outputs that have h, w in their windows (so fh and fw run   \
       downwards) */                                                                                                  \
    void cnn_conv2d_backward_input_##S(const cnn_conv2d_geometry *g, const T *dy, const T *w, T *dx, void *scratch);  \
    /* dw = sum over n, oh, ow of x*dy; db (may be NULL) = sum of dy over n, oh, ow. The output rows (n, oh) are split\
       into P parts, P fixed by the geometry (cnn_conv2d_parts): part p has rows [R p / P, R (p+1) / P) of R = n*oh.  \
       Each part is a chain, or sixteen (cnn_conv2d_sums_in_planes); the parts are added in order */                                                          \
    void cnn_conv2d_backward_weights_##S(const cnn_conv2d_geometry *g, const T *x, const T *dy, T *dw, T *db,         \
                                         void *scratch);                                                              \
    /* The same three with max pooling behind the convolution: y and index come out, pooled->dy goes in */             \
    void cnn_conv2d_forward_pooled_##S(const cnn_conv2d_geometry *g, const cnn_pooled *pooled, const T *x, const T *w,\
                                       const T *b, void *scratch);                                                    \
    void cnn_conv2d_backward_input_pooled_##S(const cnn_conv2d_geometry *g, const cnn_pooled *pooled, const T *w,     \
                                              T *dx, void *scratch);                                                  \
    void cnn_conv2d_backward_weights_pooled_##S(const cnn_conv2d_geometry *g, const cnn_pooled *pooled, const T *x,   \
                                                T *dw, T *db, void *scratch);                                         \
    /* c[m,n] = bias[n] + sum over k of op(a)[m,k] * op(b)[k,n]; bias may be NULL; op transposes where trans is not 0:\
       a is [k,m], b is [n,k] then */                                                                                 \
    void cnn_matmul_##S(int64_t m, int64_t n, int64_t k, const T *a, int trans_a, const T *b, int trans_b,            \
                        const T *bias, T *c);                                                                         \
    /* Windows partly outside use what is inside; those wholly outside give 0 and index -1. index: position in the    \
       image plane (h*W + w) of the first maximum; a nan counts as the maximum */                                     \
    void cnn_max_pool_forward_##S(const cnn_conv2d_geometry *g, const T *x, T *y, int32_t *index);                    \
    /* dx = sum of dy over the outputs, in order, whose index it is */                                                \
    void cnn_max_pool_backward_##S(const cnn_conv2d_geometry *g, const T *dy, const int32_t *index, T *dx);           \
    /* The sum of the pixels inside, in order, divided by the taps inside the padded input (count_pad; pad_bottom and \
       pad_right are needed for that), else by the pixels inside the input. dx: sum of dy / divisor over the outputs */\
    void cnn_avg_pool_forward_##S(const cnn_conv2d_geometry *g, int count_pad, int64_t pad_bottom, int64_t pad_right, \
                                  const T *x, T *y);                                                                  \
    void cnn_avg_pool_backward_##S(const cnn_conv2d_geometry *g, int count_pad, int64_t pad_bottom,                   \
                                   int64_t pad_right, const T *dy, T *dx);

CNN_DECLARE_PRODUCTS(float, f32)
CNN_DECLARE_PRODUCTS(double, f64)

#endif
