/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/batch.h"

#include "base/rng.h"

void aei_batch_order(size_t *order, size_t rows, int shuffle, uint64_t seed, uint64_t epoch)
{
    if (shuffle) {
        aei_rng rng = aei_rng_stream(seed, AEI_RNG_SHUFFLE, epoch, 0);
        aei_rng_permutation(&rng, rows, order);
    } else {
        for (size_t i = 0; i < rows; i++)
            order[i] = i;
    }
}

void aei_batch_gather(const ae_dataset *dataset, const aei_scaling *scaling, const size_t *order, size_t n,
                      aei_real *out)
{
    for (size_t i = 0; i < n; i++)
        aei_scale_row(scaling, aei_dataset_row(dataset, order[i]), dataset->columns, out + i * dataset->columns);
}

void aei_batch_copy(const float *x, const aei_scaling *scaling, size_t n, size_t columns, size_t stride, aei_real *out)
{
    for (size_t i = 0; i < n; i++)
        aei_scale_row(scaling, x + i * stride, columns, out + i * columns);
}
