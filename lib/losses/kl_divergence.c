/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/kl_divergence.h"

#include "kernels/log_var.h"

#define PIECE 256

/* s = v held, and exp(s) - 1, of n units; 0 without v */
static void variances(const aei_kernels *kernels, const aei_real *v, size_t n, aei_real *s, aei_real *above_one)
{
    for (size_t j = 0; j < n; j++)
        s[j] = v ? aei_log_var_hold(v[j]) : 0;
    kernels->expm1(s, n, above_one);
}

double aei_kl_divergence(const aei_kernels *kernels, const aei_real *mu, const aei_real *v, size_t n, size_t k,
                         size_t stride, double *unit_kl)
{
    aei_real s[PIECE], above_one[PIECE];
    double sum = 0;
    for (size_t j = 0; j < k; j++)
        unit_kl[j] = 0;
    for (size_t r = 0; r < n; r++)
        for (size_t first = 0; first < k; first += PIECE) {
            const size_t count = k - first < PIECE ? k - first : PIECE, at = r * stride + first;
            variances(kernels, v ? v + at : NULL, count, s, above_one);
            for (size_t j = 0; j < count; j++) {
                const double m = (double)mu[at + j];
                unit_kl[first + j] += (m * m + ((double)above_one[j] - (double)s[j])) / 2;
            }
        }
    for (size_t j = 0; j < k; j++) {
        unit_kl[j] /= (double)n;
        sum += unit_kl[j];
    }
    return sum;
}

void aei_kl_gradient(const aei_kernels *kernels, const aei_real *mu, const aei_real *v, size_t n, size_t k,
                     size_t stride, const double *unit_kl, double free_bits, aei_real scale, aei_real *dmu, aei_real *dv)
{
    aei_real s[PIECE], above_one[PIECE];
    for (size_t r = 0; r < n; r++)
        for (size_t first = 0; first < k; first += PIECE) {
            const size_t count = k - first < PIECE ? k - first : PIECE, at = r * stride + first;
            if (v)
                variances(kernels, v + at, count, s, above_one);
            for (size_t j = 0; j < count; j++) {
                if (!(unit_kl[first + j] > free_bits) && free_bits > 0)
                    continue;
                dmu[at + j] += scale * mu[at + j];
                if (v)
                    dv[at + j] += scale * above_one[j] / 2 * aei_log_var_slope(v[at + j]);
            }
        }
}
