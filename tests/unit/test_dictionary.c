/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/autoencoder.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "support/effort.h"
#include "support/failing_alloc.h"

enum { ROWS = 1100, D = 12, K = 16, USED = 2 }; /* more rows than pass through the kernels at a time */

static float data[ROWS * D], planted[K * D];

/* Rows of a known dictionary: USED atoms each, coefficients in +-[0.5, 1.5), a little noise. `positive`: no number below
 * 0 anywhere. */
static ae_dataset *new_data(ae_runtime *runtime, bool positive)
{
    const aei_rng atoms = aei_rng_stream(1, AEI_RNG_SAMPLE, 0, 0);
    ae_dataset *dataset = NULL;
    for (size_t j = 0; j < K; j++) {
        aei_real atom[D];
        double square = 0;
        aei_rng_normal(&atoms, j * D, D, atom);
        for (size_t i = 0; i < D; i++) {
            atom[i] = !positive ? atom[i] : i % 4 == j % 4 ? fabsf((float)atom[i]) : 0;
            square += (double)atom[i] * (double)atom[i];
        }
        for (size_t i = 0; i < D; i++)
            planted[j * D + i] = (float)((double)atom[i] / sqrt(square));
    }
    for (size_t r = 0; r < ROWS; r++) {
        const aei_rng rng = aei_rng_stream(1, AEI_RNG_SAMPLE, 1, r);
        aei_real random[2 * USED], noise[D];
        aei_rng_uniform(&rng, 0, 2 * USED, random);
        aei_rng_normal(&rng, 8, D, noise);
        for (size_t i = 0; i < D; i++)
            data[r * D + i] = positive ? 0.01f * fabsf((float)noise[i]) : 0.01f * (float)noise[i];
        for (size_t u = 0; u < USED; u++) {
            const size_t j = aei_rng_below(&rng, 40 + u, K);
            const float weight = 0.5f + (float)random[u], sign = positive || random[USED + u] < 0.5f ? 1 : -1;
            for (size_t i = 0; i < D; i++)
                data[r * D + i] += sign * weight * planted[j * D + i];
        }
    }
    assert_int_equal(ae_dataset_from_memory(&dataset, runtime, data, ROWS, D, 0), AE_OK);
    return dataset;
}

static ae_dictionary_options options_of(int32_t method, double lambda)
{
    ae_dictionary_options options;
    ae_dictionary_options_init(&options, sizeof options);
    options.method = method;
    options.lambda = lambda;
    options.batch_size = 100;
    return options;
}

static void atoms_of(const ae_model *model, size_t k, size_t d, float *atoms)
{
    assert_int_equal(ae_model_get_tensor(model, "encoder.0.weight", atoms, k * d), AE_OK);
}

static double norm(const float *v, size_t n)
{
    double square = 0;
    for (size_t i = 0; i < n; i++)
        square += (double)v[i] * (double)v[i];
    return sqrt(square);
}

/* (1/n) sum 1/2 |x - x_hat|^2 + lambda |h|_1 by the public calls. */
static double objective_of(const ae_model *model, size_t k, double lambda)
{
    static float codes[ROWS * K * 2], x_hat[ROWS * D];
    double sum = 0;
    assert_int_equal(ae_encode(model, data, ROWS, 0, codes, 0), AE_OK);
    assert_int_equal(ae_decode(model, codes, ROWS, 0, x_hat, 0), AE_OK);
    for (size_t i = 0; i < ROWS * D; i++)
        sum += ((double)data[i] - (double)x_hat[i]) * ((double)data[i] - (double)x_hat[i]) / 2;
    for (size_t i = 0; i < ROWS * k; i++)
        sum += lambda * fabs((double)codes[i]);
    return sum / ROWS;
}

/* ---- what is found */

/* How many of the planted atoms have an atom within about 8 degrees. */
static size_t recovered(const float *atoms)
{
    size_t count = 0;
    for (size_t j = 0; j < K; j++) {
        double best = 0;
        for (size_t l = 0; l < K; l++) {
            double dot = 0;
            for (size_t i = 0; i < D; i++)
                dot += (double)planted[j * D + i] * (double)atoms[l * D + i];
            best = fmax(best, fabs(dot));
        }
        count += best > 0.99;
    }
    return count;
}

static void test_finds_the_dictionary_of_the_data(void **state)
{
    ae_dataset *dataset = new_data(NULL, false);
    (void)state;
    for (int32_t method = AE_DICTIONARY_BATCH; method <= AE_DICTIONARY_ONLINE; method++) {
        ae_dictionary_options options = options_of(method, 0.1);
        float atoms[K * D];
        double objective;
        ae_model *model;
        assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, &objective), AE_OK);
        atoms_of(model, K, D, atoms);
        assert_in_range(recovered(atoms), K - 2, K); /* a local minimum may miss some */
        for (size_t j = 0; j < K; j++)
            assert_true(fabs(norm(atoms + j * D, D) - 1) < 1e-6);
        assert_true(fabs(objective_of(model, K, 0.1) / objective - 1) < 1e-5);
        ae_model_free(model);
    }
    ae_dataset_free(dataset);
}

/* Each number of turns is a run of its own, with the same start. More atoms than are needed, so some are replaced. */
static void test_batch_never_rises(void **state)
{
    (void)state;
    for (int signs = 0; signs < 4; signs++) {
        ae_dataset *dataset = new_data(NULL, signs == 3);
        ae_dictionary_options options = options_of(AE_DICTIONARY_BATCH, 0.05);
        double before = INFINITY, first = 0;
        options.nonnegative_code = signs & 1;
        options.nonnegative_atoms = signs >> 1;
        options.min_improvement = 0;
        options.tolerance = 1e-2; /* also codes that are not exact lower it */
        for (options.iterations = 0; options.iterations < 30; options.iterations += FEWER(1, 4)) {
            float atoms[2 * K * D];
            double objective;
            ae_model *model;
            assert_int_equal(ae_dictionary_fit(&model, dataset, 2 * K, &options, &objective), AE_OK);
            assert_true(objective <= before * (1 + 1e-7));
            before = objective;
            first = options.iterations == 0 ? objective : first;
            atoms_of(model, 2 * K, D, atoms);
            for (size_t j = 0; j < 2 * K; j++)
                assert_true(fabs(norm(atoms + j * D, D) - 1) < 1e-6);
            for (size_t i = 0; i < 2 * K * D; i++)
                assert_true(!options.nonnegative_atoms || atoms[i] >= 0);
            ae_model_free(model);
        }
        assert_true(before < 0.9 * first);
        ae_dataset_free(dataset);
    }
}

static void test_codes_that_are_not_negative(void **state)
{
    static float codes[ROWS * K];
    ae_dataset *dataset = new_data(NULL, true);
    ae_dictionary_options options = options_of(AE_DICTIONARY_BATCH, 0.05);
    ae_model *model;
    size_t zeros = 0;
    (void)state;
    options.nonnegative_code = options.nonnegative_atoms = 1;
    assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, NULL), AE_OK);
    assert_int_equal(ae_encode(model, data, ROWS, 0, codes, 0), AE_OK);
    for (size_t i = 0; i < ROWS * K; i++) {
        assert_true(codes[i] >= 0);
        zeros += codes[i] == 0;
    }
    assert_in_range(zeros, ROWS * K / 2, ROWS * K * 9 / 10);
    ae_model_free(model);
    ae_dataset_free(dataset);
}

static void test_stops_when_little_is_won(void **state)
{
    ae_dataset *dataset = new_data(NULL, false);
    ae_dictionary_options options = options_of(AE_DICTIONARY_BATCH, 0.1);
    double little, much, one, few;
    ae_model *model;
    (void)state;
    options.min_improvement = 0.5; /* the first turn does not halve it */
    assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, &little), AE_OK);
    ae_model_free(model);
    options.min_improvement = 0;
    assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, &much), AE_OK);
    ae_model_free(model);
    options.iterations = 1;
    assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, &one), AE_OK);
    ae_model_free(model);
    options.iterations = 5;
    assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, &few), AE_OK);
    ae_model_free(model);
    assert_true(little == one);
    assert_true(much < few && few < one);
    ae_dataset_free(dataset);
}

/* ---- atoms that are not needed */

/* All start as the same one; one row each takes the place of those that do nothing. */
static void test_unused_atoms_are_replaced(void **state)
{
    ae_dataset *dataset = new_data(NULL, false);
    float start[K * D];
    (void)state;
    for (size_t i = 0; i < K * D; i++)
        start[i] = 3;
    for (int32_t method = AE_DICTIONARY_BATCH; method <= AE_DICTIONARY_ONLINE; method++) {
        ae_dictionary_options options = options_of(method, 0.1);
        ae_code_report report = {.struct_size = sizeof report};
        float atoms[K * D];
        ae_model *model;
        options.initial_atoms = start;
        options.iterations = 0;
        assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, NULL), AE_OK);
        atoms_of(model, K, D, atoms);
        for (size_t i = 0; i < K * D; i++)
            assert_true(fabs((double)atoms[i] - 1 / sqrt(D)) < 1e-7);
        assert_int_equal(ae_code_usage(model, dataset, NULL, NULL, &report), AE_OK);
        assert_int_equal(report.dead_units, K - 1);
        ae_model_free(model);

        options.iterations = 50;
        assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, NULL), AE_OK);
        assert_int_equal(ae_code_usage(model, dataset, NULL, NULL, &report), AE_OK);
        assert_int_equal(report.dead_units, 0);
        ae_model_free(model);
    }
    ae_dataset_free(dataset);
}

/* Nothing is worth its price: atoms stay what they are, codes are zero. */
static void test_lambda_above_everything(void **state)
{
    ae_dataset *dataset = new_data(NULL, false);
    ae_dictionary_options options = options_of(AE_DICTIONARY_BATCH, 100);
    double objective, square = 0;
    ae_model *model;
    (void)state;
    assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, &objective), AE_OK);
    for (size_t i = 0; i < ROWS * D; i++)
        square += (double)data[i] * (double)data[i];
    assert_true(fabs(objective / (square / 2 / ROWS) - 1) < 1e-6);
    ae_model_free(model);
    ae_dataset_free(dataset);
}

/* ---- lambdas that floats do not tell from 0 */

/* More atoms than columns bring the error to nothing: the objective goes with lambda until there is rounding only. */
static void test_any_lambda_works(void **state)
{
    ae_dataset *dataset = new_data(NULL, false);
    (void)state;
    for (int32_t method = AE_DICTIONARY_BATCH; method <= AE_DICTIONARY_ONLINE; method++)
        for (int power = 2; power <= 12; power += 2) {
            const double lambda = pow(10, -power);
            ae_dictionary_options options = options_of(method, lambda);
            double objective;
            ae_model *model;
            options.iterations = 2;
            assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, &objective), AE_OK);
            assert_true(fabs(objective_of(model, K, lambda) - objective) < 1e-4 * objective + 1e-12);
            assert_true(objective > lambda && objective < 6 * lambda + 1e-10);
            ae_model_free(model);
        }
    ae_dataset_free(dataset);
}

/* Rows of rank 3 give atoms of rank 3. */
static void test_data_of_low_rank(void **state)
{
    static float rows[ROWS * D];
    ae_dataset *any = new_data(NULL, false), *dataset;
    (void)state;
    for (size_t i = 0; i < ROWS * D; i++) {
        const size_t r = i / D, c = i % D;
        rows[i] = data[r * D] * planted[c] + data[r * D + 1] * planted[D + c] + data[r * D + 2] * planted[2 * D + c];
    }
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, rows, ROWS, D, 0), AE_OK);
    for (int power = 1; power <= 12; power++) {
        const double lambda = pow(10, -power);
        ae_dictionary_options options = options_of(AE_DICTIONARY_BATCH, lambda);
        double objective;
        ae_model *model;
        options.iterations = 5;
        assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, &objective), AE_OK);
        assert_true(objective > 0 && objective < lambda + 1e-10);
        ae_model_free(model);
    }
    ae_dataset_free(dataset);
    ae_dataset_free(any);
}

/* ---- few rows, no rows to speak of */

static void check_small(const float *values, size_t rows, size_t columns, size_t k, bool zero)
{
    for (int kind = 0; kind < 8; kind++) {
        ae_dictionary_options options = options_of(kind & 1, 0.01);
        float atoms[64], code[64], x_hat[64];
        double objective;
        ae_dataset *dataset;
        ae_model *model;
        options.nonnegative_code = kind >> 1 & 1;
        options.nonnegative_atoms = kind >> 2;
        assert_int_equal(ae_dataset_from_memory(&dataset, NULL, values, rows, columns, 0), AE_OK);
        assert_int_equal(ae_dictionary_fit(&model, dataset, k, &options, &objective), AE_OK);
        atoms_of(model, k, columns, atoms);
        for (size_t j = 0; j < k; j++)
            assert_true(fabs(norm(atoms + j * columns, columns) - 1) < 1e-6);
        assert_int_equal(ae_encode(model, values, 1, 0, code, 0), AE_OK);
        assert_int_equal(ae_decode(model, code, 1, 0, x_hat, 0), AE_OK);
        assert_true(isfinite(objective) && objective >= 0);
        assert_true(!zero || (objective == 0 && norm(code, k) == 0));
        for (size_t i = 0; i < columns && !zero; i++) /* one atom a row does it, for a price of lambda */
            assert_true(fabs((double)x_hat[i] - (double)values[i]) < 0.02);
        ae_model_free(model);
        ae_dataset_free(dataset);
    }
}

static void test_few_rows(void **state)
{
    static const float one[] = {3, 0, 4}, zeros[9] = {0}, same[] = {1, 2, 1, 2, 1, 2, 1, 2}, numbers[] = {1, 2, 3, 4};
    (void)state;
    check_small(one, 1, 3, 5, false); /* more atoms than rows, and than columns */
    check_small(one, 1, 3, 1, false);
    check_small(zeros, 3, 3, 4, true);
    check_small(same, 4, 2, 3, false);
    check_small(numbers, 4, 1, 2, false); /* one column: an atom is 1 or -1 */
}

/* ---- repeatable */

static void test_same_bytes_for_any_threads(void **state)
{
    (void)state;
    for (int32_t method = AE_DICTIONARY_BATCH; method <= AE_DICTIONARY_ONLINE; method++) {
        static float atoms[3][2 * K * D], codes[3][ROWS * 2 * K];
        double objective[3];
        for (uint32_t i = 0; i < 3; i++) {
            ae_runtime_options runtime_options;
            ae_runtime *runtime;
            ae_runtime_options_init(&runtime_options, sizeof runtime_options);
            runtime_options.threads = 1u << i;
            assert_int_equal(ae_runtime_create(&runtime, &runtime_options), AE_OK);
            ae_dataset *dataset = new_data(runtime, false);
            ae_dictionary_options options = options_of(method, 0.05);
            ae_model *model;
            options.runtime = runtime;
            options.iterations = 5;
            options.seed = 3;
            assert_int_equal(ae_dictionary_fit(&model, dataset, 2 * K, &options, &objective[i]), AE_OK);
            atoms_of(model, 2 * K, D, atoms[i]);
            assert_int_equal(ae_encode(model, data, ROWS, 0, codes[i], 0), AE_OK);
            ae_model_free(model);
            ae_dataset_free(dataset);
            ae_runtime_free(runtime);
        }
        for (size_t i = 1; i < 3; i++) {
            assert_memory_equal(atoms[i], atoms[0], sizeof atoms[0]);
            assert_memory_equal(codes[i], codes[0], sizeof codes[0]);
            assert_true(objective[i] == objective[0]);
        }
    }
}

static void test_seed_decides(void **state)
{
    ae_dataset *dataset = new_data(NULL, false);
    float atoms[3][K * D];
    (void)state;
    for (uint64_t i = 0; i < 3; i++) {
        ae_dictionary_options options = options_of(AE_DICTIONARY_ONLINE, 0.1);
        ae_model *model;
        options.seed = i / 2;
        options.iterations = 2;
        assert_int_equal(ae_dictionary_fit(&model, dataset, K, &options, NULL), AE_OK);
        atoms_of(model, K, D, atoms[i]);
        ae_model_free(model);
    }
    assert_memory_equal(atoms[0], atoms[1], sizeof atoms[0]);
    assert_memory_not_equal(atoms[0], atoms[2], sizeof atoms[0]);
    ae_dataset_free(dataset);
}

/* ---- failures */

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    for (int32_t method = AE_DICTIONARY_BATCH; method <= AE_DICTIONARY_ONLINE; method++) {
        failing_alloc memory;
        failing_alloc_init(&memory);
        ae_runtime *runtime = failing_alloc_runtime(&memory, 2);
        ae_dictionary_options options = options_of(method, 0.1);
        ae_dataset *dataset = new_data(NULL, false);
        ae_status status;
        size_t n = 1;
        options.runtime = runtime;
        options.iterations = 1;
        for (;; n++) {
            ae_model *model;
            failing_alloc_fail_at(&memory, n, false);
            status = ae_dictionary_fit(&model, dataset, K, &options, NULL);
            ae_model_free(model);
            if (memory.failed == 0)
                break;
            assert_int_equal(status, AE_ERROR_NO_MEMORY);
            assert_null(model);
        }
        assert_int_equal(status, AE_OK);
        assert_true(n > 20);
        ae_dataset_free(dataset);
        ae_runtime_free(runtime);
        assert_true(failing_alloc_finish(&memory));
    }
}

static void test_squares_that_overflow(void **state)
{
    static float huge[6] = {1e30f, 2e30f, -1e30f, 3e30f, 1e30f, 1e30f};
    ae_dataset *dataset;
    (void)state;
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, huge, 3, 2, 0), AE_OK);
    for (int32_t method = AE_DICTIONARY_BATCH; method <= AE_DICTIONARY_ONLINE; method++) {
        ae_dictionary_options options = options_of(method, 0.1);
        ae_model *model;
        assert_int_equal(ae_dictionary_fit(&model, dataset, 2, &options, NULL), AE_ERROR_NUMERIC);
        assert_null(model);
    }
    ae_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_dictionary_of_the_data),
        cmocka_unit_test(test_batch_never_rises),
        cmocka_unit_test(test_codes_that_are_not_negative),
        cmocka_unit_test(test_stops_when_little_is_won),
        cmocka_unit_test(test_unused_atoms_are_replaced),
        cmocka_unit_test(test_lambda_above_everything),
        cmocka_unit_test(test_any_lambda_works),
        cmocka_unit_test(test_data_of_low_rank),
        cmocka_unit_test(test_few_rows),
        cmocka_unit_test(test_same_bytes_for_any_threads),
        cmocka_unit_test(test_seed_decides),
        cmocka_unit_test(test_every_allocation_may_fail),
        cmocka_unit_test(test_squares_that_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
