/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A Gaussian pushed through a layer.       z:[k] ~ N(0, I)   h = A z + b   X = g(h)   A:[d,k]  b:[d]
 *   h         N(b, A A^T)
 *   density   k = d, g strictly increasing: log p(x) = log N(g^-1(x); b, A A^T) - sum log g', and with w = A^-1 (h - b)
 *             log N(h; b, A A^T) = -|w|^2 / 2 - log |det A| - d/2 log(2 pi); A^-1 and det A by an LU factorisation
 *   ReLU      h_j <= 0 becomes an atom at X_j = 0
 * The arguments are checked by the caller. */
#ifndef AEI_SOLVERS_GAUSSIAN_MAP_H
#define AEI_SOLVERS_GAUSSIAN_MAP_H

#include <autoencoder/gaussian.h>
#include "kernels/activation.h"

struct ae_gaussian_map {
    ae_runtime *runtime;
    size_t d, k;
    aei_activation g;
    double *a;       /* [d,k] */
    double *b;       /* [d] */
    double *lu;      /* k = d: [d,d], L below the diagonal (its own is 1), U on and above it; of A with its rows ... */
    double *scale;   /* [d] ... multiplied by these, */
    size_t *order;   /* [d] then put in this order */
    double log_det;  /* log |det A| */
    bool invertible; /* k = d and A is not singular to working precision */
};

/* The object with a copy of A and b; NULL without memory. Free accepts half-built ones. */
ae_gaussian_map *aei_gaussian_map_new(ae_runtime *runtime, const float *a, size_t d, size_t k, size_t a_stride,
                                      const float *b, aei_activation g);
void aei_gaussian_map_free(ae_gaussian_map *map);

/* A A^T: [d,d]. */
void aei_gaussian_map_covariance(const ae_gaussian_map *map, double *covariance);

/* Mean and variance of X_j; of identity, ReLU and leaky ReLU. */
void aei_gaussian_map_moments(const ae_gaussian_map *map, size_t j, double *mean, double *variance);

ae_status aei_gaussian_map_sample(const ae_gaussian_map *map, uint64_t seed, uint64_t first_row, size_t rows, float *x,
                                  size_t x_stride);

/* Is g strictly increasing with an inverse in closed form? */
bool aei_gaussian_map_has_inverse(aei_activation g);

/* `invertible` must be true and g must have an inverse. */
ae_status aei_gaussian_map_log_density(const ae_gaussian_map *map, const float *x, size_t rows, size_t x_stride,
                                       double *log_p);

/* P(h_j <= 0); and P(h <= 0) for d <= 2. */
double aei_gaussian_map_zero_mass(const ae_gaussian_map *map, size_t j);
double aei_gaussian_map_all_zero_mass(const ae_gaussian_map *map);

/* For d <= 2: does A A^T have full rank? Then ReLU's parts have densities. */
bool aei_gaussian_map_has_mixed_density(const ae_gaussian_map *map);
void aei_gaussian_map_mixed_log_density(const ae_gaussian_map *map, const float *x, size_t rows, size_t x_stride,
                                        double *log_p);

#endif
