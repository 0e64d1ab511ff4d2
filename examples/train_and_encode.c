/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A first model: learn from the 8x8 digits, turn each into 8 numbers, and draw one again from its 8 numbers. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <stdlib.h>

#include "support/digits.h"

static void draw(const float *pixels)
{
    static const char shade[] = " .:-=+*#%@";
    for (int i = 0; i < DIGIT_PIXELS; i++)
        printf("%c%s", shade[(int)(9.99f * pixels[i])], (i + 1) % DIGIT_SIDE ? "" : "\n");
}

/* Trains a model on pixels [rows, 64] and fills codes [rows, 8]. */
static ae_status train_and_encode(ae_model **out, const float *pixels, size_t rows, float *codes)
{
    /* [train] */
    const size_t hidden[] = {128};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = 64;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.latent_dim = 8;
    options.output_activation = AE_SIGMOID; /* pixels are in [0, 1] */

    ae_model *model = NULL;
    ae_dataset *dataset = NULL;
    ae_status status = ae_model_create(&model, &options);
    if (status == AE_OK) status = ae_dataset_from_memory(&dataset, NULL, pixels, rows, 64, 0); /* no copy */
    if (status == AE_OK) status = ae_fit(model, dataset, NULL, NULL);                          /* 20 epochs of Adam */
    if (status == AE_OK) status = ae_encode(model, pixels, rows, 0, codes, 0);
    if (status != AE_OK) fprintf(stderr, "%s\n", ae_last_error());
    ae_dataset_free(dataset);
    /* [train] */
    *out = model;
    return status;
}

int main(void)
{
    digits d;
    ae_status status = digits_read(&d, NULL);
    if (status != AE_OK) return finish(status);

    enum { CODE = 8 };
    ae_model *model = NULL;
    float drawn[DIGIT_PIXELS];
    float *codes = malloc(d.rows * CODE * sizeof *codes);
    if (!codes) return 1;
    status = train_and_encode(&model, d.pixels, d.rows, codes);
    if (status == AE_OK) status = ae_decode(model, codes, 1, 0, drawn, 0);
    if (status == AE_OK) {
        puts("The first digit:");
        draw(d.pixels);
        printf("\nIts code:");
        for (int i = 0; i < CODE; i++)
            printf(" %.2f", codes[i]);
        puts("\n\nDrawn from its code:");
        draw(drawn);
    }
    ae_model_free(model);
    digits_free(&d);
    free(codes);
    return finish(status);
}
