/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Weights from a safetensors file that another program wrote, into a model that is there. The file may come from
 * anybody.
 *
 * Names in the file: prefix + "encoder." + place + "." + what. Each net (encoder, variance, decoder) is matched as a
 * whole: by the model's own names where all of them are in the file, else by order, since places differ where
 * activations and dropout count as layers too, as in PyTorch's nn.Sequential, or have names of their own. */
#ifndef AEI_FILE_IMPORT_H
#define AEI_FILE_IMPORT_H

#include "model/model.h"

typedef struct aei_import_source {
    const char *prefix;  /* names that do not begin with it are not looked at; "" for none */
    bool ignore_extra;   /* tensors without a place in the model are no error */
    char *header;        /* behind the first 8 bytes; is changed */
    size_t header_size;
    const unsigned char *data;
    size_t data_size;
} aei_import_source;

/* All or nothing. FORMAT for a broken file, and for tensors that are missing or too many; SHAPE; UNSUPPORTED for a
 * dtype; DATA for a value that is not finite, or a negative variance. */
ae_status aei_import(ae_model *model, const aei_import_source *source);

#endif
