/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/quantised.h"

#include "base/alloc.h"
#include "base/error.h"
#include "kernels/int8.h"

static void place(aei_network *network, size_t *total)
{
    for (size_t i = 0; i < network->count; i++) {
        aei_layer *layer = &network->layers[i];
        size_t size, end;
        if (layer->kind != AEI_LAYER_DENSE || !aei_int8_size(layer->in, layer->out, &size) ||
            !aei_size_add(*total, size, &end))
            continue;
        layer->quantised = *total;
        *total = end;
    }
}

void aei_quantised_place(ae_model *model)
{
    if (!model->kernels->int8_forward || model->design.code == AE_CODE_LASSO) /* codes of which are to be exact */
        return;
    place(&model->encoder, &model->quantised_size);
    place(&model->variance, &model->quantised_size);
    place(&model->decoder, &model->quantised_size);
}

static void quantise(const ae_model *model, const aei_network *network, char *block)
{
    const aei_param_set *set = &model->set;
    aei_step s;
    for (size_t i = 0; i < network->count; i = s.next) {
        s = aei_network_step(network, i);
        if (!s.dense || s.dense->quantised == AEI_NO_PARAM)
            continue;
        const aei_int8_weights w = aei_int8_at(block + s.dense->quantised, s.dense->in, s.out);
        model->kernels->int8_pack(&w, set->values + set->params[s.dense->weight].first, s.dense->tied,
                                  s.norm ? network->folded + s.norm->folded : NULL);
    }
}

/* As the buffers of inference, the blocks change hands by an exchange. */
static _Atomic(void *) *current_of(const ae_model *model)
{
    return (_Atomic(void *) *)&model->quantised;
}

static _Atomic(void *) *spare_of(const ae_model *model)
{
    return (_Atomic(void *) *)&model->quantised_spare;
}

static void keep(const ae_model *model, void *block)
{
    aei_free(model->runtime, atomic_exchange(spare_of(model), block));
}

static ae_status new_block(const ae_model *model, void **block)
{
    *block = aei_alloc(model->runtime, model->quantised_size);
    return *block ? AE_OK : aei_fail(AE_ERROR_NO_MEMORY, "out of memory for weights in int8");
}

ae_status aei_quantised_get(const ae_model *model, void **block)
{
    void *none = NULL;
    *block = atomic_load(current_of(model));
    if (*block || model->quantised_size == 0)
        return AE_OK;
    *block = atomic_exchange(spare_of(model), NULL);
    if (!*block && new_block(model, block) != AE_OK)
        return AE_ERROR_NO_MEMORY;
    quantise(model, &model->encoder, *block);
    quantise(model, &model->variance, *block);
    quantise(model, &model->decoder, *block);
    if (!atomic_compare_exchange_strong(current_of(model), &none, *block)) { /* another thread was faster: the same */
        keep(model, *block);
        *block = none;
    }
    return AE_OK;
}

ae_status aei_quantised_reserve(const ae_model *model)
{
    void *block;
    if (model->quantised_size == 0 || atomic_load(current_of(model)) || atomic_load(spare_of(model)))
        return AE_OK;
    if (new_block(model, &block) != AE_OK)
        return AE_ERROR_NO_MEMORY;
    keep(model, block);
    return AE_OK;
}

void aei_quantised_drop(ae_model *model)
{
    void *block = atomic_exchange(&model->quantised, NULL);
    if (block)
        keep(model, block);
}

void aei_quantised_clear(ae_model *model)
{
    aei_quantised_drop(model);
    keep(model, NULL);
}
