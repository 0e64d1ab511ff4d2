/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/mse.h"

void aei_mse(const aei_kernels *kernels, const aei_loss_gradient *args)
{
    kernels->squared_error(args);
}
