/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "optim/clip.h"

static void test_norm(void **state)
{
    const aei_real g[] = {1, -1, 1, -1, 1, -1, 1, -1, 1};
    const aei_real large[] = {3e30f, -4e30f};
    const aei_real bad[] = {1, NAN, 2};
    (void)state;
    for (size_t n = 0; n <= 9; n++)
        assert_true(fabs(aei_clip_norm(g, n) - sqrt((double)n)) < 1e-12);
    assert_true(fabs(aei_clip_norm(large, 2) / 5e30 - 1) < 1e-6); /* squares that no float holds */
    assert_true(isnan(aei_clip_norm(bad, 3)));
}

static void test_scale(void **state)
{
    (void)state;
    assert_true(aei_clip_scale(0.5, 1) == 1);
    assert_true(aei_clip_scale(0, 1) == 1);
    assert_true(fabs(aei_clip_scale(10, 1) - 0.1) < 1e-7);
    assert_true(10 * aei_clip_scale(10, 1) <= 1);
    assert_true(aei_clip_scale(0, 1e-9) < 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_norm),
        cmocka_unit_test(test_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
