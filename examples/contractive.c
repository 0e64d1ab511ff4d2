/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Contractive autoencoders: the penalty holds the Jacobian of the code small, which is measured here by finite
 * differences. Argument: a PNG file with test digits, and below, one model a row, how much each pixel moves the code. */
#include <autoencoder/autoencoder.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/digits.h"
#include "support/picture.h"

enum { CODE = 16, WEIGHTS = 4, SHOWN = DIGIT_CLASSES, ROW = SHOWN * DIGIT_PIXELS };

/* |d code / d x_i|^2 of one row for each pixel i, by central differences. Their sum is |J|_F^2. */
static ae_status sensitivity(const ae_model *model, const float *x, float *out)
{
    const float h = 1e-2f;
    float moved[2 * DIGIT_PIXELS * DIGIT_PIXELS], codes[2 * DIGIT_PIXELS * CODE];
    for (int i = 0; i < 2 * DIGIT_PIXELS; i++) {
        memcpy(moved + i * DIGIT_PIXELS, x, DIGIT_PIXELS * sizeof *x);
        moved[i * DIGIT_PIXELS + i / 2] += i % 2 ? h : -h;
    }
    ae_status status = ae_encode(model, moved, 2 * DIGIT_PIXELS, 0, codes, 0);
    for (int i = 0; status == AE_OK && i < DIGIT_PIXELS; i++) {
        out[i] = 0.0f;
        for (int k = 0; k < CODE; k++) {
            float slope = (codes[(2 * i + 1) * CODE + k] - codes[2 * i * CODE + k]) / (2 * h);
            out[i] += slope * slope;
        }
    }
    return status;
}

static ae_status learn(ae_model **out, const ae_dataset *train, double weight)
{
    /* [fit] */
    const size_t hidden[] = {64};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.latent_dim = CODE;
    options.hidden_activation = AE_SOFTPLUS;
    options.latent_activation = AE_SIGMOID; /* bounded: a small code and a large decoder would evade the penalty */
    options.output_activation = AE_SIGMOID;
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.contraction = weight; /* + weight * |d code / d x|_F^2 */
    /* [fit] */
    training.epochs = 60;
    training.batch_size = 32;
    training.learning_rate = 3e-3;
    training.schedule = AE_SCHEDULE_COSINE;
    ae_status status = ae_model_create(out, &options);
    return status == AE_OK ? ae_fit(*out, train, NULL, &training) : status;
}

int main(int argc, char **argv)
{
    static const double weights[WEIGHTS] = {0, 0.1, 1, 10};
    static const char *const rows[1 + WEIGHTS] = {"digits", "weight 0", "weight 0.1", "weight 1", "weight 10"};
    static float sheet[(1 + WEIGHTS) * ROW];
    digits d;
    float largest = 0.0f;
    ae_dataset *train = NULL, *test = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    if (status == AE_OK) digits_one_of_each(&d, sheet);
    for (int w = 0; status == AE_OK && w < WEIGHTS; w++) {
        ae_model *model = NULL;
        ae_evaluation error = {.struct_size = sizeof error};
        double norm = 0.0;
        status = learn(&model, train, weights[w]);
        if (status == AE_OK) status = ae_evaluate(model, test, &error);
        for (int r = 0; status == AE_OK && r < DIGIT_TESTS; r++) {
            float slopes[DIGIT_PIXELS];
            status = sensitivity(model, digits_test(&d) + r * DIGIT_PIXELS, slopes);
            for (int i = 0; status == AE_OK && i < DIGIT_PIXELS; i++)
                norm += slopes[i] / DIGIT_TESTS;
        }
        for (int n = 0; status == AE_OK && n < SHOWN; n++)
            status = sensitivity(model, sheet + n * DIGIT_PIXELS, sheet + (1 + w) * ROW + n * DIGIT_PIXELS);
        if (status == AE_OK)
            printf("weight %4g:  squared error %.3f, |J|_F^2 %.4f\n", weights[w], error.squared_error, norm);
        ae_model_free(model);
    }
    for (int i = ROW; i < (1 + WEIGHTS) * ROW; i++) /* one scale for all models */
        largest = fmaxf(largest, sheet[i]);
    for (int i = ROW; i < (1 + WEIGHTS) * ROW; i++)
        sheet[i] = sqrtf(sheet[i] / largest);
    if (status == AE_OK &&
        picture_save_rows(argc > 1 ? argv[1] : NULL, sheet, rows, 1 + WEIGHTS, DIGIT_SIDE, SHOWN) != 0)
        status = AE_ERROR_IO;
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
