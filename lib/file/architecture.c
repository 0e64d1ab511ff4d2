/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/architecture.h"

#include <stddef.h>
#include <string.h>
#include "base/alloc.h"
#include "file/fields.h"
#include "file/layer_list.h"

static const char *const loss_names[] = {
    [AE_SQUARED_ERROR] = "squared_error",
    [AE_BINARY_CROSS_ENTROPY] = "binary_cross_entropy",
    [AE_GAUSSIAN_LIKELIHOOD] = "gaussian_likelihood",
    [AE_SOFTMAX_CROSS_ENTROPY] = "softmax_cross_entropy",
};

static const char *const code_names[] = {
    [AE_CODE_PLAIN] = "plain", [AE_CODE_TOPK] = "topk", [AE_CODE_GAUSSIAN] = "gaussian",
    [AE_CODE_LASSO] = "lasso",
};

static const char *const variance_names[] = {
    [AE_VARIANCE_SHARED] = "shared", [AE_VARIANCE_SEPARATE] = "separate", [AE_VARIANCE_ONE] = "one",
};

static const char *const noise_names[] = {
    [AE_NOISE_FIXED] = "fixed", [AE_NOISE_LEARNED] = "learned",
    [AE_NOISE_PER_FEATURE] = "per_feature", [AE_NOISE_OPTIMAL] = "optimal",
};

static const char *const scaling_names[] = {
    [AE_SCALING_NONE] = "none", [AE_SCALING_MINMAX] = "minmax", [AE_SCALING_STANDARD] = "standard",
    [AE_SCALING_ROBUST] = "robust", [AE_SCALING_GIVEN] = "given",
};

/* The keys, as they are written. */
enum {
    INPUT_DIM, OUTPUT_DIM, LOSS, NOISE, NOISE_DEVIATION, CODE, VARIANCE, TOPK, LASSO, NONNEGATIVE, SCALING, THRESHOLD,
    CONTAMINATION, ENCODER, DECODER, KEY_COUNT
};
#define REQUIRED (1u << INPUT_DIM | 1u << LOSS | 1u << ENCODER | 1u << DECODER)

#define PLACE(member) offsetof(aei_architecture, member)
static const aei_field fields[KEY_COUNT] = {
    [INPUT_DIM] = {"input_dim", AEI_FIELD_SIZE, PLACE(design.input_dim), NULL, 0},
    [OUTPUT_DIM] = {"output_dim", AEI_FIELD_SIZE, PLACE(design.output_dim), NULL, 0},
    [LOSS] = {"loss", AEI_FIELD_NAME, PLACE(design.loss), AEI_FIELD_NAMES(loss_names)},
    [NOISE] = {"noise", AEI_FIELD_NAME, PLACE(design.noise), AEI_FIELD_NAMES(noise_names)},
    [NOISE_DEVIATION] = {"noise_deviation", AEI_FIELD_NUMBER, PLACE(design.noise_deviation), NULL, 0},
    [CODE] = {"code", AEI_FIELD_NAME, PLACE(design.code), AEI_FIELD_NAMES(code_names)},
    [VARIANCE] = {"variance", AEI_FIELD_NAME, PLACE(design.variance), AEI_FIELD_NAMES(variance_names)},
    [TOPK] = {"topk", AEI_FIELD_SIZE, PLACE(design.topk), NULL, 0},
    [LASSO] = {"lasso", AEI_FIELD_NUMBER, PLACE(design.lasso), NULL, 0},
    [NONNEGATIVE] = {"nonnegative", AEI_FIELD_BOOLEAN, PLACE(design.nonnegative), NULL, 0},
    [SCALING] = {"scaling", AEI_FIELD_NAME, PLACE(scaling), AEI_FIELD_NAMES(scaling_names)},
    [THRESHOLD] = {"threshold", AEI_FIELD_NUMBER, PLACE(threshold), NULL, 0},
    [CONTAMINATION] = {"contamination", AEI_FIELD_NUMBER, PLACE(contamination), NULL, 0},
    [ENCODER] = {"encoder", AEI_FIELD_OTHER, 0, NULL, 0},
    [DECODER] = {"decoder", AEI_FIELD_OTHER, 0, NULL, 0},
};

/* ---- writing ---- */

/* A bit for each key: what is the usual is left out. */
static unsigned written_keys(const aei_architecture *a)
{
    const aei_design *d = &a->design;
    unsigned set = REQUIRED;
    if (d->output_dim != d->input_dim)
        set |= 1u << OUTPUT_DIM;
    if (d->loss == AE_GAUSSIAN_LIKELIHOOD)
        set |= 1u << NOISE | 1u << NOISE_DEVIATION;
    if (d->code != AE_CODE_PLAIN)
        set |= 1u << CODE;
    if (d->code == AE_CODE_GAUSSIAN)
        set |= 1u << VARIANCE;
    if (d->code == AE_CODE_TOPK)
        set |= 1u << TOPK;
    if (d->code == AE_CODE_LASSO)
        set |= 1u << LASSO | 1u << NONNEGATIVE;
    if (a->scaling != AE_SCALING_NONE)
        set |= 1u << SCALING;
    if (a->contamination > 0)
        set |= 1u << THRESHOLD | 1u << CONTAMINATION;
    return set;
}

void aei_architecture_write(aei_buffer *writer, const ae_model *model)
{
    const aei_architecture a = {
        .design = model->design, .encoder = *model->encoder_list, .decoder = *model->decoder_list,
        .scaling = model->scaling.kind, .threshold = model->threshold, .contamination = model->contamination,
    };
    const unsigned written = written_keys(&a);
    aei_buffer_put_text(writer, "{");
    for (size_t i = 0; i < ENCODER; i++)
        if (written & 1u << i)
            aei_field_write(writer, &fields[i], &a);
    aei_json_put_key(writer, fields[ENCODER].key);
    aei_layer_list_write(writer, &a.encoder);
    aei_json_put_key(writer, fields[DECODER].key);
    aei_layer_list_write(writer, &a.decoder);
    aei_buffer_put_text(writer, "}");
}

/* ---- reading ---- */

static bool add_product(size_t *sum, size_t a, size_t b)
{
    size_t product;
    return aei_size_mul(a, b, &product) && aei_size_add(*sum, product, sum);
}

/* Adds the parameters of a network whose input is *width wide; *width becomes its output's. False if they are more than
 * a size_t can count. */
static bool count_numbers(const ae_layer_list *list, size_t *width, size_t *sum)
{
    for (size_t i = 0; i < list->count; i++) {
        const aei_layer *layer = &list->specs[i].layer;
        bool fits = true;
        if (layer->kind == AEI_LAYER_DENSE) {
            fits = (layer->tied || add_product(sum, *width, layer->out)) &&
                   add_product(sum, list->specs[i].has_bias, layer->out);
            *width = layer->out;
        } else if (layer->kind == AEI_LAYER_BATCH_NORM) {
            fits = add_product(sum, 4, *width); /* scale, shift, running mean and variance */
        }
        if (!fits)
            return false;
    }
    return true;
}

/* All numbers in the tensors of such a model; false if they are more than a size_t can count. */
static bool count_all(const aei_architecture *a, size_t *sum)
{
    const aei_design *d = &a->design;
    const bool gaussian = d->code == AE_CODE_GAUSSIAN;
    size_t width = d->input_dim, latent;
    *sum = 0;
    if (!count_numbers(&a->encoder, &width, sum))
        return false;
    latent = gaussian && d->variance == AE_VARIANCE_SHARED ? width / 2 : width;
    width = d->input_dim;
    if (gaussian && d->variance == AE_VARIANCE_SEPARATE && !count_numbers(&a->encoder, &width, sum))
        return false;
    width = latent;
    if (!count_numbers(&a->decoder, &width, sum))
        return false;
    if (d->loss == AE_GAUSSIAN_LIKELIHOOD && !aei_size_add(*sum, d->noise == AE_NOISE_PER_FEATURE ? width : 1, sum))
        return false;
    if (a->scaling != AE_SCALING_NONE && !add_product(sum, 2, d->input_dim))
        return false;
    return d->code != AE_CODE_TOPK || aei_size_add(*sum, latent, sum);
}

ae_status aei_architecture_read(aei_architecture *out, ae_runtime *runtime, char *text, size_t numbers)
{
    unsigned seen = 0;
    size_t sum = 0;
    aei_json json;
    *out = (aei_architecture){
        .design = {.noise_deviation = 1}, .encoder = {.runtime = runtime}, .decoder = {.runtime = runtime}};
    aei_json_begin(&json, text, strlen(text), "architecture", 0);
    aei_json_open(&json, '{');
    while (aei_json_next(&json, '}')) {
        const size_t i = aei_field_key(&json, fields, KEY_COUNT, &seen);
        if (i == ENCODER || i == DECODER)
            aei_layer_list_read(&json, i == ENCODER ? &out->encoder : &out->decoder);
        else if (i < KEY_COUNT)
            aei_field_read(&json, &fields[i], out);
    }
    aei_json_finish(&json);
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (REQUIRED & ~seen & 1u << i)
            aei_json_fail(&json, AE_ERROR_FORMAT, "the key \"%s\" is missing", fields[i].key);
    const bool threshold = seen & 1u << THRESHOLD, contamination = seen & 1u << CONTAMINATION;
    if (threshold != contamination || (contamination && !(out->contamination > 0 && out->contamination <= 0.5)))
        aei_json_fail(&json, AE_ERROR_FORMAT, "a threshold goes with a contamination above 0 and at most 0.5");
    if (!count_all(out, &sum))
        aei_json_fail(&json, AE_ERROR_FORMAT, "the layers have more parameters than can be addressed");
    if (sum != numbers)
        aei_json_fail(&json, AE_ERROR_FORMAT, "the layers have %zu parameters, but the file's tensors hold %zu numbers",
                      sum, numbers);
    if (json.status != AE_OK)
        aei_architecture_clear(out);
    return json.status;
}

void aei_architecture_clear(aei_architecture *architecture)
{
    aei_free(architecture->encoder.runtime, architecture->encoder.specs);
    aei_free(architecture->decoder.runtime, architecture->decoder.specs);
    *architecture = (aei_architecture){0};
}
