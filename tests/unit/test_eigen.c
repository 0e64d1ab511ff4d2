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
#include "support/failing_alloc.h"

/* Numbers in (-1, 1). */
static double random_number(uint64_t seed, uint64_t i)
{
    const aei_rng rng = aei_rng_stream(seed, AEI_RNG_SAMPLE, 0, i);
    aei_real u;
    aei_rng_uniform(&rng, 0, 1, &u);
    return 2 * (double)u - 1;
}

static double *zeros(size_t count)
{
    double *values = calloc(count, sizeof *values);
    assert_non_null(values);
    return values;
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void assert_orthonormal(const double *q, size_t k, size_t n)
{
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j <= i; j++)
            if (!(fabs(dot(q + i * n, q + j * n, n) - (i == j)) < 1e-12))
                fail_msg("n = %zu: rows %zu and %zu have the product %g", n, i, j, dot(q + i * n, q + j * n, n));
}

/* Solves and checks |A v - lambda v| against |A|, the basis, and the order. Frees a; the caller frees *values. */
static void check(double *a, size_t n, size_t k, double **values)
{
    double *copy = zeros(n * n), *vectors = zeros(k * n), largest = 0;
    *values = zeros(k);
    memcpy(copy, a, n * n * sizeof *a);
    for (size_t i = 0; i < n * n; i++)
        largest = fmax(largest, fabs(a[i]));
    assert_int_equal(aei_eigen_symmetric(NULL, NULL, a, n, k, *values, vectors), AE_OK);
    assert_orthonormal(vectors, k, n);
    for (size_t i = 0; i < k; i++) {
        assert_true(i == 0 || (*values)[i] <= (*values)[i - 1]);
        for (size_t r = 0; r < n; r++) {
            const double rest = dot(copy + r * n, vectors + i * n, n) - (*values)[i] * vectors[i * n + r];
            if (!(fabs(rest) <= 1e-12 * largest * (double)n))
                fail_msg("n = %zu, eigenvalue %zu: residual %g of %g", n, i, rest, largest);
        }
    }
    free(a);
    free(copy);
    free(vectors);
}

static void test_by_hand(void **state)
{
    double *a = zeros(4), *values;
    (void)state;
    a[0] = a[3] = 2, a[1] = a[2] = 1;
    check(a, 2, 2, &values);
    assert_true(fabs(values[0] - 3) < 1e-14 && fabs(values[1] - 1) < 1e-14);
    free(values);
    a = zeros(1);
    a[0] = -7;
    check(a, 1, 1, &values);
    assert_true(values[0] == -7);
    free(values);
}

/* 2 on the diagonal, -1 beside it: 2 - 2 cos(i pi / (n + 1)). */
static void test_known_values(void **state)
{
    const size_t n = 50;
    double *a = zeros(n * n), *values;
    (void)state;
    for (size_t i = 0; i < n; i++) {
        a[i * n + i] = 2;
        if (i > 0)
            a[i * n + i - 1] = a[(i - 1) * n + i] = -1;
    }
    check(a, n, n, &values);
    for (size_t i = 0; i < n; i++)
        assert_true(fabs(values[i] - (2 - 2 * cos((double)(n - i) * acos(-1.0) / (double)(n + 1)))) < 1e-13);
    free(values);
}

static void test_random(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 40; n++)
        for (size_t k = 1; k <= n; k += 1 + n / 3) {
            double *a = zeros(n * n), *values, trace = 0, sum = 0;
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j <= i; j++)
                    a[i * n + j] = a[j * n + i] = random_number(n, i * n + j);
            for (size_t i = 0; i < n; i++)
                trace += a[i * n + i];
            check(a, n, k, &values);
            for (size_t i = 0; i < k; i++)
                sum += values[i];
            assert_true(k < n || fabs(sum - trace) < 1e-12 * (double)n);
            free(values);
        }
}

/* B^T B with fewer rows than columns: the rest of the eigenvalues is 0, and the basis is whole all the same. */
static void test_rank_deficient(void **state)
{
    (void)state;
    for (size_t rank = 0; rank <= 20; rank += 5) {
        const size_t n = 30;
        double *a = zeros(n * n), *values;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                for (size_t r = 0; r < rank; r++)
                    a[i * n + j] += random_number(3, r * n + i) * random_number(3, r * n + j);
        check(a, n, n, &values);
        for (size_t i = 0; i < n; i++)
            assert_true(i < rank ? values[i] > 0.1 : fabs(values[i]) < 1e-12);
        free(values);
    }
}

/* I - 2 v v^T and its like: one eigenvalue many times over; and pairs that differ in the last digits (Wilkinson). */
static void test_equal_eigenvalues(void **state)
{
    const size_t n = 31;
    double *values, v[31];
    (void)state;
    for (size_t i = 0; i < n; i++)
        v[i] = random_number(9, i);
    for (int twice = 0; twice < 2; twice++) {
        double *a = zeros(n * n);
        const double norm = dot(v, v, n);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                a[i * n + j] = (double)(i == j) * (twice && i < 10 ? 2 : 1) - (twice ? 0 : 2 * v[i] * v[j] / norm);
        check(a, n, n, &values);
        for (size_t i = 0; i < n; i++)
            assert_true(fabs(values[i] - (twice ? (i < 10 ? 2 : 1) : i + 1 < n ? 1 : -1)) < 1e-13);
        free(values);
    }
    double *a = zeros(n * n);
    for (size_t i = 0; i < n; i++) {
        a[i * n + i] = fabs((double)i - 15);
        if (i > 0)
            a[i * n + i - 1] = a[(i - 1) * n + i] = 1;
    }
    check(a, n, n, &values);
    assert_true(fabs(values[0] - values[1]) < 1e-12);
    free(values);
}

static void test_scales(void **state)
{
    const double scales[] = {1e-100, 1e-30, 1e30, 1e100};
    (void)state;
    for (size_t s = 0; s < 4; s++) {
        const size_t n = 12;
        double *a = zeros(n * n), *values;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++)
                a[i * n + j] = a[j * n + i] = scales[s] * random_number(5, i * n + j);
        check(a, n, n, &values);
        free(values);
    }
}

static void test_no_memory(void **state)
{
    failing_alloc memory;
    double a = 1, value, vector;
    (void)state;
    failing_alloc_init(&memory);
    ae_runtime *runtime = failing_alloc_runtime(&memory, 1);
    failing_alloc_fail_at(&memory, 1, false);
    assert_int_equal(aei_eigen_symmetric(runtime, NULL, &a, 1, 1, &value, &vector), AE_ERROR_NO_MEMORY);
    failing_alloc_fail_at(&memory, 0, false);
    assert_int_equal(aei_eigen_symmetric(runtime, NULL, &a, 1, 1, &value, &vector), AE_OK);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

/* ---- orthonormal rows */

static void test_orthonormalise(void **state)
{
    const size_t k = 12, n = 12;
    double *q = zeros(k * n), first;
    (void)state;
    for (size_t i = 0; i < k * n; i++)
        q[i] = random_number(7, i);
    memset(q + 3 * n, 0, n * sizeof *q);                       /* no direction of its own */
    memcpy(q + 5 * n, q + 2 * n, n * sizeof *q);               /* that of another */
    for (size_t j = 0; j < n; j++)
        q[8 * n + j] = q[j] - 2 * q[n + j] + 1e-14 * q[8 * n + j]; /* nearly a mixture of others */
    first = q[0] / sqrt(dot(q, q, n));
    assert_int_equal(aei_orthonormalise(NULL, q, k, n), AE_OK);
    assert_orthonormal(q, k, n);
    assert_true(fabs(q[0] - first) < 1e-15); /* the first row keeps its direction */
    memset(q, 0, k * n * sizeof *q);
    assert_int_equal(aei_orthonormalise(NULL, q, k, n), AE_OK);
    assert_orthonormal(q, k, n);
    free(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_rank_deficient),
        cmocka_unit_test(test_equal_eigenvalues),
        cmocka_unit_test(test_scales),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_orthonormalise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
