/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The functions of kernels/native/math.h against double, in units in the last place; compiled once for each native set.
 * A sample of all floats; with --all every one of them (minutes) and the largest errors as a table, with --all NAME ...
 * those of some functions. */
#include "check.h"

#include <stdbool.h>

#include "kernels/native/math.h"

#define VECTORS 256
#define COUNT ((size_t)VECTORS * LANES)

/* The largest error that math.h states, and the function in double. */
typedef struct function {
    const char *name;
    void (*run)(const float *x, float *y); /* COUNT numbers */
    double (*right)(double x);
    double most;
} function;

#define RUN(name)                                                                                               \
    static void run_##name(const float *x, float *y)                                                            \
    {                                                                                                           \
        for (size_t i = 0; i < COUNT; i += LANES) lanes_store(y + i, lanes_##name(lanes_load(x + i)));          \
    }
RUN(exp)
RUN(expm1)
RUN(log)
RUN(log1p)
RUN(tanh)
RUN(sigmoid)
RUN(erf)

static const function functions[] = {
    {"exp", run_exp, exp, 1.1},       {"expm1", run_expm1, expm1, 1.7}, {"log", run_log, log, 1.0},
    {"log1p", run_log1p, log1p, 1.6}, {"tanh", run_tanh, tanh, 1.4},    {"sigmoid", run_sigmoid, twin_sigmoid, 1.8},
    {"erf", run_erf, erf, 1.2},
};
#define FUNCTIONS (sizeof functions / sizeof functions[0])

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* |y - right| in units in the last place of a float near `right` */
static double error_of(float y, double right)
{
    int power;
    if (isnan(right) || isnan(y)) return isnan(right) && isnan(y) ? 0 : HUGE_VAL;
    if (isinf(y) || isinf((float)right)) return y == (float)right ? 0 : HUGE_VAL;
    frexp(right, &power);
    return ldexp(fabs((double)y - right), 24 - (right == 0 || power < -125 ? -125 : power));
}

/* Over every step-th of all floats, NaN among them. */
static double largest_error(const function *f, uint32_t step, float *where)
{
    static float x[COUNT], y[COUNT];
    double largest = 0;
    *where = 0;
    for (uint64_t first = 0; first < UINT64_C(1) << 32; first += (uint64_t)step * COUNT) {
        for (size_t i = 0; i < COUNT; ++i) x[i] = float_of((uint32_t)(first + i * step));
        f->run(x, y);
        for (size_t i = 0; i < COUNT; ++i) {
            const double error = error_of(y[i], f->right((double)x[i]));
            if (error > largest) {
                largest = error;
                *where = x[i];
            }
        }
    }
    return largest;
}

static void test_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < FUNCTIONS; ++i) {
        float where;
        const double error = largest_error(&functions[i], 4099, &where);
        if (!(error <= functions[i].most))
            fail_msg("%s(%.9g) is %.2f units off, stated are %.2f", functions[i].name, (double)where, error,
                     functions[i].most);
    }
}

/* Zeros keep their sign, and the ends of the range are what libm says. */
static void test_edges(void **state)
{
    static const float edges[] = {0.0f, -0.0f, INFINITY, -INFINITY, 0x1p-149f, -0x1p-149f, 0x1p-126f, -0x1p-126f, 1, -1,
                                  FLT_MAX, -FLT_MAX, 88.7228317f, 88.7228394f, -103.278923f, -103.972084f, -104.5f};
    float x[COUNT], y[COUNT];
    (void)state;

    for (size_t i = 0; i < COUNT; ++i) x[i] = edges[i % (sizeof edges / sizeof edges[0])];
    for (size_t f = 0; f < FUNCTIONS; ++f) {
        functions[f].run(x, y);
        for (size_t i = 0; i < COUNT; ++i) {
            const double right = functions[f].right((double)x[i]);
            if (!(error_of(y[i], right) <= functions[f].most) || !signbit(y[i]) != !signbit(right))
                if (!isnan(right) || !isnan(y[i]))
                    fail_msg("%s(%.9g) is %.9g, should be %.9g", functions[f].name, (double)x[i], (double)y[i], right);
        }
    }
}

static bool is_among(const char *name, char **names)
{
    if (!*names) return true;
    for (; *names; ++names)
        if (strcmp(name, *names) == 0) return true;
    return false;
}

static void print_all(char **names)
{
    printf("largest error in units in the last place, all floats, %d lanes\n", LANES);
    for (size_t i = 0; i < FUNCTIONS; ++i) {
        float where;
        double error;
        if (!is_among(functions[i].name, names)) continue;
        error = largest_error(&functions[i], 1, &where);
        printf("%-8s %6.3f at %.9g\n", functions[i].name, error, (double)where);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_edges),
    };
#if LANES == 16
    if (!__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512vl"))
        return 77;
#else
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 77;
#endif
    if (argc > 1 && strcmp(argv[1], "--all") == 0) {
        print_all(argv + 2);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
