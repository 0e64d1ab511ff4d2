/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Scaling inside the model: data comes and goes in its own units, the network sees features of similar size. */
#ifndef AUTOENCODER_SCALING_H
#define AUTOENCODER_SCALING_H

#include <autoencoder/dataset.h>
#include <autoencoder/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How the features of a model's input are scaled: x' = (x - offset) / scale, each feature with its own two numbers.
 * Where a feature has no spread (a constant; or with AE_SCALING_ROBUST equal quartiles) its scale is 1.
 *
 * Every call that takes rows of data takes them as they are and scales them; every call that gives rows of data gives
 * them scaled back: ae_reconstruct(), ae_decode(), ae_vae_sample(). What the model gives is scaled back, and targets
 * are scaled with the input's numbers, where output_dim is input_dim and the loss is not AE_SOFTMAX_CROSS_ENTROPY;
 * other outputs and targets are left alone.
 *
 * In scaled units are: all losses, errors and scores, the [0,1] that AE_BINARY_CROSS_ENTROPY asks for, what
 * ae_corruption does, the contractive penalty, and the gamma of AE_GAUSSIAN_LIKELIHOOD. */
typedef int32_t ae_scaling;

/** The values of ae_scaling. */
enum ae_scaling_value {
    AE_SCALING_NONE = 0,     /**< data as it is */
    AE_SCALING_MINMAX = 1,   /**< minimum, maximum - minimum: the rows it was fitted to fill [0, 1] */
    AE_SCALING_STANDARD = 2, /**< mean, standard deviation (divisor: the number of rows) */
    AE_SCALING_ROBUST = 3,   /**< median, difference of the quartiles (linear between neighbours): outliers
                                  do not count */
    AE_SCALING_GIVEN = 4     /**< numbers of the caller's, by ae_model_set_scaling() */
};

/** Fits a model's scaling to the rows of a dataset, usually those it will be trained on; ae_train_options.scaling makes
 * ae_fit() do so. It belongs before the training: the weights are not changed, so a trained model gives other results.
 * @param model   a model for the caller alone, with no trainer
 * @param dataset columns = input_dim
 * @param kind    AE_SCALING_MINMAX, AE_SCALING_STANDARD or AE_SCALING_ROBUST
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; DATA for a value that is not finite, or would not be when scaled; NO_MEMORY
 * @note Needs the model for itself. Since 0.1. */
AE_API ae_status ae_model_fit_scaling(ae_model *model, const ae_dataset *dataset, ae_scaling kind);

/** Sets a model's scaling to known numbers, such as those a model from elsewhere was trained with, or takes it away.
 * @param model  a model for the caller alone, with no trainer
 * @param offset [length], finite; copied. NULL with scale NULL and length 0: no scaling
 * @param scale  [length], each at least FLT_MIN and finite; copied
 * @param length input_dim
 * @return AE_OK; INVALID_ARGUMENT; SHAPE for another length; DATA for a number out of its range; NO_MEMORY
 * @note Needs the model for itself. Since 0.1. */
AE_API ae_status ae_model_set_scaling(ae_model *model, const float *offset, const float *scale, size_t length);

/** What a model's scaling is.
 * @param model NULL gives AE_SCALING_NONE
 * @return an ae_scaling
 * @note Any thread. Since 0.1. */
AE_API ae_scaling ae_model_scaling(const ae_model *model);

/** Copies a model's scaling out; without one all offsets are 0 and all scales 1.
 * @param model  any model
 * @param offset receives [length]
 * @param scale  receives [length]
 * @param length capacity of each; must be input_dim
 * @return AE_OK; INVALID_ARGUMENT; SHAPE for another length
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_model_get_scaling(const ae_model *model, float *offset, float *scale, size_t length);

#ifdef __cplusplus
}
#endif
#endif
