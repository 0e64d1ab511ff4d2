/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "train/trainer.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/runtime.h"
#include "data/batch.h"
#include "data/corrupt.h"
#include "optim/clip.h"
#include "optim/schedule.h"
#include "train/rollback.h"

#define STEPS_KEPT 1000 /* between rollback points of a host that does not say what an epoch is */

static bool has_batch_norm(const aei_network *network)
{
    for (size_t i = 0; i < network->count; i++)
        if (network->layers[i].kind == AEI_LAYER_BATCH_NORM)
            return true;
    return false;
}

static aei_objective objective_of(const ae_train_options *o, double kl_weight)
{
    return (aei_objective){
        .code_l1 = o->code_l1, .sparsity_weight = o->sparsity_weight, .sparsity_target = o->sparsity_target,
        .contraction = o->contraction, .topk_boost = o->topk_boost, .kl_weight = kl_weight, .free_bits = o->free_bits,
        .samples = (size_t)o->samples,
    };
}

static bool has_emphasis(const ae_corruption *c)
{
    return c && c->kind != AE_CORRUPTION_NONE && (c->emphasis_corrupted != 1 || c->emphasis_clean != 1);
}

/* What of the options does not fit the model. */
static ae_status check_fit(const ae_model *model, const ae_train_options *options)
{
    const aei_design *d = &model->design;
    const aei_layer *last = &model->encoder.layers[model->encoder.count - 1];
    if (has_emphasis(options->corruption) && d->loss == AE_SOFTMAX_CROSS_ENTROPY)
        return aei_fail(AE_ERROR_UNSUPPORTED, "emphasis is for reconstructions, not for AE_SOFTMAX_CROSS_ENTROPY");
    if (has_emphasis(options->corruption) && d->input_dim != d->output_dim)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "emphasis needs an output as wide as the input, not %zu for %zu",
                        d->output_dim, d->input_dim);
    while (last->kind != AEI_LAYER_DENSE)
        last--;
    if (options->orthonormal && last->out > last->in)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%zu rows of %zu numbers cannot be orthonormal", last->out, last->in);
    return AE_OK;
}

ae_status aei_trainer_new(ae_trainer **out, ae_model *model, const ae_train_options *options)
{
    ae_status status = check_fit(model, options);
    ae_trainer *trainer;
    aei_objective objective;
    size_t rows;
    *out = NULL;
    if (status != AE_OK)
        return status;
    if (model->design.code == AE_CODE_LASSO)
        return aei_fail(AE_ERROR_UNSUPPORTED, "a dictionary is not trained by gradients: ae_dictionary_fit() makes one");
    if (atomic_exchange(&model->has_trainer, true))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the model has a trainer already");
    trainer = aei_calloc(model->runtime, 1, sizeof *trainer);
    if (!trainer) {
        atomic_store(&model->has_trainer, false);
        return AE_ERROR_NO_MEMORY;
    }
    trainer->model = aei_model_retain(model);
    trainer->options = *options;
    if (options->corruption)
        trainer->corruption = *options->corruption;
    trainer->options.corruption = NULL; /* the caller's may go */
    trainer->last_rate = options->learning_rate;
    trainer->fuses_update = options->clip_norm == 0;
    trainer->normalises = has_batch_norm(&model->encoder) || has_batch_norm(&model->decoder) ||
                          has_batch_norm(&model->variance);
    /* with batch normalisation a last row that is alone joins the batch before it */
    if (!aei_size_add(options->batch_size, trainer->normalises, &rows))
        rows = options->batch_size;
    status = aei_optimizer_init(&trainer->optimizer, model->runtime, options, model->set.trained);
    if (status != AE_OK)
        goto cleanup;
    objective = objective_of(options, options->kl_weight);
    status = aei_workspace_create(&trainer->workspace, model, &objective,
                                  &(aei_room){rows, trainer->fuses_update, has_emphasis(&trainer->corruption)});
    if (status != AE_OK)
        goto cleanup;
    trainer->good = aei_alloc_array(model->runtime, model->set.total + aei_rollback_statistics(&model->set), sizeof *trainer->good);
    if (!trainer->good) {
        status = AE_ERROR_NO_MEMORY;
        goto cleanup;
    }
    memcpy(trainer->good, model->set.values, model->set.total * sizeof *trainer->good);
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
    aei_model_delete(model);
}

size_t aei_trainer_memory(const ae_trainer *trainer)
{
    const aei_optimizer *optimizer = &trainer->optimizer;
    const size_t arenas = (optimizer->m != NULL) + (optimizer->v != NULL);
    return sizeof *trainer + aei_workspace_memory(trainer->workspace) +
           (trainer->model->set.total + aei_rollback_statistics(&trainer->model->set) + arenas * optimizer->count) * sizeof(aei_real) +
           trainer->order_rows * sizeof *trainer->order;
}

static ae_status check_running(const ae_trainer *trainer)
{
    if (trainer->failed)
        return aei_fail(AE_ERROR_NUMERIC, "this training met a value that is not finite and has ended");
    if (aei_is_cancelled(trainer->options.cancel))
        return aei_fail(AE_ERROR_CANCELLED, "cancelled in epoch %llu after %llu steps",
                        (unsigned long long)trainer->epoch + 1, (unsigned long long)trainer->optimizer.steps);
    return AE_OK;
}

/* A batch in the workspace, and when it comes. */
typedef struct batch {
    size_t n;
    const aei_real *target; /* [n, output] */
    const aei_real *weights; /* [n, output] or NULL */
    double rate, kl_weight;
} batch;

/* One optimizer step on the batch in workspace->x: forward, loss, backward, update. */
static ae_status take_step(ae_trainer *trainer, const batch *b, aei_loss_parts *parts)
{
    ae_model *model = trainer->model;
    aei_workspace *workspace = trainer->workspace;
    const aei_objective objective = objective_of(&trainer->options, b->kl_weight);
    const size_t in = model->design.input_dim, out = model->design.output_dim;
    aei_pass pass = {
        .runtime = model->runtime, .kernels = model->kernels, .set = &model->set, .gradients = workspace->gradients,
        .gradient_at = workspace->gradient_at, .turned = workspace->turned,
        .n = b->n, .seed = trainer->options.seed, .step = trainer->optimizer.steps,
    };
    trainer->last_rows = b->n;
    *parts = aei_objective_forward(model, workspace, &pass, &objective, workspace->x, in, b->target, out, b->weights);
    if (!isfinite(parts->total))
        return aei_rollback_fail(trainer, "the loss is not finite in", trainer->optimizer.steps + 1);
    if (trainer->epoch_is_new)
        aei_rollback_accept_start(trainer);
    aei_update update = aei_optimizer_next(&trainer->optimizer, &model->set, workspace->gradients, b->rate);
    if (trainer->fuses_update)
        pass.update = &update;
    aei_objective_backward(model, workspace, &pass, &objective, workspace->x, in);
    if (!trainer->fuses_update) {
        const double norm = aei_clip_norm(workspace->gradients, model->set.trained);
        if (!isfinite(norm))
            return aei_rollback_fail(trainer, "the gradient is not finite in", trainer->optimizer.steps);
        update.gradient_scale = (aei_real)aei_clip_scale(norm, trainer->options.clip_norm);
        aei_optimizer_apply(model->kernels, &model->set, &update);
    }
    if (trainer->options.orthonormal)
        aei_model_orthonormalise(model);
    trainer->last_rate = b->rate;
    return AE_OK;
}

/* Corrupts workspace->x, row r as sample samples[r] (or r); the clean rows stay as the target. */
static void corrupt(ae_trainer *trainer, uint64_t epoch, const size_t *samples, batch *b)
{
    aei_workspace *w = trainer->workspace;
    const ae_model *model = trainer->model;
    const ae_corruption *c = &trainer->corruption;
    aei_real *clean = b->target == w->x ? w->target : NULL, *weights = has_emphasis(c) ? w->weights : NULL;
    if (c->kind == AE_CORRUPTION_NONE)
        return;
    aei_corrupt(&(aei_corrupt_call){
        .how = c, .runtime = model->runtime, .kernels = model->kernels, .seed = trainer->options.seed, .epoch = epoch,
        .n = b->n, .d = model->design.input_dim, .samples = samples, .x = w->x, .clean = clean, .weights = weights});
    if (clean)
        b->target = clean;
    b->weights = weights;
}

ae_status aei_trainer_step(ae_trainer *trainer, const float *x, size_t rows, size_t x_stride, const float *target,
                           size_t target_stride, double *loss)
{
    ae_model *model = trainer->model;
    const aei_design *d = &model->design;
    const ae_train_options *options = &trainer->options;
    const uint64_t per_epoch = options->steps_per_epoch, kept = per_epoch ? per_epoch : STEPS_KEPT;
    const uint64_t done = trainer->optimizer.steps;
    aei_workspace *workspace = trainer->workspace;
    batch b = {.n = rows, .target = target ? workspace->target : workspace->x, .rate = options->learning_rate,
               .kl_weight = options->kl_weight};
    aei_loss_parts parts;
    ae_status status = check_running(trainer);
    if (status != AE_OK)
        return status;
    if (done > 0 && done % kept == 0) {
        status = aei_rollback_check_weights(trainer);
        if (status != AE_OK)
            return status;
        if (per_epoch)
            trainer->epoch = done / per_epoch;
        aei_rollback_begin_epoch(trainer);
    }
    if (per_epoch) {
        b.rate = aei_schedule_rate(options, done / per_epoch, done % per_epoch, per_epoch);
        b.kl_weight = aei_schedule_kl_weight(options, done / per_epoch, done % per_epoch, per_epoch);
    }
    aei_batch_copy(model->runtime, x, aei_model_input_scaling(model), rows, d->input_dim, x_stride, workspace->x);
    if (target)
        aei_batch_copy(model->runtime, target, aei_model_output_scaling(model), rows, d->output_dim, target_stride,
                       workspace->target);
    corrupt(trainer, done, NULL, &b);
    model->kernels->enter();
    status = take_step(trainer, &b, &parts);
    model->kernels->leave();
    if (status == AE_OK) {
        aei_model_changed(model);
        if (loss)
            *loss = parts.total;
    }
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

/* All batches of an epoch; `sum`: parts of the loss, weighted by rows. */
static ae_status run_batches(ae_trainer *trainer, aei_examples examples, aei_loss_parts *sum)
{
    const ae_model *model = trainer->model;
    aei_workspace *workspace = trainer->workspace;
    const size_t rows = examples.inputs->rows;
    const uint64_t steps = batches(trainer, rows);
    size_t first = 0;
    *sum = (aei_loss_parts){0};
    for (uint64_t step = 0; step < steps; step++) {
        const size_t *order = trainer->order + first;
        batch b = {
            .n = batch_rows(trainer, rows - first), .target = workspace->x,
            .rate = aei_schedule_rate(&trainer->options, trainer->epoch, step, steps),
            .kl_weight = aei_schedule_kl_weight(&trainer->options, trainer->epoch, step, steps),
        };
        const size_t after = batch_rows(trainer, rows - first - b.n);
        aei_loss_parts parts;
        ae_status status = check_running(trainer);
        if (status != AE_OK)
            return status;
        aei_batch_gather(model->runtime, examples.inputs, aei_model_input_scaling(model), order, b.n, after, workspace->x);
        if (examples.targets) {
            aei_batch_gather(model->runtime, examples.targets, aei_model_output_scaling(model), order, b.n,
                             after, workspace->target);
            b.target = workspace->target;
        }
        corrupt(trainer, trainer->epoch, order, &b);
        status = take_step(trainer, &b, &parts);
        if (status != AE_OK)
            return status;
        sum->total += parts.total * (double)b.n;
        sum->reconstruction += parts.reconstruction * (double)b.n;
        sum->kl += parts.kl * (double)b.n;
        sum->penalty += parts.penalty * (double)b.n;
        first += b.n;
    }
    return AE_OK;
}

static ae_status prepare_order(ae_trainer *trainer, size_t rows)
{
    if (trainer->order_rows < rows) {
        size_t bytes;
        size_t *order = NULL;
        if (aei_size_mul(rows, sizeof *order, &bytes))
            order = aei_realloc(trainer->model->runtime, trainer->order, bytes);
        if (!order)
            return aei_fail(AE_ERROR_NO_MEMORY, "out of memory for the order of %zu rows", rows);
        trainer->order = order;
        trainer->order_rows = rows;
    }
    aei_batch_order(trainer->order, rows, trainer->options.shuffle, trainer->options.seed, trainer->epoch);
    return AE_OK;
}

ae_status aei_trainer_epoch(ae_trainer *trainer, aei_examples examples, ae_epoch_report *report)
{
    ae_model *model = trainer->model;
    const double start = aei_clock_seconds(), rows = (double)examples.inputs->rows;
    aei_loss_parts sum;
    ae_status status = check_running(trainer);
    if (status == AE_OK && trainer->normalises && (examples.inputs->rows == 1 || trainer->options.batch_size == 1))
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "batch normalisation needs batches of 2 rows or more");
    if (status == AE_OK)
        status = aei_history_reserve(model);
    if (status == AE_OK)
        status = prepare_order(trainer, examples.inputs->rows);
    if (status == AE_OK)
        status = aei_rollback_check_weights(trainer); /* steps of the host's own may have come before */
    if (status != AE_OK)
        return status;

    aei_rollback_begin_epoch(trainer);
    model->kernels->enter();
    status = run_batches(trainer, examples, &sum);
    model->kernels->leave();
    if (status == AE_OK || status == AE_ERROR_CANCELLED) { /* the host goes on with the model in both cases */
        ae_status weights = aei_rollback_check_weights(trainer);
        if (weights != AE_OK)
            return weights;
        aei_model_changed(model);
    }
    if (status != AE_OK)
        return status;

    trainer->epoch++;
    *report = (ae_epoch_report){
        .epoch = trainer->epoch, .epochs = trainer->options.epochs, .steps = trainer->optimizer.steps,
        .train_loss = sum.total / rows, .reconstruction = sum.reconstruction / rows, .kl = sum.kl / rows,
        .penalty = sum.penalty / rows, .validation_loss = (double)NAN, .learning_rate = trainer->last_rate,
        .seconds = aei_clock_seconds() - start,
    };
    aei_history_append(model, report);
    return AE_OK;
}
