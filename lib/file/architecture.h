/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A model's design and layers as JSON:
 *   {"input_dim":784,"loss":"squared_error","encoder":[{"layer":"dense","units":32,"activation":"relu",...},...],
 *    "decoder":[...]}
 * and, where they are not the usual ones, "output_dim", "code", "topk", "lasso", "nonnegative", "variance", "noise",
 * "noise_deviation", "scaling", "threshold" and "contamination". */
#ifndef AEI_FILE_ARCHITECTURE_H
#define AEI_FILE_ARCHITECTURE_H

#include "file/json.h"
#include "model/model.h"

typedef struct aei_architecture {
    aei_design design;
    ae_layer_list encoder, decoder;
    ae_scaling scaling;
    double threshold, contamination; /* contamination 0: no threshold */
} aei_architecture;

void aei_architecture_write(aei_buffer *writer, const ae_model *model);

/* Reads `text`, which is changed. Every name is known and every value is in its range, and the layers' parameters are
 * `numbers` numbers in all, so that they are no more than the file holds. Whether the layers fit together is for
 * aei_model_outline() to say. On failure *out is empty. */
ae_status aei_architecture_read(aei_architecture *out, ae_runtime *runtime, char *text, size_t numbers);
void aei_architecture_clear(aei_architecture *architecture);

#endif
