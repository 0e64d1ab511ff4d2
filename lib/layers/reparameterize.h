/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* z ~ N(mu, diag exp(v)) as a function of mu, v = log sigma^2 and epsilon ~ N(0, I) (Kingma and Welling 2013, 2.4):
 *   forward   z = mu + exp(v / 2) epsilon
 *   backward  dmu = dz,   dv = dz epsilon exp(v / 2) / 2
 * v is held within +-20 (AEI_LOG_VAR_LIMIT), where its derivative is 0; v NULL: sigma = 1. */
#ifndef AEI_LAYERS_REPARAMETERIZE_H
#define AEI_LAYERS_REPARAMETERIZE_H

#include "kernels/kernels.h"

/* mu and v:[n,k] with a stride; epsilon and z:[n,k]. */
void aei_reparameterize_forward(const aei_kernels *kernels, const aei_real *mu, const aei_real *v, size_t n, size_t k,
                                size_t stride, const aei_real *epsilon, aei_real *z);

/* Adds to dmu and dv, which have the stride of mu and v. */
void aei_reparameterize_backward(const aei_kernels *kernels, const aei_real *dz, const aei_real *v, size_t n, size_t k,
                                 size_t stride, const aei_real *epsilon, aei_real *dmu, aei_real *dv);

#endif
