/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "losses/kl_divergence.h"
#include "support/layer_rows.h"

enum { N = 50, K = 4 };

static void test_by_hand(void **state)
{
    const aei_real mu[2] = {2, 0}, v[2] = {(aei_real)log(4), 0};
    double unit[2];
    (void)state;
    assert_true(fabs(aei_kl_divergence(aei_kernels_of(NULL), mu, v, 1, 2, 2, unit) - (4 + 4 - 1 - log(4)) / 2) < 1e-6);
    assert_true(unit[1] == 0); /* N(0, 1) itself */
    /* sigma = 1: |mu|^2 / 2 */
    assert_true(fabs(aei_kl_divergence(aei_kernels_of(NULL), mu, NULL, 1, 2, 2, unit) - 2) < 1e-12);
}

/* Against the integral of q log(q/p). */
static void test_against_the_integral(void **state)
{
    const double m = 0.7, variance = 0.3, h = 1e-3;
    const aei_real mu = (aei_real)m, v = (aei_real)log(variance);
    double integral = 0, unit;
    (void)state;
    for (double z = -8; z < 8; z += h) {
        const double log_q = -(z - m) * (z - m) / (2 * variance) - log(variance) / 2;
        integral += h * exp(log_q) / sqrt(2 * acos(-1.0)) * (log_q + z * z / 2);
    }
    assert_true(fabs(aei_kl_divergence(aei_kernels_of(NULL), &mu, &v, 1, 1, 1, &unit) - integral) < 1e-6);
}

static void test_not_negative(void **state)
{
    const double sizes[] = {1e-9, 1e-6, 1e-4, 1e-2, 1, 10};
    aei_real mu[N * K], v[N * K];
    double unit[K];
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        layer_rows_uniform(i, 0, -sizes[i], sizes[i], mu, N * K);
        layer_rows_uniform(i, 1, -sizes[i], sizes[i], v, N * K);
        assert_true(aei_kl_divergence(aei_kernels_of(NULL), mu, v, N, K, K, unit) >= 0);
        for (size_t j = 0; j < K; j++)
            assert_true(unit[j] >= 0);
    }
}

/* Means over rows, mu and v side by side in one matrix. */
static void test_rows_and_stride(void **state)
{
    aei_real e[N * 2 * K];
    double unit[K], sum = 0;
    (void)state;
    layer_rows_uniform(1, 0, -2, 2, e, N * 2 * K);
    const double all = aei_kl_divergence(aei_kernels_of(NULL), e, e + K, N, K, 2 * K, unit);
    for (size_t j = 0; j < K; j++) {
        double mean = 0;
        for (size_t r = 0; r < N; r++) {
            const double m = (double)e[r * 2 * K + j], v = (double)e[r * 2 * K + K + j];
            mean += (m * m + exp(v) - 1 - v) / 2 / N;
        }
        assert_true(fabs(mean - unit[j]) < 1e-6);
        sum += unit[j];
    }
    assert_true(fabs(sum - all) < 1e-12);
}

static void test_far(void **state)
{
    const aei_real far[] = {-1e30f, 1e30f}, zero = 0;
    double unit;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const double held = i ? 20 : -20, expected = (expm1(held) - held) / 2;
        aei_real dmu = 0, dv = 0;
        assert_true(fabs(aei_kl_divergence(aei_kernels_of(NULL), &zero, &far[i], 1, 1, 1, &unit) / expected - 1) < 1e-6);
        aei_kl_gradient(aei_kernels_of(NULL), &zero, &far[i], 1, 1, 1, &unit, 0, 1, &dmu, &dv);
        assert_true(dmu == 0 && dv == 0);
    }
}

/* What is below the free bits gets no gradient; what is above gets all of it; it is added. */
static void test_free_bits(void **state)
{
    const aei_real mu[2] = {2, 0.1f}, v[2] = {1, 0.1f};
    aei_real dmu[2] = {5, 5}, dv[2] = {7, 7};
    double unit[2];
    (void)state;
    aei_kl_divergence(aei_kernels_of(NULL), mu, v, 1, 2, 2, unit);
    aei_kl_gradient(aei_kernels_of(NULL), mu, v, 1, 2, 2, unit, 0.5, 2, dmu, dv);
    assert_true(fabs((double)dmu[0] - 9) < 1e-6 && fabs((double)dv[0] - 7 - expm1(1)) < 1e-6);
    assert_true(dmu[1] == 5 && dv[1] == 7);
    aei_kl_gradient(aei_kernels_of(NULL), mu, NULL, 1, 2, 2, unit, 0, 2, dmu, NULL);
    assert_true(fabs((double)dmu[1] - 5.2) < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_against_the_integral),
        cmocka_unit_test(test_not_negative),
        cmocka_unit_test(test_rows_and_stride),
        cmocka_unit_test(test_far),
        cmocka_unit_test(test_free_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
