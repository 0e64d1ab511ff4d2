/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "layers/reparameterize.h"

#include "kernels/log_var.h"

void aei_reparameterize_forward(const aei_real *mu, const aei_real *v, size_t n, size_t k, size_t stride,
                                const aei_real *epsilon, aei_real *z)
{
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < k; j++) {
            const size_t i = r * stride + j;
            const aei_real sigma = v ? aei_exp(aei_log_var_hold(v[i]) / 2) : 1;
            z[r * k + j] = mu[i] + sigma * epsilon[r * k + j];
        }
}

void aei_reparameterize_backward(const aei_real *dz, const aei_real *v, size_t n, size_t k, size_t stride,
                                 const aei_real *epsilon, aei_real *dmu, aei_real *dv)
{
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < k; j++) {
            const size_t i = r * stride + j, at = r * k + j;
            dmu[i] += dz[at];
            if (v)
                dv[i] += dz[at] * epsilon[at] * aei_exp(aei_log_var_hold(v[i]) / 2) / 2 * aei_log_var_slope(v[i]);
        }
}
