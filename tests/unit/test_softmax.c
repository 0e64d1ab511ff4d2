/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "losses/softmax.h"

static double loss_of(const aei_real *z, const aei_real *t, size_t d, aei_real *dz)
{
    double row_loss = NAN;
    const aei_loss_gradient call = {.n = 1, .d = d, .z = z, .target = t, .target_stride = d, .scale = 2, .dz = dz,
                                    .row_loss = &row_loss};
    aei_softmax_cross_entropy(aei_kernels_of(NULL), &call);
    return row_loss;
}

static void test_by_hand(void **state)
{
    const aei_real z[3] = {0, (aei_real)log(2), (aei_real)log(5)};
    const double expected[3] = {1 / 8.0, 2 / 8.0, 5 / 8.0};
    aei_real p[3], dz[3];
    (void)state;
    assert_true(fabs(aei_softmax(aei_kernels_of(NULL), z, 3, p) - log(8)) < 1e-6);
    for (size_t j = 0; j < 3; j++)
        assert_true(fabs((double)p[j] - expected[j]) < 1e-6);
    for (size_t c = 0; c < 3; c++) {
        aei_real t[3] = {0, 0, 0};
        t[c] = 1;
        assert_true(fabs(loss_of(z, t, 3, dz) + log(expected[c])) < 1e-6);
        for (size_t j = 0; j < 3; j++)
            assert_true(fabs((double)dz[j] - 2 * (expected[j] - (j == c))) < 1e-6);
    }
}

/* The target may be a distribution: the loss is least where p is it, and there the gradient vanishes. */
static void test_distribution(void **state)
{
    const aei_real t[3] = {0.125f, 0.25f, 0.625f}, z[3] = {0, (aei_real)log(2), (aei_real)log(5)}, other[3] = {0, 0, 0};
    aei_real dz[3];
    const double entropy = loss_of(z, t, 3, dz);
    (void)state;
    for (size_t j = 0; j < 3; j++)
        assert_true(fabs((double)dz[j]) < 1e-6);
    assert_true(entropy > 0 && loss_of(other, t, 3, dz) > entropy);
}

static void test_far(void **state)
{
    const aei_real z[3] = {1e30f, -1e30f, 0}, right[3] = {1, 0, 0}, wrong[3] = {0, 1, 0};
    aei_real p[3], dz[3];
    (void)state;
    assert_true(fabs(aei_softmax(aei_kernels_of(NULL), z, 3, p) / 1e30 - 1) < 1e-6);
    assert_true(p[0] == 1 && p[1] == 0 && p[2] == 0);
    assert_true(loss_of(z, right, 3, dz) == 0 && dz[0] == 0 && dz[1] == 0 && dz[2] == 0);
    assert_true(fabs(loss_of(z, wrong, 3, dz) / 2e30 - 1) < 1e-6);
    assert_true(dz[0] == 2 && dz[1] == -2 && dz[2] == 0);
}

/* p may be z, and dz may be z. */
static void test_in_place(void **state)
{
    const aei_real z[4] = {0.5f, -1, 2, 0}, t[4] = {0, 0, 1, 0};
    aei_real p[4], own[4], dz[4], in_place[4];
    (void)state;
    for (size_t j = 0; j < 4; j++)
        own[j] = in_place[j] = z[j];
    assert_true(aei_softmax(aei_kernels_of(NULL), z, 4, p) == aei_softmax(aei_kernels_of(NULL), own, 4, own));
    assert_true(loss_of(z, t, 4, dz) == loss_of(in_place, t, 4, in_place));
    for (size_t j = 0; j < 4; j++)
        assert_true(p[j] == own[j] && dz[j] == in_place[j]);
}

static void test_one_class(void **state)
{
    const aei_real z = 7, t = 1;
    aei_real p, dz;
    (void)state;
    assert_true(aei_softmax(aei_kernels_of(NULL), &z, 1, &p) == 7 && p == 1);
    assert_true(loss_of(&z, &t, 1, &dz) == 0 && dz == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),    cmocka_unit_test(test_distribution), cmocka_unit_test(test_far),
        cmocka_unit_test(test_in_place),   cmocka_unit_test(test_one_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
