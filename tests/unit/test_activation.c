/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The layer of layers/activation.c; the functions themselves are tested with the kernels. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/one_layer.h"

enum { N = 3, D = 5, STRIDE = D + 1 };

static aei_real x[N * STRIDE];

static void open_layer(one_layer *one, ae_activation f)
{
    aei_layer_spec spec = {.layer = {.kind = AEI_LAYER_ACTIVATION}};
    assert_int_equal(aei_activation_make(&spec.layer.f, f, 0), AE_OK);
    one_layer_open(one, &spec, D, N);
    one_layer_random(9, x, N * STRIDE);
}

static void test_forward(void **state)
{
    (void)state;
    for (ae_activation f = 0; f < AEI_ACTIVATION_COUNT; f++) {
        one_layer one;
        open_layer(&one, f);
        one.ops->forward(one.layer, &one.pass, x, STRIDE, &one.slot);
        assert_int_equal(one.slot.z != NULL, aei_activation_needs_z(f));
        for (size_t r = 0; r < N; r++)
            for (size_t j = 0; j < D; j++) {
                aei_real y;
                aei_activation_apply(one.layer->f, &x[r * STRIDE + j], 1, &y);
                assert_float_equal(one.slot.y[r * D + j], y, 1e-6);
                if (one.slot.z)
                    assert_true(one.slot.z[r * D + j] == x[r * STRIDE + j]);
            }
        one_layer_close(&one);
    }
}

/* dz comes from above with this layer's f' in it; only the f' of the layer below is new. */
static void test_backward(void **state)
{
    one_layer one;
    aei_real y_below[N * D];
    const aei_slot below = {.y = y_below};
    (void)state;
    open_layer(&one, AE_SIGMOID);
    one_layer_random(10, y_below, N * D);
    one.ops->backward(one.layer, &one.pass, one.dz, x, STRIDE, &one.slot, (aei_activation){AE_TANH, 0}, &below, one.dx);
    for (size_t i = 0; i < N * D; i++)
        assert_float_equal(one.dx[i], one.dz[i] * (1 - y_below[i] * y_below[i]), 1e-6);
    one.ops->backward(one.layer, &one.pass, one.dz, x, STRIDE, &one.slot, one.layer->f, &below, NULL);
    one_layer_close(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward),
        cmocka_unit_test(test_backward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
