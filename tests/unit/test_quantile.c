/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "data/quantile.h"

enum { N = 300 };

static int ascending(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Against sorting: numbers of all sizes and signs, many of them equal in every other round. */
static void test_order_statistics(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 20; round++) {
        const aei_rng rng = aei_rng_stream(round, AEI_RNG_SPLIT, 0, 0);
        const size_t n = round < 4 ? 1 + (size_t)round : N;
        aei_real random[N];
        float values[N], sorted[N];
        aei_rng_normal(&rng, 0, n, random);
        for (size_t i = 0; i < n; i++)
            values[i] = round % 2 ? (float)(int)(3 * random[i]) : (float)random[i] * powf(10, (float)(i % 60) - 30);
        values[0] = round % 3 ? values[0] : FLT_MAX;
        values[n - 1] = round % 3 ? values[n - 1] : -FLT_MAX;
        memcpy(sorted, values, sizeof sorted);
        qsort(sorted, n, sizeof *sorted, ascending);
        for (size_t rank = 0; rank < n; rank++)
            assert_true(aei_order_statistic(values, n, rank) == sorted[rank]);
    }
}

static void test_zeros_of_both_signs(void **state)
{
    const float values[] = {0.0f, -0.0f, 0.0f, -0.0f};
    (void)state;
    for (size_t rank = 0; rank < 4; rank++)
        assert_true(aei_order_statistic(values, 4, rank) == 0);
    assert_true(aei_quantile(values, 4, 0.5) == 0);
}

/* As numpy.quantile has it. */
static void test_quantiles(void **state)
{
    const float ten[] = {7, 1, 3, 10, 2, 8, 4, 9, 5, 6}, one[] = {-3}, two[] = {4, -2}, ties[] = {1, 5, 1, 1, 1};
    const float pair[] = {2, 1, 1};
    (void)state;
    assert_true(aei_quantile(ten, 10, 0) == 1 && aei_quantile(ten, 10, 1) == 10);
    assert_true(aei_quantile(ten, 10, 0.5) == 5.5);
    assert_true(aei_quantile(ten, 10, 0.25) == 3.25 && aei_quantile(ten, 10, 0.75) == 7.75);
    assert_true(aei_quantile(ten, 9, 0.5) == 5); /* without the 6 */
    assert_true(aei_quantile(one, 1, 0.25) == -3);
    assert_true(aei_quantile(two, 2, 0.25) == -0.5);
    assert_true(aei_quantile(ties, 5, 0.5) == 1 && aei_quantile(ties, 5, 0.75) == 1);
    assert_true(aei_quantile(pair, 3, 0.25) == 1 && aei_quantile(pair, 3, 0.75) == 1.5);
    assert_true(fabs(aei_quantile(ties, 5, 0.875) - 3) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_statistics),
        cmocka_unit_test(test_zeros_of_both_signs),
        cmocka_unit_test(test_quantiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
