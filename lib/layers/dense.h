/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Dense layer.   n = rows of the batch, row-major
 *   forward   z = x W^T + b,  y = f(z)            x:[n,in]  W:[out,in]  b:[out]  y:[n,out]
 *   backward  given dz = dL/dz = dL/dy . f'(z):
 *     L depends on W through z_rj = sum_i x_ri W_ji + b_j, so
 *       dW_ji = sum_r dz_rj x_ri   that is  dW = dz^T x
 *       db_j  = sum_r dz_rj        that is  the column sums of dz
 *       dL/dx_ri = sum_j dz_rj W_ji         dz W, times f' of the layer below: its dz
 * Tied (the weight of encoder layer W:[in,out], used transposed):  z = x W + b,  dW += x^T dz,  dL/dx = dz W^T.
 * The shared dW is the sum of both uses; the upper use leaves its part, the lower one adds its own and updates.
 * Checked in tests/gradients. */
#ifndef AEI_LAYERS_DENSE_H
#define AEI_LAYERS_DENSE_H

#include "layers/layer.h"

extern const aei_layer_ops aei_dense_ops;

#endif
