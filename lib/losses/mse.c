/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/mse.h"

/* With weights: plain C, since only denoising with emphasis comes here. */
static void weighted(const aei_kernels *kernels, const aei_loss_call *call)
{
    const aei_loss_gradient *b = &call->base;
    for (size_t r = 0; r < b->n; r++) {
        const aei_real *y = b->y + r * b->d, *t = b->target + r * b->target_stride, *w = call->weights + r * b->d;
        aei_real *dz = b->dz ? b->dz + r * b->d : NULL;
        double sum = 0;
        for (size_t j = 0; j < b->d; j++) {
            const aei_real e = y[j] - t[j];
            sum += (double)w[j] * (double)e * (double)e;
            if (dz)
                dz[j] = b->scale * 2 * w[j] * e;
        }
        b->row_loss[r] = sum;
        if (dz)
            kernels->chain(b->f, y, b->z ? b->z + r * b->d : NULL, b->d, dz);
    }
}

void aei_mse(const aei_kernels *kernels, const aei_loss_call *call)
{
    if (call->weights)
        weighted(kernels, call);
    else
        kernels->squared_error(&call->base);
}
