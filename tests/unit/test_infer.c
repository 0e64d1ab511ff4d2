/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/infer.h"
#include "support/inference_model.h"

/* Blocks see the same rows as one call each, strides are kept, and what lies between the rows is not touched. */
static void test_blocks_and_strides(void **state)
{
    static float codes[ROWS * 3], x_hat[ROWS * STRIDE];
    ae_model *model = inference_model(NULL, AE_IDENTITY);
    (void)state;
    for (size_t i = 0; i < ROWS * 3; i++)
        codes[i] = 99;
    for (size_t i = 0; i < ROWS * STRIDE; i++)
        x_hat[i] = 99;
    assert_int_equal(aei_infer_encode(model, inference_x, ROWS, STRIDE, codes, 3), AE_OK);
    assert_int_equal(aei_infer_reconstruct(model, inference_x, ROWS, STRIDE, x_hat, STRIDE), AE_OK);
    enum { PART = ROWS / 4 + 1 }; /* four blocks */
    for (size_t first = 0; first < ROWS; first += PART) {
        const size_t n = ROWS - first < PART ? ROWS - first : PART;
        static float code[AEI_INFERENCE_ROWS * LATENT], y[AEI_INFERENCE_ROWS * D];
        assert_int_equal(aei_infer_encode(model, inference_x + first * STRIDE, n, STRIDE, code, LATENT), AE_OK);
        assert_int_equal(aei_infer_decode(model, codes + first * 3, n, 3, y, D), AE_OK);
        for (size_t r = 0; r < n; r++) {
            assert_memory_equal(codes + (first + r) * 3, code + r * LATENT, LATENT * sizeof *code);
            assert_true(codes[(first + r) * 3 + 2] == 99);
            assert_memory_equal(x_hat + (first + r) * STRIDE, y + r * D, D * sizeof *y);
            assert_true(x_hat[(first + r) * STRIDE + D] == 99);
        }
    }
    aei_model_delete(model);
}

static void test_values_that_are_not_finite_stay_in_their_row(void **state)
{
    float clean[4 * LATENT], codes[4 * LATENT];
    ae_model *model = inference_model(NULL, AE_IDENTITY);
    (void)state;
    assert_int_equal(aei_infer_encode(model, inference_x, 4, STRIDE, clean, LATENT), AE_OK);
    inference_x[STRIDE + 2] = NAN;
    assert_int_equal(aei_infer_encode(model, inference_x, 4, STRIDE, codes, LATENT), AE_OK);
    inference_rows(state);
    assert_true(isnan(codes[LATENT]));
    assert_memory_equal(codes, clean, LATENT * sizeof *codes);
    assert_memory_equal(codes + 2 * LATENT, clean + 2 * LATENT, 2 * LATENT * sizeof *codes);
    aei_model_delete(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_and_strides),
        cmocka_unit_test(test_values_that_are_not_finite_stay_in_their_row),
    };
    return cmocka_run_group_tests(tests, inference_rows, NULL);
}
