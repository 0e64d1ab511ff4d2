/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What does not fit is reconstructed badly: each digit in turn is left out of the training and has to be told from the
 * nine others by its reconstruction error. The AUROC is the chance that a random digit of the unknown class has a larger
 * error than a random test digit of the known ones; 0.5 is guessing. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/digits.h"

/* The AUROC by counting pairs: plain, and fast enough for some hundred rows. */
static double auroc(const float *known, size_t known_count, const float *unknown, size_t unknown_count)
{
    double wins = 0.0;
    for (size_t i = 0; i < unknown_count; i++)
        for (size_t k = 0; k < known_count; k++)
            wins += unknown[i] > known[k] ? 1.0 : unknown[i] == known[k] ? 0.5 : 0.0;
    return wins / ((double)known_count * (double)unknown_count);
}

/* A model of the rows, and the error of each row of two test sets. */
static ae_status score(const float *train, size_t rows, const float *known, size_t known_count, const float *unknown,
                       size_t unknown_count, float *known_errors, float *unknown_errors)
{
    const size_t hidden[] = {64};
    ae_model *model = NULL;
    ae_dataset *dataset = NULL;
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 30;
    training.batch_size = 32;
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.latent_dim = 8;
    options.output_activation = AE_SIGMOID;
    ae_status status = ae_dataset_from_memory(&dataset, NULL, train, rows, DIGIT_PIXELS, 0);
    if (status == AE_OK) status = ae_model_create(&model, &options);
    if (status == AE_OK) status = ae_fit(model, dataset, NULL, &training);
    /* [score] */
    if (status == AE_OK) status = ae_reconstruction_error(model, known, known_count, 0, AE_SQUARED_ERROR, known_errors);
    if (status == AE_OK)
        status = ae_reconstruction_error(model, unknown, unknown_count, 0, AE_SQUARED_ERROR, unknown_errors);
    /* [score] */
    ae_model_free(model);
    ae_dataset_free(dataset);
    return status;
}

int main(void)
{
    digits d;
    ae_status status = digits_read(&d, NULL);
    if (status != AE_OK) return finish(status);
    float *train = malloc(d.rows * DIGIT_PIXELS * sizeof *train),
          *known = malloc(d.rows * DIGIT_PIXELS * sizeof *known),
          *unknown = malloc(d.rows * DIGIT_PIXELS * sizeof *unknown), *errors = malloc(2 * d.rows * sizeof *errors);
    if (!train || !known || !unknown || !errors) return 1;

    double sum = 0.0;
    puts("unknown digit  AUROC");
    for (int left_out = 0; status == AE_OK && left_out < DIGIT_CLASSES; left_out++) {
        size_t train_rows = 0, known_rows = 0, unknown_rows = 0;
        for (size_t i = 0; i < d.rows; i++) {
            float *to = d.labels[i] == (float)left_out ? unknown + DIGIT_PIXELS * unknown_rows++
                        : i % 5 == 0                   ? known + DIGIT_PIXELS * known_rows++
                                                       : train + DIGIT_PIXELS * train_rows++;
            memcpy(to, d.pixels + DIGIT_PIXELS * i, DIGIT_PIXELS * sizeof *to);
        }
        status = score(train, train_rows, known, known_rows, unknown, unknown_rows, errors, errors + d.rows);
        if (status == AE_OK) {
            double area = auroc(errors, known_rows, errors + d.rows, unknown_rows);
            printf("      %d        %.3f\n", left_out, area);
            sum += area / DIGIT_CLASSES;
        }
    }
    if (status == AE_OK) printf("    mean       %.3f\n", sum);
    free(train);
    free(known);
    free(unknown);
    free(errors);
    digits_free(&d);
    return finish(status);
}
