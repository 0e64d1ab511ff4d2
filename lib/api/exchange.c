/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/exchange.h>

#include <string.h>
#include "api/check.h"
#include "base/alloc.h"
#include "base/io.h"
#include "base/options.h"
#include "file/c_source.h"
#include "file/import.h"
#include "file/onnx.h"
#include "file/safetensors.h"

/* ---- C */

static const ae_export_c_options c_defaults = {.struct_size = sizeof c_defaults};

void ae_export_c_options_init(ae_export_c_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &c_defaults, sizeof c_defaults);
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The name stands between quotes in the source, and must have a suffix to exchange. */
static ae_status check_c_path(const char *path)
{
    const char *name = file_name(path);
    const size_t length = strlen(name);
    if (length < 3 || strcmp(name + length - 2, ".c") != 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the path of C source must end in .c");
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == '"' || name[i] == '\\')
            return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the name of C source must not have quotes, backslashes or "
                            "control characters, since it stands in an #include");
    return AE_OK;
}

/* The caller's prefix, or the file's name. */
static ae_status choose_prefix(const char *path, const char *wanted, char prefix[AEI_C_PREFIX_MAX + 1])
{
    const char *from = wanted ? wanted : file_name(path);
    const size_t length = wanted ? strlen(wanted) : strlen(from) - 2;
    if (length <= AEI_C_PREFIX_MAX) {
        memcpy(prefix, from, length);
        prefix[length] = '\0';
        if (aei_c_prefix_is_valid(prefix))
            return AE_OK;
    }
    return aei_fail(AE_ERROR_INVALID_ARGUMENT, "\"%.*s\" is no prefix for names in C: it must be a letter, then "
                    "letters, digits and '_', %d characters at most", (int)(length < 60 ? length : 60), from,
                    AEI_C_PREFIX_MAX);
}

ae_status ae_export_c(const ae_model *model, const char *path, const ae_export_c_options *options)
{
    ae_export_c_options own = c_defaults;
    aei_c_source text;
    char prefix[AEI_C_PREFIX_MAX + 1], *header_path;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(path);
    status = aei_options_import(&own, sizeof own, options, "ae_export_c_options");
    if (status == AE_OK)
        status = check_c_path(path);
    if (status == AE_OK)
        status = choose_prefix(path, own.prefix, prefix);
    if (status != AE_OK)
        return status;
    header_path = aei_strdup(model->runtime, path);
    if (!header_path)
        return AE_ERROR_NO_MEMORY;
    header_path[strlen(header_path) - 1] = 'h';
    status = aei_c_source_make(&text, model, prefix, file_name(header_path));
    if (status == AE_OK) {
        const aei_buffer *source = &text.source.buffer, *header = &text.header.buffer;
        status = aei_io_write_pair(model->runtime, &(aei_io_file){path, {source->text, source->size}},
                                   &(aei_io_file){header_path, {header->text, header->size}});
        aei_c_source_clear(&text);
    }
    aei_free(model->runtime, header_path);
    return status;
}

/* ---- ONNX */

static const ae_export_onnx_options onnx_defaults = {.struct_size = sizeof onnx_defaults};

void ae_export_onnx_options_init(ae_export_onnx_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &onnx_defaults, sizeof onnx_defaults);
}

ae_status ae_export_onnx(const ae_model *model, const char *path, const ae_export_onnx_options *options)
{
    ae_export_onnx_options own = onnx_defaults;
    aei_buffer file;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(path);
    status = aei_options_import(&own, sizeof own, options, "ae_export_onnx_options");
    if (status != AE_OK)
        return status;
    if (own.graph < AE_ONNX_RECONSTRUCT || own.graph > AE_ONNX_DECODER)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no graph %d", (int)own.graph);
    if (own.reserved != 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the reserved field of ae_export_onnx_options is %d, must be 0",
                        (int)own.reserved);
    status = aei_onnx_make(&file, model, own.graph);
    if (status == AE_OK)
        status = aei_io_write_atomic(model->runtime, path, &(aei_io_piece){file.text, file.size}, 1);
    aei_buffer_clear(&file);
    return status;
}

/* ---- import */

static const ae_import_options import_defaults = {
    .struct_size = sizeof import_defaults,
    .max_bytes = UINT64_C(4) << 30,
};

void ae_import_options_init(ae_import_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &import_defaults, sizeof import_defaults);
}

static ae_status import_options(ae_import_options *own, const ae_import_options *options)
{
    ae_status status;
    *own = import_defaults;
    status = aei_options_import(own, sizeof *own, options, "ae_import_options");
    if (status != AE_OK)
        return status;
    if (own->max_bytes == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "max_bytes is 0, no file is that small");
    if (own->ignore_extra != 0 && own->ignore_extra != 1)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "ignore_extra is %d, must be 0 or 1", (int)own->ignore_extra);
    if (own->reserved != 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the reserved field of ae_import_options is %d, must be 0",
                        (int)own->reserved);
    return AE_OK;
}

ae_status ae_model_import_safetensors(ae_model *model, const char *path, const ae_import_options *options)
{
    ae_import_options own;
    unsigned char *bytes = NULL;
    size_t size = 0, header_size = 0;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(path);
    status = import_options(&own, options);
    if (status != AE_OK)
        return status;
    if (atomic_load(&model->has_trainer))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the model is being trained");
    status = aei_io_read_file(model->runtime, path, own.max_bytes, aei_safetensors_look, &bytes, &size);
    if (status != AE_OK)
        return status;
    status = aei_safetensors_header_size(bytes, size, &header_size);
    if (status == AE_OK)
        status = aei_import(model, &(aei_import_source){
            .prefix = own.prefix ? own.prefix : "", .ignore_extra = own.ignore_extra,
            .header = (char *)bytes + 8, .header_size = header_size,
            .data = bytes + 8 + header_size, .data_size = size - 8 - header_size});
    aei_free(model->runtime, bytes);
    return aei_io_name_file(path, status);
}
