/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
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

enum { ROWS = 400, D = 10, K = 3 };

static float x[ROWS * D];
static ae_dataset *data;

static ae_pca_options options_of(int32_t solver)
{
    ae_pca_options options;
    ae_pca_options_init(&options, sizeof options);
    options.solver = solver;
    return options;
}

static ae_model *fit(const ae_dataset *dataset, size_t k, const ae_pca_options *options, double *variances,
                     double *total)
{
    ae_model *model;
    if (ae_pca_fit(&model, dataset, k, options, variances, total) != AE_OK)
        fail_msg("%s", ae_last_error());
    return model;
}

static double squared_error(const ae_model *model, const ae_dataset *dataset)
{
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    assert_int_equal(ae_evaluate(model, dataset, &evaluation), AE_OK);
    return evaluation.squared_error;
}

static void test_defaults(void **state)
{
    ae_pca_options o;
    (void)state;
    memset(&o, 0xff, sizeof o);
    ae_pca_options_init(&o, sizeof o);
    assert_true(o.struct_size == sizeof o && !o.runtime && o.seed == 0 && o.solver == AE_PCA_AUTO && o.center == 1);
    assert_true(o.whiten == 0 && o.iterations == 8 && o.oversample == 10 && !o.cancel);
}

/* ---- what comes out */

/* The error that is left is the variance that is left, by any solver. */
static void test_errors_and_variances(void **state)
{
    (void)state;
    for (int32_t solver = AE_PCA_AUTO; solver <= AE_PCA_RANDOMIZED; solver++)
        for (size_t k = 1; k <= D; k++) {
            const ae_pca_options options = options_of(solver);
            double variances[D], total, left;
            ae_model *model = fit(data, k, &options, variances, &total);
            left = total;
            for (size_t i = 0; i < k; i++) {
                assert_true(variances[i] > 0 && (i == 0 || variances[i] <= variances[i - 1]));
                left -= variances[i];
            }
            assert_true(fabs(squared_error(model, data) * ROWS / (ROWS - 1) - left) < 1e-5 * total);
            assert_int_equal(ae_model_input_dim(model), D);
            assert_int_equal(ae_model_output_dim(model), D);
            assert_int_equal(ae_model_latent_dim(model), k);
            assert_int_equal(ae_model_code(model), AE_CODE_PLAIN);
            assert_int_equal(ae_model_loss(model), AE_SQUARED_ERROR);
            ae_model_free(model);
        }
}

/* code = W (x - mean), x_hat = W^T code + mean; codes are centred, uncorrelated, of the told variances. */
static void test_codes(void **state)
{
    (void)state;
    for (int whiten = 0; whiten < 2; whiten++) {
        ae_pca_options options = options_of(AE_PCA_AUTO);
        static float codes[ROWS * K];
        double variances[K];
        options.whiten = whiten;
        ae_model *model = fit(data, K, &options, variances, NULL);
        assert_int_equal(ae_encode(model, x, ROWS, 0, codes, 0), AE_OK);
        for (size_t i = 0; i < K; i++)
            for (size_t j = 0; j <= i; j++) {
                double mean = 0, product = 0;
                for (size_t r = 0; r < ROWS; r++) {
                    mean += (double)codes[r * K + i] / ROWS;
                    product += (double)codes[r * K + i] * (double)codes[r * K + j] / (ROWS - 1);
                }
                const double expected = i != j ? 0 : whiten ? 1 : variances[i];
                assert_true(fabs(mean) < 1e-5 && fabs(product - expected) < 1e-4 * (whiten ? 1 : variances[0]));
            }
        ae_model_free(model);
    }
}

/* Whitened or not, the reconstruction is the same. */
static void test_whitening_is_undone(void **state)
{
    static float plain[ROWS * D], white[ROWS * D];
    ae_pca_options options = options_of(AE_PCA_AUTO);
    ae_model *model = fit(data, K, &options, NULL, NULL);
    (void)state;
    assert_int_equal(ae_reconstruct(model, x, ROWS, 0, plain, 0), AE_OK);
    ae_model_free(model);
    options.whiten = 1;
    model = fit(data, K, &options, NULL, NULL);
    assert_int_equal(ae_reconstruct(model, x, ROWS, 0, white, 0), AE_OK);
    for (size_t i = 0; i < ROWS * D; i++)
        assert_true(fabsf(plain[i] - white[i]) < 1e-5f);
    ae_model_free(model);
}

/* A dependent and a constant column: components without variance give code 0 when whitened. */
static void test_rank_deficient(void **state)
{
    static float own[ROWS * D], codes[ROWS * D];
    ae_pca_options options = options_of(AE_PCA_AUTO);
    double variances[D], total;
    ae_dataset *dataset;
    (void)state;
    memcpy(own, x, sizeof own);
    for (size_t r = 0; r < ROWS; r++) {
        own[r * D + 4] = own[r * D] - 2 * own[r * D + 1];
        own[r * D + 7] = 0.3f;
    }
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, own, ROWS, D, 0), AE_OK);
    options.whiten = 1;
    ae_model *model = fit(dataset, D, &options, variances, &total);
    assert_true(variances[D - 3] > 0 && variances[D - 2] == 0 && variances[D - 1] == 0);
    assert_int_equal(ae_encode(model, own, ROWS, 0, codes, 0), AE_OK);
    for (size_t r = 0; r < ROWS; r++)
        assert_true(codes[r * D + D - 2] == 0 && codes[r * D + D - 1] == 0 && fabsf(codes[r * D + D - 3]) < 10);
    assert_true(squared_error(model, dataset) < 1e-8 * total);
    ae_model_free(model);
    ae_dataset_free(dataset);
}

/* More columns than rows. */
static void test_wide(void **state)
{
    enum { N = 12, WIDE = 200 };
    static float wide[N * WIDE];
    ae_pca_options options = options_of(AE_PCA_AUTO);
    double variances[N], total, sum = 0;
    ae_dataset *dataset;
    (void)state;
    architecture_rows(wide, N, WIDE, 3);
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, wide, N, WIDE, 0), AE_OK);
    ae_model *model = fit(dataset, N, &options, variances, &total);
    for (size_t i = 0; i < N; i++)
        sum += variances[i];
    assert_true(fabs(sum / total - 1) < 1e-5 && variances[N - 1] == 0); /* centring takes one dimension away */
    assert_true(squared_error(model, dataset) < 1e-8 * total);
    ae_model_free(model);
    options.center = 0;
    model = fit(dataset, N, &options, variances, &total);
    assert_true(variances[N - 1] > 0);
    ae_model_free(model);
    ae_dataset_free(dataset);
}

static void test_one_row(void **state)
{
    ae_dataset *one;
    double variance = 7, total = 7;
    float code, back[D];
    (void)state;
    assert_int_equal(ae_dataset_slice(&one, data, 0, 1), AE_OK);
    ae_model *model = fit(one, 1, NULL, &variance, &total);
    assert_true(variance == 0 && total == 0);
    assert_int_equal(ae_encode(model, x, 1, 0, &code, 0), AE_OK);
    assert_int_equal(ae_reconstruct(model, x, 1, 0, back, 0), AE_OK);
    for (size_t j = 0; j < D; j++)
        assert_true(fabsf(back[j] - x[j]) < 1e-6f);
    ae_model_free(model);
    ae_dataset_free(one);
}

/* ---- an ordinary model */

static void test_save_and_load(void **state)
{
    static unsigned char bytes[20000];
    static float codes[2][ROWS * K];
    (void)state;
    for (int whiten = 0; whiten < 2; whiten++) {
        ae_pca_options options = options_of(AE_PCA_AUTO);
        ae_model *loaded;
        size_t size;
        options.whiten = whiten;
        ae_model *model = fit(data, K, &options, NULL, NULL);
        assert_int_equal(ae_model_save_memory(model, bytes, sizeof bytes, &size), AE_OK);
        assert_int_equal(ae_model_load_memory(&loaded, bytes, size, NULL), AE_OK);
        assert_true(architecture_same(model, loaded));
        assert_int_equal(ae_encode(model, x, ROWS, 0, codes[0], 0), AE_OK);
        assert_int_equal(ae_encode(loaded, x, ROWS, 0, codes[1], 0), AE_OK);
        assert_memory_equal(codes[0], codes[1], sizeof codes[0]);
        ae_model_free(model);
        ae_model_free(loaded);
    }
}

/* It stands at the minimum: a step of training finds nothing to gain. */
static void test_training_on(void **state)
{
    ae_model *model = fit(data, K, NULL, NULL, NULL);
    const double before = squared_error(model, data);
    ae_train_options how;
    (void)state;
    ae_train_options_init(&how, sizeof how);
    how.optimizer = AE_SGD;
    how.learning_rate = 1e-2;
    how.batch_size = ROWS;
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
    assert_true(fabs(squared_error(model, data) / before - 1) < 1e-5);
    ae_model_free(model);
}

static void test_threads(void **state)
{
    (void)state;
    for (int32_t solver = AE_PCA_EXACT; solver <= AE_PCA_RANDOMIZED; solver++) {
        ae_model *one = NULL;
        for (uint32_t threads = 1; threads <= 4; threads *= 2) {
            ae_runtime *runtime;
            ae_runtime_options how;
            ae_pca_options options = options_of(solver);
            ae_runtime_options_init(&how, sizeof how);
            how.threads = threads;
            assert_int_equal(ae_runtime_create(&runtime, &how), AE_OK);
            options.runtime = runtime;
            ae_model *model = fit(data, K, &options, NULL, NULL);
            if (one)
                assert_true(architecture_same(one, model));
            if (threads > 1)
                ae_model_free(model);
            else
                one = model;
            ae_runtime_free(runtime);
        }
        ae_model_free(one);
    }
}

/* ---- bad input */

static void test_bad_input(void **state)
{
    const size_t bad[] = {0, D + 1, SIZE_MAX};
    ae_model *model = (ae_model *)&model;
    ae_pca_options options = options_of(AE_PCA_AUTO);
    float own[3 * D];
    double variance = 7, total = 7;
    ae_dataset *few;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(ae_pca_fit(&model, data, bad[i], NULL, &variance, &total), AE_ERROR_INVALID_ARGUMENT);
        assert_null(model);
    }
    memcpy(own, x, sizeof own);
    assert_int_equal(ae_dataset_from_memory(&few, NULL, own, 3, D, 0), AE_OK);
    assert_int_equal(ae_pca_fit(&model, few, 4, NULL, &variance, &total), AE_ERROR_INVALID_ARGUMENT); /* too few rows */
    assert_non_null(strstr(ae_last_error(), "3 rows"));
    own[5] = NAN;
    assert_int_equal(ae_pca_fit(&model, few, 2, NULL, &variance, &total), AE_ERROR_DATA);
    own[5] = INFINITY;
    assert_int_equal(ae_pca_fit(&model, few, 2, NULL, &variance, &total), AE_ERROR_DATA);
    assert_int_equal(ae_pca_fit(NULL, data, 2, NULL, NULL, NULL), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_pca_fit(&model, NULL, 2, NULL, NULL, NULL), AE_ERROR_INVALID_ARGUMENT);
    for (options.solver = -1; options.solver <= 3; options.solver += 4)
        assert_int_equal(ae_pca_fit(&model, data, 2, &options, &variance, &total), AE_ERROR_INVALID_ARGUMENT);
    options = options_of(AE_PCA_AUTO);
    for (int32_t bad_switch = -1; bad_switch <= 2; bad_switch += 3) {
        options.center = bad_switch;
        assert_int_equal(ae_pca_fit(&model, data, 2, &options, &variance, &total), AE_ERROR_INVALID_ARGUMENT);
        options.center = 1;
        options.whiten = bad_switch;
        assert_int_equal(ae_pca_fit(&model, data, 2, &options, &variance, &total), AE_ERROR_INVALID_ARGUMENT);
        options.whiten = 0;
    }
    options = options_of(AE_PCA_RANDOMIZED);
    options.iterations = 0;
    assert_int_equal(ae_pca_fit(&model, data, 2, &options, &variance, &total), AE_ERROR_INVALID_ARGUMENT);
    options = options_of(AE_PCA_RANDOMIZED);
    options.oversample = SIZE_MAX; /* as many as there are */
    assert_true(variance == 7 && total == 7);
    model = fit(data, 2, &options, NULL, NULL);
    ae_model_free(model);
    ae_dataset_free(few);
}

/* Values so small or so large that the model would have infinite numbers. */
static void test_beyond_floats(void **state)
{
    static float small[ROWS * D], large[ROWS * D];
    (void)state;
    for (size_t i = 0; i < ROWS * D; i++) {
        small[i] = x[i] * 1e-40f;
        large[i] = 3.3e38f + x[i / D * D] * 1e36f; /* W mean is the sum of ten such values, by sqrt(10) */
    }
    for (int32_t solver = AE_PCA_EXACT; solver <= AE_PCA_RANDOMIZED; solver++)
        for (int which = 0; which < 2; which++) {
            ae_pca_options options = options_of(solver);
            double variances[K] = {7, 7, 7}, total = 7;
            ae_dataset *dataset;
            ae_model *model;
            assert_int_equal(ae_dataset_from_memory(&dataset, NULL, which ? large : small, ROWS, D, 0), AE_OK);
            options.whiten = !which;
            assert_int_equal(ae_pca_fit(&model, dataset, K, &options, variances, &total), AE_ERROR_NUMERIC);
            assert_non_null(strstr(ae_last_error(), "scale the data"));
            assert_null(model);
            assert_true(variances[0] == 7 && variances[K - 1] == 7 && total == 7);
            options.scaling = AE_SCALING_STANDARD; /* which does not reach below the least normal float */
            assert_int_equal(ae_pca_fit(&model, dataset, K, &options, NULL, NULL), which ? AE_OK : AE_ERROR_NUMERIC);
            ae_model_free(model);
            ae_dataset_free(dataset);
        }
}

static void test_every_allocation_failing(void **state)
{
    (void)state;
    for (int which = 0; which < 3; which++) { /* by columns, by rows, at random */
        ae_dataset *part;
        assert_int_equal(ae_dataset_slice(&part, data, 0, which == 1 ? 6 : ROWS), AE_OK);
        for (size_t n = 1;; n++) {
            ae_pca_options options = options_of(which == 2 ? AE_PCA_RANDOMIZED : AE_PCA_EXACT);
            ae_model *model = (ae_model *)&model;
            double variances[6] = {7}, total = 7;
            failing_alloc memory;
            failing_alloc_init(&memory);
            options.runtime = failing_alloc_runtime(&memory, 1);
            failing_alloc_fail_at(&memory, n, n % 2);
            const ae_status status = ae_pca_fit(&model, part, 6, &options, variances, &total);
            const bool failed = memory.failed > 0;
            failing_alloc_fail_at(&memory, 0, false);
            assert_int_equal(status, failed ? AE_ERROR_NO_MEMORY : AE_OK);
            assert_true(!failed || (!model && variances[0] == 7 && total == 7));
            ae_model_free(model);
            ae_runtime_free(options.runtime);
            assert_true(failing_alloc_finish(&memory));
            if (!failed)
                break;
        }
        ae_dataset_free(part);
    }
}

/* ---- linear autoencoders: among them PCA's error is the least, and training reaches it */

enum { N = 200, WIDTH = 6, CODE = 2 };

static float separated[N * WIDTH]; /* standard deviations 2, 1.5, then 0.3 and less, along turned axes; mean 0 */

static void make_separated(void)
{
    static const double sizes[WIDTH] = {2, 1.5, 0.3, 0.25, 0.2, 0.15};
    float noise[N * WIDTH];
    double axes[WIDTH][WIDTH], mean[WIDTH] = {0};
    architecture_rows(noise, N, WIDTH, 8);
    for (size_t i = 0; i < WIDTH; i++) /* the basis of cosines */
        for (size_t j = 0; j < WIDTH; j++)
            axes[i][j] = sqrt((i ? 2.0 : 1.0) / WIDTH) * cos(acos(-1.0) * ((double)j + 0.5) * (double)i / WIDTH);
    for (size_t r = 0; r < N; r++)
        for (size_t j = 0; j < WIDTH; j++) {
            double sum = 0;
            for (size_t i = 0; i < WIDTH; i++) /* numbers that go round at rates of their own are hardly correlated */
                sum += sizes[i] * sqrt(2) * sin((double)(r + 1) * sqrt(2 + 3 * (double)i)) * axes[i][j];
            separated[r * WIDTH + j] = (float)(sum + 1e-3 * (double)noise[r * WIDTH + j]);
        }
    for (size_t r = 0; r < N; r++)
        for (size_t j = 0; j < WIDTH; j++)
            mean[j] += (double)separated[r * WIDTH + j] / N;
    for (size_t r = 0; r < N; r++)
        for (size_t j = 0; j < WIDTH; j++)
            separated[r * WIDTH + j] -= (float)mean[j];
}

/* Rows of w:[CODE, WIDTH] made orthonormal. */
static void orthonormalise(double w[CODE][WIDTH])
{
    for (size_t i = 0; i < CODE; i++) {
        double square = 0;
        for (size_t c = 0; c < i; c++) {
            double product = 0;
            for (size_t j = 0; j < WIDTH; j++)
                product += w[i][j] * w[c][j];
            for (size_t j = 0; j < WIDTH; j++)
                w[i][j] -= product * w[c][j];
        }
        for (size_t j = 0; j < WIDTH; j++)
            square += w[i][j] * w[i][j];
        for (size_t j = 0; j < WIDTH; j++)
            w[i][j] /= sqrt(square);
    }
}

/* The space that reconstructions lie in: the columns of the decoder's weight. */
static void space_of(const ae_model *model, bool tied, double w[CODE][WIDTH])
{
    float values[WIDTH * CODE];
    assert_int_equal(ae_model_get_tensor(model, tied ? "encoder.0.weight" : "decoder.0.weight", values, WIDTH * CODE),
                     AE_OK);
    for (size_t i = 0; i < CODE; i++)
        for (size_t j = 0; j < WIDTH; j++)
            w[i][j] = (double)(tied ? values[i * WIDTH + j] : values[j * CODE + i]);
    orthonormalise(w);
}

/* Sine of the largest angle: what of `a` is not in `b`, as the larger singular value of two rows. */
static double largest_angle(double a[CODE][WIDTH], double b[CODE][WIDTH])
{
    double rest[CODE][WIDTH], g[3] = {0};
    for (size_t i = 0; i < CODE; i++) {
        memcpy(rest[i], a[i], sizeof rest[i]);
        for (size_t c = 0; c < CODE; c++) {
            double product = 0;
            for (size_t j = 0; j < WIDTH; j++)
                product += a[i][j] * b[c][j];
            for (size_t j = 0; j < WIDTH; j++)
                rest[i][j] -= product * b[c][j];
        }
    }
    for (size_t j = 0; j < WIDTH; j++) {
        g[0] += rest[0][j] * rest[0][j];
        g[1] += rest[0][j] * rest[1][j];
        g[2] += rest[1][j] * rest[1][j];
    }
    return asin(fmin(1, sqrt((g[0] + g[2]) / 2 + hypot((g[0] - g[2]) / 2, g[1]))));
}

static void test_linear_autoencoders_reach_it(void **state)
{
    static const char *const names[] = {"untied", "tied", "tied and orthonormal"};
    ae_dataset *dataset;
    (void)state;
    make_separated();
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, separated, N, WIDTH, 0), AE_OK);
    ae_model *reference = fit(dataset, CODE, NULL, NULL, NULL);
    double expected[CODE][WIDTH], found[CODE][WIDTH];
    const double least = squared_error(reference, dataset);
    space_of(reference, true, expected);
    for (int which = 0; which < 3; which++) {
        ae_model_options options;
        ae_train_options how;
        ae_model *model;
        ae_model_options_init(&options, sizeof options);
        ae_train_options_init(&how, sizeof how);
        options.input_dim = WIDTH;
        options.latent_dim = CODE;
        options.tied = which > 0;
        options.seed = 3;
        how.orthonormal = which == 2;
        how.optimizer = AE_SGD;
        how.momentum = 0.9;
        how.learning_rate = 0.01;
        how.batch_size = N;
        how.epochs = 2000;
        assert_int_equal(ae_model_create(&model, &options), AE_OK);
        assert_int_equal(ae_fit(model, dataset, NULL, &how), AE_OK);
        space_of(model, which > 0, found);
        const double error = squared_error(model, dataset), angle = largest_angle(found, expected);
        print_message("%s: error %.6f of PCA's %.6f, largest angle %.1e\n", names[which], error, least, angle);
        assert_true(error > least * (1 - 1e-5) && error < least * (1 + 1e-4));
        assert_true(angle < 1e-3);
        if (which == 2) {
            float w[CODE * WIDTH];
            assert_int_equal(ae_model_get_tensor(model, "encoder.0.weight", w, CODE * WIDTH), AE_OK);
            for (size_t i = 0; i < CODE; i++)
                for (size_t c = 0; c <= i; c++) {
                    double product = 0;
                    for (size_t j = 0; j < WIDTH; j++)
                        product += (double)w[i * WIDTH + j] * (double)w[c * WIDTH + j];
                    assert_true(fabs(product - (c == i)) < 1e-5);
                }
        }
        ae_model_free(model);
    }
    ae_model_free(reference);
    ae_dataset_free(dataset);
}

/* More rows than columns cannot be orthonormal. */
static void test_orthonormal_needs_a_narrow_code(void **state)
{
    ae_model_options options;
    ae_train_options how;
    ae_model *model;
    (void)state;
    ae_model_options_init(&options, sizeof options);
    ae_train_options_init(&how, sizeof how);
    options.input_dim = D;
    options.latent_dim = D + 1;
    how.orthonormal = 1;
    assert_int_equal(ae_model_create(&model, &options), AE_OK);
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
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
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_errors_and_variances),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_whitening_is_undone),
        cmocka_unit_test(test_rank_deficient),
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_one_row),
        cmocka_unit_test(test_save_and_load),
        cmocka_unit_test(test_training_on),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_beyond_floats),
        cmocka_unit_test(test_every_allocation_failing),
        cmocka_unit_test(test_linear_autoencoders_reach_it),
        cmocka_unit_test(test_orthonormal_needs_a_narrow_code),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
