/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Squared error.                                                                y, t:[n,d]
 *   l_r = sum_j w_rj (y_rj - t_rj)^2,   dl/dy = 2 w (y - t),   dz = scale 2 w (y - t) . f'(z)
 * f is the output's activation, y = f(z); w is the emphasis, 1 without; scale is 1/n for the mean over the batch. */
#ifndef AEI_LOSSES_MSE_H
#define AEI_LOSSES_MSE_H

#include "losses/loss.h"

void aei_mse(const aei_kernels *kernels, const aei_loss_call *call);

#endif
