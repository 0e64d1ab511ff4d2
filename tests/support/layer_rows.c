/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/layer_rows.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/rng.h"

static ae_status fill_list(ae_layer_list *list, const layer_row *rows, size_t count)
{
    ae_status status = AE_OK;
    for (size_t i = 0; i < count && status == AE_OK; i++) {
        const layer_row *row = &rows[i];
        aei_layer_spec spec = {
            .layer = {
                .kind = row->kind, .out = row->units, .tied = row->tied_to > 0,
                .tied_to = row->tied_to > 0 ? (size_t)row->tied_to - 1 : 0, .rate = row->rate,
                .momentum = row->momentum > 0 ? row->momentum : 0.1, .epsilon = row->epsilon > 0 ? row->epsilon : 1e-5,
            },
            .has_bias = !row->no_bias,
        };
        status = aei_activation_make(&spec.layer.f, row->f, row->parameter);
        if (status == AE_OK)
            status = aei_layer_list_append(list, &spec);
    }
    return status;
}

static ae_model *make_model(const layer_row *encoder, size_t encoder_count, const layer_row *decoder,
                            size_t decoder_count, const aei_design *design, ae_runtime *runtime)
{
    ae_layer_list below = {0}, above = {0};
    ae_model *model = NULL;
    if (fill_list(&below, encoder, encoder_count) == AE_OK && fill_list(&above, decoder, decoder_count) == AE_OK &&
        aei_model_new(&model, runtime, &below, &above, design) == AE_OK)
        aei_model_initialise(model, 0);
    aei_free(NULL, below.specs);
    aei_free(NULL, above.specs);
    return model;
}

ae_model *layer_rows_model(const layer_row *encoder, size_t encoder_count, const layer_row *decoder,
                           size_t decoder_count, size_t input_dim, ae_loss loss, ae_runtime *runtime)
{
    return make_model(encoder, encoder_count, decoder, decoder_count,
                      &(aei_design){.input_dim = input_dim, .loss = loss}, runtime);
}

ae_model *layer_rows_design(const layer_row *encoder, size_t encoder_count, const layer_row *decoder,
                            size_t decoder_count, const aei_design *design)
{
    return make_model(encoder, encoder_count, decoder, decoder_count, design, NULL);
}

void layer_rows_uniform(uint64_t seed, uint64_t stream, double low, double high, aei_real *out, size_t count)
{
    aei_rng rng = aei_rng_stream(seed, AEI_RNG_SAMPLE, 0, stream);
    aei_rng_uniform(&rng, 0, count, out);
    for (size_t i = 0; i < count; i++)
        out[i] = (aei_real)(float)(low + (high - low) * (double)out[i]);
}

static bool ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name), tail = strlen(end);
    return length >= tail && strcmp(name + length - tail, end) == 0;
}

void layer_rows_randomise(ae_model *model, uint64_t seed)
{
    const aei_param_set *set = &model->set;
    for (size_t i = 0; i < set->count; i++) {
        const aei_param *param = &set->params[i];
        aei_real *values = set->values + param->first;
        const size_t length = aei_param_length(param);
        const double bound = sqrt(3.0 / (double)param->cols);
        if (!param->trained)
            continue;
        if (param->decay) {
            layer_rows_uniform(seed, i, -bound, bound, values, length);
        } else if (ends_with(param->name, ".weight")) {
            layer_rows_uniform(seed, i, 0.6, 1.4, values, length);
        } else {
            layer_rows_uniform(seed, i, 0.1, 0.5, values, length);
            for (size_t j = 0; j < length; j += 2)
                values[j] = -values[j];
        }
    }
    aei_model_changed(model);
}
