/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The trainer's own bookkeeping; what a user sees of it is in tests/api/test_training.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/cancel.h"
#include "base/error.h"
#include "base/runtime.h"
#include "support/failing_alloc.h"
#include "support/layer_rows.h"
#include "train/trainer.h"

enum { D = 4, ROWS = 9 };

static float values[ROWS * D];
static const ae_dataset dataset = {.values = values, .rows = ROWS, .columns = D, .stride = D};

static ae_model *new_model(ae_runtime *runtime, bool normalised)
{
    static const layer_row plain[] = {{.kind = AEI_LAYER_DENSE, .units = 3, .f = AE_TANH}};
    static const layer_row norm[] = {{.kind = AEI_LAYER_DENSE, .units = 3},
                                     {.kind = AEI_LAYER_BATCH_NORM, .f = AE_TANH}};
    static const layer_row decoder[] = {{.kind = AEI_LAYER_DENSE, .units = D}};
    ae_model *model = layer_rows_model(normalised ? norm : plain, normalised ? 2 : 1, decoder, 1, D, AE_SQUARED_ERROR,
                                       runtime);
    assert_non_null(model);
    layer_rows_randomise(model, 1);
    layer_rows_uniform(2, 0, -1, 1, values, ROWS * D);
    return model;
}

static ae_train_options options_of(size_t batch_size)
{
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.batch_size = batch_size;
    options.learning_rate = 0.01;
    return options;
}

/* How many steps an epoch over `rows` rows takes. */
static uint64_t steps_of(size_t rows, size_t batch_size, bool normalised)
{
    const ae_train_options options = options_of(batch_size);
    const ae_dataset part = {.values = values, .rows = rows, .columns = D, .stride = D};
    ae_model *model = new_model(NULL, normalised);
    ae_trainer *trainer;
    ae_epoch_report report;
    assert_int_equal(aei_trainer_new(&trainer, model, &options), AE_OK);
    assert_int_equal(aei_trainer_epoch(trainer, (aei_examples){&part, NULL}, &report), AE_OK);
    assert_int_equal(report.steps, trainer->optimizer.steps);
    aei_trainer_delete(trainer);
    aei_model_delete(model);
    return report.steps;
}

static void test_batches_of_an_epoch(void **state)
{
    (void)state;
    assert_int_equal(steps_of(9, 3, false), 3);
    assert_int_equal(steps_of(9, 4, false), 3); /* 4 4 1 */
    assert_int_equal(steps_of(9, 9, false), 1);
    assert_int_equal(steps_of(9, 128, false), 1);
    assert_int_equal(steps_of(9, 1, false), 9);
    /* with batch normalisation a last row that is alone joins the batch before it */
    assert_int_equal(steps_of(9, 4, true), 2); /* 4 5 */
    assert_int_equal(steps_of(9, 8, true), 1);
    assert_int_equal(steps_of(9, 2, true), 4); /* 2 2 2 3 */
    assert_int_equal(steps_of(8, 3, true), 3); /* 3 3 2 */
}

static void test_one_trainer_a_model(void **state)
{
    const ae_train_options options = options_of(4);
    ae_model *model = new_model(NULL, false);
    ae_trainer *first, *second = (ae_trainer *)model;
    (void)state;
    assert_int_equal(aei_trainer_new(&first, model, &options), AE_OK);
    assert_int_equal(aei_trainer_new(&second, model, &options), AE_ERROR_INVALID_ARGUMENT);
    assert_null(second);
    aei_trainer_delete(second);
    assert_true(atomic_load(&model->has_trainer));
    aei_trainer_delete(first);
    assert_int_equal(aei_trainer_new(&second, model, &options), AE_OK);
    aei_trainer_delete(second);
    aei_model_delete(model);
}

/* Steps and rates of a host that counts five steps as an epoch; the rate falls to a tenth each epoch. */
static void test_a_hosts_own_epochs(void **state)
{
    ae_train_options options = options_of(ROWS);
    ae_model *model = new_model(NULL, false);
    ae_trainer *trainer;
    (void)state;
    options.schedule = AE_SCHEDULE_STEP;
    options.schedule_epochs = 1;
    options.steps_per_epoch = 5;
    assert_int_equal(aei_trainer_new(&trainer, model, &options), AE_OK);
    for (size_t i = 0; i < 15; i++) {
        aei_real before[100];
        memcpy(before, model->set.values, model->set.total * sizeof *before);
        assert_int_equal(aei_trainer_step(trainer, values, ROWS, D, NULL, 0, NULL), AE_OK);
        assert_true(fabs(trainer->last_rate / (0.01 * pow(0.1, (double)(i / 5))) - 1) < 1e-9);
        assert_int_equal(trainer->epoch, i / 5);
        if (i % 5 == 0) /* where a failure would go back to */
            assert_memory_equal(before, trainer->good, model->set.total * sizeof *before);
    }
    aei_trainer_delete(trainer);
    aei_model_delete(model);
}

/* Weights that are not finite never become the good ones, even if no loss has seen them. */
static void test_bad_weights_are_found_before_they_are_kept(void **state)
{
    ae_train_options options = options_of(ROWS);
    (void)state;
    options.steps_per_epoch = 1;
    for (int by_epoch = 0; by_epoch < 2; by_epoch++) {
        ae_model *model = new_model(NULL, false);
        const aei_param *bias = aei_param_set_find(&model->set, "encoder.0.bias");
        ae_trainer *trainer;
        ae_epoch_report report;
        aei_real good;
        assert_int_equal(aei_trainer_new(&trainer, model, &options), AE_OK);
        assert_int_equal(aei_trainer_step(trainer, values, ROWS, D, NULL, 0, NULL), AE_OK);
        good = trainer->good[bias->first];
        model->set.values[bias->first] = INFINITY; /* tanh hides it from the loss */
        assert_int_equal(by_epoch ? aei_trainer_epoch(trainer, (aei_examples){&dataset, NULL}, &report)
                                  : aei_trainer_step(trainer, values, ROWS, D, NULL, 0, NULL), AE_ERROR_NUMERIC);
        assert_non_null(strstr(aei_error_text(), "encoder.0.bias"));
        assert_true(model->set.values[bias->first] == good);
        assert_int_equal(aei_trainer_step(trainer, values, ROWS, D, NULL, 0, NULL), AE_ERROR_NUMERIC);
        assert_int_equal(model->history.count, 0);
        aei_trainer_delete(trainer);
        aei_model_delete(model);
    }
}

/* A model may come with such weights, from a file. */
static void test_bad_weights_from_the_start(void **state)
{
    const ae_train_options options = options_of(ROWS);
    ae_model *model = new_model(NULL, false);
    ae_trainer *trainer;
    ae_epoch_report report;
    (void)state;
    model->set.values[aei_param_set_find(&model->set, "encoder.0.bias")->first] = INFINITY;
    assert_int_equal(aei_trainer_new(&trainer, model, &options), AE_OK);
    assert_int_equal(aei_trainer_epoch(trainer, (aei_examples){&dataset, NULL}, &report), AE_ERROR_NUMERIC);
    assert_non_null(strstr(aei_error_text(), "encoder.0.bias is not finite before the first step"));
    aei_trainer_delete(trainer);
    aei_model_delete(model);
}

static ae_cancel cancel;
static const aei_kernels *original;

/* Kernels that spoil a weight in the first batch and pull the switch before the second. */
static void spoil_and_cancel(const aei_dense_weight_gradient *call)
{
    original->dense_weight_gradient(call);
    call->update->w[call->w_first] = INFINITY;
    atomic_store(&cancel.requested, 1);
}

/* A model that is cancelled between two batches goes to the host, who may save it: it must be whole. */
static void test_bad_weights_are_found_when_cancelled(void **state)
{
    ae_train_options options = options_of(ROWS - 1);
    ae_model *model = new_model(NULL, false);
    aei_kernels kernels = *model->kernels;
    ae_trainer *trainer;
    ae_epoch_report report;
    aei_real before[100];
    (void)state;
    original = model->kernels;
    kernels.dense_weight_gradient = spoil_and_cancel;
    model->kernels = &kernels;
    options.cancel = &cancel;
    assert_int_equal(aei_trainer_new(&trainer, model, &options), AE_OK);
    memcpy(before, model->set.values, model->set.total * sizeof *before);
    assert_int_equal(aei_trainer_epoch(trainer, (aei_examples){&dataset, NULL}, &report), AE_ERROR_NUMERIC);
    assert_int_equal(aei_trainer_epoch(trainer, (aei_examples){&dataset, NULL}, &report), AE_ERROR_NUMERIC);
    assert_memory_equal(before, model->set.values, model->set.total * sizeof *before);
    aei_trainer_delete(trainer);
    aei_model_delete(model);
}

static void test_every_allocation_failing(void **state)
{
    const ae_train_options options = options_of(4);
    failing_alloc memory;
    ae_runtime *runtime;
    ae_model *model;
    size_t n = 1;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    assert_non_null(runtime);
    model = new_model(runtime, true);
    for (size_t before = memory.live_blocks;; n++) {
        ae_trainer *trainer = (ae_trainer *)model;
        ae_status status;
        failing_alloc_fail_at(&memory, n, false);
        status = aei_trainer_new(&trainer, model, &options);
        if (memory.failed == 0) {
            assert_int_equal(status, AE_OK);
            aei_trainer_delete(trainer);
            break;
        }
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        assert_null(trainer);
        assert_false(atomic_load(&model->has_trainer));
        assert_int_equal(memory.live_blocks, before);
    }
    assert_int_equal(n, 7); /* trainer, m, v, workspace and its arena, the good weights */
    aei_model_delete(model);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches_of_an_epoch),
        cmocka_unit_test(test_one_trainer_a_model),
        cmocka_unit_test(test_a_hosts_own_epochs),
        cmocka_unit_test(test_bad_weights_are_found_before_they_are_kept),
        cmocka_unit_test(test_bad_weights_from_the_start),
        cmocka_unit_test(test_bad_weights_are_found_when_cancelled),
        cmocka_unit_test(test_every_allocation_failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
