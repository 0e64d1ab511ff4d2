/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/inference_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/layer_rows.h"

aei_real inference_x[ROWS * STRIDE];

int inference_rows(void **state)
{
    (void)state;
    layer_rows_uniform(2, 0, 0, 1, inference_x, ROWS * STRIDE);
    return 0;
}

const float *inference_row_backwards(const void *source, size_t row)
{
    return (const float *)source + (ROWS - 1 - row) * STRIDE;
}

ae_model *inference_model(ae_runtime *runtime, ae_activation output)
{
    static const layer_row encoder[] = {{.kind = AEI_LAYER_DENSE, .units = 9},
                                        {.kind = AEI_LAYER_BATCH_NORM, .f = AE_RELU},
                                        {.kind = AEI_LAYER_DENSE, .units = LATENT, .f = AE_TANH}};
    const layer_row decoder[] = {{.kind = AEI_LAYER_DENSE, .units = D, .f = output}};
    ae_model *model = layer_rows_model(encoder, 3, decoder, 1, D, AE_SQUARED_ERROR, runtime);
    assert_non_null(model);
    layer_rows_randomise(model, 1);
    return model;
}

