/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Losses of a model summed over rows, and what is counted of a variational model's units: what ae_evaluate() and a
 * validation report. */
#ifndef AEI_MODEL_SUMS_H
#define AEI_MODEL_SUMS_H

#include "model/model.h"

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

ae_status aei_sums_take(const ae_model *model, const aei_sums_request *request, aei_sums *sums);

#endif
