/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Dictionaries as a user meets them: options, refusals, and everything that works on any model. */
#include <autoencoder/autoencoder.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ROWS = 300, D = 6, ATOMS = 9 };

static float data[ROWS * D];

/* Rows along a few directions, different in length. */
static ae_dataset *new_dataset(void)
{
    ae_dataset *dataset = NULL;
    for (size_t r = 0; r < ROWS; r++)
        for (size_t i = 0; i < D; i++)
            data[r * D + i] = (float)(sin((double)(r % 7 * D + i)) * (1 + (double)(r % 13)) / 5);
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, data, ROWS, D, 0), AE_OK);
    return dataset;
}

static ae_model *new_model(ae_dataset *dataset, int32_t nonnegative, double *objective)
{
    ae_dictionary_options options;
    ae_model *model;
    ae_dictionary_options_init(&options, sizeof options);
    options.lambda = 0.05;
    options.nonnegative_code = nonnegative;
    assert_int_equal(ae_dictionary_fit(&model, dataset, ATOMS, &options, objective), AE_OK);
    return model;
}

static void test_defaults(void **state)
{
    ae_dictionary_options options;
    ae_dataset *dataset = new_dataset();
    double explicit_options, none;
    ae_model *model;
    (void)state;
    ae_dictionary_options_init(&options, sizeof options);
    assert_true(options.lambda == 0.1 && options.tolerance == 1e-4 && options.min_improvement == 1e-5);
    assert_true(options.method == AE_DICTIONARY_BATCH && options.iterations == 300 && options.batch_size == 256);
    assert_true(!options.nonnegative_code && !options.nonnegative_atoms && !options.initial_atoms);
    assert_null(options.cancel);
    assert_int_equal(ae_dictionary_fit(&model, dataset, ATOMS, &options, &explicit_options), AE_OK);
    ae_model_free(model);
    assert_int_equal(ae_dictionary_fit(&model, dataset, ATOMS, NULL, &none), AE_OK);
    assert_true(none == explicit_options);
    assert_true(ae_model_lasso(model) == 0.1);
    ae_model_free(model);
    ae_dataset_free(dataset);
}

/* ---- an ordinary model */

static void test_works_like_any_model(void **state)
{
    static float codes[ROWS * ATOMS], x_hat[ROWS * D], again[ROWS * D], errors[ROWS];
    float atoms[ATOMS * D];
    ae_dataset *dataset = new_dataset();
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    ae_code_report report = {.struct_size = sizeof report};
    double objective, squared = 0, l1 = 0;
    size_t zeros = 0;
    ae_model *model = new_model(dataset, 0, &objective);
    (void)state;
    assert_int_equal(ae_model_code(model), AE_CODE_LASSO);
    assert_int_equal(ae_model_latent_dim(model), ATOMS);
    assert_int_equal(ae_model_input_dim(model), D);
    assert_int_equal(ae_model_output_dim(model), D);
    assert_int_equal(ae_model_loss(model), AE_SQUARED_ERROR);
    assert_int_equal(ae_model_tensor_count(model), 1);
    assert_true(ae_model_lasso(model) == 0.05);
    assert_int_equal(ae_model_get_tensor(model, "encoder.0.weight", atoms, ATOMS * D), AE_OK);

    assert_int_equal(ae_encode(model, data, ROWS, 0, codes, 0), AE_OK);
    assert_int_equal(ae_decode(model, codes, ROWS, 0, x_hat, 0), AE_OK);
    assert_int_equal(ae_reconstruct(model, data, ROWS, 0, again, 0), AE_OK);
    assert_memory_equal(again, x_hat, sizeof x_hat);
    assert_int_equal(ae_reconstruction_error(model, data, ROWS, 0, AE_SQUARED_ERROR, errors), AE_OK);
    for (size_t r = 0; r < ROWS; r++) {
        double own = 0;
        for (size_t i = 0; i < D; i++) {
            double sum = 0;
            for (size_t j = 0; j < ATOMS; j++)
                sum += (double)codes[r * ATOMS + j] * (double)atoms[j * D + i];
            assert_true(fabs(sum - (double)x_hat[r * D + i]) < 1e-6);
            own += ((double)data[r * D + i] - sum) * ((double)data[r * D + i] - sum);
        }
        assert_true(fabs(own - (double)errors[r]) < 1e-5);
        squared += own;
    }
    for (size_t i = 0; i < ROWS * ATOMS; i++) {
        l1 += fabs((double)codes[i]);
        zeros += codes[i] == 0;
    }
    assert_true(fabs((squared / 2 + 0.05 * l1) / ROWS - objective) < 1e-6);
    assert_int_equal(ae_evaluate(model, dataset, &evaluation), AE_OK);
    assert_true(fabs(evaluation.squared_error - squared / ROWS) < 1e-6);
    assert_true(fabs(evaluation.loss - squared / ROWS) < 1e-6);
    assert_int_equal(ae_code_usage(model, dataset, NULL, NULL, &report), AE_OK);
    assert_true(fabs(report.zero_fraction - (double)zeros / (ROWS * ATOMS)) < 1e-12);
    assert_true(zeros > ROWS * ATOMS / 2);
    ae_model_free(model);
    ae_dataset_free(dataset);
}

static void test_rows_that_are_not_finite_stay_alone(void **state)
{
    float x[3 * D], codes[3 * ATOMS], clean[3 * ATOMS];
    ae_dataset *dataset = new_dataset();
    ae_model *model = new_model(dataset, 0, NULL);
    (void)state;
    memcpy(x, data, sizeof x);
    assert_int_equal(ae_encode(model, x, 3, 0, clean, 0), AE_OK);
    x[D + 2] = NAN;
    assert_int_equal(ae_encode(model, x, 3, 0, codes, 0), AE_OK);
    assert_memory_equal(codes, clean, ATOMS * sizeof *codes);
    assert_memory_equal(codes + 2 * ATOMS, clean + 2 * ATOMS, ATOMS * sizeof *codes);
    for (size_t j = 0; j < ATOMS; j++)
        assert_true(isnan(codes[ATOMS + j]));
    ae_model_free(model);
    ae_dataset_free(dataset);
}

/* The same data in other units, up to a lambda of 1e-13 of it: x is told by its codes as well as floats do. */
static void test_rows_of_any_size(void **state)
{
    static float x[ROWS * D], codes[ROWS * ATOMS], x_hat[ROWS * D];
    ae_dataset *dataset = new_dataset();
    ae_model *model = new_model(dataset, 0, NULL);
    (void)state;
    for (int power = 0; power <= 12; power++) {
        const double scale = pow(10, power);
        for (size_t i = 0; i < ROWS * D; i++)
            x[i] = (float)((double)data[i] * scale);
        assert_int_equal(ae_encode(model, x, ROWS, 0, codes, 0), AE_OK);
        assert_int_equal(ae_reconstruct(model, x, ROWS, 0, x_hat, 0), AE_OK);
        for (size_t i = 0; i < ROWS * ATOMS; i++)
            assert_true(fabs((double)codes[i]) < 10 * scale);
        for (size_t i = 0; i < ROWS * D; i++)
            assert_true(fabs((double)x_hat[i] - (double)x[i]) < 1 + 1e-5 * scale);
    }
    ae_model_free(model);
    ae_dataset_free(dataset);
}

/* Atoms set by hand are those that codes are found for. */
static void test_atoms_can_be_set(void **state)
{
    float atoms[ATOMS * D] = {0}, code[ATOMS];
    ae_dataset *dataset = new_dataset();
    ae_model *model = new_model(dataset, 1, NULL);
    static const float x[D] = {1, -1, 0.02f, 0, 0, 2};
    (void)state;
    for (size_t i = 0; i < D; i++)
        atoms[i * D + i] = 1; /* three more are zero */
    assert_int_equal(ae_model_set_tensor(model, "encoder.0.weight", atoms, ATOMS * D), AE_OK);
    assert_int_equal(ae_encode(model, x, 1, 0, code, 0), AE_OK);
    for (size_t j = 0; j < ATOMS; j++)
        assert_true(fabs((double)code[j] - (j == 0 ? 0.95 : j == 5 ? 1.95 : 0)) < 1e-6);
    ae_model_free(model);
    ae_dataset_free(dataset);
}

static void test_saved_and_loaded(void **state)
{
    (void)state;
    for (int32_t nonnegative = 0; nonnegative < 2; nonnegative++) {
        static float before[ROWS * ATOMS], after[ROWS * ATOMS];
        ae_dataset *dataset = new_dataset();
        ae_model *model = new_model(dataset, nonnegative, NULL), *loaded;
        static char bytes[8192];
        size_t size;
        assert_int_equal(ae_model_save_memory(model, bytes, sizeof bytes, &size), AE_OK);
        assert_int_equal(ae_model_load_memory(&loaded, bytes, size, NULL), AE_OK);
        assert_int_equal(ae_model_code(loaded), AE_CODE_LASSO);
        assert_true(ae_model_lasso(loaded) == 0.05);
        assert_int_equal(ae_encode(model, data, ROWS, 0, before, 0), AE_OK);
        assert_int_equal(ae_encode(loaded, data, ROWS, 0, after, 0), AE_OK);
        assert_memory_equal(after, before, sizeof after);
        ae_model_free(loaded);
        ae_model_free(model);
        ae_dataset_free(dataset);
    }
}

/* The file's text with `from` replaced by `to`, of the same length. */
static ae_status load_changed(const char *bytes, size_t size, const char *from, const char *to)
{
    char *copy = malloc(size);
    const size_t length = strlen(from);
    size_t at = 0;
    ae_model *model;
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    while (at + length <= size && memcmp(copy + at, from, length) != 0)
        at++;
    assert_true(at + length <= size && strlen(to) == length);
    memcpy(copy + at, to, length);
    ae_status status = ae_model_load_memory(&model, copy, size, NULL);
    assert_true((status == AE_OK) == (model != NULL));
    ae_model_free(model);
    free(copy);
    return status;
}

static void test_files_that_are_no_dictionary(void **state)
{
    ae_dataset *dataset = new_dataset();
    ae_model *model = new_model(dataset, 0, NULL);
    char bytes[8192];
    size_t size;
    (void)state;
    assert_int_equal(ae_model_save_memory(model, bytes, sizeof bytes, &size), AE_OK);
    assert_int_equal(load_changed(bytes, size, "\\\"lasso\\\":0.05", "\\\"lasso\\\":0.07"), AE_OK);
    assert_int_equal(load_changed(bytes, size, "\\\"lasso\\\":0.05", "\\\"lasso\\\":-0.5"), AE_ERROR_FORMAT);
    assert_int_equal(load_changed(bytes, size, "\\\"lasso\\\":0.05", "\\\"lasso\\\":0.00"), AE_ERROR_FORMAT);
    assert_int_equal(load_changed(bytes, size, "\\\"lasso\\\":0.05", "\\\"topk\\\" :   5"), AE_ERROR_FORMAT);
    assert_int_equal(load_changed(bytes, size, "\\\"identity\\\"", "\\\"softplus\\\""), AE_ERROR_FORMAT);
    assert_int_equal(load_changed(bytes, size, "\\\"code\\\":\\\"lasso\\\"", "\\\"code\\\":\\\"plain\\\""), AE_OK);
    ae_model_free(model);
    ae_dataset_free(dataset);
}

/* ---- refusals */

static void test_not_trained_by_gradients(void **state)
{
    ae_dataset *dataset = new_dataset();
    ae_model *model = new_model(dataset, 0, NULL);
    ae_trainer *trainer;
    float before[ATOMS * D], after[ATOMS * D];
    (void)state;
    assert_int_equal(ae_model_get_tensor(model, "encoder.0.weight", before, ATOMS * D), AE_OK);
    assert_int_equal(ae_fit(model, dataset, NULL, NULL), AE_ERROR_UNSUPPORTED);
    assert_non_null(strstr(ae_last_error(), "ae_dictionary_fit"));
    assert_int_equal(ae_trainer_create(&trainer, model, NULL), AE_ERROR_UNSUPPORTED);
    assert_null(trainer);
    assert_int_equal(ae_model_get_tensor(model, "encoder.0.weight", after, ATOMS * D), AE_OK);
    assert_memory_equal(after, before, sizeof before);
    ae_model_free(model);
    ae_dataset_free(dataset);
}

static void test_not_made_by_model_options(void **state)
{
    ae_model_options options;
    ae_model *model;
    (void)state;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = 6;
    options.latent_dim = 9;
    options.code = AE_CODE_LASSO;
    assert_int_equal(ae_model_create(&model, &options), AE_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(ae_last_error(), "ae_dictionary_fit"));
    assert_null(model);
}

static ae_status fit_with(const ae_dataset *dataset, size_t atoms, const ae_dictionary_options *options)
{
    ae_model *model = (ae_model *)(void *)&options; /* must become NULL */
    double objective = 42;
    const ae_status status = ae_dictionary_fit(&model, dataset, atoms, options, &objective);
    if (status != AE_OK) {
        assert_null(model);
        assert_true(objective == 42);
        assert_true(strlen(ae_last_error()) > 12);
    }
    ae_model_free(model);
    return status;
}

static void test_bad_options(void **state)
{
    static const double bad_lambdas[] = {0, -1, NAN, INFINITY}, bad_tolerances[] = {0, -1, 1, NAN};
    static const double bad_improvements[] = {-1e-9, NAN, INFINITY};
    ae_dataset *dataset = new_dataset();
    ae_dictionary_options defaults, options;
    ae_model *model;
    (void)state;
    ae_dictionary_options_init(&defaults, sizeof defaults);
    for (size_t i = 0; i < 4; i++) {
        options = defaults;
        options.lambda = bad_lambdas[i];
        assert_int_equal(fit_with(dataset, ATOMS, &options), AE_ERROR_INVALID_ARGUMENT);
        options = defaults;
        options.tolerance = bad_tolerances[i];
        assert_int_equal(fit_with(dataset, ATOMS, &options), AE_ERROR_INVALID_ARGUMENT);
    }
    for (size_t i = 0; i < 3; i++) {
        options = defaults;
        options.min_improvement = bad_improvements[i];
        assert_int_equal(fit_with(dataset, ATOMS, &options), AE_ERROR_INVALID_ARGUMENT);
    }
    options = defaults;
    options.method = 2;
    assert_int_equal(fit_with(dataset, ATOMS, &options), AE_ERROR_INVALID_ARGUMENT);
    options.method = -1;
    assert_int_equal(fit_with(dataset, ATOMS, &options), AE_ERROR_INVALID_ARGUMENT);
    for (int32_t bad_switch = -1; bad_switch <= 2; bad_switch += 3) {
        options = defaults;
        options.nonnegative_code = bad_switch;
        assert_int_equal(fit_with(dataset, ATOMS, &options), AE_ERROR_INVALID_ARGUMENT);
        options = defaults;
        options.nonnegative_atoms = bad_switch;
        assert_int_equal(fit_with(dataset, ATOMS, &options), AE_ERROR_INVALID_ARGUMENT);
    }
    options = defaults;
    options.batch_size = 0;
    assert_int_equal(fit_with(dataset, ATOMS, &options), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(fit_with(dataset, 0, &defaults), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(fit_with(dataset, 1025, &defaults), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(fit_with(dataset, SIZE_MAX, &defaults), AE_ERROR_INVALID_ARGUMENT);
    options = defaults;
    options.iterations = 0;
    assert_int_equal(fit_with(dataset, 1024, &options), AE_OK); /* far more than rows */
    assert_int_equal(ae_dictionary_fit(NULL, dataset, ATOMS, NULL, NULL), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_dictionary_fit(&model, NULL, ATOMS, NULL, NULL), AE_ERROR_INVALID_ARGUMENT);
    assert_null(model);
    ae_dataset_free(dataset);
}

static void test_bad_data(void **state)
{
    ae_dataset *dataset = new_dataset();
    ae_dictionary_options options;
    float atoms[2 * D] = {1};
    (void)state;
    ae_dictionary_options_init(&options, sizeof options);
    data[5 * D + 2] = NAN;
    assert_int_equal(fit_with(dataset, ATOMS, &options), AE_ERROR_DATA);
    data[5 * D + 2] = 1;
    options.initial_atoms = atoms;
    assert_int_equal(fit_with(dataset, 2, &options), AE_ERROR_DATA); /* the second atom is zero */
    atoms[D] = -1;
    assert_int_equal(fit_with(dataset, 2, &options), AE_OK);
    options.nonnegative_atoms = 1;
    assert_int_equal(fit_with(dataset, 2, &options), AE_ERROR_DATA); /* it has nothing above 0 */
    atoms[D + 1] = INFINITY;
    assert_int_equal(fit_with(dataset, 2, &options), AE_ERROR_DATA);
    ae_dataset_free(dataset);
}

static void test_not_a_dictionary(void **state)
{
    ae_model_options options;
    ae_model *model;
    (void)state;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = 4;
    options.latent_dim = 2;
    assert_int_equal(ae_model_create(&model, &options), AE_OK);
    assert_true(ae_model_lasso(model) == 0 && ae_model_lasso(NULL) == 0);
    ae_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_works_like_any_model),
        cmocka_unit_test(test_rows_that_are_not_finite_stay_alone),
        cmocka_unit_test(test_rows_of_any_size),
        cmocka_unit_test(test_atoms_can_be_set),
        cmocka_unit_test(test_saved_and_loaded),
        cmocka_unit_test(test_files_that_are_no_dictionary),
        cmocka_unit_test(test_not_trained_by_gradients),
        cmocka_unit_test(test_not_made_by_model_options),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_bad_data),
        cmocka_unit_test(test_not_a_dictionary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
