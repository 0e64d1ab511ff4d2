/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/infer.h"
#include "model/row_loss.h"
#include "support/inference_model.h"

/* Against what the reconstructions say. */
static void test_errors(void **state)
{
    static float x_hat[ROWS * D], squared[ROWS], entropy[ROWS];
    ae_model *model = inference_model(NULL, AE_SIGMOID);
    (void)state;
    assert_int_equal(aei_infer_reconstruct(model, inference_x, ROWS, STRIDE, x_hat, D), AE_OK);
    assert_int_equal(aei_row_errors(model, inference_x, ROWS, STRIDE, AE_SQUARED_ERROR, squared), AE_OK);
    assert_int_equal(aei_row_errors(model, inference_x, ROWS, STRIDE, AE_BINARY_CROSS_ENTROPY, entropy), AE_OK);
    for (size_t r = 0; r < ROWS; r++) {
        double row[2] = {0};
        for (size_t j = 0; j < D; j++) {
            const double t = (double)inference_x[r * STRIDE + j], p = (double)x_hat[r * D + j];
            row[0] += (p - t) * (p - t);
            row[1] -= t * log(p) + (1 - t) * log(1 - p);
        }
        assert_true(fabs((double)squared[r] - row[0]) < 1e-5);
        assert_true(fabs((double)entropy[r] - row[1]) < 1e-5);
    }
    aei_model_delete(model);
}

/* Scores are the errors of the model's own loss, and the sums of what its features have. */
static void test_scores(void **state)
{
    static float errors[ROWS], scores[ROWS], features[ROWS * STRIDE];
    ae_model *model = inference_model(NULL, AE_IDENTITY);
    (void)state;
    for (size_t i = 0; i < ROWS * STRIDE; i++)
        features[i] = 99;
    assert_int_equal(aei_row_errors(model, inference_x, ROWS, STRIDE, AE_SQUARED_ERROR, errors), AE_OK);
    assert_int_equal(aei_row_scores(model, inference_x, ROWS, STRIDE, scores, features, STRIDE), AE_OK);
    for (size_t r = 0; r < ROWS; r++) {
        double sum = 0;
        for (size_t j = 0; j < D; j++)
            sum += (double)features[r * STRIDE + j];
        assert_true(fabs((double)scores[r] - sum) <= 1e-6 * sum);
        assert_true(fabs((double)scores[r] - (double)errors[r]) <= 1e-5 * (double)errors[r]);
        assert_true(features[r * STRIDE + D] == 99);
    }
    aei_model_delete(model);
}

static void test_which_losses_a_model_has(void **state)
{
    ae_model *linear = inference_model(NULL, AE_IDENTITY), *sigmoid = inference_model(NULL, AE_SIGMOID);
    (void)state;
    assert_true(aei_model_has_loss(linear, AE_SQUARED_ERROR));
    assert_false(aei_model_has_loss(linear, AE_BINARY_CROSS_ENTROPY));
    assert_true(aei_model_has_loss(sigmoid, AE_BINARY_CROSS_ENTROPY));
    assert_false(aei_model_has_loss(sigmoid, AE_GAUSSIAN_LIKELIHOOD));
    aei_model_delete(linear);
    aei_model_delete(sigmoid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_which_losses_a_model_has),
    };
    return cmocka_run_group_tests(tests, inference_rows, NULL);
}
