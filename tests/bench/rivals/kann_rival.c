/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The trainings of docs/performance.md in KANN; one JSON object a line, as bench prints them. compare.py builds it with
 * the sources of KANN that it is given. KANN has RMSprop instead of Adam, which is a little less work.
 *
 *   kann_rival THREADS SECONDS WINDOWS FOLDER|- WORKLOAD...
 *
 * THREADS are KANN's own, each with a part of the batch; the BLAS has its own variable. FOLDER holds MNIST's
 * train-images-idx3-ubyte, plain or .gz. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "kann.h"

char *openblas_get_corename(void) __attribute__((weak));

enum { ROWS = 60000, PIXELS = 784, SIDE = 28, SMALL = 64, MAX_WINDOWS = 100 };

typedef struct workload {
    const char *name;
    int input, batch, count, widths[4]; /* of the encoder; the last is the code */
    int relu_code, squared, noisy, variational;
} workload;

static const workload workloads[] = {
    {"W1", PIXELS, 128, 1, {128}, 1, 1, 0, 0},
    {"W2", PIXELS, 128, 3, {512, 256, 32}, 1, 0, 0, 0},
    {"W3", PIXELS, 128, 4, {1000, 500, 250, 30}, 0, 0, 0, 0},
    {"W4", PIXELS, 128, 2, {400, 20}, 0, 0, 0, 1},
    {"W5", PIXELS, 128, 3, {512, 256, 32}, 1, 0, 1, 0},
    {"W6", SMALL, 32, 2, {32, 8}, 1, 1, 0, 0},
};

/* KL(N(mu, sigma^2) || N(0, I)), mean over the batch. */
static kad_node_t *kl_divergence(kad_node_t *mu, kad_node_t *log_var, kad_node_t *sigma)
{
    kad_node_t *s = kad_sub(kad_add(kad_square(mu), kad_square(sigma)), log_var);
    s = kad_sub(s, kann_new_scalar(KAD_CONST, 1.0f));
    return kad_mul(kad_reduce_mean(kad_reduce_sum(s, 1), 0), kann_new_scalar(KAD_CONST, 0.5f));
}

static kann_t *make(const workload *w)
{
    kad_node_t *x = kann_layer_input(w->input), *t = x, *kl = NULL;
    for (int i = 0; i < w->count - 1; ++i)
        t = kad_relu(kann_layer_dense(t, w->widths[i]));
    int code = w->widths[w->count - 1];
    if (w->variational) {
        kad_node_t *mu = kann_layer_dense(t, code), *log_var = kann_layer_dense(t, code);
        kad_node_t *sigma = kad_exp(kad_mul(log_var, kann_new_scalar(KAD_CONST, 0.5f)));
        kl = kl_divergence(mu, log_var, sigma);
        t = kad_add(kad_sample_normal(sigma), mu);
    } else {
        t = kann_layer_dense(t, code);
        if (w->relu_code) t = kad_relu(t);
    }
    for (int i = w->count - 2; i >= 0; --i)
        t = kad_relu(kann_layer_dense(t, w->widths[i]));
    t = kad_sigm(kann_layer_dense(t, w->input));
    t->ext_flag |= KANN_F_OUT;
    kad_node_t *truth = w->noisy ? kad_feed(2, 1, w->input) : x;
    truth->ext_flag |= KANN_F_TRUTH;
    t = w->squared ? kad_mse(t, truth) : kad_ce_bin(t, truth);
    if (kl) t = kad_add(kad_mul(t, kann_new_scalar(KAD_CONST, (float)w->input)), kl);
    t->ext_flag |= KANN_F_COST;
    return kann_new(t, 0);
}

/* ---- data -------------------------------------------------------------------------------------------------------- */

static void *allocate(size_t size)
{
    void *block = calloc(1, size);
    if (!block) {
        fputs("no memory\n", stderr);
        exit(1);
    }
    return block;
}

static float *load(const char *folder)
{
    float *x = allocate(sizeof(float) * ROWS * PIXELS);
    if (strcmp(folder, "-") == 0) { /* as many zeros as in MNIST */
        for (size_t i = 0; i < (size_t)ROWS * PIXELS; ++i)
            x[i] = (float)fmax(0.0, kann_drand() / 0.191 - 1 / 0.191 + 1);
        return x;
    }
    char path[4096];
    unsigned char *bytes = allocate(16 + (size_t)ROWS * PIXELS);
    snprintf(path, sizeof path, "%s/train-images-idx3-ubyte", folder);
    gzFile file = gzopen(path, "rb"); /* reads plain files, too */
    if (!file) {
        strcat(path, ".gz");
        file = gzopen(path, "rb");
    }
    if (!file || gzread(file, bytes, 16 + ROWS * PIXELS) != 16 + ROWS * PIXELS) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    gzclose(file);
    for (size_t i = 0; i < (size_t)ROWS * PIXELS; ++i)
        x[i] = (float)bytes[16 + i] / 255;
    free(bytes);
    return x;
}

/* 28x28 pixels without a border of 2, each 3x3 of the rest averaged: 8x8. */
static float *shrink(const float *x)
{
    float *small = allocate(sizeof(float) * ROWS * SMALL);
    for (size_t i = 0; i < (size_t)ROWS * SMALL; ++i) {
        size_t row = i / SMALL, top = 2 + 3 * (i % SMALL / 8), left = 2 + 3 * (i % 8);
        for (size_t k = 0; k < 9; ++k)
            small[i] += x[row * PIXELS + (top + k / 3) * SIDE + left + k % 3] / 9;
    }
    return small;
}

/* ---- timing ------------------------------------------------------------------------------------------------------ */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run(const workload *w, const float *data, int threads, double seconds, int windows)
{
    kann_t *net = make(w);
    int parameters = kann_size_var(net), place = ROWS;
    float *memory = allocate(sizeof(float) * (size_t)parameters);
    float *x = allocate(sizeof(float) * (size_t)(w->batch * w->input));
    float *truth = w->noisy ? allocate(sizeof(float) * (size_t)(w->batch * w->input)) : x;
    int *order = allocate(sizeof(int) * ROWS);
    double rates[MAX_WINDOWS];
    kann_set_batch_size(net, w->batch);
    if (threads > 1) kann_mt(net, threads, w->batch);
    kann_switch(net, 1);
    kann_feed_bind(net, KANN_F_IN, 0, &x);
    kann_feed_bind(net, KANN_F_TRUTH, 0, &truth);
    for (int window = -1; window < windows; ++window) { /* the first one warms up */
        double start = now(), elapsed = 0;
        long samples = 0;
        while (elapsed < (window < 0 ? 0.3 : 1) * seconds) {
            if (place + w->batch > ROWS) {
                kann_shuffle(ROWS, order);
                place = 0;
            }
            for (int i = 0; i < w->batch; ++i)
                memcpy(truth + i * w->input, data + (size_t)order[place + i] * w->input, sizeof(float) * w->input);
            for (int i = 0; w->noisy && i < w->batch * w->input; ++i)
                x[i] = (float)fmin(1, fmax(0, truth[i] + 0.3 * kad_drand_normal(0)));
            kann_cost(net, 0, 1);
            kann_RMSprop(parameters, 1e-3f, NULL, 0.9f, net->g, net->x, memory);
            place += w->batch;
            samples += w->batch;
            elapsed = now() - start;
        }
        if (window >= 0) rates[window] = (double)samples / elapsed;
    }
    qsort(rates, (size_t)windows, sizeof rates[0], ascending);
    printf("{\"rival\": \"KANN " KANN_VERSION " (RMSprop)\", \"workload\": \"%s\", \"threads\": %d, "
           "\"blas\": \"OpenBLAS %s\", \"samples_per_s\": %.0f, \"low\": %.0f, \"high\": %.0f}\n",
           w->name, threads, openblas_get_corename ? openblas_get_corename() : "?", rates[windows / 2], rates[0],
           rates[windows - 1]);
    fflush(stdout);
    if (truth != x) free(truth);
    free(order), free(x), free(memory);
    kann_delete(net);
}

int main(int count, char **words)
{
    if (count < 5) {
        fputs("usage: kann_rival THREADS SECONDS WINDOWS FOLDER|- WORKLOAD...\n", stderr);
        return 2;
    }
    int threads = atoi(words[1]), windows = atoi(words[3]);
    if (windows < 1 || windows > MAX_WINDOWS) windows = 3;
    float *wide = load(words[4]), *small = NULL;
    for (int k = 5; k < count; ++k) {
        for (size_t i = 0; i < sizeof workloads / sizeof workloads[0]; ++i) {
            const workload *w = &workloads[i];
            if (strcmp(w->name, words[k]) != 0) continue;
            if (w->input == SMALL && !small) small = shrink(wide);
            run(w, w->input == SMALL ? small : wide, threads, atof(words[2]), windows);
        }
    }
    free(small), free(wide);
    return 0;
}
