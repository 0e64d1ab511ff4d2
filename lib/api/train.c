/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/train.h>

#include <string.h>
#include "api/check.h"
#include "base/options.h"
#include "data/corrupt.h"
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
    .sparsity_target = 0.05,
    .topk_boost = 3,
    .kl_weight = 1,
    .samples = 1,
};
static const ae_corruption corruption_defaults = {
    .struct_size = sizeof corruption_defaults,
    .deviation = 0.3,
    .rate = 0.25,
    .emphasis_corrupted = 1,
    .emphasis_clean = 1,
};

void ae_train_options_init(ae_train_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &defaults, sizeof defaults);
}

void ae_corruption_init(ae_corruption *corruption, size_t struct_size)
{
    aei_options_init(corruption, struct_size, &corruption_defaults, sizeof corruption_defaults);
}

static ae_status import_corruption(ae_corruption *own, const ae_corruption *corruption)
{
    ae_status status;
    *own = corruption_defaults;
    status = aei_options_import(own, sizeof *own, corruption, "ae_corruption");
    return status == AE_OK ? aei_corruption_check(own) : status;
}

/* `corruption` is where own->corruption will point to, if there is one. */
static ae_status import_options(ae_train_options *own, ae_corruption *corruption, const ae_model *model,
                                const ae_train_options *options)
{
    ae_status status;
    *own = defaults;
    status = aei_options_import(own, sizeof *own, options, "ae_train_options");
    if (status == AE_OK && own->corruption) {
        status = import_corruption(corruption, own->corruption);
        own->corruption = corruption;
    }
    if (status == AE_OK)
        status = aei_train_options_check(own);
    if (status == AE_OK && model->design.code != AE_CODE_GAUSSIAN &&
        (own->kl_weight != 1 || own->kl_warmup_epochs != 0 || own->kl_cycles != 0 || own->free_bits != 0))
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT,
                          "kl_weight, kl_warmup_epochs, kl_cycles and free_bits are for variational models");
    return status;
}

ae_status ae_corrupt(const ae_corruption *corruption, uint64_t seed, uint64_t epoch, const float *x, size_t rows,
                     size_t columns, size_t x_stride, float *out, size_t out_stride)
{
    const aei_kernels *kernels = aei_kernels_of(NULL);
    ae_corruption own;
    ae_status status;
    AEI_REQUIRE(corruption);
    status = import_corruption(&own, corruption);
    if (status == AE_OK && columns == 0)
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "columns is 0");
    if (status == AE_OK)
        status = aei_check_rows("x", rows, columns, &x_stride);
    if (status == AE_OK)
        status = aei_check_rows("out", rows, columns, &out_stride);
    if (status == AE_OK && rows > 0 && (!x || !out))
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "the %s rows are NULL", x ? "output" : "input");
    for (size_t r = 0; status == AE_OK && r < rows; r++) {
        memmove(out + r * out_stride, x + r * x_stride, columns * sizeof *x);
        aei_corrupt(&(aei_corrupt_call){.how = &own, .kernels = kernels, .seed = seed, .epoch = epoch, .n = 1,
                                        .d = columns, .samples = &r, .x = out + r * out_stride});
    }
    return status;
}

/* Is a scaling asked for that the model does not have yet? */
static bool wants_scaling(const ae_model *model, const ae_train_options *options)
{
    return options->scaling != AE_SCALING_NONE && model->scaling.kind == AE_SCALING_NONE;
}

static ae_status fit_scaled(ae_model *model, aei_examples train, aei_examples validation, ae_train_options *options)
{
    ae_status status = aei_examples_check(model, train, "training data");
    if (status == AE_OK && validation.inputs)
        status = aei_examples_check(model, validation, "validation data");
    if (status == AE_OK && options->patience && !validation.inputs)
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "patience needs a validation set or a validation_fraction");
    if (status == AE_OK && options->batch_size > train.inputs->rows)
        options->batch_size = train.inputs->rows; /* memory for what can come */
    return status == AE_OK ? aei_fit(model, train, validation, options) : status;
}

/* A model that comes out as it went in does not keep the scaling either. */
static ae_status fit(ae_model *model, aei_examples train, aei_examples validation, ae_train_options *options)
{
    const bool scales = wants_scaling(model, options);
    const size_t epochs = model->history.count;
    const double contamination = model->contamination;
    ae_status status = scales ? ae_model_fit_scaling(model, train.inputs, options->scaling) : AE_OK;
    if (status == AE_OK)
        status = fit_scaled(model, train, validation, options);
    if (scales && status != AE_OK && status != AE_ERROR_CANCELLED && model->history.count == epochs) {
        aei_scaling_clear(&model->scaling, model->runtime);
        model->contamination = contamination;
    }
    return status;
}

ae_status ae_fit(ae_model *model, const ae_dataset *train, const ae_dataset *validation,
                 const ae_train_options *options)
{
    ae_train_options own;
    ae_corruption corruption;
    ae_dataset *larger = NULL, *held_out = NULL;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(train);
    status = import_options(&own, &corruption, model, options);
    if (status == AE_OK && wants_scaling(model, &own))
        status = aei_dataset_check(train, 0, "training data");
    else if (status == AE_OK)
        status = aei_examples_check(model, (aei_examples){train, NULL}, "training data");
    if (status == AE_OK && !validation && own.validation_fraction > 0) {
        status = ae_dataset_split(train, own.validation_fraction, own.seed, &larger, &held_out);
        train = larger;
        validation = held_out;
    }
    if (status == AE_OK)
        status = fit(model, (aei_examples){train, NULL}, (aei_examples){validation, NULL}, &own);
    ae_dataset_free(larger);
    ae_dataset_free(held_out);
    return status;
}

ae_status ae_fit_targets(ae_model *model, const ae_dataset *train, const ae_dataset *targets,
                         const ae_dataset *validation, const ae_dataset *validation_targets,
                         const ae_train_options *options)
{
    ae_train_options own;
    ae_corruption corruption;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(train);
    AEI_REQUIRE(targets);
    if (!validation != !validation_targets)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "validation and validation_targets must be given together");
    status = import_options(&own, &corruption, model, options);
    if (status == AE_OK && own.validation_fraction > 0)
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "validation_fraction must be 0 with targets");
    if (status != AE_OK)
        return status;
    return fit(model, (aei_examples){train, targets}, (aei_examples){validation, validation_targets}, &own);
}

ae_status ae_trainer_create(ae_trainer **out, ae_model *model, const ae_train_options *options)
{
    ae_train_options own;
    ae_corruption corruption;
    ae_status status;
    AEI_REQUIRE(out);
    *out = NULL;
    AEI_REQUIRE(model);
    status = import_options(&own, &corruption, model, options);
    if (status == AE_OK && wants_scaling(model, &own))
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "a trainer has no rows to fit a scaling to: call "
                          "ae_model_fit_scaling() before");
    return status == AE_OK ? aei_trainer_new(out, model, &own) : status;
}

ae_status ae_trainer_step(ae_trainer *trainer, const float *x, size_t rows, size_t x_stride, const float *target,
                          size_t target_stride, double *loss)
{
    const aei_design *design;
    ae_status status;
    AEI_REQUIRE(trainer);
    AEI_REQUIRE(x);
    design = &trainer->model->design;
    if (rows == 0 || rows > trainer->options.batch_size)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "a batch of %zu rows, must be 1..%zu, the batch_size", rows,
                        trainer->options.batch_size);
    if (rows == 1 && trainer->normalises)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "batch normalisation needs batches of 2 rows or more");
    status = aei_check_rows("x", rows, design->input_dim, &x_stride);
    if (status == AE_OK)
        status = aei_check_rows("target", rows, design->output_dim, &target_stride);
    if (status == AE_OK)
        status = aei_batch_check(trainer->model, x, rows, x_stride, target, target_stride);
    return status == AE_OK ? aei_trainer_step(trainer, x, rows, x_stride, target, target_stride, loss) : status;
}

ae_status ae_trainer_epoch(ae_trainer *trainer, const ae_dataset *dataset, ae_epoch_report *report)
{
    const aei_examples examples = {dataset, NULL};
    ae_epoch_report own;
    ae_status status;
    AEI_REQUIRE(trainer);
    AEI_REQUIRE(dataset);
    /* before an epoch is trained for it */
    if (report && (report->struct_size < sizeof report->struct_size || report->struct_size > AEI_OPTIONS_LIMIT))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the report's struct_size is not set");
    status = aei_examples_check(trainer->model, examples, "training data");
    if (status == AE_OK)
        status = aei_trainer_epoch(trainer, examples, &own);
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

size_t ae_trainer_memory(const ae_trainer *trainer)
{
    return trainer ? aei_trainer_memory(trainer) : 0;
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

static ae_status evaluate(const ae_model *model, aei_examples examples, ae_evaluation *evaluation)
{
    ae_evaluation own = {0};
    ae_status status = aei_examples_check(model, examples, "data");
    if (status == AE_OK)
        status = aei_evaluate_all(model, examples, &own);
    return status == AE_OK ? aei_options_export(evaluation, &own, sizeof own, "ae_evaluation") : status;
}

ae_status ae_evaluate(const ae_model *model, const ae_dataset *dataset, ae_evaluation *evaluation)
{
    AEI_REQUIRE(model);
    AEI_REQUIRE(dataset);
    AEI_REQUIRE(evaluation);
    return evaluate(model, (aei_examples){dataset, NULL}, evaluation);
}

ae_status ae_evaluate_targets(const ae_model *model, const ae_dataset *dataset, const ae_dataset *targets,
                              ae_evaluation *evaluation)
{
    AEI_REQUIRE(model);
    AEI_REQUIRE(dataset);
    AEI_REQUIRE(targets);
    AEI_REQUIRE(evaluation);
    return evaluate(model, (aei_examples){dataset, targets}, evaluation);
}
