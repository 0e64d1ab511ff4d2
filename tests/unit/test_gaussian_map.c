/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Samples against formulas. --long takes ten times the samples and prints what it finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <autoencoder/autoencoder.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "support/failing_alloc.h"

#define PI 3.14159265358979323846
#define BLOCK 4096

static size_t samples = 1000000;

static double phi(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}

static double density(double x)
{
    return exp(-x * x / 2) / sqrt(2 * PI);
}

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g, expected %.17g within %g", value, expected, tolerance);
}

static ae_gaussian_map *make(const float *a, size_t d, size_t k, const float *b, ae_activation activation,
                             double parameter)
{
    ae_gaussian_map *map;
    assert_int_equal(ae_gaussian_map_create(&map, NULL, a, d, k, 0, b, activation, parameter), AE_OK);
    assert_int_equal(ae_gaussian_map_dim(map), d);
    assert_int_equal(ae_gaussian_map_latent_dim(map), k);
    return map;
}

static double log_density(const ae_gaussian_map *map, const float *x)
{
    double log_p;
    assert_int_equal(ae_gaussian_map_log_density(map, x, 1, 0, &log_p), AE_OK);
    return log_p;
}

static double mixed_log_density(const ae_gaussian_map *map, float x, float y)
{
    const float row[2] = {x, y};
    double log_p;
    assert_int_equal(ae_gaussian_map_mixed_log_density(map, row, 1, 0, &log_p), AE_OK);
    return log_p;
}

/* Calls visit(user, row of d) for every sample. */
static void each_sample(const ae_gaussian_map *map, uint64_t seed, void (*visit)(void *user, const float *x), void *user)
{
    const size_t d = ae_gaussian_map_dim(map);
    float *x = malloc(BLOCK * d * sizeof *x);
    assert_non_null(x);
    for (size_t first = 0; first < samples; first += BLOCK) {
        const size_t rows = samples - first < BLOCK ? samples - first : BLOCK;
        assert_int_equal(ae_gaussian_map_sample(map, seed, first, rows, x, 0), AE_OK);
        for (size_t r = 0; r < rows; r++)
            visit(user, x + r * d);
    }
    free(x);
}

/* ---- moments */

typedef struct sums {
    size_t d;
    double one[4], two[4][4];
} sums;

static void add_moments(void *user, const float *x)
{
    sums *s = user;
    for (size_t i = 0; i < s->d; i++) {
        s->one[i] += (double)x[i];
        for (size_t j = 0; j <= i; j++)
            s->two[i][j] += (double)x[i] * (double)x[j];
    }
}

/* Means within 5 standard errors s / sqrt(n), covariances within 5 of sqrt((s_ii s_jj + s_ij^2) / n). */
static void test_moments_of_h(void **state)
{
    static const float a[12] = {1.5f, -0.5f, 0.25f, 2, 0.5f, -0.75f, 1, 0, -1, 0.125f, 3, -2}, b[4] = {0.5f, -1, 2, 0};
    (void)state;
    for (size_t k = 2; k <= 4; k += 2) {
        const size_t d = 12 / k < 4 ? 12 / k : 4;
        const double n = (double)samples;
        double mean[4], covariance[16];
        sums s = {.d = d};
        ae_gaussian_map *map = make(a, d, k, b, AE_IDENTITY, 0);
        assert_int_equal(ae_gaussian_map_hidden_moments(map, mean, covariance), AE_OK);
        each_sample(map, 7 + k, add_moments, &s);
        for (size_t i = 0; i < d; i++) {
            assert_true(mean[i] == (double)b[i]);
            assert_near(s.one[i] / n, mean[i], 5 * sqrt(covariance[i * d + i] / n));
            for (size_t j = 0; j <= i; j++) {
                const double c = covariance[i * d + j];
                double exact = 0;
                for (size_t m = 0; m < k; m++)
                    exact += (double)a[i * k + m] * (double)a[j * k + m];
                assert_near(c, exact, 1e-15);
                assert_true(covariance[j * d + i] == c);
                assert_near(s.two[i][j] / n - s.one[i] * s.one[j] / n / n, c,
                            5 * sqrt((covariance[i * d + i] * covariance[j * d + j] + c * c) / n));
            }
        }
        assert_int_equal(ae_gaussian_map_hidden_moments(map, NULL, NULL), AE_OK);
        ae_gaussian_map_free(map);
    }
}

/* Mean and variance of g(h), h ~ N(b, s^2), g with slope a below 0, by the midpoint rule over +-12 s; halves on each side
 * of the kink. */
static void integrate_moments(double a, double b, double s, double *mean, double *variance)
{
    const double low = b - 12 * s, high = b + 12 * s, kink = fmin(fmax(0, low), high);
    *mean = *variance = 0;
    for (int pass = 0; pass < 2; pass++) /* the mean first */
        for (int side = 0; side < 2; side++) {
            const double from = side ? kink : low, step = ((side ? high : kink) - from) / 20000;
            for (int i = 0; i < 20000; i++) {
                const double h = from + (i + 0.5) * step, x = h > 0 ? h : a * h;
                const double mass = density((h - b) / s) * step / s;
                if (pass == 0)
                    *mean += x * mass;
                else
                    *variance += (x - *mean) * (x - *mean) * mass;
            }
        }
}

static void test_moments_of_x(void **state)
{
    static const struct {
        ae_activation g;
        double parameter, slope;
    } kinds[] = {{AE_IDENTITY, 0, 1}, {AE_RELU, 0, 0}, {AE_LEAKY_RELU, 0.25, 0.25}};
    static const float biases[] = {-20, -4, -1, 0, 0.5f, 3, 20};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        float a[2] = {1.5f, -2}, b[2] = {0.5f, -0.25f};
        double mean[2], variance[2], expected_mean, expected_variance;
        sums s = {.d = 2};
        for (size_t j = 0; j < sizeof biases / sizeof biases[0]; j++) {
            ae_gaussian_map *map = make(a, 1, 2, &biases[j], kinds[i].g, kinds[i].parameter);
            assert_int_equal(ae_gaussian_map_moments(map, mean, variance), AE_OK);
            integrate_moments(kinds[i].slope, (double)biases[j], 2.5, &expected_mean, &expected_variance);
            assert_near(mean[0], expected_mean, 1e-6);
            assert_near(variance[0], expected_variance, 1e-6);
            ae_gaussian_map_free(map);
        }
        ae_gaussian_map *map = make(a, 2, 1, b, kinds[i].g, kinds[i].parameter);
        assert_int_equal(ae_gaussian_map_moments(map, mean, variance), AE_OK);
        each_sample(map, 3, add_moments, &s);
        for (size_t j = 0; j < 2; j++) {
            const double m = s.one[j] / (double)samples;
            assert_near(m, mean[j], 5 * sqrt(variance[j] / (double)samples));
            assert_near(s.two[j][j] / (double)samples - m * m, variance[j], 0.01 * variance[j]);
        }
        assert_int_equal(ae_gaussian_map_moments(map, NULL, NULL), AE_OK);
        ae_gaussian_map_free(map);

        a[0] = a[1] = 0; /* constants; far from 0 where the variance must not drown; far below */
        b[0] = -3;
        b[1] = 3;
        map = make(a, 2, 1, b, kinds[i].g, kinds[i].parameter);
        assert_int_equal(ae_gaussian_map_moments(map, mean, variance), AE_OK);
        assert_true(mean[0] == -3 * kinds[i].slope && mean[1] == 3 && variance[0] == 0 && variance[1] == 0);
        ae_gaussian_map_free(map);
        a[0] = a[1] = 0.5f;
        b[0] = -1e6f;
        b[1] = 1e6f;
        map = make(a, 2, 1, b, kinds[i].g, kinds[i].parameter);
        assert_int_equal(ae_gaussian_map_moments(map, mean, variance), AE_OK);
        assert_near(mean[0], -1e6 * kinds[i].slope, 1e-9);
        assert_near(variance[0], 0.25 * kinds[i].slope * kinds[i].slope, 1e-15);
        assert_near(mean[1], 1e6, 1e-9);
        assert_near(variance[1], 0.25, 1e-15);
        ae_gaussian_map_free(map);
    }
}

/* ---- samples */

static void test_rows_repeat(void **state)
{
    static const float a[6] = {1, 2, 3, -4, 5, 6}, b[2] = {0.5f, -0.5f};
    float all[20], part[30], other[20];
    ae_gaussian_map *map = make(a, 2, 3, b, AE_TANH, 0);
    (void)state;
    assert_int_equal(ae_gaussian_map_sample(map, 9, 100, 10, all, 0), AE_OK);
    for (size_t i = 0; i < 30; i++)
        part[i] = -7;
    assert_int_equal(ae_gaussian_map_sample(map, 9, 100, 3, part, 3), AE_OK);
    assert_int_equal(ae_gaussian_map_sample(map, 9, 103, 7, part + 9, 3), AE_OK);
    for (size_t r = 0; r < 10; r++) {
        assert_memory_equal(part + 3 * r, all + 2 * r, 2 * sizeof *all);
        assert_true(part[3 * r + 2] == -7);
    }
    assert_int_equal(ae_gaussian_map_sample(map, 10, 100, 10, other, 0), AE_OK);
    assert_memory_not_equal(other, all, sizeof all);
    assert_int_equal(ae_gaussian_map_sample(map, 9, (UINT64_C(1) << 56) - 1, 1, other, 0), AE_OK);
    ae_gaussian_map_free(map);
}

/* A layer's tensors make the map of that layer, and the same seed draws the same z. */
static void test_samples_of_a_decoder(void **state)
{
    ae_model_options options;
    ae_model *model;
    ae_gaussian_map *map;
    float a[6], b[3] = {0.5f, -0.25f, 1}, x[30], expected[30];
    (void)state;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = 3;
    options.latent_dim = 2;
    options.code = AE_CODE_GAUSSIAN;
    options.loss = AE_GAUSSIAN_LIKELIHOOD;
    options.output_activation = AE_SOFTPLUS;
    assert_int_equal(ae_model_create(&model, &options), AE_OK);
    assert_int_equal(ae_model_set_tensor(model, "decoder.0.bias", b, 3), AE_OK);
    assert_int_equal(ae_model_get_tensor(model, "decoder.0.weight", a, 6), AE_OK);
    assert_int_equal(ae_vae_sample(model, 5, 17, 10, 0, expected, 0), AE_OK);
    map = make(a, 3, 2, b, AE_SOFTPLUS, 0);
    assert_int_equal(ae_gaussian_map_sample(map, 5, 17, 10, x, 0), AE_OK);
    for (size_t i = 0; i < 30; i++)
        assert_near((double)x[i], (double)expected[i], 1e-6);
    ae_gaussian_map_free(map);
    ae_model_free(model);
}

/* ---- densities */

static const struct kind {
    const char *name;
    ae_activation g;
    double parameter;
} kinds[] = {
    {"identity", AE_IDENTITY, 0}, {"leaky relu", AE_LEAKY_RELU, 0.25}, {"elu", AE_ELU, 2},
    {"softplus", AE_SOFTPLUS, 0}, {"tanh", AE_TANH, 0},                {"sigmoid", AE_SIGMOID, 0},
};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* g, written once more. */
static double g(const struct kind *kind, double h)
{
    switch (kind->g) {
    case AE_LEAKY_RELU: return h > 0 ? h : kind->parameter * h;
    case AE_ELU: return h > 0 ? h : kind->parameter * expm1(h);
    case AE_SOFTPLUS: return h > 0 ? h + log1p(exp(-h)) : log1p(exp(h));
    case AE_TANH: return tanh(h);
    case AE_SIGMOID: return 1 / (1 + exp(-h));
    default: return h;
    }
}

/* mpmath with 50 digits; A: [3,3] below, slopes and scales of test_references. */
static void test_references(void **state)
{
    static const float a[9] = {1.5f, 0.25f, -0.5f, -0.75f, 0.5f, 0.125f, 0.25f, 1, 2}, b[3] = {0.25f, -0.5f, 0.125f};
    static const struct {
        ae_activation g;
        float x[3];
        double log_p;
    } cases[] = {
        {AE_IDENTITY, {0.5f, -2, 1.25f}, -6.7956995895196216},
        {AE_IDENTITY, {100, -50, 3}, -2104.3897099747388},
        {AE_LEAKY_RELU, {0.5f, -0.5f, 1.25f}, -5.409405228399731},
        {AE_LEAKY_RELU, {-0.25f, -2, 3}, -97.469474027928715},
        {AE_ELU, {0.5f, -0.5f, -1.75f}, -3.3565339640173384},
        {AE_ELU, {-0x1.fffffcp+0f, 1, 3}, -78.399910580734064},
        {AE_SOFTPLUS, {0.5f, 2, 1.25f}, -7.9669329993131276},
        {AE_SOFTPLUS, {0x1p-60f, 40, 100}, -1521.3640251191554},
        {AE_TANH, {0.5f, -0.25f, 0.75f}, -2.5559929629826048},
        {AE_TANH, {0x1.fffffep-1f, -0x1.fffffep-1f, 0x1p-40f}, -17.596571899062474},
        {AE_SIGMOID, {0.5f, 0.25f, 0.875f}, 0.41630708507905219},
        {AE_SIGMOID, {0x1.fffffep-1f, 0x1p-100f, 0x1p-149f}, -4969.5106382453999},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const double parameter = cases[i].g == AE_LEAKY_RELU ? 0.25 : cases[i].g == AE_ELU ? 2 : 0;
        ae_gaussian_map *map = make(a, 3, 3, b, cases[i].g, parameter);
        assert_near(log_density(map, cases[i].x), cases[i].log_p, 1e-13 * (10 + fabs(cases[i].log_p)));
        ae_gaussian_map_free(map);
    }
}

/* Another way to the same number for d = 8: Cholesky factors of A A^T. */
static void test_factors(void **state)
{
    enum { D = 8 };
    float a[D * D], x[D], scaled[D * D], scaled_x[D];
    double c[D * D], l[D][D] = {{0}}, expected = -D / 2.0 * log(2 * PI);
    ae_gaussian_map *noise, *map;
    const float one = 1;
    (void)state;
    noise = make(&one, 1, 1, NULL, AE_IDENTITY, 0);
    assert_int_equal(ae_gaussian_map_sample(noise, 1, 0, D * D, a, 0), AE_OK);
    assert_int_equal(ae_gaussian_map_sample(noise, 2, 0, D, x, 0), AE_OK);
    a[0] = 0; /* the first pivot is another row's */
    map = make(a, D, D, NULL, AE_IDENTITY, 0);
    assert_int_equal(ae_gaussian_map_hidden_moments(map, NULL, c), AE_OK);
    double w[D];
    for (size_t i = 0; i < D; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = c[i * D + j];
            for (size_t m = 0; m < j; m++)
                sum -= l[i][m] * l[j][m];
            l[i][j] = i == j ? sqrt(sum) : sum / l[j][j];
        }
        w[i] = (double)x[i];
        for (size_t m = 0; m < i; m++)
            w[i] -= l[i][m] * w[m];
        w[i] /= l[i][i];
        expected -= log(l[i][i]) + w[i] * w[i] / 2;
    }
    assert_near(log_density(map, x), expected, 1e-9);
    ae_gaussian_map_free(map);

    for (int i = 0; i < D; i++) { /* other units, far apart */
        const float unit = ldexpf(1, 12 * i - 40);
        for (size_t j = 0; j < D; j++)
            scaled[i * D + (int)j] = a[i * D + (int)j] * unit;
        scaled_x[i] = x[i] * unit;
        expected -= (12 * i - 40) * log(2);
    }
    map = make(scaled, D, D, NULL, AE_IDENTITY, 0);
    assert_near(log_density(map, scaled_x), expected, 1e-9);
    ae_gaussian_map_free(map);
    ae_gaussian_map_free(noise);
}

static void test_borders(void **state)
{
    static const float one = 1;
    static const struct {
        ae_activation g;
        float outside[4], inside[3];
    } cases[] = {
        {AE_IDENTITY, {INFINITY, -INFINITY, INFINITY, -INFINITY}, {0, 1e3f, -1e3f}},
        {AE_LEAKY_RELU, {INFINITY, -INFINITY, INFINITY, -INFINITY}, {0, 1e3f, -1e3f}},
        {AE_ELU, {-1, -1.0000001f, INFINITY, -INFINITY}, {0, -0.99999994f, 1e3f}},
        {AE_SOFTPLUS, {0, -1e-45f, INFINITY, -INFINITY}, {1e-45f, 1, 1e3f}},
        {AE_TANH, {1, -1, INFINITY, -1.5f}, {0, 0.99999994f, -0.99999994f}},
        {AE_SIGMOID, {0, 1, -0.0f, 2}, {1e-45f, 0.5f, 0.99999994f}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ae_gaussian_map *map = make(&one, 1, 1, NULL, cases[i].g, 0);
        const float nan = NAN;
        for (size_t j = 0; j < 4; j++)
            assert_true(log_density(map, &cases[i].outside[j]) == (double)-INFINITY);
        for (size_t j = 0; j < 3; j++)
            assert_true(isfinite(log_density(map, &cases[i].inside[j])));
        assert_true(isnan(log_density(map, &nan)));
        ae_gaussian_map_free(map);
    }
    /* One bad row, or one bad entry, leaves the others as they are; NaN goes before the border. */
    static const float a[4] = {1, 0.5f, 0, 1};
    const float rows[] = {0.5f, 0.5f, 9, 0.5f, 1, 9, NAN, 2, 9, 0.5f, -1, 9, 0.5f, 0.5f, 9};
    double log_p[5];
    ae_gaussian_map *map = make(a, 2, 2, NULL, AE_SIGMOID, 0);
    assert_int_equal(ae_gaussian_map_log_density(map, rows, 5, 3, log_p), AE_OK);
    assert_true(isfinite(log_p[0]) && isinf(log_p[1]) && isnan(log_p[2]) && isinf(log_p[3]) && log_p[4] == log_p[0]);
    ae_gaussian_map_free(map);
    map = make(a, 2, 2, NULL, AE_IDENTITY, 0);
    const float infinite[2] = {INFINITY, INFINITY};
    assert_true(log_density(map, infinite) == (double)-INFINITY);
    ae_gaussian_map_free(map);
}

static void test_no_density(void **state)
{
    static const float wide[6] = {1, 0, 0, 0, 1, 0}, singular[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const float thirds[9] = {0.1f, 0.3f, 0.7f, 0.2f, 0.6f, 1.4f, 1, 2, 5}, zero_row[4] = {1, 2, 0, 0};
    static const float zero_column[4] = {1, 0, 2, 0}, good[4] = {1, 2, 3, 4};
    static const struct {
        const float *a;
        size_t d, k;
        ae_activation g;
        double parameter;
        const char *message;
    } cases[] = {
        {wide, 2, 3, AE_IDENTITY, 0, "A is 2 x 3, the density needs a square one"},
        {wide, 3, 2, AE_TANH, 0, "A is 3 x 2, the density needs a square one"},
        {singular, 3, 3, AE_IDENTITY, 0, "A is singular, so that there is no density"},
        {thirds, 3, 3, AE_IDENTITY, 0, "A is singular, so that there is no density"},
        {zero_row, 2, 2, AE_IDENTITY, 0, "A is singular, so that there is no density"},
        {zero_column, 2, 2, AE_IDENTITY, 0, "A is singular, so that there is no density"},
        {good, 2, 2, AE_RELU, 0, "relu has an atom at 0, so that there is no density; see its masses"},
        {good, 2, 2, AE_GELU, 0, "gelu is not strictly increasing, the density needs its inverse"},
        {good, 2, 2, AE_SILU, 0, "silu is not strictly increasing, the density needs its inverse"},
        {good, 2, 2, AE_LEAKY_RELU, 1e-60, "leaky_relu is not strictly increasing, the density needs its inverse"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const float x[3] = {0.5f, 0.5f, 0.5f};
        double log_p = 7;
        ae_gaussian_map *map = make(cases[i].a, cases[i].d, cases[i].k, NULL, cases[i].g, cases[i].parameter);
        assert_int_equal(ae_gaussian_map_log_density(map, x, 1, 0, &log_p), AE_ERROR_UNSUPPORTED);
        assert_string_equal(ae_last_error(), cases[i].message);
        assert_true(log_p == 7);
        ae_gaussian_map_free(map);
    }
    /* Small numbers alone are not singular. */
    static const float small[4] = {1, 0, 0, 1e-30f}, skewed[4] = {1, 1e-20f, 1, 2e-20f};
    const float x[2] = {0, 0};
    ae_gaussian_map *map = make(small, 2, 2, NULL, AE_IDENTITY, 0);
    assert_near(log_density(map, x), -log(2 * PI) - log((double)1e-30f), 1e-12);
    ae_gaussian_map_free(map);
    map = make(skewed, 2, 2, NULL, AE_IDENTITY, 0);
    assert_near(log_density(map, x), -log(2 * PI) - log((double)2e-20f - (double)1e-20f), 1e-12);
    ae_gaussian_map_free(map);
}

/* ---- densities against histograms: the cells have their edges at h = -4, -3.75, ..., 4, so that kinks are edges */

#define CELLS 32
#define NODES 4
static const double nodes[NODES] = {-0.86113631159405258, -0.33998104358485626, 0.33998104358485626,
                                    0.86113631159405258};
static const double weights[NODES] = {0.34785484513745386, 0.65214515486254614, 0.65214515486254614,
                                      0.34785484513745386};

typedef struct histogram {
    size_t d;
    double edges[CELLS + 1];
    double expected[CELLS * CELLS], counted[CELLS * CELLS], outside;
} histogram;

/* The cell of x, or -1. */
static int cell(const histogram *all, float x)
{
    int low = 0, high = CELLS;
    if (!((double)x >= all->edges[0] && (double)x < all->edges[CELLS]))
        return -1;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if ((double)x < all->edges[middle])
            high = middle;
        else
            low = middle;
    }
    return low;
}

static void count(void *user, const float *x)
{
    histogram *all = user;
    const int i = cell(all, x[0]), j = all->d == 2 ? cell(all, x[1]) : 0;
    if (i < 0 || j < 0)
        all->outside++;
    else
        all->counted[i * CELLS + j]++;
}

/* Masses of the cells by Gauss's rule, and their sum. */
static double integrate(const ae_gaussian_map *map, histogram *all)
{
    double total = 0;
    for (int i = 0; i < CELLS; i++)
        for (int j = 0; j < (all->d == 2 ? CELLS : 1); j++) {
            double sum = 0;
            for (int u = 0; u < NODES; u++)
                for (int v = 0; v < (all->d == 2 ? NODES : 1); v++) {
                    const double *e = all->edges, half_x = (e[i + 1] - e[i]) / 2, half_y = (e[j + 1] - e[j]) / 2;
                    const float x[2] = {(float)(e[i] + half_x * (1 + nodes[u])),
                                        (float)(e[j] + half_y * (1 + nodes[v]))};
                    sum += exp(log_density(map, x)) * weights[u] * half_x * (all->d == 2 ? weights[v] * half_y : 1);
                }
            total += all->expected[i * CELLS + j] = sum;
        }
    return total;
}

static void test_histograms(void **state)
{
    static const float a[4] = {0.9f, 0.3f, -0.4f, 0.7f}, b[2] = {0.3f, -0.2f};
    (void)state;
    for (size_t i = 0; i < KINDS; i++)
        for (size_t d = 1; d <= 2; d++) {
            histogram *all = calloc(1, sizeof *all);
            ae_gaussian_map *map = make(a, d, d, b, kinds[i].g, kinds[i].parameter);
            double chi2 = 0, most = 0, rest_expected = 0, rest_counted, cells = 0;
            assert_non_null(all);
            all->d = d;
            for (int e = 0; e <= CELLS; e++)
                all->edges[e] = g(&kinds[i], (e - CELLS / 2) * 0.25);
            const double total = integrate(map, all);
            each_sample(map, 11 + i, count, all);
            rest_expected = (1 - total) * (double)samples;
            rest_counted = all->outside;
            for (size_t c = 0; c < CELLS * CELLS; c++) {
                const double expected = all->expected[c] * (double)samples;
                if (expected < 20) { /* too rare to be nearly normal: one common cell, with what lies outside */
                    rest_expected += expected;
                    rest_counted += all->counted[c];
                    continue;
                }
                const double off = (all->counted[c] - expected) / sqrt(expected);
                chi2 += off * off;
                most = fmax(most, fabs(off));
                cells++;
            }
            chi2 += (rest_counted - rest_expected) * (rest_counted - rest_expected) / fmax(rest_expected, 1);
            if (samples > 1000000)
                printf("%-10s d = %zu: %zu samples, chi2 / cells = %.1f / %g, most %.2f deviations, mass of the box %.9f\n",
                       kinds[i].name, d, samples, chi2, cells, most, total);
            /* chi2 has as many degrees of freedom as there are cells without the common one */
            assert_near(chi2, cells, 5 * sqrt(2 * cells));
            assert_true(most < 5.5);
            ae_gaussian_map_free(map);
            free(all);
        }
}

/* All of the mass is within 4: 7.6 deviations or more. */
static void test_densities_integrate_to_one(void **state)
{
    static const float a[4] = {0.4f, 0.15f, -0.2f, 0.35f}, b[2] = {0.25f, -0.25f};
    (void)state;
    for (size_t i = 0; i < KINDS; i++)
        for (size_t d = 1; d <= 2; d++) {
            histogram *all = calloc(1, sizeof *all);
            ae_gaussian_map *map = make(a, d, d, b, kinds[i].g, kinds[i].parameter);
            assert_non_null(all);
            all->d = d;
            for (int e = 0; e <= CELLS; e++)
                all->edges[e] = g(&kinds[i], (e - CELLS / 2) * 0.25);
            assert_near(integrate(map, all), 1, 1e-5);
            ae_gaussian_map_free(map);
            free(all);
        }
}

/* ---- ReLU */

typedef struct zeros {
    double first, second, both;
} zeros;

static void count_zeros(void *user, const float *x)
{
    zeros *z = user;
    z->first += x[0] == 0;
    z->second += x[1] == 0;
    z->both += x[0] == 0 && x[1] == 0;
}

static void assert_share(double counted, double p)
{
    assert_near(counted / (double)samples, p, 5 * sqrt(p * (1 - p) / (double)samples));
}

static void test_zero_masses(void **state)
{
    static const struct {
        size_t k;
        float a[8], b[2];
    } cases[] = {
        {2, {1, 0.5f, -0.25f, 1}, {0.25f, -0.5f}}, {1, {1, 2}, {0.5f, -0.5f}},
        {1, {1, -2}, {0.5f, 0.5f}},                 {4, {1, 0, 0.5f, 2, -1, 1, 0.25f, 0.5f}, {1, 0.5f}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double each[2], all, covariance[4];
        zeros z = {0};
        ae_gaussian_map *map = make(cases[i].a, 2, cases[i].k, cases[i].b, AE_RELU, 0);
        assert_int_equal(ae_gaussian_map_zero_mass(map, each, &all), AE_OK);
        assert_int_equal(ae_gaussian_map_hidden_moments(map, NULL, covariance), AE_OK);
        assert_near(each[0], phi(-(double)cases[i].b[0] / sqrt(covariance[0])), 1e-15);
        assert_near(each[1], phi(-(double)cases[i].b[1] / sqrt(covariance[3])), 1e-15);
        each_sample(map, 21, count_zeros, &z);
        assert_share(z.first, each[0]);
        assert_share(z.second, each[1]);
        assert_share(z.both, all);
        if (samples > 1000000)
            printf("relu: P(x1 = 0) %.6f, counted %.6f; P(x2 = 0) %.6f, %.6f; both %.6f, %.6f\n", each[0],
                   z.first / (double)samples, each[1], z.second / (double)samples, all, z.both / (double)samples);
        ae_gaussian_map_free(map);
    }
}

static double all_zero(float a1, float a2, float b1, float b2, float c1, float c2)
{
    const float a[4] = {a1, a2, b1, b2}, b[2] = {c1, c2};
    double all;
    ae_gaussian_map *map = make(a, 2, 2, b, AE_RELU, 0);
    assert_int_equal(ae_gaussian_map_zero_mass(map, NULL, &all), AE_OK);
    ae_gaussian_map_free(map);
    return all;
}

static void test_zero_masses_closed_forms(void **state)
{
    (void)state;
    for (int i = -20; i <= 20; i++) { /* zero mean: 1/4 + asin(correlation) / (2 pi), here for rows at an angle */
        const float slope = (float)i / 4;
        const double correlation = 1 / sqrt(1 + (double)slope * (double)slope);
        assert_near(all_zero(3, 0, 0.5f, slope / 2, 0, 0), 0.25 + asin(correlation) / (2 * PI), 1e-14);
        assert_near(all_zero(3, 0, -0.5f, slope / 2, 0, 0), 0.25 - asin(correlation) / (2 * PI), 1e-14);
    }
    /* correlation 0, 1 and -1; lengths 5 and 2.5, 0.1f is no round number */
    assert_near(all_zero(3, 4, 2, -1.5f, 1, -0.5f), phi(-0.2) * phi(0.2), 1e-15);
    assert_near(all_zero(3, 4, 1.5f, 2, 1, 1), phi(-0.4), 1e-15);
    assert_near(all_zero(3, 4, -1.5f, -2, -5, -1), phi(1) + phi(0.4) - 1, 1e-15);
    assert_near(all_zero(3, 4, -1.5f, -2, 1, 1), 0, 1e-15);
    assert_near(all_zero(0.1f, 0.7f, 0.2f, 1.4f, 0, 0), 0.5, 1e-15);
    assert_near(all_zero(0.1f, 0.7f, -0.2f, -1.4f, 0, 0), 0, 1e-15);
    /* nearly parallel, at an angle of 1e-4 */
    assert_near(all_zero(1, 0, 1, 1e-4f, 0, 0), 0.5 - atan((double)1e-4f) / (2 * PI), 1e-15);
    /* constants */
    assert_near(all_zero(0, 0, 1, 0, -1, 0.5f), phi(-0.5), 1e-15);
    assert_true(all_zero(0, 0, 1, 0, 1, 0.5f) == 0);
    assert_true(all_zero(0, 0, 0, 0, 0, 0) == 1);

    static const float a[3] = {2, 0, 1}, b[3] = {1, -1, 0};
    double each[3], all = 7;
    ae_gaussian_map *map = make(a, 3, 1, b, AE_RELU, 0);
    assert_int_equal(ae_gaussian_map_zero_mass(map, each, NULL), AE_OK);
    assert_near(each[0], phi(-0.5), 1e-15);
    assert_true(each[1] == 1 && each[2] == 0.5);
    assert_int_equal(ae_gaussian_map_zero_mass(map, each, &all), AE_ERROR_UNSUPPORTED);
    assert_string_equal(ae_last_error(), "A has 3 rows, this is known for 1 and 2");
    assert_true(all == 7);
    ae_gaussian_map_free(map);
    map = make(a, 1, 1, b, AE_RELU, 0);
    assert_int_equal(ae_gaussian_map_zero_mass(map, NULL, &all), AE_OK);
    assert_near(all, phi(-0.5), 1e-15);
    ae_gaussian_map_free(map);
}

/* The plane, two edges and the corner; the plane by a midpoint rule, whose error falls like step^2. */
static void test_mixed_parts_add_up_to_one(void **state)
{
    static const float a[6] = {1, 0.5f, -0.25f, -0.75f, 0.5f, 0.5f}, b[2] = {0.25f, -0.5f};
    enum { POINTS = 288 };
    const double step = 9.0 / POINTS;
    (void)state;
    for (size_t k = 2; k <= 3; k++) {
        double edge_x = 0, edge_y = 0, plane = 0, each[2], all, log_p[POINTS];
        float x[POINTS][2];
        ae_gaussian_map *map = make(a, 2, k, b, AE_RELU, 0);
        assert_int_equal(ae_gaussian_map_zero_mass(map, each, &all), AE_OK);
        for (int i = 0; i < POINTS; i++) {
            const double at = (i + 0.5) * step;
            edge_x += step * exp(mixed_log_density(map, (float)at, 0));
            edge_y += step * exp(mixed_log_density(map, 0, (float)at));
            for (int j = 0; j < POINTS; j++) {
                x[j][0] = (float)at;
                x[j][1] = (float)((j + 0.5) * step);
            }
            assert_int_equal(ae_gaussian_map_mixed_log_density(map, x[0], POINTS, 0, log_p), AE_OK);
            for (int j = 0; j < POINTS; j++)
                plane += step * step * exp(log_p[j]);
        }
        assert_near(edge_x, each[1] - all, 1e-4);
        assert_near(edge_y, each[0] - all, 1e-4);
        assert_near(exp(mixed_log_density(map, 0, 0)), all, 1e-14);
        assert_near(plane + edge_x + edge_y + all, 1, 1e-4);
        ae_gaussian_map_free(map);

    }
    /* inside, the density of h */
    const float inside[2] = {0.75f, 1.5f}, line[2] = {1.5f, 2};
    ae_gaussian_map *map = make(a, 2, 2, b, AE_RELU, 0), *h = make(a, 2, 2, b, AE_IDENTITY, 0);
    assert_near(mixed_log_density(map, inside[0], inside[1]), log_density(h, inside), 1e-13);
    ae_gaussian_map_free(map);
    ae_gaussian_map_free(h);
    map = make(line, 1, 2, b, AE_RELU, 0);
    float x[2] = {3.75f, 0};
    double log_p[2];
    assert_int_equal(ae_gaussian_map_mixed_log_density(map, x, 2, 0, log_p), AE_OK);
    assert_near(exp(log_p[0]), density(1.4) / 2.5, 1e-15);
    assert_near(exp(log_p[1]), phi(-0.1), 1e-15);
    ae_gaussian_map_free(map);
}

typedef struct edges {
    double on_x[16], on_y[16];
} edges;

static void count_edges(void *user, const float *x)
{
    edges *e = user;
    if (x[1] == 0 && x[0] > 0 && x[0] < 4)
        e->on_x[(int)(4 * x[0])]++;
    if (x[0] == 0 && x[1] > 0 && x[1] < 4)
        e->on_y[(int)(4 * x[1])]++;
}

static void test_edges_against_samples(void **state)
{
    static const float a[4] = {1, 0.5f, -0.25f, -0.75f}, b[2] = {0.25f, -0.5f};
    edges e = {{0}, {0}};
    ae_gaussian_map *map = make(a, 2, 2, b, AE_RELU, 0);
    (void)state;
    each_sample(map, 31, count_edges, &e);
    for (int i = 0; i < 16; i++) {
        double on_x = 0, on_y = 0;
        for (int u = 0; u < NODES; u++) {
            const float x = (float)(((double)i + (1 + nodes[u]) / 2) / 4);
            on_x += weights[u] / 8 * exp(mixed_log_density(map, x, 0));
            on_y += weights[u] / 8 * exp(mixed_log_density(map, 0, x));
        }
        assert_share(e.on_x[i], on_x);
        assert_share(e.on_y[i], on_y);
    }
    ae_gaussian_map_free(map);
}

static void test_mixed_borders(void **state)
{
    static const float a[4] = {1, 0.5f, -0.25f, -0.75f}, b[3] = {0.25f, -0.5f, 0};
    static const float parallel[4] = {0.1f, 0.7f, -0.2f, -1.4f}, zero[4] = {1, 2, 0, 0}, three[9] = {1, 0, 0, 0, 1};
    static const struct {
        const float *a;
        size_t d, k;
        ae_activation g;
        const char *message;
    } refused[] = {
        {parallel, 2, 2, AE_RELU, "a row of A is zero, or its rows are parallel: there is no density"},
        {zero, 2, 2, AE_RELU, "a row of A is zero, or its rows are parallel: there is no density"},
        {zero + 2, 1, 2, AE_RELU, "a row of A is zero, or its rows are parallel: there is no density"},
        {a, 2, 1, AE_RELU, "a row of A is zero, or its rows are parallel: there is no density"},
        {three, 3, 3, AE_RELU, "A has 3 rows, this is known for 1 and 2"},
        {a, 2, 2, AE_TANH, "tanh has no mass at 0, only relu has"},
    };
    ae_gaussian_map *map = make(a, 2, 2, b, AE_RELU, 0);
    (void)state;
    assert_true(mixed_log_density(map, -1e-45f, 1) == (double)-INFINITY);
    assert_true(mixed_log_density(map, 1, -1) == (double)-INFINITY);
    assert_true(mixed_log_density(map, 0, -1) == (double)-INFINITY);
    assert_true(mixed_log_density(map, INFINITY, 0) == (double)-INFINITY);
    assert_true(mixed_log_density(map, -1, INFINITY) == (double)-INFINITY);
    assert_true(isnan(mixed_log_density(map, NAN, -1)));
    assert_true(isnan(mixed_log_density(map, 0, NAN)));
    assert_true(isfinite(mixed_log_density(map, 300, 0)));
    assert_true(isfinite(mixed_log_density(map, 0, 300)));
    assert_true(mixed_log_density(map, -0.0f, -0.0f) == mixed_log_density(map, 0, 0));
    ae_gaussian_map_free(map);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const float x[3] = {1, 1, 1};
        double log_p;
        map = make(refused[i].a, refused[i].d, refused[i].k, b, refused[i].g, 0);
        assert_int_equal(ae_gaussian_map_mixed_log_density(map, x, 1, 0, &log_p), AE_ERROR_UNSUPPORTED);
        assert_string_equal(ae_last_error(), refused[i].message);
        ae_gaussian_map_free(map);
    }
}

/* ---- misuse */

static void assert_not_made(const float *a, size_t d, size_t k, size_t stride, const float *b, ae_activation g_kind,
                            double parameter, ae_status expected, const char *message)
{
    ae_gaussian_map *map = (ae_gaussian_map *)(uintptr_t)16;
    assert_int_equal(ae_gaussian_map_create(&map, NULL, a, d, k, stride, b, g_kind, parameter), expected);
    assert_null(map);
    if (message)
        assert_string_equal(ae_last_error(), message);
}

static void test_bad_input(void **state)
{
    const ae_status invalid = AE_ERROR_INVALID_ARGUMENT, shape = AE_ERROR_SHAPE;
    float a[4] = {1, 0, 0, 1}, b[2] = {0, 0}, x[4];
    double out[4];
    (void)state;
    assert_int_equal(ae_gaussian_map_create(NULL, NULL, a, 2, 2, 0, b, AE_TANH, 0), invalid);
    assert_not_made(NULL, 2, 2, 0, b, AE_TANH, 0, invalid, "ae_gaussian_map_create: a is NULL");
    assert_not_made(a, 0, 2, 0, b, AE_TANH, 0, invalid, "A is 0 x 2, must have a row and a column");
    assert_not_made(a, 2, 0, 0, b, AE_TANH, 0, invalid, "A is 2 x 0, must have a row and a column");
    assert_not_made(a, 2, 2, 1, b, AE_TANH, 0, shape, "A: stride 1 is less than its width 2");
    assert_not_made(a, SIZE_MAX / 4, 2, 0, b, AE_TANH, 0, shape, NULL);
    assert_not_made(a, 2, 2, 0, b, 10, 0, invalid, "no activation has the number 10");
    assert_not_made(a, 2, 2, 0, b, -1, 0, invalid, NULL);
    assert_not_made(a, 2, 2, 0, b, AE_LEAKY_RELU, 1.5, invalid, NULL);
    assert_not_made(a, 2, 2, 0, b, AE_LEAKY_RELU, (double)NAN, invalid, NULL);
    assert_not_made(a, 2, 2, 0, b, AE_ELU, -1, invalid, NULL);
    a[2] = NAN;
    assert_not_made(a, 2, 2, 0, b, AE_TANH, 0, AE_ERROR_DATA, "A: row 1, column 0 is not finite");
    a[2] = 0;
    b[1] = -INFINITY;
    assert_not_made(a, 2, 2, 0, b, AE_TANH, 0, AE_ERROR_DATA, "b: row 1, column 0 is not finite");
    b[1] = 0;

    assert_int_equal(ae_gaussian_map_hidden_moments(NULL, out, out), invalid);
    assert_int_equal(ae_gaussian_map_moments(NULL, out, out), invalid);
    assert_int_equal(ae_gaussian_map_sample(NULL, 0, 0, 1, x, 0), invalid);
    assert_int_equal(ae_gaussian_map_log_density(NULL, x, 1, 0, out), invalid);
    assert_int_equal(ae_gaussian_map_zero_mass(NULL, out, out), invalid);
    assert_int_equal(ae_gaussian_map_mixed_log_density(NULL, x, 1, 0, out), invalid);
    assert_int_equal(ae_gaussian_map_dim(NULL), 0);
    assert_int_equal(ae_gaussian_map_latent_dim(NULL), 0);
    ae_gaussian_map_free(NULL);

    ae_gaussian_map *map = make(a, 2, 2, b, AE_TANH, 0);
    assert_int_equal(ae_gaussian_map_sample(map, 0, 0, 0, NULL, 0), AE_OK);
    assert_int_equal(ae_gaussian_map_sample(map, 0, 0, 1, NULL, 0), invalid);
    assert_int_equal(ae_gaussian_map_sample(map, 0, 0, 1, x, 1), shape);
    assert_int_equal(ae_gaussian_map_sample(map, 0, UINT64_C(1) << 56, 1, x, 0), invalid);
    assert_string_equal(ae_last_error(), "1 rows from row 72057594037927936 on go beyond 2^56");
    assert_int_equal(ae_gaussian_map_sample(map, 0, UINT64_MAX, 1, x, 0), invalid);
    assert_int_equal(ae_gaussian_map_log_density(map, NULL, 0, 0, NULL), AE_OK);
    assert_int_equal(ae_gaussian_map_log_density(map, NULL, 1, 0, out), invalid);
    assert_int_equal(ae_gaussian_map_log_density(map, x, 1, 0, NULL), invalid);
    assert_int_equal(ae_gaussian_map_log_density(map, x, 1, 1, out), shape);
    assert_int_equal(ae_gaussian_map_log_density(map, x, SIZE_MAX, 0, out), shape);
    assert_int_equal(ae_gaussian_map_moments(map, out, out), AE_ERROR_UNSUPPORTED);
    assert_string_equal(ae_last_error(), "moments after tanh have no closed form");
    assert_int_equal(ae_gaussian_map_zero_mass(map, out, out), AE_ERROR_UNSUPPORTED);
    assert_string_equal(ae_last_error(), "tanh has no mass at 0, only relu has");
    ae_gaussian_map_free(map);

    map = make(a, 2, 2, b, AE_RELU, 0);
    assert_int_equal(ae_gaussian_map_mixed_log_density(map, NULL, 0, 0, NULL), AE_OK);
    assert_int_equal(ae_gaussian_map_mixed_log_density(map, NULL, 1, 0, out), invalid);
    assert_int_equal(ae_gaussian_map_mixed_log_density(map, x, 1, 0, NULL), invalid);
    assert_int_equal(ae_gaussian_map_mixed_log_density(map, x, 1, 1, out), shape);
    ae_gaussian_map_free(map);
}

/* The stride of A; no b; numbers at the end of float's range. */
static void test_inputs_at_the_edge(void **state)
{
    static const float strided[6] = {1, 2, NAN, 3, 4, NAN}, dense[4] = {1, 2, 3, 4}, zeros_b[2] = {0, 0};
    float x[8], y[8];
    double p, q, covariance[4];
    ae_gaussian_map *map, *other = make(dense, 2, 2, zeros_b, AE_SIGMOID, 0);
    (void)state;
    assert_int_equal(ae_gaussian_map_create(&map, NULL, strided, 2, 2, 3, NULL, AE_SIGMOID, 0), AE_OK);
    assert_int_equal(ae_gaussian_map_sample(map, 1, 0, 4, x, 0), AE_OK);
    assert_int_equal(ae_gaussian_map_sample(other, 1, 0, 4, y, 0), AE_OK);
    assert_memory_equal(x, y, sizeof x);
    x[0] = x[1] = 0.25f;
    assert_int_equal(ae_gaussian_map_log_density(map, x, 1, 0, &p), AE_OK);
    assert_int_equal(ae_gaussian_map_log_density(other, x, 1, 0, &q), AE_OK);
    assert_true(p == q);
    ae_gaussian_map_free(map);
    ae_gaussian_map_free(other);

    const float huge[4] = {FLT_MAX, 0, FLT_MAX, -FLT_MAX}, far[2] = {-FLT_MAX, FLT_MAX}, tiny = 1e-45f;
    map = make(huge, 2, 2, far, AE_IDENTITY, 0);
    assert_int_equal(ae_gaussian_map_sample(map, 1, 0, 4, x, 0), AE_OK);
    assert_true(isfinite(log_density(map, far)));
    assert_int_equal(ae_gaussian_map_hidden_moments(map, NULL, covariance), AE_OK);
    assert_true(isfinite(covariance[0]) && isfinite(covariance[3]));
    ae_gaussian_map_free(map);
    map = make(&tiny, 1, 1, NULL, AE_LEAKY_RELU, 1e-38);
    assert_true(isfinite(log_density(map, far)) && log_density(map, far) < -1e200);
    ae_gaussian_map_free(map);
    map = make(&tiny, 1, 1, far, AE_RELU, 0);
    assert_int_equal(ae_gaussian_map_zero_mass(map, &p, NULL), AE_OK);
    assert_int_equal(ae_gaussian_map_moments(map, &q, covariance), AE_OK);
    assert_true(p == 1 && q == 0 && covariance[0] == 0);
    ae_gaussian_map_free(map);
}

static void test_memory(void **state)
{
    static const float a[4] = {1, 0.5f, 0, 1}, b[2] = {0, 1};
    failing_alloc memory;
    float x[4];
    double log_p[2];
    size_t n;
    (void)state;
    failing_alloc_init(&memory);
    ae_runtime *runtime = failing_alloc_runtime(&memory, 1);
    assert_non_null(runtime);
    for (n = 1;; n++) {
        ae_gaussian_map *map;
        failing_alloc_fail_at(&memory, n, false);
        ae_status status = ae_gaussian_map_create(&map, runtime, a, 2, 2, 0, b, AE_TANH, 0);
        if (status == AE_OK) status = ae_gaussian_map_sample(map, 1, 0, 2, x, 0);
        if (status == AE_OK) status = ae_gaussian_map_log_density(map, x, 2, 0, log_p);
        ae_gaussian_map_free(map);
        if (memory.failed == 0) break;
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
    }
    assert_true(n > 6);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments_of_h),
        cmocka_unit_test(test_moments_of_x),
        cmocka_unit_test(test_rows_repeat),
        cmocka_unit_test(test_samples_of_a_decoder),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_factors),
        cmocka_unit_test(test_borders),
        cmocka_unit_test(test_no_density),
        cmocka_unit_test(test_histograms),
        cmocka_unit_test(test_densities_integrate_to_one),
        cmocka_unit_test(test_zero_masses),
        cmocka_unit_test(test_zero_masses_closed_forms),
        cmocka_unit_test(test_mixed_parts_add_up_to_one),
        cmocka_unit_test(test_edges_against_samples),
        cmocka_unit_test(test_mixed_borders),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_inputs_at_the_edge),
        cmocka_unit_test(test_memory),
    };
    if (argc > 1 && strcmp(argv[1], "--long") == 0)
        samples = 10000000;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
