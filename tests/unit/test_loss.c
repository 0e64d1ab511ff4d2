/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "losses/loss.h"

/* The kernel of the loss that was asked for; the sum over rows of the sums over features. */
static void test_run(void **state)
{
    const aei_real y[] = {0.5f, 0.25f, -1}, target[] = {1, 0, 0.5f};
    const aei_kernels *kernels;
    double row_loss[3], entropy = 0;
    const aei_loss_call call = {.base = {.n = 3, .d = 1, .f = {AE_SIGMOID, 0}, .y = y, .z = y, .target = target,
                                         .target_stride = 1, .scale = 1, .row_loss = row_loss}};
    (void)state;
    assert_int_equal(aei_kernels_get(&kernels, AE_KERNELS_REFERENCE), AE_OK);
    assert_true(aei_loss_run(AE_SQUARED_ERROR, kernels, &call) == 0.25 + 0.0625 + 2.25);
    assert_true(row_loss[2] == 2.25);
    for (size_t r = 0; r < 3; r++)
        entropy += log(1 + exp((double)y[r])) - (double)target[r] * (double)y[r];
    assert_true(fabs(aei_loss_run(AE_BINARY_CROSS_ENTROPY, kernels, &call) - entropy) < 1e-6);
}

static void test_logits(void **state)
{
    (void)state;
    assert_true(aei_loss_wants_logits(AE_BINARY_CROSS_ENTROPY));
    assert_false(aei_loss_wants_logits(AE_SQUARED_ERROR));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_logits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
