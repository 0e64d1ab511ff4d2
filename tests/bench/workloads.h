/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The workloads, and the timing of one. Everything goes through the public functions of the library, as in a user's
 * program. The rivals in rivals/ do the same work; both follow the table in docs/performance.md. */
#ifndef BENCH_WORKLOADS_H
#define BENCH_WORKLOADS_H

#include <autoencoder/autoencoder.h>

enum { MAX_HIDDEN = 32, MAX_LAYERS = 2 * MAX_HIDDEN + 2 };

typedef enum workload_kind {
    WORK_TRAIN,      /* Adam, batches in a new order each epoch */
    WORK_ENCODE,     /* one call for one row */
    WORK_RECONSTRUCT /* encode and decode a batch */
} workload_kind;

typedef struct workload {
    const char *name;
    workload_kind kind;
    size_t batch;
    size_t input, hidden_count, hidden[MAX_HIDDEN], latent; /* widths of the encoder; the decoder mirrors them */
    ae_activation latent_activation;
    ae_loss loss;
    ae_code code;
    int noisy; /* the input gets N(0, 0.3) on top, held within 0..1; the target stays clean */
} workload;

extern const workload bench_workloads[];
extern const size_t bench_workload_count;

typedef struct dense_layer {
    size_t in, out;
} dense_layer;

/* All dense layers from input to reconstruction; the first *encoder_count of them are the encoder. Returns how many. */
size_t workload_layers(const workload *w, dense_layer layers[MAX_LAYERS], size_t *encoder_count);

/* Numbers that are trained, biases included. */
size_t workload_parameters(const workload *w);

/* Weights of the encoder without its biases. */
size_t workload_encoder_weights(const workload *w);

/* Floating-point operations of the matrix products for one sample; of training forward and backward, but not the
 * gradient of the data. */
double workload_flop(const workload *w);

typedef struct bench_data {
    ae_dataset *rows;
    float *values; /* owned, or NULL where the dataset has its own memory */
} bench_data;

/* `train-images-idx3-ubyte`, plain or .gz, of a folder, its numbers within 0..1; 64 columns: cut to 24x24 and averaged
 * over 3x3. Without a folder rows like them: 19 % of the numbers are not 0. most_rows 0: all, 60,000. */
ae_status bench_data_load(bench_data *data, const char *folder, size_t columns, size_t most_rows);
void bench_data_free(bench_data *data);

typedef struct bench_timing {
    double seconds;    /* about how long a window is */
    size_t windows;    /* how many windows there are; the median counts */
    size_t epoch_rows; /* of training: rows of an epoch; 0: about what a window takes */
} bench_timing;

typedef struct bench_result {
    double samples_per_second, low, high; /* the median window, the slowest and the fastest */
    double call_median, call_p99;         /* seconds of one call, of WORK_ENCODE only */
    size_t trainer_bytes;                 /* of WORK_TRAIN: what the training takes beside model and data */
} bench_result;

/* Runs one workload: some warming up, then the windows. */
ae_status bench_run(const workload *w, const ae_dataset *rows, ae_runtime *runtime, const bench_timing *timing,
                    bench_result *result);

/* The model of a workload with its first weights, by this seed. */
ae_status bench_model(ae_model **out, const workload *w, uint64_t seed, ae_runtime *runtime);

/* Options of its training. `corruption` is where the noise is described; it must live as long as the options. */
void bench_train_options(ae_train_options *options, ae_corruption *corruption, const workload *w);

#endif
