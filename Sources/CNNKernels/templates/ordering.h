/* A stable order of T without memory of its own: indices are sorted by value, then by index, so that no two are equal
 * and any method gives the same order. Quicksort with the median of three, insertion below FEW, and heapsort where a
 * row is built against it. Positions of y lie `step` apart. */

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"

typedef struct {
    const T *x;
    int64_t *y;
    int64_t length, step;
    bool descending;
} FN(sort_task);

static inline bool FN(before)(const FN(sort_task) *t, const T *x, int64_t a, int64_t b) {
    T u = x[a * t->step], v = x[b * t->step];
    return u != v ? (t->descending ? u > v : u < v) : a < b;
}

static void FN(insertion_sort)(const FN(sort_task) *t, const T *x, int64_t *y, int64_t low, int64_t high) {
    int64_t step = t->step;
    for (int64_t i = low + 1; i < high; i++) {
        int64_t moved = y[i * step], j = i;
        for (; j > low && FN(before)(t, x, moved, y[(j - 1) * step]); j--) y[j * step] = y[(j - 1) * step];
        y[j * step] = moved;
    }
}

static void FN(sift_down)(const FN(sort_task) *t, const T *x, int64_t *y, int64_t root, int64_t count) {
    int64_t step = t->step, moved = y[root * step];
    for (int64_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
        if (child + 1 < count && FN(before)(t, x, y[child * step], y[(child + 1) * step])) child++;
        if (!FN(before)(t, x, moved, y[child * step])) break;
        y[root * step] = y[child * step];
        root = child;
    }
    y[root * step] = moved;
}

static void FN(heap_sort)(const FN(sort_task) *t, const T *x, int64_t *y, int64_t count) {
    for (int64_t i = count / 2 - 1; i >= 0; i--) {
        if (i % STEPS_A_LOOK == 0 && cnn_interrupt_pending()) return;
        FN(sift_down)(t, x, y, i, count);
    }
    for (int64_t i = count - 1; i > 0; i--) {
        if (i % STEPS_A_LOOK == 0 && cnn_interrupt_pending()) return;
        int64_t last = y[i * t->step];
        y[i * t->step] = y[0];
        y[0] = last;
        FN(sift_down)(t, x, y, 0, i);
    }
}

static int64_t FN(median)(const FN(sort_task) *t, const T *x, int64_t a, int64_t b, int64_t c) {
    if (FN(before)(t, x, a, b)) return FN(before)(t, x, b, c) ? b : (FN(before)(t, x, a, c) ? c : a);
    return FN(before)(t, x, a, c) ? a : (FN(before)(t, x, b, c) ? c : b);
}

static void FN(sort_range)(const FN(sort_task) *t, const T *x, int64_t *y, int64_t low, int64_t high, int depth) {
    int64_t step = t->step;
    while (high - low > FEW) {
        if (high - low > STEPS_A_LOOK && cnn_interrupt_pending()) return;
        if (depth-- == 0) {
            FN(heap_sort)(t, x, y + low * step, high - low);
            return;
        }
        int64_t pivot = FN(median)(t, x, y[low * step], y[(low + (high - low) / 2) * step], y[(high - 1) * step]);
        int64_t i = low - 1, j = high;
        for (;;) {
            do {
                if (++i % STEPS_A_LOOK == 0 && cnn_interrupt_pending()) return;
            } while (FN(before)(t, x, y[i * step], pivot));
            do {
                if (--j % STEPS_A_LOOK == 0 && cnn_interrupt_pending()) return;
            } while (FN(before)(t, x, pivot, y[j * step]));
            if (i >= j) break;
            int64_t swapped = y[i * step];
            y[i * step] = y[j * step];
            y[j * step] = swapped;
        }
        /* low ... j and j + 1 ..< high; the shorter one by recursion. */
        int64_t middle = j + 1;
        if (middle - low < high - middle) {
            FN(sort_range)(t, x, y, low, middle, depth);
            low = middle;
        } else {
            FN(sort_range)(t, x, y, middle, high, depth);
            high = middle;
        }
    }
    FN(insertion_sort)(t, x, y, low, high);
}

static void FN(sort_piece)(void *context, int64_t begin, int64_t end) {
    const FN(sort_task) *t = context;
    for (int64_t i = begin; i < end; i++) {
        int64_t first = i / t->step * t->length * t->step + i % t->step, numbers = 0, at = 0;
        const T *x = t->x + first;
        int64_t *y = t->y + first;
        for (int64_t k = 0; k < t->length;) {
            if (cnn_interrupt_pending()) return;
            int64_t stop = t->length - k < FILLED_A_LOOK ? t->length : k + FILLED_A_LOOK;
            for (; k < stop; k++) {
                if (x[k * t->step] == x[k * t->step]) y[numbers++ * t->step] = k;
            }
        }
        /* nan goes last, in order. */
        at = numbers;
        for (int64_t k = 0; at < t->length; k++) {
            if (x[k * t->step] != x[k * t->step]) y[at++ * t->step] = k;
        }
        int depth = 2 * (64 - __builtin_clzll((uint64_t)numbers | 1));
        FN(sort_range)(t, x, y, 0, numbers, depth);
    }
}

void FN(cnn_sort)(int64_t outer, int64_t length, int64_t inner, bool descending, const T *x, int64_t *y) {
    FN(sort_task) task = { x, y, length, inner, descending };
    parallel_pieces(outer * inner, TRANSCENDENTAL_GRAIN / 8 / (length + 1) + 1, FN(sort_piece), &task);
}

#pragma clang diagnostic pop
