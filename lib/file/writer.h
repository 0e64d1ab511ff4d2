/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A model as the bytes of a file, in pieces: the header, and each tensor where it lies in the model's memory. */
#ifndef AEI_FILE_WRITER_H
#define AEI_FILE_WRITER_H

#include "base/io.h"
#include "model/model.h"

typedef struct aei_model_image {
    const ae_runtime *runtime;
    aei_io_piece *pieces;
    size_t count;
    size_t size; /* of all pieces */
    char *header;
    unsigned char *converted; /* the tensors' bytes on a big-endian machine, else NULL */
} aei_model_image;

/* The same model gives the same bytes. Valid until the model changes; on failure *out is empty. */
ae_status aei_model_image_make(aei_model_image *out, const ae_model *model);
void aei_model_image_clear(aei_model_image *image);

#endif
