/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Principal components against linear autoencoders, which find the same plane by gradients. Argument: a PNG file for the
 * directions that each decoder draws along, one model a row. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>

#include "support/digits.h"
#include "support/picture.h"
#include "support/subspace.h"

enum { K = 8, MODELS = 4, DIRECTIONS = K * DIGIT_PIXELS };

/* The directions of a linear decoder: what each unit of the code adds to the image. */
static ae_status directions(const ae_model *model, float *out)
{
    float codes[(K + 1) * K] = {0}, x_hat[(K + 1) * DIGIT_PIXELS]; /* a row for each unit, the last one all 0 */
    for (int k = 0; k < K; k++)
        codes[k * K + k] = 1.0f;
    ae_status status = ae_decode(model, codes, K + 1, 0, x_hat, 0);
    for (int i = 0; status == AE_OK && i < DIRECTIONS; i++)
        out[i] = x_hat[i] - x_hat[DIRECTIONS + i % DIGIT_PIXELS];
    return status;
}

/* [linear] */
static ae_status linear(ae_model **out, const ae_dataset *train, int32_t tied, int32_t orthonormal)
{
    ae_model_options options; /* no hidden layers, no activations: x_hat = V (W x + b) + c */
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.latent_dim = K;
    options.tied = tied; /* V = W^T */
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 1000;
    training.batch_size = 64;
    training.learning_rate = 1e-2;
    training.schedule = AE_SCHEDULE_COSINE;
    training.orthonormal = orthonormal; /* W W^T = I after each step */
    ae_status status = ae_model_create(out, &options);
    return status == AE_OK ? ae_fit(*out, train, NULL, &training) : status;
}
/* [linear] */

int main(int argc, char **argv)
{
    static const char *const names[MODELS] = {"PCA", "untied", "tied", "tied, orthonormal"};
    static float drawn[MODELS * DIRECTIONS];
    digits d;
    ae_dataset *train = NULL, *test = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    for (int m = 0; status == AE_OK && m < MODELS; m++) {
        ae_model *model = NULL;
        ae_evaluation known = {.struct_size = sizeof known}, new = known;
        if (m > 0) {
            status = linear(&model, train, m >= 2, m == 3);
        } else {
            /* [pca] */
            double variances[K], total, kept = 0.0;
            status = ae_pca_fit(&model, train, K, NULL, variances, &total);
            for (int k = 0; k < K; k++)
                kept += variances[k];
            if (status == AE_OK) printf("%d components keep %.1f %% of the variance\n", K, 100 * kept / total);
            /* [pca] */
        }
        if (status == AE_OK) status = ae_evaluate(model, train, &known);
        if (status == AE_OK) status = ae_evaluate(model, test, &new);
        if (status == AE_OK) status = directions(model, drawn + m * DIRECTIONS);
        if (status == AE_OK)
            printf("%-18s squared error %.4f, on new digits %.4f; angle to PCA %.1e rad\n", names[m],
                   known.squared_error, new.squared_error,
                   largest_angle(drawn, drawn + m * DIRECTIONS, K, DIGIT_PIXELS));
        ae_model_free(model);
    }
    if (status == AE_OK &&
        picture_save_signed_rows(argc > 1 ? argv[1] : NULL, drawn, names, MODELS, DIGIT_SIDE, K) != 0)
        status = AE_ERROR_IO;
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
