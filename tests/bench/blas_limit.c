/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "blas_limit.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112, WINDOWS = 5 };

typedef void (*sgemm_function)(int order, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a,
                               int lda, const float *b, int ldb, float beta, float *c, int ldc);

struct blas_limit {
    sgemm_function sgemm;
    const char *core;
};

/* Stores a function's address, or NULL, in `function`, a pointer to a function pointer: ISO C has no cast for it. */
static int find(void *library, const char *name, void *function)
{
    void *address = dlsym(library, name);
    memcpy(function, &address, sizeof address);
    return address != NULL;
}

blas_limit *blas_limit_load(const char *library, unsigned threads)
{
    static blas_limit blas;
    char *(*core_name)(void);
    void (*set_threads)(int);
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle || !find(handle, "cblas_sgemm", &blas.sgemm)) {
        fprintf(stderr, "%s\n", handle ? "the library has no cblas_sgemm" : dlerror());
        return NULL;
    }
    if (find(handle, "openblas_set_num_threads", &set_threads)) set_threads((int)threads);
    if (find(handle, "openblas_get_corename", &core_name)) blas.core = core_name();
    return &blas;
}

const char *blas_limit_core(const blas_limit *blas)
{
    return blas->core ? blas->core : "";
}

static float *numbers(size_t count)
{
    float *values = malloc(count * sizeof values[0]);
    if (!values) {
        fputs("no memory for the matrices\n", stderr);
        exit(1);
    }
    for (size_t i = 0; i < count; ++i)
        values[i] = (float)(i % 1000) * 1e-3f - 0.5f;
    return values;
}

typedef struct matrices {
    float *x, *dx, *w, *dw, *y, *dy;
} matrices;

static void products(sgemm_function sgemm, const workload *w, const dense_layer *layers, size_t count,
                     const matrices *all)
{
    int n = (int)w->batch;
    for (size_t i = 0; i < count; ++i) { /* y = x W^T */
        int in = (int)layers[i].in, out = (int)layers[i].out;
        sgemm(ROW_MAJOR, PLAIN, TRANSPOSED, n, out, in, 1, all[i].x, in, all[i].w, in, 0, all[i].y, out);
    }
    for (size_t i = count; i-- > 0 && w->kind == WORK_TRAIN;) { /* dW = dy^T x,  dx = dy W */
        int in = (int)layers[i].in, out = (int)layers[i].out;
        sgemm(ROW_MAJOR, TRANSPOSED, PLAIN, out, in, n, 1, all[i].dy, out, all[i].x, in, 0, all[i].dw, in);
        if (i > 0) sgemm(ROW_MAJOR, PLAIN, PLAIN, n, in, out, 1, all[i].dy, out, all[i].w, in, 0, all[i].dx, in);
    }
}

double blas_limit_seconds(const blas_limit *blas, const workload *w)
{
    const double window = 0.1;
    dense_layer layers[MAX_LAYERS];
    matrices all[MAX_LAYERS];
    size_t encoder, count = workload_layers(w, layers, &encoder);
    if (w->kind == WORK_ENCODE) count = encoder;
    for (size_t i = 0; i < count; ++i) {
        size_t in = layers[i].in, out = layers[i].out, n = w->batch;
        all[i] = (matrices){numbers(n * in),   numbers(n * in),  numbers(in * out),
                            numbers(in * out), numbers(n * out), numbers(n * out)};
    }
    double seconds[WINDOWS];
    products(blas->sgemm, w, layers, count, all);
    for (size_t i = 0; i < WINDOWS; ++i) {
        double start = bench_now(), elapsed = 0;
        size_t steps = 0;
        while (elapsed < window) {
            products(blas->sgemm, w, layers, count, all);
            elapsed = bench_now() - start;
            ++steps;
        }
        seconds[i] = elapsed / (double)steps;
    }
    for (size_t i = 0; i < count; ++i) {
        free(all[i].x), free(all[i].dx), free(all[i].w);
        free(all[i].dw), free(all[i].y), free(all[i].dy);
    }
    return bench_median(seconds, WINDOWS);
}
