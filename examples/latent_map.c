/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Maps of the digits: codes of two numbers by PCA, by a deep autoencoder and by a variational one. Argument: an SVG file
 * with the three maps, each digit in the colour of its class, which no model was told. */
#include <autoencoder/autoencoder.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/digits.h"

enum { MAPS = 3, SIDE = 300, GAP = 20, HEAD = 24 };

static ae_status learn(ae_model **out, const ae_dataset *train, int which)
{
    if (which == 0) return ae_pca_fit(out, train, 2, NULL, NULL, NULL);
    const size_t hidden[] = {256, 128};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden;
    options.hidden_count = 2;
    options.latent_dim = 2;
    options.dropout = 0.1;
    options.output_activation = AE_SIGMOID;
    if (which == 2) {
        options.code = AE_CODE_GAUSSIAN;
        options.loss = AE_GAUSSIAN_LIKELIHOOD;
        options.noise = AE_NOISE_OPTIMAL;
    }
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 150;
    training.batch_size = 64;
    training.schedule = AE_SCHEDULE_COSINE;
    ae_status status = ae_model_create(out, &options);
    return status == AE_OK ? ae_fit(*out, train, NULL, &training) : status;
}

/* Share of the test digits whose class is that of the nearest code among the digits learned from. */
static double neighbours(const digits *d, const float *codes)
{
    size_t first = d->rows - DIGIT_TESTS, right = 0;
    for (size_t i = first; i < d->rows; i++) {
        size_t nearest = 0;
        double least = HUGE_VAL;
        for (size_t j = 0; j < first; j++) {
            double distance = hypot(codes[2 * i] - codes[2 * j], codes[2 * i + 1] - codes[2 * j + 1]);
            if (distance < least) least = distance, nearest = j;
        }
        right += d->labels[i] == d->labels[nearest];
    }
    return (double)right / DIGIT_TESTS;
}

/* The test digits at their codes, drawn as numerals; the map's edge is 2.7 standard deviations away from its mean, and
 * what lies beyond stands at the edge. */
static void draw(FILE *svg, const digits *d, const float *codes, int map, const char *name)
{
    static const char *const colours[] = {"#1f6fb4", "#d9660b", "#2a8a2a", "#c92a2a", "#7e52b5",
                                          "#84523f", "#cc5aa8", "#6a6a6a", "#8f8f12", "#0d93a3"};
    const int left = map * (SIDE + GAP);
    double mean[2] = {0}, square[2] = {0};
    for (size_t i = 0; i < 2 * d->rows; i++) {
        mean[i % 2] += codes[i] / (double)d->rows;
        square[i % 2] += codes[i] * codes[i] / (double)d->rows;
    }
    fprintf(svg, "<text x=\"%d\" y=\"16\" font-size=\"14\">%s</text>\n", left + SIDE / 2, name);
    fprintf(svg, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#ccc\"/>\n", left, HEAD,
            SIDE, SIDE);
    for (size_t i = d->rows - DIGIT_TESTS; i < d->rows; i++) {
        double at[2];
        for (int k = 0; k < 2; k++) {
            double deviation = sqrt(square[k] - mean[k] * mean[k]);
            at[k] = fmin(fmax((codes[2 * i + (size_t)k] - mean[k]) / (2.7 * deviation), -1), 1);
        }
        fprintf(svg, "<text x=\"%.0f\" y=\"%.0f\" fill=\"%s\">%d</text>\n",
                left + (0.5 + 0.48 * at[0]) * SIDE, HEAD + (0.5 - 0.48 * at[1]) * SIDE + 4,
                colours[(int)d->labels[i]], (int)d->labels[i]);
    }
}

int main(int argc, char **argv)
{
    static const char *const names[MAPS] = {"PCA", "deep", "variational"};
    digits d;
    ae_dataset *train = NULL, *test = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    float *codes = status == AE_OK ? malloc(2 * d.rows * sizeof *codes) : NULL;
    if (status == AE_OK && !codes) status = AE_ERROR_NO_MEMORY;
    FILE *svg = status == AE_OK && argc > 1 ? fopen(argv[1], "w") : NULL;
    if (status == AE_OK && argc > 1 && !svg) perror(argv[1]), status = AE_ERROR_IO;
    if (svg)
        fprintf(svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1 0 %d %d\" font-family=\"sans-serif\" "
                "font-size=\"11\" font-weight=\"600\" text-anchor=\"middle\">\n<rect x=\"-1\" width=\"100%%\" height=\"100%%\" "
                "fill=\"#fff\"/>\n",
                MAPS * (SIDE + GAP) - GAP + 2, HEAD + SIDE + 1);
    for (int m = 0; status == AE_OK && m < MAPS; m++) {
        ae_model *model = NULL;
        status = learn(&model, train, m);
        if (status == AE_OK) status = ae_encode(model, d.pixels, d.rows, 0, codes, 0); /* [rows, 2] */
        if (status == AE_OK)
            printf("%-12s the nearest neighbour on the map has the same class for %.1f %% of the test digits\n",
                   names[m], 100 * neighbours(&d, codes));
        if (status == AE_OK && svg) draw(svg, &d, codes, m, names[m]);
        ae_model_free(model);
    }
    if (svg) {
        fputs("</svg>\n", svg);
        if ((ferror(svg) | fclose(svg)) != 0) perror(argv[1]), status = AE_ERROR_IO;
    }
    free(codes);
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
