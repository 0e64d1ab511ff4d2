/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Binary cross-entropy from logits: minus the log-likelihood of Bernoulli(sigmoid(z)), t in [0,1].   z, t:[n,d]
 *   p = sigmoid(z):  -t log p - (1 - t) log(1 - p)
 *     with log p = -softplus(-z) and log(1 - p) = -softplus(z), softplus(z) - softplus(-z) = z:
 *   l_r = sum_j w_rj (softplus(z_rj) - t_rj z_rj),   softplus(z) = max(z, 0) + log(1 + exp(-|z|)) without overflow
 *   dl/dz = w (p - t):  the sigmoid's derivative p (1 - p) cancels against the loss's 1 / (p (1 - p)), so nothing
 *   vanishes where the output is saturated.   dz = scale w (p - t); w is the emphasis, 1 without */
#ifndef AEI_LOSSES_BCE_H
#define AEI_LOSSES_BCE_H

#include "losses/loss.h"

void aei_bce(const aei_kernels *kernels, const aei_loss_call *call);

#endif
