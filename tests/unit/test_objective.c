/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* That the gradients are right is tested in tests/gradients. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/runtime.h"
#include "model/objective.h"
#include "model/row_loss.h"
#include "support/failing_alloc.h"
#include "support/layer_rows.h"

enum { N = 7, D = 6, LATENT = 2 };

/* Tied, and with activations that keep z; no dropout nor normalisation, so training's forward is that of inference. */
static ae_model *new_model(ae_runtime *runtime, ae_loss loss)
{
    static const layer_row encoder[] = {{.kind = AEI_LAYER_DENSE, .units = 5, .f = AE_GELU},
                                        {.kind = AEI_LAYER_DENSE, .units = LATENT}};
    static const layer_row decoder[] = {{.kind = AEI_LAYER_DENSE, .units = 5, .f = AE_SILU, .tied_to = 2},
                                        {.kind = AEI_LAYER_DENSE, .units = D, .f = AE_SIGMOID, .tied_to = 1}};
    ae_model *model = layer_rows_model(encoder, 2, decoder, 2, D, loss, runtime);
    assert_non_null(model);
    layer_rows_randomise(model, 1);
    return model;
}

static const aei_objective plain = {.kl_weight = 1, .samples = 1};

static aei_pass pass_over(const ae_model *model, aei_workspace *workspace)
{
    return (aei_pass){.runtime = model->runtime, .kernels = model->kernels, .set = &model->set,
                      .gradients = workspace->gradients, .n = N};
}

static void check_loss(ae_loss loss)
{
    ae_model *model = new_model(NULL, loss);
    aei_workspace *workspace;
    aei_real x[N * D];
    float errors[N];
    double mean = 0;
    aei_pass pass;
    assert_int_equal(aei_workspace_create(&workspace, model, &plain, &(aei_room){.rows = N + 1}), AE_OK);
    pass = pass_over(model, workspace);
    layer_rows_uniform(2, 0, 0, 1, x, N * D);
    assert_int_equal(aei_row_errors(model, x, N, D, loss, errors), AE_OK);
    for (size_t r = 0; r < N; r++)
        mean += (double)errors[r] / N;
    assert_true(fabs(aei_objective_forward(model, workspace, &pass, &plain, x, D, x, D, NULL).total - mean) < 1e-5);
    aei_workspace_free(workspace);
    aei_model_delete(model);
}

static void test_the_loss_is_that_of_inference(void **state)
{
    (void)state;
    check_loss(AE_SQUARED_ERROR);
    check_loss(AE_BINARY_CROSS_ENTROPY);
}

/* With an update the parameters move, by what the gradients of the batch say, and then only. */
static void test_update(void **state)
{
    ae_model *model = new_model(NULL, AE_SQUARED_ERROR);
    aei_workspace *workspace;
    aei_real x[N * D], before[200];
    aei_update update;
    aei_pass pass;
    double loss;
    (void)state;
    assert_true(model->set.total <= 200);
    assert_int_equal(aei_workspace_create(&workspace, model, &plain, &(aei_room){.rows = N}), AE_OK);
    pass = pass_over(model, workspace);
    layer_rows_uniform(2, 0, 0, 1, x, N * D);
    memcpy(before, model->set.values, model->set.total * sizeof *before);
    loss = aei_objective_forward(model, workspace, &pass, &plain, x, D, x, D, NULL).total;
    aei_objective_backward(model, workspace, &pass, &plain, x, D);
    assert_memory_equal(before, model->set.values, model->set.total * sizeof *before);

    update = (aei_update){.kind = AEI_UPDATE_SGD, .w = model->set.values, .g = workspace->gradients,
                          .learning_rate = (aei_real)0.01, .gradient_scale = 1};
    pass.update = &update;
    assert_true(aei_objective_forward(model, workspace, &pass, &plain, x, D, x, D, NULL).total == loss);
    aei_objective_backward(model, workspace, &pass, &plain, x, D);
    for (size_t i = 0; i < model->set.count; i++)
        for (size_t j = 0; j < aei_param_length(&model->set.params[i]); j++) {
            const size_t at = model->set.params[i].first + j;
            assert_float_equal(model->set.values[at], before[at] - (aei_real)0.01 * workspace->gradients[at], 1e-6);
        }
    assert_true(aei_objective_forward(model, workspace, &pass, &plain, x, D, x, D, NULL).total < loss);
    aei_workspace_free(workspace);
    aei_model_delete(model);
}

static void test_places(void **state)
{
    ae_model *model = new_model(NULL, AE_SQUARED_ERROR);
    aei_workspace *w;
    (void)state;
    assert_int_equal(aei_workspace_create(&w, model, &plain, &(aei_room){.rows = 3}), AE_OK);
    assert_int_equal(w->rows, 3);
    {
        const void *const places[] = {w->encoder[0].y, w->encoder[0].z, w->encoder[1].y, w->decoder[0].y,
                                      w->decoder[0].z, w->decoder[1].y, w->gradients, w->scratch0, w->scratch1,
                                      w->x, w->target, w->row_loss};
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            assert_non_null(places[i]);
            assert_int_equal((uintptr_t)places[i] % AEI_ALIGNMENT, 0);
        }
    }
    assert_null(w->encoder[1].z);
    assert_null(w->encoder[0].extra);
    aei_workspace_free(w);
    aei_workspace_free(NULL);
    aei_model_delete(model);
}

static void test_too_many_rows(void **state)
{
    const size_t rows[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 8, SIZE_MAX / 24};
    ae_model *model = new_model(NULL, AE_SQUARED_ERROR);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        aei_workspace *workspace = (aei_workspace *)model;
        assert_int_equal(aei_workspace_create(&workspace, model, &plain, &(aei_room){.rows = rows[i]}), AE_ERROR_SHAPE);
        assert_null(workspace);
        assert_non_null(strstr(aei_error_text(), "too large"));
    }
    aei_model_delete(model);
}

static void test_every_allocation_failing(void **state)
{
    failing_alloc memory;
    ae_runtime *runtime;
    ae_model *model;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    assert_non_null(runtime);
    model = new_model(runtime, AE_SQUARED_ERROR);
    for (size_t n = 1, before = memory.live_blocks; n <= 2; n++) {
        aei_workspace *workspace = (aei_workspace *)model;
        failing_alloc_fail_at(&memory, n, false);
        assert_int_equal(aei_workspace_create(&workspace, model, &plain, &(aei_room){.rows = N}), AE_ERROR_NO_MEMORY);
        assert_null(workspace);
        assert_int_equal(memory.live_blocks, before);
    }
    aei_model_delete(model);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_loss_is_that_of_inference),
        cmocka_unit_test(test_update),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_too_many_rows),
        cmocka_unit_test(test_every_allocation_failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
