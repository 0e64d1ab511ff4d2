/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What the loop adds to the trainer: reports, validation, memory. More in tests/api/test_training.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/runtime.h"
#include "support/failing_alloc.h"
#include "support/layer_rows.h"
#include "train/evaluate.h"
#include "train/trainer.h"

enum { D = 4, ROWS = 20 };

static float values[ROWS * D];
static const ae_dataset train = {.values = values, .rows = 15, .columns = D, .stride = D};
static const ae_dataset validation = {.values = values + 15 * D, .rows = 5, .columns = D, .stride = D};

static ae_model *new_model(ae_runtime *runtime)
{
    static const layer_row encoder = {.kind = AEI_LAYER_DENSE, .units = 3, .f = AE_TANH};
    static const layer_row decoder = {.kind = AEI_LAYER_DENSE, .units = D};
    ae_model *model = layer_rows_model(&encoder, 1, &decoder, 1, D, AE_SQUARED_ERROR, runtime);
    assert_non_null(model);
    layer_rows_randomise(model, 1);
    layer_rows_uniform(2, 0, -1, 1, values, ROWS * D);
    return model;
}

typedef struct seen {
    ae_model *model;
    uint64_t count, stop_after;
    double validation_loss[10];
} seen;

static int32_t look(void *user, const ae_epoch_report *report)
{
    seen *s = user;
    double loss;
    assert_int_equal(report->struct_size, sizeof *report);
    assert_int_equal(report->epoch, ++s->count);
    assert_int_equal(report->epochs, 4);
    assert_int_equal(report->steps, 4 * s->count);
    assert_true(report->seconds >= 0 && report->seconds < 60);
    /* the model is usable, and the report is about it */
    assert_int_equal(aei_evaluate_loss(s->model, (aei_examples){&validation, NULL}, &loss), AE_OK);
    assert_true(loss == report->validation_loss);
    assert_int_equal(s->model->history.count, s->count);
    assert_memory_equal(&s->model->history.records[s->count - 1], report, sizeof *report);
    s->validation_loss[s->count - 1] = loss;
    return s->count == s->stop_after;
}

static ae_train_options options_for(seen *s)
{
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.epochs = 4;
    options.batch_size = 4;
    options.callback = look;
    options.callback_user = s;
    return options;
}

static void test_reports(void **state)
{
    seen s = {.model = new_model(NULL)};
    const ae_train_options options = options_for(&s);
    (void)state;
    assert_int_equal(aei_fit(s.model, (aei_examples){&train, NULL}, (aei_examples){&validation, NULL}, &options), AE_OK);
    assert_int_equal(s.count, 4);
    assert_true(s.validation_loss[3] < s.validation_loss[0]);
    assert_int_equal(s.model->history.records[3].best_epoch, 4);
    assert_false(atomic_load(&s.model->has_trainer));
    aei_model_delete(s.model);
}

static void test_the_callback_stops(void **state)
{
    seen s = {.model = new_model(NULL), .stop_after = 2};
    const ae_train_options options = options_for(&s);
    (void)state;
    assert_int_equal(aei_fit(s.model, (aei_examples){&train, NULL}, (aei_examples){&validation, NULL}, &options), AE_ERROR_CANCELLED);
    assert_int_equal(s.count, 2);
    assert_int_equal(s.model->history.count, 2);
    assert_false(atomic_load(&s.model->has_trainer));
    aei_model_delete(s.model);
}

static void test_without_validation(void **state)
{
    seen s = {.model = new_model(NULL)};
    ae_train_options options = options_for(&s);
    (void)state;
    options.callback = NULL;
    assert_int_equal(aei_fit(s.model, (aei_examples){&train, NULL}, (aei_examples){NULL, NULL}, &options), AE_OK);
    assert_true(isnan(s.model->history.records[3].validation_loss));
    assert_int_equal(s.model->history.records[3].best_epoch, 0);
    aei_model_delete(s.model);
}

/* Every allocation comes before the first step: a failure leaves the model as it was. */
static void test_every_allocation_failing(void **state)
{
    failing_alloc memory;
    ae_runtime *runtime;
    seen s = {0};
    ae_train_options options = options_for(&s);
    aei_real before[100];
    size_t n = 1;
    (void)state;
    options.callback = NULL;
    options.patience = 1;
    options.epochs = 50;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    assert_non_null(runtime);
    for (;; n++) {
        ae_status status;
        s.model = new_model(runtime);
        memcpy(before, s.model->set.values, s.model->set.total * sizeof *before);
        failing_alloc_fail_at(&memory, n, n % 2);
        status = aei_fit(s.model, (aei_examples){&train, NULL}, (aei_examples){&validation, NULL}, &options);
        failing_alloc_fail_at(&memory, 0, false);
        if (status == AE_OK)
            break;
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        assert_memory_equal(before, s.model->set.values, s.model->set.total * sizeof *before);
        assert_int_equal(s.model->history.count, 0);
        assert_false(atomic_load(&s.model->has_trainer));
        aei_model_delete(s.model);
    }
    assert_int_equal(n, 11); /* six of the trainer, history, buffers, best weights, order of the rows */
    aei_model_delete(s.model);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_the_callback_stops),
        cmocka_unit_test(test_without_validation),
        cmocka_unit_test(test_every_allocation_failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
