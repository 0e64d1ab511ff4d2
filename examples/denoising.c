/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Denoising autoencoders: trained on corrupted digits to give the clean ones, for three kinds of noise. Argument: a PNG
 * file with test digits, and for each kind the noisy and the restored ones below. */
#include <autoencoder/autoencoder.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/digits.h"
#include "support/picture.h"

enum { SHOWN = DIGIT_CLASSES, KINDS = 3, ROW = SHOWN * DIGIT_PIXELS };

/* Peak signal-to-noise ratio in dB, pixels being in [0, 1]. */
static double psnr(const float *x, const float *clean, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += (x[i] - clean[i]) * (x[i] - clean[i]);
    return -10.0 * log10(sum / (double)count);
}

static ae_status learn(ae_model **out, const ae_dataset *train, const ae_corruption *noise)
{
    const size_t hidden[] = {256};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.latent_dim = 64; /* as wide as the input: the noise keeps it from a mere copy */
    options.output_activation = AE_SIGMOID;
    /* [fit] */
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.corruption = noise; /* new noise in each epoch; the loss is against the clean rows */
    training.epochs = 60;
    training.batch_size = 32;
    training.schedule = AE_SCHEDULE_COSINE;
    ae_status status = ae_model_create(out, &options);
    if (status == AE_OK) status = ae_fit(*out, train, NULL, &training);
    /* [fit] */
    return status;
}

int main(int argc, char **argv)
{
    static const char *const names[KINDS] = {"Gaussian, sd 0.5", "half masked", "salt and pepper"};
    const char *const rows[] = {"clean", names[0], "restored", names[1], "restored", names[2], "restored"};
    static float noisy[DIGIT_TESTS * DIGIT_PIXELS], restored[DIGIT_TESTS * DIGIT_PIXELS];
    static float sheet[(1 + 2 * KINDS) * ROW];
    digits d;
    ae_dataset *train = NULL, *test = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    if (status == AE_OK) digits_one_of_each(&d, sheet);
    for (int n = 0; status == AE_OK && n < KINDS; n++) {
        /* [noise] */
        ae_corruption noise;
        ae_corruption_init(&noise, sizeof noise);
        if (n == 0) {
            noise.kind = AE_CORRUPTION_GAUSSIAN;
            noise.deviation = 0.5;
        } else {
            noise.kind = n == 1 ? AE_CORRUPTION_MASK : AE_CORRUPTION_SALT_PEPPER;
            noise.rate = n == 1 ? 0.5 : 0.3; /* of the pixels */
        }
        /* [noise] */
        ae_model *model = NULL;
        const float *clean = digits_test(&d);
        float *row = sheet + (1 + 2 * n) * ROW;
        status = learn(&model, train, &noise);
        /* [restore] */
        if (status == AE_OK)
            status = ae_corrupt(&noise, 1, 0, clean, DIGIT_TESTS, DIGIT_PIXELS, 0, noisy, 0); /* another seed */
        if (status == AE_OK) status = ae_reconstruct(model, noisy, DIGIT_TESTS, 0, restored, 0);
        /* [restore] */
        if (status == AE_OK)
            printf("%-16s  PSNR %5.2f dB noisy, %5.2f dB restored\n", names[n],
                   psnr(noisy, clean, DIGIT_TESTS * DIGIT_PIXELS), psnr(restored, clean, DIGIT_TESTS * DIGIT_PIXELS));
        if (status == AE_OK) status = ae_corrupt(&noise, 2, 0, sheet, SHOWN, DIGIT_PIXELS, 0, row, 0);
        if (status == AE_OK) status = ae_reconstruct(model, row, SHOWN, 0, row + ROW, 0);
        ae_model_free(model);
    }
    if (status == AE_OK &&
        picture_save_rows(argc > 1 ? argv[1] : NULL, sheet, rows, 1 + 2 * KINDS, DIGIT_SIDE, SHOWN) != 0)
        status = AE_ERROR_IO;
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
