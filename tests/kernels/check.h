/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What the checks of the kernels share: every set of this build, random numbers, blocks with guards behind
 * them, activations and their derivatives in double, a clock.
 *
 * Each program compares a set with straightforward loops in double; with --bench it prints a table of speeds
 * instead. */
#ifndef KERNELS_CHECK_H
#define KERNELS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/runtime.h"
#include "kernels/kernels.h"

/* ---- sets of kernels */

static const int32_t all_sets[] = {AE_KERNELS_REFERENCE, AE_KERNELS_CBLAS, AE_KERNELS_AVX2, AE_KERNELS_AVX512,
                                   AE_KERNELS_AVX512_BF16, AE_KERNELS_AVX512_VNNI};
#define SETS (sizeof all_sets / sizeof all_sets[0])

/* NULL for one that this build lacks. */
static inline const aei_kernels *set_of(size_t i)
{
    const aei_kernels *kernels;
    return aei_kernels_get(&kernels, all_sets[i]) == AE_OK ? kernels : NULL;
}

static inline ae_runtime *runtime_of(uint32_t threads)
{
    ae_runtime_options options;
    ae_runtime *runtime;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.threads = threads;
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    return runtime;
}

/* A host that runs tasks itself, last first. */
static inline void run_backwards(void *user, ae_task task, void *work, size_t count)
{
    (void)user;
    while (count > 0) task(work, --count);
}

static inline ae_runtime *backwards_runtime(void)
{
    ae_runtime_options options;
    ae_runtime *runtime;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.threads = 2;
    options.parallel = run_backwards;
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    return runtime;
}

/* ---- random numbers: splitmix64 */

typedef struct random_source {
    uint64_t state;
} random_source;

static inline uint64_t random_bits(random_source *random)
{
    uint64_t x = random->state += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static inline size_t random_below(random_source *random, size_t bound)
{
    return (size_t)(random_bits(random) % bound);
}

static inline double random_between(random_source *random, double low, double high)
{
    return low + (high - low) * (double)(random_bits(random) >> 11) * 0x1p-53;
}

/* ---- blocks of numbers, with guards behind them. Empty ones are fine. */

#define GUARDS 16
#define GUARD_BITS 0xA5

typedef struct block {
    aei_real *at;
    size_t count;
} block;

static inline block block_new(size_t count)
{
    block b = {malloc((count + GUARDS) * sizeof(aei_real)), count};
    assert_non_null(b.at);
    memset(b.at, GUARD_BITS, (count + GUARDS) * sizeof(aei_real));
    return b;
}

static inline block block_random(random_source *random, size_t count, double low, double high)
{
    block b = block_new(count);
    for (size_t i = 0; i < count; ++i) b.at[i] = (aei_real)random_between(random, low, high);
    return b;
}

static inline block block_copy(block from)
{
    block b = block_new(from.count);
    memcpy(b.at, from.at, from.count * sizeof(aei_real));
    return b;
}

static inline int block_same(block a, block b)
{
    return a.count == b.count && memcmp(a.at, b.at, a.count * sizeof(aei_real)) == 0;
}

static inline int untouched(const aei_real *from, size_t count)
{
    const unsigned char *bytes = (const unsigned char *)from;
    for (size_t i = 0; i < count * sizeof(aei_real); ++i)
        if (bytes[i] != GUARD_BITS) return 0;
    return 1;
}

/* Frees a block; false when something was written behind it. */
static inline int block_end(block b)
{
    const int whole = untouched(b.at + b.count, GUARDS);
    free(b.at);
    return whole;
}

/* ---- activations in double, by their definitions */

static inline double twin_sigmoid(double z)
{
    return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

static inline double twin_activation(aei_activation f, double z)
{
    const double a = (double)f.a;
    switch (f.kind) {
    case AE_RELU:
        return z > 0 ? z : 0;
    case AE_LEAKY_RELU:
        return z > 0 ? z : a * z;
    case AE_ELU:
        return z > 0 ? z : a * expm1(z);
    case AE_GELU:
        return z * 0.5 * erfc(-z / sqrt(2));
    case AE_GELU_TANH:
        return z / 2 * (1 + tanh(sqrt(2 / acos(-1)) * (z + 0.044715 * z * z * z)));
    case AE_SILU:
        return z * twin_sigmoid(z);
    case AE_SOFTPLUS:
        return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
    case AE_TANH:
        return tanh(z);
    case AE_SIGMOID:
        return twin_sigmoid(z);
    default:
        return z;
    }
}

/* f' by central differences; left-sided at the kinks, so that z = 0 tells what the header promises. */
static inline double twin_derivative(aei_activation f, double z)
{
    const double h = 1e-5;
    if (z == 0 && (f.kind == AE_RELU || f.kind == AE_LEAKY_RELU || f.kind == AE_ELU))
        return (3 * twin_activation(f, 0) - 4 * twin_activation(f, -h) + twin_activation(f, -2 * h)) / (2 * h);
    return (twin_activation(f, z + h) - twin_activation(f, z - h)) / (2 * h);
}

static inline aei_activation activation_of(ae_activation kind)
{
    aei_activation f;
    assert_int_equal(aei_activation_make(&f, kind, kind == AE_ELU ? 0.7 : kind == AE_LEAKY_RELU ? 0.2 : 0), AE_OK);
    return f;
}

/* ---- benchmarks */

static inline double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds of one run(work): the best of many rounds of about 1 ms, of which some are not disturbed. */
static inline double best_time(void (*run)(void *work), void *work)
{
    double best = HUGE_VAL, start = seconds();
    size_t runs;
    run(work);
    runs = (size_t)(0.001 / (seconds() - start + 1e-9)) + 1;
    for (int round = 0; round < 150; ++round) {
        double each;
        start = seconds();
        for (size_t i = 0; i < runs; ++i) run(work);
        each = (seconds() - start) / (double)runs;
        if (each < best) best = each;
    }
    return best;
}

#endif
