/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A model with a scaling does with data in its own units what a model without one does with data scaled by hand; and
 * scores, of rows and features, with their threshold. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"
#include "support/failing_alloc.h"

enum { ROWS = 600, D = 8, LATENT = 3 };

static float raw[ROWS * D];    /* columns from 1e-3 to 1e4 in size, one of them constant */
static float scaled[ROWS * D]; /* by hand */
static float offset[D], scale[D];

static void assert_bytes(const float *a, const float *b, size_t count)
{
    assert_memory_equal(a, b, count * sizeof *a);
}

static void scale_by_hand(const ae_model *model)
{
    assert_int_equal(ae_model_get_scaling(model, offset, scale, D), AE_OK);
    for (size_t i = 0; i < ROWS * D; i++)
        scaled[i] = (raw[i] - offset[i % D]) / scale[i % D];
}

/* x as the model gives it, from x in scaled units. */
static void unscale_by_hand(float *x, size_t rows)
{
    for (size_t i = 0; i < rows * D; i++)
        x[i] = x[i] * scale[i % D] + offset[i % D];
}

static ae_dataset *dataset_of(const float *x, size_t rows)
{
    ae_dataset *dataset;
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, x, rows, D, 0), AE_OK);
    return dataset;
}

static void assert_same_evaluation(const ae_evaluation *a, const ae_evaluation *b)
{
    assert_true(a->loss == b->loss && a->squared_error == b->squared_error && a->kl == b->kl);
    assert_true(a->binary_cross_entropy == b->binary_cross_entropy ||
                (isnan(a->binary_cross_entropy) && isnan(b->binary_cross_entropy)));
}

/* Everything that takes or gives rows. */
static void compare(const ae_model *in_units, const ae_model *by_hand)
{
    static float a[ROWS * D], b[ROWS * D], scores[2][ROWS], features[2][ROWS * D];
    const ae_loss loss = ae_model_loss(in_units);
    ae_dataset *x = dataset_of(raw, ROWS), *y = dataset_of(scaled, ROWS);
    ae_evaluation of_a = {.struct_size = sizeof of_a}, of_b = {.struct_size = sizeof of_b};
    ae_code_report usage_a = {.struct_size = sizeof usage_a}, usage_b = {.struct_size = sizeof usage_b};
    assert_true(architecture_same(in_units, by_hand));
    assert_int_equal(ae_encode(in_units, raw, ROWS, 0, a, 0), AE_OK);
    assert_int_equal(ae_encode(by_hand, scaled, ROWS, 0, b, 0), AE_OK);
    assert_bytes(a, b, ROWS * LATENT);
    assert_int_equal(ae_decode(in_units, scaled, ROWS, 0, a, 0), AE_OK);
    assert_int_equal(ae_decode(by_hand, scaled, ROWS, 0, b, 0), AE_OK);
    unscale_by_hand(b, ROWS);
    assert_bytes(a, b, ROWS * D);
    assert_int_equal(ae_reconstruct(in_units, raw, ROWS, 0, a, 0), AE_OK);
    assert_int_equal(ae_reconstruct(by_hand, scaled, ROWS, 0, b, 0), AE_OK);
    unscale_by_hand(b, ROWS);
    assert_bytes(a, b, ROWS * D);
    assert_int_equal(ae_reconstruction_error(in_units, raw, ROWS, 0, loss, a), AE_OK);
    assert_int_equal(ae_reconstruction_error(by_hand, scaled, ROWS, 0, loss, b), AE_OK);
    assert_bytes(a, b, ROWS);
    assert_int_equal(ae_score(in_units, raw, ROWS, 0, scores[0], features[0], 0), AE_OK);
    assert_int_equal(ae_score(by_hand, scaled, ROWS, 0, scores[1], features[1], 0), AE_OK);
    assert_bytes(scores[0], scores[1], ROWS);
    assert_bytes(features[0], features[1], ROWS * D);
    assert_int_equal(ae_evaluate(in_units, x, &of_a), AE_OK);
    assert_int_equal(ae_evaluate(by_hand, y, &of_b), AE_OK);
    assert_same_evaluation(&of_a, &of_b);
    assert_int_equal(ae_evaluate_targets(in_units, x, x, &of_a), AE_OK);
    assert_same_evaluation(&of_a, &of_b);
    assert_int_equal(ae_code_usage(in_units, x, NULL, NULL, &usage_a), AE_OK);
    assert_int_equal(ae_code_usage(by_hand, y, NULL, NULL, &usage_b), AE_OK);
    assert_true(usage_a.zero_fraction == usage_b.zero_fraction);
    if (ae_model_code(in_units) == AE_CODE_GAUSSIAN) {
        ae_vae_evaluation vae_a = {.struct_size = sizeof vae_a}, vae_b = {.struct_size = sizeof vae_b};
        assert_int_equal(ae_vae_encode(in_units, raw, ROWS, 0, a, 0, a + ROWS * LATENT, 0), AE_OK);
        assert_int_equal(ae_vae_encode(by_hand, scaled, ROWS, 0, b, 0, b + ROWS * LATENT, 0), AE_OK);
        assert_bytes(a, b, 2 * ROWS * LATENT);
        for (int32_t observe = 0; observe < 2; observe++) {
            assert_int_equal(ae_vae_sample(in_units, 1, 2, 300, observe, a, 0), AE_OK);
            assert_int_equal(ae_vae_sample(by_hand, 1, 2, 300, observe, b, 0), AE_OK);
            unscale_by_hand(b, 300);
            assert_bytes(a, b, 300 * D);
        }
        assert_int_equal(ae_vae_evaluate(in_units, x, 2, 1, NULL, &vae_a), AE_OK);
        assert_int_equal(ae_vae_evaluate(by_hand, y, 2, 1, NULL, &vae_b), AE_OK);
        assert_memory_equal(&vae_a, &vae_b, sizeof vae_a);
    }
    ae_dataset_free(x);
    ae_dataset_free(y);
}

static bool wants_unit_interval(const ae_model *model)
{
    return ae_model_loss(model) == AE_BINARY_CROSS_ENTROPY;
}

static void test_training_is_that_of_scaled_rows(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++)
        for (ae_scaling kind = AE_SCALING_MINMAX; kind <= AE_SCALING_ROBUST; kind++) {
            ae_train_options options = architecture_training(which);
            ae_model *in_units, *by_hand;
            ae_dataset *x = dataset_of(raw, ROWS), *y;
            assert_int_equal(architecture_create(&in_units, which, NULL, 1), AE_OK);
            assert_int_equal(architecture_create(&by_hand, which, NULL, 1), AE_OK);
            options.epochs = 2;
            options.scaling = kind;
            if (wants_unit_interval(in_units) && kind != AE_SCALING_MINMAX) {
                assert_int_equal(ae_fit(in_units, x, NULL, &options), AE_ERROR_DATA);
                assert_non_null(strstr(ae_last_error(), "scaled"));
                assert_int_equal(ae_model_scaling(in_units), AE_SCALING_NONE);
                assert_true(architecture_same(in_units, by_hand));
            } else {
                assert_int_equal(ae_fit(in_units, x, NULL, &options), AE_OK);
                assert_int_equal(ae_model_scaling(in_units), kind);
                scale_by_hand(in_units);
                y = dataset_of(scaled, ROWS);
                options.scaling = AE_SCALING_NONE;
                assert_int_equal(ae_fit(by_hand, y, NULL, &options), AE_OK);
                assert_int_equal(ae_model_scaling(by_hand), AE_SCALING_NONE);
                compare(in_units, by_hand);
                ae_dataset_free(y);
            }
            ae_dataset_free(x);
            ae_model_free(in_units);
            ae_model_free(by_hand);
        }
}

/* The host's own loop, with and without targets. */
static void test_steps(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++) {
        ae_train_options options = architecture_training(which);
        ae_model *in_units, *by_hand;
        ae_trainer *a, *b;
        ae_dataset *x = dataset_of(raw, ROWS), *y;
        assert_int_equal(architecture_create(&in_units, which, NULL, 1), AE_OK);
        assert_int_equal(architecture_create(&by_hand, which, NULL, 1), AE_OK);
        options.scaling = AE_SCALING_MINMAX;
        assert_int_equal(ae_trainer_create(&a, in_units, &options), AE_ERROR_INVALID_ARGUMENT);
        assert_non_null(strstr(ae_last_error(), "ae_model_fit_scaling"));
        assert_int_equal(ae_model_fit_scaling(in_units, x, AE_SCALING_MINMAX), AE_OK);
        scale_by_hand(in_units);
        y = dataset_of(scaled, ROWS);
        assert_int_equal(ae_trainer_create(&a, in_units, &options), AE_OK);
        options.scaling = AE_SCALING_NONE;
        assert_int_equal(ae_trainer_create(&b, by_hand, &options), AE_OK);
        assert_int_equal(ae_model_fit_scaling(in_units, x, AE_SCALING_MINMAX), AE_ERROR_INVALID_ARGUMENT);
        assert_int_equal(ae_model_set_scaling(in_units, NULL, NULL, 0), AE_ERROR_INVALID_ARGUMENT);
        for (size_t i = 0; i < 6; i++) {
            const size_t from = i * 16 * D;
            double of_a, of_b;
            assert_int_equal(ae_trainer_step(a, raw + from, 16, 0, i % 2 ? raw : NULL, 0, &of_a), AE_OK);
            assert_int_equal(ae_trainer_step(b, scaled + from, 16, 0, i % 2 ? scaled : NULL, 0, &of_b), AE_OK);
            assert_true(of_a == of_b);
        }
        assert_int_equal(ae_trainer_epoch(a, x, NULL), AE_OK);
        assert_int_equal(ae_trainer_epoch(b, y, NULL), AE_OK);
        ae_trainer_free(a);
        ae_trainer_free(b);
        compare(in_units, by_hand);
        ae_dataset_free(x);
        ae_dataset_free(y);
        ae_model_free(in_units);
        ae_model_free(by_hand);
    }
}

/* What is held out does not count; and a model that has a scaling keeps it. */
static void test_fitted_to_the_training_rows(void **state)
{
    ae_train_options options;
    ae_model *model, *other;
    ae_dataset *all = dataset_of(raw, ROWS), *train, *held_out;
    float expected[2 * D], found[2 * D];
    (void)state;
    ae_train_options_init(&options, sizeof options);
    options.epochs = 1;
    options.seed = 7;
    options.validation_fraction = 0.3;
    options.scaling = AE_SCALING_STANDARD;
    assert_int_equal(architecture_create(&model, ARCHITECTURE_LINEAR, NULL, 1), AE_OK);
    assert_int_equal(architecture_create(&other, ARCHITECTURE_LINEAR, NULL, 1), AE_OK);
    assert_int_equal(ae_dataset_split(all, 0.3, 7, &train, &held_out), AE_OK);
    assert_int_equal(ae_model_fit_scaling(other, train, AE_SCALING_STANDARD), AE_OK);
    assert_int_equal(ae_fit(model, all, NULL, &options), AE_OK);
    assert_int_equal(ae_model_get_scaling(other, expected, expected + D, D), AE_OK);
    assert_int_equal(ae_model_get_scaling(model, found, found + D, D), AE_OK);
    assert_bytes(found, expected, 2 * D);
    assert_int_equal(ae_model_fit_scaling(other, all, AE_SCALING_STANDARD), AE_OK);
    assert_int_equal(ae_model_get_scaling(other, expected, expected + D, D), AE_OK);
    assert_memory_not_equal(found, expected, sizeof found);
    options.scaling = AE_SCALING_ROBUST;
    assert_int_equal(ae_fit(model, all, NULL, &options), AE_OK);
    assert_int_equal(ae_model_scaling(model), AE_SCALING_STANDARD);
    assert_int_equal(ae_model_get_scaling(model, expected, expected + D, D), AE_OK);
    assert_bytes(found, expected, 2 * D);
    ae_dataset_free(all);
    ae_dataset_free(train);
    ae_dataset_free(held_out);
    ae_model_free(model);
    ae_model_free(other);
}

static int32_t stop(void *user, const ae_epoch_report *report)
{
    (void)user, (void)report;
    return 1;
}

static void test_a_training_that_fails(void **state)
{
    ae_train_options options;
    ae_model *model, *before;
    ae_dataset *all = dataset_of(raw, ROWS);
    (void)state;
    ae_train_options_init(&options, sizeof options);
    options.scaling = AE_SCALING_STANDARD;
    options.optimizer = AE_SGD;
    options.learning_rate = 1e30;
    assert_int_equal(architecture_create(&model, ARCHITECTURE_LINEAR, NULL, 1), AE_OK);
    assert_int_equal(architecture_create(&before, ARCHITECTURE_LINEAR, NULL, 1), AE_OK);
    assert_int_equal(ae_fit(model, all, NULL, &options), AE_ERROR_NUMERIC);
    assert_int_equal(ae_model_scaling(model), AE_SCALING_NONE);
    assert_true(architecture_same(model, before));
    options.learning_rate = 1e-3;
    options.patience = 1; /* without validation */
    assert_int_equal(ae_fit(model, all, NULL, &options), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_model_scaling(model), AE_SCALING_NONE);
    options.patience = 0;
    options.callback = stop;
    assert_int_equal(ae_fit(model, all, NULL, &options), AE_ERROR_CANCELLED); /* it has learned something: it stays */
    assert_int_equal(ae_model_scaling(model), AE_SCALING_STANDARD);
    ae_dataset_free(all);
    ae_model_free(model);
    ae_model_free(before);
}

/* A classifier's output and one of another width are left alone; targets of the input's width are scaled as it is. */
static void test_targets(void **state)
{
    static float targets[ROWS * D], found[ROWS * D], expected[ROWS * D];
    static const size_t widths[] = {D, D, 2};
    static const ae_loss losses[] = {AE_SOFTMAX_CROSS_ENTROPY, AE_SQUARED_ERROR, AE_SQUARED_ERROR};
    ae_dataset *x = dataset_of(raw, ROWS), *y, *t;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const size_t out = widths[i];
        ae_model_options options;
        ae_train_options training;
        ae_model *in_units, *by_hand;
        ae_model_options_init(&options, sizeof options);
        options.input_dim = D;
        options.latent_dim = LATENT;
        options.output_dim = out;
        options.loss = losses[i];
        ae_train_options_init(&training, sizeof training);
        training.epochs = 2;
        for (size_t j = 0; j < ROWS * out; j++)
            targets[j] = i == 1 ? raw[j] * 1.1f : j / out % out == j % out ? 1 : 0;
        assert_int_equal(ae_model_create(&in_units, &options), AE_OK);
        assert_int_equal(ae_model_create(&by_hand, &options), AE_OK);
        assert_int_equal(ae_dataset_from_memory(&t, NULL, targets, ROWS, out, 0), AE_OK);
        training.scaling = AE_SCALING_STANDARD;
        assert_int_equal(ae_fit_targets(in_units, x, t, NULL, NULL, &training), AE_OK);
        training.scaling = AE_SCALING_NONE;
        scale_by_hand(in_units);
        y = dataset_of(scaled, ROWS);
        for (size_t j = 0; i == 1 && j < ROWS * D; j++)
            targets[j] = (targets[j] - offset[j % D]) / scale[j % D];
        assert_int_equal(ae_fit_targets(by_hand, y, t, NULL, NULL, &training), AE_OK);
        assert_true(architecture_same(in_units, by_hand));
        assert_int_equal(ae_reconstruct(in_units, raw, ROWS, 0, found, 0), AE_OK);
        assert_int_equal(ae_reconstruct(by_hand, scaled, ROWS, 0, expected, 0), AE_OK);
        if (i == 1)
            unscale_by_hand(expected, ROWS);
        assert_bytes(found, expected, ROWS * out);
        assert_int_equal(ae_score(in_units, raw, ROWS, 0, found, NULL, 0), i == 1 ? AE_OK : AE_ERROR_UNSUPPORTED);
        assert_int_equal(ae_model_fit_threshold(in_units, x, 0.1), i == 1 ? AE_OK : AE_ERROR_UNSUPPORTED);
        ae_dataset_free(y);
        ae_dataset_free(t);
        ae_model_free(in_units);
        ae_model_free(by_hand);
    }
    ae_dataset_free(x);
}

/* Strides, one row at a time, and a constant column that changes afterwards. */
static void test_single_rows(void **state)
{
    ae_model *model;
    ae_dataset *x = dataset_of(raw, ROWS);
    float wide[2 * (D + 3)], codes[2 * LATENT], code[LATENT], x_hat[2 * (D + 1)], row[D], score, features[D];
    (void)state;
    assert_int_equal(architecture_create(&model, ARCHITECTURE_LINEAR, NULL, 1), AE_OK);
    assert_int_equal(ae_model_fit_scaling(model, x, AE_SCALING_ROBUST), AE_OK);
    memcpy(wide, raw, D * sizeof *raw);
    memcpy(wide + D + 3, raw + D, D * sizeof *raw);
    assert_int_equal(ae_encode(model, wide, 2, D + 3, codes, 0), AE_OK);
    x_hat[D] = x_hat[2 * D + 1] = 77;
    assert_int_equal(ae_reconstruct(model, wide, 2, D + 3, x_hat, D + 1), AE_OK);
    assert_true(x_hat[D] == 77 && x_hat[2 * D + 1] == 77);
    for (size_t r = 0; r < 2; r++) {
        assert_int_equal(ae_encode(model, raw + r * D, 1, 0, code, 0), AE_OK);
        assert_int_equal(ae_reconstruct(model, raw + r * D, 1, 0, row, 0), AE_OK);
        for (size_t j = 0; j < LATENT; j++)
            assert_true(fabsf(code[j] - codes[r * LATENT + j]) <= 1e-5f * (1 + fabsf(code[j])));
        for (size_t j = 0; j < D; j++)
            assert_true(fabsf(row[j] - x_hat[r * (D + 1) + j]) <= 1e-5f * (1 + fabsf(row[j])));
    }
    memcpy(row, raw, sizeof row);
    row[5] += 3;
    assert_int_equal(ae_score(model, row, 1, 0, &score, features, 0), AE_OK);
    assert_true(features[5] > 1 && isfinite(score));
    ae_dataset_free(x);
    ae_model_free(model);
}

static void test_given_scaling(void **state)
{
    const float given_offset[D] = {1, 2, 3, 4, 5, 6, 7, 8}, given_scale[D] = {1, 2, 4, 8, 16, 32, 64, 128};
    ae_model *a, *b, *wide;
    float found[2 * D];
    (void)state;
    assert_int_equal(architecture_create(&a, ARCHITECTURE_NORM, NULL, 1), AE_OK);
    assert_int_equal(architecture_create(&b, ARCHITECTURE_NORM, NULL, 2), AE_OK);
    assert_int_equal(architecture_create(&wide, ARCHITECTURE_WIDE, NULL, 2), AE_OK);
    assert_int_equal(ae_model_get_scaling(a, found, found + D, D), AE_OK);
    for (size_t j = 0; j < D; j++)
        assert_true(found[j] == 0 && found[D + j] == 1);
    assert_int_equal(ae_model_set_scaling(a, given_offset, given_scale, D), AE_OK);
    assert_int_equal(ae_model_scaling(a), AE_SCALING_GIVEN);
    assert_int_equal(ae_model_get_scaling(a, found, found + D, D), AE_OK);
    assert_bytes(found, given_offset, D);
    assert_bytes(found + D, given_scale, D);
    /* the encoder takes its scaling along, also to a model that had another, or none */
    assert_int_equal(ae_model_copy_encoder(b, a), AE_OK);
    assert_int_equal(ae_model_scaling(b), AE_SCALING_GIVEN);
    assert_int_equal(ae_model_get_scaling(b, found, found + D, D), AE_OK);
    assert_bytes(found, given_offset, D);
    assert_int_equal(ae_model_copy_encoder(b, wide), AE_ERROR_SHAPE);
    assert_int_equal(ae_model_scaling(b), AE_SCALING_GIVEN);
    assert_int_equal(ae_model_set_scaling(a, NULL, NULL, 0), AE_OK);
    assert_int_equal(ae_model_scaling(a), AE_SCALING_NONE);
    assert_int_equal(ae_model_copy_encoder(b, a), AE_OK);
    assert_int_equal(ae_model_scaling(b), AE_SCALING_NONE);
    ae_model_free(a);
    ae_model_free(b);
    ae_model_free(wide);
}

/* Components and atoms of scaled rows, in a model that takes rows in their own units. */
static void test_solvers(void **state)
{
    static float found[ROWS * D], expected[ROWS * D];
    ae_dataset *x = dataset_of(raw, ROWS), *y;
    (void)state;
    for (int dictionary = 0; dictionary < 2; dictionary++) {
        ae_pca_options pca;
        ae_dictionary_options atoms;
        ae_model *in_units, *by_hand;
        ae_pca_options_init(&pca, sizeof pca);
        ae_dictionary_options_init(&atoms, sizeof atoms);
        pca.scaling = atoms.scaling = AE_SCALING_STANDARD;
        atoms.iterations = 10;
        assert_int_equal(dictionary ? ae_dictionary_fit(&in_units, x, LATENT, &atoms, NULL)
                                    : ae_pca_fit(&in_units, x, LATENT, &pca, NULL, NULL), AE_OK);
        assert_int_equal(ae_model_scaling(in_units), AE_SCALING_STANDARD);
        scale_by_hand(in_units);
        y = dataset_of(scaled, ROWS);
        pca.scaling = atoms.scaling = AE_SCALING_NONE;
        assert_int_equal(dictionary ? ae_dictionary_fit(&by_hand, y, LATENT, &atoms, NULL)
                                    : ae_pca_fit(&by_hand, y, LATENT, &pca, NULL, NULL), AE_OK);
        assert_true(architecture_same(in_units, by_hand));
        assert_int_equal(ae_reconstruct(in_units, raw, ROWS, 0, found, 0), AE_OK);
        assert_int_equal(ae_reconstruct(by_hand, scaled, ROWS, 0, expected, 0), AE_OK);
        unscale_by_hand(expected, ROWS);
        assert_bytes(found, expected, ROWS * D);
        ae_dataset_free(y);
        ae_model_free(in_units);
        ae_model_free(by_hand);
    }
    ae_dataset_free(x);
}

static ae_status pca_without_memory(failing_alloc *memory, ae_dataset *x, size_t n, bool *tripped)
{
    ae_pca_options options;
    ae_model *model;
    ae_status status;
    ae_runtime *runtime = failing_alloc_runtime(memory, 1);
    ae_pca_options_init(&options, sizeof options);
    options.runtime = runtime;
    options.scaling = AE_SCALING_ROBUST;
    failing_alloc_fail_at(memory, n, false);
    status = ae_pca_fit(&model, x, LATENT, &options, NULL, NULL);
    *tripped = memory->failed > 0;
    failing_alloc_fail_at(memory, 0, false);
    assert_int_equal(status != AE_OK, !model);
    ae_model_free(model);
    ae_runtime_free(runtime);
    return status;
}

static void test_solvers_without_memory(void **state)
{
    ae_dataset *x = dataset_of(raw, ROWS);
    bool tripped = true;
    (void)state;
    for (size_t n = 1; tripped; n++) {
        failing_alloc memory;
        failing_alloc_init(&memory);
        const ae_status status = pca_without_memory(&memory, x, n, &tripped);
        assert_int_equal(status, tripped ? AE_ERROR_NO_MEMORY : AE_OK);
        assert_true(failing_alloc_finish(&memory));
    }
    ae_dataset_free(x);
}

/* ---- scores */

static void test_scores_are_sums(void **state)
{
    static float scores[ROWS], alone[ROWS], features[ROWS * (D + 1)], errors[ROWS];
    (void)state;
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++) {
        ae_model *model;
        ae_dataset *x = dataset_of(raw, ROWS);
        assert_int_equal(architecture_create(&model, which, NULL, 1), AE_OK);
        assert_int_equal(ae_model_fit_scaling(model, x, AE_SCALING_MINMAX), AE_OK);
        for (size_t i = 0; i < ROWS * (D + 1); i++)
            features[i] = 77;
        assert_int_equal(ae_score(model, raw, ROWS, 0, scores, features, D + 1), AE_OK);
        assert_int_equal(ae_score(model, raw, ROWS, 0, alone, NULL, 0), AE_OK);
        assert_int_equal(ae_reconstruction_error(model, raw, ROWS, 0, ae_model_loss(model), errors), AE_OK);
        assert_bytes(scores, alone, ROWS);
        for (size_t r = 0; r < ROWS; r++) {
            double sum = 0;
            for (size_t j = 0; j < D; j++)
                sum += (double)features[r * (D + 1) + j];
            assert_true(scores[r] == (float)sum);
            assert_true(fabsf(scores[r] - errors[r]) <= 1e-5f * (1 + fabsf(errors[r])));
            assert_true(features[r * (D + 1) + D] == 77);
        }
        ae_dataset_free(x);
        ae_model_free(model);
    }
}

static void test_threshold(void **state)
{
    static float scores[ROWS];
    static unsigned char bytes[20000];
    ae_train_options options;
    ae_model *model, *loaded;
    ae_dataset *x = dataset_of(raw, ROWS);
    ae_trainer *trainer;
    float bias[D] = {0};
    size_t above = 0, size;
    (void)state;
    ae_train_options_init(&options, sizeof options);
    options.epochs = 3;
    options.scaling = AE_SCALING_STANDARD;
    assert_int_equal(architecture_create(&model, ARCHITECTURE_LINEAR, NULL, 1), AE_OK);
    assert_int_equal(ae_fit(model, x, NULL, &options), AE_OK);
    assert_true(isnan(ae_model_threshold(model)) && ae_model_contamination(model) == 0);
    assert_int_equal(ae_model_fit_threshold(model, x, 0.05), AE_OK);
    assert_true(ae_model_contamination(model) == 0.05);
    assert_int_equal(ae_score(model, raw, ROWS, 0, scores, NULL, 0), AE_OK);
    for (size_t r = 0; r < ROWS; r++)
        above += (double)scores[r] > ae_model_threshold(model);
    assert_int_equal(above, ROWS / 20);

    assert_int_equal(ae_model_save_memory(model, bytes, sizeof bytes, &size), AE_OK);
    assert_int_equal(ae_model_load_memory(&loaded, bytes, size, NULL), AE_OK);
    assert_true(ae_model_threshold(loaded) == ae_model_threshold(model));
    assert_true(ae_model_contamination(loaded) == 0.05);
    assert_int_equal(ae_model_scaling(loaded), AE_SCALING_STANDARD);

    /* a failure changes nothing; new weights or another scaling take it away */
    assert_int_equal(ae_model_fit_threshold(model, x, 0.6), AE_ERROR_INVALID_ARGUMENT);
    assert_true(ae_model_contamination(model) == 0.05);
    assert_int_equal(ae_model_set_tensor(model, "decoder.0.bias", bias, D), AE_OK);
    assert_true(isnan(ae_model_threshold(model)) && ae_model_contamination(model) == 0);
    assert_int_equal(ae_model_fit_threshold(model, x, 0.05), AE_OK);
    assert_int_equal(ae_model_fit_scaling(model, x, AE_SCALING_ROBUST), AE_OK);
    assert_true(isnan(ae_model_threshold(model)));
    assert_int_equal(ae_model_fit_threshold(model, x, 0.05), AE_OK);
    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    assert_int_equal(ae_model_fit_threshold(model, x, 0.05), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_trainer_step(trainer, raw, 10, 0, NULL, 0, NULL), AE_OK);
    assert_true(isnan(ae_model_threshold(model)));
    ae_trainer_free(trainer);
    ae_dataset_free(x);
    ae_model_free(model);
    ae_model_free(loaded);
}

static int make_data(void **state)
{
    (void)state;
    architecture_rows(raw, ROWS, D, 1);
    for (size_t i = 0; i < ROWS * D; i++)
        raw[i] = i % D == 5 ? 0.3f : (raw[i] - 0.4f) * powf(10, (float)(i % D) - 3) + 10 * (float)(i % D);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_training_is_that_of_scaled_rows),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_fitted_to_the_training_rows),
        cmocka_unit_test(test_a_training_that_fails),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_single_rows),
        cmocka_unit_test(test_given_scaling),
        cmocka_unit_test(test_solvers),
        cmocka_unit_test(test_solvers_without_memory),
        cmocka_unit_test(test_scores_are_sums),
        cmocka_unit_test(test_threshold),
    };
    return cmocka_run_group_tests(tests, make_data, NULL);
}
