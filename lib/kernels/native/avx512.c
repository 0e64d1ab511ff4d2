/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Vectors of 16 floats: AVX-512 F, DQ, BW and VL. */
#define AEI_LANES 16
#include "kernels/native/table.h"

#if AEI_OWN_PRODUCTS

AEI_OWN_TABLE(aei_kernels_avx512, .name = "avx512", .id = AE_KERNELS_AVX512, .product = product, AEI_SPARSE(0.7));

static void product_bf16(const aei_product *w)
{
    if (w->k == 0 || w->m <= FEW_ROWS) /* where reading B is what takes time */
        product(w);
    else
        aei_product_bf16(w);
}

/* dW is needed for batches of more rows than a piece. Few numbers are multiplied faster in float. */
AEI_OWN_TABLE(aei_kernels_avx512_bf16, .name = "avx512_bf16", .id = AE_KERNELS_AVX512_BF16, .product = product_bf16,
              AEI_SPARSE(0.4), .needs_dw = 1);

AEI_OWN_TABLE(aei_kernels_avx512_vnni, .name = "avx512_vnni", .id = AE_KERNELS_AVX512_VNNI, .product = product,
              AEI_SPARSE(0.7), .int8_pack = aei_int8_pack_avx512_vnni, .int8_forward = aei_int8_forward_avx512_vnni);

#endif

#if AEI_BLAS
AEI_BLAS_TABLE(aei_kernels_cblas_avx512);
#endif
