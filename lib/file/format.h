/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What makes a safetensors file a model of this library: the keys of its __metadata__. The tensors are the
 * parameter set's, by name; weights of dense layers are [out, in], all others [length]. See docs/file-format.md. */
#ifndef AEI_FILE_FORMAT_H
#define AEI_FILE_FORMAT_H

#include <autoencoder/version.h>
#include "file/safetensors.h"
#include "tensor/param.h"

#define AEI_FORMAT_KEY "format"
#define AEI_FORMAT_NAME "libautoencoder"
#define AEI_FORMAT_VERSION_KEY "format_version"
#define AEI_FORMAT_VERSION_TEXT "1" /* grows when an older reader could misread a file */
#define AEI_FORMAT_LIBRARY_KEY "library_version"
#define AEI_FORMAT_TEXT_OF(number) #number
#define AEI_FORMAT_TEXT(number) AEI_FORMAT_TEXT_OF(number)
#define AEI_FORMAT_LIBRARY_VERSION \
    AEI_FORMAT_TEXT(AE_VERSION_MAJOR) "." AEI_FORMAT_TEXT(AE_VERSION_MINOR) "." AEI_FORMAT_TEXT(AE_VERSION_PATCH)
#define AEI_FORMAT_ARCHITECTURE_KEY "architecture" /* architecture.h */
#define AEI_FORMAT_HISTORY_KEY "history"           /* history.h; left out when there is none */
#define AEI_FORMAT_NOTE_PREFIX "x-"                /* keys that begin so are other people's, and not looked at */

/* Tensors beside the parameters: the scaling of the input, where there is one; [input_dim] each. */
#define AEI_FORMAT_OFFSET "scaling.offset"
#define AEI_FORMAT_SCALE "scaling.scale"

/* Of a longer history the newest epochs are written, so that the header stays within the format's limit. */
#define AEI_FORMAT_EPOCHS_MAX 100000

/* A parameter's name, dtype and shape in a file. Weight decay applies to the weights of dense layers alone, so it tells
 * the matrices, also those with a single row. */
static inline aei_tensor_entry aei_format_tensor(const aei_param *param)
{
    aei_tensor_entry tensor = {.name = param->name, .dtype = AEI_DTYPE_F32, .rank = 1, .dims = {param->cols, 1}};
    if (param->decay) {
        tensor.rank = 2;
        tensor.dims[0] = param->rows;
        tensor.dims[1] = param->cols;
    }
    return tensor;
}

#endif
