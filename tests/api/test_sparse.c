/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Sparse codes: L1, KL to a target activation, the k largest; the contractive penalty; how units are used. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"

enum { ROWS = 400, D = 8, LATENT = 12 };

static float x[ROWS * D];
static ae_dataset *data;

static ae_model_options options_of(ae_activation latent)
{
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = D;
    options.latent_dim = LATENT;
    options.latent_activation = latent;
    options.seed = 5;
    return options;
}

static ae_model_options topk(size_t k)
{
    ae_model_options options = options_of(AE_IDENTITY);
    options.code = AE_CODE_TOPK;
    options.topk = k;
    return options;
}

static ae_model *create(const ae_model_options *options)
{
    ae_model *model;
    if (ae_model_create(&model, options) != AE_OK)
        fail_msg("%s", ae_last_error());
    return model;
}

static ae_train_options training(uint64_t epochs)
{
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.epochs = epochs;
    options.batch_size = 40;
    options.learning_rate = 1e-2;
    return options;
}

static ae_code_report usage(const ae_model *model, double *mean, double *active)
{
    ae_code_report report = {.struct_size = sizeof report};
    assert_int_equal(ae_code_usage(model, data, mean, active, &report), AE_OK);
    assert_int_equal(report.rows, ROWS);
    return report;
}

static ae_epoch_report last_epoch(const ae_model *model)
{
    ae_epoch_report report = {.struct_size = sizeof report};
    assert_int_equal(ae_model_history(model, ae_model_history_length(model) - 1, &report), AE_OK);
    return report;
}

/* ---- L1 */

static void test_l1_makes_zeros(void **state)
{
    const double weights[] = {0, 0.01, 0.1, 100};
    double before = -1;
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const ae_model_options options = options_of(AE_RELU);
        ae_train_options how = training(60);
        ae_model *model = create(&options);
        how.code_l1 = weights[i];
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
        const double zeros = usage(model, NULL, NULL).zero_fraction;
        assert_true(zeros > before);
        before = zeros;
        ae_model_free(model);
    }
    assert_true(before == 1); /* nothing is worth that price */
}

/* What the history says of the last epoch is the weight times the mean of |code|, if the model hardly moves. */
static void test_parts_of_the_loss(void **state)
{
    const ae_model_options options = options_of(AE_TANH);
    ae_train_options how = training(1);
    ae_model *model = create(&options);
    static float codes[ROWS * LATENT];
    double sum = 0;
    (void)state;
    how.code_l1 = 0.3;
    how.learning_rate = 1e-6;
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
    const ae_epoch_report report = last_epoch(model);
    assert_int_equal(ae_encode(model, x, ROWS, 0, codes, 0), AE_OK);
    for (size_t i = 0; i < ROWS * LATENT; i++)
        sum += fabs((double)codes[i]) / ROWS;
    assert_true(fabs(report.penalty / (0.3 * sum) - 1) < 1e-3);
    assert_true(report.kl == 0 && fabs(report.train_loss - report.reconstruction - report.penalty) < 1e-9);
    ae_model_free(model);
}

/* ---- KL to a target activation */

static void test_mean_activations_reach_the_target(void **state)
{
    const double targets[] = {0.05, 0.2};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const ae_model_options options = options_of(AE_SIGMOID);
        ae_train_options how = training(80);
        ae_model *model = create(&options);
        double mean[LATENT];
        how.sparsity_weight = 10;
        how.sparsity_target = targets[i];
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
        usage(model, mean, NULL);
        for (size_t j = 0; j < LATENT; j++)
            assert_true(fabs(mean[j] / targets[i] - 1) < 0.2);
        ae_model_free(model);
    }
}

/* ---- the k largest */

static void test_topk(void **state)
{
    static float codes[ROWS * LATENT];
    (void)state;
    for (size_t k = 1; k <= LATENT; k += 4) {
        const ae_model_options options = topk(k);
        const ae_train_options how = training(20);
        ae_model *model = create(&options);
        assert_int_equal(ae_model_code(model), AE_CODE_TOPK);
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
        assert_int_equal(ae_encode(model, x, ROWS, 0, codes, 0), AE_OK);
        for (size_t r = 0; r < ROWS; r++) {
            size_t kept = 0;
            for (size_t j = 0; j < LATENT; j++)
                kept += codes[r * LATENT + j] != 0;
            assert_int_equal(kept, k);
        }
        assert_true(fabs(usage(model, NULL, NULL).zero_fraction - (1 - (double)k / LATENT)) < 1e-12);
        ae_model_free(model);
    }
}

/* With every entry kept it is the plain model. */
static void test_topk_of_all_is_plain(void **state)
{
    const ae_model_options all = topk(LATENT), plain = options_of(AE_IDENTITY);
    const ae_train_options how = training(3);
    ae_model *a = create(&all), *b = create(&plain);
    float of_a[D], of_b[D];
    (void)state;
    assert_int_equal(ae_fit(a, data, NULL, &how), AE_OK);
    assert_int_equal(ae_fit(b, data, NULL, &how), AE_OK);
    assert_int_equal(ae_reconstruct(a, x, 1, 0, of_a, 0), AE_OK);
    assert_int_equal(ae_reconstruct(b, x, 1, 0, of_b, 0), AE_OK);
    assert_memory_equal(of_a, of_b, sizeof of_a);
    ae_model_free(a);
    ae_model_free(b);
}

/* By default, however small a share of the code the k are. */
static void test_boost_keeps_units_alive(void **state)
{
    uint64_t dead[2];
    (void)state;
    for (int boosted = 0; boosted < 2; boosted++) {
        ae_model_options options = topk(1);
        ae_train_options how = training(40);
        options.latent_dim = 30;
        ae_model *model = create(&options);
        how.topk_boost *= boosted;
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
        dead[boosted] = usage(model, NULL, NULL).dead_units;
        ae_model_free(model);
    }
    assert_true(dead[1] + 5 < dead[0]);
}

static void test_topk_is_saved(void **state)
{
    static unsigned char bytes[50000];
    const ae_model_options options = topk(3);
    ae_train_options how = training(3);
    ae_model *model = create(&options), *loaded;
    float codes[2][50 * LATENT], use[LATENT];
    size_t size;
    (void)state;
    how.code_l1 = 0.1;
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
    assert_int_equal(ae_model_save_memory(model, bytes, sizeof bytes, &size), AE_OK);
    assert_int_equal(ae_model_load_memory(&loaded, bytes, size, NULL), AE_OK);
    assert_true(architecture_same(model, loaded)); /* "code.use" among the tensors */
    assert_int_equal(ae_model_get_tensor(loaded, "code.use", use, LATENT), AE_OK);
    assert_int_equal(ae_model_code(loaded), AE_CODE_TOPK);
    assert_true(last_epoch(loaded).penalty == last_epoch(model).penalty && last_epoch(loaded).penalty > 0);
    assert_true(last_epoch(loaded).reconstruction == last_epoch(model).reconstruction);
    assert_int_equal(ae_encode(model, x, 50, 0, codes[0], 0), AE_OK);
    assert_int_equal(ae_encode(loaded, x, 50, 0, codes[1], 0), AE_OK);
    assert_memory_equal(codes[0], codes[1], sizeof codes[0]);
    ae_model_free(model);
    ae_model_free(loaded);
}

static void test_not_a_number_goes_through(void **state)
{
    const ae_model_options options = topk(3);
    ae_model *model = create(&options);
    float row[D] = {NAN}, code[LATENT], back[D];
    (void)state;
    assert_int_equal(ae_encode(model, row, 1, 0, code, 0), AE_OK);
    assert_int_equal(ae_reconstruct(model, row, 1, 0, back, 0), AE_OK);
    for (size_t j = 0; j < D; j++)
        assert_true(isnan(code[j]) && isnan(back[j]));
    ae_model_free(model);
}

/* ---- the contractive penalty */

/* Mean |d code / d x|^2 over some rows, by differences. */
static double jacobian(const ae_model *model)
{
    const float h = 1e-2f;
    double sum = 0;
    for (size_t r = 0; r < 20; r++)
        for (size_t j = 0; j < D; j++) {
            float row[D], up[LATENT], down[LATENT];
            memcpy(row, x + r * D, sizeof row);
            row[j] += h;
            assert_int_equal(ae_encode(model, row, 1, 0, up, 0), AE_OK);
            row[j] -= 2 * h;
            assert_int_equal(ae_encode(model, row, 1, 0, down, 0), AE_OK);
            for (size_t c = 0; c < LATENT; c++)
                sum += pow((double)(up[c] - down[c]) / (2 * (double)h), 2) / 20;
        }
    return sum;
}

static void test_contraction(void **state)
{
    static const size_t hidden[] = {10};
    double norms[3];
    (void)state;
    for (int which = 0; which < 3; which++) {
        ae_model_options options = options_of(AE_SIGMOID);
        ae_train_options how = training(40);
        options.hidden_dims = hidden;
        options.hidden_count = 1;
        options.hidden_activation = AE_SOFTPLUS;
        ae_model *model = create(&options);
        how.contraction = which * 0.1;
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
        norms[which] = jacobian(model);
        const double penalty = last_epoch(model).penalty;
        assert_true(which == 0 ? penalty == 0 : fabs(penalty / (which * 0.1 * norms[which]) - 1) < 0.3);
        ae_model_free(model);
    }
    assert_true(norms[1] < 0.5 * norms[0] && norms[2] < norms[1]);
}

/* ---- what is refused */

static void test_refused(void **state)
{
    const double bad[] = {-1, NAN, INFINITY}, rhos[] = {0, 1, -0.1, 1.1, NAN};
    static const size_t hidden[] = {10};
    ae_model_options options = options_of(AE_SIGMOID);
    ae_model *model = create(&options), *untouched = create(&options), *other;
    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (int field = 0; field < 4; field++) {
            ae_train_options how = training(1);
            double *const fields[] = {&how.code_l1, &how.sparsity_weight, &how.contraction, &how.topk_boost};
            *fields[field] = bad[i];
            assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
        }
    for (size_t i = 0; i < 5; i++) {
        ae_train_options how = training(1);
        how.sparsity_weight = 1;
        how.sparsity_target = rhos[i];
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
    }
    assert_true(architecture_same(model, untouched) && ae_model_history_length(model) == 0);
    ae_model_free(model);
    ae_model_free(untouched);

    ae_train_options how = training(1);
    how.sparsity_weight = 1;
    options = options_of(AE_RELU); /* a mean above 1 has no KL to rho */
    model = create(&options);
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
    ae_model_free(model);

    how = training(1);
    how.contraction = 1;
    options = options_of(AE_SIGMOID);
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    for (int which = 0; which < 3; which++) {
        options.batch_norm = which == 0;
        options.dropout = which == 1 ? 0.1 : 0;
        options.code = which == 2 ? AE_CODE_TOPK : AE_CODE_PLAIN;
        options.topk = which == 2;
        model = create(&options);
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_UNSUPPORTED);
        ae_model_free(model);
    }
    for (size_t k = 0; k <= LATENT + 1; k += LATENT + 1) {
        options = topk(k);
        assert_int_equal(ae_model_create(&other, &options), AE_ERROR_INVALID_ARGUMENT);
        assert_null(other);
    }
}

/* ---- the report */

static void test_usage(void **state)
{
    const ae_model_options options = options_of(AE_RELU);
    ae_model *model = create(&options);
    float bias[LATENT] = {0}, wrong[3] = {0};
    static float codes[ROWS * LATENT];
    double mean[LATENT], active[LATENT], zeros = 0;
    ae_code_report report = {.struct_size = sizeof report};
    ae_dataset *narrow;
    (void)state;
    bias[1] = bias[4] = -100; /* two that are never on */
    bias[2] = 100;            /* and one that always is */
    assert_int_equal(ae_model_set_tensor(model, "encoder.0.bias", bias, LATENT), AE_OK);
    assert_int_equal(ae_encode(model, x, ROWS, 0, codes, 0), AE_OK);
    report = usage(model, mean, active);
    for (size_t j = 0; j < LATENT; j++) {
        double sum = 0, on = 0;
        for (size_t r = 0; r < ROWS; r++) {
            sum += (double)codes[r * LATENT + j];
            on += codes[r * LATENT + j] != 0;
        }
        assert_true(fabs(mean[j] - sum / ROWS) < 1e-5 * fmax(1, fabs(mean[j])) && fabs(active[j] - on / ROWS) < 1e-12);
        zeros += 1 - active[j];
    }
    assert_true(mean[1] == 0 && active[4] == 0 && active[2] == 1 && report.dead_units >= 2);
    assert_true(fabs(report.zero_fraction - zeros / LATENT) < 1e-12);
    assert_int_equal(ae_dataset_from_memory(&narrow, NULL, wrong, 1, 3, 0), AE_OK);
    assert_int_equal(ae_code_usage(model, narrow, NULL, NULL, &report), AE_ERROR_SHAPE);
    ae_dataset_free(narrow);
    float nan_row[D] = {NAN};
    assert_int_equal(ae_dataset_from_memory(&narrow, NULL, nan_row, 1, D, 0), AE_OK);
    assert_int_equal(ae_code_usage(model, narrow, NULL, NULL, &report), AE_ERROR_DATA);
    ae_dataset_free(narrow);
    ae_model_free(model);
}

static int set_up(void **state)
{
    (void)state;
    architecture_rows(x, ROWS, D, 1);
    return ae_dataset_from_memory(&data, NULL, x, ROWS, D, 0);
}

static int tear_down(void **state)
{
    (void)state;
    ae_dataset_free(data);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_l1_makes_zeros),
        cmocka_unit_test(test_parts_of_the_loss),
        cmocka_unit_test(test_mean_activations_reach_the_target),
        cmocka_unit_test(test_topk),
        cmocka_unit_test(test_topk_of_all_is_plain),
        cmocka_unit_test(test_boost_keeps_units_alive),
        cmocka_unit_test(test_topk_is_saved),
        cmocka_unit_test(test_not_a_number_goes_through),
        cmocka_unit_test(test_contraction),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_usage),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
