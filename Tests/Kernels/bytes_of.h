/* The floating kernels for T, with the suffix S. */

#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
#define FN(name) PASTE(name, S)
#define TELL(name, detail, y, n) PASTE(tell, S)(name "_" QUOTE(S), detail, y, n)
#define QUOTE_(s) #s
#define QUOTE(s) QUOTE_(s)

static T *FN(normal)(int64_t n) {
    T *x = room((size_t)n * sizeof(T));
    FN(cnn_random_normal)(11, 7, (uint64_t)below(1 << 20), n, x);
    return x;
}

/* With all kinds of special values among them. */
static T *FN(odd)(int64_t n) {
    static const double special[] = { 0, -0.0, INFINITY, -INFINITY, NAN, 1e-320, -1e-42, 1e30, -1e30, 88.7, -88.7, 104, -104,
                                      709.5, -745, 0.5, 1.5, 2.5, -2.5, 1e-8 };
    T *x = FN(normal)(n);
    for (int64_t i = 0; i < n; i++) {
        if (i % 3 == 0) x[i] *= 20;
        if (i % 7 == 0) x[i] = (T)special[(i / 7) % 20];
    }
    return x;
}

/* With zeros of both signs among them; `odd`: with special values. */
static T *FN(signal)(int64_t n, bool has_zeros, bool is_odd) {
    T *x = is_odd ? FN(odd)(n) : FN(normal)(n);
    for (int64_t i = 0; has_zeros && i < n; i++) {
        if (below(2)) x[i] = below(2) ? 0 : (T)-0.0;
    }
    return x;
}

static void FN(elementwise)(void) {
    enum { n = 1003 };
    T *x = FN(odd)(n), *a = FN(odd)(n), *dy = FN(normal)(n), *y = room(n * sizeof(T)), *z = room(n * sizeof(T));
    uint8_t *flags = room(n);
    for (int op = CNN_NEG; op <= CNN_COPY; op++) {
        FN(cnn_unary)(op, n, x, (T)0.3, y);
        FN(cnn_unary_backward)(op, n, x, y, dy, (T)0.3, z);
        TELL("unary", op, y, n);
        TELL("unary_backward", op, z, n);
    }
    int64_t shape[] = { 17, 59 }, whole[] = { 59, 1 }, row[] = { 0, 1 }, column[] = { 1, 0 };
    for (int op = CNN_ADD; op <= CNN_FLOOR_DIV; op++) {
        FN(cnn_binary)(op, 2, shape, x, whole, a, whole, y);
        TELL("binary", op, y, n);
        FN(cnn_binary)(op, 2, shape, x, row, a, column, y);
        TELL("binary_spread", op, y, n);
    }
    for (int op = CNN_EQ; op <= CNN_GE; op++) {
        FN(cnn_compare)(op, 2, shape, x, whole, a, row, flags);
        tell("compare_" QUOTE(S), op, flags, n);
    }
    cnn_select(sizeof(T), n, flags, x, a, y);
    TELL("select", 0, y, n);
    memcpy(y, a, n * sizeof(T));
    FN(cnn_axpy)(n, (T)1.7, x, y);
    TELL("axpy", 0, y, n);
    int64_t turned[] = { 59, 17 }, from[] = { 1, 59 }, to[] = { 17, 1 };
    cnn_copy_strided(sizeof(T), 2, turned, x, from, y, to);
    TELL("transposed", 0, y, n);
    FN(cnn_random_uniform)(5, 9, 1234567, n, y);
    TELL("uniform", 0, y, n);
    FN(cnn_random_normal)(5, 9, 1234567, n, y);
    TELL("normal", 0, y, n);
    free(x), free(a), free(dy), free(y), free(z), free(flags);
}

static void FN(reductions)(void) {
    static const int64_t layouts[][3] = { { 1, 40000, 1 }, { 7, 300, 1 }, { 3, 50, 11 }, { 1, 9000, 5 }, { 40, 3, 70 } };
    for (int i = 0; i < 5; i++) {
        const int64_t *l = layouts[i], n = l[0] * l[1] * l[2], rows = l[0] * l[2];
        T *plain = FN(normal)(n), *odd = FN(odd)(n), *y = room((size_t)n * sizeof(T)), *dx = room((size_t)n * sizeof(T));
        int64_t *index = room((size_t)n * sizeof(int64_t));
        for (int op = CNN_SUM; op <= CNN_SUM_SQUARES; op++) {
            FN(cnn_reduce)(op, l[0], l[1], l[2], plain, y, NULL);
            TELL("reduce", i * 10 + op, y, rows);
            FN(cnn_reduce)(op, l[0], l[1], l[2], odd, y, NULL);
            TELL("reduce_odd", i * 10 + op, y, rows);
        }
        for (int flag = 0; flag < 2; flag++) {
            FN(cnn_arg_reduce)(flag, l[0], l[1], l[2], odd, index);
            tell("arg_" QUOTE(S), i * 2 + flag, index, (size_t)rows * sizeof *index);
            FN(cnn_sort)(l[0], l[1], l[2], flag, odd, index);
            tell("sort_" QUOTE(S), i * 2 + flag, index, (size_t)n * sizeof *index);
            FN(cnn_softmax)(l[0], l[1], l[2], flag, plain, y);
            TELL("softmax", i * 2 + flag, y, n);
            FN(cnn_softmax_backward)(l[0], l[1], l[2], flag, y, plain, dx);
            TELL("softmax_backward", i * 2 + flag, dx, n);
        }
        FN(cnn_cumsum)(l[0], l[1], l[2], plain, y, NULL);
        TELL("cumsum", i, y, n);
        cnn_statistics s;
        FN(cnn_statistics_of)(n, odd, &s);
        double numbers[] = { s.min, s.max, s.mean, s.std };
        tell_f64("statistics_" QUOTE(S), s.nan_count * 100000 + s.inf_count * 1000 + s.zero_count % 1000, numbers, 4);
        free(plain), free(odd), free(y), free(dx), free(index);
    }
}

static void FN(learning)(void) {
    enum { rows = 41, classes = 23, n = rows * classes };
    T *x = FN(normal)(n), *y = room(n * sizeof(T)), *p = room(n * sizeof(T)), *dx = room(n * sizeof(T));
    T *target = room(n * sizeof(T)), *dy = FN(normal)(n), loss[rows], scale[rows];
    int64_t labels[rows];
    for (int i = 0; i < rows; i++) {
        labels[i] = below(classes);
        scale[i] = (T)1 / rows;
    }
    FN(cnn_softmax)(rows, classes, 1, 0, dy, target);
    FN(cnn_cross_entropy)(rows, classes, x, labels, (T)0.1, p, loss);
    TELL("cross_entropy", 0, loss, rows);
    FN(cnn_cross_entropy_backward)(rows, classes, p, labels, (T)0.1, scale, dx);
    TELL("cross_entropy_backward", 0, dx, n);
    FN(cnn_cross_entropy_soft)(rows, classes, x, target, p, loss);
    TELL("cross_entropy_soft", 0, loss, rows);
    FN(cnn_cross_entropy_soft_backward)(rows, classes, p, target, scale, dx);
    TELL("cross_entropy_soft_backward", 0, dx, n);
    T mean[classes], variance[classes], gamma[classes], dgamma[classes], dbeta[classes];
    FN(cnn_random_uniform)(3, 1, 0, classes, gamma);
    FN(cnn_channel_moments)(rows, classes, x, mean, variance);
    TELL("moments", 0, mean, classes);
    TELL("moments", 1, variance, classes);
    FN(cnn_batch_norm)(rows, classes, x, mean, variance, gamma, mean, (T)1e-5, y);
    FN(cnn_unary)(CNN_RELU, n, y, 0, p);
    FN(cnn_batch_norm_relu)(rows, classes, x, mean, variance, gamma, mean, (T)1e-5, dx);
    must_equal("batch_norm_relu", 0, dx, p, n * sizeof(T));
    TELL("batch_norm", 0, y, n);
    for (int training = 0; training < 2; training++) {
        FN(cnn_batch_norm_backward)(rows, classes, x, mean, variance, gamma, (T)1e-5, training, dy, dx, dgamma, dbeta);
        TELL("batch_norm_backward", training, dx, n);
        TELL("batch_norm_dgamma", training, dgamma, classes);
        TELL("batch_norm_dbeta", training, dbeta, classes);
    }
    T *w = FN(normal)(n), *g = FN(normal)(n), *m = room(n * sizeof(T)), *v = room(n * sizeof(T));
    for (int step = 1; step < 4; step++) {
        FN(cnn_sgd)(n, w, g, m, 0.1, 0.9, 1e-3, step % 2);
        TELL("sgd", step, w, n);
    }
    for (int step = 1; step < 4; step++) {
        FN(cnn_adam)(n, w, g, m, v, 1e-3, 0.9, 0.999, 1e-8, 1e-2, step % 2, step);
        FN(cnn_rmsprop)(n, w, g, v, 1e-3, 0.99, 1e-8, 1e-3);
        FN(cnn_adagrad)(n, w, g, v, 1e-3, 1e-10, 1e-3);
        TELL("adaptive", step, w, n);
    }
    FN(cnn_scatter_add_rows)(rows, classes, labels, dy, w);
    TELL("scatter", 0, w, n);
    free(x), free(y), free(p), free(dx), free(target), free(dy), free(w), free(g), free(m), free(v);
}

static void FN(convolution)(const cnn_conv2d_geometry *g, int64_t i) {
    int64_t inputs = g->n * g->h * g->w * g->c, outputs = g->n * g->oh * g->ow * g->k;
    int64_t weights = g->fh * g->fw * g->c / g->groups * g->k;
    bool has_zeros = i % 5 == 4;
    T *x = FN(signal)(inputs, has_zeros, i % 7 == 6), *w = FN(signal)(weights, has_zeros, i % 11 == 10);
    T *b = FN(signal)(g->k, has_zeros, false), *dy = FN(signal)(outputs, has_zeros, i % 7 == 6);
    T *y = room((size_t)outputs * sizeof(T)), *dx = room((size_t)inputs * sizeof(T));
    T *dw = room((size_t)weights * sizeof(T)), *db = room((size_t)g->k * sizeof(T));
    void *scratch = room((size_t)cnn_conv2d_scratch_bytes(g, sizeof(T)));
    FN(cnn_conv2d_forward)(g, x, w, i % 4 ? b : NULL, y, scratch);
    T *rectified = room((size_t)outputs * sizeof(T)), *expected = room((size_t)outputs * sizeof(T));
    FN(cnn_unary)(CNN_RELU, outputs, y, 0, expected);
    FN(cnn_conv2d_forward_relu)(g, x, w, i % 4 ? b : NULL, rectified, scratch);
    must_equal("conv2d_relu", i, rectified, expected, (size_t)outputs * sizeof(T));
    free(rectified), free(expected);
    TELL("conv2d", i, y, outputs);
    FN(cnn_conv2d_backward_input)(g, dy, w, dx, scratch);
    TELL("conv2d_dx", i, dx, inputs);
    FN(cnn_conv2d_backward_weights)(g, x, dy, dw, db, scratch);
    TELL("conv2d_dw", i, dw, weights);
    TELL("conv2d_db", i, db, g->k);
    free(x), free(w), free(b), free(dy), free(y), free(dx), free(dw), free(db), free(scratch);
}

static void FN(pooled_convolution)(cnn_conv2d_geometry g, int64_t i) {
    if (g.n < CNN_POOLED_PICTURES) g.n = CNN_POOLED_PICTURES + below(9);
    g.oh += g.oh % 2;
    g.ow += g.ow % 2;
    g.h = (g.oh - 1) * g.stride_h + (g.fh - 1) * g.dilation_h + 1;
    g.w = (g.ow - 1) * g.stride_w + (g.fw - 1) * g.dilation_w + 1;
    cnn_conv2d_geometry pool = pooling_of(&g);
    if (!cnn_conv2d_pools(&g, &pool, sizeof(T))) return;
    int64_t inputs = g.n * g.h * g.w * g.c, outputs = g.n * pool.oh * pool.ow * g.k;
    int64_t weights = g.fh * g.fw * g.c / g.groups * g.k;
    bool has_zeros = i % 5 == 4;
    T *x = FN(signal)(inputs, has_zeros, i % 7 == 6), *w = FN(signal)(weights, has_zeros, i % 11 == 10);
    T *b = FN(signal)(g.k, has_zeros, false), *dy = FN(signal)(outputs, has_zeros, i % 7 == 6);
    T *y = room((size_t)outputs * sizeof(T)), *dx = room((size_t)inputs * sizeof(T));
    T *dw = room((size_t)weights * sizeof(T)), *db = room((size_t)g.k * sizeof(T));
    int32_t *index = room((size_t)outputs * sizeof(int32_t));
    void *scratch = room((size_t)cnn_conv2d_pooled_scratch_bytes(&g, &pool, sizeof(T)));
    cnn_pooled pooled = { &pool, y, index, dy };
    FN(cnn_conv2d_forward_pooled)(&g, &pooled, x, w, b, scratch);
    TELL("pooled", i, y, outputs);
    tell("pooled_places_" QUOTE(S), i, index, (size_t)outputs * sizeof *index);
    FN(cnn_conv2d_backward_input_pooled)(&g, &pooled, w, dx, scratch);
    TELL("pooled_dx", i, dx, inputs);
    FN(cnn_conv2d_backward_weights_pooled)(&g, &pooled, x, dw, db, scratch);
    TELL("pooled_dw", i, dw, weights);
    TELL("pooled_db", i, db, g.k);
    free(x), free(w), free(b), free(dy), free(y), free(dx), free(dw), free(db), free(index), free(scratch);
}

/* Windows of any kind: each channel by itself. */
static void FN(pooling)(cnn_conv2d_geometry g, int64_t i) {
    g.k = g.c;
    g.groups = 1;
    int64_t inputs = g.n * g.h * g.w * g.c, outputs = g.n * g.oh * g.ow * g.c;
    T *x = FN(odd)(inputs), *dy = FN(normal)(outputs), *y = room((size_t)outputs * sizeof(T));
    T *dx = room((size_t)inputs * sizeof(T));
    int32_t *index = room((size_t)outputs * sizeof(int32_t));
    FN(cnn_max_pool_forward)(&g, x, y, index);
    TELL("max_pool", i, y, outputs);
    tell("max_pool_places_" QUOTE(S), i, index, (size_t)outputs * sizeof *index);
    FN(cnn_max_pool_backward)(&g, dy, index, dx);
    TELL("max_pool_dx", i, dx, inputs);
    FN(cnn_avg_pool_forward)(&g, i % 2, 1, 1, x, y);
    TELL("avg_pool", i, y, outputs);
    FN(cnn_avg_pool_backward)(&g, i % 2, 1, 1, dy, dx);
    TELL("avg_pool_dx", i, dx, inputs);
    free(x), free(dy), free(y), free(dx), free(index);
}

static void FN(products)(void) {
    for (int64_t i = 0; i < 60; i++) {
        int64_t m = 1 + below(40), n = 1 + below(90), k = below(3) ? below(70) : below(1200);
        T *a = FN(normal)(m * k + 1), *b = FN(normal)(k * n + 1), *bias = FN(normal)(n), *c = room((size_t)(m * n) * sizeof(T));
        FN(cnn_matmul)(m, n, k, a, (int)(i & 1), b, (int)(i >> 1 & 1), i % 3 ? bias : NULL, c);
        TELL("matmul", i, c, m * n);
        free(a), free(b), free(bias), free(c);
    }
    for (int64_t i = 0; i < 90; i++) {
        cnn_conv2d_geometry g = geometry(i % 3 == 2);
        if (i % 10 == 9) g.groups = g.k = g.c;      /* depthwise */
        if (i % 4 == 3) g.n = 8 + below(41);
        FN(convolution)(&g, i);
        FN(pooled_convolution)(g, i);
        if (g.pad_top < g.fh * g.dilation_h && g.pad_left < g.fw * g.dilation_w) FN(pooling)(g, i);
    }
    /* The layers of LeNet. */
    cnn_conv2d_geometry first = { .n = 20, .h = 28, .w = 28, .c = 1, .oh = 28, .ow = 28, .k = 6, .fh = 5, .fw = 5, .stride_h = 1,
                                  .stride_w = 1, .pad_top = 2, .pad_left = 2, .dilation_h = 1, .dilation_w = 1, .groups = 1 };
    cnn_conv2d_geometry second = { .n = 20, .h = 14, .w = 14, .c = 6, .oh = 10, .ow = 10, .k = 16, .fh = 5, .fw = 5, .stride_h = 1,
                                   .stride_w = 1, .dilation_h = 1, .dilation_w = 1, .groups = 1 };
    FN(convolution)(&first, 1000);
    for (int64_t i = 1001; i < 1012; i++) {
        second.n = 16 + below(33);
        FN(convolution)(&second, i);
        FN(pooled_convolution)(second, i);
    }
}

static void FN(all)(void) {
    FN(elementwise)();
    FN(reductions)();
    FN(learning)();
    FN(products)();
}

#undef PASTE_
#undef PASTE
#undef FN
#undef TELL
#undef QUOTE_
#undef QUOTE
