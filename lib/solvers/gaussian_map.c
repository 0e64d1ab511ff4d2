/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "solvers/gaussian_map.h"

#include <float.h>
#include <math.h>
#include "base/alloc.h"
#include "base/rng.h"
#include "base/runtime.h"
#include "kernels/kernels.h"
#include "solvers/normal.h"

#define LOG_ROOT_2_PI 0.91893853320467274178

/* ---- A and its factors */

/* A with its rows scaled to a largest entry of 1, so that units of measurement do not matter. False for a row of zeros. */
static bool scale_rows(ae_gaussian_map *map)
{
    const size_t d = map->d;
    map->log_det = 0;
    for (size_t i = 0; i < d; i++) {
        double most = 0;
        for (size_t j = 0; j < d; j++)
            most = fmax(most, fabs(map->a[i * d + j]));
        if (most == 0)
            return false;
        map->order[i] = i;
        map->scale[i] = 1 / most;
        map->log_det += log(most);
        for (size_t j = 0; j < d; j++)
            map->lu[i * d + j] = map->a[i * d + j] * map->scale[i];
    }
    return true;
}

static void swap_rows(ae_gaussian_map *map, size_t i, size_t j)
{
    const size_t d = map->d, place = map->order[i];
    map->order[i] = map->order[j];
    map->order[j] = place;
    for (size_t c = 0; c < d; c++) {
        const double value = map->lu[i * d + c];
        map->lu[i * d + c] = map->lu[j * d + c];
        map->lu[j * d + c] = value;
    }
}

/* Gaussian elimination with partial pivoting. A pivot that is rounding error of its column means a singular matrix; the
 * factor 16 leaves room for the growth of that error. */
static bool factorise(ae_gaussian_map *map)
{
    const size_t d = map->d;
    double *lu = map->lu;
    if (!scale_rows(map))
        return false;
    for (size_t c = 0; c < d; c++) {
        double most = 0; /* of column c before the elimination */
        size_t pivot = c;
        for (size_t i = 0; i < d; i++)
            most = fmax(most, fabs(map->a[i * d + c]) * map->scale[i]);
        for (size_t i = c + 1; i < d; i++)
            pivot = fabs(lu[i * d + c]) > fabs(lu[pivot * d + c]) ? i : pivot;
        if (fabs(lu[pivot * d + c]) <= 16 * (double)d * DBL_EPSILON * most)
            return false;
        swap_rows(map, c, pivot);
        map->log_det += log(fabs(lu[c * d + c]));
        for (size_t i = c + 1; i < d; i++) {
            const double factor = lu[i * d + c] /= lu[c * d + c];
            for (size_t j = c + 1; j < d; j++)
                lu[i * d + j] -= factor * lu[c * d + j];
        }
    }
    return true;
}

/* w = A^-1 r */
static void solve(const ae_gaussian_map *map, const double *r, double *w)
{
    const size_t d = map->d;
    for (size_t i = 0; i < d; i++) {
        w[i] = r[map->order[i]] * map->scale[map->order[i]];
        for (size_t j = 0; j < i; j++)
            w[i] -= map->lu[i * d + j] * w[j];
    }
    for (size_t i = d; i-- > 0;) {
        for (size_t j = i + 1; j < d; j++)
            w[i] -= map->lu[i * d + j] * w[j];
        w[i] /= map->lu[i * d + i];
    }
}

ae_gaussian_map *aei_gaussian_map_new(ae_runtime *runtime, const float *a, size_t d, size_t k, size_t a_stride,
                                      const float *b, aei_activation g)
{
    ae_gaussian_map *map = aei_calloc(runtime, 1, sizeof *map);
    if (!map)
        return NULL;
    map->runtime = aei_runtime_retain(runtime);
    map->d = d;
    map->k = k;
    map->g = g;
    map->a = aei_alloc_array(runtime, d, k * sizeof *map->a);
    map->b = aei_calloc(runtime, d, sizeof *map->b);
    if (k == d) {
        map->lu = aei_alloc_array(runtime, d, d * sizeof *map->lu);
        map->scale = aei_alloc_array(runtime, d, sizeof *map->scale);
        map->order = aei_alloc_array(runtime, d, sizeof *map->order);
    }
    if (!map->a || !map->b || (k == d && !(map->lu && map->scale && map->order))) {
        aei_gaussian_map_free(map);
        return NULL;
    }
    for (size_t i = 0; i < d; i++) {
        for (size_t j = 0; j < k; j++)
            map->a[i * k + j] = (double)a[i * a_stride + j];
        if (b)
            map->b[i] = (double)b[i];
    }
    map->invertible = k == d && factorise(map);
    return map;
}

void aei_gaussian_map_free(ae_gaussian_map *map)
{
    ae_runtime *runtime;
    if (!map)
        return;
    runtime = map->runtime;
    aei_free(runtime, map->a);
    aei_free(runtime, map->b);
    aei_free(runtime, map->lu);
    aei_free(runtime, map->scale);
    aei_free(runtime, map->order);
    aei_free(runtime, map);
    aei_runtime_release(runtime);
}

/* ---- moments */

void aei_gaussian_map_covariance(const ae_gaussian_map *map, double *covariance)
{
    const size_t d = map->d, k = map->k;
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t c = 0; c < k; c++)
                sum += map->a[i * k + c] * map->a[j * k + c];
            covariance[i * d + j] = covariance[j * d + i] = sum;
        }
}

/* Standard deviation of h_j: the length of row j of A. Squares of floats do not overflow in double. */
static double deviation(const ae_gaussian_map *map, size_t j)
{
    double sum = 0;
    for (size_t i = 0; i < map->k; i++)
        sum += map->a[j * map->k + i] * map->a[j * map->k + i];
    return sqrt(sum);
}

/* Mean and variance of max(h, 0) for h ~ N(t, 1). For t > 0 those of max(h, 0) - t, where no large numbers cancel. */
static void rectified(double t, double *mean, double *variance)
{
    const double density = aei_normal_density(t), below = aei_normal_distribution(-t);
    const double above = aei_normal_distribution(t);
    const double shifted = t > 0 ? density - t * below : density + t * above;
    const double squares = t > 0 ? above - t * density + t * t * below : (1 + t * t) * above + t * density;
    *mean = t > 0 ? t + shifted : fmax(shifted, 0);
    *variance = fmax(squares - shifted * shifted, 0);
}

/* One formula with the slope a for h < 0: identity 1, ReLU 0. X = a h + (1 - a) max(h, 0), and for h ~ N(t, 1) the
 * covariance of the two is P(h > 0) (Stein's lemma). */
void aei_gaussian_map_moments(const ae_gaussian_map *map, size_t j, double *mean, double *variance)
{
    const double a = map->g.kind == AE_IDENTITY ? 1 : map->g.kind == AE_RELU ? 0 : (double)map->g.a;
    const double b = map->b[j], s = deviation(map, j);
    double rectified_mean, rectified_variance;
    if (s == 0) {
        *mean = b > 0 ? b : a * b;
        *variance = 0;
        return;
    }
    rectified(b / s, &rectified_mean, &rectified_variance);
    *mean = a * b + (1 - a) * s * rectified_mean;
    *variance = s * s * (a * a + 2 * a * (1 - a) * aei_normal_distribution(b / s) +
                         (1 - a) * (1 - a) * rectified_variance);
}

/* ---- samples */

ae_status aei_gaussian_map_sample(const ae_gaussian_map *map, uint64_t seed, uint64_t first_row, size_t rows, float *x,
                                  size_t x_stride)
{
    const size_t d = map->d, k = map->k;
    aei_real *z = aei_alloc_array(map->runtime, k, sizeof *z);
    aei_real *h = aei_alloc_array(map->runtime, d, sizeof *h);
    ae_status status = z && h ? AE_OK : AE_ERROR_NO_MEMORY;
    for (size_t r = 0; r < rows && status == AE_OK; r++) {
        const aei_rng rng = aei_rng_stream(seed, AEI_RNG_SAMPLE, 0, first_row + r);
        aei_kernels_of(map->runtime)->normal(&rng, 0, k, z);
        for (size_t i = 0; i < d; i++) {
            double sum = map->b[i];
            for (size_t j = 0; j < k; j++)
                sum += map->a[i * k + j] * (double)z[j];
            h[i] = (aei_real)sum;
        }
        aei_activation_apply(map->g, h, d, h);
        for (size_t i = 0; i < d; i++)
            x[r * x_stride + i] = (float)h[i];
    }
    aei_free(map->runtime, z);
    aei_free(map->runtime, h);
    return status;
}

/* ---- density */

bool aei_gaussian_map_has_inverse(aei_activation g)
{
    switch (g.kind) {
    case AE_IDENTITY:
    case AE_ELU:
    case AE_SOFTPLUS:
    case AE_TANH:
    case AE_SIGMOID:
        return true;
    case AE_LEAKY_RELU:
        return g.a > 0;
    default:
        return false;
    }
}

/* h = g^-1(x) and log g'(h), from x: near the ends of a range, x tells more than h. False outside the open range. */
static bool invert(aei_activation g, double x, double *h, double *log_slope)
{
    const double a = (double)g.a;
    *h = x;
    *log_slope = 0;
    if (isinf(x))
        return false;
    switch (g.kind) {
    case AE_LEAKY_RELU:
        if (x <= 0) {
            *h = x / a;
            *log_slope = log(a);
        }
        return true;
    case AE_ELU: /* x = a (e^h - 1), g' = a e^h */
        if (x <= -a)
            return false;
        if (x <= 0) {
            *h = log1p(x / a);
            *log_slope = log(a) + *h;
        }
        return true;
    case AE_SOFTPLUS: /* h = log(e^x - 1) = x + log(1 - e^-x), g' = sigmoid(h) = 1 - e^-x */
        if (x <= 0)
            return false;
        *log_slope = log(-expm1(-x));
        *h = x + *log_slope;
        return true;
    case AE_TANH: /* g' = 1 - x^2 */
        if (fabs(x) >= 1)
            return false;
        *h = atanh(x);
        *log_slope = log1p(-x) + log1p(x);
        return true;
    case AE_SIGMOID: /* g' = x (1 - x) */
        if (x <= 0 || x >= 1)
            return false;
        *h = log(x) - log1p(-x);
        *log_slope = log(x) + log1p(-x);
        return true;
    default: /* identity */
        return true;
    }
}

static bool has_nan(const float *x, size_t d)
{
    for (size_t i = 0; i < d; i++)
        if (isnan(x[i]))
            return true;
    return false;
}

/* r and w are [d] to work in. */
static double row_log_density(const ae_gaussian_map *map, const float *x, double *r, double *w)
{
    double result = -map->log_det - (double)map->d * LOG_ROOT_2_PI;
    if (has_nan(x, map->d))
        return (double)NAN;
    for (size_t i = 0; i < map->d; i++) {
        double log_slope;
        if (!invert(map->g, (double)x[i], &r[i], &log_slope))
            return (double)-INFINITY;
        r[i] -= map->b[i];
        result -= log_slope;
    }
    solve(map, r, w);
    for (size_t i = 0; i < map->d; i++)
        result -= w[i] * w[i] / 2;
    return result;
}

ae_status aei_gaussian_map_log_density(const ae_gaussian_map *map, const float *x, size_t rows, size_t x_stride,
                                       double *log_p)
{
    double *r = aei_alloc_array(map->runtime, map->d, sizeof *r);
    double *w = aei_alloc_array(map->runtime, map->d, sizeof *w);
    const ae_status status = r && w ? AE_OK : AE_ERROR_NO_MEMORY;
    for (size_t i = 0; i < rows && status == AE_OK; i++)
        log_p[i] = row_log_density(map, x + i * x_stride, r, w);
    aei_free(map->runtime, r);
    aei_free(map->runtime, w);
    return status;
}

/* ---- ReLU */

double aei_gaussian_map_zero_mass(const ae_gaussian_map *map, size_t j)
{
    const double s = deviation(map, j);
    if (s == 0)
        return map->b[j] <= 0;
    return aei_normal_distribution(-map->b[j] / s);
}

/* Angle between the two rows of A, whose cosine is the correlation of h_1 and h_2; by Kahan's formula for unit vectors u
 * and v, 2 atan2(|u - v|, |u + v|), which is as exact near 0 and pi as elsewhere. s: the rows' lengths, above 0. */
static double angle(const ae_gaussian_map *map, const double s[2])
{
    double difference = 0, sum = 0;
    for (size_t i = 0; i < map->k; i++) {
        const double u = map->a[i] / s[0], v = map->a[map->k + i] / s[1];
        difference += (u - v) * (u - v);
        sum += (u + v) * (u + v);
    }
    return 2 * atan2(sqrt(difference), sqrt(sum));
}

double aei_gaussian_map_all_zero_mass(const ae_gaussian_map *map)
{
    if (map->d == 1)
        return aei_gaussian_map_zero_mass(map, 0);
    const double s[2] = {deviation(map, 0), deviation(map, 1)};
    if (s[0] == 0 || s[1] == 0) /* one of them is constant: independent */
        return aei_gaussian_map_zero_mass(map, 0) * aei_gaussian_map_zero_mass(map, 1);
    return aei_binormal_distribution(-map->b[0] / s[0], -map->b[1] / s[1], angle(map, s));
}

bool aei_gaussian_map_has_mixed_density(const ae_gaussian_map *map)
{
    const double s[2] = {deviation(map, 0), deviation(map, map->d - 1)};
    if (s[0] == 0 || s[1] == 0)
        return false;
    return map->d == 1 || sin(angle(map, s)) > 16 * (double)map->k * DBL_EPSILON;
}

/* ReLU(h) for h ~ N(mean, s^2): log density for x > 0, log mass for x = 0. */
static double rectified_log_density(double x, double mean, double s)
{
    return x > 0 ? aei_normal_log_density((x - mean) / s) - log(s) : aei_normal_log_distribution(-mean / s);
}

void aei_gaussian_map_mixed_log_density(const ae_gaussian_map *map, const float *x, size_t rows, size_t x_stride,
                                        double *log_p)
{
    const size_t last = map->d - 1;
    const double s[2] = {deviation(map, 0), deviation(map, last)};
    const double t = last ? angle(map, s) : 0;
    const double log_all = log(aei_gaussian_map_all_zero_mass(map));
    for (size_t r = 0; r < rows; r++) {
        const float *row = x + r * x_stride;
        const size_t i = row[0] > 0 ? 0 : last, j = last - i; /* x_i > 0 unless both are 0 */
        const double one = (double)row[i], other = (double)row[j];
        if (has_nan(row, map->d)) {
            log_p[r] = (double)NAN;
        } else if (one < 0 || other < 0 || isinf(one) || isinf(other)) {
            log_p[r] = (double)-INFINITY;
        } else if (one > 0) {
            log_p[r] = rectified_log_density(one, map->b[i], s[i]);
            if (last) /* h_j given h_i = x_i */
                log_p[r] += rectified_log_density(other, map->b[j] + s[j] * cos(t) * (one - map->b[i]) / s[i],
                                                  s[j] * sin(t));
        } else {
            log_p[r] = log_all;
        }
    }
}
