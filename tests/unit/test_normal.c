/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "solvers/normal.h"
#include <math.h>

#define PI 3.14159265358979323846

static double phi(double x)
{
    return aei_normal_distribution(x);
}

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g, expected %.17g within %g", value, expected, tolerance);
}

/* References by mpmath with 30 digits: erfc, and quadrature of phi(u) Phi((y - u cos) / sin). */
static void test_log_distribution(void **state)
{
    static const double cases[][2] = {
        {-1000, -500007.826694812184}, {-50, -1254.8313611394199},  {-38, -726.55721601882013},
        {-30.5, -469.462737322912114}, {-29.5, -439.429474609150228}, {-10, -53.2312851505124706},
        {-1, -1.84102164500926351},    {0, -0.693147180559945309},  {1, -0.17275377902344989},
        {5, -2.86651612963763593e-7},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_near(aei_normal_log_distribution(cases[i][0]), cases[i][1], 2e-14 * fabs(cases[i][1]));
    assert_near(aei_normal_density(0.5), 0.35206532676429952, 1e-16);
    assert_near(aei_normal_log_density(40), -800.91893853320467, 1e-12);
    assert_near(phi(-2), 0.022750131948179207, 2e-17);
}

static void test_binormal_references(void **state)
{
    static const double cases[][4] = {
        {0.5, -0.25, 0.75, 0.37716040470274363},      {1.5, 1.25, 0.125, 0.894186610820991317},
        {-1, -1.5, 2, 0.00166996808349658947},        {0.75, 0.75, 1e-06, 0.773372527486677903},
        {0.25, 0.250001, 1e-05, 0.598704968728056974}, {-0.5, 0.5, 3.125, 0.00233049364096490423},
        {2, -1.999, 3.1415, 0.0000540449844796755347}, {-3, -2.5, 0.25, 0.00133166941607431644},
        {0, 1, 1.25, 0.451094589124542338},           {1, 1, 1e-12, 0.841344746068446416},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_near(aei_binormal_distribution(cases[i][0], cases[i][1], cases[i][2]), cases[i][3], 1e-15);
}

static void test_binormal_closed_forms(void **state)
{
    (void)state;
    for (double angle = 0; angle <= PI; angle += PI / 64) /* 1/4 + asin(correlation) / (2 pi) */
        assert_near(aei_binormal_distribution(0, 0, angle), (PI - angle) / (2 * PI), 1e-15);
    for (double x = -4; x <= 4; x += 0.5)
        for (double y = -4; y <= 4; y += 0.5) {
            const double sum = phi(x) + phi(y) - 1;
            assert_near(aei_binormal_distribution(x, y, PI / 2), phi(x) * phi(y), 1e-15);
            assert_near(aei_binormal_distribution(x, y, 0), phi(x < y ? x : y), 1e-15);
            assert_near(aei_binormal_distribution(x, y, PI), sum > 0 ? sum : 0, 1e-15);
            for (double angle = 0; angle <= PI; angle += PI / 16) {
                const double p = aei_binormal_distribution(x, y, angle);
                assert_near(aei_binormal_distribution(y, x, angle), p, 1e-15);
                assert_near(aei_binormal_distribution(x, -y, PI - angle), phi(x) - p, 1e-15);
                assert_near(aei_binormal_distribution(-x, -y, angle), p - sum, 2e-15);
            }
        }
}

static void test_binormal_far_out(void **state)
{
    (void)state;
    for (double angle = 0; angle <= PI; angle += PI / 8) {
        assert_near(aei_binormal_distribution(1e200, 0.5, angle), phi(0.5), 1e-15);
        assert_near(aei_binormal_distribution(-1, 1e200, angle), phi(-1), 1e-15);
        assert_true(aei_binormal_distribution(-1e200, 1e200, angle) == 0);
        assert_true(aei_binormal_distribution((double)INFINITY, (double)INFINITY, angle) == 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_distribution),
        cmocka_unit_test(test_binormal_references),
        cmocka_unit_test(test_binormal_closed_forms),
        cmocka_unit_test(test_binormal_far_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
