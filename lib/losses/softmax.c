/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/softmax.h"

#include <math.h>

double aei_softmax(const aei_real *z, size_t d, aei_real *p)
{
    aei_real most = z[0];
    double sum = 0;
    for (size_t j = 1; j < d; j++)
        most = z[j] > most ? z[j] : most;
    for (size_t j = 0; j < d; j++) {
        p[j] = aei_exp(z[j] - most);
        sum += (double)p[j];
    }
    for (size_t j = 0; j < d; j++)
        p[j] = (aei_real)((double)p[j] / sum);
    return (double)most + log(sum);
}

void aei_softmax_cross_entropy(const aei_loss_gradient *args)
{
    const size_t d = args->d;
    for (size_t r = 0; r < args->n; r++) {
        const aei_real *z = args->z + r * d, *t = args->target + r * args->target_stride;
        aei_real most = z[0];
        double sum = 0, loss = 0, total = 0;
        for (size_t j = 1; j < d; j++)
            most = z[j] > most ? z[j] : most;
        for (size_t j = 0; j < d; j++)
            sum += exp((double)(z[j] - most));
        for (size_t j = 0; j < d; j++) {
            const double log_p = (double)(z[j] - most) - log(sum);
            loss -= (double)t[j] * log_p;
            total += (double)t[j];
        }
        args->row_loss[r] = loss;
        if (args->dz) {
            aei_real *dz = args->dz + r * d; /* may be z */
            for (size_t j = 0; j < d; j++)
                dz[j] = args->scale * (aei_real)(total * exp((double)(z[j] - most)) / sum - (double)t[j]);
        }
    }
}
