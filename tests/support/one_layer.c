/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/one_layer.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/rng.h"

void one_layer_random(uint64_t seed, aei_real *out, size_t n)
{
    aei_rng rng = aei_rng_stream(seed, AEI_RNG_SAMPLE, 0, 0);
    aei_rng_uniform(&rng, 0, n, out);
    for (size_t i = 0; i < n; i++)
        out[i] = 2 * out[i] - 1;
}

static aei_real *take(aei_real **from, size_t count)
{
    aei_real *taken = *from;
    *from += count;
    return taken;
}

void one_layer_open(one_layer *one, const aei_layer_spec *spec, size_t in, size_t n)
{
    aei_layer_spec own = *spec;
    ae_layer_list list = {.specs = &own, .count = 1};
    aei_real *next;
    size_t extra, total;

    memset(one, 0, sizeof *one);
    aei_param_set_init(&one->set, NULL);
    if (aei_network_build(&one->network, &one->set, &list, in, "test", NULL) != AE_OK ||
        aei_param_set_allocate(&one->set) != AE_OK)
        abort();
    one->layer = &one->network.layers[0];
    one->ops = aei_layer_ops_of(one->layer->kind);
    extra = one->ops->extra(one->layer, n);
    total = 3 * n * one->layer->out + extra + n * in + one->set.trained;
    one->memory = malloc((total + 1) * sizeof *next);
    if (!one->memory)
        abort();
    next = one->memory;
    for (size_t i = 0; i < total; i++)
        next[i] = (aei_real)NAN;
    one->slot.y = take(&next, n * one->layer->out);
    one->slot.z = aei_activation_needs_z(one->layer->f.kind) ? take(&next, n * one->layer->out) : NULL;
    one->slot.extra = take(&next, extra);
    one->dz = take(&next, n * one->layer->out);
    one->dx = take(&next, n * in);
    one->pass = (aei_pass){.set = &one->set, .gradients = take(&next, one->set.trained), .n = n, .seed = 1};
    if (aei_kernels_get(&one->pass.kernels, AE_KERNELS_REFERENCE) != AE_OK)
        abort();
    one_layer_random(1, one->dz, n * one->layer->out);
    for (size_t i = 0; i < one->set.count; i++) {
        const aei_param *param = &one->set.params[i];
        aei_real *values = one->set.values + param->first;
        one_layer_random(2 + i, values, aei_param_length(param));
        if (aei_param_is_variance(param))
            for (size_t j = 0; j < aei_param_length(param); j++)
                values[j] = aei_fabs(values[j]) + 1;
    }
}

void one_layer_close(one_layer *one)
{
    aei_network_clear(&one->network);
    aei_param_set_clear(&one->set);
    free(one->memory);
}

aei_real *one_layer_values(const one_layer *one, size_t index)
{
    return one->set.values + one->set.params[index].first;
}

aei_real *one_layer_gradients(const one_layer *one, size_t index)
{
    return one->pass.gradients + one->set.params[index].first;
}
