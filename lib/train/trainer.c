/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "train/trainer.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/runtime.h"
#include "data/batch.h"
#include "optim/clip.h"
#include "optim/schedule.h"

static bool has_batch_norm(const aei_network *network)
{
    for (size_t i = 0; i < network->count; i++)
        if (network->layers[i].kind == AEI_LAYER_BATCH_NORM)
            return true;
    return false;
}

static void remember(ae_trainer *trainer)
{
    const aei_param_set *set = &trainer->model->set;
    memcpy(trainer->good, set->values, set->total * sizeof *set->values);
}

/* Back to the start of the epoch; the trainer has ended. */
static ae_status roll_back(ae_trainer *trainer)
{
    const aei_param_set *set = &trainer->model->set;
    memcpy(set->values, trainer->good, set->total * sizeof *set->values);
    aei_model_changed(trainer->model);
    trainer->failed = true;
    return AE_ERROR_NUMERIC;
}

ae_status aei_trainer_new(ae_trainer **out, ae_model *model, const ae_train_options *options)
{
    ae_status status = AE_ERROR_NO_MEMORY;
    ae_trainer *trainer;
    size_t rows;
    *out = NULL;
    if (atomic_exchange(&model->has_trainer, true))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the model has a trainer already");
    trainer = aei_calloc(model->runtime, 1, sizeof *trainer);
    if (!trainer) {
        atomic_store(&model->has_trainer, false);
        return AE_ERROR_NO_MEMORY;
    }
    trainer->model = model;
    trainer->options = *options;
    trainer->last_rate = options->learning_rate;
    trainer->fuses_update = options->clip_norm == 0;
    trainer->normalises = has_batch_norm(&model->encoder) || has_batch_norm(&model->decoder);
    /* with batch normalisation a last row that is alone joins the batch before it */
    if (!aei_size_add(options->batch_size, trainer->normalises, &rows))
        rows = options->batch_size;
    status = aei_optimizer_init(&trainer->optimizer, model->runtime, options, model->set.trained);
    if (status != AE_OK)
        goto cleanup;
    status = aei_workspace_create(&trainer->workspace, model, rows);
    if (status != AE_OK)
        goto cleanup;
    trainer->good = aei_alloc_array(model->runtime, model->set.total, sizeof *trainer->good);
    if (!trainer->good) {
        status = AE_ERROR_NO_MEMORY;
        goto cleanup;
    }
    remember(trainer);
    *out = trainer;
    trainer = NULL;
cleanup:
    aei_trainer_delete(trainer);
    return status;
}

void aei_trainer_delete(ae_trainer *trainer)
{
    if (!trainer)
        return;
    ae_model *model = trainer->model;
    aei_optimizer_clear(&trainer->optimizer);
    aei_workspace_free(trainer->workspace);
    aei_free(model->runtime, trainer->good);
    aei_free(model->runtime, trainer->order);
    aei_free(model->runtime, trainer);
    atomic_store(&model->has_trainer, false);
}

ae_status aei_trainer_check_rows(const ae_trainer *trainer, const float *rows, size_t n, size_t stride,
                                 const char *what)
{
    return aei_rows_check(rows, n, trainer->model->encoder.in, stride,
                          trainer->model->loss == AE_BINARY_CROSS_ENTROPY, what);
}

static ae_status check_running(const ae_trainer *trainer)
{
    const ae_cancel *cancel = trainer->options.cancel;
    if (trainer->failed)
        return aei_fail(AE_ERROR_NUMERIC, "this training met a value that is not finite and has ended");
    if (cancel && atomic_load(&((ae_cancel *)cancel)->requested))
        return aei_fail(AE_ERROR_CANCELLED, "cancelled in epoch %llu after %llu steps",
                        (unsigned long long)trainer->epoch + 1, (unsigned long long)trainer->optimizer.steps);
    return AE_OK;
}

/* One optimizer step on n rows: forward, loss, backward, update. */
static ae_status take_step(ae_trainer *trainer, const aei_real *x, size_t x_stride, const aei_real *target,
                           size_t target_stride, size_t n, double rate, double *loss)
{
    ae_model *model = trainer->model;
    aei_workspace *workspace = trainer->workspace;
    aei_pass pass = {
        .runtime = model->runtime, .kernels = model->kernels, .set = &model->set, .gradients = workspace->gradients,
        .n = n, .seed = trainer->options.seed, .step = trainer->optimizer.steps,
    };
    const double mean_loss = aei_objective_forward(model, workspace, &pass, x, x_stride, target, target_stride);
    if (!isfinite(mean_loss)) {
        aei_fail(AE_ERROR_NUMERIC, "the loss is not finite in epoch %llu, step %llu; a smaller learning rate may help",
                 (unsigned long long)trainer->epoch + 1, (unsigned long long)trainer->optimizer.steps + 1);
        return roll_back(trainer);
    }
    aei_update update = aei_optimizer_next(&trainer->optimizer, &model->set, workspace->gradients, rate);
    if (trainer->fuses_update)
        pass.update = &update;
    aei_objective_backward(model, workspace, &pass, x, x_stride);
    if (!trainer->fuses_update) {
        const double norm = aei_clip_norm(workspace->gradients, model->set.trained);
        if (!isfinite(norm)) {
            aei_fail(AE_ERROR_NUMERIC, "the gradient is not finite in epoch %llu, step %llu",
                     (unsigned long long)trainer->epoch + 1, (unsigned long long)trainer->optimizer.steps);
            return roll_back(trainer);
        }
        update.gradient_scale = (aei_real)aei_clip_scale(norm, trainer->options.clip_norm);
        aei_optimizer_apply(model->kernels, &model->set, &update);
    }
    trainer->last_rate = rate;
    *loss = mean_loss;
    return AE_OK;
}

/* The end of an epoch, or of what a host counts as one: weights that are not finite must not become "good". */
static ae_status check_weights(ae_trainer *trainer)
{
    const aei_param *bad = aei_param_set_non_finite(&trainer->model->set);
    if (!bad)
        return AE_OK;
    aei_fail(AE_ERROR_NUMERIC, "%s is not finite after epoch %llu, step %llu; a smaller learning rate may help",
             bad->name, (unsigned long long)trainer->epoch + 1, (unsigned long long)trainer->optimizer.steps);
    return roll_back(trainer);
}

ae_status aei_trainer_step(ae_trainer *trainer, const float *x, size_t rows, size_t x_stride, const float *target,
                           size_t target_stride, double *loss)
{
    const size_t d = trainer->model->encoder.in;
    const uint64_t per_epoch = trainer->options.steps_per_epoch, done = trainer->optimizer.steps;
    aei_workspace *workspace = trainer->workspace;
    double rate = trainer->options.learning_rate, unused;
    ae_status status = check_running(trainer);
    if (status != AE_OK)
        return status;
    if (per_epoch) {
        if (done > 0 && done % per_epoch == 0) {
            status = check_weights(trainer);
            if (status != AE_OK)
                return status;
            trainer->epoch = done / per_epoch;
            remember(trainer);
        }
        rate = aei_schedule_rate(&trainer->options, done / per_epoch, done % per_epoch, per_epoch);
    }
    aei_batch_copy(x, rows, d, x_stride, workspace->x);
    if (target)
        aei_batch_copy(target, rows, d, target_stride, workspace->target);
    trainer->model->kernels->enter();
    status = take_step(trainer, workspace->x, d, target ? workspace->target : workspace->x, d, rows, rate,
                       loss ? loss : &unused);
    trainer->model->kernels->leave();
    if (status == AE_OK)
        aei_model_changed(trainer->model);
    return status;
}

/* Rows of the next batch when `left` rows are left. */
static size_t batch_rows(const ae_trainer *trainer, size_t left)
{
    const size_t size = trainer->options.batch_size;
    if (left <= size)
        return left;
    return trainer->normalises && left == size + 1 ? left : size;
}

static uint64_t batches(const ae_trainer *trainer, size_t rows)
{
    const size_t size = trainer->options.batch_size;
    const bool joins = trainer->normalises && rows > size && rows % size == 1;
    return rows / size + (rows % size != 0 && !joins);
}

static ae_status run_batches(ae_trainer *trainer, const ae_dataset *dataset, double *loss_sum)
{
    aei_workspace *workspace = trainer->workspace;
    const size_t d = dataset->columns;
    const uint64_t steps = batches(trainer, dataset->rows);
    size_t n = 0;
    *loss_sum = 0;
    for (size_t first = 0, step = 0; first < dataset->rows; first += n, step++) {
        double loss, rate = aei_schedule_rate(&trainer->options, trainer->epoch, step, steps);
        ae_status status = check_running(trainer);
        if (status != AE_OK)
            return status;
        n = batch_rows(trainer, dataset->rows - first);
        aei_batch_gather(dataset, trainer->order + first, n, workspace->x);
        status = take_step(trainer, workspace->x, d, workspace->x, d, n, rate, &loss);
        if (status != AE_OK)
            return status;
        *loss_sum += loss * (double)n;
    }
    return AE_OK;
}

ae_status aei_trainer_epoch(ae_trainer *trainer, const ae_dataset *dataset, ae_epoch_report *report)
{
    ae_model *model = trainer->model;
    const double start = aei_clock_seconds();
    double loss_sum;
    ae_status status = check_running(trainer);
    if (status == AE_OK)
        status = aei_history_reserve(model);
    if (status == AE_OK && trainer->order_rows < dataset->rows) {
        size_t bytes;
        size_t *order = NULL;
        if (aei_size_mul(dataset->rows, sizeof *order, &bytes))
            order = aei_realloc(model->runtime, trainer->order, bytes);
        if (!order)
            return aei_fail(AE_ERROR_NO_MEMORY, "out of memory for the order of %zu rows", dataset->rows);
        trainer->order = order;
        trainer->order_rows = dataset->rows;
    }
    if (status == AE_OK && trainer->normalises && (dataset->rows == 1 || trainer->options.batch_size == 1))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "batch normalisation needs batches of 2 rows or more");
    if (status == AE_OK)
        status = check_weights(trainer); /* steps of the host's own may have come before */
    if (status != AE_OK)
        return status;

    remember(trainer);
    aei_batch_order(trainer->order, dataset->rows, trainer->options.shuffle, trainer->options.seed, trainer->epoch);
    model->kernels->enter();
    status = run_batches(trainer, dataset, &loss_sum);
    model->kernels->leave();
    if (status == AE_OK || status == AE_ERROR_CANCELLED) { /* the host goes on with the model in both cases */
        ae_status weights = check_weights(trainer);
        if (weights != AE_OK)
            return weights;
        aei_model_changed(model);
    }
    if (status != AE_OK)
        return status;

    trainer->epoch++;
    *report = (ae_epoch_report){
        .epoch = trainer->epoch, .epochs = trainer->options.epochs, .steps = trainer->optimizer.steps,
        .train_loss = loss_sum / (double)dataset->rows, .validation_loss = NAN,
        .learning_rate = trainer->last_rate, .seconds = aei_clock_seconds() - start,
    };
    aei_history_append(model, report);
    return AE_OK;
}
