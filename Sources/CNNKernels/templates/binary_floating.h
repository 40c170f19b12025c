/* Arithmetic and comparisons of two arrays for floating T. A step of 0 repeats one element. */

/* fmod with the divisor's sign, and the floor of the quotient that goes with it: Python's. */
MATH_INLINE T FN(modulo)(T a, T b) {
    T r = MATH(fmod)(a, b);
    if (r == 0) return MATH(copysign)(0, b);
    return (r < 0) != (b < 0) ? r + b : r;
}

MATH_INLINE T FN(floor_divide)(T a, T b) {
    if (b == 0) return a / b;
    T r = MATH(fmod)(a, b);
    T q = (a - r) / b;
    if (r != 0 && (r < 0) != (b < 0)) q -= 1;
    if (q == 0) return MATH(copysign)(0, a / b);
    T whole = MATH(floor)(q);
    return q - whole > (T)0.5 ? whole + 1 : whole;
}

#define EACH_OF(RESULT, A, B, expression)                                                                             \
    INDEPENDENT for (int64_t i = 0; i < n; i++) {                                                                     \
        T u = A, v = B;                                                                                               \
        y[i] = (RESULT)(expression);                                                                                  \
    }
/* A repeated element is read once: y may be where it lies. */
#define EACH(RESULT, expression)                                                                                      \
    if (a_step && b_step) {                                                                                           \
        EACH_OF(RESULT, a[i], b[i], expression)                                                                       \
    } else if (a_step) {                                                                                              \
        T repeated = *b;                                                                                              \
        EACH_OF(RESULT, a[i], repeated, expression)                                                                   \
    } else if (b_step) {                                                                                              \
        T repeated = *a;                                                                                              \
        EACH_OF(RESULT, repeated, b[i], expression)                                                                   \
    } else {                                                                                                          \
        T repeated_a = *a, repeated_b = *b;                                                                           \
        EACH_OF(RESULT, repeated_a, repeated_b, expression)                                                           \
    }                                                                                                                 \
    break

static int32_t FN(binary)(cnn_binary op, int64_t n, const T *a, int64_t a_step, const T *b, int64_t b_step, T *y) {
    switch (op) {
        case CNN_ADD: EACH(T, u + v);
        case CNN_SUB: EACH(T, u - v);
        case CNN_MUL: EACH(T, u * v);
        case CNN_DIV: EACH(T, u / v);
        case CNN_POW:
            if (!b_step && *b == 2) return FN(binary)(CNN_MUL, n, a, a_step, a, a_step, y);
            EACH(T, MATH(pow)(u, v));
        case CNN_MAXIMUM: EACH(T, (u >= v || u != u) ? u : v);
        case CNN_MINIMUM: EACH(T, (u <= v || u != u) ? u : v);
        case CNN_MOD: EACH(T, FN(modulo)(u, v));
        case CNN_FLOOR_DIV: EACH(T, FN(floor_divide)(u, v));
    }
    return 0;
}

static void FN(compare)(cnn_compare op, int64_t n, const T *a, int64_t a_step, const T *b, int64_t b_step, uint8_t *y) {
    switch (op) {
        case CNN_EQ: EACH(uint8_t, u == v);
        case CNN_NE: EACH(uint8_t, u != v);
        case CNN_LT: EACH(uint8_t, u < v);
        case CNN_LE: EACH(uint8_t, u <= v);
        case CNN_GT: EACH(uint8_t, u > v);
        case CNN_GE: EACH(uint8_t, u >= v);
    }
}

#undef EACH
#undef EACH_OF
