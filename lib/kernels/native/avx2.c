/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Vectors of 8 floats: AVX2 and FMA. */
#define AEI_LANES 8
#define AEI_SET aei_kernels_avx2
#define AEI_SET_NAME "avx2"
#define AEI_SET_ID AE_KERNELS_AVX2
#include "kernels/native/table.h"
