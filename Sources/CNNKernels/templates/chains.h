/* Sums in 16 interleaved chains: chain j has the elements j, j + 16, ... The chains are added in a fixed tree. */

MATH_INLINE double tree_sum(const double *chains) {
    double a[8];
    for (int j = 0; j < 8; j++) a[j] = chains[j] + chains[j + 8];
    return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

MATH_INLINE double tree_product(const double *chains) {
    double a[8];
    for (int j = 0; j < 8; j++) a[j] = chains[j] * chains[j + 8];
    return ((a[0] * a[4]) * (a[2] * a[6])) * ((a[1] * a[5]) * (a[3] * a[7]));
}
