/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "layers/batch_norm.h"
#include "support/one_layer.h"

enum { N = 6, D = 70, STRIDE = D + 1 }; /* 70 features: two tasks */

static const double momentum = 0.25, epsilon = 1e-3;
static aei_real x[N * STRIDE];

static void open_layer(one_layer *one, ae_activation f)
{
    aei_layer_spec spec = {.layer = {.kind = AEI_LAYER_BATCH_NORM, .momentum = momentum, .epsilon = epsilon}};
    assert_int_equal(aei_activation_make(&spec.layer.f, f, 0), AE_OK);
    one_layer_open(one, &spec, D, N);
    one_layer_random(9, x, N * STRIDE);
}

static double mean_of(size_t j)
{
    double sum = 0;
    for (size_t r = 0; r < N; r++)
        sum += (double)x[r * STRIDE + j];
    return sum / N;
}

static double squares_of(size_t j)
{
    double sum = 0;
    for (size_t r = 0; r < N; r++)
        sum += pow((double)x[r * STRIDE + j] - mean_of(j), 2);
    return sum;
}

static double value(const one_layer *one, size_t index, size_t j)
{
    return (double)one_layer_values(one, index)[j];
}

static void check_forward(ae_activation f)
{
    one_layer one;
    open_layer(&one, f);
    one.ops->forward(one.layer, &one.pass, x, STRIDE, &one.slot);
    for (size_t j = 0; j < D; j++)
        for (size_t r = 0; r < N; r++) {
            const double h = ((double)x[r * STRIDE + j] - mean_of(j)) / sqrt(squares_of(j) / N + epsilon);
            const double z = value(&one, one.layer->weight, j) * h + value(&one, one.layer->bias, j);
            aei_real y = (aei_real)z;
            aei_activation_apply(one.layer->f, &y, 1, &y);
            assert_true(fabs((double)(one.slot.y[r * D + j] - y)) < 1e-5);
            if (one.slot.z)
                assert_true(fabs((double)one.slot.z[r * D + j] - z) < 1e-5);
        }
    one_layer_close(&one);
}

static void test_forward(void **state)
{
    (void)state;
    check_forward(AE_IDENTITY);
    check_forward(AE_RELU);
    check_forward(AE_GELU); /* keeps z */
}

/* As PyTorch: the running variance takes the unbiased one. */
static void test_running_statistics(void **state)
{
    one_layer one, before;
    (void)state;
    open_layer(&one, AE_IDENTITY);
    open_layer(&before, AE_IDENTITY);
    one.ops->forward(one.layer, &one.pass, x, STRIDE, &one.slot);
    for (size_t j = 0; j < D; j++) {
        const double mean = value(&before, one.layer->mean, j), variance = value(&before, one.layer->variance, j);
        const double new_mean = mean + momentum * (mean_of(j) - mean);
        const double new_variance = variance + momentum * (squares_of(j) / (N - 1) - variance);
        assert_true(fabs(value(&one, one.layer->mean, j) - new_mean) < 1e-6);
        assert_true(fabs(value(&one, one.layer->variance, j) - new_variance) < 1e-6);
    }
    one_layer_close(&one);
    one_layer_close(&before);
}

/* Far from 0 and without any spread; float sums would see a variance from rounding. */
static void test_a_constant_column(void **state)
{
    one_layer one;
    (void)state;
    open_layer(&one, AE_IDENTITY);
    for (size_t i = 0; i < N * STRIDE; i++)
        x[i] = 1234567;
    one.ops->forward(one.layer, &one.pass, x, STRIDE, &one.slot);
    for (size_t i = 0; i < N * D; i++)
        assert_true(one.slot.y[i] == one_layer_values(&one, one.layer->bias)[i % D]);
    one_layer_close(&one);
}

/* dz from above: dscale and dshift by their sums; dx has no part along 1, and along h only what epsilon leaves, since
 * normalisation removes both. */
static void test_backward(void **state)
{
    one_layer one;
    const aei_slot below = {0};
    (void)state;
    open_layer(&one, AE_IDENTITY);
    one.ops->forward(one.layer, &one.pass, x, STRIDE, &one.slot);
    one.ops->backward(one.layer, &one.pass, one.dz, x, STRIDE, &one.slot, one.layer->f, &below, one.dx);
    for (size_t j = 0; j < D; j++) {
        const double s = (double)one.slot.extra[N * D + j];
        double dscale = 0, dshift = 0, along_1 = 0, along_h = 0, along_dz = 0, squares = 0;
        for (size_t r = 0; r < N; r++) {
            const double h = (double)one.slot.extra[r * D + j], dz = (double)one.dz[r * D + j];
            const double dx = (double)one.dx[r * D + j];
            dscale += dz * h;
            dshift += dz;
            along_1 += dx;
            along_h += dx * h;
            along_dz += dx * dz;
            squares += h * h;
        }
        assert_true(fabs((double)one_layer_gradients(&one, one.layer->weight)[j] - dscale) < 1e-5);
        assert_true(fabs((double)one_layer_gradients(&one, one.layer->bias)[j] - dshift) < 1e-5);
        assert_true(fabs(along_1) < 1e-4);
        assert_true(fabs(along_h - value(&one, one.layer->weight, j) * s * dscale * (1 - squares / N)) < 1e-4);
        assert_true(along_dz * value(&one, one.layer->weight, j) > 0);
    }
    one_layer_close(&one);
}

/* The step is fused, and weight decay spares scale and shift. */
static void test_update(void **state)
{
    one_layer one, before;
    const aei_slot below = {0};
    aei_update update;
    (void)state;
    open_layer(&one, AE_IDENTITY);
    open_layer(&before, AE_IDENTITY);
    update = (aei_update){.kind = AEI_UPDATE_SGD, .w = one.set.values, .g = one.pass.gradients,
                          .learning_rate = (aei_real)0.5, .weight_decay = 10, .gradient_scale = 1};
    one.pass.update = &update;
    one.ops->forward(one.layer, &one.pass, x, STRIDE, &one.slot);
    one.ops->backward(one.layer, &one.pass, one.dz, x, STRIDE, &one.slot, one.layer->f, &below, NULL);
    for (size_t k = 0; k < 2; k++) {
        const size_t index = k ? one.layer->weight : one.layer->bias;
        for (size_t j = 0; j < D; j++)
            assert_float_equal(one_layer_values(&one, index)[j], one_layer_values(&before, index)[j] -
                               (aei_real)0.5 * one_layer_gradients(&one, index)[j], 1e-6);
    }
    one_layer_close(&one);
    one_layer_close(&before);
}

static void test_fold(void **state)
{
    one_layer one;
    aei_real a[D], c[D];
    (void)state;
    open_layer(&one, AE_IDENTITY);
    aei_batch_norm_fold(one.layer, &one.set, a, c);
    for (size_t j = 0; j < D; j++) {
        const double h = (2 - value(&one, one.layer->mean, j)) / sqrt(value(&one, one.layer->variance, j) + epsilon);
        const double y = value(&one, one.layer->weight, j) * h + value(&one, one.layer->bias, j);
        assert_true(fabs((double)(2 * a[j] + c[j]) - y) < 1e-5);
    }
    one_layer_close(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward),
        cmocka_unit_test(test_running_statistics),
        cmocka_unit_test(test_a_constant_column),
        cmocka_unit_test(test_backward),
        cmocka_unit_test(test_update),
        cmocka_unit_test(test_fold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
