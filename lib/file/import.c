/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/import.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "file/format.h"
#include "file/safetensors.h"

typedef struct import {
    const aei_import_source *source;
    ae_model *model;
    aei_safetensors file;
    aei_tensor_entry **chosen; /* [set.count]: where each parameter comes from; NULL: it stays as it is */
    aei_tensor_entry **order;  /* [file.count]: the tensors of the net at hand */
    char *name;                /* room for the prefix and any name of the model's */
} import;

/* ---- numbers */

static uint64_t read_bits(const unsigned char *bytes, int size)
{
    uint64_t bits = 0;
    for (int i = size; i-- > 0;)
        bits = bits << 8 | bytes[i];
    return bits;
}

static float float_of_bits(uint64_t bits)
{
    const uint32_t word = (uint32_t)bits;
    float value;
    memcpy(&value, &word, 4);
    return value;
}

static double double_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, 8);
    return value;
}

/* IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
static float half_of_bits(uint64_t bits)
{
    const int exponent = (int)(bits >> 10 & 31), fraction = (int)(bits & 1023);
    float size;
    if (exponent == 31)
        size = fraction ? NAN : INFINITY;
    else if (exponent == 0)
        size = ldexpf((float)fraction, -24);
    else
        size = ldexpf((float)(1024 + fraction), exponent - 25);
    return bits >> 15 ? -size : size;
}

static bool is_readable(aei_dtype dtype)
{
    return dtype == AEI_DTYPE_F32 || dtype == AEI_DTYPE_F64 || dtype == AEI_DTYPE_F16 || dtype == AEI_DTYPE_BF16;
}

static float read_value(const import *im, const aei_tensor_entry *tensor, size_t i)
{
    const unsigned char *data = im->source->data + tensor->first;
    switch (tensor->dtype) {
    case AEI_DTYPE_F64: {
        const double value = double_of_bits(read_bits(data + 8 * i, 8));
        return fabs(value) <= (double)FLT_MAX ? (float)value : NAN; /* either way it is refused */
    }
    case AEI_DTYPE_F16:
        return half_of_bits(read_bits(data + 2 * i, 2));
    case AEI_DTYPE_BF16:
        return float_of_bits(read_bits(data + 2 * i, 2) << 16);
    default:
        return float_of_bits(read_bits(data + 4 * i, 4));
    }
}

/* ---- one tensor */

typedef struct shape_text {
    char text[80];
} shape_text;

static shape_text shape_of(const aei_tensor_entry *tensor)
{
    shape_text shape;
    if (tensor->rank == 0)
        snprintf(shape.text, sizeof shape.text, "[]");
    else if (tensor->rank == 1)
        snprintf(shape.text, sizeof shape.text, "[%zu]", tensor->dims[0]);
    else
        snprintf(shape.text, sizeof shape.text, "[%zu, %zu%s]", tensor->dims[0], tensor->dims[1],
                 tensor->rank > 2 ? ", ..." : "");
    return shape;
}

/* Takes `tensor` for parameter `index`, if it fits. */
static ae_status choose(import *im, size_t index, aei_tensor_entry *tensor)
{
    const aei_param *param = &im->model->set.params[index];
    const aei_tensor_entry wanted = aei_format_tensor(param);
    if (tensor->rank != wanted.rank || tensor->dims[0] != wanted.dims[0] || tensor->dims[1] != wanted.dims[1])
        return aei_fail(AE_ERROR_SHAPE, "the file's \"%.80s\" is %s, but the model's \"%s\" is %s", tensor->name,
                        shape_of(tensor).text, wanted.name, shape_of(&wanted).text);
    if (!is_readable(tensor->dtype))
        return aei_fail(AE_ERROR_UNSUPPORTED, "the file's \"%.80s\" is %s, weights can be F32, F64, F16 or BF16",
                        tensor->name, aei_dtype_name(tensor->dtype));
    const bool is_variance = aei_param_is_variance(param);
    for (size_t i = 0; i < aei_param_length(param); i++) {
        const float value = read_value(im, tensor, i);
        if (!isfinite(value))
            return aei_fail(AE_ERROR_DATA, "the file's \"%.80s\": number %zu is not finite as a float", tensor->name,
                            i);
        if (value < 0 && is_variance)
            return aei_fail(AE_ERROR_DATA, "the file's \"%.80s\": number %zu is a negative variance", tensor->name, i);
    }
    tensor->matched = true;
    im->chosen[index] = tensor;
    return AE_OK;
}

static ae_status missing(const import *im, const char *name, size_t index)
{
    const aei_param *param = &im->model->set.params[index];
    const aei_tensor_entry wanted = aei_format_tensor(param);
    return aei_fail(AE_ERROR_FORMAT, "the file has no \"%.80s\" for the model's \"%s\", which is %s", name, param->name,
                    shape_of(&wanted).text);
}

/* ---- names */

static bool begins_with(const char *name, const char *start)
{
    return strncmp(name, start, strlen(start)) == 0;
}

/* The last part of a name, "weight", and the length of what stands before its point. */
static const char *last_part(const char *name, size_t *before)
{
    const char *point = strrchr(name, '.');
    *before = point ? (size_t)(point - name) : 0;
    return point ? point + 1 : name;
}

/* What PyTorch keeps beside the weights of a batch normalisation. */
static bool is_counter(const char *name)
{
    size_t before;
    return strcmp(last_part(name, &before), "num_batches_tracked") == 0;
}

/* The tensor prefix + name, or NULL. */
static aei_tensor_entry *find(const import *im, const char *name)
{
    strcpy(im->name, im->source->prefix);
    strcat(im->name, name);
    return aei_safetensors_tensor(&im->file, im->name);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* As people count: numbers within a name by their value, so that 10 comes after 9. */
static int compare_places(const char *a, size_t a_length, const char *b, size_t b_length)
{
    const char *a_end = a + a_length, *b_end = b + b_length;
    while (a < a_end && b < b_end) {
        if (is_digit(*a) && is_digit(*b)) {
            const char *a_digits, *b_digits;
            while (a + 1 < a_end && *a == '0' && is_digit(a[1]))
                a++;
            while (b + 1 < b_end && *b == '0' && is_digit(b[1]))
                b++;
            for (a_digits = a; a < a_end && is_digit(*a); a++)
                continue;
            for (b_digits = b; b < b_end && is_digit(*b); b++)
                continue;
            if (a - a_digits != b - b_digits)
                return a - a_digits < b - b_digits ? -1 : 1;
            const int order = memcmp(a_digits, b_digits, (size_t)(a - a_digits));
            if (order != 0)
                return order;
        } else if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    return a < a_end ? 1 : b < b_end ? -1 : 0;
}

static int compare_tensors(const void *a, const void *b)
{
    const aei_tensor_entry *const *first = a, *const *second = b;
    size_t before_first, before_second;
    const char *what_first = last_part((*first)->name, &before_first);
    const char *what_second = last_part((*second)->name, &before_second);
    const int order = compare_places((*first)->name, before_first, (*second)->name, before_second);
    return order ? order : strcmp(what_first, what_second);
}

static bool same_place(const aei_tensor_entry *a, const aei_tensor_entry *b)
{
    size_t before_a, before_b;
    last_part(a->name, &before_a);
    last_part(b->name, &before_b);
    return compare_places(a->name, before_a, b->name, before_b) == 0;
}

/* ---- a net */

/* The parameters of a layer that are its own, to out[0..3]. Returns how many. */
static size_t own_params(const aei_layer *layer, size_t out[4])
{
    size_t count = 0;
    if ((layer->kind == AEI_LAYER_DENSE && !layer->tied) || layer->kind == AEI_LAYER_BATCH_NORM)
        out[count++] = layer->weight;
    if ((layer->kind == AEI_LAYER_DENSE || layer->kind == AEI_LAYER_BATCH_NORM) && layer->bias != AEI_NO_PARAM)
        out[count++] = layer->bias;
    if (layer->kind == AEI_LAYER_BATCH_NORM) {
        out[count++] = layer->mean;
        out[count++] = layer->variance;
    }
    return count;
}

/* Are all tensors of a net in the file under the model's own names? */
static bool has_own_names(const import *im, const aei_network *network)
{
    for (size_t i = 0; i < network->count; i++) {
        size_t params[4];
        const size_t count = own_params(&network->layers[i], params);
        for (size_t k = 0; k < count; k++)
            if (!find(im, im->model->set.params[params[k]].name))
                return false;
    }
    return true;
}

static ae_status match_by_name(import *im, const aei_network *network)
{
    for (size_t i = 0; i < network->count; i++) {
        size_t params[4];
        const size_t count = own_params(&network->layers[i], params);
        for (size_t k = 0; k < count; k++) {
            const ae_status status = choose(im, params[k], find(im, im->model->set.params[params[k]].name));
            if (status != AE_OK)
                return status;
        }
    }
    return AE_OK;
}

/* One layer: tensors[0..count-1], which have one place, for its parameters of the same last parts. */
static ae_status match_layer(import *im, const aei_layer *layer, aei_tensor_entry **tensors, size_t count)
{
    size_t params[4], before;
    const size_t wanted = own_params(layer, params);
    for (size_t k = 0; k < wanted; k++) {
        const char *what = last_part(im->model->set.params[params[k]].name, &before);
        aei_tensor_entry *found = NULL;
        for (size_t t = 0; t < count; t++)
            if (strcmp(last_part(tensors[t]->name, &before), what) == 0)
                found = tensors[t];
        if (!found) {
            char name[120];
            last_part(tensors[0]->name, &before);
            snprintf(name, sizeof name, "%.*s.%s", (int)(before < 80 ? before : 80), tensors[0]->name, what);
            return missing(im, name, params[k]);
        }
        const ae_status status = choose(im, params[k], found);
        if (status != AE_OK)
            return status;
    }
    return AE_OK;
}

/* im->order = the tensors of a net in the order of their places, those of one place together; returns how many. */
static size_t sort_tensors(import *im, const char *net)
{
    const size_t length = strlen(im->source->prefix);
    size_t count = 0;
    for (size_t i = 0; i < im->file.count; i++) {
        aei_tensor_entry *tensor = &im->file.tensors[i];
        if (begins_with(tensor->name, im->source->prefix) && begins_with(tensor->name + length, net) &&
            tensor->name[length + strlen(net)] == '.' && !is_counter(tensor->name))
            im->order[count++] = tensor;
    }
    qsort(im->order, count, sizeof(aei_tensor_entry *), compare_tensors);
    return count;
}

/* The n-th place of the file for the n-th layer that has parameters. */
static ae_status match_by_order(import *im, const aei_network *network, const char *net)
{
    const size_t count = sort_tensors(im, net);
    size_t places = 0, layers = 0, params[4], first = 0;
    for (size_t t = 0; t < count; t++)
        places += t == 0 || !same_place(im->order[t - 1], im->order[t]);
    for (size_t i = 0; i < network->count; i++)
        layers += own_params(&network->layers[i], params) > 0;
    if (places != layers)
        return aei_fail(AE_ERROR_FORMAT, "the file has tensors for %zu layers in \"%.60s%s\", the model has %zu there",
                        places, im->source->prefix, net, layers);
    for (size_t i = 0; i < network->count; i++) {
        size_t last = first;
        if (own_params(&network->layers[i], params) == 0)
            continue;
        while (last < count && same_place(im->order[first], im->order[last]))
            last++;
        const ae_status status = match_layer(im, &network->layers[i], im->order + first, last - first);
        if (status != AE_OK)
            return status;
        first = last;
    }
    return AE_OK;
}

static ae_status match_network(import *im, const aei_network *network, const char *net)
{
    return has_own_names(im, network) ? match_by_name(im, network) : match_by_order(im, network, net);
}

/* ---- all */

/* Beside the nets: the noise of a Gaussian likelihood, which must be there if it was trained, and what the library only
 * keeps for itself. */
static ae_status match_others(import *im)
{
    const aei_param_set *set = &im->model->set;
    const size_t others[] = {im->model->log_var, im->model->use};
    for (size_t i = 0; i < 2; i++) {
        aei_tensor_entry *tensor = others[i] != AEI_NO_PARAM ? find(im, set->params[others[i]].name) : NULL;
        ae_status status = AE_OK;
        if (tensor)
            status = choose(im, others[i], tensor);
        else if (others[i] != AEI_NO_PARAM && set->params[others[i]].trained)
            status = missing(im, set->params[others[i]].name, others[i]);
        if (status != AE_OK)
            return status;
    }
    return AE_OK;
}

static ae_status check_extra(const import *im)
{
    for (size_t i = 0; i < im->file.count && !im->source->ignore_extra; i++) {
        const aei_tensor_entry *tensor = &im->file.tensors[i];
        if (!tensor->matched && begins_with(tensor->name, im->source->prefix) && !is_counter(tensor->name))
            return aei_fail(AE_ERROR_FORMAT, "the file's \"%.80s\", which is %s, has no place in the model",
                            tensor->name, shape_of(tensor).text);
    }
    return AE_OK;
}

static void fill(const import *im)
{
    const aei_param_set *set = &im->model->set;
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; im->chosen[i] && j < aei_param_length(&set->params[i]); j++)
            set->values[set->params[i].first + j] = read_value(im, im->chosen[i], j);
    aei_model_changed(im->model);
}

ae_status aei_import(ae_model *model, const aei_import_source *source)
{
    import im = {.source = source, .model = model};
    ae_status status = aei_safetensors_parse(&im.file, model->runtime, source->header, source->header_size,
                                             source->data_size);
    if (status != AE_OK)
        return status;
    im.chosen = aei_calloc(model->runtime, model->set.count, sizeof *im.chosen);
    im.order = aei_calloc(model->runtime, im.file.count, sizeof *im.order);
    im.name = aei_alloc(model->runtime, strlen(source->prefix) + AEI_PARAM_NAME_SIZE);
    if (!im.chosen || !im.order || !im.name)
        status = AE_ERROR_NO_MEMORY;
    if (status == AE_OK)
        status = match_network(&im, &model->encoder, "encoder");
    if (status == AE_OK)
        status = match_network(&im, &model->variance, "variance");
    if (status == AE_OK)
        status = match_network(&im, &model->decoder, "decoder");
    if (status == AE_OK)
        status = match_others(&im);
    if (status == AE_OK)
        status = check_extra(&im);
    if (status == AE_OK)
        fill(&im);
    aei_free(model->runtime, im.chosen);
    aei_free(model->runtime, im.order);
    aei_free(model->runtime, im.name);
    aei_safetensors_clear(&im.file);
    return status;
}
