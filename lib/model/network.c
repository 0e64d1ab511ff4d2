/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/network.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "base/runtime.h"
#include "kernels/int8.h"
#include "layers/batch_norm.h"
#include "layers/init.h"

static ae_status check_spec(const aei_layer_spec *spec)
{
    const aei_layer *layer = &spec->layer;
    if (layer->kind == AEI_LAYER_DENSE && layer->out == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "a dense layer of 0 units");
    if (layer->kind == AEI_LAYER_DENSE && layer->out > SIZE_MAX / 64)
        return aei_fail(AE_ERROR_SHAPE, "a dense layer of %zu units is too large to address", layer->out);
    if (layer->kind == AEI_LAYER_DENSE && (layer->init < AE_INIT_AUTO || layer->init > AE_INIT_NORMAL))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no initialisation %d", (int)layer->init);
    if (layer->kind == AEI_LAYER_DENSE && !(layer->init_scale >= 0 && layer->init_scale <= (double)FLT_MAX))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "init_scale must be 0 or more and finite");
    if (layer->kind == AEI_LAYER_DROPOUT && !(layer->rate >= 0 && (aei_real)layer->rate < 1))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the dropout rate must be in [0, 1), also once rounded to float");
    if (layer->kind == AEI_LAYER_BATCH_NORM && !(layer->momentum > 0 && layer->momentum <= 1))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "batch normalisation: momentum must be in (0, 1]");
    if (layer->kind == AEI_LAYER_BATCH_NORM && !((aei_real)layer->epsilon > 0 && layer->epsilon <= (double)FLT_MAX))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "batch normalisation: epsilon must be above 0 and finite as a "
                        "float");
    return AE_OK;
}

ae_status aei_layer_list_append(ae_layer_list *list, const aei_layer_spec *spec)
{
    ae_status status = check_spec(spec);
    if (status != AE_OK)
        return status;
    if (list->count == AEI_MAX_LAYERS)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "more than %d layers", AEI_MAX_LAYERS);
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 8, size;
        aei_layer_spec *specs = NULL;
        if (aei_size_mul(capacity, sizeof *specs, &size))
            specs = aei_realloc(list->runtime, list->specs, size);
        if (!specs)
            return aei_fail(AE_ERROR_NO_MEMORY, "out of memory for a list of %zu layers", capacity);
        list->specs = specs;
        list->capacity = capacity;
    }
    list->specs[list->count++] = *spec;
    return AE_OK;
}

static ae_status add_param(aei_param_set *set, const char *prefix, size_t position, const char *what, size_t rows,
                           size_t cols, bool trained, size_t *index)
{
    char name[AEI_PARAM_NAME_SIZE];
    snprintf(name, sizeof name, "%s.%zu.%s", prefix, position, what);
    return aei_param_set_add(set, name, rows, cols, trained, rows > 1 || strcmp(what, "weight") == 0, index);
}

/* A tied layer takes the encoder's weight, after checking that its transpose fits. Backward runs from the output down,
 * so the first use that it meets starts dW, the others add, and the encoder's own use, the last, updates. */
static ae_status tie(aei_layer *layer, size_t position, aei_network *encoder)
{
    aei_layer *mirror = NULL;
    if (encoder && layer->tied_to < encoder->count)
        mirror = &encoder->layers[layer->tied_to];
    if (!mirror || mirror->kind != AEI_LAYER_DENSE)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT,
                        "layer %zu is tied to layer %zu of the encoder, which is not a dense layer there", position,
                        layer->tied_to);
    if (mirror->in != layer->out || mirror->out != layer->in)
        return aei_fail(AE_ERROR_SHAPE,
                        "decoder layer %zu is %zu -> %zu, but the encoder layer it is tied to is %zu -> %zu", position,
                        layer->in, layer->out, mirror->in, mirror->out);
    layer->weight = mirror->weight;
    return AE_OK;
}

static void order_shared_gradients(aei_network *decoder, aei_network *encoder)
{
    for (size_t i = decoder->count; i-- > 0;) {
        aei_layer *layer = &decoder->layers[i];
        if (layer->kind != AEI_LAYER_DENSE || !layer->tied)
            continue;
        aei_layer *mirror = &encoder->layers[layer->tied_to];
        layer->accumulates = mirror->accumulates;
        layer->updates = false;
        mirror->accumulates = true;
    }
}

static ae_status build_layer(aei_network *network, aei_param_set *set, const aei_layer_spec *spec, size_t in,
                             const char *prefix, size_t position, aei_network *encoder)
{
    aei_layer *layer = &network->layers[position];
    ae_status status = AE_OK;
    *layer = spec->layer;
    layer->in = in;
    layer->weight = layer->bias = layer->mean = layer->variance = AEI_NO_PARAM;
    layer->number = (uint32_t)(position + (encoder ? encoder->count : 0));
    layer->updates = true;
    layer->quantised = AEI_NO_PARAM;
    if (layer->kind != AEI_LAYER_DENSE)
        layer->out = in;
    if (layer->kind == AEI_LAYER_DENSE) {
        if (layer->tied)
            status = tie(layer, position, encoder);
        else
            status = add_param(set, prefix, position, "weight", layer->out, in, true, &layer->weight);
        if (status == AE_OK && spec->has_bias)
            status = add_param(set, prefix, position, "bias", 1, layer->out, true, &layer->bias);
    } else if (layer->kind == AEI_LAYER_BATCH_NORM) {
        layer->folded = network->folded_count;
        network->folded_count += 2 * layer->out;
        status = add_param(set, prefix, position, "weight", 1, layer->out, true, &layer->weight);
        if (status == AE_OK)
            status = add_param(set, prefix, position, "bias", 1, layer->out, true, &layer->bias);
        if (status == AE_OK)
            status = add_param(set, prefix, position, "running_mean", 1, layer->out, false, &layer->mean);
        if (status == AE_OK)
            status = add_param(set, prefix, position, "running_var", 1, layer->out, false, &layer->variance);
        if (status == AE_OK)
            set->params[layer->weight].decay = false;
    }
    return status;
}

ae_status aei_network_build(aei_network *network, aei_param_set *set, const ae_layer_list *list, size_t in,
                            const char *prefix, aei_network *encoder)
{
    ae_runtime *runtime = set->runtime;
    memset(network, 0, sizeof *network);
    network->runtime = runtime;
    network->in = network->max_width = in;
    network->layers = aei_calloc(runtime, list->count, sizeof *network->layers);
    if (!network->layers)
        return AE_ERROR_NO_MEMORY;
    for (size_t i = 0; i < list->count; i++) {
        ae_status status = build_layer(network, set, &list->specs[i], in, prefix, i, encoder);
        network->count = i + 1;
        if (status != AE_OK)
            return status;
        in = network->layers[i].out;
        if (in > network->max_width)
            network->max_width = in;
    }
    network->out = in;
    if (encoder)
        order_shared_gradients(network, encoder);
    network->folded = aei_calloc(runtime, network->folded_count, sizeof *network->folded);
    return network->folded ? AE_OK : AE_ERROR_NO_MEMORY;
}

void aei_network_clear(aei_network *network)
{
    aei_free(network->runtime, network->layers);
    aei_free(network->runtime, network->folded);
    memset(network, 0, sizeof *network);
}

void aei_network_initialise(const aei_network *network, aei_param_set *set, uint64_t seed)
{
    for (size_t i = 0; i < network->count; i++)
        aei_layer_initialise(&network->layers[i], set, seed);
}

/* The dense layer whose product a batch normalisation at `position` can take part in, or NULL. */
static const aei_layer *dense_before(const aei_network *network, size_t position)
{
    const aei_layer *before = position > 0 ? &network->layers[position - 1] : NULL;
    return before && before->kind == AEI_LAYER_DENSE && before->f.kind == AE_IDENTITY ? before : NULL;
}

void aei_network_fold(aei_network *network, const aei_param_set *set)
{
    for (size_t i = 0; i < network->count; i++) {
        const aei_layer *layer = &network->layers[i];
        if (layer->kind != AEI_LAYER_BATCH_NORM)
            continue;
        aei_real *a = network->folded + layer->folded, *c = a + layer->out;
        const aei_layer *dense = dense_before(network, i);
        aei_batch_norm_fold(layer, set, a, c);
        if (dense && dense->bias != AEI_NO_PARAM) { /* a (x W^T + b) + c = a (x W^T) + (a b + c) */
            const aei_real *b = set->values + set->params[dense->bias].first;
            for (size_t j = 0; j < layer->out; j++)
                c[j] += a[j] * b[j];
        }
    }
}

void aei_network_forward(const aei_network *network, const aei_pass *pass, const aei_real *x, size_t x_stride,
                         aei_slot *slots, bool logits)
{
    for (size_t i = 0; i < network->count; i++) {
        aei_layer layer = network->layers[i];
        if (logits && i + 1 == network->count)
            layer.f = (aei_activation){AE_IDENTITY, 0};
        aei_layer_ops_of(layer.kind)->forward(&layer, pass, x, x_stride, &slots[i]);
        x = slots[i].y;
        x_stride = layer.out;
    }
}

void aei_network_backward(const aei_network *network, const aei_pass *pass, aei_real *dz, const aei_real *x,
                          size_t x_stride, const aei_slot *slots, aei_real *scratch0, aei_real *scratch1,
                          aei_activation f_below, const aei_slot *below, aei_real *dx)
{
    for (size_t i = network->count; i-- > 0;) {
        const aei_layer *layer = &network->layers[i];
        const aei_layer_ops *ops = aei_layer_ops_of(layer->kind);
        const aei_real *extra = pass->extra_dz ? pass->extra_dz[i] : NULL;
        if (extra)
            for (size_t k = 0; k < pass->n * layer->out; k++)
                dz[k] += extra[k];
        if (i == 0) {
            ops->backward(layer, pass, dz, x, x_stride, &slots[0], f_below, below, dx);
        } else {
            aei_real *lower = dz == scratch0 ? scratch1 : scratch0;
            const aei_layer *under = &network->layers[i - 1];
            ops->backward(layer, pass, dz, slots[i - 1].y, under->out, &slots[i], under->f, &slots[i - 1], lower);
            dz = lower;
        }
    }
}

aei_step aei_network_step(const aei_network *network, size_t i)
{
    const aei_layer *layer = &network->layers[i];
    aei_step s = {.f = layer->f, .out = layer->out, .next = i + 1};
    if (layer->kind == AEI_LAYER_DENSE) {
        s.dense = layer;
        if (i + 1 < network->count && network->layers[i + 1].kind == AEI_LAYER_BATCH_NORM &&
            dense_before(network, i + 1)) {
            s.norm = layer + 1;
            s.f = layer[1].f;
            s.next = i + 2;
        }
    } else if (layer->kind == AEI_LAYER_BATCH_NORM) {
        s.norm = layer;
    }
    /* dropout without an activation does nothing here */
    while (s.next < network->count && network->layers[s.next].kind == AEI_LAYER_DROPOUT &&
           network->layers[s.next].f.kind == AE_IDENTITY)
        s.next++;
    return s;
}

static void infer_step(const aei_network *network, const aei_pass *pass, const aei_step *s, const aei_real *x,
                       size_t x_stride, aei_real *y, size_t y_stride)
{
    const aei_param_set *set = pass->set;
    const aei_real *a = s->norm ? network->folded + s->norm->folded : NULL;
    if (s->dense) {
        const aei_real *bias = a ? a + s->out : NULL;
        if (!a && s->dense->bias != AEI_NO_PARAM)
            bias = set->values + set->params[s->dense->bias].first;
        if (pass->quantised && s->dense->quantised != AEI_NO_PARAM) {
            const aei_int8_weights w = aei_int8_at((char *)pass->quantised + s->dense->quantised, s->dense->in, s->out);
            pass->kernels->int8_forward(&(aei_int8_forward){
                .runtime = pass->runtime, .w = &w, .n = pass->n, .x = x, .x_stride = x_stride, .bias = bias, .f = s->f,
                .y = y, .y_stride = y_stride, .q = pass->bytes,
            });
            return;
        }
        pass->kernels->dense_forward(&(aei_dense_forward){
            .runtime = pass->runtime,
            .n = pass->n, .in = s->dense->in, .out = s->out,
            .x = x, .x_stride = x_stride,
            .w = set->values + set->params[s->dense->weight].first, .transposed = s->dense->tied,
            .scale = a, .bias = bias, .f = s->f,
            .y = y, .y_stride = y_stride,
        });
        return;
    }
    for (size_t r = 0; r < pass->n; r++) {
        const aei_real *from = x + r * x_stride;
        aei_real *to = y + r * y_stride;
        if (a) {
            for (size_t j = 0; j < s->out; j++)
                to[j] = a[j] * from[j] + a[s->out + j];
            from = to;
        }
        pass->kernels->activate(s->f, from, s->out, to);
    }
}

void aei_network_infer(const aei_network *network, const aei_pass *pass, const aei_real *x, size_t x_stride,
                       aei_real *buffer0, aei_real *buffer1, aei_real *y, size_t y_stride, bool logits)
{
    for (size_t i = 0; i < network->count;) {
        aei_step s = aei_network_step(network, i);
        const bool last = s.next == network->count;
        aei_real *to = last ? y : x == buffer0 ? buffer1 : buffer0;
        size_t to_stride = last ? y_stride : s.out;
        if (last && logits)
            s.f = (aei_activation){AE_IDENTITY, 0};
        infer_step(network, pass, &s, x, x_stride, to, to_stride);
        x = to;
        x_stride = to_stride;
        i = s.next;
    }
}
