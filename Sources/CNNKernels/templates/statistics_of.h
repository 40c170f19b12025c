/* Statistics of an array of numeric T. */

static void FN(accumulate_statistics)(const void *context, const reduction_block *b, int64_t begin, int64_t end,
                                      void *state) {
    (void)b;
    const statistics_task *t = context;
    t->loops->FN(statistics)(end - begin, (const T *)t->x + begin, state);
}

static void FN(accumulate_deviations)(const void *context, const reduction_block *b, int64_t begin, int64_t end,
                                      void *state) {
    (void)b;
    const statistics_task *t = context;
    *(double *)state = t->loops->FN(deviations)(end - begin, (const T *)t->x + begin, t->mean);
}

/* The same in one chain, of elements times `scale`: where the squares above leave the range of double. */
static void FN(scaled_statistics)(int64_t n, const T *x, double scale, int64_t finite, cnn_statistics *result) {
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; i++) {
        double v = (double)x[i];
        if (__builtin_fabs(v) < __builtin_inf()) sum += v * scale;
    }
    double mean = sum / (double)finite;
    for (int64_t i = 0; i < n; i++) {
        double v = (double)x[i], d = v * scale - mean;
        if (__builtin_fabs(v) < __builtin_inf()) squares += d * d;
    }
    result->mean = mean / scale;
    result->std = __builtin_sqrt(squares / (double)finite) / scale;
}

static void FN(statistics_block)(void *context, const reduction_block *b) {
    static const reducer statistics = { FN(accumulate_statistics), merge_statistics };
    static const reducer deviations = { FN(accumulate_deviations), merge_deviations };
    statistics_task *t = context;
    cnn_statistics *result = t->result;
    _Alignas(16) unsigned char state[STATE_BYTES];
    statistics_part total;
    cnn_reduction_run(b, &statistics, t, state);
    memcpy(&total, state, sizeof total);
    *result = (cnn_statistics){ __builtin_nan(""), __builtin_nan(""), __builtin_nan(""), __builtin_nan(""),
                                total.nan, total.inf, total.zero };
    if (total.finite == 0) return;
    /* Adding 0 leaves no -0. */
    result->min = total.min + 0.0;
    result->max = total.max + 0.0;
    result->mean = t->mean = total.sum / (double)total.finite;
    double squares;
    cnn_reduction_run(b, &deviations, t, state);
    memcpy(&squares, state, sizeof squares);
    result->std = __builtin_sqrt(squares / (double)total.finite);
    if (total.min == total.max) {
        result->mean = result->min;
        result->std = 0;
        return;
    }
    double size = __builtin_fmax(__builtin_fabs(total.min), __builtin_fabs(total.max));
    if (!(squares < __builtin_inf()) || size < 0x1p-450) {
        FN(scaled_statistics)(b->length, t->x, size < 1 ? 0x1p600 : 0x1p-600, total.finite, result);
    }
}

void FN(cnn_statistics_of)(int64_t n, const T *x, cnn_statistics *result) {
    statistics_task task = { cnn_elementwise_loops(), x, 0, result };
    cnn_reduction_blocks(1, n < 0 ? 0 : n, 1, true, FN(statistics_block), &task);
}
