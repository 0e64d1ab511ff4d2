/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "base/clock.h"

static void test_goes_on_in_seconds(void **state)
{
    const struct timespec pause = {0, 20000000};
    double start = aei_clock_seconds(), last = start;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        const double now = aei_clock_seconds();
        assert_true(now >= last);
        last = now;
    }
    start = aei_clock_seconds();
    nanosleep(&pause, NULL);
    assert_true(aei_clock_seconds() - start >= 0.02);
    assert_true(aei_clock_seconds() - start < 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_goes_on_in_seconds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
