/* Reductions of integer T between LEAST and MOST, exact. */

static void FN(accumulate_exact)(const void *context, const reduction_block *b, int64_t begin, int64_t end,
                                 void *state) {
    const reduce_task *t = context;
    const T *x = (const T *)t->x + b->first + begin * b->inner;
    exact_state *totals = state;
    for (int64_t c = 0; c < b->width; c++) totals[c] = exact_identity(t->op);
    for (int64_t r = begin; r < end; r++, x += b->inner) {
        switch (t->op) {
            case CNN_SUM:
                for (int64_t c = 0; c < b->width; c++) totals[c].sum += x[c];
                break;
            case CNN_PROD:
                for (int64_t c = 0; c < b->width; c++) exact_multiply(&totals[c], x[c]);
                break;
            default:
                for (int64_t c = 0; c < b->width; c++) exact_add_squares(&totals[c], (__int128)x[c] * x[c]);
                break;
        }
    }
}

static void FN(exact_block)(void *context, const reduction_block *b) {
    static const reducer exact = { FN(accumulate_exact), merge_exact };
    reduce_task *t = context;
    exact_state totals[COLUMN_BLOCK];
    cnn_reduction_run(b, &exact, t, totals);
    for (int64_t c = 0; c < b->width; c++) {
        __int128 value = totals[c].sum;
        bool fits = t->op == CNN_PROD ? exact_product(&totals[c], &value) : true;
        if (!fits || value < LEAST || value > MOST) t->overflow = true;
        ((T *)t->y)[b->output + c] = (T)value;
    }
}

void FN(cnn_reduce)(cnn_reduction op, int64_t outer, int64_t length, int64_t inner, const T *x, T *y, bool *overflow) {
    bool extremum = op == CNN_MIN || op == CNN_MAX;
    reduce_task task = { cnn_elementwise_loops(), op, x, y, false };
    if (extremum && length <= 0) {
        for (int64_t i = 0; i < outer * inner; i++) y[i] = 0;
        task.overflow = outer * inner > 0;
    } else {
        cnn_reduction_blocks(outer, length, inner, true, extremum ? FN(extremum_block) : FN(exact_block), &task);
    }
    if (overflow && task.overflow) *overflow = true;
}

static void FN(cumulate_block)(void *context, const reduction_block *b) {
    reduce_task *t = context;
    const T *x = (const T *)t->x + b->first;
    T *y = (T *)t->y + b->first;
    T sums[COLUMN_BLOCK] = {0};
    bool over = false;
    for (int64_t r = 0; r < b->length; r++, x += b->inner, y += b->inner) {
        if (r % ROWS_A_LOOK == 0 && cnn_interrupt_pending()) break;
        for (int64_t c = 0; c < b->width; c++) {
            over |= __builtin_add_overflow(sums[c], x[c], &sums[c]);
            y[c] = sums[c];
        }
    }
    if (over) t->overflow = true;
}

void FN(cnn_cumsum)(int64_t outer, int64_t length, int64_t inner, const T *x, T *y, bool *overflow) {
    reduce_task task = { cnn_elementwise_loops(), CNN_SUM, x, y, false };
    cnn_reduction_blocks(outer, length, inner, false, FN(cumulate_block), &task);
    if (overflow && task.overflow) *overflow = true;
}
