/* Elementary functions in double. Each is one straight line of fused multiply-adds and selections, so that a compiler
 * can put it into vector registers of any width and every lane rounds alike. Polynomials are Chebyshev fits of the
 * interval named beside them (made with mpmath at 300 bits), rounded to double.
 *
 * Included by the kernels of each SIMD level, inside that level's target attribute. */

#define MATH_INLINE static inline __attribute__((always_inline, unused))

MATH_INLINE uint64_t math_bits_f64(double x) { return ((union { double f; uint64_t u; }){ .f = x }).u; }
MATH_INLINE double math_from_bits_f64(uint64_t u) { return ((union { uint64_t u; double f; }){ .u = u }).f; }

/* Adding 1.5 * 2^52 rounds to an integer, half to even, and leaves it in the low bits. */
#define MATH_ROUNDER_F64 0x1.8p52
#define MATH_INFINITY_F64 __builtin_inf()
#define MATH_NAN_F64 __builtin_nan("")

/* ln 2 in two parts; an integer below 2^11 times the first is exact. */
#define MATH_LN2_HIGH_F64 0x1.62e42fefa3800p-1
#define MATH_LN2_LOW_F64 0x1.ef35793c76730p-45
#define MATH_LOG2E_F64 0x1.71547652b82fep+0

/* p * 2^n for -2098 < n < 2046, in two steps so that overflow and denormals come out by themselves. */
MATH_INLINE double math_scale_f64(double p, uint64_t n) {
    uint64_t biased = n + 2048, half = biased >> 1;
    return p * math_from_bits_f64((half - 1) << 52) * math_from_bits_f64((biased - half - 1) << 52);
}

/* (e^r - 1 - r) / r^2 on |r| <= ln(2)/2. */
MATH_INLINE double math_exp_polynomial_f64(double r) {
    double q = 0x1.1f731ea5352cap-29;
    q = __builtin_fma(q, r, 0x1.af4e196027428p-26);
    q = __builtin_fma(q, r, 0x1.27e4db57442fbp-22);
    q = __builtin_fma(q, r, 0x1.71de021a90822p-19);
    q = __builtin_fma(q, r, 0x1.a01a01a6dcaffp-16);
    q = __builtin_fma(q, r, 0x1.a01a01abef415p-13);
    q = __builtin_fma(q, r, 0x1.6c16c16c162ccp-10);
    q = __builtin_fma(q, r, 0x1.11111111100cep-7);
    q = __builtin_fma(q, r, 0x1.5555555555556p-5);
    q = __builtin_fma(q, r, 0x1.5555555555557p-3);
    return __builtin_fma(q, r, 0.5);
}

MATH_INLINE double math_exp_f64(double x) {
    double c = x > 710.0 ? 710.0 : x;
    c = c < -746.0 ? -746.0 : c;
    double shifted = __builtin_fma(c, MATH_LOG2E_F64, MATH_ROUNDER_F64);
    uint64_t n = math_bits_f64(shifted) - math_bits_f64(MATH_ROUNDER_F64);
    double k = shifted - MATH_ROUNDER_F64;
    double r = __builtin_fma(k, -MATH_LN2_HIGH_F64, c);
    r = __builtin_fma(k, -MATH_LN2_LOW_F64, r);
    double p = __builtin_fma(r, __builtin_fma(r, math_exp_polynomial_f64(r), 1.0), 1.0);
    return math_scale_f64(p, n);
}

/* e^(high + low) with |low| far below |high|, rounded nearly once; |high| <= 760. */
MATH_INLINE double math_exp_pair_f64(double high, double low) {
    double shifted = __builtin_fma(high, MATH_LOG2E_F64, MATH_ROUNDER_F64);
    uint64_t n = math_bits_f64(shifted) - math_bits_f64(MATH_ROUNDER_F64);
    double k = shifted - MATH_ROUNDER_F64;
    double exact = __builtin_fma(k, -MATH_LN2_HIGH_F64, high);
    double rest = __builtin_fma(k, -MATH_LN2_LOW_F64, low);
    double r = exact + rest;
    double r_low = (exact - r) + rest;
    double tail = __builtin_fma(r * r, math_exp_polynomial_f64(r), __builtin_fma(r, r_low, r_low));
    double sum = 1.0 + r;
    double p = sum + (((1.0 - sum) + r) + tail);
    return math_scale_f64(p, n);
}

/* e^x - 1 for x <= 0. */
MATH_INLINE double math_expm1_nonpositive_f64(double x) {
    double c = x < -60.0 ? -60.0 : x;
    double shifted = __builtin_fma(c, MATH_LOG2E_F64, MATH_ROUNDER_F64);
    uint64_t n = math_bits_f64(shifted) - math_bits_f64(MATH_ROUNDER_F64);
    double k = shifted - MATH_ROUNDER_F64;
    double exact = __builtin_fma(k, -MATH_LN2_HIGH_F64, c);
    double r = __builtin_fma(k, -MATH_LN2_LOW_F64, exact);
    double r_low = __builtin_fma(k, -MATH_LN2_LOW_F64, exact - r);
    double p = r + __builtin_fma(r * r, math_exp_polynomial_f64(r), r_low);
    double scale = math_from_bits_f64((n + 1023) << 52);
    return __builtin_fma(p, scale, scale - 1.0);
}

/* Splits x > 0 into m * 2^k with sqrt(1/2) <= m < sqrt(2). */
MATH_INLINE double math_split_f64(double x, double *m) {
    bool denormal = x < 0x1p-1022;
    uint64_t bits = math_bits_f64(denormal ? x * 0x1p54 : x);
    uint64_t shifted = bits - 0x3fe6a09e667f3bcdULL + (1024ULL << 52);
    uint64_t exponent = shifted >> 52;
    *m = math_from_bits_f64(bits - ((exponent - 1024) << 52));
    double k = math_from_bits_f64(exponent | 0x4330000000000000ULL) - (0x1p52 + 1024.0);
    return denormal ? k - 54.0 : k;
}

/* log(1 + f) = f - (f^2/2 - s (f^2/2 + R(s^2))), s = f/(2 + f): the form of Ng's fdlibm, which keeps log(1 + f) exact
 * for small f. R(z) fitted on z <= 0.0295. */
MATH_INLINE double math_log_f64(double x) {
    double m, k = math_split_f64(x, &m);
    double f = m - 1.0, s = f / (2.0 + f), z = s * s;
    double t = 0x1.0c0aff044a970p-3;
    t = __builtin_fma(t, z, 0x1.0fbde0f4ad17bp-3);
    t = __builtin_fma(t, z, 0x1.3b1c3c1c81c8fp-3);
    t = __builtin_fma(t, z, 0x1.745cf8e4bba1bp-3);
    t = __builtin_fma(t, z, 0x1.c71c7201a55d7p-3);
    t = __builtin_fma(t, z, 0x1.2492492476a1ap-2);
    t = __builtin_fma(t, z, 0x1.9999999999a39p-2);
    t = __builtin_fma(t, z, 0x1.5555555555555p-1);
    double half_square = 0.5 * f * f;
    double inner = __builtin_fma(s, __builtin_fma(z, t, half_square), k * MATH_LN2_LOW_F64);
    double y = k * MATH_LN2_HIGH_F64 - ((half_square - inner) - f);
    y = x < MATH_INFINITY_F64 ? y : x;
    y = x == 0.0 ? -MATH_INFINITY_F64 : y;
    return x < 0.0 ? MATH_NAN_F64 : y;
}

/* log(1 + e) for 0 <= e <= 1: the rounding error of 1 + e, divided by it, is added. */
MATH_INLINE double math_log1p_unit_f64(double e) {
    double u = 1.0 + e;
    return math_log_f64(u) + (e - (u - 1.0)) / u;
}

/* tanh |x| = -e/(2 + e), e = e^(-2|x|) - 1; the quotient is corrected by its remainder. */
MATH_INLINE double math_tanh_f64(double x) {
    double e = math_expm1_nonpositive_f64(-2.0 * __builtin_fabs(x));
    double d = 2.0 + e, d_low = e - (d - 2.0), inverse = 1.0 / d;
    double q = e * inverse;
    q = __builtin_fma(__builtin_fma(-q, d_low, __builtin_fma(-q, d, e)), inverse, q);
    return __builtin_copysign(q, x);
}

MATH_INLINE double math_sigmoid_f64(double x) {
    double e = math_exp_f64(-__builtin_fabs(x));
    return (x < 0.0 ? e : 1.0) / (1.0 + e);
}

MATH_INLINE double math_silu_f64(double x) { return x == -MATH_INFINITY_F64 ? -0.0 : x * math_sigmoid_f64(x); }

MATH_INLINE double math_softplus_f64(double x) {
    return (x > 0.0 ? x : 0.0) + math_log1p_unit_f64(math_exp_f64(-__builtin_fabs(x)));
}

/* The normal distribution's function P(x) = erfc(-x/sqrt 2)/2, and in *e the factor e^(-x^2/2) of its density. The
 * smaller tail is e^(-a^2/2) G(t)/(1 + a) with a = |x|, t = (a - 6)/(a + 6), G fitted on 0 <= a <= 40 (the substitution
 * of Shepherd and Laframboise, Math. Comp. 36, 1981). */
MATH_INLINE double math_normal_f64(double x, double *e) {
    double a = __builtin_fabs(x);
    a = a > 40.0 ? 40.0 : a;
    double t = (a - 6.0) / (a + 6.0);
    double g = 0x1.3bd533307e523p-33;
    g = __builtin_fma(g, t, 0x1.0d428d675b4aep-29);
    g = __builtin_fma(g, t, 0x1.832e0678264a1p-29);
    g = __builtin_fma(g, t, -0x1.203e801291047p-26);
    g = __builtin_fma(g, t, -0x1.5e825d12d8633p-26);
    g = __builtin_fma(g, t, 0x1.1f5382e0065a6p-23);
    g = __builtin_fma(g, t, 0x1.af6f2e531b4e9p-32);
    g = __builtin_fma(g, t, -0x1.0c989f6f3623ap-20);
    g = __builtin_fma(g, t, 0x1.dea46d029dc47p-20);
    g = __builtin_fma(g, t, 0x1.28241cb774916p-18);
    g = __builtin_fma(g, t, -0x1.ba21625dabe78p-16);
    g = __builtin_fma(g, t, 0x1.3d0baaa1a1338p-15);
    g = __builtin_fma(g, t, 0x1.f52ceb3127324p-14);
    g = __builtin_fma(g, t, -0x1.c79a7c92389e8p-11);
    g = __builtin_fma(g, t, 0x1.80c841123dadbp-9);
    g = __builtin_fma(g, t, -0x1.ceac1d8a6cba3p-8);
    g = __builtin_fma(g, t, 0x1.b212c0271185cp-7);
    g = __builtin_fma(g, t, -0x1.43da9f7395446p-6);
    g = __builtin_fma(g, t, 0x1.7227accaf681ap-6);
    g = __builtin_fma(g, t, -0x1.08766e432d4dep-6);
    g = __builtin_fma(g, t, -0x1.1e9d4130edfffp-8);
    g = __builtin_fma(g, t, 0x1.46229bd017007p-5);
    g = __builtin_fma(g, t, -0x1.5c438de6f0fe4p-4);
    g = __builtin_fma(g, t, 0x1.d0568f5d76666p-2);
    double half = 0.5 * a, square = half * a, low = __builtin_fma(half, a, -square);
    double factor = math_exp_f64(-square);
    factor = __builtin_fma(factor, -low, factor);
    *e = factor;
    double tail = factor * g / (1.0 + a);
    return x <= 0.0 ? tail : 1.0 - tail;
}

/* x P(x) */
MATH_INLINE double math_gelu_f64(double x) {
    double e, p = math_normal_f64(x, &e);
    return x == -MATH_INFINITY_F64 ? -0.0 : x * p;
}

/* The largest |x| that the reduction below takes; cnn_reduce_quadrant does the rest. */
#define MATH_TRIGONOMETRIC_LIMIT 0x1p30

#define MATH_HALF_PI_1 0x1.921fb54442d18p+0
#define MATH_HALF_PI_2 0x1.1a62633145c07p-54
#define MATH_HALF_PI_3 -0x1.f1976b7ed8fbcp-110
#define MATH_TWO_OVER_PI 0x1.45f306dc9c883p-1

/* x = k pi/2 + (high + low), |high| <= pi/4 (and a little): Cody and Waite with three parts. The first step is exact
 * thanks to the fused multiply-add. Returns k modulo 2^32 in the low bits. */
MATH_INLINE uint64_t math_quadrant_f64(double x, double *high, double *low) {
    double shifted = __builtin_fma(x, MATH_TWO_OVER_PI, MATH_ROUNDER_F64);
    double k = shifted - MATH_ROUNDER_F64;
    double a = __builtin_fma(-k, MATH_HALF_PI_1, x);
    double b = -(k * MATH_HALF_PI_2), b_low = __builtin_fma(-k, MATH_HALF_PI_2, -b);
    double sum = a + b, b_part = sum - a;
    double error = (a - (sum - b_part)) + (b - b_part);
    error = __builtin_fma(-k, MATH_HALF_PI_3, error + b_low);
    *high = sum + error;
    *low = (sum - *high) + error;
    return math_bits_f64(shifted);
}

/* sine (quadrant 0) of k pi/2 + high + low; the cosine is one quadrant further. */
MATH_INLINE double math_sine_of_f64(uint64_t quadrant, double high, double low) {
    double z = high * high;
    double s = -0x1.ab161757f0c63p-41;
    s = __builtin_fma(s, z, 0x1.61217c1864fa1p-33);
    s = __builtin_fma(s, z, -0x1.ae64540f0ba18p-26);
    s = __builtin_fma(s, z, 0x1.71de3a545e700p-19);
    s = __builtin_fma(s, z, -0x1.a01a01a019926p-13);
    s = __builtin_fma(s, z, 0x1.1111111111110p-7);
    s = __builtin_fma(s, z, -0x1.5555555555555p-3);
    double sine = high + __builtin_fma(z * high, s, low * __builtin_fma(-0.5, z, 1.0));
    double c = 0x1.ab76cf6e9b365p-45;
    c = __builtin_fma(c, z, -0x1.9394b76d1f265p-37);
    c = __builtin_fma(c, z, 0x1.1eed8de9ef73ep-29);
    c = __builtin_fma(c, z, -0x1.27e4fb7711e1dp-22);
    c = __builtin_fma(c, z, 0x1.a01a01a019d02p-16);
    c = __builtin_fma(c, z, -0x1.6c16c16c16c16p-10);
    c = __builtin_fma(c, z, 0x1.5555555555555p-5);
    double half = 0.5 * z, w = 1.0 - half;
    double cosine = w + (((1.0 - w) - half) + __builtin_fma(z * z, c, -high * low));
    double value = (quadrant & 1) ? cosine : sine;
    return math_from_bits_f64(math_bits_f64(value) ^ ((quadrant & 2) << 62));
}

/* For |x| <= MATH_TRIGONOMETRIC_LIMIT. */
MATH_INLINE double math_sin_f64(double x) {
    double high, low;
    uint64_t quadrant = math_quadrant_f64(x, &high, &low);
    double y = math_sine_of_f64(quadrant, high, low);
    return x == 0.0 ? x : y;
}

MATH_INLINE double math_cos_f64(double x) {
    double high, low;
    uint64_t quadrant = math_quadrant_f64(x, &high, &low);
    return math_sine_of_f64(quadrant + 1, high, low);
}

/* log x as high + low to about 2^-66 of its size, x > 0 and finite: 2 atanh(s) = 2 (s + s (z/3 + z^2 T(z))) with s and
 * z/3 in pairs, T fitted on z <= 0.0295. */
MATH_INLINE double math_log_pair_f64(double x, double *low) {
    double m, k = math_split_f64(x, &m);
    double f = m - 1.0, g = 1.0 + m, g_low = m - (g - 1.0);
    double s = f / g;
    double s_low = __builtin_fma(-s, g_low, __builtin_fma(-s, g, f)) / g;
    double z = s * s, z_low = __builtin_fma(2.0 * s, s_low, __builtin_fma(s, s, -z));
    double t = 0x1.b8e0c07ef591ap-5;
    t = __builtin_fma(t, z, 0x1.ac4927065cf5ap-5);
    t = __builtin_fma(t, z, 0x1.e1f80a4c22cd4p-5);
    t = __builtin_fma(t, z, 0x1.1110df7e2b9b8p-4);
    t = __builtin_fma(t, z, 0x1.3b13b1bd0ead0p-4);
    t = __builtin_fma(t, z, 0x1.745d1745124c7p-4);
    t = __builtin_fma(t, z, 0x1.c71c71c71cfe7p-4);
    t = __builtin_fma(t, z, 0x1.2492492492491p-3);
    t = __builtin_fma(t, z, 0x1.999999999999ap-3);
    const double third = 0x1.5555555555555p-2, third_low = 0x1.5555555555555p-56;
    double w1 = z * third;
    double w1_low = __builtin_fma(z, third_low, __builtin_fma(z_low, third, __builtin_fma(z, third, -w1)));
    double w2 = z * z * t;
    double w = w1 + w2, w_low = ((w1 - w) + w2) + w1_low;
    double u = s * w;
    double u_low = __builtin_fma(s_low, w, __builtin_fma(s, w_low, __builtin_fma(s, w, -u)));
    double v = s + u, v_low = ((s - v) + u) + (s_low + u_low);
    double base = k * MATH_LN2_HIGH_F64, twice = 2.0 * v;
    double sum = base + twice;
    double rest = ((base - sum) + twice) + __builtin_fma(2.0, v_low, k * MATH_LN2_LOW_F64);
    double high = sum + rest;
    *low = (sum - high) + rest;
    return high;
}

/* IEEE 754 pow from e^(y log|x|) = magnitude. Squares and reciprocals are exactly rounded. */
MATH_INLINE double math_pow_cases_f64(double x, double y, double magnitude) {
    double a = __builtin_fabs(x), half = 0.5 * y;
    bool integer = __builtin_floor(y) == y;
    bool odd = integer && y - 2.0 * __builtin_floor(half) == 1.0;
    double r = a == 1.0 ? 1.0 : magnitude;
    r = a == 0.0 ? (y > 0.0 ? 0.0 : MATH_INFINITY_F64) : r;
    r = a == MATH_INFINITY_F64 ? (y > 0.0 ? MATH_INFINITY_F64 : 0.0) : r;
    r = odd ? __builtin_copysign(r, x) : r;
    r = (x < 0.0 && a != MATH_INFINITY_F64 && !integer) ? MATH_NAN_F64 : r;
    r = x != x ? x : (y != y ? y : r);
    r = (y == 0.0 || x == 1.0) ? 1.0 : r;
    r = y == 2.0 ? x * x : r;
    return y == -1.0 ? 1.0 / x : r;
}

MATH_INLINE double math_pow_f64(double x, double y) {
    double low, high = math_log_pair_f64(__builtin_fabs(x), &low);
    double e = y * high, e_low = __builtin_fma(y, low, __builtin_fma(y, high, -e));
    bool large = !(__builtin_fabs(e) < 760.0);
    e_low = large ? 0.0 : e_low;
    e = e > 760.0 ? 760.0 : e;
    e = e < -760.0 ? -760.0 : e;
    return math_pow_cases_f64(x, y, math_exp_pair_f64(e, e_low));
}

/* Small steps written the same for both types. */
#define math_fabs_f64 __builtin_fabs
#define math_sqrt_f64 __builtin_sqrt
#define math_rint_f64 __builtin_rint
#define math_floor_f64 __builtin_floor
#define math_ceil_f64 __builtin_ceil
#define math_fma_f64 __builtin_fma
#define math_fmod_f64 __builtin_fmod
#define math_copysign_f64 __builtin_copysign
