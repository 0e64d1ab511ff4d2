/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "images.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEST_FRACTION       0.2   /* of the digits, which come in one piece */
#define VALIDATION_FRACTION 0.1   /* of what is left */
#define FOLDER_ROWS_MAX     20000 /* training images used of a folder, so that a small machine is done in 3 minutes */

/* Two datasets of as many rows are split alike by the same seed: images and their labels stay together. */
static ae_status split_digits(image_set *out, uint64_t seed)
{
    ae_dataset *all = NULL, *rest = NULL, *labels = NULL, *rest_labels = NULL, *test_labels = NULL;
    ae_status status = ae_dataset_from_memory(&all, NULL, out->digits.pixels, out->digits.rows, DIGIT_PIXELS, 0);
    if (status == AE_OK) status = ae_dataset_from_memory(&labels, NULL, out->digits.labels, out->digits.rows, 1, 0);
    if (status == AE_OK) status = ae_dataset_split(all, TEST_FRACTION, seed, &rest, &out->test);
    if (status == AE_OK) status = ae_dataset_split(labels, TEST_FRACTION, seed, &rest_labels, &test_labels);
    if (status == AE_OK) status = ae_dataset_split(rest, VALIDATION_FRACTION, seed, &out->train, &out->validation);
    if (status == AE_OK) {
        out->labels = malloc(ae_dataset_rows(test_labels) * sizeof *out->labels);
        if (!out->labels) status = AE_ERROR_NO_MEMORY;
        for (size_t i = 0; out->labels && i < ae_dataset_rows(test_labels); i++)
            out->labels[i] = *ae_dataset_row(test_labels, i);
    }
    ae_dataset_free(all);
    ae_dataset_free(rest);
    ae_dataset_free(labels);
    ae_dataset_free(rest_labels);
    ae_dataset_free(test_labels);
    return status;
}

/* Finds `name` in a folder, plain or gzipped. Returns a path for free(), or NULL. */
static char *find(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + sizeof "/.gz";
    char *path = malloc(size);
    if (!path) return NULL;
    snprintf(path, size, "%s/%s", folder, name);
    if (access(path, R_OK) == 0) return path;
    snprintf(path, size, "%s/%s.gz", folder, name);
    if (access(path, R_OK) == 0) return path;
    free(path);
    return NULL;
}

static ae_status read_folder(image_set *out, const char *folder, uint64_t seed)
{
    char *train_path = find(folder, "train-images-idx3-ubyte");
    char *test_path = find(folder, "t10k-images-idx3-ubyte");
    char *labels_path = find(folder, "t10k-labels-idx1-ubyte");
    ae_dataset *all = NULL, *used = NULL, *labels = NULL;
    ae_status status = AE_OK;
    if (!train_path || !test_path) {
        fprintf(stderr, "%s: there is no %s-images-idx3-ubyte or %s-images-idx3-ubyte.gz\n", folder,
                train_path ? "t10k" : "train", train_path ? "t10k" : "train");
        status = AE_ERROR_IO;
        goto cleanup;
    }

    /* [idx] */
    status = ae_dataset_read_idx(&all, train_path, NULL); /* bytes become value / 255 */
    if (status == AE_OK) status = ae_dataset_read_idx(&out->test, test_path, NULL);
    /* [idx] */
    if (status != AE_OK) goto cleanup;
    size_t rows = ae_dataset_rows(all), taken = rows < FOLDER_ROWS_MAX ? rows : FOLDER_ROWS_MAX;
    out->left_out = rows - taken;
    status = ae_dataset_slice(&used, all, 0, taken);
    if (status == AE_OK) status = ae_dataset_split(used, VALIDATION_FRACTION, seed, &out->train, &out->validation);
    if (status != AE_OK || !labels_path) goto cleanup;

    ae_read_options options;
    ae_read_options_init(&options, sizeof options);
    options.scale_bytes = 0; /* a label is a number, not a shade of grey */
    status = ae_dataset_read_idx(&labels, labels_path, &options);
    if (status != AE_OK || ae_dataset_rows(labels) != ae_dataset_rows(out->test)) goto cleanup;
    out->labels = malloc(ae_dataset_rows(labels) * sizeof *out->labels);
    for (size_t i = 0; out->labels && i < ae_dataset_rows(labels); i++)
        out->labels[i] = *ae_dataset_row(labels, i);
cleanup:
    free(train_path);
    free(test_path);
    free(labels_path);
    ae_dataset_free(all);
    ae_dataset_free(used);
    ae_dataset_free(labels);
    return status;
}

ae_status images_read(image_set *out, const char *folder, uint64_t seed)
{
    memset(out, 0, sizeof *out);
    out->source = folder;
    ae_status status = folder ? read_folder(out, folder, seed) : digits_read(&out->digits, NULL);
    if (status == AE_OK && !folder) status = split_digits(out, seed);
    if (status != AE_OK) goto cleanup;

    size_t width = ae_dataset_columns(out->test);
    while (out->side * out->side < width)
        out->side++;
    if (out->side * out->side != width || ae_dataset_columns(out->train) != width) {
        fprintf(stderr, "images of %zu and %zu pixels: they must be square and of one size\n",
                ae_dataset_columns(out->train), width);
        status = AE_ERROR_SHAPE;
        goto cleanup;
    }
    out->pixels = malloc(images_test_rows(out) * width * sizeof *out->pixels);
    if (!out->pixels) {
        status = AE_ERROR_NO_MEMORY;
        goto cleanup;
    }
    for (size_t i = 0; i < images_test_rows(out); i++)
        memcpy(out->pixels + i * width, ae_dataset_row(out->test, i), width * sizeof *out->pixels);
cleanup:
    if (status != AE_OK) images_free(out);
    return status;
}

size_t images_pixels(const image_set *images)
{
    return images->side * images->side;
}

size_t images_test_rows(const image_set *images)
{
    return ae_dataset_rows(images->test);
}

void images_free(image_set *images)
{
    ae_dataset_free(images->train);
    ae_dataset_free(images->validation);
    ae_dataset_free(images->test);
    free(images->pixels);
    free(images->labels);
    digits_free(&images->digits);
    memset(images, 0, sizeof *images);
}
