/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "layers/reparameterize.h"

#include "kernels/log_var.h"

#define PIECE 256

/* sigma = exp(v / 2) of n units, or 1 */
static void deviations(const aei_kernels *kernels, const aei_real *v, size_t n, aei_real *sigma)
{
    for (size_t j = 0; j < n; j++)
        sigma[j] = v ? aei_log_var_hold(v[j]) / 2 : 0;
    kernels->exp(sigma, n, sigma);
}

void aei_reparameterize_forward(const aei_kernels *kernels, const aei_real *mu, const aei_real *v, size_t n, size_t k,
                                size_t stride, const aei_real *epsilon, aei_real *z)
{
    aei_real sigma[PIECE];
    for (size_t r = 0; r < n; r++)
        for (size_t first = 0; first < k; first += PIECE) {
            const size_t count = k - first < PIECE ? k - first : PIECE, at = r * stride + first, to = r * k + first;
            deviations(kernels, v ? v + at : NULL, count, sigma);
            for (size_t j = 0; j < count; j++)
                z[to + j] = mu[at + j] + sigma[j] * epsilon[to + j];
        }
}

void aei_reparameterize_backward(const aei_kernels *kernels, const aei_real *dz, const aei_real *v, size_t n, size_t k,
                                 size_t stride, const aei_real *epsilon, aei_real *dmu, aei_real *dv)
{
    aei_real sigma[PIECE];
    for (size_t r = 0; r < n; r++)
        for (size_t first = 0; first < k; first += PIECE) {
            const size_t count = k - first < PIECE ? k - first : PIECE, at = r * stride + first, from = r * k + first;
            for (size_t j = 0; j < count; j++)
                dmu[at + j] += dz[from + j];
            if (!v)
                continue;
            deviations(kernels, v + at, count, sigma);
            for (size_t j = 0; j < count; j++)
                dv[at + j] += dz[from + j] * epsilon[from + j] * sigma[j] / 2 * aei_log_var_slope(v[at + j]);
        }
}
