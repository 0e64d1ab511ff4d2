/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "workloads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define DEEP(...) .input = 784, .hidden_count = 2, .hidden = {512, 256}, .latent = 32, .latent_activation = AE_RELU, \
    .loss = AE_BINARY_CROSS_ENTROPY, __VA_ARGS__

const workload bench_workloads[] = {
    {.name = "W1", .batch = 128, .input = 784, .latent = 128, .latent_activation = AE_RELU, .loss = AE_SQUARED_ERROR},
    {.name = "W2", DEEP(.batch = 128)},
    {.name = "W3", .batch = 128, .input = 784, .hidden_count = 3, .hidden = {1000, 500, 250}, .latent = 30,
     .latent_activation = AE_IDENTITY, .loss = AE_BINARY_CROSS_ENTROPY},
    {.name = "W4", .batch = 128, .input = 784, .hidden_count = 1, .hidden = {400}, .latent = 20,
     .latent_activation = AE_IDENTITY, .loss = AE_BINARY_CROSS_ENTROPY, .code = AE_CODE_GAUSSIAN},
    {.name = "W5", DEEP(.batch = 128, .noisy = 1)},
    {.name = "W6", .batch = 32, .input = 64, .hidden_count = 1, .hidden = {32}, .latent = 8,
     .latent_activation = AE_RELU, .loss = AE_SQUARED_ERROR},
    {.name = "I1", DEEP(.batch = 1, .kind = WORK_ENCODE)},
    {.name = "I2", DEEP(.batch = 1024, .kind = WORK_RECONSTRUCT)},
};
const size_t bench_workload_count = sizeof bench_workloads / sizeof bench_workloads[0];

/* ---- what a workload amounts to ---------------------------------------------------------------------------------- */

size_t workload_layers(const workload *w, dense_layer layers[MAX_LAYERS], size_t *encoder_count)
{
    size_t count = 0, width = w->input;
    for (size_t i = 0; i < w->hidden_count; width = w->hidden[i++])
        layers[count++] = (dense_layer){width, w->hidden[i]};
    layers[count++] = (dense_layer){width, w->code == AE_CODE_GAUSSIAN ? 2 * w->latent : w->latent};
    *encoder_count = count;
    width = w->latent;
    for (size_t i = w->hidden_count; i > 0; width = w->hidden[--i])
        layers[count++] = (dense_layer){width, w->hidden[i - 1]};
    layers[count++] = (dense_layer){width, w->input};
    return count;
}

size_t workload_parameters(const workload *w)
{
    dense_layer layers[MAX_LAYERS];
    size_t encoder, count = workload_layers(w, layers, &encoder), sum = 0;
    for (size_t i = 0; i < count; ++i)
        sum += (layers[i].in + 1) * layers[i].out;
    return sum;
}

size_t workload_encoder_weights(const workload *w)
{
    dense_layer layers[MAX_LAYERS];
    size_t encoder, sum = 0;
    workload_layers(w, layers, &encoder);
    for (size_t i = 0; i < encoder; ++i)
        sum += layers[i].in * layers[i].out;
    return sum;
}

double workload_flop(const workload *w)
{
    dense_layer layers[MAX_LAYERS];
    size_t encoder, count = workload_layers(w, layers, &encoder);
    double flop = 0;
    if (w->kind == WORK_ENCODE) count = encoder;
    for (size_t i = 0; i < count; ++i) {
        double products = w->kind != WORK_TRAIN ? 1 : i == 0 ? 2 : 3;
        flop += 2 * products * (double)layers[i].in * (double)layers[i].out;
    }
    return flop;
}

/* ---- data -------------------------------------------------------------------------------------------------------- */

enum { MNIST_ROWS = 60000, MNIST_SIDE = 28, SMALL_SIDE = 8, BORDER = 2, POOL = 3 };

/* A number within 0..1 from a counter: splitmix64 (Steele, Lea and Flood 2014). */
static double uniform(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static ae_status synthetic(bench_data *data, size_t columns, size_t rows)
{
    const double not_zero = 0.191; /* as many as in MNIST */
    uint64_t state = 0;
    data->values = malloc(rows * columns * sizeof data->values[0]);
    if (!data->values) return AE_ERROR_NO_MEMORY;
    for (size_t i = 0; i < rows * columns; ++i) {
        double u = uniform(&state);
        data->values[i] = u < not_zero ? (float)(u / not_zero) : 0.0f;
    }
    return ae_dataset_from_memory(&data->rows, NULL, data->values, rows, columns, 0);
}

static ae_status read_images(ae_dataset **out, const char *folder, size_t most_rows)
{
    char path[4096];
    ae_read_options options;
    ae_read_options_init(&options, sizeof options);
    options.max_rows = most_rows;
    snprintf(path, sizeof path, "%s/train-images-idx3-ubyte", folder);
    ae_status status = ae_dataset_read_idx(out, path, &options);
    if (status != AE_ERROR_IO) return status;
    snprintf(path, sizeof path, "%s/train-images-idx3-ubyte.gz", folder);
    return ae_dataset_read_idx(out, path, &options);
}

/* 28x28 pixels without a border of 2, each 3x3 of the rest averaged: 8x8. */
static void shrink(const float *image, float *small)
{
    for (size_t y = 0; y < SMALL_SIDE; ++y) {
        for (size_t x = 0; x < SMALL_SIDE; ++x) {
            float sum = 0;
            for (size_t k = 0; k < POOL * POOL; ++k)
                sum += image[(BORDER + POOL * y + k / POOL) * MNIST_SIDE + BORDER + POOL * x + k % POOL];
            small[y * SMALL_SIDE + x] = sum / (POOL * POOL);
        }
    }
}

ae_status bench_data_load(bench_data *data, const char *folder, size_t columns, size_t most_rows)
{
    *data = (bench_data){NULL, NULL};
    if (!folder) return synthetic(data, columns, most_rows ? most_rows : MNIST_ROWS);
    ae_dataset *images = NULL;
    ae_status status = read_images(&images, folder, most_rows);
    if (status == AE_OK && columns == SMALL_SIDE * SMALL_SIDE) {
        size_t rows = ae_dataset_rows(images);
        data->values = malloc(rows * columns * sizeof data->values[0]);
        for (size_t i = 0; data->values && i < rows; ++i)
            shrink(ae_dataset_row(images, i), data->values + i * columns);
        status = data->values ? ae_dataset_from_memory(&data->rows, NULL, data->values, rows, columns, 0)
                              : AE_ERROR_NO_MEMORY;
        ae_dataset_free(images);
    } else {
        data->rows = images;
    }
    return status;
}

void bench_data_free(bench_data *data)
{
    ae_dataset_free(data->rows);
    free(data->values);
    *data = (bench_data){NULL, NULL};
}

/* ---- models and trainings ---------------------------------------------------------------------------------------- */

ae_status bench_model(ae_model **out, const workload *w, uint64_t seed, ae_runtime *runtime)
{
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.runtime = runtime;
    options.seed = seed;
    options.input_dim = w->input;
    options.hidden_dims = w->hidden;
    options.hidden_count = w->hidden_count;
    options.latent_dim = w->latent;
    options.hidden_activation = AE_RELU;
    options.latent_activation = w->latent_activation;
    options.output_activation = AE_SIGMOID;
    options.loss = w->loss;
    options.code = w->code;
    options.init = AE_INIT_TORCH;
    return ae_model_create(out, &options);
}

void bench_train_options(ae_train_options *options, ae_corruption *corruption, const workload *w)
{
    ae_train_options_init(options, sizeof *options);
    options->optimizer = AE_ADAM;
    options->learning_rate = 1e-3;
    options->batch_size = w->batch;
    if (w->noisy) {
        ae_corruption_init(corruption, sizeof *corruption);
        corruption->kind = AE_CORRUPTION_GAUSSIAN;
        corruption->deviation = 0.3;
        corruption->clip = 1;
        options->corruption = corruption;
    }
}

/* ---- timing ------------------------------------------------------------------------------------------------------ */

static void keep_windows(bench_result *result, double *rates, size_t count)
{
    result->samples_per_second = bench_median(rates, count); /* sorts */
    result->low = rates[0];
    result->high = rates[count - 1];
}

/* Epochs over the first `rows` rows for about `seconds`; gives samples per second. */
static ae_status train_for(ae_trainer *trainer, const ae_dataset *all, size_t rows, double seconds, double *rate)
{
    ae_dataset *part = NULL;
    ae_status status = ae_dataset_slice(&part, all, 0, rows);
    double start = bench_now(), elapsed = 0;
    size_t samples = 0;
    /* Another epoch is begun only where it ends nearer to the aim than the last one did. */
    do {
        if (status == AE_OK) status = ae_trainer_epoch(trainer, part, NULL);
        samples += rows;
        elapsed = bench_now() - start;
    } while (status == AE_OK && elapsed + 0.5 * elapsed * (double)rows / (double)samples < seconds);
    *rate = (double)samples / elapsed;
    ae_dataset_free(part);
    return status;
}

static ae_status run_training(const workload *w, ae_model *model, const ae_dataset *rows, const bench_timing *timing,
                              double *rates, bench_result *result)
{
    ae_train_options options;
    ae_corruption corruption;
    bench_train_options(&options, &corruption, w);
    ae_trainer *trainer = NULL;
    ae_status status = ae_trainer_create(&trainer, model, &options);

    size_t all = ae_dataset_rows(rows), few = 16 * w->batch < all ? 16 * w->batch : all;
    double rate = 0;
    if (status == AE_OK) status = train_for(trainer, rows, few, 0.3 * timing->seconds, &rate);

    size_t epoch_rows = timing->epoch_rows;
    if (epoch_rows == 0) {
        epoch_rows = (size_t)(rate * timing->seconds) / w->batch * w->batch;
        epoch_rows = epoch_rows < w->batch ? w->batch : epoch_rows;
    }
    if (epoch_rows > all) epoch_rows = all;
    for (size_t i = 0; i < timing->windows && status == AE_OK; ++i)
        status = train_for(trainer, rows, epoch_rows, timing->seconds, &rates[i]);
    result->trainer_bytes = ae_trainer_memory(trainer);
    ae_trainer_free(trainer);
    return status;
}

enum { KEPT_ROWS = 8192, KEPT_CALLS = 100000 };

/* Calls of single rows, one row after the other, each call timed. */
static ae_status run_encode(const workload *w, const ae_model *model, const float *x, size_t rows,
                            const bench_timing *timing, double *rates, bench_result *result)
{
    ae_status status = AE_OK;
    float *code = malloc(w->latent * sizeof code[0]);
    double *calls = malloc(KEPT_CALLS * sizeof calls[0]);
    size_t count = 0, row = 0;
    if (!code || !calls) status = AE_ERROR_NO_MEMORY;
    for (size_t i = 0; i < 500 && status == AE_OK; ++i, row = (row + 1) % rows)
        status = ae_encode(model, x + row * w->input, 1, 0, code, 0);
    for (size_t window = 0; window < timing->windows && status == AE_OK; ++window) {
        double start = bench_now(), elapsed = 0;
        size_t done = 0;
        while (elapsed < timing->seconds && status == AE_OK) {
            double begin = bench_now();
            status = ae_encode(model, x + row * w->input, 1, 0, code, 0);
            double end = bench_now();
            if (count < KEPT_CALLS) calls[count++] = end - begin;
            row = (row + 1) % rows;
            elapsed = end - start;
            ++done;
        }
        rates[window] = (double)done / elapsed;
    }
    if (status == AE_OK) {
        result->call_median = bench_median(calls, count); /* sorts */
        result->call_p99 = calls[count - 1 - count / 100];
    }
    free(calls);
    free(code);
    return status;
}

static ae_status run_reconstruct(const workload *w, const ae_model *model, const float *x, size_t rows,
                                 const bench_timing *timing, double *rates)
{
    ae_status status = AE_OK;
    float *x_hat = malloc(w->batch * w->input * sizeof x_hat[0]);
    size_t first = 0;
    if (!x_hat) status = AE_ERROR_NO_MEMORY;
    if (status == AE_OK) status = ae_reconstruct(model, x, w->batch, 0, x_hat, 0);
    for (size_t window = 0; window < timing->windows && status == AE_OK; ++window) {
        double start = bench_now(), elapsed = 0;
        size_t done = 0;
        while (elapsed < timing->seconds && status == AE_OK) {
            status = ae_reconstruct(model, x + first * w->input, w->batch, 0, x_hat, 0);
            first = first + 2 * w->batch <= rows ? first + w->batch : 0;
            done += w->batch;
            elapsed = bench_now() - start;
        }
        rates[window] = (double)done / elapsed;
    }
    free(x_hat);
    return status;
}

static ae_status run_inference(const workload *w, const ae_model *model, const ae_dataset *data,
                               const bench_timing *timing, double *rates, bench_result *result)
{
    size_t rows = ae_dataset_rows(data) < KEPT_ROWS ? ae_dataset_rows(data) : KEPT_ROWS;
    if (rows < w->batch) return AE_ERROR_SHAPE;
    float *x = malloc(rows * w->input * sizeof x[0]); /* a dataset need not be without gaps */
    if (!x) return AE_ERROR_NO_MEMORY;
    for (size_t i = 0; i < rows; ++i)
        memcpy(x + i * w->input, ae_dataset_row(data, i), w->input * sizeof x[0]);
    ae_status status = w->kind == WORK_ENCODE ? run_encode(w, model, x, rows, timing, rates, result)
                                              : run_reconstruct(w, model, x, rows, timing, rates);
    free(x);
    return status;
}

ae_status bench_run(const workload *w, const ae_dataset *rows, ae_runtime *runtime, const bench_timing *timing,
                    bench_result *result)
{
    ae_model *model = NULL;
    double *rates = malloc(timing->windows * sizeof rates[0]);
    *result = (bench_result){0};
    ae_status status = rates ? bench_model(&model, w, 0, runtime) : AE_ERROR_NO_MEMORY;
    if (status == AE_OK)
        status = w->kind == WORK_TRAIN ? run_training(w, model, rows, timing, rates, result)
                                       : run_inference(w, model, rows, timing, rates, result);
    if (status == AE_OK) keep_windows(result, rates, timing->windows);
    ae_model_free(model);
    free(rates);
    return status;
}
