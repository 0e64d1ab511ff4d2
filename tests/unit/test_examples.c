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
#include "train/examples.h"

enum { IN = 3, OUT = 2, ROWS = 4 };

/* A model of one dense layer each way; cross-entropy, so targets are to be in [0, 1]. */
static ae_model *new_model(size_t out)
{
    const layer_row encoder[] = {{.kind = AEI_LAYER_DENSE, .units = 2}};
    const layer_row decoder[] = {{.kind = AEI_LAYER_DENSE, .units = out, .f = AE_SIGMOID}};
    const aei_design design = {.input_dim = IN, .output_dim = out, .loss = AE_BINARY_CROSS_ENTROPY};
    ae_model *model = layer_rows_design(encoder, 1, decoder, 1, &design);
    assert_non_null(model);
    return model;
}

static ae_dataset *new_data(const float *values, size_t rows, size_t columns)
{
    ae_dataset *data;
    assert_int_equal(ae_dataset_from_memory(&data, NULL, values, rows, columns, 0), AE_OK);
    return data;
}

static void check(const ae_model *model, const ae_dataset *inputs, const ae_dataset *targets, ae_status status,
                  const char *line)
{
    assert_int_equal(aei_examples_check(model, (aei_examples){inputs, targets}, "data"), status);
    if (status != AE_OK)
        assert_string_equal(aei_error_text(), line);
}

static void test_shapes(void **state)
{
    static const float zeros[ROWS * IN];
    ae_dataset *inputs = new_data(zeros, ROWS, IN), *targets = new_data(zeros, ROWS, OUT);
    ae_dataset *few = new_data(zeros, ROWS - 1, OUT);
    ae_model *same = new_model(IN), *other = new_model(OUT);
    (void)state;
    check(same, inputs, NULL, AE_OK, "");
    check(same, targets, NULL, AE_ERROR_SHAPE, "data has 2 columns, the model's input is 3 wide");
    check(other, inputs, targets, AE_OK, "");
    check(other, inputs, NULL, AE_ERROR_SHAPE, "the model gives 2 numbers for 3, so data needs targets");
    check(other, inputs, inputs, AE_ERROR_SHAPE, "the targets of the data have 3 columns, the model's output is 2 wide");
    check(other, inputs, few, AE_ERROR_SHAPE, "data has 4 rows, its targets have 3");
    assert_int_equal(aei_batch_check(other, zeros, ROWS, IN, zeros, OUT), AE_OK);
    assert_int_equal(aei_batch_check(other, zeros, ROWS, IN, NULL, 0), AE_ERROR_SHAPE);
    assert_string_equal(aei_error_text(), "the model gives 2 numbers for 3, so a step needs targets");
    ae_dataset_free(inputs);
    ae_dataset_free(targets);
    ae_dataset_free(few);
    aei_model_delete(same);
    aei_model_delete(other);
}

/* Targets are in [0, 1] for cross-entropy, the rows themselves where there are no others; inputs need not be. */
static void test_values(void **state)
{
    float x[ROWS * IN] = {0}, t[ROWS * OUT] = {0};
    ae_model *same = new_model(IN), *other = new_model(OUT);
    (void)state;
    x[7] = 2;
    assert_int_equal(aei_batch_check(same, x, ROWS, IN, NULL, 0), AE_ERROR_DATA);
    assert_int_equal(aei_batch_check(same, x, 2, IN, NULL, 0), AE_OK); /* the third row is bad */
    assert_int_equal(aei_batch_check(other, x, ROWS, IN, t, OUT), AE_OK);
    t[3] = -1;
    assert_int_equal(aei_batch_check(other, x, ROWS, IN, t, OUT), AE_ERROR_DATA);
    t[3] = 1;
    x[7] = NAN;
    assert_int_equal(aei_batch_check(other, x, ROWS, IN, t, OUT), AE_ERROR_DATA);
    aei_model_delete(same);
    aei_model_delete(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
