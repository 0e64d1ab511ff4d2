/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/path.h"

enum { DIM = 6 };

static const float a[DIM] = {1, 2, -1, 0, 3, 0.5f}, b[DIM] = {-2, 1, 1, 4, 0, -3};

static double dot(const float *u, const float *v)
{
    double sum = 0;
    for (size_t i = 0; i < DIM; i++)
        sum += (double)u[i] * (double)v[i];
    return sum;
}

static void test_linear(void **state)
{
    float out[DIM];
    (void)state;
    for (int step = 0; step <= 4; step++) {
        aei_path_linear(a, b, DIM, step / 4.0, out);
        for (size_t i = 0; i < DIM; i++)
            assert_true(fabs((double)out[i] - ((double)a[i] + step / 4.0 * ((double)b[i] - (double)a[i]))) < 1e-6);
    }
}

/* Norms go linearly, angles evenly; the ends are a and b. */
static void test_spherical(void **state)
{
    const double whole = acos(dot(a, b) / sqrt(dot(a, a) * dot(b, b)));
    (void)state;
    for (int step = 0; step <= 8; step++) {
        const double t = step / 8.0;
        float out[DIM];
        aei_path_spherical(a, b, DIM, t, out);
        assert_true(fabs(sqrt(dot(out, out)) - ((1 - t) * sqrt(dot(a, a)) + t * sqrt(dot(b, b)))) < 1e-6);
        assert_true(fabs(acos(fmin(1, dot(a, out) / sqrt(dot(a, a) * dot(out, out)))) - t * whole) < 1e-3);
        for (size_t i = 0; i < DIM && (step == 0 || step == 8); i++)
            assert_true(fabs((double)out[i] - (double)(step ? b[i] : a[i])) < 1e-6);
    }
}

/* Where there is no great circle, or more than one, it is the line. */
static void test_parallel(void **state)
{
    static const float zero[DIM];
    (void)state;
    for (int k = -2; k <= 2; k++) {
        float other[DIM], line[DIM], out[DIM];
        for (size_t i = 0; i < DIM; i++)
            other[i] = (float)k * a[i];
        aei_path_linear(a, other, DIM, 0.3, line);
        aei_path_spherical(a, other, DIM, 0.3, out);
        for (size_t i = 0; i < DIM; i++)
            assert_true(line[i] == out[i]);
        aei_path_spherical(zero, other, DIM, 0.5, out);
        for (size_t i = 0; i < DIM; i++)
            assert_true(out[i] == other[i] / 2);
    }
}

/* Values by mpmath with 40 digits, at the doubles nearest to p. */
static void test_quantile(void **state)
{
    static const struct { double p, x; } known[] = {
        {0.5, 0},
        {0.25, -0.6744897501960817432},
        {0.1, -1.2815515655446004353},
        {0.02425, -1.9729610513118848376},
        {0.02, -2.0537489106318230443},
        {0.9, 1.2815515655446005935},
        {0.975, 1.9599639845400538556},
        {0.999, 3.0902323061678132778},
        {1 - 0x1p-20, 4.763001034267813957},
        {1 - 0x1p-40, 7.0477002566644087254},
        {1e-10, -6.3613409024040561991},
        {1e-100, -21.273453560965324294},
        {1e-300, -37.047096299361199237},
    };
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const double x = aei_normal_quantile(known[i].p);
        if (!(fabs(x - known[i].x) <= 1e-12 * fmax(1, fabs(known[i].x))))
            fail_msg("quantile of %g is %.17g, not %.17g", known[i].p, x, known[i].x);
    }
}

static void test_quantile_is_symmetric_and_grows(void **state)
{
    double before = -INFINITY;
    (void)state;
    for (int i = 1; i < 4096; i++) {
        const double p = i / 4096.0, x = aei_normal_quantile(p);
        assert_true(x > before);
        assert_true(x == -aei_normal_quantile(1 - p));
        assert_true(fabs(erfc(-x / sqrt(2)) / 2 - p) < 1e-15);
        before = x;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_spherical),
        cmocka_unit_test(test_parallel),
        cmocka_unit_test(test_quantile),
        cmocka_unit_test(test_quantile_is_symmetric_and_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
