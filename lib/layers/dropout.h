/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Dropout with rate p (Srivastava et al. 2014), scaled in training so that inference does nothing.
 *   forward   z = x . mask,  mask_rj = 0 with probability p, else 1 / (1 - p)
 *   backward  dx = dz . mask
 * The mask of row r in step t is a function of (seed, t, r, layer): the same for any thread count and after a resume.
 * Kept for backward: the mask. */
#ifndef AEI_LAYERS_DROPOUT_H
#define AEI_LAYERS_DROPOUT_H

#include "layers/layer.h"

extern const aei_layer_ops aei_dropout_ops;

#endif
