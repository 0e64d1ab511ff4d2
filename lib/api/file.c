/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/file.h>

#include <string.h>
#include "api/check.h"
#include "base/alloc.h"
#include "base/io.h"
#include "base/options.h"
#include "file/reader.h"
#include "file/safetensors.h"
#include "file/writer.h"

static const ae_load_options default_options = {
    .struct_size = sizeof default_options,
    .max_bytes = UINT64_C(4) << 30,
};

void ae_load_options_init(ae_load_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &default_options, sizeof default_options);
}

static ae_status import_options(ae_load_options *own, const ae_load_options *options)
{
    ae_status status;
    *own = default_options;
    status = aei_options_import(own, sizeof *own, options, "ae_load_options");
    if (status != AE_OK)
        return status;
    if (own->max_bytes == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "max_bytes is 0, no model is that small");
    if (own->allow_non_finite != 0 && own->allow_non_finite != 1)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "allow_non_finite is %d, must be 0 or 1", (int)own->allow_non_finite);
    if (own->reserved != 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the reserved field of ae_load_options is %d, must be 0",
                        (int)own->reserved);
    return AE_OK;
}

ae_status ae_model_save(const ae_model *model, const char *path)
{
    aei_model_image image;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(path);
    status = aei_model_image_make(&image, model);
    if (status == AE_OK)
        status = aei_io_write_atomic(model->runtime, path, image.pieces, image.count);
    aei_model_image_clear(&image);
    return status;
}

ae_status ae_model_save_memory(const ae_model *model, void *buffer, size_t capacity, size_t *size)
{
    aei_model_image image;
    ae_status status;
    AEI_REQUIRE(size);
    *size = 0;
    AEI_REQUIRE(model);
    if (!buffer && capacity > 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "buffer is NULL, but its capacity is %zu", capacity);
    status = aei_model_image_make(&image, model);
    if (status != AE_OK)
        return status;
    *size = image.size;
    if (buffer && capacity < image.size) {
        status = aei_fail(AE_ERROR_SHAPE, "the buffer takes %zu bytes, the model needs %zu", capacity, image.size);
    } else if (buffer) {
        unsigned char *at = buffer;
        for (size_t i = 0; i < image.count; i++) {
            memcpy(at, image.pieces[i].bytes, image.pieces[i].size);
            at += image.pieces[i].size;
        }
    }
    aei_model_image_clear(&image);
    return status;
}

ae_status ae_model_load(ae_model **out, const char *path, const ae_load_options *options)
{
    ae_load_options own;
    unsigned char *bytes = NULL;
    size_t size = 0, header_size = 0;
    ae_status status;
    AEI_REQUIRE(out);
    *out = NULL;
    AEI_REQUIRE(path);
    status = import_options(&own, options);
    if (status == AE_OK)
        status = aei_io_read_file(own.runtime, path, own.max_bytes, aei_safetensors_look, &bytes, &size);
    if (status != AE_OK)
        return status;
    status = aei_safetensors_header_size(bytes, size, &header_size);
    if (status == AE_OK)
        status = aei_model_read(out, own.runtime, (char *)bytes + 8, header_size, bytes + 8 + header_size,
                                size - 8 - header_size, own.allow_non_finite);
    aei_free(own.runtime, bytes);
    return aei_io_name_file(path, status);
}

ae_status ae_model_load_memory(ae_model **out, const void *bytes, size_t size, const ae_load_options *options)
{
    ae_load_options own;
    const unsigned char *from = bytes;
    char *header;
    size_t header_size = 0;
    ae_status status;
    AEI_REQUIRE(out);
    *out = NULL;
    AEI_REQUIRE(bytes);
    status = import_options(&own, options);
    if (status != AE_OK)
        return status;
    if (size > own.max_bytes)
        return aei_fail(AE_ERROR_FORMAT, "the model is longer than the limit of max_bytes");
    status = aei_safetensors_header_size(from, size, &header_size);
    if (status != AE_OK)
        return status;
    header = aei_alloc(own.runtime, header_size);
    if (!header)
        return AE_ERROR_NO_MEMORY;
    memcpy(header, from + 8, header_size);
    status = aei_model_read(out, own.runtime, header, header_size, from + 8 + header_size, size - 8 - header_size,
                            own.allow_non_finite);
    aei_free(own.runtime, header);
    return status;
}
