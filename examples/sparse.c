/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Codes that are mostly zero: 100 units for 64 pixels, kept quiet by an L1 penalty, by a target for their mean activation,
 * or by letting only the largest few through. Argument: a PNG file for what the busiest units draw, one model a row. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <string.h>

#include "support/digits.h"
#include "support/picture.h"

enum { UNITS = 100, SHOWN = 16, MODELS = 4 };

static ae_status make(ae_model **out, const ae_dataset *train, int which)
{
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.latent_dim = UNITS;
    options.latent_activation = AE_RELU; /* a code that can be exactly 0 */
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 60;
    training.batch_size = 32;
    training.learning_rate = 3e-3;
    training.schedule = AE_SCHEDULE_COSINE;
    training.weight_decay = 3e-3; /* else small codes and large decoder weights would evade the penalties */
    switch (which) {
    case 1:
        /* [l1] */
        training.code_l1 = 0.3; /* + 0.3 * sum_j |code_j| */
        /* [l1] */
        break;
    case 2:
        /* [kl] */
        options.latent_activation = AE_SIGMOID; /* activations in (0, 1) */
        training.sparsity_weight = 0.3;         /* + 0.3 * sum_j KL(rho || mean of code_j) */
        training.sparsity_target = 0.05;        /* rho */
        /* [kl] */
        break;
    case 3:
        /* [topk] */
        options.code = AE_CODE_TOPK;
        options.topk = 8; /* of the 100; no penalty needed */
        /* [topk] */
        break;
    default:
        break;
    }
    ae_status status = ae_model_create(out, &options);
    return status == AE_OK ? ae_fit(*out, train, NULL, &training) : status;
}

/* What the SHOWN units of the largest mean activation add to the image, the decoder being linear. */
static ae_status draw_busiest(const ae_model *model, const double *mean, float *out)
{
    static float codes[(SHOWN + 1) * UNITS], x_hat[(SHOWN + 1) * DIGIT_PIXELS]; /* the last code is all 0 */
    int taken[UNITS] = {0};
    memset(codes, 0, sizeof codes);
    for (int n = 0; n < SHOWN; n++) {
        int best = -1;
        for (int unit = 0; unit < UNITS; unit++)
            if (!taken[unit] && (best < 0 || mean[unit] > mean[best])) best = unit;
        taken[best] = 1;
        codes[n * UNITS + best] = 1.0f;
    }
    ae_status status = ae_decode(model, codes, SHOWN + 1, 0, x_hat, 0);
    for (int i = 0; status == AE_OK && i < SHOWN * DIGIT_PIXELS; i++)
        out[i] = x_hat[i] - x_hat[SHOWN * DIGIT_PIXELS + i % DIGIT_PIXELS];
    return status;
}

int main(int argc, char **argv)
{
    static const char *const names[MODELS] = {"no penalty", "L1", "KL to 0.05", "8 largest"};
    static float drawn[MODELS * SHOWN * DIGIT_PIXELS];
    digits d;
    ae_dataset *train = NULL, *test = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    for (int m = 0; status == AE_OK && m < MODELS; m++) {
        ae_model *model = NULL;
        ae_evaluation error = {.struct_size = sizeof error};
        status = make(&model, train, m);
        if (status == AE_OK) status = ae_evaluate(model, test, &error);
        /* [usage] */
        double mean[UNITS]; /* activation of each unit */
        ae_code_report usage = {.struct_size = sizeof usage};
        if (status == AE_OK) status = ae_code_usage(model, test, mean, NULL, &usage);
        /* [usage] */
        double overall = 0.0;
        for (int unit = 0; unit < UNITS; unit++)
            overall += mean[unit] / UNITS;
        if (status == AE_OK)
            printf("%-10s  squared error %5.3f; mean activation %.3f; %4.1f %% of the code is 0; %d dead units\n",
                   names[m], error.squared_error, overall, 100 * usage.zero_fraction, (int)usage.dead_units);
        if (status == AE_OK) status = draw_busiest(model, mean, drawn + m * SHOWN * DIGIT_PIXELS);
        ae_model_free(model);
    }
    if (status == AE_OK &&
        picture_save_signed_rows(argc > 1 ? argv[1] : NULL, drawn, names, MODELS, DIGIT_SIDE, SHOWN) != 0)
        status = AE_ERROR_IO;
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
