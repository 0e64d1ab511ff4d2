/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "layers/init.h"
#include "support/one_layer.h"

enum { IN = 60, OUT = 100, COUNT = IN * OUT };

static void open_layer(one_layer *one, ae_init init, ae_activation f)
{
    aei_layer_spec spec = {.layer = {.kind = AEI_LAYER_DENSE, .out = OUT, .init = init, .init_scale = 0.3},
                           .has_bias = true};
    assert_int_equal(aei_activation_make(&spec.layer.f, f, 0), AE_OK);
    one_layer_open(one, &spec, IN, 1);
    memset(one->set.values, 0, one->set.total * sizeof *one->set.values); /* as a new model's are */
}

typedef struct moments {
    double mean, variance, largest;
} moments;

static moments moments_of(const aei_real *w, size_t n)
{
    moments m = {0};
    for (size_t i = 0; i < n; i++) {
        m.mean += (double)w[i] / (double)n;
        m.variance += (double)w[i] * (double)w[i] / (double)n;
        if (fabs((double)w[i]) > m.largest)
            m.largest = fabs((double)w[i]);
    }
    return m;
}

/* 6000 numbers: mean 0 and variance v within 4 standard errors; a uniform one fills +-sqrt(3 v) and no more. */
static void check_distribution(ae_init init, double variance, bool uniform)
{
    const double kurtosis = uniform ? 1.8 : 3;
    one_layer one;
    moments m;
    open_layer(&one, init, AE_TANH);
    aei_layer_initialise(one.layer, &one.set, 7);
    m = moments_of(one_layer_values(&one, one.layer->weight), COUNT);
    assert_true(fabs(m.mean) < 4 * sqrt(variance / COUNT));
    assert_true(fabs(m.variance / variance - 1) < 4 * sqrt((kurtosis - 1) / COUNT));
    if (uniform)
        assert_true(m.largest <= sqrt(3 * variance) * 1.000001 && m.largest > sqrt(3 * variance) * 0.99);
    else
        assert_true(m.largest > 3 * sqrt(variance));
    m = moments_of(one_layer_values(&one, one.layer->bias), OUT);
    if (init == AE_INIT_TORCH)
        assert_true(m.largest <= 1 / sqrt(IN) && m.largest > 0.8 / sqrt(IN));
    else
        assert_true(m.largest == 0);
    one_layer_close(&one);
}

static void test_distributions(void **state)
{
    (void)state;
    check_distribution(AE_INIT_GLOROT_UNIFORM, 2.0 / (IN + OUT), true);
    check_distribution(AE_INIT_GLOROT_NORMAL, 2.0 / (IN + OUT), false);
    check_distribution(AE_INIT_HE_UNIFORM, 2.0 / IN, true);
    check_distribution(AE_INIT_HE_NORMAL, 2.0 / IN, false);
    check_distribution(AE_INIT_TORCH, 1.0 / (3 * IN), true);
    check_distribution(AE_INIT_UNIFORM, 0.3 * 0.3 / 3, true);
    check_distribution(AE_INIT_NORMAL, 0.3 * 0.3, false);
}

static void test_automatic(void **state)
{
    (void)state;
    for (ae_activation f = 0; f < AEI_ACTIVATION_COUNT; f++) {
        const bool he = f == AE_RELU || f == AE_LEAKY_RELU || f == AE_ELU || f == AE_GELU || f == AE_GELU_TANH ||
                        f == AE_SILU;
        one_layer automatic, chosen;
        assert_int_equal(aei_init_automatic(f), he ? AE_INIT_HE_NORMAL : AE_INIT_GLOROT_UNIFORM);
        open_layer(&automatic, AE_INIT_AUTO, f);
        open_layer(&chosen, aei_init_automatic(f), f);
        aei_layer_initialise(automatic.layer, &automatic.set, 7);
        aei_layer_initialise(chosen.layer, &chosen.set, 7);
        assert_memory_equal(automatic.set.values, chosen.set.values, COUNT * sizeof(aei_real));
        one_layer_close(&automatic);
        one_layer_close(&chosen);
    }
}

static void test_a_scale_of_0_gives_zeros(void **state)
{
    one_layer one;
    (void)state;
    open_layer(&one, AE_INIT_NORMAL, AE_TANH);
    one.network.layers[0].init_scale = 0;
    one.set.values[5] = 1;
    aei_layer_initialise(one.layer, &one.set, 7);
    for (size_t i = 0; i < COUNT; i++)
        assert_true(one.set.values[i] == 0);
    one_layer_close(&one);
}

static void test_keyed_by_seed_and_tensor(void **state)
{
    one_layer a, b;
    (void)state;
    open_layer(&a, AE_INIT_TORCH, AE_TANH);
    open_layer(&b, AE_INIT_TORCH, AE_TANH);
    aei_layer_initialise(a.layer, &a.set, 7);
    aei_layer_initialise(b.layer, &b.set, 7);
    assert_memory_equal(a.set.values, b.set.values, a.set.total * sizeof(aei_real));
    aei_layer_initialise(b.layer, &b.set, 7 + (UINT64_C(1) << 32));
    assert_memory_not_equal(a.set.values, b.set.values, COUNT * sizeof(aei_real));
    /* weight and bias come from streams of their own */
    assert_memory_not_equal(one_layer_values(&a, a.layer->weight), one_layer_values(&a, a.layer->bias),
                            OUT * sizeof(aei_real));
    one_layer_close(&a);
    one_layer_close(&b);
}

/* The weight belongs to the encoder's layer; the bias is the tied layer's own. */
static void test_a_tied_weight_stays(void **state)
{
    one_layer one;
    (void)state;
    open_layer(&one, AE_INIT_TORCH, AE_TANH);
    one.network.layers[0].tied = true;
    aei_layer_initialise(one.layer, &one.set, 7);
    assert_true(moments_of(one_layer_values(&one, one.layer->weight), COUNT).largest == 0);
    assert_true(moments_of(one_layer_values(&one, one.layer->bias), OUT).largest > 0);
    one_layer_close(&one);
}

static void test_batch_norm_starts_as_identity(void **state)
{
    const aei_layer_spec spec = {.layer = {.kind = AEI_LAYER_BATCH_NORM, .momentum = 0.1, .epsilon = 1e-5}};
    one_layer one;
    (void)state;
    one_layer_open(&one, &spec, 3, 1);
    memset(one.set.values, 0, one.set.total * sizeof *one.set.values);
    aei_layer_initialise(one.layer, &one.set, 7);
    for (size_t j = 0; j < 3; j++) {
        assert_true(one_layer_values(&one, one.layer->weight)[j] == 1);
        assert_true(one_layer_values(&one, one.layer->bias)[j] == 0);
        assert_true(one_layer_values(&one, one.layer->mean)[j] == 0);
        assert_true(one_layer_values(&one, one.layer->variance)[j] == 1);
    }
    one_layer_close(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distributions),
        cmocka_unit_test(test_automatic),
        cmocka_unit_test(test_a_scale_of_0_gives_zeros),
        cmocka_unit_test(test_keyed_by_seed_and_tensor),
        cmocka_unit_test(test_a_tied_weight_stays),
        cmocka_unit_test(test_batch_norm_starts_as_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
