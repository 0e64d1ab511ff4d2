/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Squared error: minus the log-likelihood of N(y, I/2) up to a constant.      y, t:[n,d]
 *   l_r = sum_j (y_rj - t_rj)^2,   dl/dy = 2 (y - t),   dz = scale 2 (y - t) . f'(z)
 * f is the output's activation, y = f(z); scale is 1/n for the mean over the batch. */
#ifndef AEI_LOSSES_MSE_H
#define AEI_LOSSES_MSE_H

#include "kernels/kernels.h"

void aei_mse(const aei_kernels *kernels, const aei_loss_gradient *args);

#endif
