/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Variational models, looking at codes, and generating data. */
#ifndef AUTOENCODER_VAE_H
#define AUTOENCODER_VAE_H

#include <autoencoder/dataset.h>
#include <autoencoder/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The whole of q(z|x) = N(mu, diag exp(log_var)) for rows.
 * @param model          a model of AE_CODE_GAUSSIAN
 * @param x              [rows, input_dim]
 * @param rows           number of samples; 0 does nothing
 * @param x_stride       floats from row to row; 0 means input_dim
 * @param mu             receives [rows, latent_dim]; the same as ae_encode() gives
 * @param mu_stride      floats from row to row; 0 means latent_dim
 * @param log_var        receives [rows, latent_dim], held within +-20
 * @param log_var_stride floats from row to row; 0 means latent_dim
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; UNSUPPORTED for another kind of model; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_vae_encode(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *mu,
                               size_t mu_stride, float *log_var, size_t log_var_stride);

/** Generates data: z from the prior N(0, I), x from the decoder. Row i is a function of (seed, i) alone.
 * @param model     a model of AE_CODE_GAUSSIAN
 * @param seed      the same seed gives the same rows
 * @param first_row number of the first row, to go on where another call ended; first_row + rows is at most 2^56
 * @param rows      how many; 0 does nothing
 * @param observe   0: x is the decoder's mean; 1: x is drawn from p(x|z), Bernoulli or N(mean, gamma^2 I)
 * @param x         receives [rows, output_dim]
 * @param x_stride  floats from row to row; 0 means output_dim
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; UNSUPPORTED for another kind of model; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_vae_sample(const ae_model *model, uint64_t seed, uint64_t first_row, size_t rows, int32_t observe,
                               float *x, size_t x_stride);

/** How a variational model does on a dataset, in nats. */
typedef struct ae_vae_evaluation {
    size_t struct_size;    /**< set it to sizeof the structure before the call */
    uint64_t rows;         /**< samples */
    double negative_elbo;  /**< reconstruction + kl: an upper bound of -log p(x), mean over rows */
    double reconstruction; /**< -log p(x|z), mean over rows and samples of z */
    double kl;             /**< KL(q(z|x) || N(0, I)), mean over rows */
    uint64_t active_units; /**< code units whose mu has a variance over the rows above 0.01 (Burda et al. 2016) */
} ae_vae_evaluation;

/** Evaluates a variational model.
 * @param model      a model of AE_CODE_GAUSSIAN
 * @param dataset    columns = input_dim
 * @param samples    samples of z for each row, at least 1
 * @param seed       of the samples
 * @param unit_kl    receives [latent_dim] mean KL of each unit, or NULL
 * @param evaluation receives the result
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; DATA; UNSUPPORTED for another kind of model; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_vae_evaluate(const ae_model *model, const ae_dataset *dataset, size_t samples, uint64_t seed,
                                 double *unit_kl, ae_vae_evaluation *evaluation);

/** How a model's codes use their units over a dataset. */
typedef struct ae_code_report {
    size_t struct_size;    /**< set it to sizeof the structure before the call */
    uint64_t rows;         /**< samples */
    double zero_fraction;  /**< share of code entries that are exactly 0 */
    uint64_t dead_units;   /**< units that are 0 for every row */
} ae_code_report;

/** Reports sparsity.
 * @param model       any model
 * @param dataset     columns = input_dim
 * @param mean        receives [latent_dim] mean activation of each unit, or NULL
 * @param active      receives [latent_dim] share of rows where the unit is not 0, or NULL
 * @param report      receives the summary
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; DATA; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_code_usage(const ae_model *model, const ae_dataset *dataset, double *mean, double *active,
                               ae_code_report *report);

/** The way from one code to another. */
enum ae_path_value {
    AE_PATH_LINEAR = 0,   /**< (1 - t) a + t b */
    AE_PATH_SPHERICAL = 1 /**< along the great circle, norms interpolated linearly (Shoemake 1985; White 2016); linear
                               where a and b are parallel */
};

/** Codes on the way from `a` to `b`, t = 0, 1/(steps-1), ..., 1. Decode them with ae_decode().
 * @param a      [dim]
 * @param b      [dim]
 * @param dim    width of a code
 * @param path   an ae_path_value
 * @param steps  at least 2
 * @param codes  receives [steps, dim] without gaps; the first is a, the last is b
 * @return AE_OK; INVALID_ARGUMENT
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_code_path(const float *a, const float *b, size_t dim, int32_t path, size_t steps, float *codes);

/** A grid of 2-D codes: the centres of side x side cells of the unit square, through the inverse normal distribution
 * function, so that each stands for the same mass of N(0, I) (Kingma and Welling 2013, figure 4).
 * @param side  at least 1
 * @param codes receives [side * side, 2] without gaps; row by row, the first coordinate grows within a row, the second
 *              falls from row to row, as on a chart
 * @return AE_OK; INVALID_ARGUMENT
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_code_grid(size_t side, float *codes);

#ifdef __cplusplus
}
#endif
#endif
