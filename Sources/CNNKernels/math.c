/* Scalar elementary functions, and the reduction of huge angles. */
#include "elementwise_internal.h"

double cnn_exp(double x) { return cnn_elementwise_loops()->scalar_function(CNN_EXP, x); }
double cnn_log(double x) { return cnn_elementwise_loops()->scalar_function(CNN_LOG, x); }
double cnn_sin(double x) { return cnn_elementwise_loops()->scalar_function(CNN_SIN, x); }
double cnn_cos(double x) { return cnn_elementwise_loops()->scalar_function(CNN_COS, x); }
double cnn_tanh(double x) { return cnn_elementwise_loops()->scalar_function(CNN_TANH, x); }
double cnn_pow(double x, double y) { return cnn_elementwise_loops()->scalar_power(x, y); }

/* The first 1280 bits of 2/pi. */
static const uint64_t two_over_pi[20] = {
    0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4,
    0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
};

/* 64 bits of 2/pi from bit `position` on (0 is the first behind the point; before it there are zeros). */
static uint64_t bits_of_two_over_pi(int position) {
    if (position <= -64) return 0;
    if (position < 0) return two_over_pi[0] >> -position;
    int word = position >> 6, shift = position & 63;
    uint64_t high = word < 20 ? two_over_pi[word] << shift : 0;
    return shift && word + 1 < 20 ? high | two_over_pi[word + 1] >> (64 - shift) : high;
}

/* Payne and Hanek: x = m 2^e, so of x 2/pi only the bits of 2/pi from weight 2^(2 - e) down matter modulo 4. 192 of
 * them leave a fraction with over 120 good bits, of which nearest doubles cancel 62 at most. */
uint64_t cnn_reduce_quadrant(double x, double *high, double *low) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bool negative = bits >> 63;
    int e = (int)(bits >> 52 & 0x7ff) - 1075;
    uint64_t m = (bits & 0xfffffffffffffULL) | 0x10000000000000ULL;

    /* w2 w1 w0 = 192 bits whose first has weight 4/2 when multiplied by 2^e. */
    int position = e - 2;
    uint64_t w2 = bits_of_two_over_pi(position), w1 = bits_of_two_over_pi(position + 64);
    uint64_t w0 = bits_of_two_over_pi(position + 128);
    unsigned __int128 p0 = (unsigned __int128)m * w0, p1 = (unsigned __int128)m * w1 + (uint64_t)(p0 >> 64);
    uint64_t top = m * w2 + (uint64_t)(p1 >> 64), middle = (uint64_t)p1, bottom = (uint64_t)p0;

    /* top: two bits of quadrant, then the fraction; made signed so that it lies in -1/2 ... 1/2. */
    uint64_t quadrant = top >> 62;
    unsigned __int128 fraction = (unsigned __int128)(top << 2 | middle >> 62) << 64 | (middle << 2 | bottom >> 62);
    bool above = (uint64_t)(fraction >> 64) >> 63;
    if (above) {
        fraction = -fraction;
        quadrant++;
    }
    double f_high = 0, f_low = 0;
    if (fraction != 0) {
        uint64_t upper = (uint64_t)(fraction >> 64), lower = (uint64_t)fraction;
        int shift = upper ? __builtin_clzll(upper) : 64 + __builtin_clzll(lower);
        fraction <<= shift;
        /* 53 bits each, both exact. */
        double unit = 0x1p-53;
        for (int i = 0; i < shift; i++) unit *= 0.5;
        f_high = (double)(uint64_t)(fraction >> 75) * unit;
        f_low = (double)((uint64_t)(fraction >> 22) & 0x1fffffffffffffULL) * unit * 0x1p-53;
    }
    const double half_pi = 0x1.921fb54442d18p+0, half_pi_low = 0x1.1a62633145c07p-54;
    double product = f_high * half_pi;
    double rest = __builtin_fma(f_high, half_pi, -product);
    rest = __builtin_fma(f_high, half_pi_low, __builtin_fma(f_low, half_pi, rest));
    double sum = product + rest, error = (product - sum) + rest;
    bool flip = above != negative;
    *high = flip ? -sum : sum;
    *low = flip ? -error : error;
    return (negative ? 0 - quadrant : quadrant) & 3;
}
