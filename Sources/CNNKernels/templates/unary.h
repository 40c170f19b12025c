/* Elementwise functions of one array and their derivatives, for T. */

/* Sine (turn 0) or cosine (1) of any x. */
static T FN(trigonometric)(T x, uint64_t turn) {
    if (MATH(fabs)(x) <= (T)MATH_TRIGONOMETRIC_LIMIT) return turn ? MATH(cos)(x) : MATH(sin)(x);
    if (x - x != 0) return x - x;
    double high, low;
    uint64_t quadrant = cnn_reduce_quadrant((double)x, &high, &low);
    return (T)math_sine_of_f64(quadrant + turn, high, low);
}

/* Blocks without a huge argument take the vector loop. `factor` (may be NULL) and `sign` multiply the result. */
static void FN(trigonometric_loop)(int64_t n, const T *x, uint64_t turn, const T *factor, T sign, T *y) {
    for (int64_t begin = 0; begin < n; begin += 256) {
        int64_t end = n - begin < 256 ? n : begin + 256;
        int huge = 0;
        for (int64_t i = begin; i < end; i++) huge |= !(MATH(fabs)(x[i]) <= (T)MATH_TRIGONOMETRIC_LIMIT);
        if (huge) {
            for (int64_t i = begin; i < end; i++) {
                T value = FN(trigonometric)(x[i], turn);
                y[i] = factor ? factor[i] * (sign * value) : value;
            }
        } else if (factor && turn) {
            INDEPENDENT for (int64_t i = begin; i < end; i++) y[i] = factor[i] * (sign * MATH(cos)(x[i]));
        } else if (factor) {
            INDEPENDENT for (int64_t i = begin; i < end; i++) y[i] = factor[i] * (sign * MATH(sin)(x[i]));
        } else if (turn) {
            INDEPENDENT for (int64_t i = begin; i < end; i++) y[i] = MATH(cos)(x[i]);
        } else {
            INDEPENDENT for (int64_t i = begin; i < end; i++) y[i] = MATH(sin)(x[i]);
        }
    }
}

#define EACH(expression)                                                                                              \
    INDEPENDENT for (int64_t i = 0; i < n; i++) {                                                                     \
        T v = x[i];                                                                                                   \
        y[i] = (expression);                                                                                          \
    }                                                                                                                 \
    break

static void FN(unary)(cnn_unary op, int64_t n, const T *x, T alpha, T *y) {
    switch (op) {
        case CNN_NEG: EACH(-v);
        case CNN_ABS: EACH(MATH(fabs)(v));
        case CNN_EXP: EACH(MATH(exp)(v));
        case CNN_LOG: EACH(MATH(log)(v));
        case CNN_SQRT: EACH(MATH(sqrt)(v));
        case CNN_SIN: FN(trigonometric_loop)(n, x, 0, NULL, 1, y); break;
        case CNN_COS: FN(trigonometric_loop)(n, x, 1, NULL, 1, y); break;
        case CNN_TANH: EACH(MATH(tanh)(v));
        case CNN_SIGMOID: EACH(MATH(sigmoid)(v));
        case CNN_RELU: EACH(v <= 0 ? 0 : v);
        case CNN_LEAKY_RELU: EACH(v > 0 ? v : alpha * v);
        case CNN_ELU: EACH(v >= 0 ? v : alpha * MATH(expm1_nonpositive)(v > 0 ? -v : v));
        case CNN_GELU: EACH(MATH(gelu)(v));
        case CNN_SILU: EACH(MATH(silu)(v));
        case CNN_SOFTPLUS: EACH(MATH(softplus)(v));
        case CNN_ROUND: EACH(MATH(rint)(v));
        case CNN_FLOOR: EACH(MATH(floor)(v));
        case CNN_CEIL: EACH(MATH(ceil)(v));
        case CNN_SIGN: EACH(v != v ? v : (T)((v > 0) - (v < 0)));
        case CNN_SQUARE: EACH(v * v);
        case CNN_RECIPROCAL: EACH((T)1 / v);
        case CNN_RSQRT: EACH((T)1 / MATH(sqrt)(v));
        case CNN_COPY: if (x != y) memmove(y, x, (size_t)n * sizeof(T)); break;
    }
}

#undef EACH
#define EACH(expression)                                                                                              \
    INDEPENDENT for (int64_t i = 0; i < n; i++) {                                                                     \
        T v = x[i], f = y[i], d = dy[i];                                                                              \
        (void)v, (void)f;                                                                                             \
        dx[i] = (expression);                                                                                         \
    }                                                                                                                 \
    break

/* d/dx of x s(x): s (1 + x (1 - s)), with 1 - s = s(-x). The bound keeps infinity times 0 away. */
MATH_INLINE T FN(silu_slope)(T x) {
    T bounded = x < -1000 ? -1000 : (x > 1000 ? 1000 : x);
    return MATH(sigmoid)(x) * MATH(fma)(bounded, MATH(sigmoid)(-x), 1);
}

/* d/dx of x P(x): P + x e^(-x^2/2) / sqrt(2 pi) */
MATH_INLINE T FN(gelu_slope)(T x) {
    T e, p = MATH(normal)(x, &e);
    T bounded = x < -64 ? -64 : (x > 64 ? 64 : x);
    return MATH(fma)(bounded * (T)0x1.9884533d43651p-2, e, p);
}

static void FN(unary_backward)(cnn_unary op, int64_t n, const T *x, const T *y, const T *dy, T alpha, T *dx) {
    switch (op) {
        case CNN_NEG: EACH(-d);
        case CNN_ABS: EACH(v > 0 ? d : (v < 0 ? -d : (v != v ? v : 0)));
        case CNN_EXP: EACH(d * f);
        case CNN_LOG: EACH(d / v);
        case CNN_SQRT: EACH((T)0.5 * d / f);
        case CNN_SIN: FN(trigonometric_loop)(n, x, 1, dy, 1, dx); break;
        case CNN_COS: FN(trigonometric_loop)(n, x, 0, dy, -1, dx); break;
        case CNN_TANH: EACH(d * MATH(fma)(-f, f, 1));
        case CNN_SIGMOID: EACH(d * f * ((T)1 - f));
        case CNN_RELU: EACH(v <= 0 ? 0 : d);
        case CNN_LEAKY_RELU: EACH(v > 0 ? d : alpha * d);
        case CNN_ELU: EACH(v > 0 ? d : d * (alpha * MATH(exp)(v > 0 ? -v : v)));
        case CNN_GELU: EACH(d * FN(gelu_slope)(v));
        case CNN_SILU: EACH(d * FN(silu_slope)(v));
        case CNN_SOFTPLUS: EACH(d * MATH(sigmoid)(v));
        case CNN_ROUND: case CNN_FLOOR: case CNN_CEIL: case CNN_SIGN: memset(dx, 0, (size_t)n * sizeof(T)); break;
        case CNN_SQUARE: EACH((v + v) * d);
        case CNN_RECIPROCAL: EACH(-d * (f * f));
        case CNN_RSQRT: EACH((T)-0.5 * d * (f * f * f));
        case CNN_COPY: if (dx != dy) memmove(dx, dy, (size_t)n * sizeof(T)); break;
    }
}

#undef EACH
