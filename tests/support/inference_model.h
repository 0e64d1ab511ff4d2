/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A small autoencoder and rows for it, more than one block of them. */
#ifndef INFERENCE_MODEL_H
#define INFERENCE_MODEL_H

#include "model/model.h"

enum { D = 6, LATENT = 2, ROWS = 3 * AEI_INFERENCE_ROWS + 5, STRIDE = D + 1 };

extern aei_real inference_x[ROWS * STRIDE]; /* uniform in [0, 1) */

/* Fills it: the setup of a group of tests. */
int inference_rows(void **state);

/* The last row first. */
const float *inference_row_backwards(const void *source, size_t row);

/* 6 - 9 - 2 - 6 with batch normalisation and random weights. */
ae_model *inference_model(ae_runtime *runtime, ae_activation output);

#endif
