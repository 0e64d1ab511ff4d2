/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * libautoencoder: autoencoders inside your own program.
 *
 *     ae_model_options options;
 *     ae_model_options_init(&options, sizeof options);
 *     size_t hidden[] = {32};
 *     options.input_dim = 64, options.hidden_dims = hidden, options.hidden_count = 1, options.latent_dim = 8;
 *     options.output_activation = AE_SIGMOID, options.loss = AE_BINARY_CROSS_ENTROPY;
 *
 *     ae_model *model = NULL;
 *     ae_dataset *digits = NULL;
 *     ae_status status = ae_dataset_read_csv(&digits, "digits.csv", NULL);
 *     if (status == AE_OK) status = ae_model_create(&model, &options);
 *     if (status == AE_OK) status = ae_fit(model, digits, NULL, NULL);
 *     if (status == AE_OK) status = ae_encode(model, pixels, rows, 0, codes, 0);
 *     if (status != AE_OK) fprintf(stderr, "%s\n", ae_last_error());
 *
 * Conventions, everywhere: numbers are float32; a batch is row-major, one sample a row, with its number of rows and its
 * stride (floats from row to row; 0 means rows follow each other without a gap) given; losses are **summed over
 * features and averaged over samples**. Calls return an ae_status; ae_last_error() has one line about the last failure.
 * Objects are opaque, each with its own free function, which accepts NULL. Create functions take the place of the new
 * object first and set it to NULL on failure. Option structs are set up by their init function, which knows the
 * defaults; NULL options are the defaults. The library never prints, exits, changes the locale, the signals or the
 * floating-point mode, and has no global settings. */
#ifndef AUTOENCODER_AUTOENCODER_H
#define AUTOENCODER_AUTOENCODER_H

#include <autoencoder/export.h>
#include <autoencoder/version.h>
#include <autoencoder/status.h>
#include <autoencoder/runtime.h>
#include <autoencoder/dataset.h>
#include <autoencoder/model.h>
#include <autoencoder/scaling.h>
#include <autoencoder/train.h>
#include <autoencoder/infer.h>
#include <autoencoder/score.h>
#include <autoencoder/vae.h>
#include <autoencoder/pca.h>
#include <autoencoder/dictionary.h>
#include <autoencoder/gaussian.h>
#include <autoencoder/file.h>
#include <autoencoder/exchange.h>

#endif
