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

/* log sigma^2 of a variational model, held. */
ae_status aei_infer_log_var(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *log_var,
                            size_t log_var_stride);

/* Generated rows: z of row i from the prior by (seed, i), then the decoder's mean, or with `observe` a draw from it. */
ae_status aei_infer_sample(const ae_model *model, uint64_t seed, uint64_t first_row, size_t rows, bool observe, float *x,
                           size_t x_stride);

/* Reconstruction loss of each row, to [rows] floats; the model must have that loss, see aei_model_has_loss(). */
ae_status aei_infer_row_errors(const ae_model *model, const float *x, size_t rows, size_t x_stride, ae_loss loss,
                               float *errors);

/* The model's own loss of each row, to [rows] floats, and unless NULL that of each feature, whose sum it is; see
 * aei_loss_features(). The model reconstructs its input. */
ae_status aei_infer_scores(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *scores,
                           float *feature_scores, size_t feature_stride);

/* Can this loss be taken of the model's output? Squared error always, cross-entropy of a sigmoid, others the model's own. */
bool aei_model_has_loss(const ae_model *model, ae_loss loss);

/* Start of row `row` of a source whose rows may be scattered, as in a split dataset. */
typedef const float *(*aei_row_callback)(const void *source, size_t row);

/* Sums over rows; added block by block, in order. */
typedef struct aei_sums {
    double own;           /* reconstruction loss of the model */
    double squared;       /* with the mean code, as are the next two */
    double cross_entropy; /* where aei_model_has_loss() */
    double correct;       /* rows whose largest output is their largest target */
    double kl;            /* of a variational model */
} aei_sums;

typedef struct aei_sums_request {
    aei_row_callback row;
    const void *inputs, *targets; /* sources; targets NULL: the inputs */
    size_t rows;
    bool cross_entropy;           /* wanted? Its data must be in [0, 1] */
    size_t samples;               /* variational: samples of z for `own`; 0: the mean code */
    uint64_t seed;                /* of them */
    double *unit;                 /* variational: [3 * latent] sums of each unit: KL, mu, mu^2; NULL: not wanted */
} aei_sums_request;

ae_status aei_infer_sums(const ae_model *model, const aei_sums_request *request, aei_sums *sums);

/* Makes the spare buffers that calls with `rows` rows need, so that such calls find memory as long as no other thread
 * uses the model. */
ae_status aei_infer_reserve(const ae_model *model, size_t rows);

/* Frees the spare buffers of a model. */
void aei_infer_clear(ae_model *model);

#endif
