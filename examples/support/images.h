/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The images the demo works on: the 8x8 digits, or a folder with MNIST or anything in its form. */
#ifndef EXAMPLES_SUPPORT_IMAGES_H
#define EXAMPLES_SUPPORT_IMAGES_H

#include <autoencoder/autoencoder.h>

#include "digits.h"

typedef struct image_set {
    const char *source;     /* the folder, or NULL for the digits */
    size_t side;            /* images are side x side pixels of 0..1 */
    ae_dataset *train;      /* to learn from */
    ae_dataset *validation; /* to choose the best epoch with */
    ae_dataset *test;       /* looked at when all is done */
    size_t left_out;        /* training images of the folder that are not used */
    float *pixels;          /* of the test set, [rows, side * side] */
    float *labels;          /* of the test set, 0..9; NULL if they are not known */
    digits digits;          /* owns the memory under the datasets of the digits */
} image_set;

/* Reads and splits the images of a folder, or the digits where folder is NULL; prints the reason of a failure that
 * ae_last_error() does not know. */
ae_status images_read(image_set *out, const char *folder, uint64_t seed);

size_t images_pixels(const image_set *images);

size_t images_test_rows(const image_set *images);

void images_free(image_set *images);

#endif
