/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "machine.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WINDOWS = 5, MAX_THREADS = 256, CHAINS = 12, READ_BLOCK = 128 /* floats of 8 vectors of 64 bytes */ };

#define EACH_CHAIN(F)      F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11)
#define COMPILER_BARRIER() __asm__ volatile("" ::: "memory") /* so that a pass is not merged with the next one */

#define LOOPS(name) plain_##name
#define LOOPS_TARGET
#define LOOPS_BYTES 16
#include "machine_loops.h"

#if defined(__x86_64__)
#define LOOPS(name)  avx2_##name
#define LOOPS_TARGET __attribute__((target("avx2,fma")))
#define LOOPS_BYTES  32
#include "machine_loops.h"

#define LOOPS(name)  avx512_##name
#define LOOPS_TARGET __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma")))
#define LOOPS_BYTES  64
#include "machine_loops.h"
#endif

typedef struct loops {
    const char *name;
    int lanes;
    float (*multiply_add)(long turns);
    float (*read)(const float *values, size_t floats, long turns);
    void (*adam)(float *restrict w, const float *restrict g, float *restrict m, float *restrict v, size_t count,
                 long turns);
} loops;

static const loops *best_loops(void)
{
    static const loops plain = {"c", plain_lanes, plain_multiply_add, plain_read, plain_adam};
#if defined(__x86_64__)
    static const loops avx2 = {"avx2", avx2_lanes, avx2_multiply_add, avx2_read, avx2_adam};
    static const loops avx512 = {"avx512", avx512_lanes, avx512_multiply_add, avx512_read, avx512_adam};
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq"))
        return &avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &avx2;
#endif
    return &plain;
}

const char *machine_instructions(void)
{
    return best_loops()->name;
}

double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, size_t count)
{
    qsort(values, count, sizeof values[0], ascending);
    return count % 2 ? values[count / 2] : 0.5 * (values[count / 2 - 1] + values[count / 2]);
}

/* ---- threads that start each window together --------------------------------------------------------------------- */

typedef struct crew crew;

typedef struct part {
    crew *all;
    void (*work)(struct part *);
    long turns;
    size_t floats; /* of each array */
    int arrays;    /* how many of them the work needs */
    float *array[4];
    volatile float result; /* keeps the compiler from dropping the work */
} part;

struct crew {
    unsigned size;
    atomic_uint arrived, phase;
    double seconds[WINDOWS];
    part parts[MAX_THREADS];
};

/* Returns when all threads of the crew have come. */
static void meet(crew *all)
{
    unsigned phase = atomic_load(&all->phase);
    if (atomic_fetch_add(&all->arrived, 1) + 1 == all->size) {
        atomic_store(&all->arrived, 0);
        atomic_fetch_add(&all->phase, 1);
    } else {
        while (atomic_load(&all->phase) == phase)
            sched_yield();
    }
}

static void *run_part(void *argument)
{
    part *p = argument;
    for (int i = 0; i < p->arrays; ++i) {
        p->array[i] = aligned_alloc(64, (p->floats * sizeof(float) + 63) / 64 * 64);
        if (!p->array[i]) {
            fputs("no memory for measuring the machine\n", stderr);
            exit(1);
        }
        for (size_t k = 0; k < p->floats; ++k)
            p->array[i][k] = (float)(k % 1000 + 1) * 1e-3f;
    }
    p->work(p); /* warm-up */
    for (int w = 0; w < WINDOWS; ++w) {
        meet(p->all);
        double start = bench_now();
        p->work(p);
        meet(p->all);
        if (p == p->all->parts) p->all->seconds[w] = bench_now() - start;
    }
    for (int i = 0; i < p->arrays; ++i)
        free(p->array[i]);
    return NULL;
}

/* Median of the seconds of a window in which every thread does its part of `floats`, `turns` times. */
static double measure(void (*work)(part *), unsigned threads, size_t floats, size_t block, int arrays, long turns)
{
    static crew all;
    pthread_t ids[MAX_THREADS];
    all.size = threads < 1 ? 1 : threads > MAX_THREADS ? MAX_THREADS : threads;
    atomic_store(&all.arrived, 0);
    for (unsigned i = 0; i < all.size; ++i)
        all.parts[i] = (part){.all = &all,
                              .work = work,
                              .turns = turns,
                              .floats = (floats / all.size + block - 1) / block * block,
                              .arrays = arrays};
    for (unsigned i = 1; i < all.size; ++i) {
        if (pthread_create(&ids[i], NULL, run_part, &all.parts[i]) != 0) {
            fputs("no threads for measuring the machine\n", stderr);
            exit(1);
        }
    }
    run_part(&all.parts[0]);
    for (unsigned i = 1; i < all.size; ++i)
        pthread_join(ids[i], NULL);
    return bench_median(all.seconds, WINDOWS);
}

/* ---- the three limits -------------------------------------------------------------------------------------------- */

static void work_multiply_add(part *p)
{
    p->result = best_loops()->multiply_add(p->turns);
}

static void work_read(part *p)
{
    p->result = best_loops()->read(p->array[0], p->floats, p->turns);
}

static void work_adam(part *p)
{
    best_loops()->adam(p->array[0], p->array[1], p->array[2], p->array[3], p->floats, p->turns);
}

double machine_fma_peak(unsigned threads)
{
    const long turns = 10000000;
    double seconds = measure(work_multiply_add, threads, 0, 1, 0, turns);
    return 2e-9 * CHAINS * best_loops()->lanes * (double)turns * threads / seconds;
}

double machine_read_seconds(size_t bytes, unsigned threads)
{
    long turns = (long)(1000000000 / bytes) + 1;
    return measure(work_read, threads, bytes / sizeof(float), READ_BLOCK, 1, turns) / (double)turns;
}

double machine_adam_seconds(size_t weights, unsigned threads)
{
    long turns = (long)(100000000 / weights) + 1;
    return measure(work_adam, threads, weights, 1, 4, turns) / (double)turns;
}
