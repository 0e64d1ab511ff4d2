/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* An activation of its own, y = f(x): for the builder, where f could not join the layer before.
 *   backward  dx = dz = dL/dy . f'(x), which the layer above has made; times f' of the layer below */
#ifndef AEI_LAYERS_ACTIVATION_H
#define AEI_LAYERS_ACTIVATION_H

#include "layers/layer.h"

extern const aei_layer_ops aei_activation_ops;

#endif
