/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <autoencoder/status.h>
#include <string.h>
#include "base/runtime.h"
#include "data/corrupt.h"

enum { D = 1000, ROWS = 100 };

static const ae_corruption plain = {.deviation = 0.3, .rate = 0.25, .emphasis_corrupted = 1, .emphasis_clean = 1};
static aei_real x[ROWS][D], weights[ROWS][D];

static ae_corruption of_kind(ae_corruption_kind kind)
{
    ae_corruption corruption = plain;
    corruption.kind = kind;
    return corruption;
}

static aei_corrupt_call call_on(const ae_corruption *corruption, uint64_t seed, uint64_t epoch)
{
    return (aei_corrupt_call){.how = corruption, .kernels = aei_kernels_of(NULL), .seed = seed, .epoch = epoch,
                              .n = ROWS, .d = D, .x = x[0], .weights = weights[0]};
}

static void fill(void)
{
    for (size_t r = 0; r < ROWS; r++)
        for (size_t j = 0; j < D; j++)
            x[r][j] = 0.5f;
}

/* All rows 0.5, corrupted. */
static void run(const ae_corruption *corruption, uint64_t seed, uint64_t epoch)
{
    const aei_corrupt_call call = call_on(corruption, seed, epoch);
    fill();
    aei_corrupt(&call);
}

static size_t count(aei_real value)
{
    size_t found = 0;
    for (size_t r = 0; r < ROWS; r++)
        for (size_t j = 0; j < D; j++)
            found += x[r][j] == value;
    return found;
}

/* A count of n trials within 4.5 standard deviations of a binomial's mean. */
static void assert_binomial(size_t got, double n, double p)
{
    if (!(fabs((double)got - n * p) <= 4.5 * sqrt(n * p * (1 - p))))
        fail_msg("%zu of %g with probability %g", got, n, p);
}

static void test_mask(void **state)
{
    ae_corruption corruption = of_kind(AE_CORRUPTION_MASK);
    (void)state;
    for (corruption.rate = 0; corruption.rate <= 1; corruption.rate += 0.25) {
        corruption.value = 2;
        run(&corruption, 1, 0);
        assert_binomial(count(2), ROWS * D, corruption.rate);
        assert_int_equal(count(2) + count(0.5f), ROWS * D);
    }
}

static void test_salt_and_pepper(void **state)
{
    ae_corruption corruption = of_kind(AE_CORRUPTION_SALT_PEPPER);
    (void)state;
    for (corruption.rate = 0; corruption.rate <= 1; corruption.rate += 0.25) {
        run(&corruption, 1, 0);
        assert_binomial(count(0), ROWS * D, corruption.rate / 2);
        assert_binomial(count(1), ROWS * D, corruption.rate / 2);
        assert_int_equal(count(0) + count(1) + count(0.5f), ROWS * D);
    }
}

static void test_gaussian(void **state)
{
    ae_corruption corruption = of_kind(AE_CORRUPTION_GAUSSIAN);
    double mean = 0, square = 0;
    (void)state;
    run(&corruption, 1, 0);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t j = 0; j < D; j++) {
            mean += ((double)x[r][j] - 0.5) / (ROWS * D);
            square += pow((double)x[r][j] - 0.5, 2) / (ROWS * D);
        }
    assert_true(fabs(mean) < 5 * 0.3 / sqrt(ROWS * D) && fabs(square / 0.09 - 1) < 5 * sqrt(2.0 / (ROWS * D)));
    corruption.deviation = 0;
    run(&corruption, 1, 0);
    assert_int_equal(count(0.5f), ROWS * D);
}

static void test_clip(void **state)
{
    ae_corruption corruption = of_kind(AE_CORRUPTION_GAUSSIAN);
    static aei_real free_rows[ROWS][D];
    (void)state;
    corruption.deviation = 1;
    run(&corruption, 1, 0);
    memcpy(free_rows, x, sizeof x);
    corruption.clip = 1;
    run(&corruption, 1, 0);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t j = 0; j < D; j++)
            assert_true(x[r][j] == (free_rows[r][j] < 0 ? 0 : free_rows[r][j] > 1 ? 1 : free_rows[r][j]));
    assert_true(count(0) > 0 && count(1) > 0);
    corruption.kind = AE_CORRUPTION_MASK;
    corruption.value = 2;
    run(&corruption, 1, 0);
    assert_binomial(count(1), ROWS * D, 0.25);
    assert_int_equal(count(1) + count(0.5f), ROWS * D);
}

static void test_none(void **state)
{
    ae_corruption corruption = of_kind(AE_CORRUPTION_NONE);
    (void)state;
    run(&corruption, 1, 0);
    assert_int_equal(count(0.5f), ROWS * D);
}

/* A number is a function of (seed, epoch, sample, feature), however wide the row is. */
static void test_repeats(void **state)
{
    static aei_real first[ROWS][D];
    (void)state;
    for (ae_corruption_kind kind = AE_CORRUPTION_GAUSSIAN; kind <= AE_CORRUPTION_SALT_PEPPER; kind++) {
        const ae_corruption corruption = of_kind(kind);
        aei_real narrow[300];
        run(&corruption, 1, 2);
        memcpy(first, x, sizeof x);
        run(&corruption, 1, 2);
        assert_memory_equal(first, x, sizeof x);
        for (size_t j = 0; j < 300; j++)
            narrow[j] = 0.5f;
        aei_corrupt(&(aei_corrupt_call){.how = &corruption, .kernels = aei_kernels_of(NULL), .seed = 1, .epoch = 2,
                                        .n = 1, .d = 300, .samples = &(size_t){7}, .x = narrow});
        assert_memory_equal(narrow, first[7], sizeof narrow);
        assert_memory_not_equal(first[0], first[1], sizeof first[0]);
        assert_memory_not_equal(first[0], first[0] + 256, 256 * sizeof first[0][0]); /* nor within a long row */
        run(&corruption, 1, 3);
        assert_memory_not_equal(first, x, sizeof x);
        run(&corruption, 2, 2);
        assert_memory_not_equal(first, x, sizeof x);
    }
}

/* Rows go by their sample, the clean ones are kept, and neither threads nor kernels change a byte. */
static void test_rows_of_a_batch(void **state)
{
    static aei_real first[ROWS][D], first_weights[ROWS][D], clean[ROWS * D];
    static size_t samples[ROWS];
    const int32_t sets[] = {AE_KERNELS_REFERENCE, AE_KERNELS_CBLAS, AE_KERNELS_AVX2, AE_KERNELS_AVX512};
    (void)state;
    for (size_t r = 0; r < ROWS; r++)
        samples[r] = ROWS - 1 - r;
    for (ae_corruption_kind kind = AE_CORRUPTION_NONE; kind <= AE_CORRUPTION_SALT_PEPPER; kind++) {
        ae_corruption corruption = of_kind(kind);
        corruption.emphasis_corrupted = 3;
        corruption.clip = 1;
        run(&corruption, 1, 2);
        memcpy(first, x, sizeof x);
        memcpy(first_weights, weights, sizeof weights);
        for (size_t set = 0; set < 4; set++)
            for (uint32_t threads = 1; threads <= 3; threads++) {
                const ae_runtime_options options = {.struct_size = sizeof options, .threads = threads};
                aei_corrupt_call call = call_on(&corruption, 1, 2);
                ae_runtime *runtime;
                if (aei_kernels_get(&call.kernels, sets[set]) != AE_OK)
                    continue;
                assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
                call.runtime = runtime;
                call.samples = samples;
                call.clean = clean;
                fill();
                aei_corrupt(&call);
                for (size_t r = 0; r < ROWS; r++) {
                    assert_memory_equal(x[r], first[samples[r]], sizeof x[r]);
                    assert_memory_equal(weights[r], first_weights[samples[r]], sizeof weights[r]);
                }
                for (size_t i = 0; i < ROWS * D; i++)
                    assert_true(clean[i] == 0.5f);
                aei_runtime_release(runtime);
            }
    }
}

static void test_emphasis(void **state)
{
    (void)state;
    for (ae_corruption_kind kind = AE_CORRUPTION_NONE; kind <= AE_CORRUPTION_SALT_PEPPER; kind++) {
        ae_corruption corruption = of_kind(kind);
        corruption.emphasis_corrupted = 3;
        corruption.emphasis_clean = 0.5;
        run(&corruption, 1, 0);
        for (size_t r = 0; r < ROWS; r++)
            for (size_t j = 0; j < D; j++) {
                const bool corrupted = kind == AE_CORRUPTION_GAUSSIAN || x[r][j] != 0.5f;
                assert_true(weights[r][j] == (corrupted ? 3 : 0.5f));
            }
    }
}

/* What is corrupted to the value it had is corrupted all the same. */
static void test_emphasis_of_what_does_not_change(void **state)
{
    ae_corruption corruption = of_kind(AE_CORRUPTION_MASK);
    size_t corrupted = 0;
    (void)state;
    corruption.value = 0.5;
    corruption.emphasis_corrupted = 3;
    run(&corruption, 1, 0);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t j = 0; j < D; j++)
            corrupted += weights[r][j] == 3;
    assert_binomial(corrupted, ROWS * D, 0.25);
}

static void test_check(void **state)
{
    const double bad[] = {-0.1, NAN, INFINITY, -INFINITY, 1e39};
    const ae_corruption_kind kinds[] = {-1, 4, INT32_MAX, INT32_MIN};
    (void)state;
    assert_int_equal(aei_corruption_check(&plain), AE_OK);
    for (size_t i = 0; i < 5; i++) {
        ae_corruption c = plain;
        c.deviation = bad[i];
        assert_int_equal(aei_corruption_check(&c), AE_ERROR_INVALID_ARGUMENT);
        c = plain;
        c.rate = bad[i];
        assert_int_equal(aei_corruption_check(&c), AE_ERROR_INVALID_ARGUMENT);
        c = plain;
        c.emphasis_clean = bad[i];
        assert_int_equal(aei_corruption_check(&c), AE_ERROR_INVALID_ARGUMENT);
        c = plain;
        c.emphasis_corrupted = bad[i];
        assert_int_equal(aei_corruption_check(&c), AE_ERROR_INVALID_ARGUMENT);
        c = plain;
        c.value = bad[i];
        assert_int_equal(aei_corruption_check(&c), i == 0 ? AE_OK : AE_ERROR_INVALID_ARGUMENT);
    }
    for (size_t i = 0; i < 4; i++) {
        const ae_corruption c = of_kind(kinds[i]);
        assert_int_equal(aei_corruption_check(&c), AE_ERROR_INVALID_ARGUMENT);
    }
    ae_corruption c = plain;
    for (c.clip = -1; c.clip <= 2; c.clip++)
        assert_int_equal(aei_corruption_check(&c), c.clip == 0 || c.clip == 1 ? AE_OK : AE_ERROR_INVALID_ARGUMENT);
    c = plain;
    c.emphasis_clean = 0;
    assert_int_equal(aei_corruption_check(&c), AE_OK);
    c.emphasis_corrupted = 0;
    assert_int_equal(aei_corruption_check(&c), AE_ERROR_INVALID_ARGUMENT); /* no feature would count */
    c.emphasis_clean = 1;
    for (c.kind = AE_CORRUPTION_NONE; c.kind <= AE_CORRUPTION_SALT_PEPPER; c.kind++)
        assert_int_equal(aei_corruption_check(&c),
                         c.kind == AE_CORRUPTION_GAUSSIAN ? AE_ERROR_INVALID_ARGUMENT : AE_OK);
    c = plain;
    c.rate = 1.001;
    assert_int_equal(aei_corruption_check(&c), AE_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mask),
        cmocka_unit_test(test_salt_and_pepper),
        cmocka_unit_test(test_gaussian),
        cmocka_unit_test(test_clip),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_repeats),
        cmocka_unit_test(test_rows_of_a_batch),
        cmocka_unit_test(test_emphasis),
        cmocka_unit_test(test_emphasis_of_what_does_not_change),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
