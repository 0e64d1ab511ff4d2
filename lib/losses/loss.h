/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Reconstruction losses: summed over features, averaged over samples. Each gives the loss of every row and dz, the
 * gradient by the input of the output's activation. */
#ifndef AEI_LOSSES_LOSS_H
#define AEI_LOSSES_LOSS_H

#include "kernels/kernels.h"
#include "kernels/log_var.h"

/* A fused kernel's arguments, and what only some losses use. */
typedef struct aei_loss_call {
    aei_loss_gradient base;
    const aei_real *weights; /* [n,d] weight of each number, the emphasis of denoising; NULL: 1 */
    const aei_real *log_var; /* Gaussian: log gamma^2, [log_var_count] */
    size_t log_var_count;    /* 1, or d */
    aei_real *dlog_var;      /* [log_var_count]: the gradient is added, times base.scale; NULL: not wanted */
} aei_loss_call;

/* Runs the loss and returns the sum of the rows' losses, added in row order. call->base.scale: 1 / n for the gradient of
 * the mean over n rows. */
double aei_loss_run(ae_loss loss, const aei_kernels *kernels, const aei_loss_call *call);

/* Does the loss read the logits z alone, so that the output's activation need not be applied before it? */
bool aei_loss_wants_logits(ae_loss loss);

/* Is it minus the logarithm of a likelihood of x, in nats? */
bool aei_loss_is_likelihood(ae_loss loss);

#endif
