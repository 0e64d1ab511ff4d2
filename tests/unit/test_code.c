/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* That the gradients are right is tested in tests/gradients. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include "model/code.h"
#include "support/layer_rows.h"

/* ---- the k largest */

static void test_largest_by_hand(void **state)
{
    const aei_real score[6] = {3, -1, 3, 2, 3, -5}, value[6] = {1, 2, 3, 4, 5, 6};
    aei_real out[6];
    (void)state;
    aei_code_keep_largest(score, value, 6, 2, out); /* of equal ones the first */
    assert_memory_equal(out, ((aei_real[]){1, 0, 3, 0, 0, 0}), sizeof out);
    aei_code_keep_largest(score, value, 6, 4, out);
    assert_memory_equal(out, ((aei_real[]){1, 0, 3, 4, 5, 0}), sizeof out);
    aei_code_keep_largest(score, value, 6, 6, out);
    assert_memory_equal(out, value, sizeof out);
    aei_code_keep_largest(score, score, 6, 5, out); /* negative numbers may be among the largest */
    assert_memory_equal(out, ((aei_real[]){3, -1, 3, 2, 3, 0}), sizeof out);
    aei_code_keep_largest(score, score, 1, 1, out);
    assert_true(out[0] == 3);
}

static int descending(const void *a, const void *b)
{
    const aei_real x = *(const aei_real *)a, y = *(const aei_real *)b;
    return (x < y) - (x > y);
}

static void test_largest_against_sorting(void **state)
{
    enum { WIDTH = 40 };
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        const size_t k = 1 + seed % WIDTH;
        aei_real score[WIDTH], sorted[WIDTH], out[WIDTH], least;
        size_t kept = 0;
        layer_rows_uniform(seed, 0, -3, 3, score, WIDTH);
        for (size_t j = 0; seed % 2 && j < WIDTH; j++)
            score[j] = (aei_real)floor((double)score[j]); /* many equal ones */
        for (size_t j = 0; j < WIDTH; j++)
            score[j] += 10;                               /* so that 0 means not kept */
        memcpy(sorted, score, sizeof score);
        qsort(sorted, WIDTH, sizeof *sorted, descending);
        least = sorted[k - 1];
        aei_code_keep_largest(score, score, WIDTH, k, out);
        for (size_t j = 0; j < WIDTH; j++) {
            assert_true(out[j] == score[j] || (out[j] == 0 && score[j] <= least));
            kept += out[j] != 0;
        }
        assert_int_equal(kept, k);
    }
}

static void test_not_a_number_is_seen(void **state)
{
    (void)state;
    for (size_t at = 0; at < 4; at++) {
        aei_real score[4] = {1, 2, 3, 4}, out[4];
        score[at] = (aei_real)NAN;
        aei_code_keep_largest(score, score, 4, 2, out);
        assert_true(isnan(out[at]));
    }
}

/* ---- in a model */

enum { D = 4, CODE = 6, N = 5 };

static ae_model *new_model(ae_code code, ae_variance variance, size_t topk)
{
    const size_t width = code == AE_CODE_GAUSSIAN && variance == AE_VARIANCE_SHARED ? 2 * CODE : CODE;
    const layer_row encoder = {.kind = AEI_LAYER_DENSE, .units = width};
    const layer_row decoder = {.kind = AEI_LAYER_DENSE, .units = D};
    ae_model *model = layer_rows_design(&encoder, 1, &decoder, 1, &(aei_design){
        .input_dim = D, .loss = AE_GAUSSIAN_LIKELIHOOD, .noise_deviation = 1, .code = code, .variance = variance,
        .topk = topk});
    assert_non_null(model);
    layer_rows_randomise(model, 1);
    return model;
}

static void test_infer(void **state)
{
    aei_real e[N * 2 * CODE], code[N * (CODE + 2)];
    (void)state;
    layer_rows_uniform(1, 0, -1, 1, e, N * 2 * CODE);
    for (ae_code kind = AE_CODE_PLAIN; kind <= AE_CODE_GAUSSIAN; kind++)
        for (ae_variance variance = AE_VARIANCE_SHARED; variance <= AE_VARIANCE_ONE; variance++) {
            ae_model *model = new_model(kind, variance, 2);
            const size_t width = model->encoder.out;
            for (size_t i = 0; i < N * (CODE + 2); i++)
                code[i] = 77;
            aei_code_infer(model, NULL, 0, e, N, code, CODE + 2, NULL);
            for (size_t r = 0; r < N; r++) {
                size_t kept = 0;
                for (size_t j = 0; j < CODE; j++) {
                    const aei_real got = code[r * (CODE + 2) + j];
                    assert_true(got == e[r * width + j] || (kind == AE_CODE_TOPK && got == 0));
                    kept += got != 0;
                }
                assert_int_equal(kept, kind == AE_CODE_TOPK ? 2 : CODE);
                assert_true(code[r * (CODE + 2) + CODE] == 77 && code[r * (CODE + 2) + CODE + 1] == 77);
            }
            aei_model_delete(model);
        }
}

static aei_pass pass_over(const ae_model *model, aei_workspace *workspace)
{
    return (aei_pass){.runtime = model->runtime, .kernels = model->kernels, .set = &model->set,
                      .gradients = workspace->gradients, .n = N, .seed = 1};
}

/* The moments of z - mu over many steps are those of N(0, sigma^2); samples of a row and steps differ. */
static void test_samples_of_the_posterior(void **state)
{
    const aei_objective objective = {.kl_weight = 1, .samples = 3};
    const int steps = 2000;
    ae_model *model = new_model(AE_CODE_GAUSSIAN, AE_VARIANCE_SHARED, 0);
    aei_workspace *workspace;
    aei_real x[N * D];
    double mean = 0, square = 0, neighbours = 0;
    (void)state;
    layer_rows_uniform(1, 0, -1, 1, x, N * D);
    assert_int_equal(aei_workspace_create(&workspace, model, &objective, &(aei_room){.rows = N}), AE_OK);
    for (int step = 0; step < steps; step++) {
        aei_pass pass = pass_over(model, workspace);
        pass.step = (uint64_t)step;
        aei_objective_forward(model, workspace, &pass, &objective, x, D, x, D, NULL);
        const aei_real *e = workspace->encoder[0].y, *z = workspace->z;
        for (size_t r = 0; r < N; r++)
            for (size_t j = 0; j < CODE; j++) {
                const double mu = (double)e[r * 2 * CODE + j], sigma = exp((double)e[r * 2 * CODE + CODE + j] / 2);
                const double first = ((double)z[r * CODE + j] - mu) / sigma;
                const double second = ((double)z[(N + r) * CODE + j] - mu) / sigma;
                mean += first / (steps * N * CODE);
                square += first * first / (steps * N * CODE);
                neighbours += first * second / (steps * N * CODE);
            }
    }
    const double bound = 5 / sqrt(steps * N * CODE);
    assert_true(fabs(mean) < bound && fabs(square - 1) < sqrt(2) * bound && fabs(neighbours) < bound);
    aei_workspace_free(workspace);
    aei_model_delete(model);
}

/* Units that never win without a bonus do with one, and the shares of use come closer. */
static void test_boost_revives(void **state)
{
    double least[2];
    (void)state;
    for (int boosted = 0; boosted < 2; boosted++) {
        const aei_objective objective = {.samples = 1, .topk_boost = 3 * boosted};
        ae_model *model = new_model(AE_CODE_TOPK, 0, 2);
        const aei_real *use = model->set.values + model->set.params[model->use].first;
        aei_real *bias = model->set.values + model->set.params[model->encoder.layers[0].bias].first;
        aei_workspace *workspace;
        aei_real x[N * D];
        double sum = 0;
        for (size_t j = 0; j < CODE; j++) {
            bias[j] = j < 2 ? 5 : 0; /* the first two win always */
            assert_float_equal(use[j], 2.0 / CODE, 1e-6);
        }
        assert_int_equal(aei_workspace_create(&workspace, model, &objective, &(aei_room){.rows = N}), AE_OK);
        for (uint64_t step = 0; step < 2000; step++) {
            const aei_pass pass = pass_over(model, workspace);
            layer_rows_uniform(step, 0, -0.5, 0.5, x, N * D);
            aei_objective_forward(model, workspace, &pass, &objective, x, D, x, D, NULL);
        }
        least[boosted] = 1;
        for (size_t j = 0; j < CODE; j++) {
            sum += (double)use[j];
            least[boosted] = fmin(least[boosted], (double)use[j]);
        }
        assert_float_equal(sum, 2, 1e-4); /* two of a row are always in use */
        aei_workspace_free(workspace);
        aei_model_delete(model);
    }
    assert_true(least[0] < 1e-6 && least[1] > 0.01);
}

/* A bonus of 4 at most: none for units 0 to 2 that are used enough, half for unit 3, none for the 0 of unit 4. */
static void test_bonus_by_hand(void **state)
{
    const aei_real e[CODE] = {4, 2, 1, 1, 0, -2}, share[CODE] = {3, 1, 1, 0.5f, 0, 0};
    const aei_objective objective = {.samples = 1, .topk_boost = 4 / sqrt(26.0 / CODE)};
    ae_model *model = new_model(AE_CODE_TOPK, 0, 2);
    aei_real *use = model->set.values + model->set.params[model->use].first;
    const aei_layer *layer = &model->encoder.layers[0];
    const aei_real x[N * D] = {0};
    aei_workspace *workspace;
    (void)state;
    for (size_t j = 0; j < CODE; j++) {
        model->set.values[model->set.params[layer->bias].first + j] = e[j];
        use[j] = share[j] * 2 / CODE;
    }
    assert_int_equal(aei_workspace_create(&workspace, model, &objective, &(aei_room){.rows = N}), AE_OK);
    const aei_pass pass = pass_over(model, workspace);
    aei_objective_forward(model, workspace, &pass, &objective, x, D, x, D, NULL);
    for (size_t r = 0; r < N; r++)
        assert_memory_equal(workspace->z + r * CODE, ((aei_real[CODE]){4, 0, 0, 1, 0, 0}), CODE * sizeof(aei_real));
    assert_float_equal(use[3], 0.5 * 2 / CODE * 0.99 + 0.01, 1e-6);
    assert_float_equal(use[4], 0, 0);
    aei_workspace_free(workspace);
    aei_model_delete(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_largest_by_hand),
        cmocka_unit_test(test_largest_against_sorting),
        cmocka_unit_test(test_not_a_number_is_seen),
        cmocka_unit_test(test_infer),
        cmocka_unit_test(test_samples_of_the_posterior),
        cmocka_unit_test(test_boost_revives),
        cmocka_unit_test(test_bonus_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
