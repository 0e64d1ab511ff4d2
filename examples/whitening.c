/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Principal components as a first step: codes of variance 1 that are not correlated, by the exact and by the randomised
 * solver. */
#include <autoencoder/autoencoder.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/digits.h"

enum { K = 16 };

/* The covariance of codes: [rows, K] is to be the identity; the largest entry's distance from that. */
static double distance_to_identity(const float *codes, size_t rows)
{
    double mean[K] = {0}, worst = 0;
    for (size_t i = 0; i < rows * K; i++)
        mean[i % K] += codes[i] / (double)rows;
    for (int a = 0; a < K; a++)
        for (int b = 0; b < K; b++) {
            double sum = 0;
            for (size_t r = 0; r < rows; r++)
                sum += (codes[r * K + (size_t)a] - mean[a]) * (codes[r * K + (size_t)b] - mean[b]);
            worst = fmax(worst, fabs(sum / (double)(rows - 1) - (a == b)));
        }
    return worst;
}

int main(void)
{
    digits d;
    ae_dataset *all = NULL;
    ae_model *model = NULL, *estimate = NULL;
    double exact[K], randomised[K], worst = 0;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = ae_dataset_from_memory(&all, NULL, d.pixels, d.rows, DIGIT_PIXELS, 0);
    float *codes = status == AE_OK ? malloc(d.rows * K * sizeof *codes) : NULL;
    if (status == AE_OK && !codes) status = AE_ERROR_NO_MEMORY;

    /* [whiten] */
    ae_pca_options options;
    ae_pca_options_init(&options, sizeof options);
    options.whiten = 1; /* code = (W (x - mean)) / deviations, each of variance 1; the decoder multiplies them back */
    if (status == AE_OK) status = ae_pca_fit(&model, all, K, &options, exact, NULL);
    if (status == AE_OK) status = ae_encode(model, d.pixels, d.rows, 0, codes, 0);
    /* [whiten] */
    if (status == AE_OK)
        printf("variances %.2f to %.2f; covariance of the whitened codes: the identity within %.1e\n", exact[0],
               exact[K - 1], distance_to_identity(codes, d.rows));

    /* [randomised] */
    options.solver = AE_PCA_RANDOMIZED; /* for many columns and rows; the default above 2000 of both */
    options.iterations = 8;             /* passes over the data, and */
    options.oversample = 10;            /* directions beyond K: more of either, nearer to the exact solver */
    if (status == AE_OK) status = ae_pca_fit(&estimate, all, K, &options, randomised, NULL);
    /* [randomised] */
    for (int k = 0; status == AE_OK && k < K; k++)
        worst = fmax(worst, fabs(randomised[k] / exact[k] - 1));
    if (status == AE_OK) printf("the randomised solver's variances: within %.1e of the exact ones\n", worst);
    free(codes);
    ae_model_free(model);
    ae_model_free(estimate);
    ae_dataset_free(all);
    digits_free(&d);
    return finish(status);
}
