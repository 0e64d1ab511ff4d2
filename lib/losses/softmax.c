/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/softmax.h"

#include <math.h>

#define PIECE 256

static aei_real largest(const aei_real *z, size_t d)
{
    aei_real most = z[0];
    for (size_t j = 1; j < d; j++)
        most = z[j] > most ? z[j] : most;
    return most;
}

/* p = exp(z - most) */
static void exponentials(const aei_kernels *kernels, const aei_real *z, size_t d, aei_real most, aei_real *p)
{
    for (size_t j = 0; j < d; j++)
        p[j] = z[j] - most;
    kernels->exp(p, d, p);
}

double aei_softmax(const aei_kernels *kernels, const aei_real *z, size_t d, aei_real *p)
{
    const aei_real most = largest(z, d);
    double sum = 0;
    exponentials(kernels, z, d, most, p);
    for (size_t j = 0; j < d; j++)
        sum += (double)p[j];
    for (size_t j = 0; j < d; j++)
        p[j] = (aei_real)((double)p[j] / sum);
    return (double)most + log(sum);
}

/* Loss and gradient of a row, whose exponentials are made a second time for the gradient: dz may be z. */
static double softmax_row(const aei_kernels *kernels, const aei_real *z, const aei_real *t, size_t d, aei_real scale,
                          aei_real *dz)
{
    const aei_real most = largest(z, d);
    aei_real p[PIECE];
    double sum = 0, loss = 0, total = 0;
    for (size_t first = 0; first < d; first += PIECE) {
        const size_t n = d - first < PIECE ? d - first : PIECE;
        exponentials(kernels, z + first, n, most, p);
        for (size_t j = 0; j < n; j++)
            sum += (double)p[j];
    }
    const double log_sum = log(sum);
    for (size_t j = 0; j < d; j++) {
        loss -= (double)t[j] * ((double)(z[j] - most) - log_sum);
        total += (double)t[j];
    }
    for (size_t first = 0; dz && first < d; first += PIECE) {
        const size_t n = d - first < PIECE ? d - first : PIECE;
        exponentials(kernels, z + first, n, most, p);
        for (size_t j = 0; j < n; j++)
            dz[first + j] = scale * (aei_real)(total * (double)p[j] / sum - (double)t[first + j]);
    }
    return loss;
}

void aei_softmax_cross_entropy(const aei_kernels *kernels, const aei_loss_gradient *args)
{
    const size_t d = args->d;
    for (size_t r = 0; r < args->n; r++)
        args->row_loss[r] = softmax_row(kernels, args->z + r * d, args->target + r * args->target_stride, d,
                                        args->scale, args->dz ? args->dz + r * d : NULL);
}
