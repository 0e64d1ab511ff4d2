/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "layers/reparameterize.h"

static void test_forward(void **state)
{
    /* mu and v side by side, as the halves of an encoder's output */
    const aei_real e[8] = {1, 2, 0, (aei_real)log(4), -1, 0.5f, (aei_real)log(9), -1e30f}, epsilon[4] = {2, 3, -1, 4};
    const double expected[4] = {1 + 2, 2 + 2 * 3, -1 - 3, 0.5 + exp(-10) * 4};
    aei_real z[4];
    (void)state;
    aei_reparameterize_forward(aei_kernels_of(NULL), e, e + 2, 2, 2, 4, epsilon, z);
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs((double)z[i] - expected[i]) < 1e-5);
    aei_reparameterize_forward(aei_kernels_of(NULL), e, NULL, 1, 2, 2, epsilon, z);
    assert_true(z[0] == 3 && z[1] == 5); /* sigma = 1 */
}

static void test_backward(void **state)
{
    const aei_real v[2] = {0, (aei_real)log(4)}, dz[2] = {5, 7}, epsilon[2] = {2, 3};
    aei_real dmu[2] = {1, 1}, dv[2] = {1, 1};
    (void)state;
    aei_reparameterize_backward(aei_kernels_of(NULL), dz, v, 1, 2, 2, epsilon, dmu, dv);
    assert_true(dmu[0] == 6 && dmu[1] == 8);
    assert_true(fabs((double)dv[0] - (1 + 5 * 2 / 2.0)) < 1e-6 && fabs((double)dv[1] - (1 + 7 * 3 * 2 / 2.0)) < 1e-5);
    aei_reparameterize_backward(aei_kernels_of(NULL), dz, NULL, 1, 2, 2, epsilon, dmu, NULL);
    assert_true(dmu[0] == 11 && dmu[1] == 15);
}

/* Beyond +-20 the standard deviation stays e^+-10, and no gradient comes back. */
static void test_far(void **state)
{
    const aei_real far[] = {1e30f, 21, -21, -1e30f}, mu = 1, epsilon = 1, dz = 1;
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        aei_real z, dmu = 0, dv = 0;
        aei_reparameterize_forward(aei_kernels_of(NULL), &mu, &far[i], 1, 1, 1, &epsilon, &z);
        assert_true(fabs((double)z / (1 + exp(i < 2 ? 10 : -10)) - 1) < 1e-5);
        aei_reparameterize_backward(aei_kernels_of(NULL), &dz, &far[i], 1, 1, 1, &epsilon, &dmu, &dv);
        assert_true(dmu == 1 && dv == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward), cmocka_unit_test(test_backward), cmocka_unit_test(test_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
