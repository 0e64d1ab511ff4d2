/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Minus the log-likelihood of N(y, diag gamma_j^2), s_j = log gamma_j^2 held within +-AEI_LOG_VAR_LIMIT.   y, t:[n,d]
 *   l_r = sum_j w_rj ((y_rj - t_rj)^2 exp(-s_j) / 2 + (s_j + log 2 pi) / 2)
 *   dl/dy   = w (y - t) exp(-s),   dz = scale w (y - t) exp(-s) . f'(z)
 *   dl/ds_j = sum_r w_rj (1 - (y_rj - t_rj)^2 exp(-s_j)) / 2        one s for all features: summed over j too
 * The best s for given residuals is the root of the last line: s = log of the mean of (y - t)^2, weighted by w
 * (sigma-VAE; Rybkin et al. 2021). At that s the derivative by s is 0: it may be put in as a constant and dz stays
 * exact. */
#ifndef AEI_LOSSES_GAUSSIAN_H
#define AEI_LOSSES_GAUSSIAN_H

#include "losses/loss.h"

void aei_gaussian(const aei_kernels *kernels, const aei_loss_call *call);

#endif
