/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Activations and their derivatives.
 *
 * Tolerances: f within 4 eps (1 + |f|) of the definition in double (the sums in GELU cancel for z < 0, so the error is
 * absolute there), f' within 8 eps (1 + |z|) of central differences of that. */
#include "check.h"

#include <fenv.h>
#include <stdbool.h>

#define EPSILON ((double)AEI_REAL_EPSILON)
#define POINTS 1000

static void test_make(void **state)
{
    aei_activation f;
    (void)state;

    for (ae_activation kind = 0; kind < AEI_ACTIVATION_COUNT; ++kind) {
        assert_int_equal(aei_activation_make(&f, kind, 0), AE_OK);
        assert_int_equal(f.kind, kind);
        assert_int_equal(aei_activation_by_name(aei_activation_name(kind)), kind);
    }
    assert_string_equal(aei_activation_name(AE_GELU_TANH), "gelu_tanh");
    assert_null(aei_activation_name(-1));
    assert_null(aei_activation_name(AEI_ACTIVATION_COUNT));
    assert_int_equal(aei_activation_by_name("Relu"), -1);
    assert_int_equal(aei_activation_by_name(""), -1);

    assert_int_equal(aei_activation_make(&f, AE_LEAKY_RELU, 0), AE_OK);
    assert_true(f.a == (aei_real)0.01);
    assert_int_equal(aei_activation_make(&f, AE_LEAKY_RELU, 1), AE_OK);
    assert_true(f.a == 1);
    assert_int_equal(aei_activation_make(&f, AE_ELU, 0), AE_OK);
    assert_true(f.a == 1);
    assert_int_equal(aei_activation_make(&f, AE_ELU, 2.5), AE_OK);
    assert_true(f.a == (aei_real)2.5);
    assert_int_equal(aei_activation_make(&f, AE_TANH, 0.2), AE_OK); /* not its parameter: ignored */
    assert_true(f.a == 0);

    assert_int_equal(aei_activation_make(&f, AE_LEAKY_RELU, -0.01), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(aei_activation_make(&f, AE_LEAKY_RELU, 1.01), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(aei_activation_make(&f, AE_LEAKY_RELU, (double)NAN), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(aei_activation_make(&f, AE_ELU, -1), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(aei_activation_make(&f, AE_ELU, (double)INFINITY), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(aei_activation_make(&f, AE_ELU, (double)NAN), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(aei_activation_make(&f, -1, 0), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(aei_activation_make(&f, AEI_ACTIVATION_COUNT, 0), AE_ERROR_INVALID_ARGUMENT);
}

/* Numbers of every size and sign; multiples of 1/64 around 0, so that none is near a kink but not on it. */
static block points(void)
{
    static const double special[] = {0, -0.0, 1e4, -1e4, 87, -87, 88.5, -88.5, 100, -100, 500, -500, 1000, -1000};
    random_source random = {3};
    block z = block_random(&random, POINTS, -12, 12);
    for (size_t i = 0; i < POINTS; ++i) z.at[i] = (aei_real)(round((double)z.at[i] * 64) / 64);
    for (size_t i = 0; i < sizeof special / sizeof special[0]; ++i) z.at[5 * i] = (aei_real)special[i];
    return z;
}

static void check_values(const aei_kernels *kernels)
{
    block z = points();

    for (ae_activation kind = 0; kind < AEI_ACTIVATION_COUNT; ++kind) {
        const aei_activation f = activation_of(kind);
        for (size_t n = 0; n <= POINTS; n = n < 20 ? n + 1 : n * 2 + 3) {
            block y = block_new(n), in_place = block_new(n);
            memcpy(in_place.at, z.at, n * sizeof z.at[0]);
            kernels->activate(f, z.at, n, y.at);
            kernels->activate(f, in_place.at, n, in_place.at);
            assert_true(block_same(y, in_place));
            for (size_t i = 0; i < n; ++i) {
                const double right = twin_activation(f, (double)z.at[i]);
                if (!(fabs((double)y.at[i] - right) <= 4 * EPSILON * (1 + fabs(right))))
                    fail_msg("%s, %s of %.9g is %.9g, should be %.9g", kernels->name, aei_activation_name(kind),
                             (double)z.at[i], (double)y.at[i], right);
            }
            if (!(block_end(y) & block_end(in_place)))
                fail_msg("%s, %s of %zu numbers wrote behind them", kernels->name, aei_activation_name(kind), n);
        }
    }
    block_end(z);
}

static void check_derivatives(const aei_kernels *kernels)
{
    block z = points();

    for (ae_activation kind = 0; kind < AEI_ACTIVATION_COUNT; ++kind) {
        const aei_activation f = activation_of(kind);
        const int needs_z = aei_activation_needs_z(kind);
        block y = block_new(POINTS);
        assert_int_equal(needs_z, kind == AE_GELU || kind == AE_GELU_TANH || kind == AE_SILU);
        kernels->activate(f, z.at, POINTS, y.at);
        for (size_t n = 0; n <= POINTS; n = n < 20 ? n + 1 : n * 2 + 3) {
            block d = block_new(n);
            for (size_t i = 0; i < n; ++i) d.at[i] = -2;
            kernels->chain(f, needs_z ? NULL : y.at, needs_z ? z.at : NULL, n, d.at);
            for (size_t i = 0; i < n; ++i) {
                const double at = (double)z.at[i], right = -2 * twin_derivative(f, at);
                /* far out, where the difference quotient is all rounding, f' is 0 or 1 but for leaky ReLU */
                const double noise = fabs(at) > 50 ? 1e-10 * fabs(at) : 1e-9;
                if (!(fabs((double)d.at[i] - right) <= 16 * EPSILON * (1 + fabs(at)) + noise))
                    fail_msg("%s, derivative of %s at %.9g is %.9g, should be %.9g", kernels->name,
                             aei_activation_name(kind), at, (double)d.at[i] / -2, right / -2);
            }
            if (!block_end(d))
                fail_msg("%s, derivative of %s wrote behind %zu numbers", kernels->name, aei_activation_name(kind), n);
        }
        block_end(y);
    }
    block_end(z);
}

/* Nothing that a host which traps floating-point errors would see, and NaN is not lost. */
static void check_exceptions(const aei_kernels *kernels)
{
    block z = points(), y = block_new(POINTS), d = block_new(POINTS);

    for (ae_activation kind = 0; kind < AEI_ACTIVATION_COUNT; ++kind) {
        const aei_activation f = activation_of(kind);
        aei_real nan[9];
        for (size_t i = 0; i < POINTS; ++i) d.at[i] = 1;
        feclearexcept(FE_ALL_EXCEPT);
        kernels->activate(f, z.at, POINTS, y.at);
        kernels->chain(f, y.at, z.at, POINTS, d.at);
        if (fetestexcept(FE_OVERFLOW | FE_INVALID | FE_DIVBYZERO))
            fail_msg("%s, %s overflows or divides by zero on ordinary numbers", kernels->name,
                     aei_activation_name(kind));
        for (size_t i = 0; i < 9; ++i) nan[i] = i == 2 || i == 8 ? (aei_real)NAN : 1;
        kernels->activate(f, nan, 9, nan);
        for (size_t i = 0; i < 9; ++i)
            if ((isnan(nan[i]) != 0) != (i == 2 || i == 8))
                fail_msg("%s, %s loses NaN", kernels->name, aei_activation_name(kind));
    }
    block_end(z);
    block_end(y);
    block_end(d);
}

static void over_sets(void (*check)(const aei_kernels *))
{
    for (size_t k = 0; k < SETS; ++k)
        if (set_of(k)) check(set_of(k));
}

static void test_values(void **state)
{
    (void)state;
    over_sets(check_values);
}

static void test_derivatives(void **state)
{
    (void)state;
    over_sets(check_derivatives);
}

static void test_exceptions(void **state)
{
    (void)state;
    over_sets(check_exceptions);
}

/* A number's f and f' are the same bytes wherever it stands: in whole vectors, in what is left of them, at any address.
 * And they are the same in all native sets. */
static void test_places(void **state)
{
    enum { TAILS = 41, SHIFTS = 16 };
    block z = points(), y = block_new(POINTS), d = block_new(POINTS), right_y = block_new(POINTS);
    block right_d = block_new(POINTS), ones = block_new(POINTS);
    (void)state;

    for (size_t i = 0; i < POINTS; ++i) ones.at[i] = 1;
    for (ae_activation kind = 0; kind < AEI_ACTIVATION_COUNT; ++kind) {
        const aei_activation f = activation_of(kind);
        bool first = true;
        for (size_t k = 0; k < SETS; ++k) {
            const aei_kernels *kernels = set_of(k);
            if (!kernels || (kernels->id != AE_KERNELS_AVX2 && kernels->id != AE_KERNELS_AVX512)) continue;
            kernels->activate(f, z.at, POINTS, y.at);
            memcpy(d.at, ones.at, POINTS * sizeof *d.at);
            kernels->chain(f, y.at, z.at, POINTS, d.at);
            if (first) {
                memcpy(right_y.at, y.at, POINTS * sizeof *y.at);
                memcpy(right_d.at, d.at, POINTS * sizeof *d.at);
                first = false;
            }
            if (!block_same(y, right_y) || !block_same(d, right_d))
                fail_msg("%s: the native sets differ", aei_activation_name(kind));
            for (size_t n = 1; n < TAILS; ++n)
                for (size_t shift = 0; shift < SHIFTS; ++shift) {
                    memset(y.at, GUARD_BITS, POINTS * sizeof *y.at);
                    memset(d.at, GUARD_BITS, POINTS * sizeof *d.at);
                    memcpy(d.at + shift, ones.at, n * sizeof *d.at);
                    kernels->activate(f, z.at + shift, n, y.at + shift);
                    kernels->chain(f, y.at + shift, z.at + shift, n, d.at + shift);
                    if (memcmp(y.at + shift, right_y.at + shift, n * sizeof *y.at) != 0 ||
                        memcmp(d.at + shift, right_d.at + shift, n * sizeof *d.at) != 0)
                        fail_msg("%s, %s: %zu numbers from number %zu on are not what they are among others",
                                 kernels->name, aei_activation_name(kind), n, shift);
                    if (!untouched(y.at, shift) || !untouched(d.at, shift) ||
                        !untouched(y.at + shift + n, POINTS - shift - n) ||
                        !untouched(d.at + shift + n, POINTS - shift - n))
                        fail_msg("%s, %s: wrote beside %zu numbers", kernels->name, aei_activation_name(kind), n);
                }
        }
    }
    block_end(z);
    block_end(y);
    block_end(d);
    block_end(right_y);
    block_end(right_d);
    block_end(ones);
}

/* Far out and at infinity: no NaN but where 0 meets infinity in z f(z). */
static void test_far(void **state)
{
    const aei_real far[4] = {(aei_real)-INFINITY, -10000, 10000, (aei_real)INFINITY};
    (void)state;

    for (size_t k = 0; k < SETS; ++k) {
        const aei_kernels *kernels = set_of(k);
        if (!kernels) continue;
        for (ae_activation kind = 0; kind < AEI_ACTIVATION_COUNT; ++kind) {
            const bool product = aei_activation_needs_z(kind);
            const aei_activation f = activation_of(kind);
            aei_real y[4], d[4] = {1, 1, 1, 1};
            kernels->activate(f, far, 4, y);
            kernels->chain(f, y, far, 4, d);
            for (size_t i = product; i < 4; ++i) {
                const double right = product ? (far[i] > 0 ? (double)far[i] : 0) : twin_activation(f, (double)far[i]);
                if (!((double)y[i] == right || fabs((double)y[i] - right) <= 4 * EPSILON * fabs(right) + 1e-33))
                    fail_msg("%s, %s of %g is %g", kernels->name, aei_activation_name(kind), (double)far[i],
                             (double)y[i]);
                if (!product && isnan(d[i]))
                    fail_msg("%s, derivative of %s at %g", kernels->name, aei_activation_name(kind), (double)far[i]);
            }
        }
    }
}

/* e^x and e^x - 1 within 2 eps of themselves, at any place, in place or not. */
static void check_exponentials(const aei_kernels *kernels)
{
    enum { TAILS = 41 };
    block z = points(), exps = block_new(POINTS), expm1s = block_new(POINTS);

    for (size_t i = 0; i < POINTS; ++i) z.at[i] = z.at[i] > 80 ? 80 : z.at[i];
    kernels->exp(z.at, POINTS, exps.at);
    kernels->expm1(z.at, POINTS, expm1s.at);
    for (size_t i = 0; i < POINTS; ++i) {
        const double x = (double)z.at[i];
        if (!(fabs((double)exps.at[i] - exp(x)) <= 2 * EPSILON * exp(x) + 1e-45) ||
            !(fabs((double)expm1s.at[i] - expm1(x)) <= 2 * EPSILON * fabs(expm1(x))))
            fail_msg("%s: e^%.9g is %.9g, less 1 %.9g", kernels->name, x, (double)exps.at[i], (double)expm1s.at[i]);
    }
    for (size_t n = 0; n < TAILS; ++n) {
        block y = block_new(n), in_place = block_new(n);
        kernels->exp(z.at + n, n, y.at);
        assert_memory_equal(y.at, exps.at + n, n * sizeof *y.at);
        memcpy(in_place.at, z.at + n, n * sizeof *y.at);
        kernels->expm1(in_place.at, n, in_place.at);
        assert_memory_equal(in_place.at, expm1s.at + n, n * sizeof *y.at);
        if (!(block_end(y) & block_end(in_place))) fail_msg("%s: wrote behind %zu exponentials", kernels->name, n);
    }
    block_end(z);
    block_end(exps);
    block_end(expm1s);
}

static void test_exponentials(void **state)
{
    (void)state;
    over_sets(check_exponentials);
}

/* ---- speeds */

typedef struct bench {
    const aei_kernels *kernels;
    aei_activation f;
    const aei_real *z;
    aei_real *y, *d;
    size_t n;
} bench;

static void bench_activate(void *work)
{
    bench *b = work;
    b->kernels->activate(b->f, b->z, b->n, b->y);
}

/* By rows, as in the epilogue of a product. */
static void bench_rows(void *work)
{
    bench *b = work;
    for (size_t i = 0; i < b->n; i += 64) b->kernels->activate(b->f, b->z + i, 64, b->y + i);
}

static void bench_chain(void *work)
{
    bench *b = work;
    memcpy(b->d, b->z, b->n * sizeof *b->d);
    b->kernels->chain(b->f, b->y, b->z, b->n, b->d);
}

static void bench_exp(void *work)
{
    bench *b = work;
    b->kernels->exp(b->z, b->n, b->y);
}

static void bench_expm1(void *work)
{
    bench *b = work;
    b->kernels->expm1(b->z, b->n, b->y);
}

static void run_bench(void)
{
    random_source random = {1};
    block z = block_random(&random, 4096, -4, 4), y = block_new(4096), d = block_new(4096);
    printf("nanoseconds a number\n%-10s %-12s %8s %8s %8s\n", "kernels", "activation", "f", "rows", "d f'");
    for (size_t k = 0; k < SETS; ++k) {
        for (ae_activation kind = 0; set_of(k) && kind < AEI_ACTIVATION_COUNT; ++kind) {
            bench b = {set_of(k), activation_of(kind), z.at, y.at, d.at, 4096};
            const double f = best_time(bench_activate, &b), rows = best_time(bench_rows, &b);
            const double chain = best_time(bench_chain, &b);
            printf("%-10s %-12s %8.2f %8.2f %8.2f\n", b.kernels->name, aei_activation_name(kind), 1e9 * f / 4096,
                   1e9 * rows / 4096, 1e9 * chain / 4096);
        }
        if (set_of(k)) {
            bench b = {.kernels = set_of(k), .z = z.at, .y = y.at, .n = 4096};
            printf("%-10s %-12s %8.2f\n", b.kernels->name, "exp", 1e9 * best_time(bench_exp, &b) / 4096);
            printf("%-10s %-12s %8.2f\n", b.kernels->name, "expm1", 1e9 * best_time(bench_expm1, &b) / 4096);
        }
    }
    block_end(z);
    block_end(y);
    block_end(d);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_make),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_derivatives),
        cmocka_unit_test(test_exceptions),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_far),
        cmocka_unit_test(test_exponentials),
    };
    if (argc > 1 && strcmp(argv[1], "--bench") == 0) {
        run_bench();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
