/* Elementary functions in float, in float wherever an error of about one unit in the last place can be had there; sine,
 * cosine and power go through double. See math_f64.h, which is included first. */

MATH_INLINE uint32_t math_bits_f32(float x) { return ((union { float f; uint32_t u; }){ .f = x }).u; }
MATH_INLINE float math_from_bits_f32(uint32_t u) { return ((union { uint32_t u; float f; }){ .u = u }).f; }

#define MATH_ROUNDER_F32 0x1.8p23f
#define MATH_INFINITY_F32 __builtin_inff()
#define MATH_NAN_F32 __builtin_nanf("")

/* ln 2 in two parts; an integer below 2^9 times the first is exact. */
#define MATH_LN2_HIGH_F32 0x1.62e4p-1f
#define MATH_LN2_LOW_F32 0x1.7f7d1cp-20f
#define MATH_LOG2E_F32 0x1.715476p+0f

/* p * 2^n for -254 < n < 256. */
MATH_INLINE float math_scale_f32(float p, uint32_t n) {
    uint32_t biased = n + 256, half = biased >> 1;
    return p * math_from_bits_f32((half - 1) << 23) * math_from_bits_f32((biased - half - 1) << 23);
}

/* (e^r - 1 - r) / r^2 on |r| <= ln(2)/2. */
MATH_INLINE float math_exp_polynomial_f32(float r) {
    float q = 0x1.a12528p-13f;
    q = __builtin_fmaf(q, r, 0x1.6d4362p-10f);
    q = __builtin_fmaf(q, r, 0x1.1110e0p-7f);
    q = __builtin_fmaf(q, r, 0x1.5554e8p-5f);
    q = __builtin_fmaf(q, r, 0x1.555556p-3f);
    return __builtin_fmaf(q, r, 0.5f);
}

MATH_INLINE float math_exp_f32(float x) {
    float c = x > 89.0f ? 89.0f : x;
    c = c < -105.0f ? -105.0f : c;
    float shifted = __builtin_fmaf(c, MATH_LOG2E_F32, MATH_ROUNDER_F32);
    uint32_t n = math_bits_f32(shifted) - math_bits_f32(MATH_ROUNDER_F32);
    float k = shifted - MATH_ROUNDER_F32;
    float r = __builtin_fmaf(k, -MATH_LN2_HIGH_F32, c);
    r = __builtin_fmaf(k, -MATH_LN2_LOW_F32, r);
    float p = __builtin_fmaf(r, __builtin_fmaf(r, math_exp_polynomial_f32(r), 1.0f), 1.0f);
    return math_scale_f32(p, n);
}

/* e^x - 1 for x <= 0. */
MATH_INLINE float math_expm1_nonpositive_f32(float x) {
    float c = x < -30.0f ? -30.0f : x;
    float shifted = __builtin_fmaf(c, MATH_LOG2E_F32, MATH_ROUNDER_F32);
    uint32_t n = math_bits_f32(shifted) - math_bits_f32(MATH_ROUNDER_F32);
    float k = shifted - MATH_ROUNDER_F32;
    float exact = __builtin_fmaf(k, -MATH_LN2_HIGH_F32, c);
    float r = __builtin_fmaf(k, -MATH_LN2_LOW_F32, exact);
    float r_low = __builtin_fmaf(k, -MATH_LN2_LOW_F32, exact - r);
    float p = r + __builtin_fmaf(r * r, math_exp_polynomial_f32(r), r_low);
    float scale = math_from_bits_f32((n + 127) << 23);
    return __builtin_fmaf(p, scale, scale - 1.0f);
}

MATH_INLINE float math_log_f32(float x) {
    bool denormal = x < 0x1p-126f;
    uint32_t bits = math_bits_f32(denormal ? x * 0x1p25f : x);
    uint32_t exponent = (bits - 0x3f3504f3U + (128U << 23)) >> 23;
    float m = math_from_bits_f32(bits - ((exponent - 128) << 23));
    float k = math_from_bits_f32(exponent | 0x4b000000U) - (0x1p23f + 128.0f);
    k = denormal ? k - 25.0f : k;
    float f = m - 1.0f, s = f / (2.0f + f), z = s * s;
    float t = 0x1.ddd4dap-3f;
    t = __builtin_fmaf(t, z, 0x1.245c28p-2f);
    t = __builtin_fmaf(t, z, 0x1.9999ecp-2f);
    t = __builtin_fmaf(t, z, 0x1.555556p-1f);
    float half_square = 0.5f * f * f;
    float inner = __builtin_fmaf(s, __builtin_fmaf(z, t, half_square), k * MATH_LN2_LOW_F32);
    float y = k * MATH_LN2_HIGH_F32 - ((half_square - inner) - f);
    y = x < MATH_INFINITY_F32 ? y : x;
    y = x == 0.0f ? -MATH_INFINITY_F32 : y;
    return x < 0.0f ? MATH_NAN_F32 : y;
}

MATH_INLINE float math_log1p_unit_f32(float e) {
    float u = 1.0f + e;
    return math_log_f32(u) + (e - (u - 1.0f)) / u;
}

MATH_INLINE float math_tanh_f32(float x) {
    float e = math_expm1_nonpositive_f32(-2.0f * __builtin_fabsf(x));
    float d = 2.0f + e, d_low = e - (d - 2.0f), inverse = 1.0f / d;
    float q = e * inverse;
    q = __builtin_fmaf(__builtin_fmaf(-q, d_low, __builtin_fmaf(-q, d, e)), inverse, q);
    return __builtin_copysignf(q, x);
}

MATH_INLINE float math_sigmoid_f32(float x) {
    float e = math_exp_f32(-__builtin_fabsf(x));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

MATH_INLINE float math_silu_f32(float x) { return x == -MATH_INFINITY_F32 ? -0.0f : x * math_sigmoid_f32(x); }

MATH_INLINE float math_softplus_f32(float x) {
    return (x > 0.0f ? x : 0.0f) + math_log1p_unit_f32(math_exp_f32(-__builtin_fabsf(x)));
}

/* As math_normal_f64, with t = (a - 3)/(a + 3), G fitted on 0 <= a <= 15. */
MATH_INLINE float math_normal_f32(float x, float *e) {
    float a = __builtin_fabsf(x);
    a = a > 15.0f ? 15.0f : a;
    float t = (a - 3.0f) / (a + 3.0f);
    float g = 0x1.6f7e90p-16f;
    g = __builtin_fmaf(g, t, 0x1.6d68a8p-14f);
    g = __builtin_fmaf(g, t, 0x1.4a3bc8p-18f);
    g = __builtin_fmaf(g, t, -0x1.0e0d96p-11f);
    g = __builtin_fmaf(g, t, -0x1.6d3c90p-12f);
    g = __builtin_fmaf(g, t, 0x1.8a7014p-9f);
    g = __builtin_fmaf(g, t, 0x1.2ff46ap-10f);
    g = __builtin_fmaf(g, t, -0x1.746774p-6f);
    g = __builtin_fmaf(g, t, 0x1.71fbc2p-5f);
    g = __builtin_fmaf(g, t, -0x1.0d3980p-6f);
    g = __builtin_fmaf(g, t, -0x1.8b5fa4p-4f);
    g = __builtin_fmaf(g, t, 0x1.f1b89cp-2f);
    float half = 0.5f * a, square = half * a, low = __builtin_fmaf(half, a, -square);
    float factor = math_exp_f32(-square);
    factor = __builtin_fmaf(factor, -low, factor);
    *e = factor;
    float tail = factor * g / (1.0f + a);
    return x <= 0.0f ? tail : 1.0f - tail;
}

MATH_INLINE float math_gelu_f32(float x) {
    float e, p = math_normal_f32(x, &e);
    return x == -MATH_INFINITY_F32 ? -0.0f : x * p;
}

MATH_INLINE double math_narrow_sine_f32(double x, uint64_t turn) {
    double shifted = __builtin_fma(x, MATH_TWO_OVER_PI, MATH_ROUNDER_F64);
    double k = shifted - MATH_ROUNDER_F64;
    double r = __builtin_fma(-k, MATH_HALF_PI_1, x);
    r = __builtin_fma(-k, MATH_HALF_PI_2, r);
    uint64_t quadrant = math_bits_f64(shifted) + turn;
    double z = r * r;
    double s = 0x1.6dbbee1f24647p-19;
    s = __builtin_fma(s, z, -0x1.a013a11619d1bp-13);
    s = __builtin_fma(s, z, 0x1.11110dea5e8c0p-7);
    s = __builtin_fma(s, z, -0x1.555555545c0f8p-3);
    double sine = __builtin_fma(z * r, s, r);
    double c = -0x1.2522e6d930e5bp-22;
    c = __builtin_fma(c, z, 0x1.a015c02820885p-16);
    c = __builtin_fma(c, z, -0x1.6c16bf51b0df9p-10);
    c = __builtin_fma(c, z, 0x1.555555550225fp-5);
    double cosine = __builtin_fma(z * z, c, __builtin_fma(-0.5, z, 1.0));
    double value = (quadrant & 1) ? cosine : sine;
    return math_from_bits_f64(math_bits_f64(value) ^ ((quadrant & 2) << 62));
}

/* For |x| <= MATH_TRIGONOMETRIC_LIMIT. */
MATH_INLINE float math_sin_f32(float x) { return x == 0.0f ? x : (float)math_narrow_sine_f32(x, 0); }
MATH_INLINE float math_cos_f32(float x) { return (float)math_narrow_sine_f32(x, 1); }

MATH_INLINE float math_pow_f32(float x, float y) {
    double e = (double)y * math_log_f64(__builtin_fabs((double)x));
    return (float)math_pow_cases_f64(x, y, math_exp_f64(e));
}

#define math_fabs_f32 __builtin_fabsf
#define math_sqrt_f32 __builtin_sqrtf
#define math_rint_f32 __builtin_rintf
#define math_floor_f32 __builtin_floorf
#define math_ceil_f32 __builtin_ceilf
#define math_fma_f32 __builtin_fmaf
#define math_fmod_f32 __builtin_fmodf
#define math_copysign_f32 __builtin_copysignf
