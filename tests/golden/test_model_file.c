/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The model files of every release are read by this one and give what they gave then (made by make_model.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <autoencoder/autoencoder.h>
#include <math.h>
#include "golden/model-0.1.h"

#define GOLDEN AE_SOURCE_DIR "/tests/golden/"
#define ROWS (sizeof golden_x / sizeof golden_x[0])
#define INPUTS (sizeof golden_x[0] / sizeof(float))
#define CODES (sizeof golden_codes[0] / sizeof(float))

static void assert_near(const float *found, const float *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(found[i] - expected[i]) <= 1e-5f * (1 + fabsf(expected[i]))))
            fail_msg("number %zu is %.9g, was %.9g", i, (double)found[i], (double)expected[i]);
}

static void test_release_0_1(void **state)
{
    float codes[ROWS * CODES], x_hat[ROWS * INPUTS];
    ae_epoch_report last = {.struct_size = sizeof last};
    ae_model *model;
    (void)state;
    assert_int_equal(ae_model_load(&model, GOLDEN "model-0.1.safetensors", NULL), AE_OK);
    assert_int_equal(ae_model_input_dim(model), INPUTS);
    assert_int_equal(ae_model_latent_dim(model), CODES);
    assert_int_equal(ae_encode(model, golden_x[0], ROWS, 0, codes, 0), AE_OK);
    assert_int_equal(ae_reconstruct(model, golden_x[0], ROWS, 0, x_hat, 0), AE_OK);
    assert_near(codes, golden_codes[0], ROWS * CODES);
    assert_near(x_hat, golden_x_hat[0], ROWS * INPUTS);
    assert_int_equal(ae_model_history_length(model), golden_epochs);
    assert_int_equal(ae_model_history(model, golden_epochs - 1, &last), AE_OK);
    assert_true(last.train_loss == golden_train_loss);
    assert_true(last.validation_loss == golden_validation_loss);
    ae_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_release_0_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
