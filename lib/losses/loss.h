/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Reconstruction losses: summed over features, averaged over samples. Each is one fused kernel that gives the loss of
 * every row and dz, the gradient by the input of the output's activation. */
#ifndef AEI_LOSSES_LOSS_H
#define AEI_LOSSES_LOSS_H

#include "kernels/kernels.h"

/* Runs the kernel of `loss` and returns the sum of the rows' losses, added in row order. args->scale: 1 / n for the
 * gradient of the mean. */
double aei_loss_run(ae_loss loss, const aei_kernels *kernels, const aei_loss_gradient *args);

/* Which of y and z the loss reads: with true it wants the logits z alone and f is not applied before it. */
static inline int aei_loss_wants_logits(ae_loss loss)
{
    return loss == AE_BINARY_CROSS_ENTROPY;
}

#endif
