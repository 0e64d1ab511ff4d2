/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/sparsity.h"

#include <math.h>

double aei_sparsity_l1(const aei_real *h, size_t n, size_t k, double weight, aei_real *dh)
{
    const aei_real slope = (aei_real)(weight / (double)n);
    double sum = 0;
    for (size_t i = 0; i < n * k; i++) {
        sum += (double)aei_fabs(h[i]);
        dh[i] += h[i] > 0 ? slope : h[i] < 0 ? -slope : 0;
    }
    return weight * sum / (double)n;
}

double aei_sparsity_kl(const aei_real *h, size_t n, size_t k, double weight, double rho, double *mean, aei_real *dh)
{
    const double least = 1e-6;
    double penalty = 0;
    for (size_t j = 0; j < k; j++)
        mean[j] = 0;
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < k; j++)
            mean[j] += (double)h[r * k + j];
    for (size_t j = 0; j < k; j++) {
        const double q = fmin(fmax(mean[j] / (double)n, least), 1 - least);
        penalty += rho * log(rho / q) + (1 - rho) * log((1 - rho) / (1 - q));
        mean[j] = q;
    }
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < k; j++)
            dh[r * k + j] += (aei_real)(weight / (double)n * ((1 - rho) / (1 - mean[j]) - rho / mean[j]));
    return weight * penalty;
}
