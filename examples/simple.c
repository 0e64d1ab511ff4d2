/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The simple autoencoder: one ReLU layer to the code and one ReLU layer back, with a price on the code. Argument: a PNG
 * file for test digits, and what is left of them at four prices. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>

#include "support/digits.h"
#include "support/picture.h"

enum { UNITS = 100, SHOWN = DIGIT_CLASSES, PRICES = 4, ROW = SHOWN * DIGIT_PIXELS };

static ae_status learn(ae_model **out, const ae_dataset *train, double lambda)
{
    /* [model] */
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.latent_dim = UNITS;
    options.latent_activation = AE_RELU; /* h = ReLU(W x + b): no less than 0, and often 0 */
    options.output_activation = AE_RELU; /* x_hat = ReLU(W~ h + b~): there is no negative ink */
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.code_l1 = lambda;    /* |x_hat - x|^2 + lambda |h|_1, */
    training.weight_decay = 3e-3; /* where a small h and a large W~ must not evade the price */
    /* [model] */
    training.epochs = 60;
    training.batch_size = 32;
    training.learning_rate = 3e-3;
    training.schedule = AE_SCHEDULE_COSINE;
    ae_status status = ae_model_create(out, &options);
    return status == AE_OK ? ae_fit(*out, train, NULL, &training) : status;
}

int main(int argc, char **argv)
{
    static const double lambdas[PRICES] = {0, 0.1, 0.3, 1};
    static const char *const rows[1 + PRICES] = {"digits", "lambda 0", "lambda 0.1", "lambda 0.3", "lambda 1"};
    static float sheet[(1 + PRICES) * ROW];
    digits d;
    ae_dataset *train = NULL, *test = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    if (status == AE_OK) digits_one_of_each(&d, sheet);
    for (int n = 0; status == AE_OK && n < PRICES; n++) {
        ae_model *model = NULL;
        ae_evaluation error = {.struct_size = sizeof error};
        ae_code_report usage = {.struct_size = sizeof usage};
        status = learn(&model, train, lambdas[n]);
        if (status == AE_OK) status = ae_evaluate(model, test, &error);
        if (status == AE_OK) status = ae_code_usage(model, test, NULL, NULL, &usage);
        if (status == AE_OK) status = ae_reconstruct(model, sheet, SHOWN, 0, sheet + (1 + n) * ROW, 0);
        if (status == AE_OK)
            printf("lambda %3g: squared error %.3f; %4.1f of %d units a digit; %d never on\n", lambdas[n],
                   error.squared_error, UNITS * (1 - usage.zero_fraction), (int)UNITS, (int)usage.dead_units);
        ae_model_free(model);
    }
    if (status == AE_OK &&
        picture_save_rows(argc > 1 ? argv[1] : NULL, sheet, rows, 1 + PRICES, DIGIT_SIDE, SHOWN) != 0)
        status = AE_ERROR_IO;
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
