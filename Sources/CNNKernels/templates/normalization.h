/* Rows times factors of their columns, for floating T. */

/* y = (x - mean) scale + shift */
static void FN(scale_rows)(int64_t rows, int64_t stride, int64_t width, const T *x, const T *mean, const T *scale,
                           const T *shift, T *y) {
    for (int64_t r = 0; r < rows; r++, x += stride, y += stride) {
        INDEPENDENT for (int64_t c = 0; c < width; c++) y[c] = MATH(fma)(x[c] - mean[c], scale[c], shift[c]);
    }
}

/* dx = scale (dy - gradient_mean - (x - mean) slope) */
static void FN(normalization_gradient)(int64_t rows, int64_t stride, int64_t width, const T *x, const T *mean,
                                       const T *scale, const T *gradient_mean, const T *slope, const T *dy, T *dx) {
    for (int64_t r = 0; r < rows; r++, x += stride, dy += stride, dx += stride) {
        INDEPENDENT for (int64_t c = 0; c < width; c++) {
            dx[c] = scale[c] * MATH(fma)(-(x[c] - mean[c]), slope[c], dy[c] - gradient_mean[c]);
        }
    }
}
