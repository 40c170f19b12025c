/* Convolution, dense products and pooling. */
#ifndef CNN_PRODUCTS_H
#define CNN_PRODUCTS_H

#include <stdint.h>

/* Padding may be negative nowhere; zeros of the padding take part in the chain. */
typedef struct {
    int64_t n, h, w, c;       /* input */
    int64_t oh, ow, k;        /* output */
    int64_t fh, fw;           /* filter (window) */
    int64_t stride_h, stride_w;
    int64_t pad_top, pad_left; /* the end padding follows from oh, ow */
    int64_t dilation_h, dilation_w;
    int64_t groups;
} cnn_conv2d_geometry;

/* Bytes of scratch that the three calls below need at most for this geometry (T of 4 or 8 bytes).
 * Never more than a few times the input's size. */
int64_t cnn_conv2d_scratch_bytes(const cnn_conv2d_geometry *g, int64_t element_size);

#define CNN_DECLARE_PRODUCTS(T, S)                                                                                    \
    /* y[n,oh,ow,k] = b[k] + sum over fh, fw, c (in that order) of x*w; b may be NULL (+0 is then not added) */       \
    void cnn_conv2d_forward_##S(const cnn_conv2d_geometry *g, const T *x, const T *w, const T *b, T *y, void *scratch); \
    /* dx = sum over fh, fw, k of dy*w; dx is overwritten */                                                          \
    void cnn_conv2d_backward_input_##S(const cnn_conv2d_geometry *g, const T *dy, const T *w, T *dx, void *scratch);  \
    /* dw overwritten; db (may be NULL) = sum of dy over n, oh, ow */                                                 \
    void cnn_conv2d_backward_weights_##S(const cnn_conv2d_geometry *g, const T *x, const T *dy, T *dw, T *db,         \
                                         void *scratch);                                                              \
    /* c[m,n] = sum over k of op(a)[m,k] * op(b)[k,n] (+ bias[n]); op transposes: a is [k,m], b is [n,k] then */      \
    void cnn_matmul_##S(int64_t m, int64_t n, int64_t k, const T *a, int trans_a, const T *b, int trans_b,            \
                        const T *bias, T *c);                                                                         \
    /* windows partly outside use what is inside; index: position in the image plane (h*W + w) of the first maximum */ \
    void cnn_max_pool_forward_##S(const cnn_conv2d_geometry *g, const T *x, T *y, int32_t *index);                    \
    void cnn_max_pool_backward_##S(const cnn_conv2d_geometry *g, const T *dy, const int32_t *index, T *dx);           \
    /* count_pad: divide by the window's size clipped to the padded input, else by the pixels inside the input.       \
       pad_bottom/right are needed for the first. */                                                                  \
    void cnn_avg_pool_forward_##S(const cnn_conv2d_geometry *g, int count_pad, int64_t pad_bottom, int64_t pad_right, \
                                  const T *x, T *y);                                                                  \
    void cnn_avg_pool_backward_##S(const cnn_conv2d_geometry *g, int count_pad, int64_t pad_bottom,                   \
                                   int64_t pad_right, const T *dy, T *dx);

CNN_DECLARE_PRODUCTS(float, f32)
CNN_DECLARE_PRODUCTS(double, f64)

#endif
