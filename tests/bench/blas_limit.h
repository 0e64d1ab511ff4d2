/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What a CBLAS allows: all matrix products of a workload and nothing else, by any shared library with cblas_sgemm. */
#ifndef BENCH_BLAS_LIMIT_H
#define BENCH_BLAS_LIMIT_H

#include "workloads.h"

typedef struct blas_limit blas_limit;

/* Loads a library such as "libopenblas.so.0" (with 32-bit integers) and holds it to so many threads. NULL, with a line
 * on stderr, where that does not work. It stays loaded. */
blas_limit *blas_limit_load(const char *library, unsigned threads);

/* Name of the kernels the library has chosen, "" if it does not tell. */
const char *blas_limit_core(const blas_limit *blas);

/* Seconds of the products of one batch, in the order of a step: forward, then weight and input gradients. */
double blas_limit_seconds(const blas_limit *blas, const workload *w);

#endif
