/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/reader.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "file/architecture.h"
#include "file/format.h"
#include "file/history.h"
#include "file/safetensors.h"

/* What the builder says about an impossible model is an error of the file here. */
static ae_status as_file_error(ae_status status)
{
    char line[400];
    if (status != AE_ERROR_INVALID_ARGUMENT && status != AE_ERROR_SHAPE)
        return status;
    strncpy(line, aei_error_text(), sizeof line - 1);
    line[sizeof line - 1] = '\0';
    return aei_fail(AE_ERROR_FORMAT, "architecture: %s", line);
}

static ae_status check_version(const aei_safetensors *file)
{
    const char *format = aei_safetensors_metadata(file, AEI_FORMAT_KEY);
    const char *version = aei_safetensors_metadata(file, AEI_FORMAT_VERSION_KEY);
    const char *library = aei_safetensors_metadata(file, AEI_FORMAT_LIBRARY_KEY);
    size_t digits = version ? strspn(version, "0123456789") : 0;
    if (!format || strcmp(format, AEI_FORMAT_NAME) != 0)
        return aei_fail(AE_ERROR_FORMAT, "a safetensors file, but not a model of this library: its __metadata__ has no "
                        "\"" AEI_FORMAT_KEY "\": \"" AEI_FORMAT_NAME "\"");
    if (digits == 0 || digits > 9 || version[digits] || version[0] == '0')
        return aei_fail(AE_ERROR_FORMAT, "model file: its " AEI_FORMAT_VERSION_KEY " is not a number from 1");
    if (strcmp(version, AEI_FORMAT_VERSION_TEXT) != 0)
        return aei_fail(AE_ERROR_UNSUPPORTED, "the model file has format version %s, written by libautoencoder %.40s; "
                        "this library reads version " AEI_FORMAT_VERSION_TEXT, version, library ? library : "?");
    return AE_OK;
}

/* What this version does not know might change what the model means. */
static ae_status check_keys(const aei_safetensors *file)
{
    static const char *const known[] = {AEI_FORMAT_KEY, AEI_FORMAT_VERSION_KEY, AEI_FORMAT_LIBRARY_KEY,
                                        AEI_FORMAT_ARCHITECTURE_KEY, AEI_FORMAT_HISTORY_KEY};
    for (size_t i = 0; i < file->metadata_count; i++) {
        const char *key = file->metadata[i].key;
        size_t j = 0;
        while (j < sizeof known / sizeof known[0] && strcmp(key, known[j]) != 0)
            j++;
        if (j == sizeof known / sizeof known[0] && strncmp(key, AEI_FORMAT_NOTE_PREFIX, 2) != 0)
            return aei_fail(AE_ERROR_FORMAT, "model file: unknown key \"%.60s\" in __metadata__", key);
    }
    if (!aei_safetensors_metadata(file, AEI_FORMAT_ARCHITECTURE_KEY))
        return aei_fail(AE_ERROR_FORMAT, "model file: no \"" AEI_FORMAT_ARCHITECTURE_KEY "\" in __metadata__");
    return AE_OK;
}

static ae_status check_dtypes(const aei_safetensors *file)
{
    for (size_t i = 0; i < file->count; i++)
        if (file->tensors[i].dtype != AEI_DTYPE_F32)
            return aei_fail(AE_ERROR_UNSUPPORTED, "tensor \"%.60s\" is %s, a model's are F32", file->tensors[i].name,
                            aei_dtype_name(file->tensors[i].dtype));
    return AE_OK;
}

static float read_float(const unsigned char *bytes)
{
    uint32_t word = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    float value;
    memcpy(&value, &word, 4);
    return value;
}

static ae_status check_values(const aei_param *param, const unsigned char *bytes, bool allow_non_finite)
{
    const bool is_variance = aei_param_is_variance(param);
    for (size_t i = 0; i < aei_param_length(param); i++) {
        float value = read_float(bytes + 4 * i);
        if (!isfinite(value) && !allow_non_finite)
            return aei_fail(AE_ERROR_DATA, "tensor \"%s\": number %zu is %s", param->name, i,
                            isnan(value) ? "not a number" : "infinite");
        if (value < 0 && is_variance)
            return aei_fail(AE_ERROR_DATA, "tensor \"%s\": number %zu is a negative variance", param->name, i);
    }
    return AE_OK;
}

static ae_status match(aei_safetensors *file, const aei_tensor_entry *wanted)
{
    aei_tensor_entry *tensor = aei_safetensors_tensor(file, wanted->name);
    if (!tensor)
        return aei_fail(AE_ERROR_FORMAT, "model file: the tensor \"%s\" is missing", wanted->name);
    if (tensor->rank != wanted->rank)
        return aei_fail(AE_ERROR_FORMAT, "tensor \"%s\" has %d dimensions, the architecture says %d", wanted->name,
                        tensor->rank, wanted->rank);
    if (tensor->dims[0] != wanted->dims[0] || tensor->dims[1] != wanted->dims[1])
        return aei_fail(AE_ERROR_FORMAT, "tensor \"%s\" is [%zu, %zu], the architecture says [%zu, %zu]", wanted->name,
                        tensor->dims[0], tensor->dims[1], wanted->dims[0], wanted->dims[1]);
    tensor->matched = true;
    return AE_OK;
}

/* The file has the tensors of the set and the scaling, in the same shapes, and no others. */
static ae_status match_all(const aei_param_set *set, bool scaled, size_t input_dim, aei_safetensors *file)
{
    aei_tensor_entry scaling = {.name = AEI_FORMAT_OFFSET, .rank = 1, .dims = {input_dim, 1}};
    ae_status status = scaled ? match(file, &scaling) : AE_OK;
    scaling.name = AEI_FORMAT_SCALE;
    if (status == AE_OK && scaled)
        status = match(file, &scaling);
    for (size_t i = 0; i < set->count && status == AE_OK; i++) {
        const aei_tensor_entry wanted = aei_format_tensor(&set->params[i]);
        status = match(file, &wanted);
    }
    for (size_t i = 0; i < file->count && status == AE_OK; i++)
        if (!file->tensors[i].matched)
            return aei_fail(AE_ERROR_FORMAT, "model file: the tensor \"%.60s\" is not one of this architecture",
                            file->tensors[i].name);
    return status;
}

/* The values of every tensor of an outlined model, as they stand in the file. */
static ae_status check_tensors(const ae_model *model, bool scaled, aei_safetensors *file, const unsigned char *data,
                               bool allow_non_finite)
{
    ae_status status = match_all(&model->set, scaled, model->design.input_dim, file);
    for (size_t i = 0; status == AE_OK && i < model->set.count; i++) {
        const aei_param *param = &model->set.params[i];
        status = check_values(param, data + aei_safetensors_tensor(file, param->name)->first, allow_non_finite);
    }
    return status;
}

static void fill(ae_model *model, const aei_safetensors *file, const unsigned char *data)
{
    for (size_t i = 0; i < model->set.count; i++) {
        const aei_param *param = &model->set.params[i];
        const unsigned char *bytes = data + aei_safetensors_tensor(file, param->name)->first;
        aei_real *values = model->set.values + param->first;
        for (size_t j = 0; j < aei_param_length(param); j++)
            values[j] = read_float(bytes + 4 * j);
    }
    aei_model_changed(model);
}

/* The scaling, whose tensors are there in their shapes. */
static ae_status read_scaling(ae_model *model, ae_scaling kind, const aei_safetensors *file, const unsigned char *data)
{
    const size_t d = model->design.input_dim;
    const unsigned char *offset = data + aei_safetensors_tensor(file, AEI_FORMAT_OFFSET)->first;
    const unsigned char *scale = data + aei_safetensors_tensor(file, AEI_FORMAT_SCALE)->first;
    float *values = aei_alloc_array(model->runtime, d, 2 * sizeof *values);
    aei_scaling scaling;
    ae_status status;
    if (!values)
        return AE_ERROR_NO_MEMORY;
    for (size_t j = 0; j < d; j++) {
        values[j] = read_float(offset + 4 * j);
        values[d + j] = read_float(scale + 4 * j);
    }
    status = aei_scaling_from(&scaling, model->runtime, kind, values, values + d, d);
    if (status == AE_OK)
        aei_model_take_scaling(model, &scaling);
    aei_free(model->runtime, values);
    return status;
}

ae_status aei_model_read(ae_model **out, ae_runtime *runtime, char *header, size_t header_size,
                         const unsigned char *data, size_t data_size, bool allow_non_finite)
{
    aei_architecture architecture = {0};
    aei_history history = {0};
    aei_safetensors file;
    ae_model *model = NULL;
    const char *text;
    ae_status status;
    *out = NULL;
    status = aei_safetensors_parse(&file, runtime, header, header_size, data_size);
    if (status == AE_OK)
        status = check_version(&file);
    if (status == AE_OK)
        status = check_keys(&file);
    if (status == AE_OK)
        status = check_dtypes(&file);
    if (status != AE_OK)
        goto cleanup;

    /* the texts lie in the header, which may be changed; the table shows them as constant */
    text = aei_safetensors_metadata(&file, AEI_FORMAT_ARCHITECTURE_KEY);
    status = aei_architecture_read(&architecture, runtime, header + (text - header), data_size / 4);
    if (status == AE_OK)
        status = aei_model_outline(&model, runtime, &architecture.encoder, &architecture.decoder, &architecture.design);
    if (status == AE_OK)
        status = check_tensors(model, architecture.scaling != AE_SCALING_NONE, &file, data, allow_non_finite);
    if (status == AE_OK && architecture.scaling != AE_SCALING_NONE)
        status = read_scaling(model, architecture.scaling, &file, data);
    status = as_file_error(status);
    if (status != AE_OK)
        goto cleanup;
    text = aei_safetensors_metadata(&file, AEI_FORMAT_HISTORY_KEY);
    if (text)
        status = aei_history_read(&history, runtime, header + (text - header));
    if (status != AE_OK)
        goto cleanup;

    status = as_file_error(aei_model_allocate(model));
    if (status != AE_OK)
        goto cleanup;
    fill(model, &file, data);
    model->threshold = architecture.threshold;
    model->contamination = architecture.contamination;
    model->history = history; /* the model's own from here on */
    history.records = NULL;
    *out = model;
    model = NULL;
cleanup:
    aei_model_delete(model);
    aei_free(runtime, history.records);
    aei_architecture_clear(&architecture);
    aei_safetensors_clear(&file);
    return status;
}
