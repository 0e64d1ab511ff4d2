/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Inference over the caller's rows, see lanes.h. Rows and strides are already checked, and rows is at least 1. NO_MEMORY
 * leaves the outputs untouched. */
#ifndef AEI_MODEL_INFER_H
#define AEI_MODEL_INFER_H

#include "model/model.h"

ae_status aei_infer_encode(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *codes,
                           size_t codes_stride);
ae_status aei_infer_decode(const ae_model *model, const float *codes, size_t rows, size_t codes_stride, float *x_hat,
                           size_t x_hat_stride);
ae_status aei_infer_reconstruct(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *x_hat,
                                size_t x_hat_stride);

/* log sigma^2 of a variational model, held. */
ae_status aei_infer_log_var(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *log_var,
                            size_t log_var_stride);

/* Generated rows: z of row i from the prior by (seed, i), then the decoder's mean, or with `observe` a draw from it. */
ae_status aei_infer_sample(const ae_model *model, uint64_t seed, uint64_t first_row, size_t rows, bool observe, float *x,
                           size_t x_stride);

#endif
