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
#include "base/runtime.h"
#include "model/infer.h"
#include "support/failing_alloc.h"
#include "support/layer_rows.h"

enum { D = 6, LATENT = 2, ROWS = 3 * AEI_INFERENCE_ROWS + 5, STRIDE = D + 1 };

static float x[ROWS * STRIDE];

static ae_model *new_model(ae_runtime *runtime, ae_activation output)
{
    static const layer_row encoder[] = {{.kind = AEI_LAYER_DENSE, .units = 9},
                                        {.kind = AEI_LAYER_BATCH_NORM, .f = AE_RELU},
                                        {.kind = AEI_LAYER_DENSE, .units = LATENT, .f = AE_TANH}};
    const layer_row decoder[] = {{.kind = AEI_LAYER_DENSE, .units = D, .f = output}};
    ae_model *model = layer_rows_model(encoder, 3, decoder, 1, D, AE_SQUARED_ERROR, runtime);
    assert_non_null(model);
    layer_rows_randomise(model, 1);
    layer_rows_uniform(2, 0, 0, 1, x, ROWS * STRIDE);
    return model;
}

/* ---- rows and blocks */

/* Blocks see the same rows as one call each, strides are kept, and what lies between the rows is not touched. */
static void test_blocks_and_strides(void **state)
{
    static float codes[ROWS * 3], x_hat[ROWS * STRIDE];
    ae_model *model = new_model(NULL, AE_IDENTITY);
    (void)state;
    for (size_t i = 0; i < ROWS * 3; i++)
        codes[i] = 99;
    for (size_t i = 0; i < ROWS * STRIDE; i++)
        x_hat[i] = 99;
    assert_int_equal(aei_infer_encode(model, x, ROWS, STRIDE, codes, 3), AE_OK);
    assert_int_equal(aei_infer_reconstruct(model, x, ROWS, STRIDE, x_hat, STRIDE), AE_OK);
    for (size_t first = 0; first < ROWS; first += AEI_INFERENCE_ROWS) {
        const size_t n = ROWS - first < AEI_INFERENCE_ROWS ? ROWS - first : AEI_INFERENCE_ROWS;
        static float code[AEI_INFERENCE_ROWS * LATENT], y[AEI_INFERENCE_ROWS * D];
        assert_int_equal(aei_infer_encode(model, x + first * STRIDE, n, STRIDE, code, LATENT), AE_OK);
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
    ae_model *model = new_model(NULL, AE_IDENTITY);
    (void)state;
    assert_int_equal(aei_infer_encode(model, x, 4, STRIDE, clean, LATENT), AE_OK);
    x[STRIDE + 2] = NAN;
    assert_int_equal(aei_infer_encode(model, x, 4, STRIDE, codes, LATENT), AE_OK);
    assert_true(isnan(codes[LATENT]));
    assert_memory_equal(codes, clean, LATENT * sizeof *codes);
    assert_memory_equal(codes + 2 * LATENT, clean + 2 * LATENT, 2 * LATENT * sizeof *codes);
    aei_model_delete(model);
}

/* ---- errors */

static const float *row_backwards(const void *source, size_t row)
{
    return (const float *)source + (ROWS - 1 - row) * STRIDE;
}

static void test_errors_and_their_sums(void **state)
{
    static float x_hat[ROWS * D], squared[ROWS], entropy[ROWS];
    double expected[2] = {0};
    aei_sums sums;
    ae_model *model = new_model(NULL, AE_SIGMOID);
    (void)state;
    assert_int_equal(aei_infer_reconstruct(model, x, ROWS, STRIDE, x_hat, D), AE_OK);
    assert_int_equal(aei_infer_row_errors(model, x, ROWS, STRIDE, AE_SQUARED_ERROR, squared), AE_OK);
    assert_int_equal(aei_infer_row_errors(model, x, ROWS, STRIDE, AE_BINARY_CROSS_ENTROPY, entropy), AE_OK);
    for (size_t r = 0; r < ROWS; r++) {
        double row[2] = {0};
        for (size_t j = 0; j < D; j++) {
            const double t = (double)x[r * STRIDE + j], p = (double)x_hat[r * D + j];
            row[0] += (p - t) * (p - t);
            row[1] -= t * log(p) + (1 - t) * log(1 - p);
        }
        assert_true(fabs((double)squared[r] - row[0]) < 1e-5);
        assert_true(fabs((double)entropy[r] - row[1]) < 1e-5);
        expected[0] += row[0];
        expected[1] += row[1];
    }
    assert_int_equal(aei_infer_sums(model, &(aei_sums_request){.row = row_backwards, .inputs = x, .rows = ROWS,
                                                               .cross_entropy = true}, &sums), AE_OK);
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
    ae_model *model = new_model(NULL, AE_IDENTITY);
    double expected = 0;
    aei_sums sums;
    (void)state;
    memset(model->set.values, 0, model->set.total * sizeof *model->set.values);
    aei_model_changed(model);
    for (size_t r = 0; r < rows; r++)
        expected += (double)(r % 4096) * (double)(r % 4096);
    assert_int_equal(aei_infer_sums(model, &(aei_sums_request){.row = counted_row, .rows = rows}, &sums), AE_OK);
    assert_true(sums.squared == expected);
    aei_model_delete(model);
}

/* ---- memory */

/* A host's threads: all tasks at once as far as the library can tell. */
static void host_parallel(void *user, ae_task task, void *work, size_t count)
{
    (void)user;
    for (size_t i = count; i-- > 0;)
        task(work, i);
}

static void test_no_memory_leaves_the_outputs_untouched(void **state)
{
    static float codes[ROWS * LATENT];
    failing_alloc memory;
    ae_runtime_options options;
    ae_runtime *runtime;
    ae_model *model;
    (void)state;
    failing_alloc_init(&memory);
    ae_runtime_options_init(&options, sizeof options);
    failing_alloc_options(&memory, &options);
    options.parallel = host_parallel;
    assert_int_equal(ae_runtime_create(&runtime, &options), AE_OK);
    model = new_model(runtime, AE_SIGMOID);
    for (size_t i = 0; i < ROWS * LATENT; i++)
        codes[i] = 99;
    for (size_t n = 1; n <= 4; n++) { /* four blocks, each with buffers of its own */
        const aei_sums_request request = {.row = row_backwards, .inputs = x, .rows = ROWS};
        aei_sums sums;
        const size_t before = memory.live_blocks;
        aei_infer_clear(model);
        failing_alloc_fail_at(&memory, n, true);
        assert_int_equal(aei_infer_encode(model, x, ROWS, STRIDE, codes, LATENT), AE_ERROR_NO_MEMORY);
        assert_int_equal(memory.failed, 1);
        assert_int_equal(aei_infer_sums(model, &request, &sums), AE_ERROR_NO_MEMORY);
        failing_alloc_fail_at(&memory, 0, false);
        aei_infer_clear(model);
        assert_int_equal(memory.live_blocks, before);
    }
    for (size_t i = 0; i < ROWS * LATENT; i++)
        assert_true(codes[i] == 99);
    failing_alloc_fail_at(&memory, 5, true);
    assert_int_equal(aei_infer_encode(model, x, ROWS, STRIDE, codes, LATENT), AE_OK);
    assert_int_equal(memory.failed, 0);
    aei_model_delete(model);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

static void test_buffers_are_kept(void **state)
{
    static float codes[ROWS * LATENT], errors[ROWS];
    failing_alloc memory;
    ae_runtime *runtime;
    ae_model *model;
    size_t requests;
    aei_sums sums;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 3);
    assert_non_null(runtime);
    model = new_model(runtime, AE_SIGMOID);
    assert_int_equal(aei_infer_reserve(model, ROWS), AE_OK);
    requests = memory.requests;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(aei_infer_encode(model, x, ROWS, STRIDE, codes, LATENT), AE_OK);
        assert_int_equal(aei_infer_encode(model, x, 1, STRIDE, codes, LATENT), AE_OK);
        assert_int_equal(aei_infer_row_errors(model, x, ROWS, STRIDE, AE_SQUARED_ERROR, errors), AE_OK);
        assert_int_equal(aei_infer_sums(model, &(aei_sums_request){.row = row_backwards, .inputs = x, .rows = ROWS},
                                        &sums), AE_OK);
    }
    assert_int_equal(memory.requests, requests);
    aei_model_delete(model);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_and_strides),
        cmocka_unit_test(test_values_that_are_not_finite_stay_in_their_row),
        cmocka_unit_test(test_errors_and_their_sums),
        cmocka_unit_test(test_sums_of_many_rows),
        cmocka_unit_test(test_no_memory_leaves_the_outputs_untouched),
        cmocka_unit_test(test_buffers_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
