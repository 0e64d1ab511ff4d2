/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/loss.h"

#include "losses/bce.h"
#include "losses/mse.h"

double aei_loss_run(ae_loss loss, const aei_kernels *kernels, const aei_loss_gradient *args)
{
    double sum = 0;
    if (loss == AE_BINARY_CROSS_ENTROPY)
        aei_bce(kernels, args);
    else
        aei_mse(kernels, args);
    for (size_t r = 0; r < args->n; r++)
        sum += args->row_loss[r];
    return sum;
}
