/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Variational autoencoders with codes of 2 and of 8 numbers: the parts of the ELBO, a map of the plane of 2 numbers, and
 * new digits drawn from 8. Arguments: a PNG file for the map, and one for 80 new digits above 20 real ones. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <string.h>

#include "support/digits.h"
#include "support/picture.h"

enum { SIDE = 15, NEW = 80, REAL = 20, COLUMNS = 20, WIDEST = 8 };

static ae_status learn(ae_model **out, const ae_dataset *train, size_t latent_dim)
{
    /* [model] */
    const size_t hidden[] = {256, 128};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = 64;
    options.hidden_dims = hidden;
    options.hidden_count = 2;
    options.latent_dim = latent_dim;
    options.code = AE_CODE_GAUSSIAN;       /* q(z|x) = N(mu(x), diag sigma^2(x)), prior N(0, I) */
    options.loss = AE_GAUSSIAN_LIKELIHOOD; /* p(x|z) = N(x_hat(z), gamma^2 I), */
    options.noise = AE_NOISE_OPTIMAL;      /* gamma^2 being the mean squared error */
    options.output_activation = AE_SIGMOID;
    options.dropout = 0.1; /* 1500 digits are few */
    /* [model] */
    /* [train] */
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 150;
    training.batch_size = 64;
    training.schedule = AE_SCHEDULE_COSINE;
    training.kl_warmup_epochs = 20; /* the KL's weight climbs from 0 to kl_weight = 1 */
    ae_status status = ae_model_create(out, &options);
    if (status == AE_OK) status = ae_fit(*out, train, NULL, &training);
    /* [train] */
    return status;
}

static ae_status report(const ae_model *model, const ae_dataset *test)
{
    size_t dim = ae_model_latent_dim(model);
    /* [evaluate] */
    double unit_kl[WIDEST];
    ae_vae_evaluation e = {.struct_size = sizeof e};
    ae_status status = ae_vae_evaluate(model, test, 10, 1, unit_kl, &e); /* 10 samples of z for each row, seed 1 */
    /* [evaluate] */
    if (status != AE_OK) return status;
    printf("%2zu numbers: -ELBO %.2f nats = reconstruction %.2f + KL %.2f; %d active units; KL of each", dim,
           e.negative_elbo, e.reconstruction, e.kl, (int)e.active_units);
    for (size_t k = 0; k < dim; k++)
        printf(" %.2f", unit_kl[k]);
    putchar('\n');
    return AE_OK;
}

static ae_status draw_plane(const ae_model *model, const char *path)
{
    static float codes[2 * SIDE * SIDE], x[SIDE * SIDE * DIGIT_PIXELS];
    /* [plane] */
    ae_status status = ae_code_grid(SIDE, codes); /* the unit square through the inverse normal distribution function */
    if (status == AE_OK) status = ae_decode(model, codes, (size_t)SIDE * SIDE, 0, x, 0);
    /* [plane] */
    if (status == AE_OK && picture_save_sheet(path, x, (size_t)SIDE * SIDE, DIGIT_SIDE, SIDE) != 0)
        status = AE_ERROR_IO;
    return status;
}

/* New digits, and how far each is from the nearest digit learned from, beside the same for test digits. */
static ae_status draw_samples(const ae_model *model, const digits *d, const char *path)
{
    static float x[(NEW + REAL) * DIGIT_PIXELS];
    /* [sample] */
    ae_status status = ae_vae_sample(model, 1, 0, NEW, 0, x, 0); /* seed 1, rows 0.., means rather than noisy pixels */
    /* [sample] */
    memcpy(x + NEW * DIGIT_PIXELS, digits_test(d), REAL * DIGIT_PIXELS * sizeof *x);
    double of_new = digits_distance(d, x, NEW), of_tests = digits_distance(d, digits_test(d), DIGIT_TESTS);
    if (status == AE_OK)
        printf("squared distance to the nearest digit learned from: new digits %.2f, test digits %.2f\n", of_new,
               of_tests);
    if (status == AE_OK && picture_save_sheet(path, x, NEW + REAL, DIGIT_SIDE, COLUMNS) != 0) status = AE_ERROR_IO;
    return status;
}

int main(int argc, char **argv)
{
    digits d;
    ae_dataset *train = NULL, *test = NULL;
    ae_model *plane = NULL, *wide = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    if (status == AE_OK) status = learn(&plane, train, 2);
    if (status == AE_OK) status = report(plane, test);
    if (status == AE_OK) status = draw_plane(plane, argc > 1 ? argv[1] : NULL);
    if (status == AE_OK) status = learn(&wide, train, WIDEST);
    if (status == AE_OK) status = report(wide, test);
    if (status == AE_OK) status = draw_samples(wide, &d, argc > 2 ? argv[2] : NULL);
    ae_model_free(plane);
    ae_model_free(wide);
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
