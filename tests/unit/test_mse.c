/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "losses/mse.h"

/* Two rows by hand: summed over features, dz = scale 2 (y - t) f'. The targets have a stride of their own. */
static void test_by_hand(void **state)
{
    const aei_real y[] = {1, 2, 0.5f, 0.25f}, target[] = {0, 4, 99, 0.5f, 1, 99};
    const aei_kernels *kernels;
    aei_real dz[4];
    double row_loss[2];
    aei_loss_call call = {.base = {.n = 2, .d = 2, .f = {AE_IDENTITY, 0}, .y = y, .target = target,
                                   .target_stride = 3, .scale = 0.5f, .dz = dz, .row_loss = row_loss}};
    (void)state;
    assert_int_equal(aei_kernels_get(&kernels, AE_KERNELS_REFERENCE), AE_OK);
    aei_mse(kernels, &call);
    assert_true(row_loss[0] == 1 + 4 && row_loss[1] == 0 + 0.5625);
    assert_true(dz[0] == 1 && dz[1] == -2 && dz[2] == 0 && dz[3] == -0.75f);
    call.base.f.kind = AE_SIGMOID; /* y (1 - y) of the second row: 0.25, 0.1875 */
    aei_mse(kernels, &call);
    assert_true(row_loss[1] == 0.5625);
    assert_true(dz[2] == 0 && dz[3] == -0.75f * 0.1875f);
    call.base.dz = NULL;
    row_loss[0] = 0;
    aei_mse(kernels, &call);
    assert_true(row_loss[0] == 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
