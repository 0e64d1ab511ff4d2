/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Losses of each row. Rows and strides are already checked, and rows is at least 1. NO_MEMORY leaves the outputs
 * untouched. */
#ifndef AEI_MODEL_ROW_LOSS_H
#define AEI_MODEL_ROW_LOSS_H

#include "losses/loss.h"
#include "model/block.h"

/* Can this loss be taken of the model's output? Squared error always, cross-entropy of a sigmoid, others the model's own. */
bool aei_model_has_loss(const ae_model *model, ae_loss loss);

/* Reconstruction loss of each row, to [rows] floats; the model must have that loss. */
ae_status aei_row_errors(const ae_model *model, const float *x, size_t rows, size_t x_stride, ae_loss loss,
                         float *errors);

/* The model's own loss of each row, to [rows] floats, and unless NULL that of each feature, whose sum it is; see
 * aei_loss_features(). The model reconstructs its input. */
ae_status aei_row_scores(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *scores,
                         float *feature_scores, size_t feature_stride);

/* A loss of the block's output plane, which holds what that loss wants, logits or output. */
aei_loss_call aei_block_loss_call(const aei_block *block, const aei_real *target, size_t target_stride);

/* Decodes `code` to what the loss wants in the output plane. Returns the sum of the rows' losses, each in row_loss. */
double aei_block_loss(const aei_block *block, ae_loss loss, const aei_real *code, const aei_real *target,
                      size_t target_stride);

#endif
