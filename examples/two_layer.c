/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Two layers to a code of K numbers and two layers back, for five K, beside one layer each. Argument: a PNG file for
 * test digits, and what K numbers keep of them. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>

#include "support/digits.h"
#include "support/picture.h"

enum { HIDDEN = 128, SHOWN = DIGIT_CLASSES, SIZES = 5, ROW = SHOWN * DIGIT_PIXELS };

static ae_status learn(ae_model **out, const ae_dataset *train, size_t k, size_t hidden_count)
{
    /* [model] */
    const size_t hidden[] = {HIDDEN};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden; /* the decoder mirrors them; more numbers here make it deeper */
    options.hidden_count = hidden_count;
    options.latent_dim = k;
    options.hidden_activation = AE_RELU;
    options.latent_activation = AE_RELU;
    options.output_activation = AE_SIGMOID; /* x_hat in (0, 1): how likely each pixel is ink, */
    options.loss = AE_BINARY_CROSS_ENTROPY; /* for data in [0, 1] */
    /* [model] */
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 100;
    training.batch_size = 32;
    training.learning_rate = 2e-3;
    training.schedule = AE_SCHEDULE_COSINE;
    ae_status status = ae_model_create(out, &options);
    return status == AE_OK ? ae_fit(*out, train, NULL, &training) : status;
}

int main(int argc, char **argv)
{
    static const size_t sizes[SIZES] = {2, 4, 8, 16, 32};
    static const char *const rows[1 + SIZES] = {"digits", "K = 2", "K = 4", "K = 8", "K = 16", "K = 32"};
    static float sheet[(1 + SIZES) * ROW];
    digits d;
    ae_dataset *train = NULL, *test = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    if (status == AE_OK) digits_one_of_each(&d, sheet);
    for (int n = 0; status == AE_OK && n < SIZES; n++) {
        printf("K = %2zu:", sizes[n]);
        for (size_t hidden = 0; status == AE_OK && hidden < 2; hidden++) {
            ae_model *model = NULL;
            ae_evaluation error = {.struct_size = sizeof error};
            status = learn(&model, train, sizes[n], hidden);
            if (status == AE_OK) status = ae_evaluate(model, test, &error);
            if (status == AE_OK)
                printf("%s cross-entropy %.2f, squared error %.2f", hidden ? "; two layers" : " one layer",
                       error.binary_cross_entropy, error.squared_error);
            if (status == AE_OK && hidden) status = ae_reconstruct(model, sheet, SHOWN, 0, sheet + (1 + n) * ROW, 0);
            ae_model_free(model);
        }
        putchar('\n');
    }
    if (status == AE_OK && picture_save_rows(argc > 1 ? argv[1] : NULL, sheet, rows, 1 + SIZES, DIGIT_SIDE, SHOWN) != 0)
        status = AE_ERROR_IO;
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
