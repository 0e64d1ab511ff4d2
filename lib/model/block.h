/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Inference on one block of rows: through the networks of its model, from plane to plane of its buffers. */
#ifndef AEI_MODEL_BLOCK_H
#define AEI_MODEL_BLOCK_H

#include "model/inference_buffers.h"

typedef struct aei_block {
    const ae_model *model;
    size_t index;  /* of the blocks of the call */
    size_t first;  /* row of the call it begins with */
    aei_pass pass; /* its n: rows of the block */
    aei_inference_buffers *buffers;
} aei_block;

/* Its rows of x as the encoder reads them: where they are if that is float and nothing is to be scaled, else in
 * buffers->input. *stride is that of x before and that of the result after. */
const aei_real *aei_block_inputs(const aei_block *block, const float *x, size_t *stride);

/* The same of codes as the decoder reads them, which are never scaled; else in buffers->code. */
const aei_real *aei_block_codes(const aei_block *block, const float *codes, size_t *stride);

/* y:[n, width] to its rows of the caller's `out`. */
void aei_block_export(const aei_block *block, const aei_real *y, size_t width, float *out, size_t stride);

/* x to buffers->e and buffers->code. */
void aei_block_encode(const aei_block *block, const aei_real *x, size_t x_stride);

/* log sigma^2 to buffers->v, held; after aei_block_encode() if e has it. */
void aei_block_log_var(const aei_block *block, const aei_real *x, size_t x_stride);

/* code:[n, latent_dim] to buffers->output: first the logits, then the activation on them. */
void aei_block_logits(const aei_block *block, const aei_real *code);
void aei_block_activate(const aei_block *block);

#endif
