/* Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC'11), many blocks at once. */

#define PHILOX_BLOCKS 64

/* Words 4b ... 4b+3 of `words` are the block `first + b` of the stream. The counter is index (words 0 and 1, low first)
 * and stream (words 2 and 3). */
static void philox_blocks(uint64_t key, uint64_t stream, uint64_t first, int64_t count, uint32_t *words) {
    for (int64_t b = 0; b < count; b++) {
        uint64_t index = first + (uint64_t)b;
        uint32_t c0 = (uint32_t)index, c1 = (uint32_t)(index >> 32);
        uint32_t c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
        uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
        for (int round = 0; round < 10; round++) {
            uint64_t p0 = 0xD2511F53ULL * c0, p1 = 0xCD9E8D57ULL * c2;
            uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
            c1 = (uint32_t)p1;
            c3 = (uint32_t)p0;
            c0 = n0;
            c2 = n2;
            k0 += 0x9E3779B9U;
            k1 += 0xBB67AE85U;
        }
        words[4 * b] = c0;
        words[4 * b + 1] = c1;
        words[4 * b + 2] = c2;
        words[4 * b + 3] = c3;
    }
}

/* 53 bits of two words, low first, as a fraction. */
MATH_INLINE double philox_fraction(uint32_t low, uint32_t high) {
    return (double)(int64_t)((((uint64_t)high << 32) | low) >> 11) * 0x1p-53;
}
