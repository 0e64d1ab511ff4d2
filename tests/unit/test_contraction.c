/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* That the gradients are right is tested in tests/gradients. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/objective.h"
#include "support/failing_alloc.h"
#include "support/layer_rows.h"

enum { D = 4, CODE = 3, N = 5 };

static const layer_row decoder = {.kind = AEI_LAYER_DENSE, .units = D};

static double penalty_of(const ae_model *model, double weight, const aei_real *x)
{
    const aei_objective objective = {.samples = 1, .contraction = weight};
    aei_workspace *workspace;
    assert_int_equal(aei_workspace_create(&workspace, model, &objective, &(aei_room){.rows = N + 1}), AE_OK);
    const aei_pass pass = {.runtime = model->runtime, .kernels = model->kernels, .set = &model->set,
                           .gradients = workspace->gradients, .n = N};
    const double penalty = aei_objective_forward(model, workspace, &pass, &objective, x, D, x, D, NULL).penalty;
    aei_workspace_free(workspace);
    return penalty;
}

/* One layer: sum_j f'(z_j)^2 |W_j|^2, where f' is 1 or h (1 - h). */
static void test_one_layer(void **state)
{
    aei_real x[N * D];
    (void)state;
    layer_rows_uniform(1, 0, -1, 1, x, N * D);
    for (int sigmoid = 0; sigmoid < 2; sigmoid++) {
        const layer_row encoder = {.kind = AEI_LAYER_DENSE, .units = CODE, .f = sigmoid ? AE_SIGMOID : AE_IDENTITY};
        ae_model *model = layer_rows_model(&encoder, 1, &decoder, 1, D, AE_SQUARED_ERROR, NULL);
        double expected = 0;
        layer_rows_randomise(model, 2);
        const aei_real *w = model->set.values + model->set.params[model->encoder.layers[0].weight].first;
        const aei_real *b = model->set.values + model->set.params[model->encoder.layers[0].bias].first;
        for (size_t r = 0; r < N; r++)
            for (size_t j = 0; j < CODE; j++) {
                double z = (double)b[j], square = 0, slope = 1;
                for (size_t i = 0; i < D; i++) {
                    z += (double)w[j * D + i] * (double)x[r * D + i];
                    square += (double)w[j * D + i] * (double)w[j * D + i];
                }
                if (sigmoid)
                    slope = 1 / (1 + exp(-z)) / (1 + exp(z));
                expected += 0.7 / N * slope * slope * square;
            }
        assert_true(fabs(penalty_of(model, 0.7, x) / expected - 1) < 1e-5);
        aei_model_delete(model);
    }
}

static void test_unsupported(void **state)
{
    const layer_row rows[][2] = {
        {{.kind = AEI_LAYER_DENSE, .units = CODE}, {.kind = AEI_LAYER_BATCH_NORM}},
        {{.kind = AEI_LAYER_DENSE, .units = CODE}, {.kind = AEI_LAYER_DROPOUT, .rate = 0.5}},
    };
    const layer_row plain = {.kind = AEI_LAYER_DENSE, .units = 2 * CODE};
    const aei_objective objective = {.samples = 1, .contraction = 1};
    aei_workspace *workspace = (aei_workspace *)&workspace;
    ae_model *model;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        model = layer_rows_model(rows[i], 2, &decoder, 1, D, AE_SQUARED_ERROR, NULL);
        assert_int_equal(aei_workspace_create(&workspace, model, &objective, &(aei_room){.rows = N}),
                         AE_ERROR_UNSUPPORTED);
        assert_null(workspace);
        aei_model_delete(model);
    }
    for (ae_code code = AE_CODE_TOPK; code <= AE_CODE_GAUSSIAN; code++) {
        model = layer_rows_design(&plain, 1, &decoder, 1, &(aei_design){
            .input_dim = D, .loss = AE_GAUSSIAN_LIKELIHOOD, .noise_deviation = 1, .code = code, .topk = 1});
        assert_int_equal(aei_workspace_create(&workspace, model, &objective, &(aei_room){.rows = N}),
                         AE_ERROR_UNSUPPORTED);
        aei_model_delete(model);
    }
}

static void test_too_large(void **state)
{
    const layer_row encoder = {.kind = AEI_LAYER_DENSE, .units = CODE};
    ae_model *model = layer_rows_model(&encoder, 1, &decoder, 1, D, AE_SQUARED_ERROR, NULL);
    aei_contraction *contraction;
    (void)state;
    assert_int_equal(aei_contraction_create(&contraction, model, SIZE_MAX / 8), AE_ERROR_SHAPE);
    assert_null(contraction);
    aei_contraction_free(NULL);
    aei_model_delete(model);
}

static void test_no_memory(void **state)
{
    const layer_row encoder = {.kind = AEI_LAYER_DENSE, .units = CODE};
    failing_alloc memory;
    (void)state;
    failing_alloc_init(&memory);
    ae_runtime *runtime = failing_alloc_runtime(&memory, 1);
    ae_model *model = layer_rows_model(&encoder, 1, &decoder, 1, D, AE_SQUARED_ERROR, runtime);
    aei_contraction *contraction;
    assert_non_null(model);
    for (size_t n = 1;; n++) {
        failing_alloc_fail_at(&memory, n, false);
        const ae_status status = aei_contraction_create(&contraction, model, N);
        if (memory.failed == 0)
            break;
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        assert_null(contraction);
    }
    assert_non_null(contraction);
    failing_alloc_fail_at(&memory, 0, false);
    aei_contraction_free(contraction);
    aei_model_delete(model);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_layer),
        cmocka_unit_test(test_unsupported),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
