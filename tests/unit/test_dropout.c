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

enum { N = 40, D = 50, STRIDE = D + 3 };

static aei_real x[N * STRIDE];

static void open_layer(one_layer *one, double rate, ae_activation f)
{
    aei_layer_spec spec = {.layer = {.kind = AEI_LAYER_DROPOUT, .rate = rate}};
    assert_int_equal(aei_activation_make(&spec.layer.f, f, 0), AE_OK);
    one_layer_open(one, &spec, D, N);
    one_layer_random(9, x, N * STRIDE);
}

static void forward(one_layer *one)
{
    one->ops->forward(one->layer, &one->pass, x, STRIDE, &one->slot);
}

/* 2000 draws at rate 0.3: 600 +- 20 are dropped. What is kept grows so that the mean stays. */
static void test_mask(void **state)
{
    one_layer one;
    size_t dropped = 0;
    (void)state;
    open_layer(&one, 0.3, AE_IDENTITY);
    forward(&one);
    for (size_t r = 0; r < N; r++)
        for (size_t j = 0; j < D; j++) {
            const aei_real mask = one.slot.extra[r * D + j];
            dropped += mask == 0;
            assert_true(mask == 0 || mask == (aei_real)(1 / 0.7));
            assert_true(one.slot.y[r * D + j] == x[r * STRIDE + j] * mask);
        }
    assert_in_range(dropped, 500, 700);
    one_layer_close(&one);
}

static void test_rate_0_does_nothing(void **state)
{
    one_layer one;
    (void)state;
    open_layer(&one, 0, AE_IDENTITY);
    forward(&one);
    for (size_t r = 0; r < N; r++)
        assert_memory_equal(one.slot.y + r * D, x + r * STRIDE, D * sizeof *x);
    one_layer_close(&one);
}

static bool same_mask(const one_layer *a, const one_layer *b, size_t rows)
{
    return memcmp(a->slot.extra, b->slot.extra, rows * D * sizeof(aei_real)) == 0;
}

/* A function of (seed, step, row, layer), and of the number of rows not. */
static void test_mask_is_keyed(void **state)
{
    one_layer a, b;
    (void)state;
    open_layer(&a, 0.5, AE_IDENTITY);
    open_layer(&b, 0.5, AE_IDENTITY);
    forward(&a);
    forward(&b);
    assert_true(same_mask(&a, &b, N));
    b.pass.n = 2;
    memset(b.slot.extra, 0, N * D * sizeof(aei_real));
    forward(&b);
    assert_true(same_mask(&a, &b, 2));
    b.pass.n = N;
    b.pass.step++;
    forward(&b);
    assert_false(same_mask(&a, &b, 1));
    b.pass.step--, b.pass.seed++;
    forward(&b);
    assert_false(same_mask(&a, &b, 1));
    b.pass.seed--, b.network.layers[0].number++;
    forward(&b);
    assert_false(same_mask(&a, &b, 1));
    assert_memory_not_equal(a.slot.extra, a.slot.extra + D, D * sizeof(aei_real)); /* rows differ */
    one_layer_close(&a);
    one_layer_close(&b);
}

/* An activation that belongs to the layer works behind the mask, and z is what it saw. */
static void test_with_an_activation(void **state)
{
    one_layer one;
    (void)state;
    open_layer(&one, 0.5, AE_SILU);
    forward(&one);
    for (size_t r = 0; r < N; r++)
        for (size_t j = 0; j < D; j++) {
            const aei_real z = x[r * STRIDE + j] * one.slot.extra[r * D + j];
            aei_real y;
            aei_activation_apply(one.layer->f, &z, 1, &y);
            assert_true(one.slot.z[r * D + j] == z);
            assert_float_equal(one.slot.y[r * D + j], y, 1e-6);
        }
    one_layer_close(&one);
}

static void test_backward(void **state)
{
    one_layer one;
    aei_real y_below[N * D];
    const aei_slot below = {.y = y_below};
    (void)state;
    open_layer(&one, 0.5, AE_IDENTITY);
    one_layer_random(10, y_below, N * D);
    forward(&one);
    one.ops->backward(one.layer, &one.pass, one.dz, x, STRIDE, &one.slot, (aei_activation){AE_TANH, 0}, &below, one.dx);
    for (size_t i = 0; i < N * D; i++)
        assert_float_equal(one.dx[i], one.dz[i] * one.slot.extra[i] * (1 - y_below[i] * y_below[i]), 1e-6);
    one.ops->backward(one.layer, &one.pass, one.dz, x, STRIDE, &one.slot, one.layer->f, &below, NULL);
    one_layer_close(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mask),
        cmocka_unit_test(test_rate_0_does_nothing),
        cmocka_unit_test(test_mask_is_keyed),
        cmocka_unit_test(test_with_an_activation),
        cmocka_unit_test(test_backward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
