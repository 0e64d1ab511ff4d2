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

#include "base/rng.h"
#include "model/lasso.h"

enum { MOST = 40 }; /* atoms */

/* A dictionary and a row, as the solver sees them. */
typedef struct problem {
    size_t k, d;
    aei_real atoms[MOST * MOST], x[MOST], c[MOST];
    double gram[MOST * MOST], size;
    aei_lasso lasso;
    aei_lasso_scratch scratch;
    void *memory;
} problem;

/* After a change of atoms or x. c is summed as floats are, and rounded. */
static void find_products(problem *p)
{
    aei_lasso_gram(p->atoms, p->k, p->d, p->gram);
    for (size_t j = 0; j < p->k; j++) {
        p->c[j] = 0;
        for (size_t i = 0; i < p->d; i++)
            p->c[j] += p->atoms[j * p->d + i] * p->x[i];
    }
    p->size = aei_lasso_norm(p->x, p->d) * aei_lasso_longest(p->gram, p->k);
}

static void normalise(problem *p)
{
    for (size_t j = 0; j < p->k; j++) {
        const double norm = aei_lasso_norm(p->atoms + j * p->d, p->d);
        for (size_t i = 0; i < p->d; i++)
            p->atoms[j * p->d + i] = (aei_real)((double)p->atoms[j * p->d + i] / norm);
    }
}

/* `alike` moves the atoms towards each other: 0 not at all. */
static problem *new_problem(size_t k, size_t d, double lambda, bool nonnegative, double alike, uint64_t seed)
{
    problem *p = calloc(1, sizeof *p);
    size_t bytes;
    assert_true(p && aei_lasso_scratch_size(k, d, &bytes));
    const aei_rng rng = aei_rng_stream(seed, AEI_RNG_SAMPLE, 0, 0), row = aei_rng_stream(seed, AEI_RNG_SAMPLE, 0, 1);
    aei_rng_normal(&rng, 0, k * d, p->atoms);
    aei_rng_normal(&row, 0, d, p->x);
    for (size_t i = 0; i < k * d; i++)
        p->atoms[i] += (aei_real)alike;
    p->k = k;
    p->d = d;
    normalise(p);
    find_products(p);
    p->lasso = (aei_lasso){p->gram, k, lambda, 1e-6, nonnegative};
    p->memory = malloc(bytes);
    assert_non_null(p->memory);
    memset(p->memory, 0xab, bytes);
    aei_lasso_scratch_place(&p->scratch, k, d, p->memory);
    return p;
}

static void solve(problem *p, aei_real *h)
{
    aei_lasso_solve(&p->lasso, p->c, p->size, h, &p->scratch);
}

static void free_problem(problem *p)
{
    free(p->memory);
    free(p);
}

/* r_j = c_j - sum_l G_jl h_l */
static double rest(const problem *p, const double *h, size_t j)
{
    double r = (double)p->c[j];
    for (size_t l = 0; l < p->k; l++)
        r -= p->gram[j * p->k + l] * h[l];
    return r;
}

/* The largest failure of the conditions, straight from their definition. */
static double kkt_residual(const problem *p, const aei_real *code)
{
    double h[MOST], worst = 0;
    for (size_t j = 0; j < p->k; j++)
        h[j] = (double)code[j];
    for (size_t j = 0; j < p->k; j++) {
        const double r = rest(p, h, j), lambda = p->lasso.lambda;
        double fails = (p->lasso.nonnegative ? r : fabs(r)) - lambda;
        if (h[j] != 0)
            fails = fabs(r - (h[j] > 0 ? lambda : -lambda));
        if (p->lasso.nonnegative && h[j] < 0)
            fails = INFINITY;
        worst = fails > worst ? fails : worst;
    }
    return worst;
}

/* Coordinate descent, one minimum by one variable after the other, until nothing moves. */
static void reference(const problem *p, double *h)
{
    double moved = 1;
    for (size_t j = 0; j < p->k; j++)
        h[j] = 0;
    for (int sweep = 0; sweep < 1000000 && moved > 1e-13; sweep++) {
        moved = 0;
        for (size_t j = 0; j < p->k; j++) {
            const double own = p->gram[j * p->k + j], u = rest(p, h, j) + own * h[j];
            double next = u > p->lasso.lambda ? (u - p->lasso.lambda) / own : 0;
            if (!p->lasso.nonnegative && u < -p->lasso.lambda)
                next = (u + p->lasso.lambda) / own;
            moved = fmax(moved, fabs(next - h[j]));
            h[j] = next;
        }
    }
    assert_true(moved <= 1e-13);
}

/* ---- against the definition and another method */

static void test_same_minimum_as_coordinate_descent(void **state)
{
    static const size_t shapes[][2] = {{1, 1}, {1, 5}, {5, 1}, {6, 6}, {12, 8}, {20, 30}, {40, 12}};
    static const double lambdas[] = {0.02, 0.1, 0.5};
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t i = 0; i < 3; i++)
            for (unsigned kind = 0; kind < 4; kind++) {
                problem *p = new_problem(shapes[s][0], shapes[s][1], lambdas[i], kind & 1, kind & 2 ? 1.5 : 0, 7 * s + i);
                aei_real h[MOST] = {0};
                double expected[MOST];
                solve(p, h);
                assert_true(kkt_residual(p, h) < 2e-6);
                reference(p, expected);
                for (size_t j = 0; j < p->k && p->d > 1; j++) /* with d = 1 all atoms are the same one */
                    assert_true(fabs((double)h[j] - expected[j]) < 1e-6);
                free_problem(p);
            }
}

static void test_orthonormal_atoms_shrink(void **state)
{
    problem *p = new_problem(5, 5, 0.25, false, 0, 1);
    static const aei_real c[] = {1, -2, 0.25f, -0.2f, 0.5f}, expected[] = {0.75f, -1.75f, 0, 0, 0.25f};
    aei_real h[5] = {0};
    (void)state;
    memset(p->gram, 0, sizeof p->gram);
    for (size_t j = 0; j < 5; j++)
        p->gram[j * 5 + j] = 1;
    memcpy(p->c, c, sizeof c);
    solve(p, h);
    for (size_t j = 0; j < 5; j++)
        assert_true(fabs((double)h[j] - (double)expected[j]) < 1e-7);
    p->lasso.nonnegative = true;
    memset(h, 0, sizeof h);
    solve(p, h);
    for (size_t j = 0; j < 5; j++)
        assert_true(fabs((double)h[j] - fmax(0, (double)expected[j])) < 1e-7);
    free_problem(p);
}

/* From max |c_j| on, nothing is worth its price. */
static void test_large_lambda_gives_zero(void **state)
{
    problem *p = new_problem(12, 8, 1, false, 0, 2);
    aei_real h[MOST] = {0};
    double most = 0;
    (void)state;
    for (size_t j = 0; j < p->k; j++)
        most = fmax(most, fabs((double)p->c[j]));
    p->lasso.lambda = most;
    solve(p, h);
    for (size_t j = 0; j < p->k; j++)
        assert_true(h[j] == 0);
    p->lasso.lambda = 0.999 * most;
    solve(p, h);
    size_t used = 0;
    for (size_t j = 0; j < p->k; j++)
        used += h[j] != 0;
    assert_int_equal(used, 1);
    free_problem(p);
}

/* ---- where to start */

static void test_any_start_gives_the_same_code(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++)
        for (unsigned nonnegative = 0; nonnegative < 2; nonnegative++) {
            problem *p = new_problem(12, 20, 0.1, nonnegative, 0.5, seed);
            aei_real cold[MOST] = {0}, warm[MOST];
            const aei_rng rng = aei_rng_stream(seed, AEI_RNG_SAMPLE, 1, 0);
            aei_rng_normal(&rng, 0, p->k, warm);
            for (size_t j = 0; j < p->k; j++)
                warm[j] = nonnegative ? aei_fabs(warm[j]) : warm[j];
            solve(p, cold);
            solve(p, warm);
            for (size_t j = 0; j < p->k; j++)
                assert_true(fabs((double)cold[j] - (double)warm[j]) < 1e-6);
            assert_true(kkt_residual(p, warm) < 2e-6);
            free_problem(p);
        }
}

/* A start with more atoms than can be independent. */
static void test_start_that_is_too_full(void **state)
{
    problem *p = new_problem(40, 6, 0.1, false, 0, 3);
    aei_real h[MOST];
    (void)state;
    for (size_t j = 0; j < p->k; j++)
        h[j] = j % 2 ? 1 : -1;
    solve(p, h);
    assert_true(kkt_residual(p, h) < 2e-6);
    free_problem(p);
}

/* ---- where floats do not suffice */

/* The conditions by x and the atoms themselves, as a share of what floats allow: 1e-4 lambda + 1e-6 (|x| + |h|_1). */
static double share_of_bound(const problem *p, const aei_real *h)
{
    double left[MOST], l1 = 0, worst = 0;
    for (size_t i = 0; i < p->d; i++) {
        left[i] = (double)p->x[i];
        for (size_t j = 0; j < p->k; j++)
            left[i] -= (double)h[j] * (double)p->atoms[j * p->d + i];
    }
    for (size_t j = 0; j < p->k; j++) {
        const double lambda = p->lasso.lambda;
        double r = 0;
        assert_true(isfinite(h[j]) && (h[j] >= 0 || !p->lasso.nonnegative));
        for (size_t i = 0; i < p->d; i++)
            r += (double)p->atoms[j * p->d + i] * left[i];
        double fails = (p->lasso.nonnegative ? r : fabs(r)) - lambda;
        if (h[j] != 0)
            fails = fabs(r - (h[j] > 0 ? lambda : -lambda));
        worst = fmax(worst, fails);
        l1 += fabs((double)h[j]);
    }
    return worst / (1e-4 * p->lasso.lambda + 1e-6 * (aei_lasso_norm(p->x, p->d) + l1));
}

enum { RANDOM, LOW_RANK, PAIRS, NEAR_PAIRS, KINDS };

static void make_dependent(problem *p, int kind)
{
    const size_t d = p->d;
    for (size_t j = 0; j < p->k; j++)
        for (size_t i = 0; i < d; i++) {
            aei_real *a = p->atoms + j * d + i;
            if (kind == LOW_RANK && j >= 3)
                *a = (aei_real)cos((double)(3 * j)) * p->atoms[i] + (aei_real)sin((double)j) * p->atoms[d + i] +
                     (aei_real)cos((double)j) * p->atoms[2 * d + i];
            if (kind == PAIRS && j % 2 == 1)
                *a = j % 4 == 1 ? a[-(ptrdiff_t)d] : -a[-(ptrdiff_t)d];
            if (kind == NEAR_PAIRS && j % 2 == 1)
                *a = a[-(ptrdiff_t)d] + *a / 10000;
        }
    normalise(p);
}

/* |x| / lambda from 1 to 1e12, with more atoms than features and with atoms that depend on each other. */
static void test_dependent_atoms_at_any_scale(void **state)
{
    static const size_t shapes[][2] = {{40, 12}, {20, 30}, {30, 30}, {9, 2}, {3, 1}};
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int kind = RANDOM; kind < KINDS; kind++)
            for (unsigned nonnegative = 0; nonnegative < 2; nonnegative++)
                for (int power = 0; power <= 12; power++) {
                    problem *p = new_problem(shapes[s][0], shapes[s][1], 0.1, nonnegative, 0, 11 * s);
                    aei_real h[MOST] = {0};
                    p->lasso.tolerance = 1e-4;
                    for (size_t i = 0; i < p->d; i++)
                        p->x[i] *= (aei_real)pow(10, power - 1);
                    make_dependent(p, kind);
                    find_products(p);
                    solve(p, h);
                    assert_true(share_of_bound(p, h) < 1);
                    free_problem(p);
                }
}

/* A tolerance below any rounding ends, at the minimum. */
static void test_tolerance_that_cannot_be_met(void **state)
{
    problem *p = new_problem(40, 12, 0.01, false, 1, 5);
    aei_real h[MOST] = {0};
    (void)state;
    p->lasso.tolerance = 1e-300;
    solve(p, h);
    assert_true(kkt_residual(p, h) < 1e-6);
    free_problem(p);
}

/* Values whose squares no float holds. */
static void test_tiny_values(void **state)
{
    (void)state;
    for (int power = 20; power < 45; power++) {
        problem *p = new_problem(40, 12, 1e-60, false, 0, 6);
        aei_real h[MOST] = {0};
        for (size_t i = 0; i < p->d; i++)
            p->x[i] = (aei_real)((double)p->x[i] * pow(10, -power));
        find_products(p);
        solve(p, h);
        for (size_t j = 0; j < p->k; j++)
            assert_true(fabs((double)h[j]) <= 100 * pow(10, -power));
        free_problem(p);
    }
}

static void test_gram(void **state)
{
    static const size_t shapes[][2] = {{1, 1}, {16, 3}, {17, 64}, {33, 65}, {5, 200}};
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        static aei_real atoms[MOST * 200];
        static double gram[MOST * MOST];
        const size_t k = shapes[s][0], d = shapes[s][1];
        const aei_rng rng = aei_rng_stream(s, AEI_RNG_SAMPLE, 0, 0);
        double longest = 0;
        aei_rng_normal(&rng, 0, k * d, atoms);
        memset(gram, 0xff, sizeof gram);
        aei_lasso_gram(atoms, k, d, gram);
        for (size_t j = 0; j < k; j++) {
            for (size_t l = 0; l < k; l++) {
                double sum = 0;
                for (size_t i = 0; i < d; i++)
                    sum += (double)atoms[j * d + i] * (double)atoms[l * d + i];
                assert_true(fabs(gram[j * k + l] - sum) < 1e-12);
                assert_true(gram[j * k + l] == gram[l * k + j]);
            }
            longest = fmax(longest, aei_lasso_norm(atoms + j * d, d));
        }
        assert_true(fabs(aei_lasso_longest(gram, k) / longest - 1) < 1e-12);
    }
}

/* ---- dictionaries that no learner makes, but a file may hold */

static void test_atoms_that_are_equal_opposite_or_zero(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++)
        for (unsigned nonnegative = 0; nonnegative < 2; nonnegative++) {
            problem *p = new_problem(9, 6, 0.05, nonnegative, 0, seed);
            aei_real h[MOST] = {0};
            for (size_t j = 0; j < p->k; j++) { /* atom 1 = atom 0, atom 3 = - atom 2, atom 5 = 0, atom 7 = 3 atom 6 */
                double *g = p->gram + j * p->k;
                g[1] = g[0], g[3] = -g[2], g[5] = 0, g[7] = 3 * g[6];
            }
            for (size_t j = 0; j < p->k; j++) {
                double *g = p->gram + j;
                g[1 * 9] = g[0], g[3 * 9] = -g[2 * 9], g[5 * 9] = 0, g[7 * 9] = 3 * g[6 * 9];
            }
            p->c[1] = p->c[0], p->c[3] = -p->c[2], p->c[5] = 0, p->c[7] = 3 * p->c[6];
            solve(p, h);
            assert_true(kkt_residual(p, h) < 2e-6);
            assert_true(h[5] == 0 && h[6] == 0); /* of two that point the same way the longer one is cheaper */
            free_problem(p);
        }
}

static void test_values_that_are_not_finite(void **state)
{
    static const aei_real bad[] = {NAN, INFINITY, -INFINITY};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        problem *p = new_problem(12, 8, 0.1, false, 0, 4);
        aei_real h[MOST] = {0}, clean[MOST] = {0};
        p->c[3] = bad[i];
        solve(p, h);
        for (size_t j = 0; j < p->k; j++)
            assert_true(isnan(h[j]));
        p->c[3] = 0.5f;
        p->gram[17] = (double)bad[i]; /* any result, but one in time and in bounds */
        solve(p, clean);
        free_problem(p);
    }
}

static void test_sizes_that_overflow(void **state)
{
    size_t bytes;
    (void)state;
    assert_false(aei_lasso_scratch_size(SIZE_MAX / 2, SIZE_MAX / 2, &bytes));
    assert_false(aei_lasso_scratch_size(SIZE_MAX / 2, 3, &bytes));
    assert_true(aei_lasso_scratch_size(3, SIZE_MAX, &bytes));
    assert_int_equal(bytes, (6 + 4 * 3 + 3) * sizeof(double));
    assert_true(aei_lasso_scratch_size(9, 3, &bytes)); /* 4 active at most */
    assert_int_equal(bytes, (10 + 4 * 4 + 9) * sizeof(double));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_minimum_as_coordinate_descent),
        cmocka_unit_test(test_orthonormal_atoms_shrink),
        cmocka_unit_test(test_large_lambda_gives_zero),
        cmocka_unit_test(test_any_start_gives_the_same_code),
        cmocka_unit_test(test_start_that_is_too_full),
        cmocka_unit_test(test_dependent_atoms_at_any_scale),
        cmocka_unit_test(test_tolerance_that_cannot_be_met),
        cmocka_unit_test(test_tiny_values),
        cmocka_unit_test(test_gram),
        cmocka_unit_test(test_atoms_that_are_equal_opposite_or_zero),
        cmocka_unit_test(test_values_that_are_not_finite),
        cmocka_unit_test(test_sizes_that_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
