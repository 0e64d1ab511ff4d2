/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Models of any shape from one table row a layer. */
#ifndef LAYER_ROWS_H
#define LAYER_ROWS_H

#include "model/model.h"

typedef struct layer_row {
    aei_layer_kind kind;
    size_t units;    /* dense */
    ae_activation f; /* of any kind of layer */
    double parameter;
    bool no_bias;
    int tied_to; /* dense: 1 + position of the encoder layer whose weight it shares; 0: a weight of its own */
    double rate; /* dropout */
    double momentum, epsilon; /* batch norm; 0: 0.1 and 1e-5 */
} layer_row;

/* The model, all parameters 0; NULL with the reason in aei_error_text(). */
ae_model *layer_rows_model(const layer_row *encoder, size_t encoder_count, const layer_row *decoder,
                           size_t decoder_count, size_t input_dim, ae_loss loss, ae_runtime *runtime);

/* The same for a model of any design. */
ae_model *layer_rows_design(const layer_row *encoder, size_t encoder_count, const layer_row *decoder,
                            size_t decoder_count, const aei_design *design);

/* Parameters for tests: weights so that each layer keeps the size of its input, no bias near 0, normalisation away from
 * scale 1 and shift 0; running statistics mean 0, variance 1. The same numbers in float and double. */
void layer_rows_randomise(ae_model *model, uint64_t seed);

/* Uniform numbers in [low, high), the same in float and double. */
void layer_rows_uniform(uint64_t seed, uint64_t stream, double low, double high, aei_real *out, size_t count);

#endif
