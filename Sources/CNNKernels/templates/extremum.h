/* Extremes and statistics of numeric T. A nan is the extremum; of equal values the first counts. */

/* v != v asks for nan in floating T and is never true in the others. */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"

MATH_INLINE FN(vector) FN(load)(const T *x) {
    FN(vector) v;
    memcpy(&v, x, sizeof v);
    return v;
}

MATH_INLINE FN(vector) FN(choose)(FN(mask) mask, FN(vector) yes, FN(vector) no) {
    return (FN(vector))((mask & (FN(mask))yes) | (~mask & (FN(mask))no));
}

/* Whether v takes the place of the extremum m. */
MATH_INLINE bool FN(replaces)(bool maximum, T v, T m) { return (maximum ? v > m : v < m) || (v != v && m == m); }

static T FN(extremum)(bool maximum, int64_t n, const T *x) {
    if (n < 32) {
        T m = x[0];
        for (int64_t i = 1; i < n; i++) m = FN(replaces)(maximum, x[i], m) ? x[i] : m;
        return m;
    }
    FN(vector) m = FN(load)(x);
    int64_t i = 16;
    if (maximum) {
        for (; i + 16 <= n; i += 16) {
            FN(vector) v = FN(load)(x + i);
            m = FN(choose)((v > m) | ((v != v) & (m == m)), v, m);
        }
    } else {
        for (; i + 16 <= n; i += 16) {
            FN(vector) v = FN(load)(x + i);
            m = FN(choose)((v < m) | ((v != v) & (m == m)), v, m);
        }
    }
    T result = m[0];
    for (int j = 1; j < 16; j++) result = FN(replaces)(maximum, m[j], result) ? m[j] : result;
    for (; i < n; i++) result = FN(replaces)(maximum, x[i], result) ? x[i] : result;
    return result;
}

static void FN(column_extrema)(bool maximum, int64_t rows, int64_t stride, int64_t width, const T *restrict x,
                               T *restrict extremes) {
    for (int64_t r = 0; r < rows; r++, x += stride) {
        if (maximum) {
            for (int64_t c = 0; c < width; c++) {
                T v = x[c], m = extremes[c];
                extremes[c] = (v > m) | ((v != v) & (m == m)) ? v : m;
            }
        } else {
            for (int64_t c = 0; c < width; c++) {
                T v = x[c], m = extremes[c];
                extremes[c] = (v < m) | ((v != v) & (m == m)) ? v : m;
            }
        }
    }
}

#define MAGNITUDE_BITS 0x7fffffffffffffffLL

static void FN(statistics)(int64_t n, const T *x, statistics_part *part) {
    double16 sums = {0}, least = sums + __builtin_inf(), most = -least;
    long16 finite = {0}, nan = {0}, zero = {0}, seen = {0};
    for (int64_t i = 0; i < n; i += 16) {
        double16 d = {0};
        long16 used = {0};
        if (i + 16 <= n) {
            d = __builtin_convertvector(FN(load)(x + i), double16);
            used = ~used;
        } else {
            for (int64_t j = 0; i + j < n; j++) d[j] = (double)x[i + j], used[j] = -1;
        }
        double16 size = (double16)((long16)d & MAGNITUDE_BITS);
        long16 inside = (size < __builtin_inf()) & used;
        long16 low = (d < least) & inside, high = (d > most) & inside;
        sums += (double16)((long16)d & inside);
        least = (double16)((low & (long16)d) | (~low & (long16)least));
        most = (double16)((high & (long16)d) | (~high & (long16)most));
        seen -= used;
        finite -= inside;
        nan -= (d != d) & used;
        zero -= (d == 0.0) & used;
    }
    double lanes[16];
    memcpy(lanes, &sums, sizeof lanes);
    *part = (statistics_part){ .min = least[0], .max = most[0], .sum = tree_sum(lanes) };
    for (int j = 0; j < 16; j++) {
        part->min = least[j] < part->min ? least[j] : part->min;
        part->max = most[j] > part->max ? most[j] : part->max;
        part->finite += finite[j];
        part->nan += nan[j];
        part->zero += zero[j];
        part->inf += seen[j] - finite[j] - nan[j];
    }
}

static double FN(deviations)(int64_t n, const T *x, double mean) {
    double16 sums = {0};
    for (int64_t i = 0; i < n; i += 16) {
        double16 d = (double16){0} + mean;
        if (i + 16 <= n) {
            d = __builtin_convertvector(FN(load)(x + i), double16);
        } else {
            for (int64_t j = 0; i + j < n; j++) d[j] = (double)x[i + j];
        }
        long16 inside = (double16)((long16)d & MAGNITUDE_BITS) < __builtin_inf();
        d = (double16)((long16)(d - mean) & inside);
        sums = __builtin_elementwise_fma(d, d, sums);
    }
    double lanes[16];
    memcpy(lanes, &sums, sizeof lanes);
    return tree_sum(lanes);
}

#undef MAGNITUDE_BITS
#pragma clang diagnostic pop
