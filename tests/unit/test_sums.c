/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "model/row_loss.h"
#include "model/sums.h"
#include "support/inference_model.h"

static void test_sums_of_the_rows_errors(void **state)
{
    static float squared[ROWS], entropy[ROWS];
    const aei_sums_request request = {.row = inference_row_backwards, .inputs = inference_x, .rows = ROWS,
                                      .cross_entropy = true};
    double expected[2] = {0};
    aei_sums sums;
    ae_model *model = inference_model(NULL, AE_SIGMOID);
    (void)state;
    assert_int_equal(aei_row_errors(model, inference_x, ROWS, STRIDE, AE_SQUARED_ERROR, squared), AE_OK);
    assert_int_equal(aei_row_errors(model, inference_x, ROWS, STRIDE, AE_BINARY_CROSS_ENTROPY, entropy), AE_OK);
    for (size_t r = 0; r < ROWS; r++) {
        expected[0] += (double)squared[r];
        expected[1] += (double)entropy[r];
    }
    assert_int_equal(aei_sums_take(model, &request, &sums), AE_OK);
    assert_true(fabs(sums.squared / expected[0] - 1) < 1e-5 && fabs(sums.cross_entropy / expected[1] - 1) < 1e-5);
    assert_true(sums.own == sums.squared && sums.kl == 0);
    aei_model_delete(model);
}

/* More rows than are summed at a time: row r is r mod 4096 and zeros, its reconstruction all 0. */
static const float *counted_row(const void *source, size_t row)
{
    static _Thread_local float counted[D];
    (void)source;
    counted[0] = (float)(row % 4096);
    return counted;
}

static void test_sums_of_many_rows(void **state)
{
    const size_t rows = 300 * AEI_INFERENCE_ROWS + 3;
    ae_model *model = inference_model(NULL, AE_IDENTITY);
    double expected = 0;
    aei_sums sums;
    (void)state;
    memset(model->set.values, 0, model->set.total * sizeof *model->set.values);
    aei_model_changed(model);
    for (size_t r = 0; r < rows; r++)
        expected += (double)(r % 4096) * (double)(r % 4096);
    assert_int_equal(aei_sums_take(model, &(aei_sums_request){.row = counted_row, .rows = rows}, &sums), AE_OK);
    assert_true(sums.squared == expected);
    aei_model_delete(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_of_the_rows_errors),
        cmocka_unit_test(test_sums_of_many_rows),
    };
    return cmocka_run_group_tests(tests, inference_rows, NULL);
}
