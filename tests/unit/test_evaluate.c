/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "support/layer_rows.h"
#include "train/evaluate.h"

enum { D = 4, ROWS = 5 };

static float values[ROWS * (D + 1)];

static ae_dataset whole(void)
{
    return (ae_dataset){.values = values, .rows = ROWS, .columns = D, .stride = D + 1};
}

/* All weights 0: x_hat = f(0) everywhere. */
static ae_model *constant_model(ae_activation output, ae_loss loss)
{
    const layer_row encoder[] = {{.kind = AEI_LAYER_DENSE, .units = 2}, {.kind = AEI_LAYER_DROPOUT, .rate = 0.9}};
    const layer_row decoder[] = {{.kind = AEI_LAYER_DENSE, .units = D, .f = output}};
    ae_model *model = layer_rows_model(encoder, 2, decoder, 1, D, loss, NULL);
    assert_non_null(model);
    memset(model->set.values, 0, model->set.total * sizeof *model->set.values);
    for (size_t i = 0; i < ROWS * (D + 1); i++)
        values[i] = (float)(i % 3) / 2; /* 0 and 1 among them */
    return model;
}

static double mean_square(double x_hat)
{
    double sum = 0;
    for (size_t r = 0; r < ROWS; r++)
        for (size_t j = 0; j < D; j++)
            sum += pow((double)values[r * (D + 1) + j] - x_hat, 2);
    return sum / ROWS;
}

static void test_sigmoid_has_both(void **state)
{
    const ae_loss losses[] = {AE_SQUARED_ERROR, AE_BINARY_CROSS_ENTROPY};
    const ae_dataset dataset = whole();
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        ae_model *model = constant_model(AE_SIGMOID, losses[i]);
        ae_evaluation evaluation = {0};
        double loss;
        assert_int_equal(aei_evaluate_all(model, (aei_examples){&dataset, NULL}, &evaluation), AE_OK);
        assert_int_equal(evaluation.rows, ROWS);
        assert_true(fabs(evaluation.squared_error - mean_square(0.5)) < 1e-6);
        assert_true(fabs(evaluation.binary_cross_entropy - D * log(2)) < 1e-6);
        assert_true(evaluation.loss == (i ? evaluation.binary_cross_entropy : evaluation.squared_error));
        assert_int_equal(aei_evaluate_loss(model, (aei_examples){&dataset, NULL}, &loss), AE_OK);
        assert_true(loss == evaluation.loss);
        aei_model_delete(model);
    }
}

static void test_no_cross_entropy_without_a_sigmoid(void **state)
{
    ae_model *model = constant_model(AE_IDENTITY, AE_SQUARED_ERROR);
    const ae_dataset dataset = whole();
    ae_evaluation evaluation = {0};
    (void)state;
    assert_int_equal(aei_evaluate_all(model, (aei_examples){&dataset, NULL}, &evaluation), AE_OK);
    assert_true(isnan(evaluation.binary_cross_entropy));
    assert_true(fabs(evaluation.loss - mean_square(0)) < 1e-6);
    aei_model_delete(model);
}

static void test_no_cross_entropy_outside_the_unit_interval(void **state)
{
    const float bad[] = {-0.001f, 1.001f, -1e30f};
    const ae_dataset dataset = whole();
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        ae_model *model = constant_model(AE_SIGMOID, AE_SQUARED_ERROR);
        ae_evaluation evaluation = {0};
        values[(ROWS - 1) * (D + 1) + D - 1] = bad[i];
        assert_int_equal(aei_evaluate_all(model, (aei_examples){&dataset, NULL}, &evaluation), AE_OK);
        assert_true(isnan(evaluation.binary_cross_entropy) && isfinite(evaluation.loss));
        aei_model_delete(model);
    }
}

/* The rows of a split are found through its own numbers. */
static void test_a_split(void **state)
{
    static const size_t index[] = {4, 1};
    const ae_dataset split = {.values = values, .rows = 2, .columns = D, .stride = D + 1, .index = index};
    ae_model *model = constant_model(AE_IDENTITY, AE_SQUARED_ERROR);
    double loss, expected = 0;
    (void)state;
    for (size_t j = 0; j < D; j++)
        expected += pow((double)values[4 * (D + 1) + j], 2) / 2 + pow((double)values[D + 1 + j], 2) / 2;
    assert_int_equal(aei_evaluate_loss(model, (aei_examples){&split, NULL}, &loss), AE_OK);
    assert_true(fabs(loss - expected) < 1e-6);
    aei_model_delete(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sigmoid_has_both),
        cmocka_unit_test(test_no_cross_entropy_without_a_sigmoid),
        cmocka_unit_test(test_no_cross_entropy_outside_the_unit_interval),
        cmocka_unit_test(test_a_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
