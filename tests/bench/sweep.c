/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "sweep.h"

#include <stdio.h>
#include <string.h>

/* Odd widths sit beside even ones, so that a kernel that is good only for whole vectors or blocks shows. */
static const size_t widths[] = {8,   15,  16,  17,  24,  31,  32,  33,  48,  63,  64,  65,  96,   100,  127,  128, 129,
                                192, 250, 255, 256, 257, 384, 500, 511, 512, 513, 640, 784, 1000, 1023, 1024, 1025};
static const size_t depths[] = {1, 2, 3, 4, 6, 8, 12, 16};
static const size_t batches[] = {1,  2,   3,   4,   7,   8,   9,   15,  16,  17,  31,  32,   33,   48,   63,   64,  65,
                                 96, 100, 127, 128, 129, 200, 255, 256, 257, 500, 512, 1000, 1024, 1025, 2048, 4096};
static const size_t row_counts[] = {100, 300, 1000, 3000, 10000, 30000, 100000, 300000, 1000000};

enum { DEPTH_WIDTH = 256, SWEEP_ROWS = 8192 };

/* x -> x -> x, both of one width. */
static void set_width(workload *w, bench_timing *timing, size_t value)
{
    (void)timing;
    w->hidden_count = 0;
    w->input = w->latent = value;
}

/* An encoder of `value` layers and its mirror, all of one width. */
static void set_depth(workload *w, bench_timing *timing, size_t value)
{
    (void)timing;
    w->input = w->latent = DEPTH_WIDTH;
    w->hidden_count = value - 1;
    for (size_t i = 0; i < w->hidden_count; ++i)
        w->hidden[i] = DEPTH_WIDTH;
}

static void set_batch(workload *w, bench_timing *timing, size_t value)
{
    (void)timing;
    w->batch = value;
}

static void set_rows(workload *w, bench_timing *timing, size_t value)
{
    (void)w;
    timing->epoch_rows = value;
}

static const struct sweep {
    const char *kind;
    const char *base; /* the workload that is varied */
    const size_t *values;
    size_t count;
    void (*set)(workload *w, bench_timing *timing, size_t value);
} sweeps[] = {
    {"width", "W1", widths, sizeof widths / sizeof widths[0], set_width},
    {"depth", "W1", depths, sizeof depths / sizeof depths[0], set_depth},
    {"batch", "W2", batches, sizeof batches / sizeof batches[0], set_batch},
    {"rows", "W6", row_counts, sizeof row_counts / sizeof row_counts[0], set_rows},
    {"inference", "I2", batches, sizeof batches / sizeof batches[0], set_batch},
};

static const workload *find_workload(const char *name)
{
    size_t i = 0;
    while (strcmp(bench_workloads[i].name, name) != 0)
        ++i;
    return &bench_workloads[i];
}

ae_status bench_sweep(const char *kind, ae_runtime *runtime, const bench_timing *timing)
{
    const struct sweep *sweep = NULL;
    for (size_t i = 0; i < sizeof sweeps / sizeof sweeps[0]; ++i)
        if (strcmp(sweeps[i].kind, kind) == 0) sweep = &sweeps[i];
    if (!sweep) return AE_ERROR_INVALID_ARGUMENT;

    puts("sweep,value,threads,kernels,us_per_sample,us_low,us_high,gflops");
    ae_status status = AE_OK;
    bench_data data = {NULL, NULL};
    for (size_t i = 0; i < sweep->count && status == AE_OK; ++i) {
        workload w = *find_workload(sweep->base);
        bench_timing time = *timing;
        sweep->set(&w, &time, sweep->values[i]);
        size_t rows = time.epoch_rows > SWEEP_ROWS ? time.epoch_rows : SWEEP_ROWS;
        if (ae_dataset_columns(data.rows) != w.input || ae_dataset_rows(data.rows) < rows) {
            bench_data_free(&data);
            status = bench_data_load(&data, NULL, w.input, rows);
        }
        bench_result result;
        if (status == AE_OK) status = bench_run(&w, data.rows, runtime, &time, &result);
        if (status == AE_OK)
            printf("%s,%zu,%u,%s,%.5g,%.5g,%.5g,%.5g\n", kind, sweep->values[i], (unsigned)ae_runtime_threads(runtime),
                   ae_runtime_kernels(runtime), 1e6 / result.samples_per_second, 1e6 / result.high, 1e6 / result.low,
                   1e-9 * result.samples_per_second * workload_flop(&w));
        fflush(stdout);
    }
    bench_data_free(&data);
    return status;
}
