/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Time per sample as one thing grows and all others stay, as CSV: is there a cliff? */
#ifndef BENCH_SWEEP_H
#define BENCH_SWEEP_H

#include "workloads.h"

/* kind: "width", "depth", "batch", "rows" or "inference". Prints a line for each point as soon as it is known.
 * INVALID_ARGUMENT for another kind. */
ae_status bench_sweep(const char *kind, ae_runtime *runtime, const bench_timing *timing);

#endif
