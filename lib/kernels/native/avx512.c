/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Vectors of 16 floats: AVX-512 F, DQ, BW and VL. */
#define AEI_LANES 16
#define AEI_SET aei_kernels_avx512
#define AEI_SET_NAME "avx512"
#define AEI_SET_ID AE_KERNELS_AVX512
#include "kernels/native/table.h"

/* ---- the same with products in bfloat16 */

static void product_bf16(const aei_product *w)
{
    if (w->k == 0 || w->m <= FEW_ROWS) /* where reading B is what takes time */
        product(w);
    else
        aei_product_bf16(w);
}

static void dense_forward_bf16(const aei_dense_forward *call)
{
    aei_dense_forward_by(&aei_kernels_avx512_bf16, call);
}

static void dense_input_gradient_bf16(const aei_dense_input_gradient *call)
{
    aei_dense_input_gradient_by(&aei_kernels_avx512_bf16, call);
}

static void dense_weight_gradient_bf16(const aei_dense_weight_gradient *call)
{
    aei_dense_weight_gradient_by(&aei_kernels_avx512_bf16, call);
}

const aei_kernels aei_kernels_avx512_bf16 = {
    .name = "avx512_bf16",
    .id = AE_KERNELS_AVX512_BF16,
    .product = product_bf16,
    .needs_dw = 1, /* for batches of more rows than a piece */
    .dense_forward = dense_forward_bf16,
    .dense_input_gradient = dense_input_gradient_bf16,
    .dense_weight_gradient = dense_weight_gradient_bf16,
    AEI_ENTRIES
};
