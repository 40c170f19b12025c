/* Arithmetic and comparisons of two arrays for integer T; faults are collected, never skipped. */

MATH_INLINE T FN(checked_quotient)(T u, T v, bool floored, int32_t *fault) {
    if (v == 0) return *fault |= CNN_FAULT_ZERO_DIVISION, 0;
    if ((T)-1 < 0 && v == (T)-1) {
        T r;
        *fault |= __builtin_sub_overflow((T)0, u, &r) ? CNN_FAULT_OVERFLOW : 0;
        return r;
    }
    T q = u / v;
    return floored && u % v != 0 && (u < 0) != (v < 0) ? q - 1 : q;
}

MATH_INLINE T FN(checked_modulo)(T u, T v, int32_t *fault) {
    if (v == 0) return *fault |= CNN_FAULT_ZERO_DIVISION, 0;
    if ((T)-1 < 0 && v == (T)-1) return 0;
    T r = u % v;
    return r != 0 && (u < 0) != (v < 0) ? r + v : r;
}

MATH_INLINE T FN(checked_power)(T u, T v, int32_t *fault) {
    if (v < 0) return *fault |= CNN_FAULT_NEGATIVE_POWER, 0;
    T result = 1, base = u;
    bool overflow = false;
    /* A square counts only where a factor follows that uses it. */
    for (;;) {
        if (v & 1) overflow |= __builtin_mul_overflow(result, base, &result);
        v >>= 1;
        if (v == 0) break;
        overflow |= __builtin_mul_overflow(base, base, &base);
    }
    *fault |= overflow ? CNN_FAULT_OVERFLOW : 0;
    return result;
}

#define EACH(RESULT, expression)                                                                                      \
    INDEPENDENT for (int64_t i = 0; i < n; i++) {                                                                     \
        T u = a_step ? a[i] : repeated_a, v = b_step ? b[i] : repeated_b;                                             \
        y[i] = (RESULT)(expression);                                                                                  \
    }                                                                                                                 \
    break
#define EACH_CHECKED(builtin)                                                                                         \
    for (int64_t i = 0; i < n; i++) {                                                                                 \
        T u = a_step ? a[i] : repeated_a, v = b_step ? b[i] : repeated_b, r;                                          \
        overflow |= builtin(u, v, &r);                                                                                \
        y[i] = r;                                                                                                     \
    }                                                                                                                 \
    break

static int32_t FN(binary)(cnn_binary op, int64_t n, const T *a, int64_t a_step, const T *b, int64_t b_step, T *y) {
    if (n == 0) return 0;
    T repeated_a = *a, repeated_b = *b;
    int32_t fault = 0;
    bool overflow = false;
    switch (op) {
        case CNN_ADD: EACH_CHECKED(__builtin_add_overflow);
        case CNN_SUB: EACH_CHECKED(__builtin_sub_overflow);
        case CNN_MUL: EACH_CHECKED(__builtin_mul_overflow);
        case CNN_DIV:
            for (int64_t i = 0; i < n; i++) y[i] = FN(checked_quotient)(a[i * a_step], b[i * b_step], false, &fault);
            break;
        case CNN_FLOOR_DIV:
            for (int64_t i = 0; i < n; i++) y[i] = FN(checked_quotient)(a[i * a_step], b[i * b_step], true, &fault);
            break;
        case CNN_MOD:
            for (int64_t i = 0; i < n; i++) y[i] = FN(checked_modulo)(a[i * a_step], b[i * b_step], &fault);
            break;
        case CNN_POW:
            for (int64_t i = 0; i < n; i++) y[i] = FN(checked_power)(a[i * a_step], b[i * b_step], &fault);
            break;
        case CNN_MAXIMUM: EACH(T, u >= v ? u : v);
        case CNN_MINIMUM: EACH(T, u <= v ? u : v);
    }
    return fault | (overflow ? CNN_FAULT_OVERFLOW : 0);
}

static void FN(compare)(cnn_compare op, int64_t n, const T *a, int64_t a_step, const T *b, int64_t b_step, uint8_t *y) {
    if (n == 0) return;
    T repeated_a = *a, repeated_b = *b;
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
#undef EACH_CHECKED
