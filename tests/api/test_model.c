/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"

static ae_model_options options_of(size_t input_dim, size_t latent_dim)
{
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = input_dim;
    options.latent_dim = latent_dim;
    return options;
}

static ae_model *create(const ae_model_options *options)
{
    ae_model *model;
    if (ae_model_create(&model, options) != AE_OK)
        fail_msg("%s", ae_last_error());
    return model;
}

static void assert_tensor(const ae_model *model, size_t index, const char *name, size_t rows, size_t columns)
{
    size_t r, c;
    assert_string_equal(ae_model_tensor_name(model, index), name);
    assert_int_equal(ae_model_tensor_shape(model, name, &r, &c), AE_OK);
    assert_int_equal(r, rows);
    assert_int_equal(c, columns);
}

/* ---- flat options */

/* As include/autoencoder/model.h says. */
static void test_defaults(void **state)
{
    ae_model_options o;
    ae_dense_options dense;
    ae_batch_norm_options norm;
    (void)state;
    memset(&o, 0xff, sizeof o);
    ae_model_options_init(&o, sizeof o);
    assert_true(o.struct_size == sizeof o && !o.runtime && o.seed == 0 && o.input_dim == 0 && o.latent_dim == 0);
    assert_true(!o.hidden_dims && o.hidden_count == 0 && o.hidden_activation == AE_RELU);
    assert_true(o.latent_activation == AE_IDENTITY && o.output_activation == AE_IDENTITY);
    assert_true(o.loss == AE_SQUARED_ERROR && o.init == AE_INIT_AUTO && o.bias == 1 && o.tied == 0);
    assert_true(o.batch_norm == 0 && o.activation_parameter == 0 && o.init_scale == 0.05 && o.dropout == 0);
    memset(&dense, 0xff, sizeof dense);
    ae_dense_options_init(&dense, sizeof dense);
    assert_true(dense.struct_size == sizeof dense && dense.bias == 1 && dense.init == AE_INIT_AUTO);
    assert_true(dense.init_scale == 0.05 && dense.activation_parameter == 0 && dense.tied == 0 && dense.tied_to == 0);
    memset(&norm, 0xff, sizeof norm);
    ae_batch_norm_options_init(&norm, sizeof norm);
    assert_true(norm.struct_size == sizeof norm && norm.momentum == 0.1 && norm.epsilon == 1e-5);
}

static void test_plain(void **state)
{
    size_t hidden[] = {7, 5};
    ae_model_options options = options_of(9, 2);
    ae_model *model;
    (void)state;
    options.hidden_dims = hidden;
    options.hidden_count = 2;
    model = create(&options);
    hidden[0] = hidden[1] = 0; /* copied */
    assert_int_equal(ae_model_input_dim(model), 9);
    assert_int_equal(ae_model_latent_dim(model), 2);
    assert_int_equal(ae_model_loss(model), AE_SQUARED_ERROR);
    assert_int_equal(ae_model_tensor_count(model), 12);
    assert_tensor(model, 0, "encoder.0.weight", 7, 9);
    assert_tensor(model, 1, "encoder.0.bias", 1, 7);
    assert_tensor(model, 2, "encoder.1.weight", 5, 7);
    assert_tensor(model, 4, "encoder.2.weight", 2, 5);
    assert_tensor(model, 6, "decoder.0.weight", 5, 2);
    assert_tensor(model, 8, "decoder.1.weight", 7, 5);
    assert_tensor(model, 10, "decoder.2.weight", 9, 7);
    assert_tensor(model, 11, "decoder.2.bias", 1, 9);
    assert_int_equal(ae_model_parameter_count(model), 2 * (9 * 7 + 7 * 5 + 5 * 2) + 7 + 5 + 2 + 5 + 7 + 9);
    ae_model_free(model);
    hidden[0] = 7, hidden[1] = 5;
    options.bias = 0;
    model = create(&options);
    assert_int_equal(ae_model_tensor_count(model), 6);
    ae_model_free(model);
}

/* Each hidden layer is dense, normalised, activated and dropped; the code and the output are not. */
static void test_normalised_and_dropped(void **state)
{
    const size_t hidden[] = {7};
    ae_model_options options = options_of(9, 2);
    ae_model *model;
    (void)state;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.batch_norm = 1;
    options.dropout = 0.5;
    options.tied = 1;
    model = create(&options);
    assert_int_equal(ae_model_tensor_count(model), 14);
    assert_tensor(model, 0, "encoder.0.weight", 7, 9);
    assert_tensor(model, 1, "encoder.0.bias", 1, 7);
    assert_tensor(model, 2, "encoder.1.weight", 1, 7);
    assert_tensor(model, 3, "encoder.1.bias", 1, 7);
    assert_tensor(model, 4, "encoder.1.running_mean", 1, 7);
    assert_tensor(model, 5, "encoder.1.running_var", 1, 7);
    assert_tensor(model, 6, "encoder.3.weight", 2, 7);
    assert_tensor(model, 7, "encoder.3.bias", 1, 2);
    assert_tensor(model, 8, "decoder.0.bias", 1, 7);
    assert_tensor(model, 9, "decoder.1.weight", 1, 7);
    assert_tensor(model, 13, "decoder.3.bias", 1, 9);
    /* shared weights once, running statistics not */
    assert_int_equal(ae_model_parameter_count(model), 9 * 7 + 7 * 2 + 7 + 14 + 2 + 7 + 14 + 9);
    ae_model_free(model);
}

static void assert_refused(const ae_model_options *options, ae_status code, const char *text)
{
    ae_model *model = (ae_model *)(uintptr_t)options;
    assert_int_equal(ae_model_create(&model, options), code);
    assert_null(model);
    if (!strstr(ae_last_error(), text))
        fail_msg("\"%s\" does not speak of \"%s\"", ae_last_error(), text);
}

/* Messages speak of the option that the caller set. */
static void test_refusals(void **state)
{
    const size_t hidden[] = {4, 0}, huge[] = {SIZE_MAX / 2};
    ae_model_options options = options_of(0, 2);
    (void)state;
    assert_refused(&options, AE_ERROR_INVALID_ARGUMENT, "input_dim");
    options = options_of(9, 0);
    assert_refused(&options, AE_ERROR_INVALID_ARGUMENT, "latent_dim");
    options = options_of(9, 2), options.hidden_dims = hidden, options.hidden_count = 2;
    assert_refused(&options, AE_ERROR_INVALID_ARGUMENT, "hidden_dims[1]");
    options.hidden_dims = NULL;
    assert_refused(&options, AE_ERROR_INVALID_ARGUMENT, "hidden_dims");
    options = options_of(9, 2), options.hidden_dims = huge, options.hidden_count = 1;
    assert_refused(&options, AE_ERROR_SHAPE, "too large");
    options = options_of(SIZE_MAX, 2);
    assert_refused(&options, AE_ERROR_SHAPE, "too large");
    options = options_of(SIZE_MAX / 128, SIZE_MAX / 128); /* each is fine, the product is not */
    assert_refused(&options, AE_ERROR_SHAPE, "too many");
    options = options_of(9, 2), options.dropout = 0.9999999999; /* 1 as a float */
    assert_refused(&options, AE_ERROR_INVALID_ARGUMENT, "dropout");
    options = options_of(9, 2), options.dropout = 1;
    assert_refused(&options, AE_ERROR_INVALID_ARGUMENT, "dropout");
    options = options_of(9, 2), options.loss = AE_BINARY_CROSS_ENTROPY;
    assert_refused(&options, AE_ERROR_INVALID_ARGUMENT, "sigmoid");
    for (int32_t none = -1; none < 100; none += 25) { /* -1, 24, ... 99, and without a hidden layer */
        options = options_of(9, 2), options.hidden_activation = none;
        assert_refused(&options, AE_ERROR_INVALID_ARGUMENT, "hidden_activation");
    }
    options = options_of(9, 2), options.hidden_activation = 10, options.hidden_dims = hidden, options.hidden_count = 1;
    assert_refused(&options, AE_ERROR_INVALID_ARGUMENT, "10");
    options = options_of(9, 2), options.init = 8;
    assert_refused(&options, AE_ERROR_INVALID_ARGUMENT, "8");
}

/* Programs compiled with another version of the struct. */
static void test_sizes_of_the_struct(void **state)
{
    struct { ae_model_options known; uint64_t unknown; } newer = {options_of(9, 2), 0};
    ae_model_options older = options_of(9, 2);
    ae_model *model, *same;
    (void)state;
    model = create(&older);
    newer.known.struct_size = sizeof newer;
    assert_int_equal(ae_model_create(&same, &newer.known), AE_OK);
    assert_true(architecture_same(model, same));
    ae_model_free(same);
    newer.unknown = 1;
    assert_refused(&newer.known, AE_ERROR_UNSUPPORTED, "does not know");
    older.struct_size = offsetof(ae_model_options, dropout);
    older.dropout = NAN; /* is not looked at */
    assert_int_equal(ae_model_create(&same, &older), AE_OK);
    assert_true(architecture_same(model, same));
    ae_model_free(same);
    ae_model_free(model);
}

/* ---- the builder */

/* The same layers give the same model, initial weights included, whoever lists them. */
static void test_the_builder_and_flat_options_agree(void **state)
{
    const size_t hidden[] = {7};
    ae_model_options options = options_of(9, 2);
    ae_layer_list *encoder, *decoder;
    ae_dense_options he;
    ae_model *flat, *built, *again;
    (void)state;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.hidden_activation = AE_ELU;
    options.batch_norm = 1;
    options.seed = 11;
    flat = create(&options);
    ae_dense_options_init(&he, sizeof he);
    he.init = AE_INIT_HE_NORMAL; /* what suits ELU, which stands behind the normalisation */
    assert_int_equal(ae_layer_list_create(&encoder, NULL), AE_OK);
    assert_int_equal(ae_layer_list_create(&decoder, NULL), AE_OK);
    assert_int_equal(ae_layer_list_add_dense(encoder, 7, AE_IDENTITY, &he), AE_OK);
    assert_int_equal(ae_layer_list_add_batch_norm(encoder, NULL), AE_OK);
    assert_int_equal(ae_layer_list_add_activation(encoder, AE_ELU, 0), AE_OK);
    assert_int_equal(ae_layer_list_add_dense(encoder, 2, AE_IDENTITY, NULL), AE_OK);
    assert_int_equal(ae_layer_list_add_dense(decoder, 7, AE_IDENTITY, &he), AE_OK);
    assert_int_equal(ae_layer_list_add_batch_norm(decoder, NULL), AE_OK);
    assert_int_equal(ae_layer_list_add_activation(decoder, AE_ELU, 0), AE_OK);
    assert_int_equal(ae_layer_list_add_dense(decoder, 9, AE_IDENTITY, NULL), AE_OK);
    options.latent_dim = 0;
    assert_int_equal(ae_model_create_from_layers(&built, encoder, decoder, &options), AE_OK);
    assert_true(architecture_same(flat, built));
    for (size_t i = 0; i < ae_model_tensor_count(flat); i++)
        assert_string_equal(ae_model_tensor_name(flat, i), ae_model_tensor_name(built, i));
    options.latent_dim = 2;
    assert_int_equal(ae_model_create_from_layers(&again, encoder, decoder, &options), AE_OK); /* lists stay */
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
    assert_true(architecture_same(built, again));
    assert_int_equal(ae_model_latent_dim(built), 2);
    ae_model_free(flat);
    ae_model_free(built);
    ae_model_free(again);
}

static void test_switches_of_a_layer(void **state)
{
    ae_layer_list *list;
    (void)state;
    assert_int_equal(ae_layer_list_create(&list, NULL), AE_OK);
    for (int which = 0; which < 2; which++)
        for (int32_t bad = -1; bad <= 2; bad += 3) {
            ae_dense_options options;
            ae_dense_options_init(&options, sizeof options);
            *(which ? &options.bias : &options.tied) = bad;
            assert_int_equal(ae_layer_list_add_dense(list, 2, AE_IDENTITY, &options), AE_ERROR_INVALID_ARGUMENT);
        }
    ae_layer_list_free(list);
}

static void test_lists_that_do_not_fit(void **state)
{
    ae_model_options options = options_of(9, 3);
    ae_layer_list *encoder, *decoder;
    ae_model *model = (ae_model *)&options;
    (void)state;
    assert_int_equal(ae_layer_list_create(&encoder, NULL), AE_OK);
    assert_int_equal(ae_layer_list_create(&decoder, NULL), AE_OK);
    assert_int_equal(ae_layer_list_add_dense(encoder, 2, AE_IDENTITY, NULL), AE_OK);
    assert_int_equal(ae_layer_list_add_dense(decoder, 9, AE_IDENTITY, NULL), AE_OK);
    assert_int_equal(ae_model_create_from_layers(&model, encoder, decoder, &options), AE_ERROR_SHAPE);
    assert_null(model);
    assert_non_null(strstr(ae_last_error(), "latent_dim is 3"));
    options.latent_dim = 2;
    options.input_dim = 8;
    assert_int_equal(ae_model_create_from_layers(&model, encoder, decoder, &options), AE_ERROR_SHAPE);
    assert_non_null(strstr(ae_last_error(), "9 wide"));
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
}

/* decoder(c) = W^T c with the encoder's W. An activation takes no position in the list when the layer before it has none
 * yet. */
static void test_tied(void **state)
{
    const float weight[2 * 3] = {1, 2, 3, 4, 5, 6}, code[2] = {1, -1}, expected[3] = {-3, -3, -3};
    ae_model_options options = options_of(3, 0);
    ae_dense_options tied;
    ae_layer_list *encoder, *decoder;
    ae_model *model;
    float x_hat[3];
    (void)state;
    assert_int_equal(ae_layer_list_create(&encoder, NULL), AE_OK);
    assert_int_equal(ae_layer_list_create(&decoder, NULL), AE_OK);
    assert_int_equal(ae_layer_list_add_dense(encoder, 3, AE_IDENTITY, NULL), AE_OK);
    assert_int_equal(ae_layer_list_add_activation(encoder, AE_RELU, 0), AE_OK); /* joins layer 0 */
    assert_int_equal(ae_layer_list_add_dense(encoder, 2, AE_IDENTITY, NULL), AE_OK);
    ae_dense_options_init(&tied, sizeof tied);
    tied.tied = 1;
    tied.tied_to = 1;
    assert_int_equal(ae_layer_list_add_dense(decoder, 3, AE_IDENTITY, &tied), AE_OK);
    assert_int_equal(ae_model_create_from_layers(&model, encoder, decoder, &options), AE_OK);
    assert_int_equal(ae_model_set_tensor(model, "encoder.1.weight", weight, 6), AE_OK);
    assert_int_equal(ae_decode(model, code, 1, 0, x_hat, 0), AE_OK);
    assert_memory_equal(x_hat, expected, sizeof expected);
    ae_model_free(model);
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
}

/* ---- tensors */

static void test_tensors_in_and_out(void **state)
{
    ae_model_options options = options_of(3, 2);
    const float weight[2 * 3] = {1, 2, 3, 4, 5, 6}, bias[2] = {10, 20}, x[3] = {1, 0, -1}, expected[2] = {8, 18};
    float values[7], code[2];
    ae_model *model = create(&options);
    (void)state;
    assert_int_equal(ae_model_set_tensor(model, "encoder.0.weight", weight, 6), AE_OK);
    assert_int_equal(ae_model_set_tensor(model, "encoder.0.bias", bias, 2), AE_OK);
    values[6] = 77;
    assert_int_equal(ae_model_get_tensor(model, "encoder.0.weight", values, 6), AE_OK);
    assert_memory_equal(values, weight, sizeof weight);
    assert_true(values[6] == 77);
    assert_int_equal(ae_encode(model, x, 1, 0, code, 0), AE_OK);
    assert_memory_equal(code, expected, sizeof expected);
    assert_int_equal(ae_model_get_tensor(model, "encoder.0.weight", values, 7), AE_ERROR_SHAPE);
    assert_non_null(strstr(ae_last_error(), "2 x 3"));
    assert_int_equal(ae_model_get_tensor(model, "encoder.1.weight", values, 6), AE_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(ae_last_error(), "encoder.1.weight"));
    ae_model_free(model);
}

/* One value that cannot be is enough to refuse all of them. */
static void test_values_that_cannot_be(void **state)
{
    ae_model *model, *before;
    float values[70];
    (void)state;
    assert_int_equal(architecture_create(&model, ARCHITECTURE_NORM, NULL, 1), AE_OK);
    assert_int_equal(architecture_create(&before, ARCHITECTURE_NORM, NULL, 1), AE_OK);
    for (size_t i = 0; i < 70; i++)
        values[i] = 0.25f;
    values[69] = NAN;
    assert_int_equal(ae_model_set_tensor(model, "encoder.0.bias", values, 70), AE_ERROR_DATA);
    assert_non_null(strstr(ae_last_error(), "number 69"));
    values[69] = -1e-9f;
    assert_int_equal(ae_model_set_tensor(model, "encoder.1.running_var", values, 70), AE_ERROR_DATA);
    assert_non_null(strstr(ae_last_error(), "negative"));
    assert_true(architecture_same(model, before));
    assert_int_equal(ae_model_set_tensor(model, "encoder.1.running_mean", values, 70), AE_OK);
    values[69] = 0;
    assert_int_equal(ae_model_set_tensor(model, "encoder.1.running_var", values, 70), AE_OK);
    ae_model_free(model);
    ae_model_free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_normalised_and_dropped),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_sizes_of_the_struct),
        cmocka_unit_test(test_the_builder_and_flat_options_agree),
        cmocka_unit_test(test_switches_of_a_layer),
        cmocka_unit_test(test_lists_that_do_not_fit),
        cmocka_unit_test(test_tied),
        cmocka_unit_test(test_tensors_in_and_out),
        cmocka_unit_test(test_values_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
