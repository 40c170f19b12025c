/* One pass over parameters, gradients and state, for floating T. */

static void FN(sgd)(int64_t n, T *w, const T *g, T *velocity, T lr, T momentum, T decay, bool nesterov) {
    if (!velocity || momentum == 0) {
        INDEPENDENT for (int64_t i = 0; i < n; i++) {
            T step = MATH(fma)(decay, w[i], g[i]);
            w[i] = MATH(fma)(-lr, step, w[i]);
            if (velocity) velocity[i] = step;
        }
    } else if (nesterov) {
        INDEPENDENT for (int64_t i = 0; i < n; i++) {
            T step = MATH(fma)(decay, w[i], g[i]);
            T v = MATH(fma)(momentum, velocity[i], step);
            velocity[i] = v;
            w[i] = MATH(fma)(-lr, MATH(fma)(momentum, v, step), w[i]);
        }
    } else {
        INDEPENDENT for (int64_t i = 0; i < n; i++) {
            T v = MATH(fma)(momentum, velocity[i], MATH(fma)(decay, w[i], g[i]));
            velocity[i] = v;
            w[i] = MATH(fma)(-lr, v, w[i]);
        }
    }
}

/* factors: beta1, 1 - beta1, beta2, 1 - beta2, lr / (1 - beta1^t), 1 / sqrt(1 - beta2^t), eps, and decay (adam) or
 * 1 - lr decay (adamw). */
static void FN(adam)(int64_t n, T *w, const T *g, T *m, T *v, const T *factors, bool decoupled) {
    const T beta1 = factors[0], rest1 = factors[1], beta2 = factors[2], rest2 = factors[3];
    const T rate = factors[4], correction = factors[5], eps = factors[6], decay = factors[7];
    const T kept = decoupled ? decay : 1, added = decoupled ? 0 : decay;
    INDEPENDENT for (int64_t i = 0; i < n; i++) {
        T slope = MATH(fma)(added, w[i], g[i]);
        T first = MATH(fma)(beta1, m[i], rest1 * slope);
        T second = MATH(fma)(beta2, v[i], rest2 * (slope * slope));
        m[i] = first;
        v[i] = second;
        w[i] = w[i] * kept - rate * first / MATH(fma)(MATH(sqrt)(second), correction, eps);
    }
}

static void FN(rmsprop)(int64_t n, T *w, const T *g, T *v, T lr, T alpha, T rest, T eps, T decay) {
    INDEPENDENT for (int64_t i = 0; i < n; i++) {
        T slope = MATH(fma)(decay, w[i], g[i]);
        T second = MATH(fma)(alpha, v[i], rest * (slope * slope));
        v[i] = second;
        w[i] = w[i] - lr * slope / (MATH(sqrt)(second) + eps);
    }
}

static void FN(adagrad)(int64_t n, T *w, const T *g, T *v, T lr, T eps, T decay) {
    INDEPENDENT for (int64_t i = 0; i < n; i++) {
        T slope = MATH(fma)(decay, w[i], g[i]);
        T second = MATH(fma)(slope, slope, v[i]);
        v[i] = second;
        w[i] = w[i] - lr * slope / (MATH(sqrt)(second) + eps);
    }
}

static void FN(axpy)(int64_t n, T a, const T *x, T *y) {
    INDEPENDENT for (int64_t i = 0; i < n; i++) y[i] = MATH(fma)(a, x[i], y[i]);
}
