/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Filling gaps: half of the pixels are masked, and the loss looks more or less at those. Prints the error of masked and
 * of other pixels. Then the same for Gaussian noise, clipped or not. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>

#include "support/digits.h"

static ae_status learn(ae_model **out, const ae_dataset *train, const ae_corruption *noise)
{
    const size_t hidden[] = {256};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.latent_dim = 64;
    options.output_activation = AE_SIGMOID;
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.corruption = noise;
    training.epochs = 60;
    training.batch_size = 32;
    training.schedule = AE_SCHEDULE_COSINE;
    ae_status status = ae_model_create(out, &options);
    return status == AE_OK ? ae_fit(*out, train, NULL, &training) : status;
}

typedef struct errors {
    double changed, other, all; /* mean squares: of pixels that the noise changed, of the others, of all */
} errors;

static ae_status measure(const digits *d, const ae_dataset *train, const ae_corruption *noise, errors *out)
{
    static float noisy[DIGIT_TESTS * DIGIT_PIXELS], restored[DIGIT_TESTS * DIGIT_PIXELS];
    const float *clean = digits_test(d);
    double sum[2] = {0}, count[2] = {1e-9, 1e-9}; /* there may be no other pixels */
    ae_model *model = NULL;
    ae_status status = learn(&model, train, noise);
    if (status == AE_OK) status = ae_corrupt(noise, 1, 0, clean, DIGIT_TESTS, DIGIT_PIXELS, 0, noisy, 0);
    if (status == AE_OK) status = ae_reconstruct(model, noisy, DIGIT_TESTS, 0, restored, 0);
    for (int i = 0; status == AE_OK && i < DIGIT_TESTS * DIGIT_PIXELS; i++) {
        const double error = restored[i] - clean[i];
        sum[noisy[i] != clean[i]] += error * error;
        count[noisy[i] != clean[i]]++;
    }
    *out = (errors){sum[1] / count[1], sum[0] / count[0], (sum[0] + sum[1]) / (count[0] + count[1])};
    ae_model_free(model);
    return status;
}

int main(void)
{
    static const double weights[][2] = {{1, 1}, {1, 0.3}, {1, 0}};
    digits d;
    ae_dataset *train = NULL, *test = NULL;
    errors error;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    for (int n = 0; status == AE_OK && n < 3; n++) {
        /* [emphasis] */
        ae_corruption gaps;
        ae_corruption_init(&gaps, sizeof gaps);
        gaps.kind = AE_CORRUPTION_MASK;
        gaps.rate = 0.5;
        gaps.value = 0.5;                        /* grey: not to be taken for paper or ink */
        gaps.emphasis_corrupted = weights[n][0]; /* in the loss: of the masked pixels, */
        gaps.emphasis_clean = weights[n][1];     /* and of the others; 1 and 0 ask only for what is missing */
        /* [emphasis] */
        status = measure(&d, train, &gaps, &error);
        if (status == AE_OK)
            printf("emphasis %g and %-3g: error of a masked pixel %.4f, of another %.4f\n", weights[n][0],
                   weights[n][1], error.changed, error.other);
    }
    for (int32_t clip = 0; status == AE_OK && clip < 2; clip++) {
        /* [clip] */
        ae_corruption noise;
        ae_corruption_init(&noise, sizeof noise);
        noise.kind = AE_CORRUPTION_GAUSSIAN;
        noise.deviation = 0.5;
        noise.clip = clip; /* 1: what leaves [0, 1] is set to its end, as a camera would */
        /* [clip] */
        status = measure(&d, train, &noise, &error);
        if (status == AE_OK)
            printf("Gaussian, %-11s: error of a pixel %.4f\n", clip ? "clipped" : "not clipped", error.all);
    }
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
