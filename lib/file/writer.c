/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/writer.h"

#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "file/architecture.h"
#include "file/format.h"
#include "file/history.h"
#include "file/safetensors.h"

_Static_assert(sizeof(aei_real) == 4, "model files hold 32-bit floats");

static bool little_endian(void)
{
    const uint32_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

static void put_little_endian(const float *values, size_t count, unsigned char *bytes)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t word;
        memcpy(&word, &values[i], 4);
        for (int j = 0; j < 4; j++)
            bytes[4 * i + (size_t)j] = (unsigned char)(word >> (8 * j));
    }
}

/* The model's tensors are its parameters and, where there is a scaling, that. */
static size_t tensor_count(const ae_model *model)
{
    return model->set.count + (model->scaling.kind != AE_SCALING_NONE ? 2 : 0);
}

static aei_tensor_entry tensor_at(const ae_model *model, size_t i)
{
    const aei_param_set *set = &model->set;
    if (i < set->count)
        return aei_format_tensor(&set->params[i]);
    return (aei_tensor_entry){.name = i == set->count ? AEI_FORMAT_OFFSET : AEI_FORMAT_SCALE, .dtype = AEI_DTYPE_F32,
                              .rank = 1, .dims = {model->scaling.columns, 1}};
}

static const float *values_at(const ae_model *model, size_t i)
{
    const aei_param_set *set = &model->set;
    if (i < set->count)
        return set->values + set->params[i].first;
    return i == set->count ? model->scaling.offset : model->scaling.scale;
}

/* The header of the model's file; *header is freed with aei_free(). Sets the tensors' places. */
static ae_status write_header(char **header, size_t *size, const ae_model *model, aei_tensor_entry *tensors)
{
    aei_buffer architecture, history;
    ae_status status;
    aei_buffer_begin(&architecture, model->runtime);
    aei_buffer_begin(&history, model->runtime);
    aei_architecture_write(&architecture, model);
    aei_buffer_put(&architecture, "", 1); /* the texts end in NUL */
    aei_history_write(&history, &model->history);
    aei_buffer_put(&history, "", 1);
    status = architecture.status != AE_OK ? architecture.status : history.status;
    if (status == AE_OK) {
        const aei_metadata_entry metadata[] = {
            {AEI_FORMAT_KEY, AEI_FORMAT_NAME},
            {AEI_FORMAT_VERSION_KEY, AEI_FORMAT_VERSION_TEXT},
            {AEI_FORMAT_LIBRARY_KEY, AEI_FORMAT_LIBRARY_VERSION},
            {AEI_FORMAT_ARCHITECTURE_KEY, architecture.text},
            {AEI_FORMAT_HISTORY_KEY, history.text},
        };
        status = aei_safetensors_header(header, size, model->runtime, metadata, model->history.count ? 5 : 4, tensors,
                                        tensor_count(model));
    }
    aei_buffer_clear(&architecture);
    aei_buffer_clear(&history);
    return status;
}

/* Pieces of all tensors, straight from the model's memory where that is little-endian as the file is. */
static ae_status add_tensors(aei_model_image *image, const ae_model *model, const aei_tensor_entry *tensors)
{
    const size_t count = tensor_count(model);
    if (!little_endian()) {
        size_t bytes = 0;
        for (size_t i = 0; i < count; i++)
            bytes += tensors[i].size;
        image->converted = aei_alloc(model->runtime, bytes);
        if (!image->converted)
            return AE_ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        const float *values = values_at(model, i);
        aei_io_piece *piece = &image->pieces[image->count++];
        piece->bytes = values;
        piece->size = tensors[i].size;
        if (image->converted) {
            put_little_endian(values, tensors[i].size / 4, image->converted + tensors[i].first);
            piece->bytes = image->converted + tensors[i].first;
        }
        image->size += piece->size;
    }
    return AE_OK;
}

ae_status aei_model_image_make(aei_model_image *out, const ae_model *model)
{
    const size_t count = tensor_count(model);
    aei_tensor_entry *tensors;
    size_t header_size = 0;
    ae_status status;
    *out = (aei_model_image){.runtime = model->runtime};
    tensors = aei_alloc_array(model->runtime, count, sizeof *tensors);
    out->pieces = aei_alloc_array(model->runtime, count + 1, sizeof *out->pieces);
    if (!tensors || !out->pieces) {
        status = AE_ERROR_NO_MEMORY;
        goto cleanup;
    }
    for (size_t i = 0; i < count; i++)
        tensors[i] = tensor_at(model, i);
    status = write_header(&out->header, &header_size, model, tensors);
    if (status != AE_OK)
        goto cleanup;
    out->pieces[out->count++] = (aei_io_piece){out->header, header_size};
    out->size = header_size;
    status = add_tensors(out, model, tensors);
cleanup:
    aei_free(model->runtime, tensors);
    if (status != AE_OK)
        aei_model_image_clear(out);
    return status;
}

void aei_model_image_clear(aei_model_image *image)
{
    aei_free(image->runtime, image->pieces);
    aei_free(image->runtime, image->header);
    aei_free(image->runtime, image->converted);
    *image = (aei_model_image){.runtime = image->runtime};
}
