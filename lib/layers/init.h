/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Initial weights of a dense layer (see ae_init_value for the sources). Number i of tensor `index` is a function of
 * (seed, index, i), so a model's start does not depend on how it was built. */
#ifndef AEI_LAYERS_INIT_H
#define AEI_LAYERS_INIT_H

#include "layers/layer.h"

/* Fills W and b of a dense layer that owns its weight, or b alone of a tied one; batch norm: scale 1, variance 1. */
void aei_layer_initialise(const aei_layer *layer, aei_param_set *set, uint64_t seed);

/* What AE_INIT_AUTO means before an activation. */
ae_init aei_init_automatic(ae_activation activation);

#endif
