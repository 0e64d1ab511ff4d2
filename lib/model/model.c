/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/model.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "base/runtime.h"
#include "losses/loss.h"
#include "model/inference_buffers.h"
#include "model/lasso.h"
#include "model/quantised.h"

#define LEAST_LEFT 1e-5 /* of a row of length 1 that those before it do not make up but for rounding */

static ae_status copy_list(ae_layer_list **out, ae_runtime *runtime, const ae_layer_list *list)
{
    ae_layer_list *copy = aei_calloc(runtime, 1, sizeof *copy);
    *out = copy;
    if (!copy)
        return AE_ERROR_NO_MEMORY;
    copy->runtime = runtime;
    copy->specs = aei_alloc_array(runtime, list->count, sizeof *copy->specs);
    if (!copy->specs)
        return AE_ERROR_NO_MEMORY;
    memcpy(copy->specs, list->specs, list->count * sizeof *copy->specs);
    copy->count = copy->capacity = list->count;
    return AE_OK;
}

static void free_list(ae_layer_list *list)
{
    if (!list)
        return;
    aei_free(list->runtime, list->specs);
    aei_free(list->runtime, list);
}

static size_t dense_layers(const ae_layer_list *list)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->specs[i].layer.kind == AEI_LAYER_DENSE;
    return count;
}

static ae_status check_design(const aei_design *d)
{
    const size_t most = SIZE_MAX / 64;
    if (d->input_dim == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "input_dim is 0, must be at least 1");
    if (d->input_dim > most || d->output_dim > most || d->latent_dim > most)
        return aei_fail(AE_ERROR_SHAPE, "dimensions %zu -> %zu -> %zu are too large to address", d->input_dim,
                        d->latent_dim, d->output_dim);
    if (d->loss < AE_SQUARED_ERROR || d->loss > AE_SOFTMAX_CROSS_ENTROPY)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no loss %d", (int)d->loss);
    if (d->code < AE_CODE_PLAIN || d->code > AE_CODE_LASSO)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no code %d", (int)d->code);
    if (d->code == AE_CODE_LASSO && !(d->lasso > 0 && isfinite(d->lasso)))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "lambda must be above 0 and finite");
    if (d->variance < AE_VARIANCE_SHARED || d->variance > AE_VARIANCE_ONE)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no variance %d", (int)d->variance);
    if (d->noise < AE_NOISE_FIXED || d->noise > AE_NOISE_OPTIMAL)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no noise %d", (int)d->noise);
    if (d->loss == AE_GAUSSIAN_LIKELIHOOD && !(d->noise_deviation >= 1e-4 && d->noise_deviation <= 1e4))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "noise_deviation must be in [1e-4, 1e4]");
    if (d->code == AE_CODE_GAUSSIAN && !aei_loss_is_likelihood(d->loss))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "a variational model needs a likelihood as its loss: "
                        "AE_BINARY_CROSS_ENTROPY or AE_GAUSSIAN_LIKELIHOOD");
    return AE_OK;
}

/* What the encoder ends in; its widths as the layers have them, against those that were asked for. */
static ae_status check_code(ae_model *model)
{
    aei_design *d = &model->design;
    const bool halved = d->code == AE_CODE_GAUSSIAN && d->variance == AE_VARIANCE_SHARED;
    const size_t latent = halved ? model->encoder.out / 2 : model->encoder.out;
    const aei_activation f = model->encoder.layers[model->encoder.count - 1].f;
    if (d->code == AE_CODE_GAUSSIAN && d->variance != AE_VARIANCE_ONE && f.kind != AE_IDENTITY)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "log sigma^2 may be any number: a variational encoder must not end in "
                        "%s, unless its variance is AE_VARIANCE_ONE", aei_activation_name(f.kind));
    if (halved && model->encoder.out % 2 != 0)
        return aei_fail(AE_ERROR_SHAPE, "the encoder ends %zu wide, which is not twice the width of a code",
                        model->encoder.out);
    if (d->latent_dim != 0 && d->latent_dim != latent)
        return aei_fail(AE_ERROR_SHAPE, "latent_dim is %zu, but the encoder ends %zu wide", d->latent_dim,
                        model->encoder.out);
    d->latent_dim = latent;
    if (d->code == AE_CODE_TOPK && (d->topk == 0 || d->topk > latent))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "topk is %zu, must be 1..%zu", d->topk, latent);
    return AE_OK;
}

/* A dictionary is one dense layer of atoms, W, and the same layer back: what the lasso needs of x is x W^T. */
static ae_status check_dictionary(const ae_model *model)
{
    const aei_design *d = &model->design;
    const aei_layer *encoder = &model->encoder.layers[0], *decoder = &model->decoder.layers[0];
    if (model->encoder.count != 1 || encoder->kind != AEI_LAYER_DENSE || encoder->bias != AEI_NO_PARAM ||
        encoder->f.kind != AE_IDENTITY || model->decoder.count != 1 || decoder->kind != AEI_LAYER_DENSE ||
        !decoder->tied || decoder->bias != AEI_NO_PARAM || decoder->f.kind != AE_IDENTITY ||
        d->loss != AE_SQUARED_ERROR)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "a dictionary is one dense layer without bias and activation, tied to "
                        "another of the same kind, with squared error");
    if (d->latent_dim > aei_dictionary_limit(d->input_dim))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%zu atoms for %zu features, must be at most %zu", d->latent_dim,
                        d->input_dim, aei_dictionary_limit(d->input_dim));
    return AE_OK;
}

static ae_status check_output(const ae_model *model)
{
    const aei_layer *output = aei_model_output_layer(model);
    const aei_design *d = &model->design;
    if (model->decoder.out != d->output_dim)
        return aei_fail(AE_ERROR_SHAPE, "the decoder ends %zu wide, not %zu", model->decoder.out, d->output_dim);
    if (output->kind == AEI_LAYER_DROPOUT)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the decoder must not end in dropout");
    if (d->loss == AE_BINARY_CROSS_ENTROPY && output->f.kind != AE_SIGMOID)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT,
                        "binary cross-entropy needs a sigmoid output, the decoder's last activation is %s",
                        aei_activation_name(output->f.kind));
    if (d->loss == AE_SOFTMAX_CROSS_ENTROPY && output->f.kind != AE_IDENTITY)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT,
                        "softmax cross-entropy needs an identity output, the decoder's last activation is %s",
                        aei_activation_name(output->f.kind));
    return AE_OK;
}

static ae_status build(ae_model *model, const ae_layer_list *encoder, const ae_layer_list *decoder)
{
    aei_design *d = &model->design;
    aei_param_set *set = &model->set;
    ae_status status = copy_list(&model->encoder_list, model->runtime, encoder);
    if (status == AE_OK)
        status = copy_list(&model->decoder_list, model->runtime, decoder);
    if (status == AE_OK)
        status = aei_network_build(&model->encoder, set, encoder, d->input_dim, "encoder", NULL);
    if (status == AE_OK)
        status = check_code(model);
    if (status == AE_OK && d->code == AE_CODE_GAUSSIAN && d->variance == AE_VARIANCE_SEPARATE)
        status = aei_network_build(&model->variance, set, encoder, d->input_dim, "variance", NULL);
    if (status == AE_OK)
        status = aei_network_build(&model->decoder, set, decoder, d->latent_dim, "decoder", &model->encoder);
    if (status == AE_OK)
        status = check_output(model);
    if (status == AE_OK && d->code == AE_CODE_LASSO)
        status = check_dictionary(model);
    if (status == AE_OK && d->loss == AE_GAUSSIAN_LIKELIHOOD)
        status = aei_param_set_add(set, "observation.log_variance", 1,
                                   d->noise == AE_NOISE_PER_FEATURE ? d->output_dim : 1,
                                   d->noise == AE_NOISE_LEARNED || d->noise == AE_NOISE_PER_FEATURE, false,
                                   &model->log_var);
    if (status == AE_OK && d->code == AE_CODE_TOPK)
        status = aei_param_set_add(set, "code.use", 1, d->latent_dim, false, false, &model->use);
    return status;
}

ae_status aei_model_outline(ae_model **out, ae_runtime *runtime, const ae_layer_list *encoder,
                            const ae_layer_list *decoder, const aei_design *design)
{
    ae_status status = check_design(design);
    ae_model *model;
    *out = NULL;
    if (status != AE_OK)
        return status;
    if (dense_layers(encoder) == 0 || dense_layers(decoder) == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the %s has no dense layer",
                        dense_layers(encoder) ? "decoder" : "encoder");
    model = aei_calloc(runtime, 1, sizeof *model);
    if (!model)
        return AE_ERROR_NO_MEMORY;
    model->runtime = aei_runtime_retain(runtime);
    model->kernels = aei_kernels_of(runtime);
    model->design = *design;
    if (model->design.output_dim == 0)
        model->design.output_dim = design->input_dim;
    model->log_var = model->use = AEI_NO_PARAM;
    aei_param_set_init(&model->set, runtime);
    atomic_init(&model->references, 1);
    atomic_init(&model->has_trainer, false);
    for (size_t i = 0; i < AEI_SPARE_COUNT; i++)
        atomic_init(&model->spares[i], NULL);
    atomic_init(&model->quantised, NULL);
    atomic_init(&model->quantised_spare, NULL);
    status = build(model, encoder, decoder);
    if (status == AE_OK)
        aei_quantised_place(model);
    if (status == AE_OK)
        *out = model;
    else
        aei_model_delete(model);
    return status;
}

ae_status aei_model_allocate(ae_model *model)
{
    const size_t k = model->design.latent_dim;
    if (model->design.code == AE_CODE_LASSO) {
        model->gram = aei_alloc_array(model->runtime, k, k * sizeof *model->gram);
        if (!model->gram)
            return AE_ERROR_NO_MEMORY;
    }
    return aei_param_set_allocate(&model->set);
}

ae_status aei_model_new(ae_model **out, ae_runtime *runtime, const ae_layer_list *encoder, const ae_layer_list *decoder,
                        const aei_design *design)
{
    ae_status status = aei_model_outline(out, runtime, encoder, decoder, design);
    if (status == AE_OK)
        status = aei_model_allocate(*out);
    if (status != AE_OK) {
        aei_model_delete(*out);
        *out = NULL;
    }
    return status;
}

static void fill(aei_param_set *set, size_t index, double value)
{
    if (index == AEI_NO_PARAM)
        return;
    const aei_param *param = &set->params[index];
    for (size_t i = 0; i < aei_param_length(param); i++)
        set->values[param->first + i] = (aei_real)value;
}

void aei_model_initialise(ae_model *model, uint64_t seed)
{
    const aei_design *d = &model->design;
    aei_network_initialise(&model->encoder, &model->set, seed);
    aei_network_initialise(&model->variance, &model->set, seed);
    aei_network_initialise(&model->decoder, &model->set, seed);
    fill(&model->set, model->log_var, 2 * log(d->noise_deviation));
    fill(&model->set, model->use, (double)d->topk / (double)d->latent_dim);
    aei_model_changed(model);
}

static void find_gram(ae_model *model)
{
    const aei_layer *layer = &model->encoder.layers[0];
    aei_lasso_gram(model->set.values + model->set.params[layer->weight].first, layer->out, layer->in, model->gram);
}

void aei_model_changed(ae_model *model)
{
    aei_network_fold(&model->encoder, &model->set);
    aei_network_fold(&model->variance, &model->set);
    aei_network_fold(&model->decoder, &model->set);
    if (model->gram)
        find_gram(model);
    aei_quantised_drop(model);
    model->contamination = 0;
}

void aei_model_take_scaling(ae_model *model, aei_scaling *scaling)
{
    aei_scaling_clear(&model->scaling, model->runtime);
    model->scaling = *scaling;
    *scaling = (aei_scaling){0};
    model->contamination = 0;
}

ae_model *aei_model_retain(ae_model *model)
{
    atomic_fetch_add_explicit(&model->references, 1, memory_order_relaxed);
    return model;
}

void aei_model_delete(ae_model *model)
{
    ae_runtime *runtime;
    if (!model || atomic_fetch_sub_explicit(&model->references, 1, memory_order_acq_rel) > 1)
        return;
    runtime = model->runtime;
    aei_inference_buffers_clear(model);
    aei_quantised_clear(model);
    aei_network_clear(&model->encoder);
    aei_network_clear(&model->variance);
    aei_network_clear(&model->decoder);
    aei_param_set_clear(&model->set);
    aei_free(runtime, model->gram);
    aei_scaling_clear(&model->scaling, runtime);
    free_list(model->encoder_list);
    free_list(model->decoder_list);
    aei_free(runtime, model->history.records);
    aei_free(runtime, model);
    aei_runtime_release(runtime);
}

static double row_dot(const aei_real *a, const aei_real *b, size_t d)
{
    double sum = 0;
    for (size_t i = 0; i < d; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

static void set_length_1(aei_real *row, size_t d, double norm)
{
    for (size_t i = 0; i < d; i++)
        row[i] = (aei_real)((double)row[i] / norm);
}

/* Makes row i:[d] of w orthogonal to those before it, of length 1. False if, but for rounding, nothing of it is left. A
 * row that is not finite stays so, to be found by who looks for that. */
static bool make_orthogonal(aei_real *w, size_t i, size_t d)
{
    aei_real *row = w + i * d;
    double norm = sqrt(row_dot(row, row, d)), left;
    if (norm == 0)
        return false;
    set_length_1(row, d, norm);
    do { /* where much cancels, rounding has a large part in what is left: it is made orthogonal again */
        for (size_t k = 0; k < i; k++) {
            const aei_real *other = w + k * d;
            const double dot = row_dot(row, other, d);
            for (size_t j = 0; j < d; j++)
                row[j] = (aei_real)((double)row[j] - dot * (double)other[j]);
        }
        left = sqrt(row_dot(row, row, d));
        if (left < LEAST_LEFT)
            return false;
        set_length_1(row, d, left);
    } while (left < 0.5);
    return true;
}

void aei_model_orthonormalise(ae_model *model)
{
    const aei_layer *layer = &model->encoder.layers[model->encoder.count - 1];
    while (layer->kind != AEI_LAYER_DENSE)
        layer--;
    aei_real *w = model->set.values + model->set.params[layer->weight].first;
    const size_t d = layer->in;
    size_t next = 0;
    for (size_t i = 0; i < layer->out; i++)
        for (; !make_orthogonal(w, i, d); next++) /* replaced by the next unit vector */
            for (size_t j = 0; j < d; j++)
                w[i * d + j] = j == next % d;
}

ae_status aei_history_reserve(ae_model *model)
{
    return aei_history_reserve_more(model, 1);
}

ae_status aei_history_reserve_more(ae_model *model, size_t count)
{
    aei_history *history = &model->history;
    if (count <= history->capacity - history->count)
        return AE_OK;
    size_t capacity = history->capacity ? 2 * history->capacity : 32, needed, size;
    ae_epoch_report *records = NULL;
    if (!aei_size_add(history->count, count, &needed))
        needed = SIZE_MAX;
    if (capacity < needed)
        capacity = needed;
    if (aei_size_mul(capacity, sizeof *records, &size))
        records = aei_realloc(model->runtime, history->records, size);
    if (!records)
        return aei_fail(AE_ERROR_NO_MEMORY, "out of memory for a history of %zu epochs", capacity);
    history->records = records;
    history->capacity = capacity;
    return AE_OK;
}

void aei_history_append(ae_model *model, const ae_epoch_report *record)
{
    model->history.records[model->history.count++] = *record;
}

void aei_history_amend(ae_model *model, const ae_epoch_report *record)
{
    model->history.records[model->history.count - 1] = *record;
}
