/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* How fast the library is, beside what the machine allows; see docs/performance.md. Prints one JSON object a line.
 *
 *   bench [OPTION]... [WORKLOAD]...        workloads W1..W6, I1, I2; none: all
 *   bench --machine [--threads N]          the limits of the machine alone
 *   bench --sweep width|depth|batch|rows|inference [OPTION]...       time per sample as CSV
 *   bench --losses EPOCHS [OPTION]... [WORKLOAD]...     trains on five sixths of the rows: loss on the others
 *   bench --steps small-W1|small-W4|W6|encode      a fixed amount of work for instructions.py, and nothing printed
 *
 *   --data FOLDER    with MNIST's train-images-idx3-ubyte, plain or .gz; else rows like them are made up
 *   --rows N         take no more rows                  --threads N    default 1
 *   --seconds S      length of a window, default 1.5    --kernels NAME as ae_runtime_kernels() says it, default auto
 *   --windows N      default 3                          --seed N        of --losses, default 0
 *   --cblas LIBRARY measure what this CBLAS allows, too */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <autoencoder/autoencoder.h>

#include "blas_limit.h"
#include "machine.h"
#include "sweep.h"
#include "workloads.h"

typedef struct options {
    const char *data, *kernels, *cblas, *sweep, *steps;
    unsigned threads;
    size_t rows;
    int machine_only;
    uint64_t epochs, seed; /* of --losses */
    bench_timing timing;
    const char *const *names; /* of workloads */
    size_t name_count;
} options;

static void fail(const char *what, ae_status status)
{
    fprintf(stderr, "%s: %s: %s\n", what, ae_status_name(status), ae_last_error());
    exit(1);
}

static void usage(void)
{
    fputs("usage: bench [--machine | --sweep KIND | --losses EPOCHS | --steps NAME] [--data FOLDER] [--rows N] [--threads N]\n"
          "             [--kernels NAME] [--seconds S] [--windows N] [--cblas LIBRARY] [WORKLOAD]...\n",
          stderr);
    exit(2);
}

static double number(const char *text, double least)
{
    char *end;
    double value = strtod(text, &end);
    if (*end || end == text || !(value >= least)) usage();
    return value;
}

static options read_arguments(int count, char **words)
{
    options o = {.kernels = "auto", .threads = 1, .timing = {.seconds = 1.5, .windows = 3}};
    int i = 1;
    for (; i < count && words[i][0] == '-'; ++i) {
        if (strcmp(words[i], "--machine") == 0) {
            o.machine_only = 1;
            continue;
        }
        const char *name = words[i], *value = ++i < count ? words[i] : (usage(), NULL);
        if (strcmp(name, "--data") == 0)
            o.data = value;
        else if (strcmp(name, "--kernels") == 0)
            o.kernels = value;
        else if (strcmp(name, "--cblas") == 0)
            o.cblas = value;
        else if (strcmp(name, "--sweep") == 0)
            o.sweep = value;
        else if (strcmp(name, "--steps") == 0)
            o.steps = value;
        else if (strcmp(name, "--threads") == 0)
            o.threads = (unsigned)number(value, 1);
        else if (strcmp(name, "--losses") == 0)
            o.epochs = (uint64_t)number(value, 1);
        else if (strcmp(name, "--seed") == 0)
            o.seed = (uint64_t)number(value, 0);
        else if (strcmp(name, "--rows") == 0)
            o.rows = (size_t)number(value, 1);
        else if (strcmp(name, "--windows") == 0)
            o.timing.windows = (size_t)number(value, 1);
        else if (strcmp(name, "--seconds") == 0)
            o.timing.seconds = number(value, 0);
        else
            usage();
    }
    o.names = (const char *const *)words + i;
    o.name_count = (size_t)(count - i);
    return o;
}

/* A runtime with the kernels of this name: their numbers are tried until one answers to it, so that kernels added later
 * need no change here. */
static ae_runtime *make_runtime(const char *kernels, unsigned threads)
{
    enum { MOST_KERNELS = 256 };
    ae_runtime_options o;
    ae_runtime_options_init(&o, sizeof o);
    o.threads = threads;
    int any = strcmp(kernels, "auto") == 0;
    for (o.kernels = AE_KERNELS_AUTO; o.kernels < MOST_KERNELS; ++o.kernels) {
        ae_runtime *runtime = NULL;
        ae_status status = ae_runtime_create(&runtime, &o);
        if (any && status != AE_OK) fail("runtime", status);
        if (runtime && (any || (o.kernels != AE_KERNELS_AUTO && strcmp(ae_runtime_kernels(runtime), kernels) == 0)))
            return runtime;
        ae_runtime_free(runtime);
    }
    fprintf(stderr, "this build on this machine has no kernels \"%s\"\n", kernels);
    exit(1);
}

/* ---- the machine ------------------------------------------------------------------------------------------------- */

static void print_about(const ae_runtime *runtime)
{
#if defined(__clang__)
    const char *compiler = "clang " __clang_version__;
#else
    const char *compiler = "gcc " __VERSION__;
#endif
    printf("{\"about\": \"libautoencoder\", \"version\": \"%s\", \"kernels\": \"%s\", \"compiler\": \"%s\", "
           "\"instructions\": \"%s\"}\n",
           ae_version(), ae_runtime_kernels(runtime), compiler, machine_instructions());
}

static void print_machine(unsigned threads)
{
    static const size_t kib[] = {512, 2112, 16384, 262144}; /* 2112: the weights of W2's encoder */
    printf("{\"machine\": \"fma\", \"threads\": %u, \"gflops\": %.1f}\n", threads, machine_fma_peak(threads));
    for (size_t i = 0; i < sizeof kib / sizeof kib[0]; ++i) {
        double seconds = machine_read_seconds(kib[i] * 1024, threads);
        printf("{\"machine\": \"read\", \"threads\": %u, \"kib\": %zu, \"us\": %.2f, \"gb_per_s\": %.1f}\n", threads,
               kib[i], 1e6 * seconds, 1e-9 * 1024 * (double)kib[i] / seconds);
        fflush(stdout);
    }
    for (size_t i = 0; i < bench_workload_count; ++i) {
        if (bench_workloads[i].kind != WORK_TRAIN) continue;
        size_t weights = workload_parameters(&bench_workloads[i]);
        double seconds = machine_adam_seconds(weights, threads);
        printf("{\"machine\": \"adam\", \"threads\": %u, \"workload\": \"%s\", \"weights\": %zu, \"us\": %.2f, "
               "\"gb_per_s\": %.1f}\n",
               threads, bench_workloads[i].name, weights, 1e6 * seconds, 28e-9 * (double)weights / seconds);
        fflush(stdout);
    }
}

/* ---- one workload ------------------------------------------------------------------------------------------------ */

/* Seconds a sample takes at least: the products at the peak and, in training, a pass of Adam for each batch. Of a
 * single row: reading the encoder's weights. */
static double least_seconds(const workload *w, unsigned threads, double peak)
{
    if (w->kind == WORK_ENCODE) return machine_read_seconds(workload_encoder_weights(w) * sizeof(float), threads);
    double seconds = workload_flop(w) / (peak * 1e9);
    if (w->kind == WORK_TRAIN) seconds += machine_adam_seconds(workload_parameters(w), threads) / (double)w->batch;
    return seconds;
}

static void run_workload(const workload *w, const options *o, ae_runtime *runtime, const blas_limit *blas,
                         const ae_dataset *rows)
{
    double peak = machine_fma_peak(o->threads), least = least_seconds(w, o->threads, peak);
    bench_result result;
    ae_status status = bench_run(w, rows, runtime, &o->timing, &result);
    if (status != AE_OK) fail(w->name, status);
    /* Measured before and after: a limit that something else disturbed would flatter. */
    peak = fmax(peak, machine_fma_peak(o->threads));
    least = fmin(least, least_seconds(w, o->threads, peak));

    double rate = w->kind == WORK_ENCODE ? 1 / result.call_median : result.samples_per_second;
    double gflops = 1e-9 * rate * workload_flop(w);
    printf("{\"workload\": \"%s\", \"threads\": %u, \"kernels\": \"%s\", \"data\": \"%s\", \"samples_per_s\": %.0f, "
           "\"low\": %.0f, \"high\": %.0f, \"gflops\": %.2f, \"peak_gflops\": %.1f, \"share_of_peak\": %.4f, "
           "\"limit_samples_per_s\": %.0f, \"share_of_limit\": %.4f",
           w->name, o->threads, ae_runtime_kernels(runtime), o->data ? "mnist" : "synthetic", rate, result.low,
           result.high, gflops, peak, gflops / peak, 1 / least, rate * least);
    if (w->kind == WORK_ENCODE)
        printf(", \"us_per_call\": %.2f, \"us_p99\": %.2f", 1e6 * result.call_median, 1e6 * result.call_p99);
    if (w->kind == WORK_TRAIN) printf(", \"trainer_bytes\": %zu", result.trainer_bytes);
    if (blas) {
        double seconds = blas_limit_seconds(blas, w) / (double)w->batch;
        if (w->kind == WORK_TRAIN)
            seconds += machine_adam_seconds(workload_parameters(w), o->threads) / (double)w->batch;
        printf(", \"cblas_core\": \"%s\", \"cblas_limit_samples_per_s\": %.0f, \"share_of_cblas_limit\": %.4f",
               blas_limit_core(blas), 1 / seconds, rate * seconds);
    }
    puts("}");
    fflush(stdout);
}

/* The loss on rows that were not trained on: what kernels of less precision cost. */
static void print_loss(const workload *w, const options *o, ae_runtime *runtime, const ae_dataset *rows)
{
    const size_t count = ae_dataset_rows(rows), train_count = count / 6 * 5;
    ae_model *model = NULL;
    ae_dataset *train = NULL, *test = NULL;
    ae_train_options training;
    ae_corruption corruption;
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    bench_train_options(&training, &corruption, w);
    training.epochs = o->epochs;
    training.seed = o->seed;
    ae_status status = ae_dataset_slice(&train, rows, 0, train_count);
    if (status == AE_OK) status = ae_dataset_slice(&test, rows, train_count, count - train_count);
    if (status == AE_OK) status = bench_model(&model, w, o->seed, runtime);
    if (status == AE_OK) status = ae_fit(model, train, NULL, &training);
    if (status == AE_OK) status = ae_evaluate(model, test, &evaluation);
    if (status != AE_OK) fail(w->name, status);
    printf("{\"workload\": \"%s\", \"kernels\": \"%s\", \"epochs\": %llu, \"seed\": %llu, \"test_loss\": %.4f}\n", w->name,
           ae_runtime_kernels(runtime), (unsigned long long)o->epochs, (unsigned long long)o->seed, evaluation.loss);
    fflush(stdout);
    ae_dataset_free(train);
    ae_dataset_free(test);
    ae_model_free(model);
}

static int is_asked_for(const options *o, const char *name)
{
    for (size_t i = 0; i < o->name_count; ++i)
        if (strcmp(o->names[i], name) == 0) return 1;
    return o->name_count == 0;
}

static void run_workloads(const options *o, ae_runtime *runtime)
{
    const blas_limit *blas = NULL;
    if (o->cblas && !(blas = blas_limit_load(o->cblas, o->threads))) exit(1);
    size_t found = 0;
    bench_data data = {NULL, NULL};
    print_about(runtime);
    for (size_t i = 0; i < bench_workload_count; ++i) {
        const workload *w = &bench_workloads[i];
        if (!is_asked_for(o, w->name)) continue;
        ++found;
        if (ae_dataset_columns(data.rows) != w->input) {
            bench_data_free(&data);
            ae_status status = bench_data_load(&data, o->data, w->input, o->rows);
            if (status != AE_OK) fail("data", status);
        }
        if (o->epochs == 0)
            run_workload(w, o, runtime, blas, data.rows);
        else if (w->kind == WORK_TRAIN)
            print_loss(w, o, runtime, data.rows);
    }
    bench_data_free(&data);
    if (found < o->name_count) usage();
}

/* ---- a fixed amount of work -------------------------------------------------------------------------------------- */

static void run_steps(const char *name)
{
    enum { STEPS = 8, CALLS = 64, ROWS = 64 };
    static const struct {
        const char *name;
        workload work;
    } small[] = {
        {"small-W1", {.batch = 32, .input = 196, .latent = 32, .latent_activation = AE_RELU, .loss = AE_SQUARED_ERROR}},
        {"small-W4", {.batch = 32, .input = 196, .hidden_count = 1, .hidden = {100}, .latent = 5,
                      .loss = AE_BINARY_CROSS_ENTROPY, .code = AE_CODE_GAUSSIAN}},
        {"W6", {.batch = 32, .input = 64, .hidden_count = 1, .hidden = {32}, .latent = 8,
                .latent_activation = AE_RELU, .loss = AE_SQUARED_ERROR}},
        {"encode", {.kind = WORK_ENCODE, .batch = 1, .input = 196, .hidden_count = 2, .hidden = {128, 64}, .latent = 8,
                    .latent_activation = AE_RELU, .loss = AE_BINARY_CROSS_ENTROPY}},
    };
    const workload *w = NULL;
    for (size_t i = 0; i < sizeof small / sizeof small[0]; ++i)
        if (strcmp(small[i].name, name) == 0) w = &small[i].work;
    if (!w) usage();

    ae_runtime *runtime = make_runtime("reference", 1); /* the same instructions on every machine */
    ae_model *model = NULL;
    ae_trainer *trainer = NULL;
    ae_train_options training;
    ae_corruption corruption;
    bench_data data;
    float code[16];
    bench_train_options(&training, &corruption, w);
    ae_status status = bench_data_load(&data, NULL, w->input, ROWS);
    if (status == AE_OK) status = bench_model(&model, w, 0, runtime);
    if (status == AE_OK) status = ae_trainer_create(&trainer, model, &training);
    for (size_t i = 0; i < STEPS && w->kind == WORK_TRAIN && status == AE_OK; ++i)
        status = ae_trainer_step(trainer, data.values, w->batch, 0, NULL, 0, NULL);
    for (size_t i = 0; i < CALLS && w->kind == WORK_ENCODE && status == AE_OK; ++i)
        status = ae_encode(model, data.values + i % ROWS * w->input, 1, 0, code, 0);
    if (status != AE_OK) fail(name, status);
    ae_trainer_free(trainer);
    ae_model_free(model);
    bench_data_free(&data);
    ae_runtime_free(runtime);
}

int main(int count, char **words)
{
    options o = read_arguments(count, words);
    if (o.steps) {
        run_steps(o.steps);
    } else if (o.machine_only) {
        print_machine(o.threads);
    } else {
        ae_runtime *runtime = make_runtime(o.kernels, o.threads);
        if (o.sweep) {
            ae_status status = bench_sweep(o.sweep, runtime, &o.timing);
            if (status == AE_ERROR_INVALID_ARGUMENT) usage();
            if (status != AE_OK) fail("sweep", status);
        } else {
            run_workloads(&o, runtime);
        }
        ae_runtime_free(runtime);
    }
    return 0;
}
