/* Reductions of floating T, in double. */

static void FN(accumulate_sums)(const void *context, const reduction_block *b, int64_t begin, int64_t end,
                                void *state) {
    const reduce_task *t = context;
    const T *x = (const T *)t->x + b->first;
    double *sums = state;
    if (b->inner == 1) {
        *sums = t->loops->FN(sum)(t->op, end - begin, x + begin);
    } else if (t->op != CNN_PROD) {
        FN(sum_columns)(t->loops, t->op == CNN_SUM ? COLUMN_SUM : COLUMN_SUM_SQUARES, b, begin, end, x, NULL, NULL,
                        sums, NULL);
    } else {
        for (int64_t c = 0; c < b->width; c++) sums[c] = 1;
        for (int64_t r = begin; r < end; r++) {
            for (int64_t c = 0; c < b->width; c++) sums[c] *= (double)x[r * b->inner + c];
        }
    }
}

static void FN(merge_sums)(const void *context, const reduction_block *b, void *state, const void *part) {
    const reduce_task *t = context;
    double *sums = state;
    const double *next = part;
    for (int64_t c = 0; c < b->width; c++) sums[c] = t->op == CNN_PROD ? sums[c] * next[c] : sums[c] + next[c];
}

static void FN(sum_block)(void *context, const reduction_block *b) {
    static const reducer sums_reducer = { FN(accumulate_sums), FN(merge_sums) };
    reduce_task *t = context;
    _Alignas(16) double sums[STATE_BYTES / sizeof(double)];
    cnn_reduction_run(b, &sums_reducer, t, sums);
    for (int64_t c = 0; c < b->width; c++) ((T *)t->y)[b->output + c] = (T)sums[c];
}

void FN(cnn_reduce)(cnn_reduction op, int64_t outer, int64_t length, int64_t inner, const T *x, T *y, bool *overflow) {
    (void)overflow;
    bool extremum = op == CNN_MIN || op == CNN_MAX;
    if (extremum && length <= 0) {
        for (int64_t i = 0; i < outer * inner; i++) y[i] = (T)__builtin_nan("");
        return;
    }
    reduce_task task = { cnn_elementwise_loops(), op, x, y, false };
    cnn_reduction_blocks(outer, length, inner, true, extremum ? FN(extremum_block) : FN(sum_block), &task);
}

static void FN(cumulate_block)(void *context, const reduction_block *b) {
    const reduce_task *t = context;
    const T *x = (const T *)t->x + b->first;
    T *y = (T *)t->y + b->first;
    double sums[COLUMN_BLOCK] = {0};
    for (int64_t r = 0; r < b->length; r++, x += b->inner, y += b->inner) {
        if (r % ROWS_A_LOOK == 0 && cnn_interrupt_pending()) break;
        for (int64_t c = 0; c < b->width; c++) {
            sums[c] += (double)x[c];
            y[c] = (T)sums[c];
        }
    }
}

void FN(cnn_cumsum)(int64_t outer, int64_t length, int64_t inner, const T *x, T *y, bool *overflow) {
    (void)overflow;
    reduce_task task = { cnn_elementwise_loops(), CNN_SUM, x, y, false };
    cnn_reduction_blocks(outer, length, inner, false, FN(cumulate_block), &task);
}
