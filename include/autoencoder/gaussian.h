/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * A Gaussian pushed through a layer: h = A z + b with z ~ N(0, I), X = g(h), g an activation entry by entry. What can be
 * said about X exactly is said here, in double; what a deep decoder makes of its z can only be sampled, see
 * ae_vae_sample(). */
#ifndef AUTOENCODER_GAUSSIAN_H
#define AUTOENCODER_GAUSSIAN_H

#include <autoencoder/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The distribution of X = g(A z + b), z ~ N(0, I). It never changes, so any number of threads may use it at once. */
typedef struct ae_gaussian_map ae_gaussian_map;

/** Creates the distribution of g(A z + b). Weight and bias of a dense layer fit as ae_model_get_tensor() gives them.
 * @param out        receives it; NULL on failure. Free it with ae_gaussian_map_free()
 * @param runtime    NULL for the default
 * @param a          A: [dim, latent_dim], finite; copied
 * @param dim        d, entries of h and X; at least 1
 * @param latent_dim k, entries of z; at least 1
 * @param a_stride   floats from row to row of A; 0 means latent_dim
 * @param b          [dim], finite; copied. NULL: zeros
 * @param activation g
 * @param parameter  a of leaky ReLU and ELU; 0: the activation's default
 * @return AE_OK; INVALID_ARGUMENT; SHAPE for a stride below the width; DATA for a value that is not finite; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_gaussian_map_create(ae_gaussian_map **out, ae_runtime *runtime, const float *a, size_t dim,
                                        size_t latent_dim, size_t a_stride, const float *b, ae_activation activation,
                                        double parameter);

/** @param map NULL is fine
 * @note Any thread, once. Since 0.1. */
AE_API void ae_gaussian_map_free(ae_gaussian_map *map);

/** Entries of h and X.
 * @param map NULL gives 0
 * @return dim
 * @note Any thread. Since 0.1. */
AE_API size_t ae_gaussian_map_dim(const ae_gaussian_map *map);

/** Entries of z.
 * @param map NULL gives 0
 * @return latent_dim
 * @note Any thread. Since 0.1. */
AE_API size_t ae_gaussian_map_latent_dim(const ae_gaussian_map *map);

/** Moments of h = A z + b, which is exactly N(b, A A^T).
 * @param map        the distribution
 * @param mean       receives b: [dim], or NULL
 * @param covariance receives A A^T: [dim, dim] without gaps, or NULL
 * @return AE_OK; INVALID_ARGUMENT
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_gaussian_map_hidden_moments(const ae_gaussian_map *map, double *mean, double *covariance);

/** Moments of each X_j alone, in closed form. With s the deviation of h_j, t = b_j / s, and phi, Phi the standard normal
 * density and distribution function, a rectified normal has E X_j = s (phi(t) + t Phi(t)) and
 * E X_j^2 = s^2 ((1 + t^2) Phi(t) + t phi(t)).
 * @param map      the distribution, of AE_IDENTITY, AE_RELU or AE_LEAKY_RELU
 * @param mean     receives E X_j: [dim], or NULL
 * @param variance receives Var X_j: [dim], or NULL
 * @return AE_OK; INVALID_ARGUMENT; UNSUPPORTED for another activation
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_gaussian_map_moments(const ae_gaussian_map *map, double *mean, double *variance);

/** Draws rows of X. Row i is a function of (seed, i) alone, and its z is that of ae_vae_sample() for the same seed.
 * X is computed as a layer computes it, in float: beyond its range X is infinite, and where h is far out a bounded g
 * reaches the end of its range (tanh from h = 9.1 on), where the density is 0.
 * @param map       the distribution
 * @param seed      the same seed gives the same rows
 * @param first_row number of the first row, to go on where another call ended; first_row + rows is at most 2^56
 * @param rows      how many; 0 does nothing
 * @param x         receives [rows, dim]
 * @param x_stride  floats from row to row; 0 means dim
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_gaussian_map_sample(const ae_gaussian_map *map, uint64_t seed, uint64_t first_row, size_t rows,
                                        float *x, size_t x_stride);

/** Log density of X at rows, in nats, by change of variables: with h = g^-1(x) entry by entry,
 *
 *     log p(x) = log N(h; b, A A^T) - sum_j log |g'(h_j)|,
 *
 * so with AE_IDENTITY the log density of h itself. It exists where A is square and invertible and g is strictly
 * increasing: AE_IDENTITY, AE_LEAKY_RELU, AE_ELU, AE_SOFTPLUS, AE_TANH, AE_SIGMOID. At a kink of g the left side's g'
 * counts.
 * @param map      the distribution
 * @param x        [rows, dim]; a row with NaN gives NaN
 * @param rows     number of rows; 0 does nothing
 * @param x_stride floats from row to row; 0 means dim
 * @param log_p    receives [rows]; -infinity for rows with an entry outside the open range of g
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; UNSUPPORTED where X has no density, or none in closed form; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_gaussian_map_log_density(const ae_gaussian_map *map, const float *x, size_t rows, size_t x_stride,
                                             double *log_p);

/** What ReLU moves to 0: P(X_j = 0) = Phi(-b_j / s_j), with s_j the deviation of h_j (0 or 1 where that is 0), and for
 * dim 2 P(X_1 = X_2 = 0), the bivariate normal distribution function at (-b_1 / s_1, -b_2 / s_2), by Plackett's integral
 * (1954) over the correlation and a double exponential quadrature; absolute error below 1e-14, for any correlation.
 * P(X_1 = 0, X_2 > 0) is the difference of the two.
 * @param map  the distribution, of AE_RELU
 * @param each receives P(X_j = 0): [dim], or NULL
 * @param all  receives P(X = 0), for dim 1 or 2; or NULL
 * @return AE_OK; INVALID_ARGUMENT; UNSUPPORTED for another activation, or `all` for a larger dim
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_gaussian_map_zero_mass(const ae_gaussian_map *map, double *each, double *all);

/** Log density of X = ReLU(h) for dim 1 or 2, in nats, part by part: where all entries are positive, the density of N(b,
 * A A^T); where one of two is 0, the density of the other along that edge, N(x_i; b_i, s_i^2) P(h_j <= 0 | h_i = x_i);
 * where all are 0, the mass there (ae_gaussian_map_zero_mass()). The plane's integral, the edges' integrals and the mass
 * add up to 1.
 * @param map      the distribution, of AE_RELU, with latent_dim at least dim and the rows of A not parallel
 * @param x        [rows, dim]; a row with NaN gives NaN
 * @param rows     number of rows; 0 does nothing
 * @param x_stride floats from row to row; 0 means dim
 * @param log_p    receives [rows]; -infinity for rows with a negative entry
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; UNSUPPORTED for another activation, a larger dim or parallel rows of A
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_gaussian_map_mixed_log_density(const ae_gaussian_map *map, const float *x, size_t rows,
                                                   size_t x_stride, double *log_p);

#ifdef __cplusplus
}
#endif
#endif
