/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Using a trained model. All functions read the caller's rows in place, allocate nothing once each thread that calls at
 * the same time has called before (up to 64 threads), and leave the outputs untouched on failure. Values that are not
 * finite go through as they are, but not into a cross-entropy. Rows are in the units of the data, errors in those of
 * the scaled features, see ae_scaling. Outputs may not overlap inputs. The last bits of a row may depend on how many rows a
 * call has, except with AE_KERNELS_REFERENCE; the same call always gives the same bytes. */
#ifndef AUTOENCODER_INFER_H
#define AUTOENCODER_INFER_H

#include <autoencoder/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Encodes rows: codes = encoder(x).
 * @param model        any model
 * @param x            [rows, input_dim]
 * @param rows         number of samples; 0 does nothing
 * @param x_stride     floats from row to row; 0 means input_dim
 * @param codes        receives [rows, latent_dim]
 * @param codes_stride floats from row to row; 0 means latent_dim
 * @return AE_OK; INVALID_ARGUMENT; SHAPE for a stride below the width; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_encode(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *codes,
                           size_t codes_stride);

/** Decodes codes: x_hat = decoder(codes).
 * @param model        any model
 * @param codes        [rows, latent_dim]
 * @param rows         number of codes; 0 does nothing
 * @param codes_stride floats from row to row; 0 means latent_dim
 * @param x_hat        receives [rows, output_dim]
 * @param x_hat_stride floats from row to row; 0 means output_dim
 * @return AE_OK; INVALID_ARGUMENT; SHAPE for a stride below the width; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_decode(const ae_model *model, const float *codes, size_t rows, size_t codes_stride, float *x_hat,
                           size_t x_hat_stride);

/** Encodes and decodes rows: x_hat = decoder(encoder(x)).
 * @param model        any model
 * @param x            [rows, input_dim]
 * @param rows         number of samples; 0 does nothing
 * @param x_stride     floats from row to row; 0 means input_dim
 * @param x_hat        receives [rows, output_dim]
 * @param x_hat_stride floats from row to row; 0 means output_dim
 * @return AE_OK; INVALID_ARGUMENT; SHAPE for a stride below the width; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_reconstruct(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *x_hat,
                                size_t x_hat_stride);

/** Reconstruction error of each row, summed over features: high where a row is unlike the training data.
 * @param model    any model
 * @param x        [rows, input_dim]
 * @param rows     number of samples; 0 does nothing
 * @param x_stride floats from row to row; 0 means input_dim
 * @param loss     AE_SQUARED_ERROR, or AE_BINARY_CROSS_ENTROPY (in nats) for a model whose output is AE_SIGMOID
 * @param errors   receives [rows]
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; UNSUPPORTED for a loss the model does not have; DATA for a cross-entropy of
 *         rows outside [0,1]; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_reconstruction_error(const ae_model *model, const float *x, size_t rows, size_t x_stride,
                                         ae_loss loss, float *errors);

#ifdef __cplusplus
}
#endif
#endif
