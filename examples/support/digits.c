/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "digits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INK_MAX 16.0f /* each pixel counts the ink in a block of 4x4 */

ae_status digits_read(digits *out, const char *path)
{
    ae_dataset *pixels = NULL, *labels = NULL;
    memset(out, 0, sizeof *out);
    if (!path) path = EXAMPLES_DIR "/data/digits.csv.gz";

    /* [csv] */
    const char *label_column = "64"; /* no header line: columns go by their numbers */
    ae_read_options options;
    ae_read_options_init(&options, sizeof options);
    options.csv_columns = &label_column;
    options.csv_column_count = 1;
    ae_status status = ae_dataset_read_csv(&labels, path, &options); /* that column alone */
    if (status == AE_OK) {
        options.csv_exclude = 1;
        status = ae_dataset_read_csv(&pixels, path, &options); /* all but that column */
    }
    /* [csv] */
    if (status != AE_OK) goto cleanup;
    if (ae_dataset_columns(pixels) != DIGIT_PIXELS) {
        fprintf(stderr, "%s: %zu columns of pixels where %d are needed\n", path, ae_dataset_columns(pixels),
                (int)DIGIT_PIXELS);
        status = AE_ERROR_SHAPE;
        goto cleanup;
    }

    out->rows = ae_dataset_rows(pixels);
    out->pixels = malloc(out->rows * DIGIT_PIXELS * sizeof *out->pixels);
    out->labels = malloc(out->rows * sizeof *out->labels);
    if (!out->pixels || !out->labels) {
        digits_free(out);
        status = AE_ERROR_NO_MEMORY;
        goto cleanup;
    }
    for (size_t row = 0; row < out->rows; row++) {
        const float *from = ae_dataset_row(pixels, row);
        for (size_t i = 0; i < DIGIT_PIXELS; i++)
            out->pixels[row * DIGIT_PIXELS + i] = from[i] / INK_MAX;
        out->labels[row] = *ae_dataset_row(labels, row);
    }
cleanup:
    ae_dataset_free(pixels);
    ae_dataset_free(labels);
    return status;
}

ae_status digits_split(const digits *d, ae_dataset **train, ae_dataset **test)
{
    *test = NULL;
    ae_status status = ae_dataset_from_memory(train, NULL, d->pixels, d->rows - DIGIT_TESTS, DIGIT_PIXELS, 0);
    if (status == AE_OK) status = ae_dataset_from_memory(test, NULL, digits_test(d), DIGIT_TESTS, DIGIT_PIXELS, 0);
    return status;
}

const float *digits_test(const digits *d)
{
    return d->pixels + (d->rows - DIGIT_TESTS) * DIGIT_PIXELS;
}

void digits_one_of_each(const digits *d, float *x)
{
    for (int class = 0; class < DIGIT_CLASSES; class ++) {
        size_t i = d->rows - DIGIT_TESTS;
        while (d->labels[i] != (float)class)
            i++;
        memcpy(x + class * DIGIT_PIXELS, d->pixels + i * DIGIT_PIXELS, DIGIT_PIXELS * sizeof *x);
    }
}

void digits_targets(const digits *d, size_t first_row, size_t rows, float *targets)
{
    memset(targets, 0, rows * DIGIT_CLASSES * sizeof *targets);
    for (size_t i = 0; i < rows; i++)
        targets[i * DIGIT_CLASSES + (size_t)d->labels[first_row + i]] = 1.0f;
}

double digits_distance(const digits *d, const float *x, size_t count)
{
    double sum = 0.0;
    for (size_t n = 0; n < count; n++) {
        double least = 1e30;
        for (const float *row = d->pixels; row < digits_test(d); row += DIGIT_PIXELS) {
            double distance = 0.0;
            for (size_t i = 0; i < DIGIT_PIXELS; i++)
                distance += (x[n * DIGIT_PIXELS + i] - row[i]) * (x[n * DIGIT_PIXELS + i] - row[i]);
            if (distance < least) least = distance;
        }
        sum += least;
    }
    return sum / (double)count;
}

void digits_free(digits *d)
{
    free(d->pixels);
    free(d->labels);
    memset(d, 0, sizeof *d);
}

int finish(ae_status status)
{
    if (status == AE_OK) return 0;
    if (*ae_last_error())
        fprintf(stderr, "%s: %s\n", ae_status_name(status), ae_last_error());
    else if (status == AE_ERROR_NO_MEMORY) /* the example's own; of other failures it has told itself */
        fputs("out of memory\n", stderr);
    return status == AE_ERROR_UNSUPPORTED ? 77 : 1;
}
