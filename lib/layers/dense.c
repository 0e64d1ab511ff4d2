/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "layers/dense.h"

static const aei_real *values_of(const aei_pass *pass, size_t index)
{
    return index == AEI_NO_PARAM ? NULL : pass->set->values + pass->set->params[index].first;
}

static size_t no_extra(const aei_layer *layer, size_t rows)
{
    (void)layer, (void)rows;
    return 0;
}

static void dense_forward(const aei_layer *layer, const aei_pass *pass, const aei_real *x, size_t x_stride,
                          aei_slot *slot)
{
    pass->kernels->dense_forward(&(aei_dense_forward){
        .runtime = pass->runtime,
        .n = pass->n, .in = layer->in, .out = layer->out,
        .x = x, .x_stride = x_stride,
        .w = values_of(pass, layer->weight), .transposed = layer->tied,
        .bias = values_of(pass, layer->bias),
        .f = layer->f,
        .y = slot->y, .y_stride = layer->out, .z = slot->z,
    });
}

static void dense_backward(const aei_layer *layer, const aei_pass *pass, aei_real *dz, const aei_real *x,
                           size_t x_stride, const aei_slot *slot, aei_activation f_below, const aei_slot *below,
                           aei_real *dx)
{
    const aei_param *weight = &pass->set->params[layer->weight];
    const aei_param *bias = layer->bias == AEI_NO_PARAM ? NULL : &pass->set->params[layer->bias];
    (void)slot;
    if (dx) /* before W is stepped on */
        pass->kernels->dense_input_gradient(&(aei_dense_input_gradient){
            .runtime = pass->runtime,
            .n = pass->n, .in = layer->in, .out = layer->out,
            .dz = dz, .w = values_of(pass, layer->weight), .transposed = layer->tied,
            .f = f_below, .y = below->y, .z = below->z,
            .dx = dx,
        });
    pass->kernels->dense_weight_gradient(&(aei_dense_weight_gradient){
        .runtime = pass->runtime,
        .n = pass->n, .in = layer->in, .out = layer->out,
        .dz = dz, .x = x, .x_stride = x_stride, .transposed = layer->tied, .accumulate = layer->accumulates || pass->accumulate,
        .dw = aei_pass_gradient(pass, layer->weight),
        .db = bias ? aei_pass_gradient(pass, layer->bias) : NULL,
        .update = layer->updates ? pass->update : NULL,
        .w_first = weight->first, .b_first = bias ? bias->first : 0,
        .turned = pass->turned,
    });
    if (bias && pass->update && !layer->updates) /* a shared W waits for the layer below; the bias is this layer's own */
        pass->kernels->update_block(pass->update, bias->first, layer->out, aei_pass_gradient(pass, layer->bias),
                                    layer->out, 1, layer->out, 0);
}

const aei_layer_ops aei_dense_ops = {"dense", no_extra, dense_forward, dense_backward};
