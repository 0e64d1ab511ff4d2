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

enum { D = 3, K = 2, ROWS = 4 };

/* encoder(x) = (x0 + 2 x1 + 3 x2 + 10, 4 x0 + 5 x1 + 6 x2 + 20), decoder(c) = f(c0, c1, c0 - c1) */
static ae_model *small_model(ae_activation output, ae_loss loss)
{
    static const float w[] = {1, 2, 3, 4, 5, 6}, b[] = {10, 20}, v[] = {1, 0, 0, 1, 1, -1}, zero[3] = {0};
    ae_model_options options;
    ae_model *model;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = D;
    options.latent_dim = K;
    options.output_activation = output;
    options.loss = loss;
    assert_int_equal(ae_model_create(&model, &options), AE_OK);
    assert_int_equal(ae_model_set_tensor(model, "encoder.0.weight", w, 6), AE_OK);
    assert_int_equal(ae_model_set_tensor(model, "encoder.0.bias", b, 2), AE_OK);
    assert_int_equal(ae_model_set_tensor(model, "decoder.0.weight", v, 6), AE_OK);
    assert_int_equal(ae_model_set_tensor(model, "decoder.0.bias", zero, 3), AE_OK);
    return model;
}

static const float x[ROWS * D] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1};
static const float codes_expected[ROWS * K] = {11, 24, 12, 25, 13, 26, 16, 35};

static void test_by_hand(void **state)
{
    ae_model *model = small_model(AE_IDENTITY, AE_SQUARED_ERROR);
    float codes[ROWS * K], x_hat[ROWS * D], errors[ROWS];
    (void)state;
    assert_int_equal(ae_encode(model, x, ROWS, 0, codes, 0), AE_OK);
    assert_memory_equal(codes, codes_expected, sizeof codes);
    assert_int_equal(ae_decode(model, codes, ROWS, 0, x_hat, 0), AE_OK);
    for (size_t r = 0; r < ROWS; r++) {
        const float a = codes[r * K], b = codes[r * K + 1];
        const float expected[D] = {a, b, a - b};
        assert_memory_equal(x_hat + r * D, expected, sizeof expected);
    }
    assert_int_equal(ae_reconstruction_error(model, x, ROWS, 0, AE_SQUARED_ERROR, errors), AE_OK);
    for (size_t r = 0; r < ROWS; r++) {
        double error = 0;
        for (size_t j = 0; j < D; j++)
            error += pow((double)(x_hat[r * D + j] - x[r * D + j]), 2);
        assert_true((double)errors[r] == error); /* small integers */
    }
    ae_model_free(model);
}

/* Strides of input and output; what lies between the rows is not looked at. One row at a time gives the same. */
static void test_strides(void **state)
{
    enum { X_STRIDE = D + 2, CODE_STRIDE = K + 1 };
    ae_model *model = small_model(AE_IDENTITY, AE_SQUARED_ERROR);
    float wide[ROWS * X_STRIDE], codes[ROWS * CODE_STRIDE], again[ROWS * K];
    (void)state;
    for (size_t i = 0; i < ROWS * X_STRIDE; i++)
        wide[i] = i % X_STRIDE < D ? x[i / X_STRIDE * D + i % X_STRIDE] : NAN;
    for (size_t i = 0; i < ROWS * CODE_STRIDE; i++)
        codes[i] = 99;
    assert_int_equal(ae_encode(model, wide, ROWS, X_STRIDE, codes, CODE_STRIDE), AE_OK);
    for (size_t r = 0; r < ROWS; r++) {
        assert_memory_equal(codes + r * CODE_STRIDE, codes_expected + r * K, K * sizeof *codes);
        assert_true(codes[r * CODE_STRIDE + K] == 99);
        assert_int_equal(ae_encode(model, wide + r * X_STRIDE, 1, 0, again + r * K, 0), AE_OK);
    }
    assert_memory_equal(again, codes_expected, sizeof again);
    ae_model_free(model);
}

static void test_no_rows(void **state)
{
    ae_model *model = small_model(AE_IDENTITY, AE_SQUARED_ERROR);
    float out = 99;
    (void)state;
    assert_int_equal(ae_encode(model, NULL, 0, 0, NULL, 0), AE_OK);
    assert_int_equal(ae_decode(model, NULL, 0, 0, NULL, 0), AE_OK);
    assert_int_equal(ae_reconstruct(model, x, 0, 0, &out, 0), AE_OK);
    assert_int_equal(ae_reconstruction_error(model, x, 0, 0, AE_SQUARED_ERROR, &out), AE_OK);
    assert_true(out == 99);
    ae_model_free(model);
}

static void test_refusals_leave_the_outputs(void **state)
{
    ae_model *model = small_model(AE_IDENTITY, AE_SQUARED_ERROR);
    float out[ROWS * D], untouched[ROWS * D];
    (void)state;
    memset(out, 0x55, sizeof out);
    memcpy(untouched, out, sizeof out);
    assert_int_equal(ae_encode(model, x, ROWS, D - 1, out, 0), AE_ERROR_SHAPE);
    assert_non_null(strstr(ae_last_error(), "stride 2"));
    assert_int_equal(ae_encode(model, x, ROWS, 0, out, K - 1), AE_ERROR_SHAPE);
    assert_int_equal(ae_decode(model, x, ROWS, K - 1, out, 0), AE_ERROR_SHAPE);
    assert_int_equal(ae_reconstruct(model, x, SIZE_MAX / 4, 0, out, 0), AE_ERROR_SHAPE);
    assert_int_equal(ae_reconstruct(model, NULL, 1, 0, out, 0), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_reconstruction_error(model, x, ROWS, 0, AE_BINARY_CROSS_ENTROPY, out), AE_ERROR_UNSUPPORTED);
    assert_int_equal(ae_reconstruction_error(model, x, ROWS, 0, 0, out), AE_ERROR_INVALID_ARGUMENT);
    assert_memory_equal(out, untouched, sizeof out);
    ae_model_free(model);
}

/* In nats, from the logits: finite where the sigmoid is 0 or 1 in float. */
static void test_cross_entropy(void **state)
{
    ae_model *model = small_model(AE_SIGMOID, AE_SQUARED_ERROR);
    const float row[D] = {0.25f, 0, 1}, large[D] = {1, 1, 1}, outside[2 * D] = {0, 0, 0, 0, 0, 1.5f};
    const double z[D] = {13.25, 27, -13.75}; /* logits of `row` */
    double expected = 0;
    float error, errors[2] = {99, 99};
    (void)state;
    for (size_t j = 0; j < D; j++)
        expected += log1p(exp(z[j])) - (double)row[j] * z[j];
    assert_int_equal(ae_reconstruction_error(model, row, 1, 0, AE_BINARY_CROSS_ENTROPY, &error), AE_OK);
    assert_true(fabs((double)error / expected - 1) < 1e-6);
    assert_int_equal(ae_reconstruction_error(model, large, 1, 0, AE_BINARY_CROSS_ENTROPY, &error), AE_OK);
    assert_true(isfinite(error) && fabs((double)error - 19) < 1e-3);
    assert_int_equal(ae_reconstruction_error(model, outside, 2, 0, AE_BINARY_CROSS_ENTROPY, errors), AE_ERROR_DATA);
    assert_non_null(strstr(ae_last_error(), "row 1, column 2"));
    assert_true(errors[0] == 99 && errors[1] == 99);
    ae_model_free(model);
}

/* Values that are not finite go through, and stay in their row. */
static void test_values_that_are_not_finite(void **state)
{
    ae_model *model = small_model(AE_IDENTITY, AE_SQUARED_ERROR);
    float bad[ROWS * D], codes[ROWS * K], errors[ROWS];
    (void)state;
    memcpy(bad, x, sizeof bad);
    bad[1 * D] = NAN;
    bad[2 * D + 1] = -INFINITY;
    assert_int_equal(ae_encode(model, bad, ROWS, 0, codes, 0), AE_OK);
    assert_true(isnan(codes[1 * K]) && isinf(codes[2 * K + 1]));
    assert_memory_equal(codes, codes_expected, K * sizeof *codes);
    assert_memory_equal(codes + 3 * K, codes_expected + 3 * K, K * sizeof *codes);
    assert_int_equal(ae_reconstruction_error(model, bad, ROWS, 0, AE_SQUARED_ERROR, errors), AE_OK);
    assert_true(isfinite(errors[0]) && isnan(errors[1]) && !isfinite(errors[2]) && isfinite(errors[3]));
    ae_model_free(model);
}

/* Reconstruction is decoding what was encoded; the evaluation is the mean of the errors; nothing of it changes the
 * model. */
static void test_calls_agree(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++) {
        enum { N = 600, WIDTH = 8, LATENT = 3 };
        static float rows[N * WIDTH], codes[N * LATENT], x_hat[N * WIDTH], y[N * WIDTH], errors[N];
        ae_evaluation evaluation = {.struct_size = sizeof evaluation};
        ae_model *model, *before;
        ae_dataset *data;
        double mean = 0;
        architecture_rows(rows, N, WIDTH, 1);
        assert_int_equal(architecture_create(&model, which, NULL, 1), AE_OK);
        assert_int_equal(architecture_create(&before, which, NULL, 1), AE_OK);
        assert_int_equal(ae_dataset_from_memory(&data, NULL, rows, N, WIDTH, 0), AE_OK);
        assert_int_equal(ae_encode(model, rows, N, 0, codes, 0), AE_OK);
        assert_int_equal(ae_decode(model, codes, N, 0, y, 0), AE_OK);
        assert_int_equal(ae_reconstruct(model, rows, N, 0, x_hat, 0), AE_OK);
        for (size_t i = 0; i < N * WIDTH; i++)
            assert_float_equal(y[i], x_hat[i], 1e-5);
        assert_int_equal(ae_reconstruction_error(model, rows, N, 0, AE_SQUARED_ERROR, errors), AE_OK);
        for (size_t r = 0; r < N; r++) {
            double error = 0;
            for (size_t j = 0; j < WIDTH; j++)
                error += pow((double)(x_hat[r * WIDTH + j] - rows[r * WIDTH + j]), 2);
            assert_true(fabs((double)errors[r] - error) < 1e-5 * (1 + error));
            mean += (double)errors[r] / N;
        }
        assert_int_equal(ae_evaluate(model, data, &evaluation), AE_OK);
        assert_int_equal(evaluation.rows, N);
        assert_true(fabs(evaluation.squared_error / mean - 1) < 1e-6);
        assert_true(architecture_same(model, before));
        ae_dataset_free(data);
        ae_model_free(model);
        ae_model_free(before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_strides),
        cmocka_unit_test(test_no_rows),
        cmocka_unit_test(test_refusals_leave_the_outputs),
        cmocka_unit_test(test_cross_entropy),
        cmocka_unit_test(test_values_that_are_not_finite),
        cmocka_unit_test(test_calls_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
