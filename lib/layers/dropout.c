/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "layers/dropout.h"

#include "base/rng.h"

static size_t dropout_extra(const aei_layer *layer, size_t rows)
{
    return rows * layer->out;
}

static void dropout_forward(const aei_layer *layer, const aei_pass *pass, const aei_real *x, size_t x_stride,
                            aei_slot *slot)
{
    const aei_real rate = (aei_real)layer->rate, keep = (aei_real)(1 / (1 - layer->rate));
    for (size_t r = 0; r < pass->n; r++) {
        aei_rng rng = aei_rng_stream(pass->seed, AEI_RNG_DROPOUT, pass->step, (uint64_t)layer->number << 32 | r);
        aei_real *mask = slot->extra + r * layer->out, *y = slot->y + r * layer->out;
        pass->kernels->uniform(&rng, 0, layer->out, mask);
        for (size_t j = 0; j < layer->out; j++) {
            mask[j] = mask[j] < rate ? 0 : keep;
            y[j] = x[r * x_stride + j] * mask[j];
        }
        if (slot->z)
            for (size_t j = 0; j < layer->out; j++)
                slot->z[r * layer->out + j] = y[j];
        pass->kernels->activate(layer->f, y, layer->out, y);
    }
}

static void dropout_backward(const aei_layer *layer, const aei_pass *pass, aei_real *dz, const aei_real *x,
                             size_t x_stride, const aei_slot *slot, aei_activation f_below, const aei_slot *below,
                             aei_real *dx)
{
    (void)x, (void)x_stride;
    if (!dx)
        return;
    for (size_t i = 0; i < pass->n * layer->out; i++)
        dx[i] = dz[i] * slot->extra[i];
    pass->kernels->chain(f_below, below->y, below->z, pass->n * layer->in, dx);
}

const aei_layer_ops aei_dropout_ops = {"dropout", dropout_extra, dropout_forward, dropout_backward};
