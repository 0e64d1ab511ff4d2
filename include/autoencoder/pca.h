/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Principal component analysis by an exact or a randomised solver. The result is an ordinary model. */
#ifndef AUTOENCODER_PCA_H
#define AUTOENCODER_PCA_H

#include <autoencoder/dataset.h>
#include <autoencoder/model.h>
#include <autoencoder/scaling.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How the components are found. */
enum ae_pca_solver_value {
    AE_PCA_AUTO = 0,      /**< exact where the smaller side of the data is at most 2000, else randomised */
    AE_PCA_EXACT = 1,     /**< eigenvectors of the covariance matrix, or of the rows' inner products where there are fewer
                               rows than columns */
    AE_PCA_RANDOMIZED = 2 /**< subspace iteration from a random start (Halko, Martinsson and Tropp 2011, algorithm 4.4):
                               with the default options, variances within 0.1 % of the exact ones on MNIST's digits for
                               k = 30, 0.4 % for 64, 2.4 % for 128; a larger `oversample` makes them exact */
};

/** Options of ae_pca_fit(); set them up with ae_pca_options_init(). */
typedef struct ae_pca_options {
    size_t struct_size;  /**< set by ae_pca_options_init() */
    ae_runtime *runtime; /**< NULL: the default */
    uint64_t seed;       /**< of AE_PCA_RANDOMIZED; default 0 */
    int32_t solver;      /**< an ae_pca_solver_value; default AE_PCA_AUTO */
    int32_t center;      /**< 1: the mean is taken off first, default; 0: it is not */
    int32_t whiten;      /**< 1: codes are scaled to variance 1, and back by the decoder; components without variance,
                              less than 1e-10 of the largest, give code 0. Default 0 */
    uint32_t iterations; /**< of AE_PCA_RANDOMIZED: passes over the data; at least 1, default 8 */
    size_t oversample;   /**< of AE_PCA_RANDOMIZED: directions beyond k; default 10 */
    const ae_cancel *cancel; /**< ends the work with AE_ERROR_CANCELLED; NULL, the default: none */
    ae_scaling scaling;  /**< what the model does to the data before all else, fitted to it; AE_SCALING_STANDARD gives the
                              components of the correlation matrix. Default AE_SCALING_NONE */
    int32_t reserved;    /**< 0 */
} ae_pca_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_pca_options_init(ae_pca_options *options, size_t struct_size);

/** Finds the k orthonormal directions of the largest variance, and makes a model of them: code = W (x - mean),
 * x_hat = W^T code + mean, AE_SQUARED_ERROR. Among all linear autoencoders with k units it has the smallest squared error
 * on this data (Eckart and Young 1936; Baldi and Hornik 1989). Each row of W has its largest entry positive. Constant
 * columns, and data of rank below k, are fine.
 * @param out       receives the model; NULL on failure. It can be used, saved and trained further like any other
 * @param dataset   at least k rows and columns
 * @param k         width of the code, at least 1
 * @param options   NULL for the defaults
 * @param variances receives [k] variances along the components, descending, with divisor rows - 1 (rows without centring
 *                  or with one row), of the scaled data; or NULL
 * @param total     receives the variance of the data, so that variances / total are explained shares; or NULL
 * @return AE_OK; INVALID_ARGUMENT, also for k above rows or columns; DATA; NUMERIC where no float holds what the values
 *         make of the model; CANCELLED; NO_MEMORY. On failure nothing is written but *out
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_pca_fit(ae_model **out, const ae_dataset *dataset, size_t k, const ae_pca_options *options,
                            double *variances, double *total);

#ifdef __cplusplus
}
#endif
#endif
