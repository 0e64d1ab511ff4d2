/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Sets of kernels written for an instruction set; whether this machine can run one is asked at run time. AEI_NATIVE: this
 * build has vectors for the elementwise functions. AEI_OWN_PRODUCTS: and for matrix products. */
#ifndef AEI_KERNELS_NATIVE_H
#define AEI_KERNELS_NATIVE_H

#include "config.h"
#include "kernels/kernels.h"

#ifdef AEI_REAL_DOUBLE
#define AEI_NATIVE 0 /* they are made for float */
#define AEI_OWN_PRODUCTS 0
#else
#define AEI_NATIVE AEI_HAVE_NATIVE
#define AEI_OWN_PRODUCTS AEI_HAVE_OWN_PRODUCTS
#endif

#if AEI_NATIVE
extern const aei_kernels aei_kernels_cblas_avx512, aei_kernels_cblas_avx2; /* where there is a CBLAS */
#endif

#if AEI_OWN_PRODUCTS
extern const aei_kernels aei_kernels_avx512, aei_kernels_avx2;
extern const aei_kernels aei_kernels_avx512_bf16; /* products in bfloat16, all else as avx512 */
extern const aei_kernels aei_kernels_avx512_vnni; /* dense layers of inference in 8 bits, all else as avx512 */

/* The product of that set; k is 1 or more. */
struct aei_product;
void aei_product_bf16(const struct aei_product *product);

/* The entries int8_pack and int8_forward of that set. */
void aei_int8_pack_avx512_vnni(const struct aei_int8_weights *to, const aei_real *w, bool transposed,
                               const aei_real *scale);
void aei_int8_forward_avx512_vnni(const struct aei_int8_forward *call);
#endif

#endif
