/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Exports models of every kind, and writes what the library itself gives, for check_c.py and check_onnx.py.
 *
 *     export_models FOLDER
 *
 * For each model FOLDER/<name>.c and .h, <name>.encoder.onnx, .decoder.onnx and .reconstruct.onnx, <name>.json with its
 * widths, and as bare floats of this machine <name>.x.f32 rows of data, .z.f32 any codes, .codes.f32, .x_hat.f32,
 * .decoded.f32 (of z), and where there are such .log_var.f32, .scores.f32 and .features.f32. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "support/architectures.h"
#include "support/sample_models.h"

enum { ROWS = 50, TRAINING_ROWS = 300, WIDEST = 1000 };

static float data[TRAINING_ROWS * WIDEST], x[ROWS * WIDEST], z[ROWS * WIDEST], out[ROWS * WIDEST], scores[ROWS];

/* ---- models */

static ae_status fit(ae_model *model, ae_train_options options, ae_scaling scaling)
{
    const size_t d = ae_model_input_dim(model), t = ae_model_output_dim(model);
    ae_dataset *rows = NULL, *targets = NULL;
    ae_status status = ae_dataset_from_memory(&rows, NULL, data, TRAINING_ROWS, d, 0);
    options.scaling = scaling;
    if (status == AE_OK && ae_model_loss(model) != AE_SOFTMAX_CROSS_ENTROPY && t == d) {
        status = ae_fit(model, rows, NULL, &options);
        if (status == AE_OK && scaling != AE_SCALING_NONE)
            status = ae_model_fit_threshold(model, rows, 0.1);
    } else if (status == AE_OK) {
        static float classes[TRAINING_ROWS * WIDEST];
        memset(classes, 0, sizeof classes);
        for (size_t r = 0; r < TRAINING_ROWS; r++)
            classes[r * t + (data[r * d] > 0.5f ? 1 : r % t)] = 1;
        status = ae_dataset_from_memory(&targets, NULL, classes, TRAINING_ROWS, t, 0);
        if (status == AE_OK)
            status = ae_fit_targets(model, rows, targets, NULL, NULL, &options);
    }
    ae_dataset_free(rows);
    ae_dataset_free(targets);
    return status;
}

static ae_status make_architecture(ae_model **out_model, size_t which, ae_scaling scaling)
{
    ae_status status = architecture_create(out_model, which, NULL, 1);
    return status == AE_OK ? fit(*out_model, architecture_training(which), scaling) : status;
}

/* A normalisation and an activation before the first product and behind the last. */
static ae_status make_elementwise(ae_model **out_model)
{
    ae_model_options options;
    ae_train_options training;
    ae_layer_list *encoder = NULL, *decoder = NULL;
    ae_status status = ae_layer_list_create(&encoder, NULL);
    ae_model_options_init(&options, sizeof options);
    ae_train_options_init(&training, sizeof training);
    options.input_dim = 8;
    training.epochs = 3;
    if (status == AE_OK) status = ae_layer_list_create(&decoder, NULL);
    if (status == AE_OK) status = ae_layer_list_add_activation(encoder, AE_TANH, 0);
    if (status == AE_OK) status = ae_layer_list_add_batch_norm(encoder, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dropout(encoder, 0.5);
    if (status == AE_OK) status = ae_layer_list_add_activation(encoder, AE_ELU, 0.5);
    if (status == AE_OK) status = ae_layer_list_add_dense(encoder, 19, AE_RELU, NULL);
    if (status == AE_OK) status = ae_layer_list_add_batch_norm(encoder, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(encoder, 3, AE_LEAKY_RELU, NULL);
    if (status == AE_OK) status = ae_layer_list_add_activation(encoder, AE_SIGMOID, 0);
    if (status == AE_OK) status = ae_layer_list_add_dropout(encoder, 0.1);
    if (status == AE_OK) status = ae_layer_list_add_batch_norm(decoder, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(decoder, 8, AE_SILU, NULL);
    if (status == AE_OK) status = ae_layer_list_add_batch_norm(decoder, NULL);
    if (status == AE_OK) status = ae_layer_list_add_activation(decoder, AE_GELU, 0);
    if (status == AE_OK) status = ae_model_create_from_layers(out_model, encoder, decoder, &options);
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
    return status == AE_OK ? fit(*out_model, training, AE_SCALING_NONE) : status;
}

/* The decoder uses the weight that gives mu and log sigma^2, and normalises behind it. */
static ae_status make_shared_tied(ae_model **out_model)
{
    ae_model_options options;
    ae_train_options training;
    ae_dense_options tied;
    ae_layer_list *encoder = NULL, *decoder = NULL;
    ae_status status = ae_layer_list_create(&encoder, NULL);
    ae_model_options_init(&options, sizeof options);
    ae_train_options_init(&training, sizeof training);
    ae_dense_options_init(&tied, sizeof tied);
    options.input_dim = 21;
    options.code = AE_CODE_GAUSSIAN;
    options.loss = AE_GAUSSIAN_LIKELIHOOD;
    options.noise = AE_NOISE_LEARNED;
    training.epochs = 3;
    tied.tied = 1;
    if (status == AE_OK) status = ae_layer_list_create(&decoder, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(encoder, 6, AE_IDENTITY, NULL);
    if (status == AE_OK) status = ae_layer_list_add_batch_norm(encoder, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(decoder, 6, AE_RELU, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(decoder, 21, AE_IDENTITY, &tied);
    if (status == AE_OK) status = ae_layer_list_add_batch_norm(decoder, NULL);
    if (status == AE_OK) status = ae_model_create_from_layers(out_model, encoder, decoder, &options);
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
    return status == AE_OK ? fit(*out_model, training, AE_SCALING_ROBUST) : status;
}

static ae_status make_from_options(ae_model **out_model, size_t input_dim, size_t output_dim, ae_loss loss,
                                   ae_code code, ae_scaling scaling)
{
    static const size_t hidden[] = {33, 17};
    ae_model_options options;
    ae_train_options training;
    ae_model_options_init(&options, sizeof options);
    ae_train_options_init(&training, sizeof training);
    training.epochs = 3;
    options.input_dim = input_dim;
    options.output_dim = output_dim;
    options.hidden_dims = hidden;
    options.hidden_count = 2;
    options.latent_dim = 5;
    options.hidden_activation = AE_SILU;
    options.loss = loss;
    options.code = code;
    options.variance = code == AE_CODE_GAUSSIAN ? AE_VARIANCE_ONE : AE_VARIANCE_SHARED;
    options.batch_norm = options.tied = input_dim == output_dim;
    options.topk = code == AE_CODE_TOPK ? 2 : 0;
    ae_status status = ae_model_create(out_model, &options);
    return status == AE_OK ? fit(*out_model, training, scaling) : status;
}

static ae_status make_pca(ae_model **out_model, int whiten)
{
    ae_pca_options options;
    ae_dataset *rows = NULL;
    ae_status status = ae_dataset_from_memory(&rows, NULL, data, TRAINING_ROWS, 30, 0);
    ae_pca_options_init(&options, sizeof options);
    options.whiten = whiten;
    options.scaling = whiten ? AE_SCALING_STANDARD : AE_SCALING_NONE;
    if (status == AE_OK)
        status = ae_pca_fit(out_model, rows, 4, &options, NULL, NULL);
    ae_dataset_free(rows);
    return status;
}

static ae_status make_dictionary(ae_model **out_model, size_t d, size_t atoms, int nonnegative, double lambda)
{
    ae_dictionary_options options;
    ae_dataset *rows = NULL;
    ae_status status = ae_dataset_from_memory(&rows, NULL, data, TRAINING_ROWS, d, 0);
    ae_dictionary_options_init(&options, sizeof options);
    options.lambda = lambda;
    options.nonnegative_code = nonnegative;
    options.iterations = 20;
    options.scaling = nonnegative ? AE_SCALING_NONE : AE_SCALING_STANDARD;
    if (status == AE_OK)
        status = ae_dictionary_fit(out_model, rows, atoms, &options, NULL);
    ae_dataset_free(rows);
    return status;
}

/* ---- what they give */

static const char *folder;

static FILE *open_file(const char *name, const char *suffix)
{
    char path[1000];
    FILE *file;
    snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
    file = fopen(path, "wb");
    if (!file) {
        perror(path);
        exit(1);
    }
    return file;
}

static void write_floats(const char *name, const char *what, const float *values, size_t count)
{
    FILE *file = open_file(name, what);
    if (fwrite(values, sizeof *values, count, file) != count || fclose(file) != 0)
        exit(1);
}

static void check(const char *name, const char *call, ae_status status)
{
    if (status == AE_OK)
        return;
    fprintf(stderr, "%s: %s: %s\n", name, call, ae_last_error());
    exit(1);
}

/* Rows that the model was trained with; of the samples, which were not trained, any numbers. */
static void make_rows(const ae_model *model, bool sample)
{
    const size_t d = ae_model_input_dim(model), k = ae_model_latent_dim(model);
    if (sample)
        architecture_rows(x, ROWS, d, 7);
    else
        memcpy(x, data, ROWS * d * sizeof *x);
    for (size_t i = 0; sample && ae_model_loss(model) != AE_BINARY_CROSS_ENTROPY && i < ROWS * d; i++)
        x[i] = 4 * sample_value(i);
    for (size_t i = 0; i < ROWS * k; i++)
        z[i] = 2 * sample_value(i);
}

static void write_graphs(const char *name, const ae_model *model)
{
    static const char *const graphs[] = {[AE_ONNX_RECONSTRUCT] = "reconstruct", [AE_ONNX_ENCODER] = "encoder",
                                         [AE_ONNX_DECODER] = "decoder"};
    ae_export_onnx_options options;
    ae_export_onnx_options_init(&options, sizeof options);
    for (options.graph = AE_ONNX_RECONSTRUCT; options.graph <= AE_ONNX_DECODER; options.graph++) {
        char path[1000];
        snprintf(path, sizeof path, "%s/%s.%s.onnx", folder, name, graphs[options.graph]);
        const ae_status status = ae_export_onnx(model, path, &options);
        if (status != AE_ERROR_UNSUPPORTED || ae_model_code(model) != AE_CODE_LASSO)
            check(name, "ae_export_onnx", status);
    }
}

static void write_model(const char *name, ae_model *model, bool sample)
{
    const size_t d = ae_model_input_dim(model), k = ae_model_latent_dim(model), o = ae_model_output_dim(model);
    const bool scored = o == d && ae_model_loss(model) != AE_SOFTMAX_CROSS_ENTROPY;
    const char *kind = ae_model_code(model) == AE_CODE_GAUSSIAN ? "gaussian" :
                       ae_model_code(model) == AE_CODE_LASSO ? "lasso" : "plain";
    char path[1000];
    FILE *file;
    make_rows(model, sample);
    snprintf(path, sizeof path, "%s/%s.c", folder, name);
    check(name, "ae_export_c", ae_export_c(model, path, NULL));
    write_graphs(name, model);
    write_floats(name, ".x.f32", x, ROWS * d);
    write_floats(name, ".z.f32", z, ROWS * k);
    check(name, "ae_encode", ae_encode(model, x, ROWS, 0, out, 0));
    write_floats(name, ".codes.f32", out, ROWS * k);
    check(name, "ae_reconstruct", ae_reconstruct(model, x, ROWS, 0, out, 0));
    write_floats(name, ".x_hat.f32", out, ROWS * o);
    check(name, "ae_decode", ae_decode(model, z, ROWS, 0, out, 0));
    write_floats(name, ".decoded.f32", out, ROWS * o);
    if (ae_model_code(model) == AE_CODE_GAUSSIAN) {
        check(name, "ae_vae_encode", ae_vae_encode(model, x, ROWS, 0, z, 0, out, 0));
        write_floats(name, ".log_var.f32", out, ROWS * k);
    }
    if (scored) {
        check(name, "ae_score", ae_score(model, x, ROWS, 0, scores, out, 0));
        write_floats(name, ".scores.f32", scores, ROWS);
        write_floats(name, ".features.f32", out, ROWS * d);
    }
    file = open_file(name, ".json");
    fprintf(file, "{\"input\": %zu, \"latent\": %zu, \"output\": %zu, \"scored\": %d, \"threshold\": %d, "
            "\"code\": \"%s\"}\n", d, k, o, scored, ae_model_contamination(model) > 0, kind);
    if (fclose(file) != 0)
        exit(1);
}

static void finish(const char *name, ae_model *model, ae_status status)
{
    check(name, "making the model", status);
    write_model(name, model, strncmp(name, "sample", 6) == 0);
    ae_model_free(model);
}

static void set_rows(size_t columns)
{
    architecture_rows(data, TRAINING_ROWS, columns, 3);
}

int main(int argc, char **argv)
{
    char name[64];
    ae_model *model = NULL;
    ae_status status;
    if (argc != 2)
        return 2;
    folder = argv[1];
    for (size_t which = 0; which < ARCHITECTURES; which++) {
        set_rows(which == ARCHITECTURE_WIDE ? 300 : 8);
        status = make_architecture(&model, which, AE_SCALING_NONE);
        finish(architecture_name(which), model, status);
        status = make_architecture(&model, which, AE_SCALING_MINMAX);
        snprintf(name, sizeof name, "%s_scaled", architecture_name(which));
        finish(name, model, status);
    }
    for (size_t which = 0; which < SAMPLE_COUNT; which++) {
        status = sample_model(&model, which, NULL);
        snprintf(name, sizeof name, "sample_%zu", which);
        finish(name, model, status);
    }
    set_rows(8);
    status = make_elementwise(&model);
    finish("elementwise", model, status);
    set_rows(21);
    status = make_shared_tied(&model);
    finish("shared_tied", model, status);
    set_rows(20);
    status = make_from_options(&model, 20, 4, AE_SOFTMAX_CROSS_ENTROPY, AE_CODE_PLAIN, AE_SCALING_STANDARD);
    finish("classifier", model, status);
    status = make_from_options(&model, 20, 7, AE_SQUARED_ERROR, AE_CODE_TOPK, AE_SCALING_ROBUST);
    finish("regression", model, status);
    status = make_from_options(&model, 20, 20, AE_GAUSSIAN_LIKELIHOOD, AE_CODE_GAUSSIAN, AE_SCALING_STANDARD);
    finish("variance_one", model, status);
    set_rows(30);
    for (int whiten = 0; whiten < 2; whiten++) {
        status = make_pca(&model, whiten);
        finish(whiten ? "pca_whitened" : "pca", model, status);
    }
    uint32_t random = 1;
    for (size_t i = 0; i < TRAINING_ROWS * 16; i++) { /* atoms must not be alike, or rounding shows in the codes */
        random ^= random << 13, random ^= random >> 17, random ^= random << 5; /* Marsaglia 2003 */
        data[i] = (float)random / 4294967296.0f;
    }
    status = make_dictionary(&model, 16, 12, 0, 0.2);
    finish("dictionary", model, status);
    status = make_dictionary(&model, 16, 40, 1, 0.2);
    finish("dictionary_nonnegative", model, status);
    status = make_dictionary(&model, 16, 12, 0, 1e-12); /* below what floats tell from 0 */
    finish("dictionary_tiny_lambda", model, status);
    set_rows(784);
    status = make_from_options(&model, 784, 784, AE_SQUARED_ERROR, AE_CODE_PLAIN, AE_SCALING_NONE);
    finish("images", model, status);
    return 0;
}
