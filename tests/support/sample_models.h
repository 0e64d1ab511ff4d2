/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Small models that show between them every kind of layer, activation, initialisation, code and option, with values in
 * all parameters and a history: for tests of model files. */
#ifndef SAMPLE_MODELS_H
#define SAMPLE_MODELS_H

#include <autoencoder/autoencoder.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "model/model.h"

#define SAMPLE_COUNT 8

/* Any values, the same each time, in [-1, 1). */
static inline float sample_value(size_t i)
{
    return (float)(((uint32_t)i * 2654435761u) >> 8) / 8388608.0f - 1;
}

/* All tensors get values, positive ones where a variance is. */
static inline ae_status sample_fill(ae_model *model)
{
    for (size_t t = 0; t < ae_model_tensor_count(model); t++) {
        const char *name = ae_model_tensor_name(model, t);
        size_t rows, columns;
        float values[256];
        ae_status status = ae_model_tensor_shape(model, name, &rows, &columns);
        if (status == AE_OK && rows * columns > 256)
            status = AE_ERROR_SHAPE;
        for (size_t i = 0; status == AE_OK && i < rows * columns; i++) {
            float value = sample_value(1000 * t + i);
            values[i] = strstr(name, "running_var") ? value * value + 0.5f : value;
        }
        if (status == AE_OK)
            status = ae_model_set_tensor(model, name, values, rows * columns);
        if (status != AE_OK)
            return status;
    }
    return AE_OK;
}

static inline ae_status sample_history(ae_model *model, size_t epochs)
{
    for (size_t i = 0; i < epochs; i++) {
        ae_epoch_report record = {.struct_size = sizeof record, .epoch = i + 1, .epochs = epochs, .steps = 12 * (i + 1),
                                  .train_loss = 1.0 / (double)(i + 3), .validation_loss = i % 2 ? NAN : 0.1 * (double)i,
                                  .learning_rate = 1e-3, .seconds = 0.5, .best_epoch = i % 2};
        ae_status status = aei_history_reserve(model);
        if (status != AE_OK)
            return status;
        aei_history_append(model, &record);
    }
    return AE_OK;
}

/* A scaling of the 6 inputs, and a threshold. */
static inline ae_status sample_scaling(ae_model *model)
{
    const float offset[6] = {0, -1, 2, 1e6f, -1e-6f, 0.1f}, scale[6] = {1, 2, 0.5f, 1e4f, 1e-6f, 3};
    ae_status status = ae_model_set_scaling(model, offset, scale, 6);
    if (status == AE_OK) {
        model->threshold = 1.0 / 3;
        model->contamination = 0.05;
    }
    return status;
}

/* Every activation on a dense layer, every initialisation, dropout and normalisation with activations of their own. */
static inline ae_status sample_every_activation(ae_layer_list *encoder, ae_layer_list *decoder)
{
    ae_dense_options dense;
    ae_batch_norm_options norm;
    ae_status status = AE_OK;
    ae_dense_options_init(&dense, sizeof dense);
    ae_batch_norm_options_init(&norm, sizeof norm);
    for (int32_t f = AE_IDENTITY; f <= AE_SIGMOID && status == AE_OK; f++) {
        dense.bias = f % 3 != 0;
        dense.init = f % (AE_INIT_NORMAL + 1);
        dense.init_scale = 0.1 * f;
        dense.activation_parameter = f == AE_LEAKY_RELU ? 0.2 : f == AE_ELU ? 1.5 : 0;
        status = ae_layer_list_add_dense(encoder, 2 + (size_t)f % 3, f, &dense);
    }
    if (status == AE_OK) status = ae_layer_list_add_activation(encoder, AE_LEAKY_RELU, 0.3);
    if (status == AE_OK) status = ae_layer_list_add_dropout(encoder, 0.25);
    if (status == AE_OK) status = ae_layer_list_add_activation(encoder, AE_ELU, 0.7);
    if (status == AE_OK) status = ae_layer_list_add_activation(encoder, AE_RELU, 0);
    norm.momentum = 0.01;
    norm.epsilon = 1e-3;
    if (status == AE_OK) status = ae_layer_list_add_batch_norm(encoder, &norm);
    if (status == AE_OK) status = ae_layer_list_add_activation(encoder, AE_GELU, 0);
    if (status == AE_OK) status = ae_layer_list_add_dense(decoder, 7, AE_SILU, NULL);
    if (status == AE_OK) status = ae_layer_list_add_batch_norm(decoder, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(decoder, 6, AE_SIGMOID, NULL);
    return status;
}

/* Five atoms for the lasso. */
static inline ae_status sample_dictionary(ae_model **out, ae_runtime *runtime)
{
    float rows[4 * 6];
    ae_dictionary_options options;
    ae_dataset *data = NULL;
    ae_dictionary_options_init(&options, sizeof options);
    options.runtime = runtime;
    options.lambda = 0.25;
    options.nonnegative_code = 1;
    options.iterations = 0;
    for (size_t i = 0; i < 4 * 6; i++)
        rows[i] = sample_value(i);
    ae_status status = ae_dataset_from_memory(&data, runtime, rows, 4, 6, 0);
    if (status == AE_OK) status = ae_dictionary_fit(out, data, 5, &options, NULL);
    ae_dataset_free(data);
    return status;
}

/* Sample `which`, 0..SAMPLE_COUNT-1, with 6 inputs. */
static inline ae_status sample_model(ae_model **out, size_t which, ae_runtime *runtime)
{
    static const size_t dims[] = {5, 4};
    ae_model_options options;
    ae_layer_list *encoder = NULL, *decoder = NULL;
    ae_status status;
    *out = NULL;
    ae_model_options_init(&options, sizeof options);
    options.runtime = runtime;
    options.input_dim = 6;
    options.latent_dim = 2;
    options.hidden_dims = dims;
    options.seed = which;
    switch (which) {
    case 0: /* the smallest: one tensor in each half */
        options.hidden_count = 0;
        options.bias = 0;
        status = ae_model_create(out, &options);
        break;
    case 1:
        options.hidden_count = 2;
        status = ae_model_create(out, &options);
        break;
    case 2: /* all options of the common case */
        options.hidden_count = 2;
        options.tied = options.batch_norm = 1;
        options.dropout = 0.2;
        options.hidden_activation = AE_ELU;
        options.output_activation = AE_SIGMOID;
        options.loss = AE_BINARY_CROSS_ENTROPY;
        status = ae_model_create(out, &options);
        break;
    case 3: /* tied, without biases: the decoder has no numbers of its own */
        options.hidden_count = 1;
        options.tied = 1;
        options.bias = 0;
        options.hidden_activation = AE_LEAKY_RELU;
        options.activation_parameter = 0.1;
        status = ae_model_create(out, &options);
        break;
    case 4:
        options.latent_dim = 0;
        options.loss = AE_BINARY_CROSS_ENTROPY;
        status = ae_layer_list_create(&encoder, runtime);
        if (status == AE_OK) status = ae_layer_list_create(&decoder, runtime);
        if (status == AE_OK) status = sample_every_activation(encoder, decoder);
        if (status == AE_OK) status = ae_model_create_from_layers(out, encoder, decoder, &options);
        ae_layer_list_free(encoder);
        ae_layer_list_free(decoder);
        break;
    case 5:
        options.hidden_count = 1;
        options.code = AE_CODE_TOPK;
        options.topk = 1;
        status = ae_model_create(out, &options);
        break;
    case 6:
        status = sample_dictionary(out, runtime);
        break;
    default: /* two nets above, and a variance for each feature below */
        options.hidden_count = 1;
        options.code = AE_CODE_GAUSSIAN;
        options.variance = AE_VARIANCE_SEPARATE;
        options.loss = AE_GAUSSIAN_LIKELIHOOD;
        options.noise = AE_NOISE_PER_FEATURE;
        options.noise_deviation = 0.5;
        status = ae_model_create(out, &options);
        break;
    }
    if (status == AE_OK) status = sample_fill(*out);
    if (status == AE_OK && which == 1) status = sample_scaling(*out);
    if (status == AE_OK) status = sample_history(*out, which);
    if (status != AE_OK) {
        ae_model_free(*out);
        *out = NULL;
    }
    return status;
}

#endif
