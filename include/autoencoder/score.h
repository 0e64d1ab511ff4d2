/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Anomaly scores: how badly a model reconstructs a row, feature by feature, and which score makes a row unusual. */
#ifndef AUTOENCODER_SCORE_H
#define AUTOENCODER_SCORE_H

#include <autoencoder/dataset.h>
#include <autoencoder/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Scores rows: the model's own reconstruction loss of each, high where a row is unlike the training data. Of a
 * variational model it is that of the mean code. With a scaling (see ae_scaling) it is taken of the scaled features, so
 * all count alike whatever their units.
 *
 * A row's score is the sum of its features' scores, added from the first to the last in double and rounded to float.
 * @param model          a model whose output is as wide as its input
 * @param x              [rows, input_dim]
 * @param rows           number of samples; 0 does nothing
 * @param x_stride       floats from row to row; 0 means input_dim
 * @param scores         receives [rows]
 * @param feature_scores receives [rows, input_dim], or NULL. Never negative but for AE_GAUSSIAN_LIKELIHOOD
 * @param feature_stride floats from row to row; 0 means input_dim
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; UNSUPPORTED for a classifier or another width of the output; DATA for
 *         AE_BINARY_CROSS_ENTROPY of rows outside [0,1] (when scaled); NO_MEMORY
 * @note Any number of threads at once; allocates as the calls of infer.h do. Since 0.1. */
AE_API ae_status ae_score(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *scores,
                          float *feature_scores, size_t feature_stride);

/** Gives a model a threshold: the lowest score of the rows of a dataset that no more than the share `contamination` of
 * them exceed. A row is an anomaly when its score is above the threshold. It is kept in the model's file, and lost when
 * the parameters or the scaling change.
 * @param model         a trained model for the caller alone, with no trainer
 * @param dataset       usually the rows it was trained on; columns = input_dim
 * @param contamination share of anomalies among them, above 0 and at most 0.5
 * @return AE_OK; INVALID_ARGUMENT; as ae_score(); DATA also for a value that is not finite; NUMERIC where the
 *         threshold is not finite
 * @note Needs the model for itself. Since 0.1. */
AE_API ae_status ae_model_fit_threshold(ae_model *model, const ae_dataset *dataset, double contamination);

/** A model's threshold.
 * @param model NULL gives NaN
 * @return the threshold; NaN without one, which no score is above
 * @note Any thread. Since 0.1. */
AE_API double ae_model_threshold(const ae_model *model);

/** The contamination that a model's threshold was fitted with.
 * @param model NULL gives 0
 * @return contamination; 0 without a threshold
 * @note Any thread. Since 0.1. */
AE_API double ae_model_contamination(const ae_model *model);

#ifdef __cplusplus
}
#endif
#endif
