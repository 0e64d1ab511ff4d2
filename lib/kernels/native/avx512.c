/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Vectors of 16 floats: AVX-512 F, DQ, BW and VL. */
#define AEI_LANES 16
#define AEI_SET aei_kernels_avx512
#define AEI_SET_NAME "avx512"
#define AEI_SET_ID AE_KERNELS_AVX512
#include "kernels/native/table.h"
