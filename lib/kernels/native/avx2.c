/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Vectors of 8 floats: AVX2 and FMA. */
#define AEI_LANES 8
#include "kernels/native/table.h"

#if AEI_OWN_PRODUCTS
AEI_OWN_TABLE(aei_kernels_avx2, .name = "avx2", .id = AE_KERNELS_AVX2, .product = product, AEI_SPARSE(0.7));
#endif

#if AEI_BLAS
AEI_BLAS_TABLE(aei_kernels_cblas_avx2);
#endif
