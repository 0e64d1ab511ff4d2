/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Corruption of inputs for denoising (Vincent et al. 2008, 2010). What happens to a number is a function of (seed, epoch,
 * sample, feature), so it repeats exactly. */
#ifndef AEI_DATA_CORRUPT_H
#define AEI_DATA_CORRUPT_H

#include <autoencoder/train.h>
#include "kernels/kernels.h"

/* INVALID_ARGUMENT for a kind, rate, deviation or weight out of range. */
ae_status aei_corruption_check(const ae_corruption *corruption);

/* Rows to be corrupted in place. */
typedef struct aei_corrupt_call {
    const ae_corruption *how;
    const ae_runtime *runtime;
    const aei_kernels *kernels;
    uint64_t seed, epoch;
    size_t n, d;
    const size_t *samples; /* [n]: which of the data each row is; NULL: row r is sample r */
    aei_real *x;           /* [n,d] without gaps */
    aei_real *clean;       /* [n,d] without gaps: receives x as it was; NULL: not wanted */
    aei_real *weights;     /* [n,d] without gaps: receives each feature's emphasis; NULL: not wanted */
} aei_corrupt_call;

/* Has the same bytes for any number of threads and every set of kernels. */
void aei_corrupt(const aei_corrupt_call *call);

#endif
