/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include "losses/sparsity.h"

static bool near(double got, double expected)
{
    return fabs(got - expected) < 1e-6 * fmax(1, fabs(expected));
}

static void test_l1(void **state)
{
    const aei_real h[4] = {1.5f, -2, 0, 0.5f};
    aei_real dh[4] = {1, 1, 1, 1};
    (void)state;
    assert_true(near(aei_sparsity_l1(h, 2, 2, 3, dh), 3 * 4 / 2.0));
    assert_true(dh[0] == 2.5f && dh[1] == -0.5f && dh[2] == 1 && dh[3] == 2.5f); /* added; at 0 nothing */
}

/* KL(rho || q) by hand: rho = 1/4, q = 1/2 and 1/4. */
static void test_kl(void **state)
{
    const aei_real h[4] = {0.25f, 0.125f, 0.75f, 0.375f};
    aei_real dh[4] = {0};
    double mean[2];
    (void)state;
    const double expected = 0.25 * log(0.5) + 0.75 * log(1.5);
    assert_true(near(aei_sparsity_kl(h, 2, 2, 4, 0.25, mean, dh), 4 * expected));
    assert_true(near(mean[0], 0.5) && near(mean[1], 0.25));
    assert_true(near((double)dh[0], 4 / 2.0 * (0.75 / 0.5 - 0.25 / 0.5)) && dh[2] == dh[0]);
    assert_true(near((double)dh[1], 0) && near((double)dh[3], 0)); /* on target */
}

/* Units that are always 0 or always 1 cost much, but not infinitely much, and are pulled back. */
static void test_extremes(void **state)
{
    const aei_real h[2] = {0, 1};
    aei_real dh[2] = {0};
    double mean[2];
    (void)state;
    const double penalty = aei_sparsity_kl(h, 1, 2, 1, 0.05, mean, dh);
    assert_true(penalty > 1 && penalty < 100);
    assert_true(isfinite(dh[0]) && isfinite(dh[1]) && dh[0] < 0 && dh[1] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_l1), cmocka_unit_test(test_kl), cmocka_unit_test(test_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
