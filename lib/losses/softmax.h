/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Softmax cross-entropy of a classifier, in nats.      z:[n,d] logits   t:[n,d] a distribution over d classes a row
 *   p = softmax(z),  log p_j = z_j - m - log sum_i exp(z_i - m),  m = max z:  nothing overflows
 *   l_r = -sum_j t_j log p_j
 *   dl/dz_j = p_j sum_i t_i - t_j, and sum t = 1:  dz = scale (p - t) */
#ifndef AEI_LOSSES_SOFTMAX_H
#define AEI_LOSSES_SOFTMAX_H

#include "kernels/kernels.h"

void aei_softmax_cross_entropy(const aei_kernels *kernels, const aei_loss_gradient *args);

/* p = softmax(z) of one row; p may be z. Returns log sum exp z. */
double aei_softmax(const aei_kernels *kernels, const aei_real *z, size_t d, aei_real *p);

#endif
