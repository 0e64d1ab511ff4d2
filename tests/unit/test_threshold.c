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

#include "base/error.h"
#include "support/layer_rows.h"
#include "train/threshold.h"

enum { ROWS = 10000, D = 2 };

static float values[ROWS][D];

/* All weights 0: the score of a row is the sum of its squares. */
static ae_model *zero_model(void)
{
    const layer_row encoder[] = {{.kind = AEI_LAYER_DENSE, .units = 1}};
    const layer_row decoder[] = {{.kind = AEI_LAYER_DENSE, .units = D}};
    ae_model *model = layer_rows_model(encoder, 1, decoder, 1, D, AE_SQUARED_ERROR, NULL);
    assert_non_null(model);
    memset(model->set.values, 0, model->set.total * sizeof *model->set.values);
    return model;
}

static size_t count_above(const ae_dataset *dataset, double threshold)
{
    size_t count = 0;
    for (size_t r = 0; r < dataset->rows; r++) {
        const float *row = aei_dataset_row(dataset, r);
        count += (double)(float)((double)(row[0] * row[0]) + (double)(row[1] * row[1])) > threshold;
    }
    return count;
}

static void fill(void)
{
    for (size_t r = 0; r < ROWS; r++) {
        values[r][0] = (float)(r * 7919 % ROWS);
        values[r][1] = 0.5f;
    }
}

static void test_share_above(void **state)
{
    static const double shares[] = {1e-6, 0.001, 0.01, 0.05, 0.1, 0.29, 0.3, 0.5};
    static const size_t rows[] = {1, 2, 10, 100, 1000, ROWS};
    ae_model *model = zero_model();
    (void)state;
    fill();
    for (size_t n = 0; n < sizeof rows / sizeof *rows; n++)
        for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
            const ae_dataset dataset = {.values = values[0], .rows = rows[n], .columns = D, .stride = D};
            double threshold = -1;
            assert_int_equal(aei_threshold_find(model, &dataset, shares[i], &threshold), AE_OK);
            assert_int_equal(count_above(&dataset, threshold), (size_t)(shares[i] * (double)rows[n] + 1e-9));
        }
    ae_model_free(model);
}

/* Rows with one score are all above the threshold or none is. */
static void test_ties(void **state)
{
    const ae_dataset dataset = {.values = values[0], .rows = 10, .columns = D, .stride = D};
    ae_model *model = zero_model();
    double threshold;
    (void)state;
    for (size_t r = 0; r < 10; r++)
        values[r][0] = r < 4 ? 2 : 1, values[r][1] = 0;
    assert_int_equal(aei_threshold_find(model, &dataset, 0.3, &threshold), AE_OK);
    assert_true(threshold == 4);
    assert_int_equal(aei_threshold_find(model, &dataset, 0.4, &threshold), AE_OK);
    assert_true(threshold == 1);
    ae_model_free(model);
}

/* A split's rows are copied side by side; the scores are those of the rows themselves. */
static void test_split(void **state)
{
    static size_t index[ROWS];
    const ae_dataset straight = {.values = values[0], .rows = ROWS, .columns = D, .stride = D};
    ae_dataset split = straight;
    ae_model *model = zero_model();
    double a, b;
    (void)state;
    fill();
    for (size_t r = 0; r < ROWS; r++)
        index[r] = ROWS - 1 - r;
    split.index = index;
    assert_int_equal(aei_threshold_find(model, &straight, 0.07, &a), AE_OK);
    assert_int_equal(aei_threshold_find(model, &split, 0.07, &b), AE_OK);
    assert_true(a == b);
    split.rows = 4097;
    assert_int_equal(aei_threshold_find(model, &split, 0.07, &b), AE_OK);
    assert_int_equal(count_above(&split, b), 286);
    ae_model_free(model);
}

static void test_score_out_of_range(void **state)
{
    const ae_dataset dataset = {.values = values[0], .rows = 10, .columns = D, .stride = D};
    ae_model *model = zero_model();
    double threshold = 5;
    (void)state;
    values[7][1] = 1e30f;
    assert_int_equal(aei_threshold_find(model, &dataset, 0.5, &threshold), AE_ERROR_NUMERIC);
    assert_non_null(strstr(aei_error_text(), "row 7"));
    assert_true(threshold == 5);
    ae_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share_above),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_score_out_of_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
