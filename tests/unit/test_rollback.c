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
#include "support/layer_rows.h"
#include "train/rollback.h"

enum { D = 3, FIRST = 0 };

static ae_model *model;
static ae_trainer *trainer;
static size_t statistic; /* place of a running mean */

static int set_up(void **state)
{
    const layer_row encoder[] = {{.kind = AEI_LAYER_DENSE, .units = 2}, {.kind = AEI_LAYER_BATCH_NORM}};
    const layer_row decoder[] = {{.kind = AEI_LAYER_DENSE, .units = D}};
    ae_train_options options;
    (void)state;
    model = layer_rows_model(encoder, 2, decoder, 1, D, AE_SQUARED_ERROR, NULL);
    if (!model)
        return 1;
    statistic = model->set.trained;
    model->set.values[FIRST] = model->set.values[statistic] = 1;
    ae_train_options_init(&options, sizeof options);
    return aei_trainer_new(&trainer, model, &options) != AE_OK;
}

static int tear_down(void **state)
{
    (void)state;
    aei_trainer_delete(trainer);
    aei_model_delete(model);
    return 0;
}

/* Weights of a new epoch count once a loss was taken of them; the statistics of its start are what goes with them. */
static void test_what_is_good(void **state)
{
    aei_real *values = model->set.values;
    (void)state;
    values[FIRST] = values[statistic] = 2;
    aei_rollback_begin_epoch(trainer);
    values[FIRST] = values[statistic] = 3;
    assert_int_equal(aei_rollback_fail(trainer, "it broke in", 7), AE_ERROR_NUMERIC);
    assert_string_equal(aei_error_text(), "it broke in epoch 1, step 7; the data or the weights are too large");
    assert_true(values[FIRST] == 1 && values[statistic] == 1 && trainer->failed);
    values[FIRST] = values[statistic] = 2;
    aei_rollback_begin_epoch(trainer);
    values[statistic] = 3; /* the forward pass */
    aei_rollback_accept_start(trainer);
    values[FIRST] = 4;
    aei_rollback_fail(trainer, "it broke in", 8);
    assert_true(values[FIRST] == 2 && values[statistic] == 2);
}

static void test_weights(void **state)
{
    (void)state;
    assert_int_equal(aei_rollback_check_weights(trainer), AE_OK);
    model->set.values[FIRST] = NAN;
    assert_int_equal(aei_rollback_check_weights(trainer), AE_ERROR_NUMERIC);
    assert_string_equal(aei_error_text(),
                        "encoder.0.weight is not finite before the first step: the model cannot be trained");
    assert_true(model->set.values[FIRST] == 1);
    model->set.values[FIRST] = NAN;
    trainer->optimizer.steps = 5;
    assert_int_equal(aei_rollback_check_weights(trainer), AE_ERROR_NUMERIC);
    assert_string_equal(aei_error_text(), "encoder.0.weight is not finite after epoch 1, step 5; a smaller learning rate "
                                          "may help");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_good, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_weights, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
