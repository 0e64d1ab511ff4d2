/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/infer.h"
#include "model/lanes.h"
#include "model/row_loss.h"
#include "model/sums.h"
#include "support/failing_alloc.h"
#include "support/inference_model.h"

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
    model = inference_model(runtime, AE_SIGMOID);
    for (size_t i = 0; i < ROWS * LATENT; i++)
        codes[i] = 99;
    for (size_t n = 1; n <= 4; n++) { /* four blocks, each with buffers of its own */
        const aei_sums_request request = {.row = inference_row_backwards, .inputs = inference_x, .rows = ROWS};
        aei_sums sums;
        const size_t before = memory.live_blocks;
        aei_inference_buffers_clear(model);
        failing_alloc_fail_at(&memory, n, true);
        assert_int_equal(aei_infer_encode(model, inference_x, ROWS, STRIDE, codes, LATENT), AE_ERROR_NO_MEMORY);
        assert_int_equal(memory.failed, 1);
        assert_int_equal(aei_sums_take(model, &request, &sums), AE_ERROR_NO_MEMORY);
        failing_alloc_fail_at(&memory, 0, false);
        aei_inference_buffers_clear(model);
        assert_int_equal(memory.live_blocks, before);
    }
    for (size_t i = 0; i < ROWS * LATENT; i++)
        assert_true(codes[i] == 99);
    failing_alloc_fail_at(&memory, 5, true);
    assert_int_equal(aei_infer_encode(model, inference_x, ROWS, STRIDE, codes, LATENT), AE_OK);
    assert_int_equal(memory.failed, 0);
    aei_model_delete(model);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

typedef struct seen {
    size_t count, first[4], rows[4];
} seen;

static void look(const void *call, const aei_block *block)
{
    seen *s = *(seen *const *)call;
    assert_true(block->index < 4);
    s->first[block->index] = block->first;
    s->rows[block->index] = block->pass.n;
    s->count++;
}

/* A last block of one row would keep one thread busy with nearly all of the work. */
static void test_blocks_are_equal(void **state)
{
    static const size_t rows[] = {1, 255, 256, 257, 511, 512, 513, 1000};
    ae_model *model = inference_model(NULL, AE_SIGMOID);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        seen s = {0}, *call = &s;
        size_t next = 0;
        assert_int_equal(aei_lanes_run(model, rows[i], look, &call), AE_OK);
        assert_int_equal(s.count, (rows[i] - 1) / AEI_INFERENCE_ROWS + 1);
        for (size_t b = 0; b < s.count; b++) {
            assert_int_equal(s.first[b], next);
            assert_in_range(s.rows[b], rows[i] / s.count, rows[i] / s.count + (rows[i] % s.count != 0));
            next += s.rows[b];
        }
        assert_int_equal(next, rows[i]);
    }
    aei_model_delete(model);
}

static void test_buffers_are_kept(void **state)
{
    static float codes[ROWS * LATENT], errors[ROWS];
    const aei_sums_request request = {.row = inference_row_backwards, .inputs = inference_x, .rows = ROWS};
    failing_alloc memory;
    ae_runtime *runtime;
    ae_model *model;
    size_t requests;
    aei_sums sums;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 3);
    assert_non_null(runtime);
    model = inference_model(runtime, AE_SIGMOID);
    assert_int_equal(aei_lanes_reserve(model, ROWS), AE_OK);
    requests = memory.requests;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(aei_infer_encode(model, inference_x, ROWS, STRIDE, codes, LATENT), AE_OK);
        assert_int_equal(aei_infer_encode(model, inference_x, 1, STRIDE, codes, LATENT), AE_OK);
        assert_int_equal(aei_row_errors(model, inference_x, ROWS, STRIDE, AE_SQUARED_ERROR, errors), AE_OK);
        assert_int_equal(aei_sums_take(model, &request, &sums), AE_OK);
    }
    assert_int_equal(memory.requests, requests);
    aei_model_delete(model);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_memory_leaves_the_outputs_untouched),
        cmocka_unit_test(test_blocks_are_equal),
        cmocka_unit_test(test_buffers_are_kept),
    };
    return cmocka_run_group_tests(tests, inference_rows, NULL);
}
