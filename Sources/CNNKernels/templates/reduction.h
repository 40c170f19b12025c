/* Sums and products along rows and down columns, for floating T. */

MATH_INLINE double16 FN(load_double)(const T *x) {
    FN(vector) v;
    memcpy(&v, x, sizeof v);
    return __builtin_convertvector(v, double16);
}

static double FN(sum)(cnn_reduction kind, int64_t n, const T *x) {
    double16 chains;
    int64_t i = 0;
    for (int j = 0; j < 16; j++) chains[j] = kind == CNN_PROD ? 1.0 : 0.0;
    if (kind == CNN_PROD) {
        for (; i + 16 <= n; i += 16) chains *= FN(load_double)(x + i);
        double lanes[16];
        memcpy(lanes, &chains, sizeof lanes);
        for (int j = 0; i + j < n; j++) lanes[j] *= (double)x[i + j];
        return tree_product(lanes);
    }
    if (kind == CNN_SUM_SQUARES) {
        for (; i + 16 <= n; i += 16) {
            double16 v = FN(load_double)(x + i);
            chains = __builtin_elementwise_fma(v, v, chains);
        }
    } else {
        for (; i + 16 <= n; i += 16) chains += FN(load_double)(x + i);
    }
    double lanes[16];
    memcpy(lanes, &chains, sizeof lanes);
    for (int j = 0; i + j < n; j++) {
        double v = (double)x[i + j];
        lanes[j] = kind == CNN_SUM_SQUARES ? __builtin_fma(v, v, lanes[j]) : lanes[j] + v;
    }
    return tree_sum(lanes);
}

static double FN(dot)(int64_t n, const T *a, const T *b) {
    double16 chains = {0};
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        chains = __builtin_elementwise_fma(FN(load_double)(a + i), FN(load_double)(b + i), chains);
    }
    double lanes[16];
    memcpy(lanes, &chains, sizeof lanes);
    for (int j = 0; i + j < n; j++) lanes[j] = __builtin_fma((double)a[i + j], (double)b[i + j], lanes[j]);
    return tree_sum(lanes);
}

/* One chain a column, rows in order. */
static void FN(column_sums)(column_sum kind, int64_t rows, int64_t stride, int64_t width, const T *restrict x,
                            const T *restrict dy, const double *restrict center, double *restrict sums,
                            double *restrict products) {
    for (int64_t r = 0; r < rows; r++, x += stride) {
        switch (kind) {
            case COLUMN_SUM:
                for (int64_t c = 0; c < width; c++) sums[c] += (double)x[c];
                break;
            case COLUMN_SUM_SQUARES:
                for (int64_t c = 0; c < width; c++) sums[c] = __builtin_fma((double)x[c], (double)x[c], sums[c]);
                break;
            case COLUMN_DEVIATIONS:
                for (int64_t c = 0; c < width; c++) {
                    double d = (double)x[c] - center[c];
                    sums[c] = __builtin_fma(d, d, sums[c]);
                }
                break;
            case COLUMN_GRADIENTS:
                for (int64_t c = 0; c < width; c++) {
                    double g = (double)dy[c];
                    sums[c] += g;
                    products[c] = __builtin_fma(g, (double)x[c] - center[c], products[c]);
                }
                dy += stride;
                break;
        }
    }
}
