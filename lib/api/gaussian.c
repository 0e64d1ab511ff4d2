/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/gaussian.h>

#include <math.h>
#include "api/check.h"
#include "solvers/gaussian_map.h"

static ae_status check_finite(const char *what, const float *values, size_t rows, size_t columns, size_t stride)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            if (!isfinite(values[r * stride + c]))
                return aei_fail(AE_ERROR_DATA, "%s: row %zu, column %zu is not finite", what, r, c);
    return AE_OK;
}

ae_status ae_gaussian_map_create(ae_gaussian_map **out, ae_runtime *runtime, const float *a, size_t dim,
                                 size_t latent_dim, size_t a_stride, const float *b, ae_activation activation,
                                 double parameter)
{
    aei_activation g;
    ae_status status;
    AEI_REQUIRE(out);
    *out = NULL;
    AEI_REQUIRE(a);
    if (dim == 0 || latent_dim == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "A is %zu x %zu, must have a row and a column", dim, latent_dim);
    status = aei_activation_make(&g, activation, parameter);
    if (status == AE_OK)
        status = aei_check_rows("A", dim, latent_dim, &a_stride);
    if (status == AE_OK)
        status = check_finite("A", a, dim, latent_dim, a_stride);
    if (status == AE_OK && b)
        status = check_finite("b", b, dim, 1, 1);
    if (status != AE_OK)
        return status;
    *out = aei_gaussian_map_new(runtime, a, dim, latent_dim, a_stride, b, g);
    return *out ? AE_OK : AE_ERROR_NO_MEMORY;
}

void ae_gaussian_map_free(ae_gaussian_map *map)
{
    aei_gaussian_map_free(map);
}

size_t ae_gaussian_map_dim(const ae_gaussian_map *map)
{
    return map ? map->d : 0;
}

size_t ae_gaussian_map_latent_dim(const ae_gaussian_map *map)
{
    return map ? map->k : 0;
}

ae_status ae_gaussian_map_hidden_moments(const ae_gaussian_map *map, double *mean, double *covariance)
{
    AEI_REQUIRE(map);
    for (size_t j = 0; mean && j < map->d; j++)
        mean[j] = map->b[j];
    if (covariance)
        aei_gaussian_map_covariance(map, covariance);
    return AE_OK;
}

ae_status ae_gaussian_map_moments(const ae_gaussian_map *map, double *mean, double *variance)
{
    AEI_REQUIRE(map);
    if (map->g.kind != AE_IDENTITY && map->g.kind != AE_RELU && map->g.kind != AE_LEAKY_RELU)
        return aei_fail(AE_ERROR_UNSUPPORTED, "moments after %s have no closed form", aei_activation_name(map->g.kind));
    for (size_t j = 0; j < map->d; j++) {
        double m, v;
        aei_gaussian_map_moments(map, j, &m, &v);
        if (mean)
            mean[j] = m;
        if (variance)
            variance[j] = v;
    }
    return AE_OK;
}

ae_status ae_gaussian_map_sample(const ae_gaussian_map *map, uint64_t seed, uint64_t first_row, size_t rows, float *x,
                                 size_t x_stride)
{
    ae_status status;
    AEI_REQUIRE(map);
    status = aei_check_rows("x", rows, map->d, &x_stride);
    if (status != AE_OK || rows == 0)
        return status;
    AEI_REQUIRE(x);
    status = aei_check_samples(first_row, rows);
    return status == AE_OK ? aei_gaussian_map_sample(map, seed, first_row, rows, x, x_stride) : status;
}

ae_status ae_gaussian_map_log_density(const ae_gaussian_map *map, const float *x, size_t rows, size_t x_stride,
                                      double *log_p)
{
    ae_status status;
    AEI_REQUIRE(map);
    if (map->k != map->d)
        return aei_fail(AE_ERROR_UNSUPPORTED, "A is %zu x %zu, the density needs a square one", map->d, map->k);
    if (!map->invertible)
        return aei_fail(AE_ERROR_UNSUPPORTED, "A is singular, so that there is no density");
    if (map->g.kind == AE_RELU)
        return aei_fail(AE_ERROR_UNSUPPORTED, "relu has an atom at 0, so that there is no density; see its masses");
    if (!aei_gaussian_map_has_inverse(map->g))
        return aei_fail(AE_ERROR_UNSUPPORTED, "%s is not strictly increasing, the density needs its inverse",
                        aei_activation_name(map->g.kind));
    status = aei_check_rows("x", rows, map->d, &x_stride);
    if (status != AE_OK || rows == 0)
        return status;
    AEI_REQUIRE(x);
    AEI_REQUIRE(log_p);
    return aei_gaussian_map_log_density(map, x, rows, x_stride, log_p);
}

static ae_status check_relu(const ae_gaussian_map *map)
{
    if (map->g.kind != AE_RELU)
        return aei_fail(AE_ERROR_UNSUPPORTED, "%s has no mass at 0, only relu has",
                        aei_activation_name(map->g.kind));
    return AE_OK;
}

static ae_status check_plane(const ae_gaussian_map *map)
{
    if (map->d > 2)
        return aei_fail(AE_ERROR_UNSUPPORTED, "A has %zu rows, this is known for 1 and 2", map->d);
    return AE_OK;
}

ae_status ae_gaussian_map_zero_mass(const ae_gaussian_map *map, double *each, double *all)
{
    ae_status status;
    AEI_REQUIRE(map);
    status = check_relu(map);
    if (status == AE_OK && all)
        status = check_plane(map);
    if (status != AE_OK)
        return status;
    for (size_t j = 0; each && j < map->d; j++)
        each[j] = aei_gaussian_map_zero_mass(map, j);
    if (all)
        *all = aei_gaussian_map_all_zero_mass(map);
    return AE_OK;
}

ae_status ae_gaussian_map_mixed_log_density(const ae_gaussian_map *map, const float *x, size_t rows, size_t x_stride,
                                            double *log_p)
{
    ae_status status;
    AEI_REQUIRE(map);
    status = check_relu(map);
    if (status == AE_OK)
        status = check_plane(map);
    if (status == AE_OK && !aei_gaussian_map_has_mixed_density(map))
        status = aei_fail(AE_ERROR_UNSUPPORTED, "a row of A is zero, or its rows are parallel: there is no density");
    if (status == AE_OK)
        status = aei_check_rows("x", rows, map->d, &x_stride);
    if (status != AE_OK || rows == 0)
        return status;
    AEI_REQUIRE(x);
    AEI_REQUIRE(log_p);
    aei_gaussian_map_mixed_log_density(map, x, rows, x_stride, log_p);
    return AE_OK;
}
