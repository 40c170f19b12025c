/* A vector of LANES elements of T, and rows of memory that may end inside one. Included once for each width. */

typedef T TILE(vector) __attribute__((ext_vector_type(LANES), aligned(sizeof(T))));

TILE_INLINE TILE(vector) TILE(load)(const T *p) { return *(const TILE(vector) *)p; }

TILE_INLINE TILE(vector) TILE(load_lanes)(const T *p, int64_t lanes) {
    if (lanes >= LANES) return TILE(load)(p);
    T buffer[LANES] = {0};
    for (int64_t i = 0; i < lanes; i++) buffer[i] = p[i];
    return TILE(load)(buffer);
}

TILE_INLINE void TILE(store_lanes)(T *p, TILE(vector) v, int64_t lanes) {
    if (lanes >= LANES) {
        *(TILE(vector) *)p = v;
        return;
    }
    T buffer[LANES], *from = buffer;
    *(TILE(vector) *)buffer = v;
    UNROLL for (int step = LANES / 2; step >= 1; step /= 2) {
        if (lanes < step) continue;
        memcpy(p, from, (size_t)step * sizeof(T));
        p += step;
        from += step;
        lanes -= step;
    }
}
