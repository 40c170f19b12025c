/* Uniform and normal numbers of T from blocks of Philox. Element i depends on i alone, so any piece can be made. */

#define WORDS_EACH (int64_t)(sizeof(T) / 4)
#define IN_BLOCK (4 / WORDS_EACH)

static void FN(uniform)(uint64_t key, uint64_t stream, uint64_t first, int64_t n, T *y) {
    uint32_t words[4 * PHILOX_BLOCKS];
    T values[PHILOX_BLOCKS * 4];
    for (int64_t done = 0; done < n;) {
        uint64_t block = (first + (uint64_t)done) / IN_BLOCK;
        int64_t skip = (int64_t)((first + (uint64_t)done) % IN_BLOCK);
        int64_t wanted = n - done, held = PHILOX_BLOCKS * IN_BLOCK - skip, count = wanted < held ? wanted : held;
        int64_t blocks = (skip + count + IN_BLOCK - 1) / IN_BLOCK;
        philox_blocks(key, stream, block, blocks, words);
        if (sizeof(T) == 4) {
            for (int64_t i = 0; i < blocks * IN_BLOCK; i++) values[i] = (T)(int32_t)(words[i] >> 8) * (T)0x1p-24;
        } else {
            for (int64_t i = 0; i < blocks * IN_BLOCK; i++) {
                values[i] = (T)philox_fraction(words[2 * i], words[2 * i + 1]);
            }
        }
        memcpy(y + done, values + skip, (size_t)count * sizeof(T));
        done += count;
    }
}

/* Elements 2j and 2j + 1 are sqrt(-2 log(1 - u)) times cosine and sine of 2 pi v, with u and v from block j. */
static void FN(normal)(uint64_t key, uint64_t stream, uint64_t first, int64_t n, T *y) {
    uint32_t words[4 * PHILOX_BLOCKS];
    double cosines[PHILOX_BLOCKS], sines[PHILOX_BLOCKS];
    T values[PHILOX_BLOCKS * 2];
    for (int64_t done = 0; done < n;) {
        uint64_t pair = (first + (uint64_t)done) / 2;
        int64_t skip = (int64_t)((first + (uint64_t)done) % 2);
        int64_t wanted = n - done, held = PHILOX_BLOCKS * 2 - skip, count = wanted < held ? wanted : held;
        int64_t pairs = (skip + count + 1) / 2;
        philox_blocks(key, stream, pair, pairs, words);
        for (int64_t j = 0; j < pairs; j++) {
            double u = philox_fraction(words[4 * j], words[4 * j + 1]);
            double v = philox_fraction(words[4 * j + 2], words[4 * j + 3]);
            double radius = __builtin_sqrt(-2.0 * math_log_f64(1.0 - u)), angle = 0x1.921fb54442d18p+2 * v;
            cosines[j] = radius * math_cos_f64(angle);
            sines[j] = radius * math_sin_f64(angle);
        }
        for (int64_t j = 0; j < pairs; j++) {
            values[2 * j] = (T)cosines[j];
            values[2 * j + 1] = (T)sines[j];
        }
        memcpy(y + done, values + skip, (size_t)count * sizeof(T));
        done += count;
    }
}

#undef WORDS_EACH
#undef IN_BLOCK
