/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "names.h"

#include <autoencoder/autoencoder.h>

const choice model_names[] = {
    {"plain", MODEL_PLAIN}, {"denoising", MODEL_DENOISING},     {"sparse", MODEL_SPARSE},
    {"topk", MODEL_TOPK},   {"contractive", MODEL_CONTRACTIVE}, {"variational", MODEL_VARIATIONAL},
    {"pca", MODEL_PCA},     {"dictionary", MODEL_DICTIONARY},   {NULL, 0},
};

const choice activation_names[] = {
    {"identity", AE_IDENTITY},
    {"relu", AE_RELU},
    {"leaky_relu", AE_LEAKY_RELU},
    {"elu", AE_ELU},
    {"gelu", AE_GELU},
    {"gelu_tanh", AE_GELU_TANH},
    {"silu", AE_SILU},
    {"softplus", AE_SOFTPLUS},
    {"tanh", AE_TANH},
    {"sigmoid", AE_SIGMOID},
    {NULL, 0},
};

const choice loss_names[] = {{"mse", LOSS_MSE}, {"bce", LOSS_BCE}, {NULL, 0}};

const choice optimizer_names[] = {
    {"sgd", AE_SGD}, {"rmsprop", AE_RMSPROP}, {"adam", AE_ADAM}, {"adamw", AE_ADAMW}, {NULL, 0},
};

const choice scaling_names[] = {
    {"none", AE_SCALING_NONE},
    {"minmax", AE_SCALING_MINMAX},
    {"standard", AE_SCALING_STANDARD},
    {"robust", AE_SCALING_ROBUST},
    {NULL, 0},
};
