/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Sets of kernels written for an instruction set. AEI_NATIVE_AVX512 and AEI_NATIVE_AVX2 say which this build has;
 * whether this machine can run one is asked at run time. */
#ifndef AEI_KERNELS_NATIVE_H
#define AEI_KERNELS_NATIVE_H

#include "config.h"
#include "kernels/kernels.h"

#ifdef AEI_REAL_DOUBLE
#define AEI_NATIVE 0 /* they are made for float */
#else
#define AEI_NATIVE AEI_HAVE_NATIVE
#endif

#if AEI_NATIVE
extern const aei_kernels aei_kernels_avx512, aei_kernels_avx2;
extern const aei_kernels aei_kernels_avx512_bf16; /* products in bfloat16, all else as avx512 */

/* The product of that set; k is 1 or more. */
struct aei_product;
void aei_product_bf16(const struct aei_product *product);
#endif

#endif
