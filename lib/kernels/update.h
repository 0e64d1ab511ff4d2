/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The optimizer's step, shared by all sets of kernels; contract and formulas: aei_update in kernels.h,
 * update.c. */
#ifndef AEI_KERNELS_UPDATE_H
#define AEI_KERNELS_UPDATE_H

#include "kernels/kernels.h"

void aei_update_apply(const aei_update *update, size_t first, size_t count, int decay);
void aei_update_block(const aei_update *update, size_t first, size_t stride, const aei_real *g, size_t g_stride,
                      size_t rows, size_t cols, int decay);

#endif
