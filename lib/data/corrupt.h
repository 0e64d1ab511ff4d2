/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Corruption of inputs for denoising (Vincent et al. 2008, 2010). What happens to a number is a function of (seed, epoch,
 * sample, feature), so it repeats exactly. */
#ifndef AEI_DATA_CORRUPT_H
#define AEI_DATA_CORRUPT_H

#include <autoencoder/train.h>
#include <stdbool.h>
#include "base/real.h"

/* INVALID_ARGUMENT for a kind, rate, deviation or weight out of range. */
ae_status aei_corruption_check(const ae_corruption *corruption);

/* Corrupts one row x:[d] in place. `weights`, unless NULL, receives each feature's emphasis. */
void aei_corrupt_row(const ae_corruption *corruption, uint64_t seed, uint64_t epoch, uint64_t sample, size_t d,
                     aei_real *x, aei_real *weights);

#endif
