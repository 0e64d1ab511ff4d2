/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/bce.h"

void aei_bce(const aei_kernels *kernels, const aei_loss_gradient *args)
{
    kernels->cross_entropy(args);
}
