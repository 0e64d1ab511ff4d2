/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Inference over the caller's rows, in blocks of AEI_INFERENCE_ROWS. Blocks are independent and run through
 * aei_parallel_for(), so any number of threads gives the same bytes. Rows and strides are already checked, and rows is at
 * least 1. NO_MEMORY leaves the outputs untouched. */
#ifndef AEI_MODEL_INFER_H
#define AEI_MODEL_INFER_H

#include "model/model.h"

ae_status aei_infer_encode(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *codes,
                           size_t codes_stride);
ae_status aei_infer_decode(const ae_model *model, const float *codes, size_t rows, size_t codes_stride, float *x_hat,
                           size_t x_hat_stride);
ae_status aei_infer_reconstruct(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *x_hat,
                                size_t x_hat_stride);

/* Reconstruction loss of each row, to [rows] floats. Cross-entropy needs a sigmoid output, here and below. */
ae_status aei_infer_row_errors(const ae_model *model, const float *x, size_t rows, size_t x_stride, ae_loss loss,
                               float *errors);

/* Start of row `row` of a source whose rows may be scattered, as in a split dataset. */
typedef const float *(*aei_row_callback)(const void *source, size_t row);

/* Sum over the rows of the squared error and of the cross-entropy; either may be NULL. Blocks are added in order. */
ae_status aei_infer_sums(const ae_model *model, aei_row_callback row, const void *source, size_t rows, double *squared,
                         double *cross_entropy);

/* Makes the spare buffers that calls with `rows` rows need, so that such calls find memory as long as no other thread
 * uses the model. */
ae_status aei_infer_reserve(const ae_model *model, size_t rows);

/* Frees the spare buffers of a model. */
void aei_infer_clear(ae_model *model);

#endif
