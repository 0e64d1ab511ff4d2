/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/kl_divergence.h"

#include "kernels/log_var.h"

double aei_kl_divergence(const aei_real *mu, const aei_real *v, size_t n, size_t k, size_t stride, double *unit_kl)
{
    double sum = 0;
    for (size_t j = 0; j < k; j++)
        unit_kl[j] = 0;
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < k; j++) {
            const double m = (double)mu[r * stride + j];
            const aei_real s = v ? aei_log_var_hold(v[r * stride + j]) : 0;
            unit_kl[j] += (m * m + (v ? (double)aei_expm1(s) - (double)s : 0)) / 2;
        }
    for (size_t j = 0; j < k; j++) {
        unit_kl[j] /= (double)n;
        sum += unit_kl[j];
    }
    return sum;
}

void aei_kl_gradient(const aei_real *mu, const aei_real *v, size_t n, size_t k, size_t stride, const double *unit_kl,
                     double free_bits, aei_real scale, aei_real *dmu, aei_real *dv)
{
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < k; j++) {
            const size_t i = r * stride + j;
            if (!(unit_kl[j] > free_bits) && free_bits > 0)
                continue;
            dmu[i] += scale * mu[i];
            if (v)
                dv[i] += scale * aei_expm1(aei_log_var_hold(v[i])) / 2 * aei_log_var_slope(v[i]);
        }
}
