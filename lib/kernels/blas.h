/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Matrix products by a CBLAS. AEI_BLAS says whether this build has the set. */
#ifndef AEI_KERNELS_BLAS_H
#define AEI_KERNELS_BLAS_H

#include "config.h"
#include "kernels/kernels.h"

#if AEI_HAVE_CBLAS && !defined(AEI_NO_CBLAS) && !defined(AEI_REAL_DOUBLE)
#define AEI_BLAS 1
struct aei_product;
extern const aei_kernels aei_kernels_cblas;

/* For tables with other elementwise functions. */
#define AEI_BLAS_TILE 128 /* columns of a task: sgemm is 5 % slower with half as many, 1 % faster with twice */
void aei_blas_product(const struct aei_product *product);
void aei_blas_enter(void);
void aei_blas_leave(void);
#else
#define AEI_BLAS 0
#endif

#endif
