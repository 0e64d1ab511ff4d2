/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/objective.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "losses/mse.h"
#include "model/code.h"

#define NOISE_MOMENTUM 0.1 /* weight of a batch in the running log gamma^2 of AE_NOISE_OPTIMAL */

/* Hands out pieces of the arena. The first walk, without memory, finds the size; the second gives the places. */
typedef struct carver {
    char *base;
    size_t used;
    bool overflow;
} carver;

static void *carve(carver *c, size_t count, size_t size)
{
    size_t bytes, start = c->used;
    if (!aei_size_mul(count, size, &bytes) || !aei_size_add(bytes, AEI_ALIGNMENT - 1, &bytes) ||
        !aei_size_add(c->used, bytes / AEI_ALIGNMENT * AEI_ALIGNMENT, &c->used))
        c->overflow = true;
    return c->base && count ? c->base + start : NULL;
}

static aei_slot *carve_slots(carver *c, const aei_network *network, size_t rows)
{
    aei_slot *slots = carve(c, network->count, sizeof *slots);
    for (size_t i = 0; i < network->count; i++) {
        const aei_layer *layer = &network->layers[i];
        aei_slot slot;
        slot.y = carve(c, rows * layer->out, sizeof(aei_real));
        slot.z = carve(c, aei_activation_needs_z(layer->f.kind) ? rows * layer->out : 0, sizeof(aei_real));
        slot.extra = carve(c, aei_layer_ops_of(layer->kind)->extra(layer, rows), sizeof(aei_real));
        if (slots)
            slots[i] = slot;
    }
    return slots;
}

/* A weight's gradient is used where it is made, unless several layers or a penalty add to it. */
static bool keeps_all_gradients(const ae_model *model, const aei_objective *objective, const aei_room *room)
{
    bool tied = false;
    for (size_t i = 0; i < model->decoder.count; i++)
        tied |= model->decoder.layers[i].kind == AEI_LAYER_DENSE && model->decoder.layers[i].tied;
    return !room->fused || model->kernels->needs_dw || tied || objective->contraction > 0;
}

/* Gives the gradients of trained parameters their places and tells how many numbers they take. */
static size_t place_gradients(const ae_model *model, bool all, size_t *places)
{
    const size_t line = AEI_ALIGNMENT / sizeof(aei_real);
    size_t used = 0;
    for (size_t i = 0; i < model->set.count; i++) {
        const aei_param *param = &model->set.params[i];
        const bool kept = param->trained && (all || !param->decay);
        if (places)
            places[i] = !kept ? AEI_NO_PARAM : all ? param->first : used;
        if (kept)
            used += (aei_param_length(param) + line - 1) / line * line;
    }
    return all ? model->set.trained : used;
}

static void lay_out(aei_workspace *w, carver *c, const ae_model *model, const aei_objective *objective,
                    const aei_room *room)
{
    const aei_design *d = &model->design;
    const size_t real = sizeof(aei_real), rows = room->rows, many = rows * objective->samples;
    const bool all = keeps_all_gradients(model, objective, room);
    const size_t encoder = model->encoder.max_width, decoder = model->decoder.max_width;
    const size_t widest = encoder > decoder ? encoder : decoder;
    const bool second_net = model->variance.count > 0;
    w->rows = rows;
    w->encoder = carve_slots(c, &model->encoder, rows);
    w->variance = carve_slots(c, &model->variance, rows);
    w->decoder = carve_slots(c, &model->decoder, many);
    w->gradient_at = carve(c, model->set.count, sizeof *w->gradient_at);
    w->gradients = carve(c, place_gradients(model, all, w->gradient_at), real);
    w->scratch0 = carve(c, many * widest, real);
    w->scratch1 = carve(c, many * widest, real);
    w->turned = carve(c, model->kernels->sparse_product ? aei_turned_size(many, widest) : 0, real);
    w->z = carve(c, many * d->latent_dim, real);
    w->dz = carve(c, many * d->latent_dim, real);
    w->epsilon = carve(c, d->code == AE_CODE_GAUSSIAN ? many * d->latent_dim : 0, real);
    w->de = carve(c, rows * model->encoder.out, real);
    w->dv = carve(c, second_net ? rows * d->latent_dim : 0, real);
    w->dpenalty = carve(c, rows * d->latent_dim, real);
    w->score = carve(c, d->latent_dim, real);
    w->unit = carve(c, d->latent_dim, sizeof(double));
    w->x = carve(c, rows * d->input_dim, real);
    w->target = carve(c, rows * d->output_dim, real);
    w->weights = carve(c, room->weights ? rows * d->output_dim : 0, real);
    w->row_loss = carve(c, many, sizeof(double));
}

ae_status aei_objective_check(const ae_model *model, const aei_objective *o)
{
    const aei_activation f = model->encoder.layers[model->encoder.count - 1].f;
    if (model->design.code == AE_CODE_GAUSSIAN && (o->code_l1 > 0 || o->sparsity_weight > 0))
        return aei_fail(AE_ERROR_UNSUPPORTED, "code_l1 and sparsity_weight are for deterministic codes");
    if (o->sparsity_weight > 0 && f.kind != AE_SIGMOID)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT,
                        "sparsity_weight needs codes in (0, 1): AE_SIGMOID as the code's activation, not %s",
                        aei_activation_name(f.kind));
    if (o->samples > 1 && model->design.code != AE_CODE_GAUSSIAN)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "samples is for variational models");
    return AE_OK;
}

ae_status aei_workspace_create(aei_workspace **out, const ae_model *model, const aei_objective *objective,
                               const aei_room *room)
{
    const size_t rows = room->rows;
    const size_t encoder = model->encoder.max_width, decoder = model->decoder.max_width, samples = objective->samples;
    const size_t widest = (encoder > decoder ? encoder : decoder) + 1;
    ae_runtime *runtime = model->runtime;
    carver c = {0};
    size_t product;
    ae_status status = aei_objective_check(model, objective);
    *out = NULL;
    if (status != AE_OK)
        return status;
    /* every count of lay_out() is below 2 (rows + 16) * samples * widest, so its own products cannot overflow */
    if (rows + 16 < rows || !aei_size_mul(rows + 16, 2 * samples, &product) || !aei_size_mul(product, widest, &product))
        return aei_fail(AE_ERROR_SHAPE, "a batch of %zu rows is too large to address", rows);
    aei_workspace *w = aei_calloc(runtime, 1, sizeof *w);
    if (!w)
        return AE_ERROR_NO_MEMORY;
    w->runtime = runtime;
    lay_out(w, &c, model, objective, room);
    if (c.overflow) {
        status = aei_fail(AE_ERROR_SHAPE, "a batch of %zu rows is too large to address", rows);
        goto cleanup;
    }
    w->arena = aei_calloc(runtime, 1, c.used);
    if (!w->arena) {
        status = AE_ERROR_NO_MEMORY;
        goto cleanup;
    }
    c = (carver){.base = w->arena};
    lay_out(w, &c, model, objective, room);
    w->bytes = c.used;
    if (objective->contraction > 0)
        status = aei_contraction_create(&w->contraction, model, rows);
    if (status != AE_OK)
        goto cleanup;
    *out = w;
    w = NULL;
cleanup:
    aei_workspace_free(w);
    return status;
}

void aei_workspace_free(aei_workspace *workspace)
{
    if (!workspace)
        return;
    aei_contraction_free(workspace->contraction);
    aei_free(workspace->runtime, workspace->arena);
    aei_free(workspace->runtime, workspace);
}

size_t aei_workspace_memory(const aei_workspace *workspace)
{
    return sizeof *workspace + workspace->bytes + aei_contraction_memory(workspace->contraction);
}

/* sigma-VAE: gamma^2 is this batch's mean squared error, with the emphasis of denoising the weighted mean; the model
 * keeps a running mean of its logarithm, which also stands in where all weights are 0. */
static void find_optimal_noise(const ae_model *model, aei_workspace *w, const aei_loss_call *call, size_t samples)
{
    aei_real *running = model->set.values + model->set.params[model->log_var].first;
    aei_loss_call own = *call;
    const size_t n = own.base.n, d = own.base.d;
    double squares = 0, weight = own.weights ? 0 : (double)(n * d);
    own.base.dz = NULL;
    for (size_t i = 0; own.weights && i < n * d; i++)
        weight += (double)own.weights[i];
    w->batch_log_var = *running;
    if (weight == 0)
        return;
    for (size_t s = 0; s < samples; s++) {
        aei_mse(model->kernels, &own);
        for (size_t r = 0; r < n; r++)
            squares += own.base.row_loss[r];
        own.base.y += n * d;
    }
    w->batch_log_var = aei_log_var_hold((aei_real)log(squares / ((double)samples * weight)));
    *running += (aei_real)NOISE_MOMENTUM * (w->batch_log_var - *running);
}

/* Where the loss finds log gamma^2, and where its gradient goes. */
static void set_noise(const ae_model *model, aei_workspace *w, aei_loss_call *call, size_t samples)
{
    if (model->log_var == AEI_NO_PARAM)
        return;
    const aei_param *param = &model->set.params[model->log_var];
    call->log_var = model->set.values + param->first;
    call->log_var_count = aei_param_length(param);
    if (param->trained) {
        call->dlog_var = w->gradients + w->gradient_at[model->log_var];
        memset(call->dlog_var, 0, call->log_var_count * sizeof *call->dlog_var);
    } else if (model->design.noise == AE_NOISE_OPTIMAL) {
        find_optimal_noise(model, w, call, samples);
        call->log_var = &w->batch_log_var;
    }
}

aei_loss_parts aei_objective_forward(const ae_model *model, aei_workspace *w, const aei_pass *pass,
                                     const aei_objective *objective, const aei_real *x, size_t x_stride,
                                     const aei_real *target, size_t target_stride, const aei_real *weights)
{
    const aei_network *encoder = &model->encoder, *decoder = &model->decoder;
    const aei_slot *output = &w->decoder[decoder->count - 1];
    const size_t n = pass->n, samples = objective->samples, d = decoder->out;
    const bool logits = aei_loss_wants_logits(model->design.loss);
    aei_pass decoding = *pass;
    aei_loss_parts parts = {0};
    double sum = 0;

    aei_network_forward(encoder, pass, x, x_stride, w->encoder, false);
    if (model->variance.count > 0)
        aei_network_forward(&model->variance, pass, x, x_stride, w->variance, false);
    aei_code_forward(model, w, pass, objective, &parts);
    if (w->contraction) {
        const double penalty = aei_contraction_forward(w->contraction, model, pass, w->encoder, objective->contraction);
        parts.penalty += penalty;
        parts.total += penalty;
    }
    decoding.n = n * samples;
    aei_network_forward(decoder, &decoding, w->z, model->design.latent_dim, w->decoder, logits);

    aei_loss_call call = {
        .base = {
            .runtime = pass->runtime, .n = n, .d = d, .f = aei_model_output_layer(model)->f,
            .y = output->y, .z = logits ? output->y : output->z, .target = target, .target_stride = target_stride,
            .scale = 1 / (aei_real)(n * samples), .dz = w->scratch0, .row_loss = w->row_loss,
        },
        .weights = weights,
    };
    set_noise(model, w, &call, samples);
    for (size_t s = 0; s < samples; s++) { /* the rows of each sample have the same targets */
        sum += aei_loss_run(model->design.loss, model->kernels, &call);
        call.base.y += n * d;
        call.base.z = call.base.z ? call.base.z + n * d : NULL;
        call.base.dz += n * d;
    }
    parts.reconstruction = sum / (double)(n * samples);
    parts.total += parts.reconstruction;
    return parts;
}

void aei_objective_backward(const ae_model *model, aei_workspace *w, const aei_pass *pass,
                            const aei_objective *objective, const aei_real *x, size_t x_stride)
{
    static const aei_slot nothing;
    const aei_activation identity = {AE_IDENTITY, 0};
    const aei_param *log_var = model->log_var == AEI_NO_PARAM ? NULL : &model->set.params[model->log_var];
    aei_pass own = *pass;

    if (pass->update && log_var && log_var->trained)
        model->kernels->update_block(pass->update, log_var->first, aei_param_length(log_var),
                                     aei_pass_gradient(pass, model->log_var), aei_param_length(log_var), 1,
                                     aei_param_length(log_var), 0);
    own.n = pass->n * objective->samples;
    aei_network_backward(&model->decoder, &own, w->scratch0, w->z, model->design.latent_dim, w->decoder, w->scratch0,
                         w->scratch1, identity, &nothing, w->dz);
    aei_code_backward(model, w, pass, objective);
    own = *pass;
    if (w->contraction) {
        own.extra_dz = aei_contraction_backward(w->contraction, model, pass, w->encoder);
        own.accumulate = true;
    }
    aei_network_backward(&model->encoder, &own, w->de, x, x_stride, w->encoder, w->scratch0, w->scratch1, identity,
                         &nothing, NULL);
    if (model->variance.count > 0)
        aei_network_backward(&model->variance, pass, w->dv, x, x_stride, w->variance, w->scratch0, w->scratch1, identity,
                             &nothing, NULL);
}
