/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/safetensors.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "file/json.h"

#define DATA_ALIGNMENT 64
#define METADATA_MAX 256 /* entries; other tools write dozens */
#define RANK_MAX 16

static const struct {
    const char *name;
    size_t bytes;
} dtypes[] = {
    [AEI_DTYPE_BOOL] = {"BOOL", 1}, [AEI_DTYPE_U8] = {"U8", 1},           [AEI_DTYPE_I8] = {"I8", 1},
    [AEI_DTYPE_F8_E5M2] = {"F8_E5M2", 1}, [AEI_DTYPE_F8_E4M3] = {"F8_E4M3", 1},
    [AEI_DTYPE_I16] = {"I16", 2},   [AEI_DTYPE_U16] = {"U16", 2},
    [AEI_DTYPE_F16] = {"F16", 2},   [AEI_DTYPE_BF16] = {"BF16", 2},
    [AEI_DTYPE_I32] = {"I32", 4},   [AEI_DTYPE_U32] = {"U32", 4},         [AEI_DTYPE_F32] = {"F32", 4},
    [AEI_DTYPE_I64] = {"I64", 8},   [AEI_DTYPE_U64] = {"U64", 8},         [AEI_DTYPE_F64] = {"F64", 8},
};

const char *aei_dtype_name(aei_dtype dtype)
{
    return dtypes[dtype].name;
}

/* N, of 8 bytes or more. */
static ae_status read_length(const unsigned char *bytes, uint64_t *n)
{
    *n = 0;
    for (int i = 7; i >= 0; i--)
        *n = *n << 8 | bytes[i];
    if (*n > AEI_SAFETENSORS_HEADER_MAX)
        return aei_fail(AE_ERROR_FORMAT, "model file, byte 0: not a safetensors file, its header would be longer than "
                        "%d bytes", AEI_SAFETENSORS_HEADER_MAX);
    return AE_OK;
}

ae_status aei_safetensors_look(const unsigned char *head, size_t size)
{
    uint64_t n;
    if (size < 9)
        return AE_OK; /* how much too short it is, the whole file tells */
    if (head[8] != '{')
        return aei_fail(AE_ERROR_FORMAT, "model file, byte 8: not a safetensors file, '{' expected");
    return read_length(head, &n);
}

ae_status aei_safetensors_header_size(const unsigned char *bytes, size_t size, size_t *header_size)
{
    uint64_t n;
    ae_status status;
    if (size < 8)
        return aei_fail(AE_ERROR_FORMAT, "model file of %zu bytes, too short for the 8 bytes of the header's length",
                        size);
    status = read_length(bytes, &n);
    if (status != AE_OK)
        return status;
    if (n > size - 8)
        return aei_fail(AE_ERROR_FORMAT, "model file, byte 0: a header of %zu bytes is announced, but only %zu follow",
                        (size_t)n, size - 8);
    *header_size = (size_t)n;
    return AE_OK;
}

static void read_dtype(aei_json *json, aei_tensor_entry *tensor)
{
    const char *name = aei_json_string(json);
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++)
        if (strcmp(name, dtypes[i].name) == 0) {
            tensor->dtype = (aei_dtype)i;
            return;
        }
    aei_json_fail(json, AE_ERROR_UNSUPPORTED, "tensor \"%.60s\" has the unknown dtype \"%.20s\"", tensor->name, name);
}

/* The shape; *numbers = its product. */
static void read_shape(aei_json *json, aei_tensor_entry *tensor, size_t *numbers)
{
    *numbers = tensor->dims[0] = tensor->dims[1] = 1;
    aei_json_open(json, '[');
    while (aei_json_next(json, ']')) {
        uint64_t dim = aei_json_size(json);
        if (tensor->rank == RANK_MAX)
            aei_json_fail(json, AE_ERROR_UNSUPPORTED, "tensor \"%.60s\" has more than %d dimensions", tensor->name,
                          RANK_MAX);
        else if (dim > SIZE_MAX || !aei_size_mul(*numbers, (size_t)dim, numbers))
            aei_json_fail(json, AE_ERROR_FORMAT, "tensor \"%.60s\" is too large to address", tensor->name);
        else if (tensor->rank < 2)
            tensor->dims[tensor->rank] = (size_t)dim;
        tensor->rank++;
    }
}

static void read_offsets(aei_json *json, aei_tensor_entry *tensor, size_t data_size)
{
    uint64_t offsets[2] = {0, 0};
    aei_json_open(json, '[');
    for (int i = 0; i < 2; i++) {
        if (!aei_json_next(json, ']'))
            aei_json_fail(json, AE_ERROR_FORMAT, "data_offsets of tensor \"%.60s\" are not two numbers", tensor->name);
        offsets[i] = aei_json_size(json);
    }
    if (aei_json_next(json, ']'))
        aei_json_fail(json, AE_ERROR_FORMAT, "data_offsets of tensor \"%.60s\" are not two numbers", tensor->name);
    if (offsets[0] > offsets[1] || offsets[1] > data_size)
        aei_json_fail(json, AE_ERROR_FORMAT, "data_offsets of tensor \"%.60s\" do not lie in the %zu bytes of data",
                      tensor->name, data_size);
    tensor->first = (size_t)offsets[0];
    tensor->size = (size_t)(offsets[1] - offsets[0]);
}

static void read_tensor(aei_json *json, aei_tensor_entry *tensor, size_t data_size)
{
    static const char *const keys[] = {"dtype", "shape", "data_offsets"};
    bool seen[3] = {false, false, false};
    size_t numbers = 0, size;
    aei_json_open(json, '{');
    while (aei_json_next(json, '}')) {
        const char *key = aei_json_key(json);
        size_t i = 0;
        while (i < 3 && strcmp(key, keys[i]) != 0)
            i++;
        if (i == 3 || seen[i])
            aei_json_fail(json, AE_ERROR_FORMAT, "tensor \"%.60s\" has the %s key \"%.60s\"", tensor->name,
                          i == 3 ? "unknown" : "repeated", key);
        else if (i == 0)
            read_dtype(json, tensor);
        else if (i == 1)
            read_shape(json, tensor, &numbers);
        else
            read_offsets(json, tensor, data_size);
        if (i < 3)
            seen[i] = true;
    }
    for (int i = 0; i < 3; i++)
        if (!seen[i])
            aei_json_fail(json, AE_ERROR_FORMAT, "tensor \"%.60s\" has no %s", tensor->name, keys[i]);
    if (!aei_size_mul(numbers, dtypes[tensor->dtype].bytes, &size) || size != tensor->size)
        aei_json_fail(json, AE_ERROR_FORMAT, "tensor \"%.60s\": its shape and dtype do not take the %zu bytes that its "
                      "data_offsets say", tensor->name, tensor->size);
}

static void read_metadata(aei_json *json, aei_safetensors *file)
{
    aei_json_open(json, '{');
    while (aei_json_next(json, '}')) {
        aei_metadata_entry *entry = &file->metadata[file->metadata_count];
        if (file->metadata_count == METADATA_MAX) {
            aei_json_fail(json, AE_ERROR_UNSUPPORTED, "__metadata__ has more than %d entries", METADATA_MAX);
            return;
        }
        entry->key = aei_json_key(json);
        entry->text = aei_json_string(json);
        file->metadata_count++;
    }
}

static int compare_places(const void *a, const void *b)
{
    const aei_tensor_entry *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->size < y->size ? -1 : x->size > y->size; /* empty tensors first, they begin where another does */
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const aei_tensor_entry *)a)->name, ((const aei_tensor_entry *)b)->name);
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const aei_metadata_entry *)a)->key, ((const aei_metadata_entry *)b)->key);
}

/* Sorts the tables; every name is there once, and every byte of the data belongs to one tensor. */
static ae_status check_tables(aei_safetensors *file, size_t data_size)
{
    size_t covered = 0;
    qsort(file->tensors, file->count, sizeof *file->tensors, compare_places);
    for (size_t i = 0; i < file->count; i++) {
        const aei_tensor_entry *tensor = &file->tensors[i];
        if (tensor->first != covered)
            return aei_fail(AE_ERROR_FORMAT, "model file: tensor \"%.60s\" begins at byte %zu of the data, but %zu was "
                            "expected: tensors %s", tensor->name, tensor->first, covered,
                            tensor->first < covered ? "overlap" : "leave a hole");
        covered += tensor->size;
    }
    if (covered != data_size)
        return aei_fail(AE_ERROR_FORMAT, "model file: its tensors take %zu bytes, but it has %zu bytes of data",
                        covered, data_size);
    qsort(file->tensors, file->count, sizeof *file->tensors, compare_names);
    for (size_t i = 1; i < file->count; i++)
        if (compare_names(&file->tensors[i - 1], &file->tensors[i]) == 0)
            return aei_fail(AE_ERROR_FORMAT, "model file: two tensors have the name \"%.60s\"", file->tensors[i].name);
    qsort(file->metadata, file->metadata_count, sizeof *file->metadata, compare_keys);
    for (size_t i = 1; i < file->metadata_count; i++)
        if (compare_keys(&file->metadata[i - 1], &file->metadata[i]) == 0)
            return aei_fail(AE_ERROR_FORMAT, "model file: __metadata__ has the key \"%.60s\" twice",
                            file->metadata[i].key);
    return AE_OK;
}

ae_status aei_safetensors_parse(aei_safetensors *out, const ae_runtime *runtime, char *header, size_t header_size,
                                size_t data_size)
{
    /* as many tensors as the header has room for */
    const size_t shortest = sizeof "\"\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}" - 1;
    bool has_metadata = false;
    aei_json json;
    ae_status status;
    *out = (aei_safetensors){.runtime = runtime};
    aei_json_begin(&json, header, header_size, "model file", 8);
    if (header_size == 0 || header[0] != '{') /* not even white space: so says the format */
        return aei_json_fail(&json, AE_ERROR_FORMAT, "'{' expected");
    out->tensors = aei_calloc(runtime, header_size / shortest + 1, sizeof *out->tensors);
    out->metadata = aei_calloc(runtime, METADATA_MAX, sizeof *out->metadata);
    if (!out->tensors || !out->metadata) {
        aei_safetensors_clear(out);
        return AE_ERROR_NO_MEMORY;
    }
    aei_json_open(&json, '{');
    while (aei_json_next(&json, '}')) {
        const char *name = aei_json_key(&json);
        if (strcmp(name, "__metadata__") != 0) {
            out->tensors[out->count].name = name;
            read_tensor(&json, &out->tensors[out->count], data_size);
            out->count++;
        } else if (has_metadata) {
            aei_json_fail(&json, AE_ERROR_FORMAT, "a second __metadata__");
        } else {
            has_metadata = true;
            read_metadata(&json, out);
        }
    }
    status = aei_json_finish(&json);
    if (status == AE_OK)
        status = check_tables(out, data_size);
    if (status != AE_OK)
        aei_safetensors_clear(out);
    return status;
}

void aei_safetensors_clear(aei_safetensors *file)
{
    aei_free(file->runtime, file->tensors);
    aei_free(file->runtime, file->metadata);
    *file = (aei_safetensors){.runtime = file->runtime};
}

aei_tensor_entry *aei_safetensors_tensor(const aei_safetensors *file, const char *name)
{
    const aei_tensor_entry wanted = {.name = name};
    return file->count ? bsearch(&wanted, file->tensors, file->count, sizeof wanted, compare_names) : NULL;
}

const char *aei_safetensors_metadata(const aei_safetensors *file, const char *key)
{
    for (size_t i = 0; i < file->metadata_count; i++)
        if (strcmp(file->metadata[i].key, key) == 0)
            return file->metadata[i].text;
    return NULL;
}

static void put_tensor(aei_buffer *writer, const aei_tensor_entry *tensor)
{
    aei_json_put_string(writer, tensor->name, strlen(tensor->name));
    aei_buffer_put_text(writer, ":{\"dtype\":\"");
    aei_buffer_put_text(writer, aei_dtype_name(tensor->dtype));
    aei_buffer_put_text(writer, "\",\"shape\":[");
    aei_buffer_put_size(writer, tensor->dims[0]);
    if (tensor->rank == 2) {
        aei_buffer_put_text(writer, ",");
        aei_buffer_put_size(writer, tensor->dims[1]);
    }
    aei_buffer_put_text(writer, "],\"data_offsets\":[");
    aei_buffer_put_size(writer, tensor->first);
    aei_buffer_put_text(writer, ",");
    aei_buffer_put_size(writer, tensor->first + tensor->size);
    aei_buffer_put_text(writer, "]}");
}

ae_status aei_safetensors_header(char **out, size_t *size, const ae_runtime *runtime,
                                 const aei_metadata_entry *metadata, size_t metadata_count, aei_tensor_entry *tensors,
                                 size_t count)
{
    size_t place = 0;
    aei_buffer writer;
    aei_buffer_begin(&writer, runtime);
    aei_buffer_put(&writer, "\0\0\0\0\0\0\0", 8);
    aei_buffer_put_text(&writer, "{\"__metadata__\":{");
    for (size_t i = 0; i < metadata_count; i++) {
        aei_buffer_put_text(&writer, i ? "," : "");
        aei_json_put_string(&writer, metadata[i].key, strlen(metadata[i].key));
        aei_buffer_put_text(&writer, ":");
        aei_json_put_string(&writer, metadata[i].text, strlen(metadata[i].text));
    }
    aei_buffer_put_text(&writer, "}");
    for (size_t i = 0; i < count; i++) {
        tensors[i].first = place;
        tensors[i].size = tensors[i].dims[0] * tensors[i].dims[1] * dtypes[tensors[i].dtype].bytes;
        place += tensors[i].size;
        aei_buffer_put_text(&writer, ",");
        put_tensor(&writer, &tensors[i]);
    }
    aei_buffer_put_text(&writer, "}");
    while (writer.status == AE_OK && writer.size % DATA_ALIGNMENT != 0)
        aei_buffer_put_text(&writer, " ");
    if (writer.status == AE_OK && writer.size - 8 > AEI_SAFETENSORS_HEADER_MAX)
        writer.status = aei_fail(AE_ERROR_UNSUPPORTED, "a model file's header of %zu bytes, more than the %d of the "
                                 "format", writer.size - 8, AEI_SAFETENSORS_HEADER_MAX);
    if (writer.status != AE_OK) {
        ae_status status = writer.status;
        aei_buffer_clear(&writer);
        return status;
    }
    for (int i = 0; i < 8; i++)
        writer.text[i] = (char)(((uint64_t)writer.size - 8) >> (8 * i) & 0xFF);
    *out = writer.text;
    *size = writer.size;
    return AE_OK;
}
