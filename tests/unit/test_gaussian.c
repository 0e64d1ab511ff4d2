/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* That the gradients are right is tested in tests/gradients. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include "losses/gaussian.h"

enum { N = 3, D = 5 };

static const double log_2_pi = 1.83787706640934548356;
static const aei_real y[N * D] = {1, 2, -3, 0.5f, 0, 1, 1, 1, 1, 1, -1, 0.25f, 3, 2, 8};
static const aei_real t[N * D] = {3, 2, -1, 0, 1, 0, 1, 2, 3, 4, 1, 1, 1, 1, 1};

typedef struct result {
    double loss[N];
    aei_real dz[N * D], dlog_var[D];
} result;

static double run(const aei_real *log_var, size_t count, const aei_real *weights, result *out)
{
    const aei_kernels *kernels;
    double sum = 0;
    assert_int_equal(aei_kernels_get(&kernels, AE_KERNELS_REFERENCE), AE_OK);
    memset(out, 0, sizeof *out);
    aei_gaussian(kernels, &(aei_loss_call){
        .base = {.n = N, .d = D, .f = {AE_IDENTITY, 0}, .y = y, .target = t, .target_stride = D, .scale = 0.5f,
                 .dz = out->dz, .row_loss = out->loss},
        .weights = weights, .log_var = log_var, .log_var_count = count, .dlog_var = out->dlog_var});
    for (size_t r = 0; r < N; r++)
        sum += out->loss[r];
    return sum;
}

static void assert_close(double got, double expected)
{
    if (!(fabs(got - expected) <= 2e-6 * fmax(1, fabs(expected))))
        fail_msg("%.9g, not %.9g", got, expected);
}

static void test_against_the_definition(void **state)
{
    const aei_real s = (aei_real)1.25;
    double slope = 0;
    result got;
    (void)state;
    run(&s, 1, NULL, &got);
    for (size_t r = 0; r < N; r++) {
        double loss = 0;
        for (size_t j = 0; j < D; j++) {
            const double e = (double)y[r * D + j] - (double)t[r * D + j], gamma = exp(1.25 / 2);
            loss -= log(exp(-e * e / (2 * gamma * gamma)) / (gamma * sqrt(2 * acos(-1.0)))); /* of the density */
            slope += (1 - e * e * exp(-1.25)) / 2;
            assert_close((double)got.dz[r * D + j], 0.5 * e * exp(-1.25));
        }
        assert_close(got.loss[r], loss);
    }
    assert_close((double)got.dlog_var[0], 0.5 * slope);
}

/* One number, the same number for each feature, and weights of 1 are three ways to say the same. */
static void test_three_ways(void **state)
{
    const aei_real s[D] = {-0.7f, -0.7f, -0.7f, -0.7f, -0.7f};
    aei_real ones[N * D];
    result one, each, weighted;
    double slope = 0;
    (void)state;
    for (size_t i = 0; i < N * D; i++)
        ones[i] = 1;
    run(s, 1, NULL, &one);
    run(s, D, NULL, &each);
    run(s, 1, ones, &weighted);
    for (size_t r = 0; r < N; r++) {
        assert_close(each.loss[r], one.loss[r]);
        assert_close(weighted.loss[r], one.loss[r]);
    }
    for (size_t i = 0; i < N * D; i++) {
        assert_close((double)each.dz[i], (double)one.dz[i]);
        assert_close((double)weighted.dz[i], (double)one.dz[i]);
    }
    for (size_t j = 0; j < D; j++)
        slope += (double)each.dlog_var[j];
    assert_close(slope, (double)one.dlog_var[0]);
    assert_close((double)weighted.dlog_var[0], (double)one.dlog_var[0]);
}

static void test_weights_multiply(void **state)
{
    const aei_real s[D] = {0, 0.5f, -0.5f, 1, -1};
    aei_real weights[N * D];
    result plain, weighted;
    (void)state;
    for (size_t i = 0; i < N * D; i++)
        weights[i] = i / D == 1 ? 3 : 0;
    run(s, D, NULL, &plain);
    run(s, D, weights, &weighted);
    for (size_t r = 0; r < N; r++)
        assert_close(weighted.loss[r], r == 1 ? 3 * plain.loss[r] : 0);
    for (size_t i = 0; i < N * D; i++)
        assert_close((double)weighted.dz[i], i / D == 1 ? 3 * (double)plain.dz[i] : 0);
}

/* The variance that fits best is the mean squared error. */
static void test_optimum(void **state)
{
    double squares = 0, best;
    aei_real s;
    result got;
    (void)state;
    for (size_t i = 0; i < N * D; i++)
        squares += pow((double)y[i] - (double)t[i], 2);
    s = (aei_real)log(squares / (N * D));
    best = run(&s, 1, NULL, &got);
    assert_true(fabs((double)got.dlog_var[0]) < 1e-5);
    assert_close(best, N * D * (1 + log(squares / (N * D)) + log_2_pi) / 2);
    for (int way = -1; way <= 1; way += 2) {
        const aei_real other = s + (aei_real)(0.1 * way);
        assert_true(run(&other, 1, NULL, &got) > best);
        assert_true((double)got.dlog_var[0] * way > 0);
    }
}

/* Held at +-20, where nothing overflows and nothing pulls further. */
static void test_far(void **state)
{
    const aei_real far[] = {-1e30f, -20.5f, 20.5f, 1e30f};
    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (size_t count = 1; count <= D; count += D - 1) {
            const aei_real held = far[i] < 0 ? -20 : 20;
            aei_real s[D], bound[D];
            result got, expected;
            for (size_t j = 0; j < D; j++) {
                s[j] = far[i];
                bound[j] = held;
            }
            run(s, count, NULL, &got);
            run(bound, count, NULL, &expected);
            for (size_t r = 0; r < N; r++)
                assert_true(isfinite(got.loss[r]) && got.loss[r] == expected.loss[r]);
            for (size_t k = 0; k < N * D; k++)
                assert_true(isfinite(got.dz[k]) && got.dz[k] == expected.dz[k]);
            for (size_t j = 0; j < count; j++)
                assert_true(got.dlog_var[j] == 0);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_the_definition),
        cmocka_unit_test(test_three_ways),
        cmocka_unit_test(test_weights_multiply),
        cmocka_unit_test(test_optimum),
        cmocka_unit_test(test_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
