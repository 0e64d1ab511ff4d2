/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "losses/bce.h"

static double loss_of(aei_real z, aei_real target, aei_real *dz)
{
    const aei_kernels *kernels;
    double row_loss = NAN;
    assert_int_equal(aei_kernels_get(&kernels, AE_KERNELS_REFERENCE), AE_OK);
    aei_bce(kernels, &(aei_loss_call){.base = {.n = 1, .d = 1, .f = {AE_SIGMOID, 0}, .z = &z, .target = &target,
                                               .target_stride = 1, .scale = 2, .dz = dz, .row_loss = &row_loss}});
    return row_loss;
}

static void test_against_the_definition(void **state)
{
    const aei_real targets[] = {0, 0.25f, 0.5f, 1};
    (void)state;
    for (int i = -8; i <= 8; i++)
        for (size_t k = 0; k < 4; k++) {
            const double z = 0.5 * i, t = (double)targets[k], p = 1 / (1 + exp(-z));
            aei_real dz;
            assert_true(fabs(loss_of((aei_real)z, targets[k], &dz) - (-t * log(p) - (1 - t) * log(1 - p))) < 1e-6);
            assert_true(fabs((double)dz - 2 * (p - t)) < 1e-6);
        }
}

/* Where sigmoid(z) is 0 or 1 in float, the loss is still |z| on the wrong side and the gradient does not vanish. */
static void test_saturated(void **state)
{
    const aei_real far[] = {30, 100, 1000, 1e30f};
    aei_real dz;
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_true(fabs(loss_of(far[i], 0, &dz) / (double)far[i] - 1) < 1e-6);
        assert_true(fabs((double)dz - 2) < 1e-6);
        assert_true(loss_of(far[i], 1, &dz) < 1e-12 && fabs((double)dz) < 1e-12);
        assert_true(fabs(loss_of(-far[i], 1, &dz) / (double)far[i] - 1) < 1e-6);
        assert_true(fabs((double)dz + 2) < 1e-6);
        assert_true(loss_of(-far[i], 0, &dz) < 1e-12 && fabs((double)dz) < 1e-12);
    }
}

static void test_not_finite(void **state)
{
    aei_real dz;
    (void)state;
    assert_true(isnan(loss_of(NAN, 0.5f, &dz)) && isnan(dz));
    assert_false(isfinite(loss_of(INFINITY, 0, &dz)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_the_definition),
        cmocka_unit_test(test_saturated),
        cmocka_unit_test(test_not_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
