/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "layers/batch_norm.h"

#include <math.h>
#include "base/threads.h"

#define COLUMNS 64 /* features a task takes: their running sums stay in the cache */

static size_t batch_norm_extra(const aei_layer *layer, size_t rows)
{
    return rows * layer->out + layer->out;
}

typedef struct work {
    const aei_layer *layer;
    const aei_pass *pass;
    const aei_real *x;
    size_t x_stride;
    const aei_slot *slot;
    const aei_real *dz;
    aei_activation f_below;
    const aei_slot *below;
    aei_real *dx;
} work;

/* Columns first..last-1 of a task. */
static size_t columns(const aei_layer *layer, size_t task, size_t *last)
{
    size_t first = task * COLUMNS;
    *last = first + COLUMNS < layer->out ? first + COLUMNS : layer->out;
    return first;
}

static void forward_columns(void *argument, size_t task)
{
    const work *w = argument;
    const aei_layer *layer = w->layer;
    const aei_param_set *set = w->pass->set;
    const size_t n = w->pass->n, d = layer->out;
    size_t last, first = columns(layer, task, &last);
    const aei_real *scale = set->values + set->params[layer->weight].first;
    const aei_real *shift = set->values + set->params[layer->bias].first;
    aei_real *running_mean = set->values + set->params[layer->mean].first;
    aei_real *running_var = set->values + set->params[layer->variance].first;
    aei_real *h = w->slot->extra, *s = w->slot->extra + n * d;
    double mean[COLUMNS] = {0}, var[COLUMNS] = {0};

    for (size_t r = 0; r < n; r++)
        for (size_t j = first; j < last; j++)
            mean[j - first] += (double)w->x[r * w->x_stride + j];
    for (size_t j = first; j < last; j++)
        mean[j - first] /= (double)n;
    for (size_t r = 0; r < n; r++)
        for (size_t j = first; j < last; j++) {
            double difference = (double)w->x[r * w->x_stride + j] - mean[j - first];
            var[j - first] += difference * difference;
        }
    for (size_t j = first; j < last; j++) {
        const double v = var[j - first] / (double)n;
        const double unbiased = n > 1 ? var[j - first] / (double)(n - 1) : v;
        s[j] = (aei_real)(1 / sqrt(v + layer->epsilon));
        running_mean[j] += (aei_real)(layer->momentum * (mean[j - first] - (double)running_mean[j]));
        running_var[j] += (aei_real)(layer->momentum * (unbiased - (double)running_var[j]));
    }
    for (size_t r = 0; r < n; r++) {
        aei_real *y = w->slot->y + r * d;
        for (size_t j = first; j < last; j++) {
            h[r * d + j] = (aei_real)((double)w->x[r * w->x_stride + j] - mean[j - first]) * s[j];
            y[j] = scale[j] * h[r * d + j] + shift[j];
        }
        if (w->slot->z)
            for (size_t j = first; j < last; j++)
                w->slot->z[r * d + j] = y[j];
        w->pass->kernels->activate(layer->f, y + first, last - first, y + first);
    }
}

static void batch_norm_forward(const aei_layer *layer, const aei_pass *pass, const aei_real *x, size_t x_stride,
                               aei_slot *slot)
{
    work w = {.layer = layer, .pass = pass, .x = x, .x_stride = x_stride, .slot = slot};
    aei_parallel_for(pass->runtime, (layer->out + COLUMNS - 1) / COLUMNS, forward_columns, &w);
}

static void backward_columns(void *argument, size_t task)
{
    const work *w = argument;
    const aei_layer *layer = w->layer;
    const aei_param_set *set = w->pass->set;
    const aei_param *weight = &set->params[layer->weight], *bias = &set->params[layer->bias];
    const size_t n = w->pass->n, d = layer->out;
    size_t last, first = columns(layer, task, &last);
    const aei_real *scale = set->values + weight->first;
    const aei_real *h = w->slot->extra, *s = w->slot->extra + n * d;
    double dscale[COLUMNS] = {0}, dshift[COLUMNS] = {0};
    aei_real *gscale = aei_pass_gradient(w->pass, layer->weight) + first;
    aei_real *gshift = aei_pass_gradient(w->pass, layer->bias) + first;
    aei_real a[COLUMNS];

    for (size_t r = 0; r < n; r++)
        for (size_t j = first; j < last; j++) {
            dshift[j - first] += (double)w->dz[r * d + j];
            dscale[j - first] += (double)w->dz[r * d + j] * (double)h[r * d + j];
        }
    for (size_t j = first; j < last; j++) {
        gscale[j - first] = (aei_real)dscale[j - first];
        gshift[j - first] = (aei_real)dshift[j - first];
        a[j - first] = scale[j] * s[j];
        dscale[j - first] /= (double)n;
        dshift[j - first] /= (double)n;
    }
    if (w->dx)
        for (size_t r = 0; r < n; r++) {
            aei_real *dx = w->dx + r * d;
            const size_t at = r * d + first;
            for (size_t j = first; j < last; j++)
                dx[j] = a[j - first] * (w->dz[r * d + j] - (aei_real)dshift[j - first] -
                                        h[r * d + j] * (aei_real)dscale[j - first]);
            w->pass->kernels->chain(w->f_below, w->below->y ? w->below->y + at : NULL,
                                    w->below->z ? w->below->z + at : NULL, last - first, dx + first);
        }
    if (w->pass->update) {
        const size_t count = last - first;
        w->pass->kernels->update_block(w->pass->update, weight->first + first, count, gscale, count, 1, count, 0);
        w->pass->kernels->update_block(w->pass->update, bias->first + first, count, gshift, count, 1, count, 0);
    }
}

static void batch_norm_backward(const aei_layer *layer, const aei_pass *pass, aei_real *dz, const aei_real *x,
                                size_t x_stride, const aei_slot *slot, aei_activation f_below, const aei_slot *below,
                                aei_real *dx)
{
    work w = {.layer = layer, .pass = pass, .slot = slot, .dz = dz, .f_below = f_below, .below = below, .dx = dx};
    (void)x, (void)x_stride;
    aei_parallel_for(pass->runtime, (layer->out + COLUMNS - 1) / COLUMNS, backward_columns, &w);
}

void aei_batch_norm_fold(const aei_layer *layer, const aei_param_set *set, aei_real *a, aei_real *c)
{
    const aei_real *scale = set->values + set->params[layer->weight].first;
    const aei_real *shift = set->values + set->params[layer->bias].first;
    const aei_real *mean = set->values + set->params[layer->mean].first;
    const aei_real *variance = set->values + set->params[layer->variance].first;
    for (size_t j = 0; j < layer->out; j++) {
        const double factor = (double)scale[j] / sqrt((double)variance[j] + layer->epsilon);
        a[j] = (aei_real)factor;
        c[j] = (aei_real)((double)shift[j] - factor * (double)mean[j]);
    }
}

const aei_layer_ops aei_batch_norm_ops = {"batch_norm", batch_norm_extra, batch_norm_forward, batch_norm_backward};
