/* Moments of channels, batch normalisation and its derivative, for floating T. */

static void FN(accumulate_moment)(const void *context, const reduction_block *b, int64_t begin, int64_t end,
                                  void *state) {
    const normalization_task *t = context;
    FN(sum_columns)(t->loops, t->center ? COLUMN_DEVIATIONS : COLUMN_SUM, b, begin, end, (const T *)t->x + b->first,
                    NULL, t->center, state, NULL);
}

static void FN(moments_block)(void *context, const reduction_block *b) {
    static const reducer moment = { FN(accumulate_moment), merge_columns };
    /* A copy: blocks run side by side. */
    normalization_task task = *(normalization_task *)context;
    double sums[2 * COLUMN_BLOCK], center[COLUMN_BLOCK];
    task.center = NULL;
    cnn_reduction_run(b, &moment, &task, sums);
    for (int64_t c = 0; c < b->width; c++) {
        center[c] = sums[c] / (double)b->length;
        ((T *)task.mean_out)[b->column + c] = (T)center[c];
    }
    task.center = center;
    cnn_reduction_run(b, &moment, &task, sums);
    for (int64_t c = 0; c < b->width; c++) {
        ((T *)task.variance_out)[b->column + c] = (T)(sums[c] / (double)b->length);
    }
}

void FN(cnn_channel_moments)(int64_t rows, int64_t c, const T *x, T *mean, T *variance) {
    normalization_task task = { .loops = cnn_elementwise_loops(), .x = x, .mean_out = mean, .variance_out = variance };
    cnn_reduction_blocks(1, rows, c, true, FN(moments_block), &task);
}

/* Factors of up to COLUMN_BLOCK columns. Narrow rows that lie side by side have theirs repeated. */
typedef struct {
    const elementwise_loops *loops;
    const T *x, *dy;
    T *out;
    int64_t rows, stride, width;
    bool gradient, relu;
    T mean[COLUMN_BLOCK], scale[COLUMN_BLOCK], shift[COLUMN_BLOCK], slope[COLUMN_BLOCK];
} FN(factors);

static void FN(apply_rows)(const FN(factors) *f, int64_t rows, int64_t width, int64_t offset) {
    if (f->gradient) {
        f->loops->FN(normalization_gradient)(rows, f->stride, width, f->x + offset, f->mean, f->scale, f->shift,
                                             f->slope, f->dy + offset, f->out + offset);
    } else {
        f->loops->FN(scale_rows)(rows, f->stride, width, f->x + offset, f->mean, f->scale, f->shift, f->out + offset);
    }
    if (!f->relu) return;
    int64_t run = width == f->stride ? rows * width : width;
    for (int64_t at = offset; at < offset + rows * f->stride; at += run == width ? f->stride : run) {
        f->loops->FN(unary)(CNN_RELU, run, f->out + at, 0, f->out + at);
    }
}

static void FN(apply_piece)(void *context, int64_t begin, int64_t end) {
    const FN(factors) *f = context;
    int64_t rows = f->relu ? RECTIFIED_ELEMENTS / f->width + 1 : end - begin;
    for (; begin < end; begin += rows) {
        FN(apply_rows)(f, rows < end - begin ? rows : end - begin, f->width, begin * f->stride);
    }
}

/* Repeats the factors of b's columns and applies them to its rows. */
static void FN(apply)(FN(factors) *f, const reduction_block *b) {
    int64_t side = rows_side_by_side(b), width = b->width, rest = b->length % side;
    for (int64_t s = 1; s < side; s++) {
        size_t bytes = (size_t)width * sizeof(T);
        memcpy(f->mean + s * width, f->mean, bytes);
        memcpy(f->scale + s * width, f->scale, bytes);
        memcpy(f->shift + s * width, f->shift, bytes);
        memcpy(f->slope + s * width, f->slope, bytes);
    }
    f->rows = b->length / side;
    f->stride = side * b->inner;
    f->width = side * width;
    interruptible_pieces(f->rows, ELEMENTWISE_GRAIN / f->width, FN(apply_piece), f);
    if (rest) FN(apply_rows)(f, 1, rest * width, f->rows * f->stride);
}

static void FN(normalize_block)(void *context, const reduction_block *b) {
    const normalization_task *t = context;
    const T *mean = t->mean, *variance = t->variance, *gamma = t->gamma, *beta = t->beta;
    FN(factors) f = { .loops = t->loops, .x = (const T *)t->x + b->column, .out = (T *)t->dx + b->column,
                      .relu = t->relu };
    for (int64_t c = 0; c < b->width; c++) {
        int64_t at = b->column + c;
        f.mean[c] = mean[at];
        f.scale[c] = (T)((double)gamma[at] / __builtin_sqrt((double)variance[at] + t->eps));
        f.shift[c] = beta[at];
    }
    FN(apply)(&f, b);
}

static void FN(normalize)(int64_t rows, int64_t c, const T *x, const T *mean, const T *variance, const T *gamma,
                          const T *beta, T eps, bool relu, T *y) {
    normalization_task task = { .loops = cnn_elementwise_loops(), .x = x, .mean = mean, .variance = variance,
                                .gamma = gamma, .beta = beta, .eps = (double)eps, .dx = y, .relu = relu };
    cnn_reduction_blocks(1, rows, c, true, FN(normalize_block), &task);
}

void FN(cnn_batch_norm)(int64_t rows, int64_t c, const T *x, const T *mean, const T *variance, const T *gamma,
                        const T *beta, T eps, T *y) {
    FN(normalize)(rows, c, x, mean, variance, gamma, beta, eps, false, y);
}

void FN(cnn_batch_norm_relu)(int64_t rows, int64_t c, const T *x, const T *mean, const T *variance, const T *gamma,
                             const T *beta, T eps, T *y) {
    FN(normalize)(rows, c, x, mean, variance, gamma, beta, eps, true, y);
}

static void FN(accumulate_gradients)(const void *context, const reduction_block *b, int64_t begin, int64_t end,
                                     void *state) {
    const normalization_task *t = context;
    FN(sum_columns)(t->loops, COLUMN_GRADIENTS, b, begin, end, (const T *)t->x + b->first,
                    (const T *)t->dy + b->first, t->center, state, (double *)state + COLUMN_BLOCK);
}

/* With i = 1/sqrt(variance + eps), sums over the rows and N of them:
 * dx = gamma i (dy - sum(dy)/N - (x - mean) i^2 sum(dy (x - mean))/N); dgamma = i sum(dy (x - mean)); dbeta = sum(dy)
 * (Ioffe and Szegedy, ICML 2015, section 3). */
static void FN(gradient_block)(void *context, const reduction_block *b) {
    static const reducer gradients = { FN(accumulate_gradients), merge_columns };
    normalization_task task = *(normalization_task *)context;
    const T *mean = task.mean, *variance = task.variance, *gamma = task.gamma;
    double sums[2 * COLUMN_BLOCK] = {0}, center[COLUMN_BLOCK];
    double *products = sums + COLUMN_BLOCK;
    for (int64_t c = 0; c < b->width; c++) center[c] = (double)mean[b->column + c];
    task.center = center;
    bool wanted = task.dgamma || task.dbeta || (task.training && task.dx);
    if (wanted) cnn_reduction_run(b, &gradients, &task, sums);
    FN(factors) f = { .loops = task.loops, .x = (const T *)task.x + b->column, .dy = (const T *)task.dy + b->column,
                      .out = task.dx ? (T *)task.dx + b->column : NULL, .gradient = task.training };
    for (int64_t c = 0; c < b->width; c++) {
        int64_t at = b->column + c;
        double inverse = 1.0 / __builtin_sqrt((double)variance[at] + task.eps);
        if (task.dgamma) ((T *)task.dgamma)[at] = (T)(products[c] * inverse);
        if (task.dbeta) ((T *)task.dbeta)[at] = (T)sums[c];
        f.scale[c] = (T)((double)gamma[at] * inverse);
        if (task.training) {
            f.mean[c] = mean[at];
            f.shift[c] = (T)(sums[c] / (double)b->length);
            f.slope[c] = (T)(products[c] / (double)b->length * (inverse * inverse));
        } else {
            /* -0, so that dy times scale keeps its sign. */
            f.shift[c] = (T)-0.0;
        }
    }
    if (!task.training) f.x = f.dy;
    if (task.dx) FN(apply)(&f, b);
}

void FN(cnn_batch_norm_backward)(int64_t rows, int64_t c, const T *x, const T *mean, const T *variance,
                                 const T *gamma, T eps, bool training, const T *dy, T *dx, T *dgamma, T *dbeta) {
    normalization_task task = { .loops = cnn_elementwise_loops(), .x = x, .mean = mean, .variance = variance,
                                .gamma = gamma, .eps = (double)eps, .training = training, .dy = dy, .dx = dx,
                                .dgamma = dgamma, .dbeta = dbeta };
    cnn_reduction_blocks(1, rows, c, true, FN(gradient_block), &task);
}
