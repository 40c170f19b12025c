/* Softmax of [outer, length, inner] over its middle, for floating T. */

static void FN(softmax_piece)(void *context, int64_t begin, int64_t end) {
    const softmax_task *t = context;
    const T *x = (const T *)t->x + begin * t->length;
    T *y = (T *)t->out + begin * t->length;
    t->loops->FN(softmax_rows)(end - begin, t->length, t->log, x, y, NULL, NULL);
}

static void FN(softmax_block)(void *context, const reduction_block *b) {
    const softmax_task *t = context;
    t->loops->FN(softmax_columns)(b->length, b->inner, b->width, t->log, (const T *)t->x + b->first,
                                  (T *)t->out + b->first);
}

void FN(cnn_softmax)(int64_t outer, int64_t length, int64_t inner, int log, const T *x, T *y) {
    if (length <= 0) return;
    softmax_task task = { cnn_elementwise_loops(), length, log, x, NULL, y };
    if (inner == 1) {
        interruptible_pieces(outer, TRANSCENDENTAL_GRAIN / length + 1, FN(softmax_piece), &task);
    } else {
        cnn_reduction_blocks(outer, length, inner, false, FN(softmax_block), &task);
    }
}

static void FN(softmax_backward_piece)(void *context, int64_t begin, int64_t end) {
    const softmax_task *t = context;
    int64_t at = begin * t->length;
    t->loops->FN(softmax_backward_rows)(end - begin, t->length, t->log, (const T *)t->x + at, (const T *)t->dy + at,
                                        (T *)t->out + at);
}

static void FN(softmax_backward_block)(void *context, const reduction_block *b) {
    const softmax_task *t = context;
    t->loops->FN(softmax_backward_columns)(b->length, b->inner, b->width, t->log, (const T *)t->x + b->first,
                                           (const T *)t->dy + b->first, (T *)t->out + b->first);
}

void FN(cnn_softmax_backward)(int64_t outer, int64_t length, int64_t inner, int log, const T *y, const T *dy, T *dx) {
    if (length <= 0) return;
    softmax_task task = { cnn_elementwise_loops(), length, log, y, dy, dx };
    if (inner == 1) {
        interruptible_pieces(outer, TRANSCENDENTAL_GRAIN / length + 1, FN(softmax_backward_piece), &task);
    } else {
        cnn_reduction_blocks(outer, length, inner, false, FN(softmax_backward_block), &task);
    }
}
