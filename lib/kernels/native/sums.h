/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Column sums, the gradient of a bias; plain twin: aei_column_sums() in kernels/dense.c. */
#ifndef AEI_KERNELS_NATIVE_SUMS_H
#define AEI_KERNELS_NATIVE_SUMS_H

#include "kernels/native/lanes.h"

#define BESIDE 4 /* vectors side by side, so that an addition need not wait for the one before */

static void column_sums(const float *z, size_t z_stride, size_t rows, size_t cols, float *sums)
{
    size_t j = 0;
    for (; cols - j >= BESIDE * LANES; j += BESIDE * LANES) {
        lanes sum[BESIDE];
        for (size_t s = 0; s < BESIDE; ++s) sum[s] = lanes_zero();
        for (size_t r = 0; r < rows; ++r)
            for (size_t s = 0; s < BESIDE; ++s) sum[s] += lanes_load(z + r * z_stride + j + s * LANES);
        for (size_t s = 0; s < BESIDE; ++s) lanes_store(sums + j + s * LANES, sum[s]);
    }
    for (; j < cols; j += LANES) {
        const size_t n = cols - j < LANES ? cols - j : LANES;
        lanes sum = lanes_zero();
        for (size_t r = 0; r < rows; ++r) sum += lanes_load_n(z + r * z_stride + j, n);
        lanes_store_n(sums + j, sum, n);
    }
}

#undef BESIDE
#endif
