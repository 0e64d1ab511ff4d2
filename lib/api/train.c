/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/train.h>

#include "api/check.h"
#include "base/alloc.h"
#include "base/options.h"
#include "base/runtime.h"
#include "train/evaluate.h"
#include "train/trainer.h"

static const ae_train_options defaults = {
    .struct_size = sizeof defaults,
    .epochs = 20,
    .batch_size = 128,
    .optimizer = AE_ADAM,
    .schedule = AE_SCHEDULE_CONSTANT,
    .learning_rate = 1e-3,
    .rho = 0.99,
    .beta1 = 0.9,
    .beta2 = 0.999,
    .epsilon = 1e-8,
    .schedule_factor = 0.1,
    .schedule_epochs = 10,
    .shuffle = 1,
};

void ae_train_options_init(ae_train_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &defaults, sizeof defaults);
}

static ae_status import_options(ae_train_options *own, const ae_train_options *options)
{
    ae_status status;
    *own = defaults;
    status = aei_options_import(own, sizeof *own, options, "ae_train_options");
    return status == AE_OK ? aei_train_options_check(own) : status;
}

ae_status ae_cancel_create(ae_cancel **out, ae_runtime *runtime)
{
    AEI_REQUIRE(out);
    *out = aei_calloc(runtime, 1, sizeof **out);
    if (!*out)
        return AE_ERROR_NO_MEMORY;
    (*out)->runtime = aei_runtime_retain(runtime);
    atomic_init(&(*out)->requested, 0);
    return AE_OK;
}

void ae_cancel_request(ae_cancel *cancel)
{
    if (cancel)
        atomic_store(&cancel->requested, 1);
}

void ae_cancel_reset(ae_cancel *cancel)
{
    if (cancel)
        atomic_store(&cancel->requested, 0);
}

int32_t ae_cancel_requested(const ae_cancel *cancel)
{
    return cancel ? atomic_load(&((ae_cancel *)cancel)->requested) : 0;
}

void ae_cancel_free(ae_cancel *cancel)
{
    if (!cancel)
        return;
    ae_runtime *runtime = cancel->runtime;
    aei_free(runtime, cancel);
    aei_runtime_release(runtime);
}

/* Is the dataset as wide as the model's input, and can the model learn from its values? */
static ae_status check_dataset(const ae_model *model, const ae_dataset *dataset, const char *what)
{
    ae_status status = aei_check_width(model, dataset, what);
    return status == AE_OK ? aei_dataset_check(dataset, model->loss == AE_BINARY_CROSS_ENTROPY, what) : status;
}

ae_status ae_fit(ae_model *model, const ae_dataset *train, const ae_dataset *validation,
                 const ae_train_options *options)
{
    ae_train_options own;
    ae_dataset *larger = NULL, *held_out = NULL;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(train);
    status = import_options(&own, options);
    if (status == AE_OK)
        status = check_dataset(model, train, "training data");
    if (status == AE_OK && validation)
        status = check_dataset(model, validation, "validation data");
    if (status == AE_OK && !validation && own.validation_fraction > 0) {
        status = ae_dataset_split(train, own.validation_fraction, own.seed, &larger, &held_out);
        train = larger;
        validation = held_out;
    }
    if (status == AE_OK && own.patience && !validation)
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "patience needs a validation set or a validation_fraction");
    if (status == AE_OK && own.batch_size > train->rows)
        own.batch_size = train->rows; /* memory for what can come */
    if (status == AE_OK)
        status = aei_fit(model, train, validation, &own);
    ae_dataset_free(larger);
    ae_dataset_free(held_out);
    return status;
}

ae_status ae_trainer_create(ae_trainer **out, ae_model *model, const ae_train_options *options)
{
    ae_train_options own;
    ae_status status;
    AEI_REQUIRE(out);
    *out = NULL;
    AEI_REQUIRE(model);
    status = import_options(&own, options);
    return status == AE_OK ? aei_trainer_new(out, model, &own) : status;
}

ae_status ae_trainer_step(ae_trainer *trainer, const float *x, size_t rows, size_t x_stride, const float *target,
                          size_t target_stride, double *loss)
{
    size_t most, width;
    ae_status status;
    AEI_REQUIRE(trainer);
    AEI_REQUIRE(x);
    most = trainer->options.batch_size;
    width = trainer->model->encoder.in;
    if (rows == 0 || rows > most)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "a batch of %zu rows, must be 1..%zu, the batch_size", rows, most);
    if (rows == 1 && trainer->normalises)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "batch normalisation needs batches of 2 rows or more");
    status = aei_check_rows("x", rows, width, &x_stride);
    if (status == AE_OK)
        status = aei_check_rows("target", rows, width, &target_stride);
    /* a cross-entropy asks for a target in [0,1]; the input is its target unless one is given */
    if (status == AE_OK && target)
        status = aei_rows_check(x, rows, width, x_stride, 0, "x");
    if (status == AE_OK)
        status = aei_trainer_check_rows(trainer, target ? target : x, rows, target ? target_stride : x_stride,
                                        target ? "target" : "x");
    return status == AE_OK ? aei_trainer_step(trainer, x, rows, x_stride, target, target_stride, loss) : status;
}

ae_status ae_trainer_epoch(ae_trainer *trainer, const ae_dataset *dataset, ae_epoch_report *report)
{
    ae_epoch_report own;
    ae_status status;
    AEI_REQUIRE(trainer);
    AEI_REQUIRE(dataset);
    /* before an epoch is trained for it */
    if (report && (report->struct_size < sizeof report->struct_size || report->struct_size > AEI_OPTIONS_LIMIT))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the report's struct_size is not set");
    status = check_dataset(trainer->model, dataset, "training data");
    if (status == AE_OK)
        status = aei_trainer_epoch(trainer, dataset, &own);
    return status == AE_OK && report ? aei_options_export(report, &own, sizeof own, "ae_epoch_report") : status;
}

ae_status ae_trainer_set_learning_rate(ae_trainer *trainer, double learning_rate)
{
    ae_train_options changed;
    ae_status status;
    AEI_REQUIRE(trainer);
    changed = trainer->options;
    changed.learning_rate = learning_rate;
    status = aei_train_options_check(&changed);
    if (status == AE_OK)
        trainer->options.learning_rate = learning_rate;
    return status;
}

uint64_t ae_trainer_steps(const ae_trainer *trainer)
{
    return trainer ? trainer->optimizer.steps : 0;
}

void ae_trainer_free(ae_trainer *trainer)
{
    aei_trainer_delete(trainer);
}

size_t ae_model_history_length(const ae_model *model)
{
    return model ? model->history.count : 0;
}

ae_status ae_model_history(const ae_model *model, size_t index, ae_epoch_report *report)
{
    AEI_REQUIRE(model);
    AEI_REQUIRE(report);
    if (index >= model->history.count)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no epoch %zu in a history of %zu", index,
                        model->history.count);
    return aei_options_export(report, &model->history.records[index], sizeof *report, "ae_epoch_report");
}

ae_status ae_evaluate(const ae_model *model, const ae_dataset *dataset, ae_evaluation *evaluation)
{
    ae_evaluation own = {0};
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(dataset);
    AEI_REQUIRE(evaluation);
    status = check_dataset(model, dataset, "data");
    if (status == AE_OK)
        status = aei_evaluate_all(model, dataset, &own);
    return status == AE_OK ? aei_options_export(evaluation, &own, sizeof own, "ae_evaluation") : status;
}
