/* Softmax and its logarithm, and their derivatives, for floating T. Sums run in 16 chains of double along rows, in one
 * chain down columns. */

#define SOFTMAX_BUFFER 2048

/* y = e^x / sum or x - log sum, with x already less its row's maximum. */
MATH_INLINE void FN(softmax_finish)(int64_t n, int log, const T *x, const T *e, double sum, T *y) {
    if (log) {
        double s = math_log_f64(sum);
        for (int64_t i = 0; i < n; i++) y[i] = (T)((double)x[i] - s);
    } else {
        T s = (T)sum;
        for (int64_t i = 0; i < n; i++) y[i] = e[i] / s;
    }
}

/* A row that fills more than a buffer. */
static void FN(softmax_long_row)(int64_t length, int log, const T *x, T *y, double *maximum, double *sum) {
    T m = FN(extremum)(true, length, x), e[SOFTMAX_BUFFER];
    double16 chains = {0};
    double lanes[16] = {0};
    for (int64_t i = 0; i < length; i += SOFTMAX_BUFFER) {
        int64_t n = length - i < SOFTMAX_BUFFER ? length - i : SOFTMAX_BUFFER;
        for (int64_t j = 0; j < n; j++) e[j] = MATH(exp)(x[i + j] - m);
        int64_t j = 0;
        for (; j + 16 <= n; j += 16) chains += FN(load_double)(e + j);
        memcpy(lanes, &chains, sizeof lanes);
        for (int k = 0; j + k < n; k++) lanes[k] += (double)e[j + k];
    }
    double total = tree_sum(lanes);
    for (int64_t i = 0; i < length; i += SOFTMAX_BUFFER) {
        int64_t n = length - i < SOFTMAX_BUFFER ? length - i : SOFTMAX_BUFFER;
        T shifted[SOFTMAX_BUFFER];
        for (int64_t j = 0; j < n; j++) shifted[j] = x[i + j] - m;
        if (!log) {
            for (int64_t j = 0; j < n; j++) e[j] = MATH(exp)(shifted[j]);
        }
        FN(softmax_finish)(n, log, shifted, e, total, y + i);
    }
    if (maximum) *maximum = (double)m;
    if (sum) *sum = total;
}

/* Several short rows share one run of the exponential. */
static void FN(softmax_rows)(int64_t rows, int64_t length, int log, const T *x, T *y, double *maximum, double *sum) {
    if (length <= 0) return;
    if (length > SOFTMAX_BUFFER) {
        for (int64_t r = 0; r < rows; r++) {
            FN(softmax_long_row)(length, log, x + r * length, y + r * length, maximum ? maximum + r : NULL,
                                 sum ? sum + r : NULL);
        }
        return;
    }
    int64_t group = SOFTMAX_BUFFER / length;
    T shifted[SOFTMAX_BUFFER], e[SOFTMAX_BUFFER];
    for (int64_t begin = 0; begin < rows; begin += group) {
        int64_t count = rows - begin < group ? rows - begin : group, n = count * length;
        const T *from = x + begin * length;
        for (int64_t r = 0; r < count; r++) {
            T m = FN(extremum)(true, length, from + r * length);
            for (int64_t i = r * length; i < (r + 1) * length; i++) shifted[i] = from[i] - m;
            if (maximum) maximum[begin + r] = (double)m;
        }
        for (int64_t i = 0; i < n; i++) e[i] = MATH(exp)(shifted[i]);
        for (int64_t r = 0; r < count; r++) {
            double total = FN(sum)(CNN_SUM, length, e + r * length);
            if (sum) sum[begin + r] = total;
            FN(softmax_finish)(length, log, shifted + r * length, e + r * length, total, y + (begin + r) * length);
        }
    }
}

static void FN(softmax_columns)(int64_t length, int64_t inner, int64_t width, int log, const T *x, T *y) {
    T maximum[COLUMN_BLOCK];
    double sums[COLUMN_BLOCK] = {0};
    if (length <= 0) return;
    memcpy(maximum, x, (size_t)width * sizeof(T));
    FN(column_extrema)(true, length - 1, inner, width, x + inner, maximum);
    for (int64_t r = 0; r < length; r++) {
        for (int64_t c = 0; c < width; c++) {
            sums[c] += (double)MATH(exp)(x[r * inner + c] - maximum[c]);
        }
    }
    if (log) {
        for (int64_t c = 0; c < width; c++) sums[c] = math_log_f64(sums[c]);
    }
    for (int64_t r = 0; r < length; r++) {
        const T *from = x + r * inner;
        T *to = y + r * inner;
        if (log) {
            INDEPENDENT for (int64_t c = 0; c < width; c++) to[c] = (T)((double)(from[c] - maximum[c]) - sums[c]);
        } else {
            INDEPENDENT for (int64_t c = 0; c < width; c++) to[c] = MATH(exp)(from[c] - maximum[c]) / (T)sums[c];
        }
    }
}

/* dx = y (dy - sum y dy), or dy - e^y sum dy for the logarithm. */
static void FN(softmax_backward_rows)(int64_t rows, int64_t length, int log, const T *y, const T *dy, T *dx) {
    for (int64_t r = 0; r < rows; r++, y += length, dy += length, dx += length) {
        if (log) {
            T s = (T)FN(sum)(CNN_SUM, length, dy);
            INDEPENDENT for (int64_t i = 0; i < length; i++) dx[i] = MATH(fma)(-MATH(exp)(y[i]), s, dy[i]);
        } else {
            T s = (T)FN(dot)(length, y, dy);
            INDEPENDENT for (int64_t i = 0; i < length; i++) dx[i] = y[i] * (dy[i] - s);
        }
    }
}

static void FN(softmax_backward_columns)(int64_t length, int64_t inner, int64_t width, int log, const T *y,
                                         const T *dy, T *dx) {
    double sums[COLUMN_BLOCK] = {0};
    for (int64_t r = 0; r < length; r++) {
        const T *p = y + r * inner, *g = dy + r * inner;
        for (int64_t c = 0; c < width; c++) {
            sums[c] = log ? sums[c] + (double)g[c] : __builtin_fma((double)p[c], (double)g[c], sums[c]);
        }
    }
    for (int64_t r = 0; r < length; r++) {
        const T *p = y + r * inner, *g = dy + r * inner;
        T *to = dx + r * inner;
        if (log) {
            INDEPENDENT for (int64_t c = 0; c < width; c++) to[c] = MATH(fma)(-MATH(exp)(p[c]), (T)sums[c], g[c]);
        } else {
            INDEPENDENT for (int64_t c = 0; c < width; c++) to[c] = p[c] * (g[c] - (T)sums[c]);
        }
    }
}

#undef SOFTMAX_BUFFER
