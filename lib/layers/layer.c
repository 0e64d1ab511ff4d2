/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "layers/layer.h"

#include <assert.h>
#include "layers/activation.h"
#include "layers/batch_norm.h"
#include "layers/dense.h"
#include "layers/dropout.h"

const aei_layer_ops *aei_layer_ops_of(aei_layer_kind kind)
{
    static const aei_layer_ops *const table[] = {
        [AEI_LAYER_DENSE] = &aei_dense_ops,
        [AEI_LAYER_ACTIVATION] = &aei_activation_ops,
        [AEI_LAYER_DROPOUT] = &aei_dropout_ops,
        [AEI_LAYER_BATCH_NORM] = &aei_batch_norm_ops,
    };
    assert(kind >= AEI_LAYER_DENSE && kind <= AEI_LAYER_BATCH_NORM);
    return table[kind];
}
