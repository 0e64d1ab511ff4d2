/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Dictionaries and sparse codes against scikit-learn's; make_dictionary.py wrote what is compared. */
#include <autoencoder/autoencoder.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { D = 64, SETS = 2 };

static float *rows_of[SETS]; /* digits in [0, 1]; patches without their means */
static size_t count_of[SETS];

static ae_dataset *read_npy(const char *name)
{
    char path[1024];
    ae_dataset *dataset;
    ae_read_options options;
    ae_read_options_init(&options, sizeof options);
    options.scale_bytes = 0;
    strcpy(path, AE_SOURCE_DIR "/tests/golden/dictionary/");
    strcat(path, name);
    assert_int_equal(ae_dataset_read_npy(&dataset, path, &options), AE_OK);
    return dataset;
}

static void copy_rows(const ae_dataset *from, int set, float scale)
{
    assert_int_equal(ae_dataset_columns(from), D);
    count_of[set] = ae_dataset_rows(from);
    rows_of[set] = malloc(count_of[set] * D * sizeof(float));
    assert_non_null(rows_of[set]);
    for (size_t r = 0; r < count_of[set]; r++)
        for (size_t i = 0; i < D; i++)
            rows_of[set][r * D + i] = ae_dataset_row(from, r)[i] / scale;
}

static int read_data(void **state)
{
    const char *label = "64";
    ae_read_options options;
    ae_dataset *digits, *patches = read_npy("patches.npy");
    (void)state;
    ae_read_options_init(&options, sizeof options);
    options.csv_columns = &label;
    options.csv_column_count = options.csv_exclude = 1;
    if (ae_dataset_read_csv(&digits, AE_SOURCE_DIR "/examples/data/digits.csv.gz", &options) == AE_ERROR_UNSUPPORTED)
        exit(77); /* built without zlib */
    copy_rows(digits, 0, 16);
    copy_rows(patches, 1, 255);
    for (size_t r = 0; r < count_of[1]; r++) {
        float *row = rows_of[1] + r * D, mean = 0;
        for (size_t i = 0; i < D; i++)
            mean += row[i] / D;
        for (size_t i = 0; i < D; i++)
            row[i] -= mean;
    }
    ae_dataset_free(digits);
    ae_dataset_free(patches);
    return 0;
}

static int free_data(void **state)
{
    (void)state;
    for (int set = 0; set < SETS; set++)
        free(rows_of[set]);
    return 0;
}

/* The largest failure of the lasso's conditions at code h of x, straight from the atoms. */
static double kkt_residual(const float *atoms, size_t k, double lambda, const float *x, const float *h, bool nonnegative)
{
    double left[D], worst = 0;
    for (size_t i = 0; i < D; i++) {
        left[i] = (double)x[i];
        for (size_t j = 0; j < k; j++)
            left[i] -= (double)h[j] * (double)atoms[j * D + i];
    }
    for (size_t j = 0; j < k; j++) {
        double r = 0;
        for (size_t i = 0; i < D; i++)
            r += (double)atoms[j * D + i] * left[i];
        double fails = (nonnegative ? r : fabs(r)) - lambda;
        if (h[j] != 0)
            fails = fabs(r - (h[j] > 0 ? lambda : -lambda));
        worst = fmax(worst, fails);
    }
    return worst;
}

/* The codes of scikit-learn's own atoms. */
static void test_codes(void **state)
{
    static const char *const names[] = {"codes.npy", "codes_nonnegative.npy"};
    ae_dataset *given = read_npy("atoms.npy"), *digits;
    const size_t k = ae_dataset_rows(given);
    (void)state;
    assert_int_equal(ae_dataset_from_memory(&digits, NULL, rows_of[0], count_of[0], D, 0), AE_OK);
    for (int32_t nonnegative = 0; nonnegative < 2; nonnegative++) {
        static float codes[4000 * D], atoms[D * D];
        ae_dataset *expected = read_npy(names[nonnegative]);
        ae_dictionary_options options;
        ae_model *model;
        double worst = 0, difference = 0;
        ae_dictionary_options_init(&options, sizeof options);
        options.lambda = 0.1;
        options.nonnegative_code = nonnegative;
        options.iterations = 0;
        options.initial_atoms = ae_dataset_row(given, 0);
        assert_int_equal(ae_dictionary_fit(&model, digits, k, &options, NULL), AE_OK);
        assert_int_equal(ae_model_get_tensor(model, "encoder.0.weight", atoms, k * D), AE_OK);
        assert_in_range(count_of[0], 1, 4000);
        assert_int_equal(ae_encode(model, rows_of[0], count_of[0], 0, codes, 0), AE_OK);
        for (size_t r = 0; r < count_of[0]; r++)
            worst = fmax(worst, kkt_residual(atoms, k, 0.1, rows_of[0] + r * D, codes + r * k, nonnegative));
        for (size_t r = 0; r < ae_dataset_rows(expected); r++)
            for (size_t j = 0; j < k; j++)
                difference = fmax(difference, fabs((double)codes[r * k + j] - (double)ae_dataset_row(expected, r)[j]));
        print_message("codes differ by %.2g, KKT residual %.2g\n", difference, worst);
        assert_true(worst < 1e-5); /* tolerance * lambda */
        assert_true(difference < 2e-5);
        ae_model_free(model);
        ae_dataset_free(expected);
    }
    ae_dataset_free(given);
    ae_dataset_free(digits);
}

static double objective_ratio(int set, size_t k, double expected, ae_dictionary_options *options)
{
    ae_dataset *dataset;
    ae_model *model;
    double objective;
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, rows_of[set], count_of[set], D, 0), AE_OK);
    assert_int_equal(ae_dictionary_fit(&model, dataset, k, options, &objective), AE_OK);
    print_message("%s, %zu atoms, lambda %.2f, %s: %.5f of scikit-learn's %.6f\n", set ? "patches" : "digits", k,
                  options->lambda, options->method == AE_DICTIONARY_ONLINE ? "online" : "batch", objective / expected,
                  expected);
    ae_model_free(model);
    ae_dataset_free(dataset);
    return objective / expected;
}

static void test_objectives(void **state)
{
    ae_dataset *expected;
    (void)state;
    assert_int_equal(ae_dataset_read_csv(&expected, AE_SOURCE_DIR "/tests/golden/dictionary/objectives.csv", NULL), AE_OK);
    assert_int_equal(ae_dataset_rows(expected), SETS);
    for (size_t i = 0; i < SETS; i++) {
        const float *row = ae_dataset_row(expected, i);
        const int set = row[0] > 0;
        ae_dictionary_options options;
        ae_dictionary_options_init(&options, sizeof options);
        options.lambda = (double)row[2];
        options.iterations = set ? 200 : 100; /* scikit-learn had 300 */
        assert_true(objective_ratio(set, (size_t)row[1], (double)row[3], &options) < 1.01);
        options.method = AE_DICTIONARY_ONLINE;
        options.iterations = 10;
        options.batch_size = 128;
        if (set == 0) /* ten passes are on their way only */
            assert_true(objective_ratio(set, (size_t)row[1], (double)row[3], &options) < 1.05);
    }
    ae_dataset_free(expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_objectives),
    };
    return cmocka_run_group_tests(tests, read_data, free_data);
}
