/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "optim/schedule.h"

static ae_train_options options_of(ae_schedule schedule)
{
    ae_train_options options = {.epochs = 10, .learning_rate = 0.5, .schedule = schedule, .schedule_factor = 0.1,
                                .schedule_epochs = 3, .min_learning_rate = 0.1};
    return options;
}

static void assert_rate(const ae_train_options *options, uint64_t epoch, uint64_t step, uint64_t steps, double rate)
{
    assert_true(fabs(aei_schedule_rate(options, epoch, step, steps) - rate) < 1e-12);
}

static void test_constant(void **state)
{
    const ae_train_options options = options_of(AE_SCHEDULE_CONSTANT);
    (void)state;
    assert_rate(&options, 0, 0, 7, 0.5);
    assert_rate(&options, 9, 6, 7, 0.5);
    assert_rate(&options, UINT64_MAX / 2, 0, 1, 0.5);
}

static void test_step(void **state)
{
    const ae_train_options options = options_of(AE_SCHEDULE_STEP);
    (void)state;
    assert_rate(&options, 0, 0, 4, 0.5);
    assert_rate(&options, 2, 3, 4, 0.5);
    assert_rate(&options, 3, 0, 4, 0.05);
    assert_rate(&options, 5, 3, 4, 0.05);
    assert_rate(&options, 6, 0, 4, 0.005);
}

static void test_cosine(void **state)
{
    const double pi = 3.14159265358979323846;
    const ae_train_options options = options_of(AE_SCHEDULE_COSINE);
    (void)state;
    assert_rate(&options, 0, 0, 4, 0.5);
    assert_rate(&options, 5, 0, 4, 0.3);
    assert_rate(&options, 2, 2, 4, 0.1 + 0.4 * (1 + cos(pi * 0.25)) / 2); /* moves inside an epoch */
    assert_rate(&options, 10, 0, 4, 0.1);
    assert_rate(&options, 99, 0, 4, 0.1); /* more epochs than announced */
}

/* Over 2 epochs of 4 steps: eighths of the rate, then the schedule. */
static void test_warm_up(void **state)
{
    ae_train_options options = options_of(AE_SCHEDULE_CONSTANT);
    (void)state;
    options.warmup_epochs = 2;
    for (uint64_t i = 0; i < 8; i++)
        assert_rate(&options, i / 4, i % 4, 4, 0.5 * (double)(i + 1) / 8);
    assert_rate(&options, 2, 0, 4, 0.5);
    options.warmup_epochs = 0.5;
    assert_rate(&options, 0, 0, 4, 0.25);
    assert_rate(&options, 0, 1, 4, 0.5);
    assert_rate(&options, 0, 0, 1, 0.5); /* a single step an epoch ends beyond it */
}

static void test_cosine_begins_after_the_warm_up(void **state)
{
    ae_train_options options = options_of(AE_SCHEDULE_COSINE);
    (void)state;
    options.warmup_epochs = 2;
    assert_rate(&options, 1, 3, 4, 0.5);
    assert_rate(&options, 2, 0, 4, 0.5);
    assert_rate(&options, 6, 0, 4, 0.3);
    options.warmup_epochs = 10; /* nothing left for the cosine */
    assert_rate(&options, 9, 2, 4, 0.5 * 9.75 / 10);
    assert_rate(&options, 10, 0, 4, 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_step),
        cmocka_unit_test(test_cosine),
        cmocka_unit_test(test_warm_up),
        cmocka_unit_test(test_cosine_begins_after_the_warm_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
