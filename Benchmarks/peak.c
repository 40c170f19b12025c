/* Prints the GFLOP/s of fused multiply-adds on registers alone, with as many threads as the first argument says:
 * cc -O2 -march=native -pthread peak.c */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__AVX512F__)
#define BYTES 64
#elif defined(__AVX__)
#define BYTES 32
#else
#define BYTES 16
#endif
#define CHAINS 12
#define ROUNDS 20000000L

typedef float vector __attribute__((vector_size(BYTES)));

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void *multiply(void *sum) {
    vector chains[CHAINS], x = {0}, y = {0};
    x += 0.999f;
    y += 0.001f;
    for (int i = 0; i < CHAINS; i++) chains[i] = y * (float)i;
    for (long round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 12
        for (int i = 0; i < CHAINS; i++) chains[i] = chains[i] * x + y;
    }
    for (int i = 0; i < CHAINS; i++) *(float *)sum += chains[i][0];
    return NULL;
}

int main(int count, char **arguments) {
    int threads = count > 1 ? atoi(arguments[1]) : 1;
    if (threads < 1 || threads > 256) return 2;
    pthread_t handles[256];
    float sums[256] = {0};
    double best = 0;
    for (int repeat = 0; repeat < 3; repeat++) {
        double start = now();
        for (int i = 0; i < threads; i++) pthread_create(&handles[i], NULL, multiply, &sums[i]);
        for (int i = 0; i < threads; i++) pthread_join(handles[i], NULL);
        double rate = 2.0 * ROUNDS * CHAINS * (BYTES / 4) * threads / (now() - start) * 1e-9;
        if (rate > best) best = rate;
    }
    printf("%.1f\n", best);
    return sums[0] == 12345.0f;
}
