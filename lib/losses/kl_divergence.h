/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* KL(N(mu, diag sigma^2) || N(0, I)), v = log sigma^2 held within +-AEI_LOG_VAR_LIMIT (Kingma and Welling 2013, app. B).
 *   KL_j = (mu_j^2 + exp(v_j) - 1 - v_j) / 2
 *   dKL/dmu = mu,   dKL/dv = (exp(v) - 1) / 2
 * Free bits (Kingma et al. 2016): the mean over the batch of KL_j counts as max(KL_j, free), so a unit below the bound
 * gets no gradient. */
#ifndef AEI_LOSSES_KL_DIVERGENCE_H
#define AEI_LOSSES_KL_DIVERGENCE_H

#include "kernels/kernels.h"

/* Means over n rows, each unit's to unit_kl:[k]; mu and v:[n,k] with a stride; v NULL: sigma = 1. Returns their sum. */
double aei_kl_divergence(const aei_kernels *kernels, const aei_real *mu, const aei_real *v, size_t n, size_t k,
                         size_t stride, double *unit_kl);

/* dmu and dv += scale * gradient of sum_j max(KL_j, free_bits); their stride is that of mu and v. */
void aei_kl_gradient(const aei_kernels *kernels, const aei_real *mu, const aei_real *v, size_t n, size_t k,
                     size_t stride, const double *unit_kl, double free_bits, aei_real scale, aei_real *dmu,
                     aei_real *dv);

#endif
