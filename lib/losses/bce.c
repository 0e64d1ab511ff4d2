/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/bce.h"

#define PIECE 256

/* With weights: only denoising with emphasis comes here. */
static void weighted(const aei_kernels *kernels, const aei_loss_call *call)
{
    const aei_loss_gradient *b = &call->base;
    aei_real p[PIECE], tail[PIECE]; /* sigmoid(z), softplus(-|z|) */
    for (size_t r = 0; r < b->n; r++) {
        const aei_real *z = b->z + r * b->d, *t = b->target + r * b->target_stride, *w = call->weights + r * b->d;
        aei_real *dz = b->dz ? b->dz + r * b->d : NULL; /* may be z */
        double sum = 0;
        for (size_t first = 0; first < b->d; first += PIECE, z += PIECE, t += PIECE, w += PIECE) {
            const size_t n = b->d - first < PIECE ? b->d - first : PIECE;
            for (size_t j = 0; j < n; j++)
                tail[j] = -aei_fabs(z[j]);
            kernels->activate((aei_activation){AE_SOFTPLUS, 0}, tail, n, tail);
            kernels->activate((aei_activation){AE_SIGMOID, 0}, z, n, p);
            for (size_t j = 0; j < n; j++) {
                const aei_real positive = z[j] > 0 ? z[j] : 0;
                sum += (double)w[j] * ((double)positive - (double)t[j] * (double)z[j] + (double)tail[j]);
            }
            for (size_t j = 0; dz && j < n; j++)
                dz[first + j] = b->scale * w[j] * (p[j] - t[j]);
        }
        b->row_loss[r] = sum;
    }
}

void aei_bce(const aei_kernels *kernels, const aei_loss_call *call)
{
    if (call->weights)
        weighted(kernels, call);
    else
        kernels->cross_entropy(&call->base);
}
