/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/model.h"

#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "base/runtime.h"
#include "model/infer.h"

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

static ae_status check_output(const ae_model *model)
{
    const aei_layer *output = aei_model_output_layer(model);
    if (model->decoder.out != model->encoder.in)
        return aei_fail(AE_ERROR_SHAPE, "the decoder ends %zu wide, but the input is %zu wide", model->decoder.out,
                        model->encoder.in);
    if (output->kind == AEI_LAYER_DROPOUT)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the decoder must not end in dropout");
    if (model->loss == AE_BINARY_CROSS_ENTROPY && output->f.kind != AE_SIGMOID)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT,
                        "binary cross-entropy needs a sigmoid output, the decoder's last activation is %s",
                        aei_activation_name(output->f.kind));
    return AE_OK;
}

ae_status aei_model_new(ae_model **out, ae_runtime *runtime, const ae_layer_list *encoder, const ae_layer_list *decoder,
                        size_t input_dim, ae_loss loss)
{
    ae_status status;
    ae_model *model;
    *out = NULL;
    if (input_dim == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "input_dim is 0, must be at least 1");
    if (input_dim > SIZE_MAX / 64)
        return aei_fail(AE_ERROR_SHAPE, "input_dim is %zu, too large to address", input_dim);
    if (loss != AE_SQUARED_ERROR && loss != AE_BINARY_CROSS_ENTROPY)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no loss %d", (int)loss);
    if (dense_layers(encoder) == 0 || dense_layers(decoder) == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the %s has no dense layer",
                        dense_layers(encoder) ? "decoder" : "encoder");
    model = aei_calloc(runtime, 1, sizeof *model);
    if (!model)
        return AE_ERROR_NO_MEMORY;
    model->runtime = aei_runtime_retain(runtime);
    model->kernels = aei_kernels_of(runtime);
    model->loss = loss;
    aei_param_set_init(&model->set, runtime);
    atomic_init(&model->has_trainer, false);
    for (size_t i = 0; i < AEI_SPARE_COUNT; i++)
        atomic_init(&model->spares[i], NULL);

    status = copy_list(&model->encoder_list, runtime, encoder);
    if (status == AE_OK)
        status = copy_list(&model->decoder_list, runtime, decoder);
    if (status == AE_OK)
        status = aei_network_build(&model->encoder, &model->set, encoder, input_dim, "encoder", NULL);
    if (status == AE_OK)
        status = aei_network_build(&model->decoder, &model->set, decoder, model->encoder.out, "decoder",
                                   &model->encoder);
    if (status == AE_OK)
        status = check_output(model);
    if (status == AE_OK)
        status = aei_param_set_allocate(&model->set);
    if (status == AE_OK)
        *out = model;
    else
        aei_model_delete(model);
    return status;
}

void aei_model_initialise(ae_model *model, uint64_t seed)
{
    aei_network_initialise(&model->encoder, &model->set, seed);
    aei_network_initialise(&model->decoder, &model->set, seed);
    aei_model_changed(model);
}

void aei_model_changed(ae_model *model)
{
    aei_network_fold(&model->encoder, &model->set);
    aei_network_fold(&model->decoder, &model->set);
}

void aei_model_delete(ae_model *model)
{
    ae_runtime *runtime;
    if (!model)
        return;
    runtime = model->runtime;
    aei_infer_clear(model);
    aei_network_clear(&model->encoder);
    aei_network_clear(&model->decoder);
    aei_param_set_clear(&model->set);
    free_list(model->encoder_list);
    free_list(model->decoder_list);
    aei_free(runtime, model->history.records);
    aei_free(runtime, model);
    aei_runtime_release(runtime);
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
