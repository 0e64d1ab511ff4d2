/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Clipping by the global norm (Pascanu, Mikolov and Bengio 2013): g is scaled by min(1, limit / |g|), |g| the Euclidean
 * norm over all trained parameters. Sums run in double and in order, so threads do not change them. */
#ifndef AEI_OPTIM_CLIP_H
#define AEI_OPTIM_CLIP_H

#include "base/real.h"
#include <stddef.h>

double aei_clip_norm(const aei_real *gradients, size_t count);

/* min(1, limit / (norm + 1e-6)), PyTorch's guard against norm 0. */
double aei_clip_scale(double norm, double limit);

#endif
