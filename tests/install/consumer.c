/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A program outside the source tree: trains a small autoencoder and encodes with it. */
#include <autoencoder/autoencoder.h>
#include <stdio.h>

enum { ROWS = 64, WIDTH = 8 };

int main(void)
{
    float x[ROWS * WIDTH], code[ROWS * 2];
    for (int row = 0; row < ROWS; row++)
        for (int column = 0; column < WIDTH; column++)
            x[row * WIDTH + column] = (row % 8 == column) ? 1.0f : 0.0f;

    ae_model_options shape;
    ae_model_options_init(&shape, sizeof shape);
    shape.input_dim = WIDTH;
    shape.latent_dim = 2;
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 50;
    training.batch_size = 16;
    training.learning_rate = 0.02;
    ae_evaluation before = {0}, after = {0};
    before.struct_size = after.struct_size = sizeof before;

    ae_model *model = NULL;
    ae_dataset *data = NULL;
    int ok = ae_dataset_from_memory(&data, NULL, x, ROWS, WIDTH, 0) == AE_OK &&
             ae_model_create(&model, &shape) == AE_OK && ae_evaluate(model, data, &before) == AE_OK &&
             ae_fit(model, data, NULL, &training) == AE_OK && ae_evaluate(model, data, &after) == AE_OK &&
             ae_encode(model, x, ROWS, 0, code, 0) == AE_OK && after.squared_error < before.squared_error;
    printf("autoencoder %s: squared error %g -> %g %s\n", ae_version(), before.squared_error, after.squared_error,
           ok ? "" : ae_last_error());
    ae_dataset_free(data);
    ae_model_free(model);
    return ok ? 0 : 1;
}
