/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/bce.h"

/* With weights: plain C, since only denoising with emphasis comes here. */
static void weighted(const aei_loss_call *call)
{
    const aei_loss_gradient *b = &call->base;
    for (size_t r = 0; r < b->n; r++) {
        const aei_real *z = b->z + r * b->d, *t = b->target + r * b->target_stride, *w = call->weights + r * b->d;
        double sum = 0;
        for (size_t j = 0; j < b->d; j++) {
            const aei_real e = aei_exp(-aei_fabs(z[j])), p = (z[j] > 0 ? 1 : e) / (1 + e);
            const aei_real positive = z[j] > 0 ? z[j] : 0;
            sum += (double)w[j] * ((double)positive - (double)t[j] * (double)z[j] + (double)aei_log1p(e));
            if (b->dz)
                b->dz[r * b->d + j] = b->scale * w[j] * (p - t[j]);
        }
        b->row_loss[r] = sum;
    }
}

void aei_bce(const aei_kernels *kernels, const aei_loss_call *call)
{
    if (call->weights)
        weighted(call);
    else
        kernels->cross_entropy(&call->base);
}
