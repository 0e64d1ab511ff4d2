/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "layers/batch_norm.h"
#include "model/network.h"
#include "support/layer_rows.h"

/* ---- lists of layers */

static aei_layer_spec dense_spec(size_t units)
{
    return (aei_layer_spec){.layer = {.kind = AEI_LAYER_DENSE, .out = units}};
}

static aei_layer_spec dropout_spec(double rate)
{
    return (aei_layer_spec){.layer = {.kind = AEI_LAYER_DROPOUT, .rate = rate}};
}

static aei_layer_spec norm_spec(double momentum, double epsilon)
{
    return (aei_layer_spec){.layer = {.kind = AEI_LAYER_BATCH_NORM, .momentum = momentum, .epsilon = epsilon}};
}

static void assert_refused(aei_layer_spec spec)
{
    ae_layer_list list = {0};
    assert_int_equal(aei_layer_list_append(&list, &spec), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(list.count, 0);
    assert_null(list.specs);
}

static void test_numbers_out_of_range(void **state)
{
    aei_layer_spec spec = dense_spec(3);
    (void)state;
    assert_refused(dense_spec(0));
    spec.layer.init = -1;
    assert_refused(spec);
    spec.layer.init = AE_INIT_NORMAL + 1;
    assert_refused(spec);
    spec = dense_spec(3);
    spec.layer.init_scale = NAN;
    assert_refused(spec);
    spec.layer.init_scale = -0.1;
    assert_refused(spec);
    spec.layer.init_scale = INFINITY;
    assert_refused(spec);
    assert_refused(dropout_spec(1));
    assert_refused(dropout_spec(0.9999999999)); /* 1 as a float */
    assert_refused(dropout_spec(-0.1));
    assert_refused(dropout_spec(NAN));
    assert_refused(norm_spec(0, 1e-5));
    assert_refused(norm_spec(1.1, 1e-5));
    assert_refused(norm_spec(NAN, 1e-5));
    assert_refused(norm_spec(0.1, 0));
    assert_refused(norm_spec(0.1, 1e-50)); /* 0 as a float */
    assert_refused(norm_spec(0.1, NAN));
    assert_refused(norm_spec(0.1, INFINITY));
}

static void test_a_list_has_an_end(void **state)
{
    ae_layer_list list = {0};
    const aei_layer_spec spec = dropout_spec(0);
    (void)state;
    for (size_t i = 0; i < AEI_MAX_LAYERS; i++)
        assert_int_equal(aei_layer_list_append(&list, &spec), AE_OK);
    assert_int_equal(aei_layer_list_append(&list, &spec), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(list.count, AEI_MAX_LAYERS);
    aei_free(NULL, list.specs);
}

/* ---- building */

static const layer_row encoder_rows[] = {
    {.kind = AEI_LAYER_DENSE, .units = 4},
    {.kind = AEI_LAYER_BATCH_NORM, .f = AE_RELU},
    {.kind = AEI_LAYER_DROPOUT, .rate = 0.5},
    {.kind = AEI_LAYER_DENSE, .units = 2, .f = AE_TANH, .no_bias = true},
};
static const layer_row decoder_rows[] = {
    {.kind = AEI_LAYER_DENSE, .units = 4, .f = AE_GELU, .tied_to = 4},
    {.kind = AEI_LAYER_ACTIVATION, .f = AE_ELU},
    {.kind = AEI_LAYER_BATCH_NORM, .f = AE_SILU},
    {.kind = AEI_LAYER_DROPOUT, .rate = 0.3, .f = AE_SOFTPLUS},
    {.kind = AEI_LAYER_BATCH_NORM},
    {.kind = AEI_LAYER_DENSE, .units = 7},
};

static ae_model *mixed_model(void)
{
    ae_model *model = layer_rows_model(encoder_rows, 4, decoder_rows, 6, 7, AE_SQUARED_ERROR, NULL);
    assert_non_null(model);
    layer_rows_randomise(model, 3);
    for (size_t i = 0; i < model->set.count; i++) /* running statistics that matter */
        if (!model->set.params[i].trained)
            layer_rows_uniform(4, i, 0.5, 2, model->set.values + model->set.params[i].first,
                               aei_param_length(&model->set.params[i]));
    aei_model_changed(model);
    return model;
}

static void test_widths_names_and_numbers(void **state)
{
    static const char *const names[] = {
        "encoder.0.weight", "encoder.0.bias", "encoder.1.weight", "encoder.1.bias", "encoder.1.running_mean",
        "encoder.1.running_var", "encoder.3.weight", "decoder.0.bias", "decoder.2.weight", "decoder.2.bias",
        "decoder.2.running_mean", "decoder.2.running_var", "decoder.4.weight", "decoder.4.bias",
        "decoder.4.running_mean", "decoder.4.running_var", "decoder.5.weight", "decoder.5.bias",
    };
    ae_model *model = mixed_model();
    const aei_network *encoder = &model->encoder, *decoder = &model->decoder;
    (void)state;
    assert_int_equal(encoder->in, 7);
    assert_int_equal(encoder->out, 2);
    assert_int_equal(decoder->in, 2);
    assert_int_equal(decoder->out, 7);
    assert_int_equal(encoder->max_width, 7);
    assert_int_equal(model->set.count, sizeof names / sizeof *names);
    for (size_t i = 0; i < model->set.count; i++) {
        const char *name = model->set.params[i].name;
        assert_string_equal(name, names[i]);
        /* weight decay: the weights of dense layers alone */
        assert_int_equal(model->set.params[i].decay, i == 0 || i == 6 || i == 16);
    }
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(encoder->layers[i].number, i);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(decoder->layers[i].number, 4 + i);
    assert_int_equal(decoder->layers[0].weight, encoder->layers[3].weight);
    aei_model_delete(model);
}

static void test_ties_that_do_not_fit(void **state)
{
    static const layer_row encoder[] = {{.kind = AEI_LAYER_DENSE, .units = 4}, {.kind = AEI_LAYER_DROPOUT},
                                        {.kind = AEI_LAYER_DENSE, .units = 2}};
    static const struct { layer_row layer; const char *text; } bad[] = {
        {{.kind = AEI_LAYER_DENSE, .units = 7, .tied_to = 2}, "not a dense layer"},
        {{.kind = AEI_LAYER_DENSE, .units = 7, .tied_to = 4}, "not a dense layer"},
        {{.kind = AEI_LAYER_DENSE, .units = 7, .tied_to = 1000000}, "not a dense layer"},
        {{.kind = AEI_LAYER_DENSE, .units = 7, .tied_to = 3}, "2 -> 7"},
    };
    static const layer_row tied_encoder = {.kind = AEI_LAYER_DENSE, .units = 7, .tied_to = 1};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(layer_rows_model(encoder, 3, &bad[i].layer, 1, 7, AE_SQUARED_ERROR, NULL));
        assert_non_null(strstr(aei_error_text(), bad[i].text));
    }
    assert_null(layer_rows_model(&tied_encoder, 1, &bad[0].layer, 1, 7, AE_SQUARED_ERROR, NULL));
}

/* Backward meets the decoder's last use of a shared weight first: it starts dW, the others add, and the encoder's own
 * use, the last, steps. */
static void test_order_of_shared_gradients(void **state)
{
    static const layer_row encoder[] = {{.kind = AEI_LAYER_DENSE, .units = 5}};
    static const layer_row decoder[] = {{.kind = AEI_LAYER_DENSE, .units = 5, .tied_to = 1},
                                        {.kind = AEI_LAYER_DENSE, .units = 5},
                                        {.kind = AEI_LAYER_DENSE, .units = 5, .tied_to = 1}};
    ae_model *model = layer_rows_model(encoder, 1, decoder, 3, 5, AE_SQUARED_ERROR, NULL);
    (void)state;
    assert_non_null(model);
    assert_true(!model->decoder.layers[2].accumulates && !model->decoder.layers[2].updates);
    assert_true(!model->decoder.layers[1].accumulates && model->decoder.layers[1].updates);
    assert_true(model->decoder.layers[0].accumulates && !model->decoder.layers[0].updates);
    assert_true(model->encoder.layers[0].accumulates && model->encoder.layers[0].updates);
    aei_model_delete(model);
}

/* ---- inference */

enum { N = 9, WIDTH = 8 };

/* Layer by layer, nothing fused; x is overwritten, [N, WIDTH]. */
static void slow_inference(const aei_network *network, const aei_pass *pass, aei_real *x)
{
    for (size_t i = 0; i < network->count; i++) {
        const aei_layer *layer = &network->layers[i];
        aei_real y[N * WIDTH], a[WIDTH], c[WIDTH];
        memcpy(y, x, sizeof y);
        if (layer->kind == AEI_LAYER_DENSE)
            pass->kernels->dense_forward(&(aei_dense_forward){
                .n = N, .in = layer->in, .out = layer->out, .x = x, .x_stride = WIDTH,
                .w = pass->set->values + pass->set->params[layer->weight].first, .transposed = layer->tied,
                .bias = layer->bias == AEI_NO_PARAM ? NULL : pass->set->values + pass->set->params[layer->bias].first,
                .y = y, .y_stride = WIDTH});
        if (layer->kind == AEI_LAYER_BATCH_NORM) {
            aei_batch_norm_fold(layer, pass->set, a, c);
            for (size_t k = 0; k < N; k++)
                for (size_t j = 0; j < layer->out; j++)
                    y[k * WIDTH + j] = a[j] * y[k * WIDTH + j] + c[j];
        }
        aei_activation_apply(layer->f, y, N * WIDTH, x);
    }
}

static void test_inference(void **state)
{
    ae_model *model = mixed_model();
    const aei_network *networks[] = {&model->encoder, &model->decoder};
    const aei_pass pass = {.kernels = model->kernels, .set = &model->set, .n = N};
    aei_real x[N * WIDTH], slow[N * WIDTH], y[N * WIDTH], buffer0[N * WIDTH], buffer1[N * WIDTH];
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        layer_rows_uniform(5, k, -1, 1, x, N * WIDTH);
        memcpy(slow, x, sizeof x);
        slow_inference(networks[k], &pass, slow);
        for (size_t i = 0; i < N * WIDTH; i++)
            y[i] = 99;
        aei_network_infer(networks[k], &pass, x, WIDTH, buffer0, buffer1, y, WIDTH, false);
        for (size_t i = 0; i < N * WIDTH; i++) {
            if (i % WIDTH < networks[k]->out)
                assert_float_equal(y[i], slow[i], 2e-5);
            else
                assert_true(y[i] == 99); /* nothing between the rows is touched */
        }
    }
    aei_model_delete(model);
}

/* With `logits` the last activation is left out, of whatever layer it is. */
static void check_logits(const layer_row *decoder, size_t count)
{
    static const layer_row encoder[] = {{.kind = AEI_LAYER_DENSE, .units = 3, .f = AE_TANH}};
    ae_model *model = layer_rows_model(encoder, 1, decoder, count, 7, AE_BINARY_CROSS_ENTROPY, NULL);
    aei_real codes[N * 3], y[N * 7], logits[N * 7], buffer0[N * WIDTH], buffer1[N * WIDTH];
    aei_pass pass = {.n = N};
    assert_non_null(model);
    layer_rows_randomise(model, 3);
    aei_model_changed(model);
    pass.kernels = model->kernels, pass.set = &model->set;
    layer_rows_uniform(5, 0, -1, 1, codes, N * 3);
    aei_network_infer(&model->decoder, &pass, codes, 3, buffer0, buffer1, y, 7, false);
    aei_network_infer(&model->decoder, &pass, codes, 3, buffer0, buffer1, logits, 7, true);
    assert_memory_not_equal(y, logits, sizeof y);
    aei_activation_apply(model->decoder.layers[model->decoder.count - 1].f, logits, N * 7, logits);
    for (size_t i = 0; i < N * 7; i++)
        assert_float_equal(y[i], logits[i], 1e-6);
    aei_model_delete(model);
}

static void test_logits(void **state)
{
    static const layer_row dense[] = {{.kind = AEI_LAYER_DENSE, .units = 7, .f = AE_SIGMOID}};
    static const layer_row norm[] = {{.kind = AEI_LAYER_DENSE, .units = 7},
                                     {.kind = AEI_LAYER_BATCH_NORM, .f = AE_SIGMOID}};
    static const layer_row apart[] = {{.kind = AEI_LAYER_DENSE, .units = 7, .f = AE_RELU},
                                      {.kind = AEI_LAYER_ACTIVATION, .f = AE_SIGMOID}};
    (void)state;
    check_logits(dense, 1);
    check_logits(norm, 2);
    check_logits(apart, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_out_of_range),
        cmocka_unit_test(test_a_list_has_an_end),
        cmocka_unit_test(test_widths_names_and_numbers),
        cmocka_unit_test(test_ties_that_do_not_fit),
        cmocka_unit_test(test_order_of_shared_gradients),
        cmocka_unit_test(test_inference),
        cmocka_unit_test(test_logits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
