/* Copies of elements of one size; T is an unsigned type of that size. */

/* n elements, one row or a piece of it. */
static inline void FN(copy_run)(int64_t n, const T *x, int64_t x_step, T *y, int64_t y_step) {
    if (x_step == 1 && y_step == 1) {
        memcpy(y, x, (size_t)n * sizeof(T));
    } else if (y_step == 1 && x_step == 0) {
        T value = *x;
        for (int64_t i = 0; i < n; i++) y[i] = value;
    } else {
        for (int64_t i = 0; i < n; i++) y[i * y_step] = x[i * x_step];
    }
}

static void FN(copy_piece)(void *context, int64_t begin, int64_t end) {
    const copy_layout *l = context;
    int inner = l->rank - 1;
    const T *x = l->from;
    T *y = l->to;
    int64_t position[COPY_RANK], rest = begin;
    for (int d = inner; d >= 0; d--) {
        position[d] = d ? rest % l->shape[d] : rest;
        rest = d ? rest / l->shape[d] : 0;
        x += position[d] * l->x[d];
        y += position[d] * l->y[d];
    }
    while (begin < end) {
        int64_t left = l->shape[inner] - position[inner], n = end - begin < left ? end - begin : left;
        FN(copy_run)(n, x, l->x[inner], y, l->y[inner]);
        begin += n;
        x -= position[inner] * l->x[inner];
        y -= position[inner] * l->y[inner];
        position[inner] = 0;
        if (begin >= end) break;
        for (int d = inner - 1; d >= 0; d--) {
            x += l->x[d];
            y += l->y[d];
            if (++position[d] < l->shape[d] || d == 0) break;
            x -= l->shape[d] * l->x[d];
            y -= l->shape[d] * l->y[d];
            position[d] = 0;
        }
    }
}

/* Bands begin ..< end of TILE rows each; a band goes along the inner dimension in squares, so that the lines of x that
 * a square touches stay in the cache. */
static void FN(transpose_piece)(void *context, int64_t begin, int64_t end) {
    const copy_layout *l = context;
    int inner = l->rank - 1, across = inner - 1;
    int64_t bands = (l->shape[across] + TILE - 1) / TILE;
    int64_t x_step = l->x[inner], x_row = l->x[across], y_row = l->y[across];
    for (int64_t item = begin; item < end; item++) {
        int64_t row = item % bands * TILE, rest = item / bands;
        int64_t left = l->shape[across] - row, height = left < TILE ? left : TILE;
        const T *x = (const T *)l->from + row * x_row;
        T *y = (T *)l->to + row * y_row;
        for (int d = across - 1; d >= 0; d--) {
            x += rest % l->shape[d] * l->x[d];
            y += rest % l->shape[d] * l->y[d];
            rest /= l->shape[d];
        }
        for (int64_t j = 0; j < l->shape[inner]; j += TILE) {
            int64_t width = l->shape[inner] - j < TILE ? l->shape[inner] - j : TILE;
            for (int64_t i = 0; i < height; i++) {
                const T *source = x + i * x_row + j * x_step;
                T *target = y + i * y_row + j;
                for (int64_t k = 0; k < width; k++) target[k] = source[k * x_step];
            }
        }
    }
}

static void FN(copy_all)(copy_layout *l) {
    int inner = l->rank - 1, across = l->transposed;
    if (across < 0) {
        copy_pieces(l, l->count, ELEMENTWISE_GRAIN, FN(copy_piece));
        return;
    }
    /* The row dimension of the squares comes last but one. */
    move_dimension(l, across, inner - 1);
    int64_t bands = (l->shape[inner - 1] + TILE - 1) / TILE;
    int64_t items = l->count / l->shape[inner] / l->shape[inner - 1] * bands;
    copy_pieces(l, items, ELEMENTWISE_GRAIN / (TILE * l->shape[inner]) + 1, FN(transpose_piece));
}

static void FN(select_piece)(void *context, int64_t begin, int64_t end) {
    const select_task *t = context;
    const T *a = t->a, *b = t->b;
    T *y = t->y;
    for (int64_t i = begin; i < end; i++) y[i] = t->condition[i] ? a[i] : b[i];
}
