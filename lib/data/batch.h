/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Shuffled mini-batches: which rows come when, and the rows side by side. */
#ifndef AEI_DATA_BATCH_H
#define AEI_DATA_BATCH_H

#include "base/real.h"
#include "data/scaling.h"

/* The order of the rows in an epoch: a permutation that (seed, epoch) determine, or 0, 1, 2, ... . */
void aei_batch_order(size_t *order, size_t rows, int shuffle, uint64_t seed, uint64_t epoch);

/* Copies rows order[0..n-1] of the dataset to out:[n,columns], scaled unless `scaling` is NULL. By all threads when there
 * is much to copy. Begins to fetch rows order[n..n+after-1], which come next. */
void aei_batch_gather(const ae_runtime *runtime, const ae_dataset *dataset, const aei_scaling *scaling,
                      const size_t *order, size_t n, size_t after, aei_real *out);

/* The same of rows in the caller's memory. */
void aei_batch_copy(const ae_runtime *runtime, const float *x, const aei_scaling *scaling, size_t n, size_t columns,
                    size_t stride, aei_real *out);

#endif
