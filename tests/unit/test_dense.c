/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "support/one_layer.h"

enum { N = 5, IN = 3, OUT = 4, STRIDE = IN + 2 };

static aei_real x[N * STRIDE];

static void open_layer(one_layer *one, ae_activation f, bool bias)
{
    aei_layer_spec spec = {.layer = {.kind = AEI_LAYER_DENSE, .out = OUT}, .has_bias = bias};
    assert_int_equal(aei_activation_make(&spec.layer.f, f, 0), AE_OK);
    one_layer_open(one, &spec, IN, N);
    one_layer_random(9, x, N * STRIDE);
}

/* The layer's weight used transposed, W:[in,out], as in a decoder. */
static void tie(one_layer *one)
{
    aei_layer *layer = &one->network.layers[0];
    aei_param *param = &one->set.params[layer->weight];
    layer->tied = true;
    param->rows = IN;
    param->cols = OUT;
}

static double weight(const one_layer *one, size_t j, size_t i)
{
    const aei_real *w = one_layer_values(one, one->layer->weight);
    return (double)(one->layer->tied ? w[i * OUT + j] : w[j * IN + i]);
}

static void check_forward(ae_activation f, bool bias, bool tied)
{
    one_layer one;
    open_layer(&one, f, bias);
    if (tied)
        tie(&one);
    one.ops->forward(one.layer, &one.pass, x, STRIDE, &one.slot);
    for (size_t r = 0; r < N; r++)
        for (size_t j = 0; j < OUT; j++) {
            double z = bias ? (double)one_layer_values(&one, one.layer->bias)[j] : 0;
            aei_real y;
            for (size_t i = 0; i < IN; i++)
                z += (double)x[r * STRIDE + i] * weight(&one, j, i);
            y = (aei_real)z;
            aei_activation_apply(one.layer->f, &y, 1, &y);
            assert_true(fabs((double)(one.slot.y[r * OUT + j] - y)) < 1e-6);
            if (one.slot.z)
                assert_true(fabs((double)one.slot.z[r * OUT + j] - z) < 1e-6);
        }
    one_layer_close(&one);
}

static void test_forward(void **state)
{
    (void)state;
    for (int tied = 0; tied < 2; tied++) {
        check_forward(AE_IDENTITY, true, tied);
        check_forward(AE_TANH, false, tied);
        check_forward(AE_GELU, true, tied); /* keeps z */
    }
}

static void check_backward(bool tied)
{
    one_layer one;
    aei_real y_below[N * IN];
    const aei_slot below = {.y = y_below};
    const aei_activation f_below = {AE_TANH, 0};
    open_layer(&one, AE_IDENTITY, true);
    if (tied)
        tie(&one);
    one_layer_random(10, y_below, N * IN);
    one.ops->backward(one.layer, &one.pass, one.dz, x, STRIDE, &one.slot, f_below, &below, one.dx);
    for (size_t j = 0; j < OUT; j++) {
        double db = 0;
        for (size_t r = 0; r < N; r++)
            db += (double)one.dz[r * OUT + j];
        assert_true(fabs((double)one_layer_gradients(&one, one.layer->bias)[j] - db) < 1e-6);
        for (size_t i = 0; i < IN; i++) {
            const size_t at = tied ? i * OUT + j : j * IN + i;
            double dw = 0;
            for (size_t r = 0; r < N; r++)
                dw += (double)one.dz[r * OUT + j] * (double)x[r * STRIDE + i];
            assert_true(fabs((double)one_layer_gradients(&one, one.layer->weight)[at] - dw) < 1e-6);
        }
    }
    for (size_t r = 0; r < N; r++)
        for (size_t i = 0; i < IN; i++) {
            const double y = (double)y_below[r * IN + i];
            double dx = 0;
            for (size_t j = 0; j < OUT; j++)
                dx += (double)one.dz[r * OUT + j] * weight(&one, j, i);
            assert_true(fabs((double)one.dx[r * IN + i] - dx * (1 - y * y)) < 1e-6);
        }
    one_layer_close(&one);
}

static void test_backward(void **state)
{
    (void)state;
    check_backward(false);
    check_backward(true);
}

static void test_the_lowest_layer_makes_no_dx(void **state)
{
    one_layer one;
    const aei_slot nothing = {0};
    (void)state;
    open_layer(&one, AE_IDENTITY, true);
    one.ops->backward(one.layer, &one.pass, one.dz, x, STRIDE, &one.slot, one.layer->f, &nothing, NULL);
    for (size_t i = 0; i < N * IN; i++)
        assert_true(isnan(one.dx[i]));
    assert_false(isnan(one_layer_gradients(&one, one.layer->weight)[OUT * IN - 1]));
    one_layer_close(&one);
}

/* A shared weight: the lower use adds to what the upper one left; biases are never shared. */
static void test_a_shared_weight_accumulates(void **state)
{
    one_layer once, twice;
    const aei_slot nothing = {0};
    aei_real *dw;
    (void)state;
    open_layer(&once, AE_IDENTITY, true);
    open_layer(&twice, AE_IDENTITY, true);
    once.ops->backward(once.layer, &once.pass, once.dz, x, STRIDE, &once.slot, once.layer->f, &nothing, NULL);
    dw = one_layer_gradients(&twice, twice.layer->weight);
    for (size_t i = 0; i < OUT * IN; i++)
        dw[i] = 100;
    twice.network.layers[0].accumulates = true;
    twice.ops->backward(twice.layer, &twice.pass, twice.dz, x, STRIDE, &twice.slot, twice.layer->f, &nothing, NULL);
    for (size_t i = 0; i < OUT * IN; i++)
        assert_float_equal(dw[i], 100 + one_layer_gradients(&once, once.layer->weight)[i], 1e-4);
    assert_memory_equal(one_layer_gradients(&twice, twice.layer->bias), one_layer_gradients(&once, once.layer->bias),
                        OUT * sizeof(aei_real));
    one_layer_close(&once);
    one_layer_close(&twice);
}

/* The fused step moves w by -rate dw after dx was made of the old w; where a layer below will add to dW, only the bias
 * moves. Weight decay works on weights, not on biases. */
static void check_update(bool updates)
{
    one_layer plain, fused;
    const aei_slot nothing = {0};
    const double rate = 0.5, decay = 0.25;
    aei_update update;
    open_layer(&plain, AE_IDENTITY, true);
    open_layer(&fused, AE_IDENTITY, true);
    fused.network.layers[0].updates = updates;
    update = (aei_update){.kind = AEI_UPDATE_SGD, .w = fused.set.values, .g = fused.pass.gradients,
                          .learning_rate = (aei_real)rate, .weight_decay = (aei_real)decay, .gradient_scale = 1};
    fused.pass.update = &update;
    plain.ops->backward(plain.layer, &plain.pass, plain.dz, x, STRIDE, &plain.slot, plain.layer->f, &nothing, plain.dx);
    fused.ops->backward(fused.layer, &fused.pass, fused.dz, x, STRIDE, &fused.slot, fused.layer->f, &nothing, fused.dx);
    assert_memory_equal(plain.dx, fused.dx, N * IN * sizeof(aei_real));
    assert_memory_equal(plain.pass.gradients, fused.pass.gradients, OUT * IN * sizeof(aei_real));
    for (size_t i = 0; i < OUT * IN; i++) {
        const double w = (double)one_layer_values(&plain, plain.layer->weight)[i];
        const double g = (double)one_layer_gradients(&plain, plain.layer->weight)[i];
        const double expected = updates ? w - rate * (g + decay * w) : w;
        assert_true(fabs((double)one_layer_values(&fused, fused.layer->weight)[i] - expected) < 1e-6);
    }
    for (size_t j = 0; j < OUT; j++) {
        const double b = (double)one_layer_values(&plain, plain.layer->bias)[j];
        const double g = (double)one_layer_gradients(&plain, plain.layer->bias)[j];
        assert_true(fabs((double)one_layer_values(&fused, fused.layer->bias)[j] - (b - rate * g)) < 1e-6);
    }
    one_layer_close(&plain);
    one_layer_close(&fused);
}

static void test_the_optimizers_step_is_fused(void **state)
{
    (void)state;
    check_update(true);
    check_update(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward),
        cmocka_unit_test(test_backward),
        cmocka_unit_test(test_the_lowest_layer_makes_no_dx),
        cmocka_unit_test(test_a_shared_weight_accumulates),
        cmocka_unit_test(test_the_optimizers_step_is_fused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
