/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Penalties on a code h:[n,k].
 *   L1   p = weight * (1/n) sum_r sum_j |h_rj|,          dp/dh = weight / n * sign(h), sign(0) = 0
 *   KL   p = weight * sum_j KL(rho || q_j), q_j = (1/n) sum_r h_rj in (0,1) the mean activation of unit j (Ng 2011),
 *        KL(rho || q) = rho log(rho / q) + (1 - rho) log((1 - rho) / (1 - q))
 *        dp/dh_rj = weight / n * ((1 - rho) / (1 - q_j) - rho / q_j);   q is held within [1e-6, 1 - 1e-6] */
#ifndef AEI_LOSSES_SPARSITY_H
#define AEI_LOSSES_SPARSITY_H

#include "base/real.h"
#include <stddef.h>

/* Each adds its gradient to dh:[n,k] and returns the penalty. */
double aei_sparsity_l1(const aei_real *h, size_t n, size_t k, double weight, aei_real *dh);

/* `mean`: [k] of scratch, receives q. */
double aei_sparsity_kl(const aei_real *h, size_t n, size_t k, double weight, double rho, double *mean, aei_real *dh);

#endif
