/* Cross-entropy of rows of logits, for floating T. */

/* log sum of e^(x - x_k) for one k: the loss if class k were certain. */
static inline double FN(surprise)(double log_sum, double maximum, T logit) {
    return log_sum - ((double)logit - maximum);
}

static double FN(hard_loss)(const entropy_task *t, int64_t row, double log_sum, double maximum) {
    const T *x = (const T *)t->x + row * t->classes;
    double loss = FN(surprise)(log_sum, maximum, x[t->labels[row]]);
    if (t->smoothing == 0) return loss;
    double sum = t->loops->FN(sum)(CNN_SUM, t->classes, x);
    double even = log_sum - (sum / (double)t->classes - maximum);
    return (1.0 - t->smoothing) * loss + t->smoothing * even;
}

static double FN(soft_loss)(const entropy_task *t, int64_t row, double log_sum, double maximum) {
    const T *x = (const T *)t->x + row * t->classes, *target = (const T *)t->target + row * t->classes;
    double loss = 0;
    for (int64_t k = 0; k < t->classes; k++) {
        if (target[k] != 0) loss += (double)target[k] * FN(surprise)(log_sum, maximum, x[k]);
    }
    return loss;
}

static void FN(entropy_piece)(void *context, int64_t begin, int64_t end) {
    const entropy_task *t = context;
    double maxima[ROWS_AT_ONCE], sums[ROWS_AT_ONCE];
    T *loss = t->loss;
    for (int64_t row = begin; row < end; row += ROWS_AT_ONCE) {
        int64_t count = end - row < ROWS_AT_ONCE ? end - row : ROWS_AT_ONCE, at = row * t->classes;
        t->loops->FN(softmax_rows)(count, t->classes, 0, (const T *)t->x + at, (T *)t->out + at, maxima, sums);
        for (int64_t i = 0; i < count; i++) {
            double log_sum = t->loops->scalar_function(CNN_LOG, sums[i]);
            loss[row + i] = (T)(t->target ? FN(soft_loss)(t, row + i, log_sum, maxima[i])
                                          : FN(hard_loss)(t, row + i, log_sum, maxima[i]));
        }
    }
}

void FN(cnn_cross_entropy)(int64_t n, int64_t classes, const T *logits, const int64_t *labels, T smoothing,
                           T *probabilities, T *loss) {
    if (classes <= 0) return;
    entropy_task task = { .loops = cnn_elementwise_loops(), .classes = classes, .x = logits, .labels = labels,
                          .smoothing = (double)smoothing, .out = probabilities, .loss = loss };
    interruptible_pieces(n, TRANSCENDENTAL_GRAIN / classes + 1, FN(entropy_piece), &task);
}

void FN(cnn_cross_entropy_soft)(int64_t n, int64_t classes, const T *logits, const T *target, T *probabilities,
                                T *loss) {
    if (classes <= 0) return;
    entropy_task task = { .loops = cnn_elementwise_loops(), .classes = classes, .x = logits, .target = target,
                          .out = probabilities, .loss = loss };
    interruptible_pieces(n, TRANSCENDENTAL_GRAIN / classes + 1, FN(entropy_piece), &task);
}

static void FN(hard_gradient_piece)(void *context, int64_t begin, int64_t end) {
    const entropy_task *t = context;
    const T *scale = t->scale;
    T even = (T)(t->smoothing / (double)t->classes);
    T certain = (T)(1.0 - t->smoothing + t->smoothing / (double)t->classes);
    for (int64_t row = begin; row < end; row++) {
        const T *p = (const T *)t->x + row * t->classes;
        T *out = (T *)t->out + row * t->classes, s = scale[row];
        int64_t label = t->labels[row];
        T at_label = s * (p[label] - certain);
        for (int64_t k = 0; k < t->classes; k++) out[k] = s * (p[k] - even);
        out[label] = at_label;
    }
}

void FN(cnn_cross_entropy_backward)(int64_t n, int64_t classes, const T *probabilities, const int64_t *labels,
                                    T smoothing, const T *scale, T *dlogits) {
    if (classes <= 0) return;
    entropy_task task = { .classes = classes, .x = probabilities, .labels = labels, .smoothing = (double)smoothing,
                          .scale = scale, .out = dlogits };
    interruptible_pieces(n, ELEMENTWISE_GRAIN / classes + 1, FN(hard_gradient_piece), &task);
}

static void FN(soft_gradient_piece)(void *context, int64_t begin, int64_t end) {
    const entropy_task *t = context;
    const T *scale = t->scale;
    for (int64_t row = begin; row < end; row++) {
        int64_t at = row * t->classes;
        const T *p = (const T *)t->x + at, *target = (const T *)t->target + at;
        T *out = (T *)t->out + at, s = scale[row], total = (T)t->loops->FN(sum)(CNN_SUM, t->classes, target);
        for (int64_t k = 0; k < t->classes; k++) out[k] = s * (p[k] * total - target[k]);
    }
}

void FN(cnn_cross_entropy_soft_backward)(int64_t n, int64_t classes, const T *probabilities, const T *target,
                                         const T *scale, T *dlogits) {
    if (classes <= 0) return;
    entropy_task task = { .loops = cnn_elementwise_loops(), .classes = classes, .x = probabilities, .target = target,
                          .scale = scale, .out = dlogits };
    interruptible_pieces(n, ELEMENTWISE_GRAIN / classes + 1, FN(soft_gradient_piece), &task);
}
