/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "solvers/eigen.h"
#include "solvers/pca.h"

enum { MOST_ROWS = 300, MOST_COLUMNS = 120 };

static float x[MOST_ROWS * MOST_COLUMNS];

typedef struct solution {
    ae_dataset *data;
    aei_pca pca;
    size_t k, d;
} solution;

/* Rows of `rank` directions, of standard deviations 1, 1/2, 1/3, ...; and a mean far from 0. */
static void fill(size_t n, size_t d, size_t rank, double scale)
{
    static aei_real direction[MOST_COLUMNS * MOST_COLUMNS], size[MOST_COLUMNS];
    for (size_t i = 0; i < rank; i++) {
        const aei_rng rng = aei_rng_stream(11, AEI_RNG_SAMPLE, 0, i);
        aei_rng_normal(&rng, 0, d, direction + i * d);
    }
    for (size_t r = 0; r < n; r++) {
        const aei_rng rng = aei_rng_stream(12, AEI_RNG_SAMPLE, 0, r);
        aei_rng_normal(&rng, 0, rank, size);
        for (size_t j = 0; j < d; j++) {
            double sum = 3;
            for (size_t i = 0; i < rank; i++)
                sum += (double)size[i] / (double)(i + 1) * (double)direction[i * d + j];
            x[r * d + j] = (float)(scale * sum);
        }
    }
}

static ae_pca_options options_of(int32_t solver)
{
    return (ae_pca_options){.solver = solver, .center = 1, .iterations = 8, .oversample = 10};
}

static solution solve(size_t n, size_t d, size_t k, const ae_pca_options *options)
{
    solution s = {.k = k, .d = d};
    assert_int_equal(ae_dataset_from_memory(&s.data, NULL, x, n, d, 0), AE_OK);
    s.pca.mean = calloc(d, sizeof(double));
    s.pca.variances = calloc(k, sizeof(double));
    s.pca.components = calloc(k * d, sizeof(double));
    assert_true(s.pca.mean && s.pca.variances && s.pca.components);
    assert_int_equal(aei_pca_find(&s.pca, s.data, k, options), AE_OK);
    return s;
}

static void let_go(solution *s)
{
    ae_dataset_free(s->data);
    free(s->pca.mean);
    free(s->pca.variances);
    free(s->pca.components);
}

/* Orthonormal rows, each with its largest entry positive; variances that descend and are not negative. */
static void assert_sound(const solution *s)
{
    for (size_t i = 0; i < s->k; i++) {
        const double *w = s->pca.components + i * s->d;
        double largest = 0;
        for (size_t j = 0; j < s->d; j++)
            largest = fabs(w[j]) > fabs(largest) ? w[j] : largest;
        assert_true(largest > 0);
        for (size_t c = 0; c <= i; c++) {
            double product = 0;
            for (size_t j = 0; j < s->d; j++)
                product += w[j] * s->pca.components[c * s->d + j];
            assert_true(fabs(product - (c == i)) < 1e-12);
        }
        assert_true(s->pca.variances[i] >= 0 && (i == 0 || s->pca.variances[i] <= s->pca.variances[i - 1]));
    }
}

/* The covariance matrix in double, and its eigenvalues. */
static double *covariance(size_t n, size_t d, int center)
{
    double *mean = calloc(d, sizeof *mean), *matrix = calloc(d * d, sizeof *matrix);
    assert_true(mean && matrix);
    for (size_t r = 0; r < n && center; r++)
        for (size_t j = 0; j < d; j++)
            mean[j] += (double)x[r * d + j] / (double)n;
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < d; i++)
            for (size_t j = 0; j < d; j++)
                matrix[i * d + j] += ((double)x[r * d + i] - mean[i]) * ((double)x[r * d + j] - mean[j]) /
                                     (double)(center ? n - 1 : n);
    free(mean);
    return matrix;
}

static void check(size_t n, size_t d, size_t k, int center, int32_t solver, double tolerance)
{
    ae_pca_options options = options_of(solver);
    double *matrix = covariance(n, d, center), *values = calloc(k, sizeof *values), total = 0;
    double *vectors = calloc(k * d, sizeof *vectors);
    assert_true(values && vectors);
    options.center = center;
    solution s = solve(n, d, k, &options);
    assert_sound(&s);
    for (size_t j = 0; j < d; j++)
        total += matrix[j * d + j];
    assert_true(fabs(s.pca.total / total - 1) < 1e-10);
    assert_int_equal(aei_eigen_symmetric(NULL, NULL, matrix, d, k, values, vectors), AE_OK);
    for (size_t i = 0; i < k; i++) {
        double product = 0;
        if (!(fabs(s.pca.variances[i] - values[i]) <= tolerance * values[0]))
            fail_msg("%zu x %zu, variance %zu is %.9g, not %.9g", n, d, i, s.pca.variances[i], values[i]);
        for (size_t j = 0; j < d; j++)
            product += vectors[i * d + j] * s.pca.components[i * d + j];
        if (!(1 - fabs(product) < 1e-4))
            fail_msg("%zu x %zu, direction %zu: cosine %.9g", n, d, i, product);
    }
    let_go(&s);
    free(matrix);
    free(values);
    free(vectors);
}

static void test_tall_and_wide(void **state)
{
    (void)state;
    for (int center = 0; center < 2; center++) {
        fill(300, 20, 20, 1);
        check(300, 20, 8, center, AE_PCA_EXACT, 1e-5);
        check(300, 20, 8, center, AE_PCA_AUTO, 1e-5);
        fill(30, 120, 25, 1);
        check(30, 120, 8, center, AE_PCA_EXACT, 1e-5);
        fill(60, 60, 30, 1);
        check(60, 60, 8, center, AE_PCA_EXACT, 1e-5);
    }
}

static void test_randomised(void **state)
{
    (void)state;
    fill(300, 100, 60, 1);
    check(300, 100, 10, 1, AE_PCA_RANDOMIZED, 1e-4);
    fill(60, 120, 50, 1);
    check(60, 120, 6, 0, AE_PCA_RANDOMIZED, 1e-4);
    fill(40, 20, 15, 1);
    check(40, 20, 12, 1, AE_PCA_RANDOMIZED, 1e-4); /* all directions fit into the random subspace */
}

static void test_seeds(void **state)
{
    ae_pca_options options = options_of(AE_PCA_RANDOMIZED);
    (void)state;
    fill(200, 50, 40, 1);
    options.iterations = 1;
    solution a = solve(200, 50, 5, &options), b = solve(200, 50, 5, &options);
    options.seed = 1;
    solution c = solve(200, 50, 5, &options);
    assert_memory_equal(a.pca.components, b.pca.components, 5 * 50 * sizeof(double));
    assert_memory_not_equal(a.pca.components, c.pca.components, 5 * 50 * sizeof(double));
    let_go(&a);
    let_go(&b);
    let_go(&c);
}

/* Rank below k: the variances beyond are 0 exactly, the directions are orthonormal all the same. */
static void test_rank_deficient(void **state)
{
    const size_t shapes[][2] = {{200, 20}, {15, 60}, {20, 20}};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (int32_t solver = AE_PCA_EXACT; solver <= AE_PCA_RANDOMIZED; solver++) {
            const ae_pca_options options = options_of(solver);
            fill(shapes[i][0], shapes[i][1], 4, 1);
            solution s = solve(shapes[i][0], shapes[i][1], 12, &options);
            assert_sound(&s);
            for (size_t j = 0; j < 12; j++)
                if (j < 4 ? !(s.pca.variances[j] > 1e-3 * s.pca.total) : s.pca.variances[j] != 0)
                    fail_msg("%zu x %zu, solver %d: variance %zu is %g", shapes[i][0], shapes[i][1], (int)solver, j,
                             s.pca.variances[j]);
            let_go(&s);
        }
}

static void test_constant_columns(void **state)
{
    const ae_pca_options options = options_of(AE_PCA_AUTO);
    (void)state;
    fill(100, 10, 10, 1);
    for (size_t r = 0; r < 100; r++)
        x[r * 10 + 3] = x[r * 10 + 7] = 0.1f;
    solution s = solve(100, 10, 10, &options);
    assert_sound(&s);
    assert_true(s.pca.variances[7] > 0 && s.pca.variances[8] == 0 && s.pca.variances[9] == 0);
    for (size_t i = 0; i < 8; i++)
        assert_true(fabs(s.pca.components[i * 10 + 3]) < 1e-12 && fabs(s.pca.components[i * 10 + 7]) < 1e-12);
    let_go(&s);
    for (size_t i = 0; i < 1000; i++)
        x[i] = 0.1f;
    s = solve(100, 10, 3, &options); /* nothing varies at all */
    assert_sound(&s);
    assert_true(s.pca.variances[0] == 0 && s.pca.total < 1e-15);
    let_go(&s);
}

static void test_one_row(void **state)
{
    const ae_pca_options options = options_of(AE_PCA_AUTO);
    (void)state;
    fill(1, 10, 10, 1);
    solution s = solve(1, 10, 1, &options);
    assert_sound(&s);
    assert_true(s.pca.variances[0] == 0 && s.pca.total == 0);
    let_go(&s);
}

/* Numbers whose squares are too large or too small for a float. */
static void test_scales(void **state)
{
    const double scales[] = {1e-30, 1e-20, 1e20, 1e30};
    const size_t shapes[][2] = {{100, 10}, {10, 30}};
    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (int32_t solver = AE_PCA_EXACT; solver <= AE_PCA_RANDOMIZED; solver++) {
            const ae_pca_options options = options_of(solver);
            const size_t n = shapes[i][0], d = shapes[i][1];
            fill(n, d, 8, 1);
            solution plain = solve(n, d, 3, &options);
            for (size_t c = 0; c < 4; c++) {
                fill(n, d, 8, scales[c]);
                solution s = solve(n, d, 3, &options);
                assert_sound(&s);
                for (size_t j = 0; j < 3; j++)
                    assert_true(fabs(s.pca.variances[j] / (plain.pca.variances[j] * scales[c] * scales[c]) - 1) < 1e-4);
                let_go(&s);
            }
            let_go(&plain);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tall_and_wide),
        cmocka_unit_test(test_randomised),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_rank_deficient),
        cmocka_unit_test(test_constant_columns),
        cmocka_unit_test(test_one_row),
        cmocka_unit_test(test_scales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
