/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Batch normalisation (Ioffe and Szegedy 2015), per feature over the n rows of the batch.
 *   forward   mean = (1/n) sum_r x_r,  var = (1/n) sum_r (x_r - mean)^2,  s = 1 / sqrt(var + epsilon)
 *             h_r = (x_r - mean) s,  z_r = scale h_r + shift,  y = f(z)
 *             running_mean += momentum (mean - running_mean), running_var likewise with var n / (n - 1), as PyTorch
 *   backward  given dz:  dshift = sum_r dz_r,  dscale = sum_r dz_r h_r,  dh_r = scale dz_r.
 *             mean and s depend on every x, so with dh summed over rows
 *               dx_r = s (dh_r - (1/n) sum dh - h_r (1/n) sum dh h)
 *                    = scale s (dz_r - dshift / n - h_r dscale / n)
 *             (d mean/dx = 1/n; d s/dx_r = -s^3 (x_r - mean) / n; the term of d var/d mean vanishes since
 *             sum (x - mean) = 0.)
 *   inference  y = f(a x + c),  a = scale / sqrt(running_var + epsilon),  c = shift - a running_mean:
 *             folded into a dense layer before it, see aei_network_fold().
 * Sums over rows run in row order in double, so that they do not depend on threads. Kept for backward: h and s. */
#ifndef AEI_LAYERS_BATCH_NORM_H
#define AEI_LAYERS_BATCH_NORM_H

#include "layers/layer.h"

extern const aei_layer_ops aei_batch_norm_ops;

/* a and c of the inference form, [out] each. */
void aei_batch_norm_fold(const aei_layer *layer, const aei_param_set *set, aei_real *a, aei_real *c);

#endif
