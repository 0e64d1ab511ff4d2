/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/loss.h"

#include "losses/bce.h"
#include "losses/gaussian.h"
#include "losses/mse.h"
#include "losses/softmax.h"

bool aei_loss_wants_logits(ae_loss loss)
{
    return loss == AE_BINARY_CROSS_ENTROPY || loss == AE_SOFTMAX_CROSS_ENTROPY;
}

bool aei_loss_is_likelihood(ae_loss loss)
{
    return loss == AE_BINARY_CROSS_ENTROPY || loss == AE_GAUSSIAN_LIKELIHOOD;
}

double aei_loss_run(ae_loss loss, const aei_kernels *kernels, const aei_loss_call *call)
{
    double sum = 0;
    switch (loss) {
    case AE_BINARY_CROSS_ENTROPY:
        aei_bce(kernels, call);
        break;
    case AE_GAUSSIAN_LIKELIHOOD:
        aei_gaussian(kernels, call);
        break;
    case AE_SOFTMAX_CROSS_ENTROPY:
        aei_softmax_cross_entropy(kernels, &call->base);
        break;
    default:
        aei_mse(kernels, call);
        break;
    }
    for (size_t r = 0; r < call->base.n; r++)
        sum += call->base.row_loss[r];
    return sum;
}
