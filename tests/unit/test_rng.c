/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include <stdlib.h>
#include <string.h>

#define MANY 1000000

/* Vectors of the authors' Random123, file kat_vectors. */
static void test_known_answers(void **state)
{
    static const struct {
        uint32_t counter[4], key[2], expected[4];
    } answers[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        aei_rng rng;
        uint32_t out[4];
        memcpy(rng.key, answers[i].key, sizeof rng.key);
        memcpy(rng.counter, answers[i].counter, sizeof rng.counter);
        aei_rng_block(&rng, answers[i].counter[0], out);
        assert_memory_equal(out, answers[i].expected, sizeof out);
    }
}

static void test_layout_of_a_stream(void **state)
{
    aei_rng rng = aei_rng_stream(UINT64_C(0x0123456789abcdef), AEI_RNG_NOISE, 77, UINT64_C(0x12345688887777));

    (void)state;
    assert_int_equal(rng.key[0], 0x89abcdef);
    assert_int_equal(rng.key[1], 0x01234567);
    assert_int_equal(rng.counter[1], 0x88887777);
    assert_int_equal(rng.counter[2], 77);
    assert_int_equal(rng.counter[3], 0x12345605);
}

/* Training results depend on these numbers, to the bit: they must never change. */
static void test_numbers_stay_the_same(void **state)
{
    const aei_rng rng = aei_rng_stream(42, AEI_RNG_SHUFFLE, 3, 0);
    static const uint32_t uniforms[] = {14114985, 14952272, 8812594,  9711805,
                                        8091721,  8595492,  11223675, 9660488};
    static const float normals[] = {0.455817729f, -0.371213734f, -0.998258352f, -0.539592564f,
                                    -1.2040031f, -0.0934726894f, -0.796844661f, -0.411134005f};
    static const size_t order[] = {0, 4, 5, 1, 2, 3, 7, 6};
    static aei_real many[1 << 16];
    aei_real out[8];
    size_t permutation[8];
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a of the bits of many normals, by whole floats */

    (void)state;
    aei_rng_uniform(&rng, 0, 8, out);
    for (int i = 0; i < 8; i++)
        assert_int_equal((uint32_t)(out[i] * (1 << 24)), uniforms[i]);
    aei_rng_normal(&rng, 0, 8, out);
    for (int i = 0; i < 8; i++)
        assert_true(out[i] == (aei_real)normals[i]);
    aei_rng_normal(&rng, 0, 1 << 16, many);
    for (int i = 0; i < 1 << 16; i++) {
        const float single = (float)many[i];
        uint32_t bits;
        memcpy(&bits, &single, sizeof bits);
        assert_true(many[i] == (aei_real)single);
        hash = (hash ^ bits) * UINT64_C(1099511628211);
    }
    assert_true(hash == UINT64_C(0x7e7f2fedf3b1ec15));
    aei_rng_permutation(&rng, 8, permutation);
    assert_memory_equal(permutation, order, sizeof order);
}

static void test_streams_differ(void **state)
{
    const aei_rng streams[] = {
        aei_rng_stream(1, AEI_RNG_INIT, 0, 0),
        aei_rng_stream(2, AEI_RNG_INIT, 0, 0),
        aei_rng_stream(UINT64_C(1) << 32 | 1, AEI_RNG_INIT, 0, 0),
        aei_rng_stream(1, AEI_RNG_SHUFFLE, 0, 0),
        aei_rng_stream(1, AEI_RNG_INIT, 1, 0),
        aei_rng_stream(1, AEI_RNG_INIT, UINT64_C(1) << 32, 0),
        aei_rng_stream(1, AEI_RNG_INIT, UINT64_C(1) << 63, 0),
        aei_rng_stream(1, AEI_RNG_INIT, 0, 1),
        aei_rng_stream(1, AEI_RNG_INIT, 0, UINT64_C(1) << 32),
        aei_rng_stream(1, AEI_RNG_INIT, 0, UINT64_C(1) << 55),
    };
    const size_t n = sizeof streams / sizeof streams[0];

    (void)state;
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < a; b++) {
            uint32_t of_a[4], of_b[4];
            aei_rng_block(&streams[a], 0, of_a);
            aei_rng_block(&streams[b], 0, of_b);
            for (int i = 0; i < 4; i++)
                assert_int_not_equal(of_a[i], of_b[i]);
        }
}

static void test_uniforms_are_the_blocks_numbers(void **state)
{
    const aei_rng rng = aei_rng_stream(7, AEI_RNG_DROPOUT, 1, 2);
    aei_real out[1000];

    (void)state;
    aei_rng_uniform(&rng, 0, 1000, out);
    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t block[4];
        aei_rng_block(&rng, i / 4, block);
        assert_true(out[i] == (aei_real)(block[i % 4] >> 8) / (aei_real)16777216);
    }
}

static void test_uniform_moments(void **state)
{
    const aei_rng rng = aei_rng_stream(11, AEI_RNG_NOISE, 0, 0);
    aei_real *u = malloc(MANY * sizeof *u);
    double sum = 0, squares = 0, lag = 0, chi2 = 0;
    int bins[100] = {0};

    (void)state;
    assert_non_null(u);
    aei_rng_uniform(&rng, 0, MANY, u);
    for (size_t i = 0; i < MANY; i++) {
        double centred = u[i] - 0.5;
        assert_true(u[i] >= 0 && u[i] < 1);
        sum += centred;
        squares += centred * centred;
        if (i > 0)
            lag += centred * (u[i - 1] - 0.5);
        bins[(int)(u[i] * 100)]++;
    }
    for (int i = 0; i < 100; i++)
        chi2 += (bins[i] - MANY / 100.0) * (bins[i] - MANY / 100.0) / (MANY / 100.0);
    /* Five standard deviations each; chi2 of 99 degrees of freedom has mean 99 and deviation 14. */
    assert_true(fabs(sum / MANY) < 5 * 0.2887e-3);
    assert_true(fabs(squares / MANY - 1.0 / 12) < 5 * 0.0745e-3);
    assert_true(fabs(lag / MANY) < 5 * 0.0833e-3);
    assert_true(fabs(chi2 - 99) < 5 * 14);
    free(u);
}

static void test_normals_are_box_muller_of_the_uniforms(void **state)
{
    const aei_rng rng = aei_rng_stream(5, AEI_RNG_LATENT, 9, 9);
    aei_real *u = malloc(MANY * sizeof *u), *z = malloc(MANY * sizeof *z);

    (void)state;
    assert_true(u && z);
    aei_rng_uniform(&rng, 0, MANY, u);
    aei_rng_normal(&rng, 0, MANY, z);
    for (size_t i = 0; i < MANY; i += 2) {
        double radius = sqrt(-2 * log((double)u[i] + 1.0 / 16777216));
        double angle = 6.283185307179586477 * u[i + 1];
        double expected[] = {radius * cos(angle), radius * sin(angle)};
        for (int k = 0; k < 2; k++)
            assert_true(fabs((double)z[i + k] - expected[k]) <= fabs(expected[k]) * 4 * FLT_EPSILON + 1e-14);
    }
    free(u);
    free(z);
}

static void test_normal_moments(void **state)
{
    const aei_rng rng = aei_rng_stream(12, AEI_RNG_NOISE, 0, 0);
    aei_real *z = malloc(MANY * sizeof *z);
    double power[5] = {0}, lag = 0;
    int beyond_3 = 0;

    (void)state;
    assert_non_null(z);
    aei_rng_normal(&rng, 0, MANY, z);
    for (size_t i = 0; i < MANY; i++) {
        double x = z[i];
        assert_true(fabs(x) < 5.78);
        power[1] += x / MANY;
        power[2] += x * x / MANY;
        power[3] += x * x * x / MANY;
        power[4] += x * x * x * x / MANY;
        beyond_3 += fabs(x) > 3;
        if (i > 0)
            lag += x * z[i - 1] / MANY;
    }
    /* Five standard deviations: of x^k it is 1, sqrt(2), sqrt(15), sqrt(96). */
    assert_true(fabs(power[1]) < 5e-3);
    assert_true(fabs(power[2] - 1) < 5 * 1.414e-3);
    assert_true(fabs(power[3]) < 5 * 3.873e-3);
    assert_true(fabs(power[4] - 3) < 5 * 9.798e-3);
    assert_true(fabs(lag) < 5e-3);
    assert_true(abs(beyond_3 - 2700) < 5 * 52);
    free(z);
}

/* Any part of a stream has the same numbers as the whole, and nothing is written beside it. */
static void test_any_part_is_the_same(void **state)
{
    enum { WHOLE = 200 };
    const aei_rng rng = aei_rng_stream(13, AEI_RNG_NOISE, 5, 6);
    void (*const fill[])(const aei_rng *, size_t, size_t, aei_real *) = {aei_rng_uniform, aei_rng_normal};

    (void)state;
    for (int f = 0; f < 2; f++) {
        aei_real whole[WHOLE], part[WHOLE + 2];
        fill[f](&rng, 0, WHOLE, whole);
        for (size_t first = 0; first <= 70; first++)
            for (size_t n = 0; first + n <= WHOLE; n++) {
                part[0] = part[n + 1] = -99;
                fill[f](&rng, first, n, part + 1);
                assert_memory_equal(part + 1, whole + first, n * sizeof part[0]);
                assert_true(part[0] == -99 && part[n + 1] == -99);
            }
    }
}

static void test_far_into_a_stream(void **state)
{
    const aei_rng rng = aei_rng_stream(14, AEI_RNG_SAMPLE, 0, 0);
    const size_t first = ((size_t)1 << 31) + 5;
    uint32_t block[4];
    aei_real out[2];

    (void)state;
    aei_rng_uniform(&rng, first, 2, out);
    aei_rng_block(&rng, (uint32_t)(first / 4), block);
    assert_true(out[0] == (aei_real)(block[1] >> 8) / (aei_real)16777216);
    assert_true(out[1] == (aei_real)(block[2] >> 8) / (aei_real)16777216);
}

static void test_below(void **state)
{
    const aei_rng rng = aei_rng_stream(15, AEI_RNG_SOLVER, 0, 0);
    const uint64_t bounds[] = {1, 2, 3, 10, 1000, UINT32_MAX, UINT64_C(1) << 32};
    int counts[7] = {0};

    (void)state;
    for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++)
        for (size_t i = 0; i < 1000; i++) {
            uint32_t block[4], drawn = aei_rng_below(&rng, i, bounds[b]);
            aei_rng_block(&rng, (uint32_t)(i / 4), block);
            assert_true(drawn < bounds[b]);
            assert_int_equal(drawn, (uint64_t)block[i % 4] * bounds[b] >> 32);
        }
    for (size_t i = 0; i < 70000; i++)
        counts[aei_rng_below(&rng, i, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_true(abs(counts[i] - 10000) < 5 * 93);
}

static void test_permutations_have_every_index_once(void **state)
{
    const size_t sizes[] = {0, 1, 2, 3, 15, 16, 17, 1000, 60000};

    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        const aei_rng rng = aei_rng_stream(16, AEI_RNG_SHUFFLE, s, 0);
        size_t n = sizes[s], moved = 0, *order = malloc((n + 1) * sizeof *order);
        unsigned char *seen = calloc(n + 1, 1);
        assert_true(order && seen);
        order[n] = 12345;
        aei_rng_permutation(&rng, n, order);
        for (size_t i = 0; i < n; i++) {
            assert_true(order[i] < n && !seen[order[i]]);
            seen[order[i]] = 1;
            moved += order[i] != i;
        }
        assert_int_equal(order[n], 12345);
        assert_true(n < 15 || moved > n / 2);
        free(order);
        free(seen);
    }
}

static void test_permutations_are_equally_likely(void **state)
{
    int counts[27] = {0}, kinds = 0;

    (void)state;
    for (uint64_t epoch = 0; epoch < 60000; epoch++) {
        const aei_rng rng = aei_rng_stream(17, AEI_RNG_SHUFFLE, epoch, 0);
        size_t order[3];
        aei_rng_permutation(&rng, 3, order);
        counts[order[0] * 9 + order[1] * 3 + order[2]]++;
    }
    for (int i = 0; i < 27; i++)
        if (counts[i] > 0) {
            kinds++;
            assert_true(abs(counts[i] - 10000) < 5 * 92);
        }
    assert_int_equal(kinds, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_layout_of_a_stream),
        cmocka_unit_test(test_numbers_stay_the_same),
        cmocka_unit_test(test_streams_differ),
        cmocka_unit_test(test_uniforms_are_the_blocks_numbers),
        cmocka_unit_test(test_uniform_moments),
        cmocka_unit_test(test_normals_are_box_muller_of_the_uniforms),
        cmocka_unit_test(test_normal_moments),
        cmocka_unit_test(test_any_part_is_the_same),
        cmocka_unit_test(test_far_into_a_stream),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_permutations_have_every_index_once),
        cmocka_unit_test(test_permutations_are_equally_likely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
