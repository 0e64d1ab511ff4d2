/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/runtime.h"
#include "support/failing_alloc.h"
#include "support/layer_rows.h"
#include "train/stopping.h"

static ae_model *new_model(ae_runtime *runtime)
{
    static const layer_row layer = {.kind = AEI_LAYER_DENSE, .units = 3};
    ae_model *model = layer_rows_model(&layer, 1, &layer, 1, 3, AE_SQUARED_ERROR, runtime);
    assert_non_null(model);
    return model;
}

/* Tells losses of epochs 1, 2, ...; epoch e's weights are all e. Returns the epoch after which it was due, 0 if never;
 * *weight receives what stands in the model after the end. */
static uint64_t run(uint64_t patience, double min_delta, const double *losses, uint64_t count, double *weight,
                    uint64_t *best_epoch)
{
    const ae_train_options options = {.patience = patience, .min_delta = min_delta};
    ae_model *model = new_model(NULL);
    aei_stopping stopping;
    uint64_t due = 0;
    assert_int_equal(aei_stopping_init(&stopping, model, &options), AE_OK);
    for (uint64_t epoch = 1; epoch <= count && !due; epoch++) {
        for (size_t i = 0; i < model->set.total; i++)
            model->set.values[i] = (aei_real)epoch;
        aei_stopping_note(&stopping, epoch, losses[epoch - 1]);
        if (aei_stopping_is_due(&stopping))
            due = epoch;
    }
    *best_epoch = stopping.best_epoch;
    aei_stopping_finish(&stopping);
    *weight = (double)model->set.values[0];
    for (size_t i = 0; i < model->set.total; i++)
        assert_true((double)model->set.values[i] == *weight);
    aei_model_delete(model);
    return due;
}

static void test_patience(void **state)
{
    const double losses[] = {5, 4, 4, 4.5, 3, 3.5, 3, 9, 1};
    double weight;
    uint64_t best;
    (void)state;
    assert_int_equal(run(1, 0, losses, 9, &weight, &best), 3); /* equal is not better */
    assert_true(weight == 2 && best == 2);
    assert_int_equal(run(3, 0, losses, 9, &weight, &best), 8);
    assert_true(weight == 5 && best == 5);
    assert_int_equal(run(4, 0, losses, 9, &weight, &best), 0);
    assert_true(weight == 9 && best == 9);
}

static void test_without_patience_only_the_best_epoch_is_known(void **state)
{
    const double losses[] = {5, 4, 6, 7, 8, 9};
    double weight;
    uint64_t best;
    (void)state;
    assert_int_equal(run(0, 0, losses, 6, &weight, &best), 0);
    assert_true(weight == 6 && best == 2);
}

static void test_min_delta(void **state)
{
    const double losses[] = {5, 4.95, 4.9, 4.5, 4.45};
    double weight;
    uint64_t best;
    (void)state;
    assert_int_equal(run(3, 0.2, losses, 5, &weight, &best), 0);
    assert_true(weight == 4 && best == 4);
}

static void test_losses_that_are_not_finite(void **state)
{
    const double nan_first[] = {NAN, NAN, 3, NAN, NAN}, all[] = {NAN, INFINITY, NAN};
    double weight;
    uint64_t best;
    (void)state;
    assert_int_equal(run(2, 0, nan_first, 5, &weight, &best), 2);
    assert_int_equal(run(3, 0, nan_first, 5, &weight, &best), 0);
    assert_true(weight == 3 && best == 3);
    assert_int_equal(run(9, 0, all, 3, &weight, &best), 0);
    assert_true(weight == 3 && best == 0); /* no epoch to go back to */
}

static void test_nothing_to_do(void **state)
{
    aei_stopping stopping = {0};
    (void)state;
    assert_false(aei_stopping_is_due(&stopping));
    aei_stopping_finish(&stopping);
}

static void test_every_allocation_failing(void **state)
{
    const ae_train_options options = {.patience = 1};
    failing_alloc memory;
    ae_runtime *runtime;
    ae_model *model;
    aei_stopping stopping;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    assert_non_null(runtime);
    model = new_model(runtime);
    failing_alloc_fail_at(&memory, 1, false);
    assert_int_equal(aei_stopping_init(&stopping, model, &options), AE_ERROR_NO_MEMORY);
    aei_stopping_finish(&stopping);
    aei_model_delete(model);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patience),
        cmocka_unit_test(test_without_patience_only_the_best_epoch_is_known),
        cmocka_unit_test(test_min_delta),
        cmocka_unit_test(test_losses_that_are_not_finite),
        cmocka_unit_test(test_nothing_to_do),
        cmocka_unit_test(test_every_allocation_failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
