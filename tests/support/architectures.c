/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/architectures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *architecture_name(size_t which)
{
    static const char *const names[ARCHITECTURES] = {"linear", "deep", "norm", "tied", "layers", "variational",
                                                     "separate", "topk", "contractive", "wide"};
    return which < ARCHITECTURES ? names[which] : "?";
}

static ae_status build_lists(ae_layer_list *encoder, ae_layer_list *decoder)
{
    ae_dense_options tied;
    ae_status status;
    ae_dense_options_init(&tied, sizeof tied);
    tied.tied = 1;
    if ((status = ae_layer_list_add_dropout(encoder, 0.1)) != AE_OK ||
        (status = ae_layer_list_add_dense(encoder, 8, AE_GELU, NULL)) != AE_OK ||
        (status = ae_layer_list_add_batch_norm(encoder, NULL)) != AE_OK ||
        (status = ae_layer_list_add_activation(encoder, AE_SILU, 0)) != AE_OK ||
        (status = ae_layer_list_add_dense(encoder, 3, AE_SOFTPLUS, NULL)) != AE_OK)
        return status;
    tied.tied_to = 3;
    if ((status = ae_layer_list_add_dense(decoder, 8, AE_GELU_TANH, &tied)) != AE_OK)
        return status;
    tied.tied_to = 1;
    if ((status = ae_layer_list_add_dense(decoder, 8, AE_ELU, &tied)) != AE_OK ||
        (status = ae_layer_list_add_activation(decoder, AE_TANH, 0)) != AE_OK ||
        (status = ae_layer_list_add_dense(decoder, 8, AE_SIGMOID, &tied)) != AE_OK)
        return status;
    return AE_OK;
}

static ae_status create_from_layers(ae_model **out, const ae_model_options *options)
{
    ae_layer_list *encoder = NULL, *decoder = NULL;
    ae_status status = ae_layer_list_create(&encoder, options->runtime);
    *out = NULL;
    if (status == AE_OK)
        status = ae_layer_list_create(&decoder, options->runtime);
    if (status == AE_OK)
        status = build_lists(encoder, decoder);
    if (status == AE_OK)
        status = ae_model_create_from_layers(out, encoder, decoder, options);
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
    return status;
}

ae_status architecture_create(ae_model **out, size_t which, ae_runtime *runtime, uint64_t seed)
{
    static const size_t hidden[ARCHITECTURES][2] = {{0}, {12, 6}, {70}, {12}, {0}, {12}, {12}, {20}, {12}, {530}};
    static const size_t counts[ARCHITECTURES] = {0, 2, 1, 1, 0, 1, 1, 1, 1, 1};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.runtime = runtime;
    options.seed = seed;
    options.input_dim = which == ARCHITECTURE_WIDE ? 300 : 8;
    options.latent_dim = which == ARCHITECTURE_WIDE ? 5 : 3;
    options.hidden_dims = hidden[which];
    options.hidden_count = counts[which];
    switch (which) {
    case ARCHITECTURE_DEEP:
        options.dropout = 0.2;
        options.output_activation = AE_SIGMOID;
        options.loss = AE_BINARY_CROSS_ENTROPY;
        break;
    case ARCHITECTURE_NORM:
        options.batch_norm = 1;
        options.hidden_activation = AE_ELU;
        options.init = AE_INIT_TORCH;
        break;
    case ARCHITECTURE_TIED:
        options.tied = 1;
        options.hidden_activation = AE_TANH;
        options.output_activation = AE_SIGMOID;
        options.loss = AE_BINARY_CROSS_ENTROPY;
        break;
    case ARCHITECTURE_LAYERS:
        return create_from_layers(out, &options);
    case ARCHITECTURE_VARIATIONAL:
        options.code = AE_CODE_GAUSSIAN;
        options.output_activation = AE_SIGMOID;
        options.loss = AE_BINARY_CROSS_ENTROPY;
        break;
    case ARCHITECTURE_SEPARATE:
        options.code = AE_CODE_GAUSSIAN;
        options.variance = AE_VARIANCE_SEPARATE;
        options.batch_norm = 1;
        options.loss = AE_GAUSSIAN_LIKELIHOOD;
        options.noise = AE_NOISE_PER_FEATURE;
        options.noise_deviation = 0.5;
        break;
    case ARCHITECTURE_TOPK:
        options.code = AE_CODE_TOPK;
        options.topk = 2;
        break;
    case ARCHITECTURE_CONTRACTIVE:
        options.hidden_activation = AE_SOFTPLUS;
        options.latent_activation = AE_SIGMOID;
        options.loss = AE_GAUSSIAN_LIKELIHOOD;
        options.noise = AE_NOISE_OPTIMAL;
        break;
    case ARCHITECTURE_WIDE:
        options.hidden_activation = AE_LEAKY_RELU;
        options.init = AE_INIT_GLOROT_NORMAL;
        break;
    default:
        break;
    }
    return ae_model_create(out, &options);
}

ae_train_options architecture_training(size_t which)
{
    static const ae_corruption corruption = {
        .struct_size = sizeof corruption, .kind = AE_CORRUPTION_MASK, .rate = 0.3, .emphasis_corrupted = 2,
        .emphasis_clean = 0.5};
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.epochs = 3;
    options.batch_size = which == ARCHITECTURE_WIDE ? 280 : 16;
    options.optimizer = (ae_optimizer)(AE_SGD + which % 4);
    options.learning_rate = 1e-3;
    if (options.optimizer == AE_SGD) {
        options.momentum = 0.9;
        options.nesterov = 1;
        options.clip_norm = 1;
    }
    if (which == ARCHITECTURE_TIED) {
        options.weight_decay = 0.01;
        options.schedule = AE_SCHEDULE_COSINE;
    }
    if (which == ARCHITECTURE_VARIATIONAL) {
        options.kl_cycles = 2;
        options.samples = 3;
        options.free_bits = 0.01;
    }
    if (which == ARCHITECTURE_SEPARATE)
        options.kl_warmup_epochs = 1;
    if (which == ARCHITECTURE_TOPK) {
        options.corruption = &corruption;
        options.code_l1 = 1e-3;
    }
    if (which == ARCHITECTURE_CONTRACTIVE) {
        options.contraction = 0.1;
        options.sparsity_weight = 0.1;
    }
    if (which == ARCHITECTURE_NORM) {
        options.clip_value = 0.1;
        options.l1_decay = 1e-4;
        options.warmup_epochs = 1;
    }
    return options;
}

/* Steele, Lea and Flood 2014: a number stream of its own, so that tests do not lean on what they test. */
static double split_mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}

void architecture_rows(float *x, size_t rows, size_t columns, uint64_t seed)
{
    uint64_t state = seed;
    for (size_t r = 0; r < rows; r++) {
        const double a = split_mix(&state), b = split_mix(&state);
        for (size_t j = 0; j < columns; j++) {
            const double angle = 6.283185307 * (double)j / (double)columns;
            x[r * columns + j] = (float)(0.5 + 0.2 * sin(angle + 6 * a) + 0.2 * b * cos(2 * angle) +
                                         0.1 * (split_mix(&state) - 0.5));
        }
    }
}

float *architecture_tensors(const ae_model *model, size_t *count)
{
    float *all = NULL;
    *count = 0;
    for (size_t i = 0; i < ae_model_tensor_count(model); i++) {
        const char *name = ae_model_tensor_name(model, i);
        size_t rows, columns;
        float *longer;
        if (ae_model_tensor_shape(model, name, &rows, &columns) != AE_OK)
            abort();
        longer = realloc(all, (*count + rows * columns) * sizeof *all);
        if (!longer || ae_model_get_tensor(model, name, longer + *count, rows * columns) != AE_OK)
            abort();
        all = longer;
        *count += rows * columns;
    }
    return all;
}

bool architecture_same(const ae_model *a, const ae_model *b)
{
    size_t count_a, count_b;
    float *of_a = architecture_tensors(a, &count_a), *of_b = architecture_tensors(b, &count_b);
    bool same = count_a == count_b && memcmp(of_a, of_b, count_a * sizeof *of_a) == 0;
    free(of_a);
    free(of_b);
    return same;
}
