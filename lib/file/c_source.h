/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A model as a C99 source file and its header, which need nothing of this library. One row goes through at a time, in
 * float like in the library: dense layers with the folded scale and shift of a batch normalisation behind them,
 * activations, then what the code asks for. What differs is the order of the sums. */
#ifndef AEI_FILE_C_SOURCE_H
#define AEI_FILE_C_SOURCE_H

#include "file/c_text.h"
#include "model/model.h"

typedef struct aei_c_source {
    aei_c_text source, header;
} aei_c_source;

/* `prefix` is valid; `header_name` is what the source includes. AE_ERROR_DATA for a number that is not finite. On
 * failure *out is empty. */
ae_status aei_c_source_make(aei_c_source *out, const ae_model *model, const char *prefix, const char *header_name);
void aei_c_source_clear(aei_c_source *source);

#endif
