/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Plain C of everything, on every build: what other sets are checked against, and what they take over where
 * they have nothing better. */
#ifndef AEI_KERNELS_REF_H
#define AEI_KERNELS_REF_H

#include "kernels/dense.h"

extern const aei_kernels aei_kernels_reference;

void aei_ref_product(const aei_product *product);
void aei_ref_squared_error(const aei_loss_gradient *call);
void aei_ref_cross_entropy(const aei_loss_gradient *call);

#endif
