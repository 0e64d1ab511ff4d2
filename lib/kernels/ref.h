/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Plain C of everything, on every build: what other sets are checked against, and what they take over where
 * they have nothing better. */
#ifndef AEI_KERNELS_REF_H
#define AEI_KERNELS_REF_H

#include "kernels/dense.h"

extern const aei_kernels aei_kernels_reference;

void aei_ref_product(const aei_product *product);
void aei_ref_exp(const aei_real *x, size_t n, aei_real *y);
void aei_ref_expm1(const aei_real *x, size_t n, aei_real *y);
void aei_ref_squared_error(const aei_loss_gradient *call);
void aei_ref_cross_entropy(const aei_loss_gradient *call);

/* What losses of every set share: row_loss[r] = row(call, r) for all rows, cut into tasks. */
void aei_loss_by_rows(const aei_loss_gradient *call, double (*row)(const aei_loss_gradient *call, size_t r));

#endif
