/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What this machine could do at most, measured: the limits that workloads are held against. Each figure is the median
 * of several short windows; with `threads` above 1 that many threads work at once, each on its own part. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stddef.h>

/* Seconds of a clock that never goes back. */
double bench_now(void);

/* Sorts `values` and gives the middle one. */
double bench_median(double *values, size_t count);

/* The widest vectors that are measured here: "avx512", "avx2" or "c", what the compiler makes of plain C. */
const char *machine_instructions(void);

/* Multiply-adds on registers alone, in GFLOP/s (one multiply-add is two). */
double machine_fma_peak(unsigned threads);

/* Seconds to read so many bytes once, when they have been read before (they are in the cache where they fit). */
double machine_read_seconds(size_t bytes, unsigned threads);

/* Seconds of one Adam step over so many weights in one pass: weight, gradient and both moments are read, all but the
 * gradient written, 28 bytes a weight. */
double machine_adam_seconds(size_t weights, unsigned threads);

#endif
