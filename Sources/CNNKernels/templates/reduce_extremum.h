/* Minimum, maximum and the place of the first of them, for numeric T. */

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"

/* Whether v takes the place of m: as in templates/extremum.h. */
static inline bool FN(takes_place)(bool maximum, T v, T m) {
    return (maximum ? v > m : v < m) || (v != v && m == m);
}

static void FN(accumulate_extrema)(const void *context, const reduction_block *b, int64_t begin, int64_t end,
                                   void *state) {
    const reduce_task *t = context;
    bool maximum = t->op == CNN_MAX;
    int64_t rows = end - begin, width = b->width, side = rows_side_by_side(b);
    const T *x = (const T *)t->x + b->first + begin * b->inner;
    if (b->inner == 1) {
        *(T *)state = t->loops->FN(extremum)(maximum, rows, x);
        return;
    }
    if (rows < side) side = 1;
    T wide[COLUMN_BLOCK];
    int64_t whole = rows / side, rest = rows % side, stride = side * b->inner;
    memcpy(wide, x, (size_t)(side * width) * sizeof(T));
    t->loops->FN(column_extrema)(maximum, whole - 1, stride, side * width, x + stride, wide);
    if (rest) t->loops->FN(column_extrema)(maximum, 1, 0, rest * width, x + whole * stride, wide);
    memcpy(state, wide, (size_t)width * sizeof(T));
    t->loops->FN(column_extrema)(maximum, side - 1, width, width, wide + width, state);
}

static void FN(merge_extrema)(const void *context, const reduction_block *b, void *state, const void *part) {
    const reduce_task *t = context;
    t->loops->FN(column_extrema)(t->op == CNN_MAX, 1, 0, b->width, part, state);
}

static void FN(extremum_block)(void *context, const reduction_block *b) {
    static const reducer extrema = { FN(accumulate_extrema), FN(merge_extrema) };
    reduce_task *t = context;
    _Alignas(16) unsigned char state[STATE_BYTES];
    cnn_reduction_run(b, &extrema, t, state);
    memcpy((T *)t->y + b->output, state, (size_t)b->width * sizeof(T));
}

typedef struct {
    T value[COLUMN_BLOCK];
    int64_t index[COLUMN_BLOCK];
} FN(place);

static_assert(sizeof(FN(place)) <= STATE_BYTES, "a part's state has room for values and places");

static void FN(accumulate_places)(const void *context, const reduction_block *b, int64_t begin, int64_t end,
                                  void *state) {
    const reduce_task *t = context;
    bool maximum = t->op == CNN_MAX;
    const T *x = (const T *)t->x + b->first + begin * b->inner;
    FN(place) *best = state;
    if (b->inner == 1) {
        T m = t->loops->FN(extremum)(maximum, end - begin, x);
        int64_t i = 0;
        while (x[i] != m && x[i] == x[i]) i++;
        best->value[0] = m;
        best->index[0] = begin + i;
        return;
    }
    for (int64_t c = 0; c < b->width; c++) {
        best->value[c] = x[c];
        best->index[c] = begin;
    }
    for (int64_t r = begin + 1; r < end; r++) {
        x += b->inner;
        for (int64_t c = 0; c < b->width; c++) {
            bool better = FN(takes_place)(maximum, x[c], best->value[c]);
            best->value[c] = better ? x[c] : best->value[c];
            best->index[c] = better ? r : best->index[c];
        }
    }
}

static void FN(merge_places)(const void *context, const reduction_block *b, void *state, const void *part) {
    const reduce_task *t = context;
    FN(place) *best = state;
    const FN(place) *next = part;
    for (int64_t c = 0; c < b->width; c++) {
        if (!FN(takes_place)(t->op == CNN_MAX, next->value[c], best->value[c])) continue;
        best->value[c] = next->value[c];
        best->index[c] = next->index[c];
    }
}

static void FN(place_block)(void *context, const reduction_block *b) {
    static const reducer places = { FN(accumulate_places), FN(merge_places) };
    const reduce_task *t = context;
    FN(place) best;
    _Alignas(16) unsigned char state[STATE_BYTES];
    cnn_reduction_run(b, &places, t, state);
    memcpy(&best, state, sizeof best);
    memcpy((int64_t *)t->y + b->output, best.index, (size_t)b->width * sizeof(int64_t));
}

void FN(cnn_arg_reduce)(bool maximum, int64_t outer, int64_t length, int64_t inner, const T *x, int64_t *y) {
    if (length <= 0) {
        for (int64_t i = 0; i < outer * inner; i++) y[i] = -1;
        return;
    }
    reduce_task task = { cnn_elementwise_loops(), maximum ? CNN_MAX : CNN_MIN, x, y, false };
    cnn_reduction_blocks(outer, length, inner, true, FN(place_block), &task);
}

#pragma clang diagnostic pop
