/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What each feature adds to the loss of its row:
 *   squared error          (y - t)^2
 *   binary cross-entropy   max(z, 0) - t z + log(1 + exp(-|z|))
 *   Gaussian, s = log gamma^2   (y - t)^2 exp(-s) / 2 + (s + log 2 pi) / 2 */
#ifndef AEI_LOSSES_FEATURES_H
#define AEI_LOSSES_FEATURES_H

#include "losses/loss.h"

/* Fills out:[n,d], which may be call->base.y or z; weights and gradients of `call` are not looked at. Not for softmax,
 * whose loss is not a sum over features. */
void aei_loss_features(const aei_kernels *kernels, ae_loss loss, const aei_loss_call *call, aei_real *out);

#endif
