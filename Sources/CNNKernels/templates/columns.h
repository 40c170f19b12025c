/* Sums down the columns of a part of a block, for floating T. */

/* x (and dy) point at the block's first element, center at its first column; products may be NULL unless kind is
 * COLUMN_GRADIENTS. Rows taken side by side have chains of their own, which are added in order. */
static void FN(sum_columns)(const elementwise_loops *loops, column_sum kind, const reduction_block *b, int64_t begin,
                            int64_t end, const T *x, const T *dy, const double *center, double *sums,
                            double *products) {
    int64_t rows = end - begin, width = b->width, side = rows_side_by_side(b);
    double wide_sums[COLUMN_BLOCK] = {0}, wide_products[COLUMN_BLOCK] = {0}, wide_center[COLUMN_BLOCK] = {0};
    if (center) {
        for (int64_t s = 0; s < side; s++) memcpy(wide_center + s * width, center, (size_t)width * sizeof(double));
    }
    int64_t offset = begin * b->inner, whole = rows / side, rest = rows % side;
    loops->FN(column_sums)(kind, whole, side * b->inner, side * width, x + offset, dy ? dy + offset : NULL, wide_center,
                           wide_sums, wide_products);
    if (rest) {
        offset += whole * side * b->inner;
        loops->FN(column_sums)(kind, 1, 0, rest * width, x + offset, dy ? dy + offset : NULL, wide_center, wide_sums,
                               wide_products);
    }
    for (int64_t c = 0; c < width; c++) {
        sums[c] = wide_sums[c];
        for (int64_t s = 1; s < side; s++) sums[c] += wide_sums[s * width + c];
        if (!products) continue;
        products[c] = wide_products[c];
        for (int64_t s = 1; s < side; s++) products[c] += wide_products[s * width + c];
    }
}
