/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/layer_list.h"

#include <stddef.h>
#include <string.h>
#include "file/fields.h"

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

enum { LAYER, UNITS, ACTIVATION, PARAMETER, BIAS, INIT, SCALE, TIED_TO, RATE, MOMENTUM, EPSILON, KEY_COUNT };

#define PLACE(member) offsetof(aei_layer_spec, member)
static const aei_field fields[KEY_COUNT] = {
    [LAYER] = {"layer", AEI_FIELD_OTHER, 0, NULL, 0},
    [UNITS] = {"units", AEI_FIELD_SIZE, PLACE(layer.out), NULL, 0},
    [ACTIVATION] = {"activation", AEI_FIELD_OTHER, 0, NULL, 0},
    [PARAMETER] = {"activation_parameter", AEI_FIELD_OTHER, 0, NULL, 0},
    [BIAS] = {"bias", AEI_FIELD_BOOLEAN, PLACE(has_bias), NULL, 0},
    [INIT] = {"init", AEI_FIELD_NAME, PLACE(layer.init), AEI_FIELD_NAMES(init_names)},
    [SCALE] = {"init_scale", AEI_FIELD_NUMBER, PLACE(layer.init_scale), NULL, 0},
    [TIED_TO] = {"tied_to", AEI_FIELD_SIZE, PLACE(layer.tied_to), NULL, 0},
    [RATE] = {"rate", AEI_FIELD_NUMBER, PLACE(layer.rate), NULL, 0},
    [MOMENTUM] = {"momentum", AEI_FIELD_NUMBER, PLACE(layer.momentum), NULL, 0},
    [EPSILON] = {"epsilon", AEI_FIELD_NUMBER, PLACE(layer.epsilon), NULL, 0},
};

static bool has_parameter(ae_activation kind)
{
    return kind == AE_LEAKY_RELU || kind == AE_ELU;
}

static bool has_scale(ae_init init)
{
    return init == AE_INIT_UNIFORM || init == AE_INIT_NORMAL;
}

/* Which keys a layer must have, and which it may have besides. An activation that is left out is the identity. */
static unsigned required_keys(const aei_layer *layer)
{
    switch (layer->kind) {
    case AEI_LAYER_DENSE:
        return 1u << LAYER | 1u << UNITS | 1u << BIAS;
    case AEI_LAYER_DROPOUT:
        return 1u << LAYER | 1u << RATE;
    case AEI_LAYER_BATCH_NORM:
        return 1u << LAYER | 1u << MOMENTUM | 1u << EPSILON;
    default:
        return 1u << LAYER;
    }
}

static unsigned optional_keys(const aei_layer *layer)
{
    unsigned set = 1u << ACTIVATION;
    if (has_parameter(layer->f.kind))
        set |= 1u << PARAMETER;
    if (layer->kind == AEI_LAYER_DENSE)
        set |= 1u << (layer->tied ? TIED_TO : INIT);
    if (layer->kind == AEI_LAYER_DENSE && !layer->tied && has_scale(layer->init))
        set |= 1u << SCALE;
    return set;
}

/* ---- writing ---- */

static void put_text_member(aei_buffer *writer, size_t field, const char *text)
{
    aei_json_put_key(writer, fields[field].key);
    aei_json_put_string(writer, text, strlen(text));
}

static void put_layer(aei_buffer *writer, const aei_layer_spec *spec)
{
    static const unsigned char order[] = {LAYER, UNITS, RATE, MOMENTUM, EPSILON, ACTIVATION, PARAMETER, BIAS, TIED_TO,
                                          INIT, SCALE};
    const aei_layer *layer = &spec->layer;
    unsigned written = required_keys(layer) | optional_keys(layer);
    if (layer->kind != AEI_LAYER_DENSE && layer->f.kind == AE_IDENTITY)
        written &= ~(1u << ACTIVATION);
    aei_buffer_put_text(writer, "{");
    for (size_t i = 0; i < sizeof order; i++) {
        if (!(written & 1u << order[i]))
            continue;
        if (order[i] == LAYER) {
            put_text_member(writer, LAYER, aei_layer_ops_of(layer->kind)->name);
        } else if (order[i] == ACTIVATION) {
            put_text_member(writer, ACTIVATION, aei_activation_name(layer->f.kind));
        } else if (order[i] == PARAMETER) {
            aei_json_put_key(writer, fields[PARAMETER].key);
            aei_json_put_float(writer, layer->f.a);
        } else {
            aei_field_write(writer, &fields[order[i]], spec);
        }
    }
    aei_buffer_put_text(writer, "}");
}

void aei_layer_list_write(aei_buffer *writer, const ae_layer_list *list)
{
    aei_buffer_put_text(writer, "[");
    for (size_t i = 0; i < list->count; i++) {
        aei_buffer_put_text(writer, i ? "," : "");
        put_layer(writer, &list->specs[i]);
    }
    aei_buffer_put_text(writer, "]");
}

/* ---- reading ---- */

static aei_layer_kind read_kind(aei_json *json)
{
    const char *name = aei_json_string(json);
    for (aei_layer_kind kind = AEI_LAYER_DENSE; kind <= AEI_LAYER_BATCH_NORM; kind++)
        if (strcmp(aei_layer_ops_of(kind)->name, name) == 0)
            return kind;
    aei_json_fail(json, AE_ERROR_UNSUPPORTED, "unknown layer \"%.60s\"", name);
    return AEI_LAYER_DENSE;
}

static ae_activation read_activation(aei_json *json)
{
    const char *name = aei_json_string(json);
    ae_activation kind = aei_activation_by_name(name);
    if (kind < 0)
        aei_json_fail(json, AE_ERROR_UNSUPPORTED, "unknown activation \"%.60s\"", name);
    return kind < 0 ? AE_IDENTITY : kind;
}

/* What the builder refuses is an error of the file here. */
static void fail_as_builder(aei_json *json)
{
    aei_json_fail(json, AE_ERROR_FORMAT, "%s", aei_error_text());
}

/* What the reader of a layer learned, checked as a whole once its kind is known. */
static void check_layer(aei_json *json, aei_layer *layer, unsigned seen, double parameter)
{
    const unsigned required = required_keys(layer), optional = optional_keys(layer);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (required & ~seen & 1u << i)
            aei_json_fail(json, AE_ERROR_FORMAT, "the layer has no key \"%s\"", fields[i].key);
        else if (seen & ~(required | optional) & 1u << i)
            aei_json_fail(json, AE_ERROR_FORMAT, "a layer like this has no key \"%s\"", fields[i].key);
    }
    if (aei_activation_make(&layer->f, layer->f.kind, parameter) != AE_OK)
        fail_as_builder(json);
    if (seen & 1u << PARAMETER)
        layer->f.a = (aei_real)parameter; /* also 0, which asks aei_activation_make() for the default */
}

static void read_layer(aei_json *json, aei_layer_spec *spec)
{
    unsigned seen = 0;
    double parameter = 0;
    *spec = (aei_layer_spec){.layer = {.kind = AEI_LAYER_ACTIVATION, .init = AE_INIT_AUTO}};
    aei_json_open(json, '{');
    while (aei_json_next(json, '}')) {
        const size_t key = aei_field_key(json, fields, KEY_COUNT, &seen);
        if (key == KEY_COUNT)
            return;
        if (key == LAYER)
            spec->layer.kind = read_kind(json);
        else if (key == ACTIVATION)
            spec->layer.f.kind = read_activation(json);
        else if (key == PARAMETER)
            parameter = aei_json_number(json);
        else
            aei_field_read(json, &fields[key], spec);
        spec->layer.tied = spec->layer.tied || key == TIED_TO;
    }
    check_layer(json, &spec->layer, seen, parameter);
}

void aei_layer_list_read(aei_json *json, ae_layer_list *list)
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
