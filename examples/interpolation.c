/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* From one digit to another: blending the pixels, walking straight between the codes of a variational model, and along the
 * great circle. Argument: a PNG file for two pairs, each with its three ways. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <stdlib.h>

#include "support/digits.h"
#include "support/picture.h"

enum { CODE = 8, STEPS = 11, WAYS = 3, STRIP = STEPS * DIGIT_PIXELS, SHOWN = 2, PAIRS = 100 };

static ae_status learn(ae_model **out, const ae_dataset *train)
{
    const size_t hidden[] = {256, 128};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden;
    options.hidden_count = 2;
    options.latent_dim = CODE;
    options.code = AE_CODE_GAUSSIAN;
    options.loss = AE_GAUSSIAN_LIKELIHOOD;
    options.noise = AE_NOISE_OPTIMAL;
    options.output_activation = AE_SIGMOID;
    options.dropout = 0.1;
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 150;
    training.batch_size = 64;
    training.schedule = AE_SCHEDULE_COSINE;
    ae_status status = ae_model_create(out, &options);
    return status == AE_OK ? ae_fit(*out, train, NULL, &training) : status;
}

/* The way between two rows through a model's codes: [STEPS, DIGIT_PIXELS]. */
static ae_status walk(const ae_model *model, const float *a, const float *b, int32_t path, float *images)
{
    /* [path] */
    float from[CODE], to[CODE], codes[STEPS * CODE];
    ae_status status = ae_encode(model, a, 1, 0, from, 0); /* mu(a) */
    if (status == AE_OK) status = ae_encode(model, b, 1, 0, to, 0);
    if (status == AE_OK) status = ae_code_path(from, to, CODE, path, STEPS, codes); /* or AE_PATH_SPHERICAL */
    if (status == AE_OK) status = ae_decode(model, codes, STEPS, 0, images, 0);
    /* [path] */
    return status;
}

/* The three ways from digit a to digit b: [WAYS, STEPS, DIGIT_PIXELS]. */
static ae_status three_ways(const ae_model *model, const float *a, const float *b, float *images)
{
    ae_status status = ae_code_path(a, b, DIGIT_PIXELS, AE_PATH_LINEAR, STEPS, images); /* pixels are numbers as well */
    if (status == AE_OK) status = walk(model, a, b, AE_PATH_LINEAR, images + STRIP);
    if (status == AE_OK) status = walk(model, a, b, AE_PATH_SPHERICAL, images + 2 * STRIP);
    return status;
}

int main(int argc, char **argv)
{
    static const char *const names[WAYS] = {"pixels", "codes, straight", "codes, great circle"};
    const char *const rows[SHOWN * WAYS] = {names[0], names[1], names[2], names[0], names[1], names[2]};
    static float shown[SHOWN * WAYS * STRIP], images[WAYS * STRIP], each[DIGIT_CLASSES * DIGIT_PIXELS];
    double distance[WAYS] = {0};
    digits d;
    ae_dataset *train = NULL, *test = NULL;
    ae_model *model = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    if (status == AE_OK) status = learn(&model, train);
    if (status == AE_OK) digits_one_of_each(&d, each);
    if (status == AE_OK) status = three_ways(model, each + 2 * DIGIT_PIXELS, each + 6 * DIGIT_PIXELS, shown);
    if (status == AE_OK)
        status = three_ways(model, each + 9 * DIGIT_PIXELS, each + 4 * DIGIT_PIXELS, shown + WAYS * STRIP);

    for (int pair = 0; status == AE_OK && pair < PAIRS; pair++) {
        const float *a = digits_test(&d) + pair * DIGIT_PIXELS, *b = a + (DIGIT_TESTS - PAIRS) * DIGIT_PIXELS;
        status = three_ways(model, a, b, images);
        for (int way = 0; status == AE_OK && way < WAYS; way++)
            distance[way] += digits_distance(&d, images + way * STRIP + STEPS / 2 * DIGIT_PIXELS, 1) / PAIRS;
    }
    if (status == AE_OK)
        printf("Halfway between %d pairs of test digits, squared distance to the nearest real one:\n", PAIRS);
    for (int way = 0; status == AE_OK && way < WAYS; way++)
        printf("  %-20s %.2f\n", names[way], distance[way]);
    if (status == AE_OK) printf("  %-20s %.2f\n", "(test digits)", digits_distance(&d, digits_test(&d), DIGIT_TESTS));
    if (status == AE_OK &&
        picture_save_rows(argc > 1 ? argv[1] : NULL, shown, rows, (size_t)SHOWN * WAYS, DIGIT_SIDE, STEPS) != 0)
        status = AE_ERROR_IO;
    ae_model_free(model);
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
