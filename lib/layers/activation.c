/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "layers/activation.h"

#include <string.h>

static size_t no_extra(const aei_layer *layer, size_t rows)
{
    (void)layer, (void)rows;
    return 0;
}

static void activation_forward(const aei_layer *layer, const aei_pass *pass, const aei_real *x, size_t x_stride,
                               aei_slot *slot)
{
    for (size_t r = 0; r < pass->n; r++) {
        pass->kernels->activate(layer->f, x + r * x_stride, layer->out, slot->y + r * layer->out);
        if (slot->z)
            memcpy(slot->z + r * layer->out, x + r * x_stride, layer->out * sizeof *x);
    }
}

static void activation_backward(const aei_layer *layer, const aei_pass *pass, aei_real *dz, const aei_real *x,
                                size_t x_stride, const aei_slot *slot, aei_activation f_below, const aei_slot *below,
                                aei_real *dx)
{
    (void)x, (void)x_stride, (void)slot;
    if (!dx)
        return;
    memcpy(dx, dz, pass->n * layer->in * sizeof *dx);
    pass->kernels->chain(f_below, below->y, below->z, pass->n * layer->in, dx);
}

const aei_layer_ops aei_activation_ops = {"activation", no_extra, activation_forward, activation_backward};
