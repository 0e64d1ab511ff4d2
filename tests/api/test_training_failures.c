/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Training that is cancelled, that blows up, or that gets data it cannot learn from. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/small_training.h"

static void assert_tensors(const ae_model *model, const float *expected)
{
    size_t count;
    float *tensors = architecture_tensors(model, &count);
    assert_memory_equal(tensors, expected, count * sizeof *tensors);
    free(tensors);
}

static void assert_finite(const ae_model *model)
{
    size_t count;
    float *tensors = architecture_tensors(model, &count);
    for (size_t i = 0; i < count; i++)
        assert_true(isfinite(tensors[i]));
    free(tensors);
}

static void assert_usable(ae_model *model)
{
    const ae_train_options options = plain_options();
    float codes[ROWS * 3];
    assert_finite(model);
    assert_int_equal(ae_encode(model, x, ROWS, 0, codes, 0), AE_OK);
    assert_int_equal(ae_fit(model, data, NULL, &options), AE_OK);
}

/* ---- cancelled */

static void test_switch(void **state)
{
    ae_cancel *cancel;
    (void)state;
    assert_int_equal(ae_cancel_create(&cancel, NULL), AE_OK);
    assert_int_equal(ae_cancel_requested(cancel), 0);
    ae_cancel_request(cancel);
    ae_cancel_request(cancel);
    assert_int_equal(ae_cancel_requested(cancel), 1);
    ae_cancel_reset(cancel);
    assert_int_equal(ae_cancel_requested(cancel), 0);
    ae_cancel_free(cancel);
    assert_int_equal(ae_cancel_requested(NULL), 0);
    ae_cancel_request(NULL);
    ae_cancel_reset(NULL);
    ae_cancel_free(NULL);
}

static ae_cancel *watched;
static atomic_int epochs_seen;

static int32_t count_epochs(void *user, const ae_epoch_report *report)
{
    (void)user, (void)report;
    atomic_fetch_add(&epochs_seen, 1);
    return 0;
}

static void *pull_after_an_epoch(void *argument)
{
    const struct timespec pause = {0, 5000000};
    do
        nanosleep(&pause, NULL);
    while (atomic_load(&epochs_seen) == 0);
    ae_cancel_request(argument);
    return NULL;
}

static void pull_now(int signal_number)
{
    (void)signal_number;
    if (atomic_load(&epochs_seen) > 0)
        ae_cancel_request(watched);
}

/* Trains for ever but for the switch, which is pulled in the middle: by a signal handler or by another thread. */
static void check_cancel(bool by_signal)
{
    ae_model *model = new_model(ARCHITECTURE_NORM);
    ae_train_options options = plain_options();
    struct sigaction action = {.sa_handler = pull_now}, before;
    pthread_t thread;
    timer_t timer;
    atomic_store(&epochs_seen, 0);
    assert_int_equal(ae_cancel_create(&watched, NULL), AE_OK);
    options.epochs = UINT64_MAX;
    options.cancel = watched;
    options.callback = count_epochs;
    if (by_signal) {
        const struct itimerspec often = {{0, 5000000}, {0, 5000000}};
        assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
        assert_int_equal(timer_create(CLOCK_MONOTONIC, NULL, &timer), 0);
        assert_int_equal(timer_settime(timer, 0, &often, NULL), 0);
    } else {
        assert_int_equal(pthread_create(&thread, NULL, pull_after_an_epoch, watched), 0);
    }
    assert_int_equal(ae_fit(model, data, NULL, &options), AE_ERROR_CANCELLED);
    if (by_signal) {
        timer_delete(timer);
        sigaction(SIGALRM, &before, NULL);
    } else {
        pthread_join(thread, NULL);
    }
    assert_non_null(strstr(ae_last_error(), "cancelled in epoch "));
    assert_non_null(strstr(ae_last_error(), " steps"));
    assert_int_equal(ae_model_history_length(model), atomic_load(&epochs_seen));
    assert_int_equal(ae_fit(model, data, NULL, &options), AE_ERROR_CANCELLED); /* it is still pulled */
    assert_usable(model);
    ae_cancel_free(watched);
    ae_model_free(model);
}

static void test_cancelled_from_another_thread(void **state)
{
    (void)state;
    check_cancel(false);
}

static void test_cancelled_by_a_signal(void **state)
{
    (void)state;
    check_cancel(true);
}

/* A switch that is pulled stops before the next batch, not after it; put back, the trainer goes on. */
static void test_a_trainer_is_cancelled_and_goes_on(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_NORM), *straight = new_model(ARCHITECTURE_NORM);
    ae_train_options options = plain_options();
    ae_epoch_report report = {.struct_size = sizeof report, .epoch = 99};
    ae_trainer *trainer;
    ae_cancel *cancel;
    double loss = 99;
    (void)state;
    assert_int_equal(ae_cancel_create(&cancel, NULL), AE_OK);
    options.cancel = cancel;
    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    ae_cancel_request(cancel);
    assert_int_equal(ae_trainer_step(trainer, x, 16, 0, NULL, 0, &loss), AE_ERROR_CANCELLED);
    assert_int_equal(ae_trainer_epoch(trainer, data, &report), AE_ERROR_CANCELLED);
    assert_true(loss == 99 && report.epoch == 99);
    assert_int_equal(ae_trainer_steps(trainer), 0);
    assert_true(architecture_same(model, straight));
    ae_cancel_reset(cancel);
    for (int i = 0; i < 4; i++)
        assert_int_equal(ae_trainer_epoch(trainer, data, NULL), AE_OK);
    ae_trainer_free(trainer);
    options.cancel = NULL;
    assert_int_equal(ae_fit(straight, data, NULL, &options), AE_OK);
    assert_true(architecture_same(model, straight));
    ae_cancel_free(cancel);
    ae_model_free(model);
    ae_model_free(straight);
}

/* ---- the order of freeing */

static void test_a_trainer_outlives_the_name_of_its_model(void **state)
{
    const ae_train_options options = plain_options();
    ae_model *model = new_model(ARCHITECTURE_NORM);
    ae_trainer *trainer;
    ae_epoch_report report = {.struct_size = sizeof report};
    (void)state;
    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    ae_model_free(model);
    assert_int_equal(ae_trainer_step(trainer, x, 16, 0, NULL, 0, NULL), AE_OK);
    assert_int_equal(ae_trainer_epoch(trainer, data, &report), AE_OK);
    ae_trainer_free(trainer);
}

/* ---- NUMERIC */

typedef struct last_good {
    ae_model *model;
    float *tensors;
    uint64_t epoch;
} last_good;

static int32_t keep(void *user, const ae_epoch_report *report)
{
    last_good *good = user;
    size_t count;
    free(good->tensors);
    good->tensors = architecture_tensors(good->model, &count);
    good->epoch = report->epoch;
    return 0;
}

/* Two good epochs, then the rate grows by 10^30. */
static void check_divergence(size_t which, ae_optimizer optimizer, double clip_norm, bool patience)
{
    last_good good = {.model = new_model(which)};
    ae_train_options options = plain_options();
    char epoch[32];
    ae_status status;
    options.optimizer = optimizer;
    options.learning_rate = 1e-4;
    options.clip_norm = clip_norm;
    options.schedule = AE_SCHEDULE_STEP;
    options.schedule_epochs = 2;
    options.schedule_factor = 1e30;
    options.callback = keep;
    options.callback_user = &good;
    options.epochs = 40;
    if (patience) {
        options.validation_fraction = 0.2;
        options.patience = 100;
    }
    status = ae_fit(good.model, data, NULL, &options);
    if (status != AE_ERROR_NUMERIC)
        fail_msg("%s, optimizer %d: %s", architecture_name(which), (int)optimizer, ae_status_name(status));
    assert_true(good.epoch >= 2);
    snprintf(epoch, sizeof epoch, "epoch %d, step ", (int)good.epoch + 1);
    assert_non_null(strstr(ae_last_error(), epoch));
    assert_int_equal(ae_model_history_length(good.model), good.epoch);
    if (!patience)
        assert_tensors(good.model, good.tensors);
    assert_usable(good.model);
    free(good.tensors);
    ae_model_free(good.model);
}

static void test_divergence_rolls_back(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++) {
        check_divergence(which, AE_SGD, 0, false);
        check_divergence(which, AE_ADAM, 0, false);
    }
    check_divergence(ARCHITECTURE_LINEAR, AE_SGD, 1e9, false);
    check_divergence(ARCHITECTURE_LINEAR, AE_RMSPROP, 0, false);
    check_divergence(ARCHITECTURE_LINEAR, AE_SGD, 0, true);
}

/* Weights may be finite and yet so large that every loss is infinite: an epoch that ends so is not one to go back to. Of
 * ever larger rates, with one step an epoch, each that fails leaves a model whose loss is finite. */
static void test_a_ruined_epoch_is_not_kept(void **state)
{
    int failures = 0;
    (void)state;
    for (double rate = 1e-3; rate < 1e8; rate *= 3) {
        const size_t hidden[] = {16, 16};
        ae_evaluation evaluation = {.struct_size = sizeof evaluation};
        ae_train_options options = plain_options();
        ae_model_options shape;
        ae_model *model;
        ae_model_options_init(&shape, sizeof shape);
        shape.input_dim = D;
        shape.hidden_dims = hidden;
        shape.hidden_count = 2;
        shape.latent_dim = 3;
        assert_int_equal(ae_model_create(&model, &shape), AE_OK);
        options.optimizer = AE_SGD;
        options.learning_rate = rate;
        options.batch_size = ROWS;
        options.epochs = 20;
        if (ae_fit(model, data, NULL, &options) == AE_ERROR_NUMERIC) {
            failures++;
            assert_int_equal(ae_evaluate(model, data, &evaluation), AE_OK);
            assert_true(isfinite(evaluation.loss));
        }
        ae_model_free(model);
    }
    assert_true(failures > 5);
}

/* A trainer that failed can only be freed; the next one works. With steps_per_epoch the model goes back to the start of
 * that epoch, without to the last full thousand of steps. */
static void check_trainer_divergence(uint64_t per_epoch, int steps)
{
    const int kept = per_epoch ? (int)per_epoch : 1000;
    ae_model *model = new_model(ARCHITECTURE_NORM);
    ae_train_options options = plain_options();
    ae_epoch_report report = {.struct_size = sizeof report};
    ae_trainer *trainer;
    float *good = NULL;
    size_t count;
    double loss = 99;
    ae_status status = AE_OK;
    options.optimizer = AE_SGD;
    options.learning_rate = 1e-3;
    options.steps_per_epoch = per_epoch;
    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    for (int i = 0; i < steps; i++) {
        if (i % kept == 0) {
            free(good);
            good = architecture_tensors(model, &count);
        }
        assert_int_equal(ae_trainer_step(trainer, x, 16, 0, NULL, 0, NULL), AE_OK);
    }
    assert_int_equal(ae_trainer_set_learning_rate(trainer, 3e38), AE_OK);
    for (int i = 0; i < 3 && status == AE_OK; i++) /* stays within the epoch */
        status = ae_trainer_step(trainer, x, 16, 0, NULL, 0, NULL);
    assert_int_equal(status, AE_ERROR_NUMERIC);
    assert_non_null(strstr(ae_last_error(), "step "));
    assert_tensors(model, good);
    assert_int_equal(ae_trainer_set_learning_rate(trainer, 1e-3), AE_OK);
    assert_int_equal(ae_trainer_step(trainer, x, 16, 0, NULL, 0, &loss), AE_ERROR_NUMERIC);
    assert_int_equal(ae_trainer_epoch(trainer, data, &report), AE_ERROR_NUMERIC);
    assert_true(loss == 99);
    assert_tensors(model, good);
    ae_trainer_free(trainer);
    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    assert_int_equal(ae_trainer_step(trainer, x, 16, 0, NULL, 0, &loss), AE_OK);
    ae_trainer_free(trainer);
    free(good);
    ae_model_free(model);
}

static void test_divergence_of_a_hosts_steps(void **state)
{
    (void)state;
    check_trainer_divergence(0, 5);
    check_trainer_divergence(0, 1001);
    check_trainer_divergence(4, 5);
}

/* Finite data whose squares no float holds. */
static void test_rows_too_large_to_learn(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_LINEAR);
    ae_train_options options = plain_options();
    float huge[4 * D], *before;
    size_t count;
    ae_dataset *dataset;
    (void)state;
    for (size_t i = 0; i < 4 * D; i++)
        huge[i] = i % 2 ? 3e38f : -3e38f;
    before = architecture_tensors(model, &count);
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, huge, 4, D, 0), AE_OK);
    assert_int_equal(ae_fit(model, dataset, NULL, &options), AE_ERROR_NUMERIC);
    assert_non_null(strstr(ae_last_error(), "epoch 1, step 1"));
    assert_tensors(model, before);
    assert_usable(model);
    ae_dataset_free(dataset);
    ae_model_free(model);
    free(before);
}

/* What is to be done about it is told: of large data, that it wants scaling. */
static void test_advice(void **state)
{
    static float large[ROWS * D];
    (void)state;
    for (size_t i = 0; i < ROWS * D; i++)
        large[i] = x[i] * 1e25f;
    for (int which = 0; which < 4; which++) {
        ae_model *model = new_model(ARCHITECTURE_LINEAR);
        ae_train_options options = plain_options();
        ae_dataset *dataset;
        options.optimizer = AE_SGD;
        options.clip_norm = which == 2 ? 1 : 0;
        options.learning_rate = which == 3 ? 1e9 : 1e-3;
        assert_int_equal(ae_dataset_from_memory(&dataset, NULL, which == 3 ? x : large, ROWS, D, 0), AE_OK);
        if (which == 1)
            options.batch_size = ROWS; /* the weights are found at the end of the epoch */
        assert_int_equal(ae_fit(model, dataset, NULL, &options), AE_ERROR_NUMERIC);
        if (!strstr(ae_last_error(), which == 3 ? "; a smaller learning rate may help" : "; scaling the data"))
            fail_msg("%s", ae_last_error());
        ae_dataset_free(dataset);
        ae_model_free(model);
    }
}

/* ---- data */

static void assert_text(const char *first, const char *second, const char *third)
{
    if (!strstr(ae_last_error(), first) || !strstr(ae_last_error(), second) || !strstr(ae_last_error(), third))
        fail_msg("\"%s\" lacks \"%s\", \"%s\" or \"%s\"", ae_last_error(), first, second, third);
}

/* Row 41, column 6 holds `value`: every way to train names the place and changes nothing. */
static void check_data(size_t which, float value, const char *text)
{
    float bad[ROWS * D], *before;
    ae_model *model = new_model(which);
    ae_train_options options = plain_options();
    ae_evaluation evaluation = {.struct_size = sizeof evaluation, .rows = 99};
    ae_epoch_report report = {.struct_size = sizeof report, .epoch = 99};
    ae_dataset *dataset;
    ae_trainer *trainer;
    size_t count;
    memcpy(bad, x, sizeof bad);
    bad[41 * D + 6] = value;
    before = architecture_tensors(model, &count);
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, bad, ROWS, D, 0), AE_OK);

    assert_int_equal(ae_fit(model, dataset, NULL, &options), AE_ERROR_DATA);
    assert_text("training data", "row 41, column 6", text);
    assert_int_equal(ae_fit(model, data, dataset, &options), AE_ERROR_DATA);
    assert_text("validation data", "row 41, column 6", text);
    options.validation_fraction = 0.5; /* the caller's row, whichever part it falls into */
    assert_int_equal(ae_fit(model, dataset, NULL, &options), AE_ERROR_DATA);
    assert_text("training data", "row 41, column 6", text);
    assert_int_equal(ae_evaluate(model, dataset, &evaluation), AE_ERROR_DATA);
    assert_text("data", "row 41, column 6", text);
    assert_int_equal(evaluation.rows, 99);

    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    assert_int_equal(ae_trainer_epoch(trainer, dataset, &report), AE_ERROR_DATA);
    assert_text("training data", "row 41, column 6", text);
    assert_int_equal(report.epoch, 99);
    assert_int_equal(ae_trainer_step(trainer, bad + 40 * D, 2, 0, NULL, 0, NULL), AE_ERROR_DATA);
    assert_text("x", "row 1, column 6", text);
    assert_int_equal(ae_trainer_step(trainer, x, 2, 0, bad + 40 * D, 0, NULL), AE_ERROR_DATA);
    assert_text("target", "row 1, column 6", text);
    assert_int_equal(ae_trainer_steps(trainer), 0);
    assert_tensors(model, before);
    assert_int_equal(ae_model_history_length(model), 0);
    /* the trainer goes on */
    assert_int_equal(ae_trainer_epoch(trainer, data, &report), AE_OK);
    ae_trainer_free(trainer);
    assert_usable(model);
    ae_dataset_free(dataset);
    ae_model_free(model);
    free(before);
}

static void test_values_that_are_not_finite(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++) {
        check_data(which, NAN, "nan");
        check_data(which, INFINITY, "inf");
        check_data(which, -INFINITY, "-inf");
    }
}

static void test_values_outside_the_unit_interval(void **state)
{
    (void)state;
    check_data(ARCHITECTURE_DEEP, 1.5f, "1.5");
    check_data(ARCHITECTURE_TIED, -0.25f, "-0.25");
    check_data(ARCHITECTURE_TIED, 255, "255");
}

static void test_widths(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_LINEAR);
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    ae_dataset *narrow;
    ae_trainer *trainer;
    (void)state;
    assert_int_equal(ae_dataset_from_memory(&narrow, NULL, x, ROWS, D - 1, D), AE_OK);
    assert_int_equal(ae_fit(model, narrow, NULL, NULL), AE_ERROR_SHAPE);
    assert_text("7 columns", "8 wide", "training data");
    assert_int_equal(ae_fit(model, data, narrow, NULL), AE_ERROR_SHAPE);
    assert_text("7 columns", "8 wide", "validation data");
    assert_int_equal(ae_evaluate(model, narrow, &evaluation), AE_ERROR_SHAPE);
    assert_int_equal(ae_trainer_create(&trainer, model, NULL), AE_OK);
    assert_int_equal(ae_trainer_epoch(trainer, narrow, NULL), AE_ERROR_SHAPE);
    assert_int_equal(ae_trainer_step(trainer, x, 2, D - 1, NULL, 0, NULL), AE_ERROR_SHAPE);
    assert_int_equal(ae_trainer_step(trainer, x, 2, 0, x, D - 1, NULL), AE_ERROR_SHAPE);
    assert_int_equal(ae_trainer_step(trainer, x, 0, 0, NULL, 0, NULL), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_trainer_step(trainer, x, 129, 0, NULL, 0, NULL), AE_ERROR_INVALID_ARGUMENT);
    assert_text("129", "128", "batch_size");
    ae_trainer_free(trainer);
    ae_dataset_free(narrow);
    ae_model_free(model);
}

/* A batch of one row has no spread to divide by. */
static void test_batch_normalisation_of_one_row(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_NORM);
    ae_train_options options = plain_options();
    ae_dataset *one;
    ae_trainer *trainer;
    float *before;
    size_t count;
    (void)state;
    before = architecture_tensors(model, &count);
    assert_int_equal(ae_dataset_slice(&one, data, 0, 1), AE_OK);
    assert_int_equal(ae_fit(model, one, NULL, &options), AE_ERROR_INVALID_ARGUMENT);
    assert_text("batch normalisation", "2 rows", "");
    options.batch_size = 1;
    assert_int_equal(ae_fit(model, data, NULL, &options), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    assert_int_equal(ae_trainer_step(trainer, x, 1, 0, NULL, 0, NULL), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_trainer_epoch(trainer, data, NULL), AE_ERROR_INVALID_ARGUMENT);
    ae_trainer_free(trainer);
    assert_tensors(model, before);
    assert_int_equal(ae_model_history_length(model), 0);
    ae_dataset_free(one);
    ae_model_free(model);
    free(before);
}

/* ---- what cannot be asked for */

static void test_patience_without_validation(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_LINEAR);
    ae_train_options options = plain_options();
    ae_dataset *one;
    (void)state;
    options.patience = 3;
    assert_int_equal(ae_fit(model, data, NULL, &options), AE_ERROR_INVALID_ARGUMENT);
    assert_text("patience", "validation", "");
    assert_int_equal(ae_fit(model, data, data, &options), AE_OK);
    assert_int_equal(ae_dataset_slice(&one, data, 0, 1), AE_OK); /* nothing to hold out */
    options.validation_fraction = 0.5;
    assert_int_equal(ae_fit(model, one, NULL, &options), AE_ERROR_INVALID_ARGUMENT);
    ae_dataset_free(one);
    ae_model_free(model);
}

/* A callback that does what it may not. */
static int32_t meddle(void *user, const ae_epoch_report *report)
{
    ae_model *model = user;
    ae_trainer *trainer = (ae_trainer *)user;
    const float value = 0;
    (void)report;
    assert_int_equal(ae_fit(model, data, NULL, NULL), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_trainer_create(&trainer, model, NULL), AE_ERROR_INVALID_ARGUMENT);
    assert_null(trainer);
    assert_int_equal(ae_model_set_tensor(model, "encoder.0.bias", &value, 1), AE_ERROR_INVALID_ARGUMENT);
    return 0;
}

static void test_a_model_in_training_is_taken(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_LINEAR), *alone = new_model(ARCHITECTURE_LINEAR);
    ae_train_options options = plain_options();
    ae_trainer *trainer, *second;
    const float values[3] = {0};
    (void)state;
    assert_int_equal(ae_fit(alone, data, NULL, &options), AE_OK);
    options.callback = meddle;
    options.callback_user = model;
    assert_int_equal(ae_fit(model, data, NULL, &options), AE_OK);
    assert_true(architecture_same(model, alone));
    assert_int_equal(ae_trainer_create(&trainer, model, NULL), AE_OK);
    assert_int_equal(ae_fit(model, data, NULL, NULL), AE_ERROR_INVALID_ARGUMENT);
    assert_text("trainer", "", "");
    assert_int_equal(ae_trainer_create(&second, model, NULL), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_model_set_tensor(model, "encoder.0.bias", values, 3), AE_ERROR_INVALID_ARGUMENT);
    ae_trainer_free(trainer);
    assert_int_equal(ae_model_set_tensor(model, "encoder.0.bias", values, 3), AE_OK);
    ae_model_free(model);
    ae_model_free(alone);
}

/* A report of an impossible size is refused before the epoch is trained. */
static void test_report_sizes(void **state)
{
    const size_t sizes[] = {0, 7, 1 << 20, SIZE_MAX};
    ae_model *model = new_model(ARCHITECTURE_LINEAR);
    ae_trainer *trainer;
    (void)state;
    assert_int_equal(ae_trainer_create(&trainer, model, NULL), AE_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ae_epoch_report report = {.struct_size = sizes[i]};
        assert_int_equal(ae_trainer_epoch(trainer, data, &report), AE_ERROR_INVALID_ARGUMENT);
        assert_int_equal(ae_trainer_steps(trainer), 0);
    }
    ae_trainer_free(trainer);
    ae_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_switch),
        cmocka_unit_test(test_cancelled_from_another_thread),
        cmocka_unit_test(test_cancelled_by_a_signal),
        cmocka_unit_test(test_a_trainer_is_cancelled_and_goes_on),
        cmocka_unit_test(test_a_trainer_outlives_the_name_of_its_model),
        cmocka_unit_test(test_divergence_rolls_back),
        cmocka_unit_test(test_a_ruined_epoch_is_not_kept),
        cmocka_unit_test(test_divergence_of_a_hosts_steps),
        cmocka_unit_test(test_rows_too_large_to_learn),
        cmocka_unit_test(test_advice),
        cmocka_unit_test(test_values_that_are_not_finite),
        cmocka_unit_test(test_values_outside_the_unit_interval),
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_batch_normalisation_of_one_row),
        cmocka_unit_test(test_patience_without_validation),
        cmocka_unit_test(test_a_model_in_training_is_taken),
        cmocka_unit_test(test_report_sizes),
    };
    return cmocka_run_group_tests(tests, make_data, free_data);
}
