/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/architecture.h"

#include <string.h>
#include "base/alloc.h"

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

static const char *const init_names[] = {
    [AE_INIT_AUTO] = "auto",
    [AE_INIT_GLOROT_UNIFORM] = "glorot_uniform",
    [AE_INIT_GLOROT_NORMAL] = "glorot_normal",
    [AE_INIT_HE_UNIFORM] = "he_uniform",
    [AE_INIT_HE_NORMAL] = "he_normal",
    [AE_INIT_TORCH] = "torch",
    [AE_INIT_UNIFORM] = "uniform",
    [AE_INIT_NORMAL] = "normal",
};

/* The keys of a layer; key i is bit i of the sets below. */
static const char *const keys[] = {"layer", "units", "activation", "activation_parameter", "bias", "init",
                                   "init_scale", "tied_to", "rate", "momentum", "epsilon"};
enum {
    KEY_LAYER = 1 << 0,
    KEY_UNITS = 1 << 1,
    KEY_ACTIVATION = 1 << 2,
    KEY_PARAMETER = 1 << 3,
    KEY_BIAS = 1 << 4,
    KEY_INIT = 1 << 5,
    KEY_SCALE = 1 << 6,
    KEY_TIED_TO = 1 << 7,
    KEY_RATE = 1 << 8,
    KEY_MOMENTUM = 1 << 9,
    KEY_EPSILON = 1 << 10
};
#define KEY_COUNT (sizeof keys / sizeof keys[0])

static bool has_parameter(ae_activation kind)
{
    return kind == AE_LEAKY_RELU || kind == AE_ELU;
}

static bool has_scale(ae_init init)
{
    return init == AE_INIT_UNIFORM || init == AE_INIT_NORMAL;
}

/* Which keys a layer must have, and which it may have besides. An activation that is left out is the identity. */
static int required_keys(const aei_layer *layer)
{
    switch (layer->kind) {
    case AEI_LAYER_DENSE:
        return KEY_LAYER | KEY_UNITS | KEY_BIAS;
    case AEI_LAYER_DROPOUT:
        return KEY_LAYER | KEY_RATE;
    case AEI_LAYER_BATCH_NORM:
        return KEY_LAYER | KEY_MOMENTUM | KEY_EPSILON;
    default:
        return KEY_LAYER;
    }
}

static int optional_keys(const aei_layer *layer)
{
    int set = KEY_ACTIVATION;
    if (has_parameter(layer->f.kind))
        set |= KEY_PARAMETER;
    if (layer->kind == AEI_LAYER_DENSE)
        set |= layer->tied ? KEY_TIED_TO : KEY_INIT;
    if (layer->kind == AEI_LAYER_DENSE && !layer->tied && has_scale(layer->init))
        set |= KEY_SCALE;
    return set;
}

/* ---- writing ---- */

static void put_name(aei_buffer *writer, const char *key, const char *name)
{
    aei_buffer_put_text(writer, ",\"");
    aei_buffer_put_text(writer, key);
    aei_buffer_put_text(writer, "\":\"");
    aei_buffer_put_text(writer, name);
    aei_buffer_put_text(writer, "\"");
}

static void put_key(aei_buffer *writer, const char *key)
{
    aei_buffer_put_text(writer, ",\"");
    aei_buffer_put_text(writer, key);
    aei_buffer_put_text(writer, "\":");
}

static void put_layer(aei_buffer *writer, const aei_layer_spec *spec)
{
    const aei_layer *layer = &spec->layer;
    const int written = required_keys(layer) | optional_keys(layer);
    aei_buffer_put_text(writer, "{\"layer\":\"");
    aei_buffer_put_text(writer, aei_layer_ops_of(layer->kind)->name);
    aei_buffer_put_text(writer, "\"");
    if (written & KEY_UNITS) {
        put_key(writer, "units");
        aei_buffer_put_size(writer, layer->out);
    }
    if (written & KEY_RATE) {
        put_key(writer, "rate");
        aei_json_put_double(writer, layer->rate);
    }
    if (written & KEY_MOMENTUM) {
        put_key(writer, "momentum");
        aei_json_put_double(writer, layer->momentum);
        put_key(writer, "epsilon");
        aei_json_put_double(writer, layer->epsilon);
    }
    if (layer->kind == AEI_LAYER_DENSE || layer->f.kind != AE_IDENTITY)
        put_name(writer, "activation", aei_activation_name(layer->f.kind));
    if (written & KEY_PARAMETER) {
        put_key(writer, "activation_parameter");
        aei_json_put_float(writer, layer->f.a);
    }
    if (written & KEY_BIAS) {
        put_key(writer, "bias");
        aei_buffer_put_text(writer, spec->has_bias ? "true" : "false");
    }
    if (written & KEY_TIED_TO) {
        put_key(writer, "tied_to");
        aei_buffer_put_size(writer, layer->tied_to);
    }
    if (written & KEY_INIT)
        put_name(writer, "init", init_names[layer->init]);
    if (written & KEY_SCALE) {
        put_key(writer, "init_scale");
        aei_json_put_double(writer, layer->init_scale);
    }
    aei_buffer_put_text(writer, "}");
}

static void put_layers(aei_buffer *writer, const char *key, const ae_layer_list *list)
{
    put_key(writer, key);
    aei_buffer_put_text(writer, "[");
    for (size_t i = 0; i < list->count; i++) {
        aei_buffer_put_text(writer, i ? "," : "");
        put_layer(writer, &list->specs[i]);
    }
    aei_buffer_put_text(writer, "]");
}

void aei_architecture_write(aei_buffer *writer, const ae_model *model)
{
    const aei_design *d = &model->design;
    aei_buffer_put_text(writer, "{\"input_dim\":");
    aei_buffer_put_size(writer, d->input_dim);
    if (d->output_dim != d->input_dim) {
        put_key(writer, "output_dim");
        aei_buffer_put_size(writer, d->output_dim);
    }
    put_name(writer, "loss", loss_names[d->loss]);
    if (d->loss == AE_GAUSSIAN_LIKELIHOOD) {
        put_name(writer, "noise", noise_names[d->noise]);
        put_key(writer, "noise_deviation");
        aei_json_put_double(writer, d->noise_deviation);
    }
    if (d->code != AE_CODE_PLAIN)
        put_name(writer, "code", code_names[d->code]);
    if (d->code == AE_CODE_GAUSSIAN)
        put_name(writer, "variance", variance_names[d->variance]);
    if (d->code == AE_CODE_TOPK) {
        put_key(writer, "topk");
        aei_buffer_put_size(writer, d->topk);
    }
    if (d->code == AE_CODE_LASSO) {
        put_key(writer, "lasso");
        aei_json_put_double(writer, d->lasso);
        put_key(writer, "nonnegative");
        aei_buffer_put_text(writer, d->nonnegative ? "true" : "false");
    }
    if (model->scaling.kind != AE_SCALING_NONE)
        put_name(writer, "scaling", scaling_names[model->scaling.kind]);
    if (model->contamination > 0) {
        put_key(writer, "threshold");
        aei_json_put_double(writer, model->threshold);
        put_key(writer, "contamination");
        aei_json_put_double(writer, model->contamination);
    }
    put_layers(writer, "encoder", model->encoder_list);
    put_layers(writer, "decoder", model->decoder_list);
    aei_buffer_put_text(writer, "}");
}

/* ---- reading ---- */

/* Index of the next value in a table of names, some of which may be NULL; fails with `what` if it is not there. */
static int read_name(aei_json *json, const char *const *names, size_t count, const char *what)
{
    const char *name = aei_json_string(json);
    for (size_t i = 0; i < count; i++)
        if (names[i] && strcmp(names[i], name) == 0)
            return (int)i;
    aei_json_fail(json, AE_ERROR_UNSUPPORTED, "unknown %s \"%.60s\"", what, name);
    return 0;
}

static aei_layer_kind read_kind(aei_json *json)
{
    const char *names[AEI_LAYER_BATCH_NORM + 1] = {NULL};
    for (int kind = AEI_LAYER_DENSE; kind <= AEI_LAYER_BATCH_NORM; kind++)
        names[kind] = aei_layer_ops_of((aei_layer_kind)kind)->name;
    int kind = read_name(json, names, AEI_LAYER_BATCH_NORM + 1, "layer");
    return kind ? (aei_layer_kind)kind : AEI_LAYER_DENSE;
}

static ae_activation read_activation(aei_json *json)
{
    const char *name = aei_json_string(json);
    ae_activation kind = aei_activation_by_name(name);
    if (kind < 0)
        aei_json_fail(json, AE_ERROR_UNSUPPORTED, "unknown activation \"%.60s\"", name);
    return kind < 0 ? AE_IDENTITY : kind;
}

/* A width or position; SIZE_MAX, which is out of every range, stands for what does not fit. */
static size_t read_size(aei_json *json)
{
    uint64_t value = aei_json_size(json);
    return value < SIZE_MAX ? (size_t)value : SIZE_MAX;
}

static void read_value(aei_json *json, int key, aei_layer_spec *spec, double *parameter)
{
    aei_layer *layer = &spec->layer;
    switch (key) {
    case KEY_LAYER:
        layer->kind = read_kind(json);
        break;
    case KEY_UNITS:
        layer->out = read_size(json);
        break;
    case KEY_ACTIVATION:
        layer->f.kind = read_activation(json);
        break;
    case KEY_PARAMETER:
        *parameter = aei_json_number(json);
        break;
    case KEY_BIAS:
        spec->has_bias = aei_json_boolean(json);
        break;
    case KEY_INIT:
        layer->init = read_name(json, init_names, sizeof init_names / sizeof init_names[0], "init");
        break;
    case KEY_SCALE:
        layer->init_scale = aei_json_number(json);
        break;
    case KEY_TIED_TO:
        layer->tied = true;
        layer->tied_to = read_size(json);
        break;
    case KEY_RATE:
        layer->rate = aei_json_number(json);
        break;
    case KEY_MOMENTUM:
        layer->momentum = aei_json_number(json);
        break;
    default:
        layer->epsilon = aei_json_number(json);
        break;
    }
}

/* What the builder refuses is an error of the file here. */
static void fail_as_builder(aei_json *json)
{
    aei_json_fail(json, AE_ERROR_FORMAT, "%s", aei_error_text());
}

/* What the reader of a layer learned, checked as a whole once its kind is known. */
static void check_layer(aei_json *json, aei_layer *layer, int seen, double parameter)
{
    const int required = required_keys(layer), optional = optional_keys(layer);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (required & ~seen & 1 << i)
            aei_json_fail(json, AE_ERROR_FORMAT, "the layer has no key \"%s\"", keys[i]);
        else if (seen & ~(required | optional) & 1 << i)
            aei_json_fail(json, AE_ERROR_FORMAT, "a layer like this has no key \"%s\"", keys[i]);
    }
    if (aei_activation_make(&layer->f, layer->f.kind, parameter) != AE_OK)
        fail_as_builder(json);
    if (seen & KEY_PARAMETER)
        layer->f.a = (aei_real)parameter; /* also 0, which asks aei_activation_make() for the default */
}

static void read_layer(aei_json *json, aei_layer_spec *spec)
{
    int seen = 0;
    double parameter = 0;
    *spec = (aei_layer_spec){.layer = {.kind = AEI_LAYER_ACTIVATION, .init = AE_INIT_AUTO}};
    aei_json_open(json, '{');
    while (aei_json_next(json, '}')) {
        const char *key = aei_json_key(json);
        size_t i = 0;
        while (i < KEY_COUNT && strcmp(key, keys[i]) != 0)
            i++;
        if (i == KEY_COUNT || seen & 1 << i) {
            aei_json_fail(json, AE_ERROR_FORMAT, "%s key \"%.60s\"", i == KEY_COUNT ? "unknown" : "repeated", key);
            return;
        }
        seen |= 1 << i;
        read_value(json, 1 << i, spec, &parameter);
    }
    check_layer(json, &spec->layer, seen, parameter);
}

static void read_layers(aei_json *json, ae_layer_list *list)
{
    aei_json_open(json, '[');
    while (aei_json_next(json, ']')) {
        aei_layer_spec spec;
        read_layer(json, &spec);
        if (json->status != AE_OK)
            break;
        ae_status status = aei_layer_list_append(list, &spec);
        if (status == AE_ERROR_NO_MEMORY)
            json->status = status;
        else if (status != AE_OK)
            fail_as_builder(json);
    }
}

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

/* The keys of an architecture; the first REQUIRED must be there. */
static const char *const parts[] = {"input_dim", "loss", "encoder", "decoder", "output_dim", "code", "topk", "variance",
                                    "noise", "noise_deviation", "lasso", "nonnegative", "scaling", "threshold", "contamination"};
#define PART_COUNT (sizeof parts / sizeof parts[0])
#define REQUIRED 4
#define READ_NAME(json, names, what) read_name(json, names, sizeof names / sizeof names[0], what)

static void read_part(aei_json *json, size_t part, aei_architecture *out)
{
    aei_design *d = &out->design;
    switch (part) {
    case 0:
        d->input_dim = read_size(json);
        break;
    case 1:
        d->loss = READ_NAME(json, loss_names, "loss");
        break;
    case 2:
        read_layers(json, &out->encoder);
        break;
    case 3:
        read_layers(json, &out->decoder);
        break;
    case 4:
        d->output_dim = read_size(json);
        break;
    case 5:
        d->code = READ_NAME(json, code_names, "code");
        break;
    case 6:
        d->topk = read_size(json);
        break;
    case 7:
        d->variance = READ_NAME(json, variance_names, "variance");
        break;
    case 8:
        d->noise = READ_NAME(json, noise_names, "noise");
        break;
    case 9:
        d->noise_deviation = aei_json_number(json);
        break;
    case 10:
        d->lasso = aei_json_number(json);
        break;
    case 11:
        d->nonnegative = aei_json_boolean(json);
        break;
    case 12:
        out->scaling = READ_NAME(json, scaling_names, "scaling");
        break;
    case 13:
        out->threshold = aei_json_number(json);
        break;
    default:
        out->contamination = aei_json_number(json);
        break;
    }
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
    bool seen[PART_COUNT] = {false};
    size_t sum = 0;
    aei_json json;
    *out = (aei_architecture){
        .design = {.noise_deviation = 1}, .encoder = {.runtime = runtime}, .decoder = {.runtime = runtime}};
    aei_json_begin(&json, text, strlen(text), "architecture", 0);
    aei_json_open(&json, '{');
    while (aei_json_next(&json, '}')) {
        const char *key = aei_json_key(&json);
        size_t i = 0;
        while (i < PART_COUNT && strcmp(key, parts[i]) != 0)
            i++;
        if (i == PART_COUNT || seen[i]) {
            aei_json_fail(&json, AE_ERROR_FORMAT, "%s key \"%.60s\"", i == PART_COUNT ? "unknown" : "repeated", key);
            break;
        }
        seen[i] = true;
        read_part(&json, i, out);
    }
    aei_json_finish(&json);
    for (size_t i = 0; i < REQUIRED; i++)
        if (!seen[i])
            aei_json_fail(&json, AE_ERROR_FORMAT, "the key \"%s\" is missing", parts[i]);
    if (seen[13] != seen[14] || (seen[14] && !(out->contamination > 0 && out->contamination <= 0.5)))
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
