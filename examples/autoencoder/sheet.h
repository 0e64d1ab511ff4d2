/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Pictures of rows of numbers, in colours; picture.c makes PNG files of them. */
#ifndef AUTOENCODER_CLI_SHEET_H
#define AUTOENCODER_CLI_SHEET_H

#include <stddef.h>

typedef struct sheet {
    unsigned char *rgb; /* [height, width, 3]; NULL without memory */
    size_t width, height;
} sheet;

/* How numbers become colours. */
typedef struct shades {
    int is_signed;    /* white is zero, orange above, blue below, each image up to its own largest number */
    double low, high; /* else white and black */
} shades;

/* White and black for numbers: 0 and 1 where all are between, else the least and the largest. */
shades shades_find(const float *values, size_t count);

/* Draws images [count, rows * columns] side by side, `across` in a line; pixels are blocks, so that they stay crisp. */
sheet sheet_images(const float *images, size_t count, size_t rows, size_t columns, size_t across, shades s);

/* Draws points [count, 2] as dots on a square, in the colours of their labels; labels may be NULL. */
sheet sheet_points(const float *points, const float *labels, size_t count);

void sheet_free(sheet *s);

#endif
