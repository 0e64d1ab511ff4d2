/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "layers/init.h"

#include <math.h>
#include "base/rng.h"

static void uniform(aei_real *w, size_t n, double bound, uint64_t seed, size_t index)
{
    aei_rng rng = aei_rng_stream(seed, AEI_RNG_INIT, 0, index);
    aei_rng_uniform(&rng, 0, n, w);
    for (size_t i = 0; i < n; i++)
        w[i] = (aei_real)(bound * (2 * (double)w[i] - 1));
}

static void normal(aei_real *w, size_t n, double deviation, uint64_t seed, size_t index)
{
    aei_rng rng = aei_rng_stream(seed, AEI_RNG_INIT, 0, index);
    aei_rng_normal(&rng, 0, n, w);
    for (size_t i = 0; i < n; i++)
        w[i] *= (aei_real)deviation;
}

/* He's variance suits functions that pass about half of their input; Glorot's those that are near identity at 0. */
ae_init aei_init_automatic(ae_activation activation)
{
    switch (activation) {
    case AE_RELU: case AE_LEAKY_RELU: case AE_ELU: case AE_GELU: case AE_GELU_TANH: case AE_SILU:
        return AE_INIT_HE_NORMAL;
    default:
        return AE_INIT_GLOROT_UNIFORM;
    }
}

static void initialise_dense(const aei_layer *layer, aei_param_set *set, uint64_t seed)
{
    const double in = (double)layer->in, out = (double)layer->out;
    const ae_init init = layer->init == AE_INIT_AUTO ? aei_init_automatic(layer->f.kind) : layer->init;
    const size_t n = layer->in * layer->out;
    aei_real *w = set->values + set->params[layer->weight].first;

    if (init == AE_INIT_TORCH && layer->bias != AEI_NO_PARAM)
        uniform(set->values + set->params[layer->bias].first, layer->out, 1 / sqrt(in), seed, layer->bias);
    if (layer->tied)
        return;
    switch (init) {
    case AE_INIT_GLOROT_UNIFORM: uniform(w, n, sqrt(6 / (in + out)), seed, layer->weight); break;
    case AE_INIT_GLOROT_NORMAL: normal(w, n, sqrt(2 / (in + out)), seed, layer->weight); break;
    case AE_INIT_HE_UNIFORM: uniform(w, n, sqrt(6 / in), seed, layer->weight); break;
    case AE_INIT_HE_NORMAL: normal(w, n, sqrt(2 / in), seed, layer->weight); break;
    case AE_INIT_TORCH: uniform(w, n, 1 / sqrt(in), seed, layer->weight); break;
    case AE_INIT_UNIFORM: uniform(w, n, layer->init_scale, seed, layer->weight); break;
    default: normal(w, n, layer->init_scale, seed, layer->weight); break; /* AE_INIT_NORMAL */
    }
}

static void fill(aei_param_set *set, size_t index, aei_real value)
{
    const aei_param *param = &set->params[index];
    for (size_t i = 0; i < aei_param_length(param); i++)
        set->values[param->first + i] = value;
}

void aei_layer_initialise(const aei_layer *layer, aei_param_set *set, uint64_t seed)
{
    if (layer->kind == AEI_LAYER_DENSE) {
        initialise_dense(layer, set, seed);
    } else if (layer->kind == AEI_LAYER_BATCH_NORM) {
        fill(set, layer->weight, 1);
        fill(set, layer->variance, 1);
    }
}
