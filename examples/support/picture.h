/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Images and tables of numbers as PNG files in memory. */
#ifndef EXAMPLES_SUPPORT_PICTURE_H
#define EXAMPLES_SUPPORT_PICTURE_H

#include <stddef.h>

typedef struct picture {
    unsigned char *png;
    size_t size;
} picture;

/* A sheet of square images [count, side * side] with values 0 (paper, drawn white) to 1 (ink, black), `columns` side by
 * side. Pixels are drawn as blocks, so that they stay crisp; what lies between the images is transparent.
 * Returns 0, or -1 without memory. */
int picture_sheet(picture *out, const float *images, size_t count, size_t side, size_t columns);

/* A sheet of signed images, such as weights: white is zero, orange above, blue below, each image up to its own largest
 * number. */
int picture_signed_sheet(picture *out, const float *images, size_t count, size_t side, size_t columns);

/* A table [rows, columns] as colours: orange above zero, blue below, more of it up to +-limit; one pixel a number. */
int picture_heat(picture *out, const float *values, size_t rows, size_t columns, float limit);

/* An image of height * width colours, 3 bytes each: red, green, blue. */
int picture_colours(picture *out, const unsigned char *rgb, size_t width, size_t height);

/* Writes the PNG to a file, or prints why not. Returns 0 or -1. */
int picture_save(const picture *p, const char *path);

/* picture_sheet() to a file; nothing where path is NULL. Returns 0, or -1 after a line on why. */
int picture_save_sheet(const char *path, const float *images, size_t count, size_t side, size_t columns);

/* The same with a name (ASCII) at the left of each row: images [rows, columns, side * side], plain or signed. */
int picture_save_rows(const char *path, const float *images, const char *const *names, size_t rows, size_t side,
                      size_t columns);
int picture_save_signed_rows(const char *path, const float *images, const char *const *names, size_t rows, size_t side,
                             size_t columns);

void picture_free(picture *p);

#endif
