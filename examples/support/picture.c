/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "picture.h"

#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "letters.h"

#define TILE 56 /* about as many pixels as an image gets on the sheet, each way */

static int encode(picture *out, const unsigned char *pixels, size_t width, size_t height, png_uint_32 format)
{
    png_image image;
    png_alloc_size_t size = 0;
    memset(&image, 0, sizeof image);
    memset(out, 0, sizeof *out);
    image.version = PNG_IMAGE_VERSION;
    image.width = (png_uint_32)width;
    image.height = (png_uint_32)height;
    image.format = format;
    if (!png_image_write_to_memory(&image, NULL, &size, 0, pixels, 0, NULL)) return -1;
    out->png = malloc(size);
    if (!out->png || !png_image_write_to_memory(&image, out->png, &size, 0, pixels, 0, NULL)) {
        picture_free(out);
        return -1;
    }
    out->size = size;
    return 0;
}

static const unsigned char above[3] = {214, 106, 20}, below[3] = {38, 98, 190};

/* The colour of a value from 0 (paper) to 1 (ink), or from -1 to 1: grey, or white towards orange or blue; no gaps. */
static void put_pixel(unsigned char *rgba, float value, int is_signed)
{
    float ink =
        fminf(fmaxf(value, is_signed ? -1.0f : 0.0f), 1.0f); /* a model without a bounded output may leave 0..1 */
    for (int c = 0; c < 3; c++) {
        float full = !is_signed ? 0.0f : ink > 0.0f ? above[c] : below[c];
        rgba[c] = (unsigned char)lrintf(255.0f + fabsf(ink) * (full - 255.0f));
    }
    rgba[3] = 255;
}

/* With names, one a row, they stand in a white column at the left. */
static int draw_sheet(picture *out, const float *images, size_t count, size_t side, size_t columns, int is_signed,
                      const char *const *names)
{
    const size_t zoom = side < TILE ? TILE / side : 1, gap = zoom * side / 12, pitch = zoom * side + gap;
    const size_t rows = (count + columns - 1) / columns;
    size_t margin = 0;
    for (size_t row = 0; names && row < rows; row++)
        if (letters_width(names[row]) + 2 * gap > margin) margin = letters_width(names[row]) + 2 * gap;
    const size_t width = margin + columns * pitch - gap, height = rows * pitch - gap;
    unsigned char *pixels = calloc(width * height, 4); /* all transparent */
    if (!pixels) return -1;

    for (size_t y = 0; y < height; y++)
        memset(pixels + 4 * y * width, 255, 4 * margin);
    for (size_t row = 0; names && row < rows; row++)
        letters_draw(pixels + 4 * ((row * pitch + (zoom * side - LETTERS_HEIGHT) / 2) * width + gap), width, 4,
                     names[row]);
    for (size_t n = 0; n < count; n++) {
        const float *image = images + n * side * side;
        unsigned char *corner = pixels + 4 * ((n / columns) * pitch * width + margin + (n % columns) * pitch);
        float largest = is_signed ? 1e-12f : 1.0f;
        for (size_t i = 0; is_signed && i < side * side; i++)
            largest = fmaxf(largest, fabsf(image[i]));
        for (size_t y = 0; y < zoom * side; y++)
            for (size_t x = 0; x < zoom * side; x++)
                put_pixel(corner + 4 * (y * width + x), image[y / zoom * side + x / zoom] / largest, is_signed);
    }
    int result = encode(out, pixels, width, height, PNG_FORMAT_RGBA);
    free(pixels);
    return result;
}

int picture_sheet(picture *out, const float *images, size_t count, size_t side, size_t columns)
{
    return draw_sheet(out, images, count, side, columns, 0, NULL);
}

int picture_signed_sheet(picture *out, const float *images, size_t count, size_t side, size_t columns)
{
    return draw_sheet(out, images, count, side, columns, 1, NULL);
}

int picture_heat(picture *out, const float *values, size_t rows, size_t columns, float limit)
{
    unsigned char *pixels = malloc(rows * columns * 4);
    if (!pixels) return -1;
    for (size_t i = 0; i < rows * columns; i++) {
        float strength = fminf(fabsf(values[i]) / limit, 1.0f);
        memcpy(pixels + 4 * i, values[i] > 0.0f ? above : below, 3);
        pixels[4 * i + 3] = (unsigned char)lrintf(255.0f * strength); /* zero shows the page behind it */
    }
    int result = encode(out, pixels, columns, rows, PNG_FORMAT_RGBA);
    free(pixels);
    return result;
}

int picture_colours(picture *out, const unsigned char *rgb, size_t width, size_t height)
{
    return encode(out, rgb, width, height, PNG_FORMAT_RGB);
}

int picture_save(const picture *p, const char *path)
{
    FILE *file = fopen(path, "wb");
    int failed = !file || fwrite(p->png, 1, p->size, file) != p->size;
    if (file && fclose(file) != 0) failed = 1;
    if (failed) perror(path);
    return failed ? -1 : 0;
}

static int save_sheet(const char *path, const float *images, size_t count, size_t side, size_t columns, int is_signed,
                      const char *const *names)
{
    picture p;
    if (!path) return 0;
    if (draw_sheet(&p, images, count, side, columns, is_signed, names) != 0) {
        fputs("out of memory\n", stderr);
        return -1;
    }
    int result = picture_save(&p, path);
    picture_free(&p);
    return result;
}

int picture_save_sheet(const char *path, const float *images, size_t count, size_t side, size_t columns)
{
    return save_sheet(path, images, count, side, columns, 0, NULL);
}

int picture_save_rows(const char *path, const float *images, const char *const *names, size_t rows, size_t side,
                      size_t columns)
{
    return save_sheet(path, images, rows * columns, side, columns, 0, names);
}

int picture_save_signed_rows(const char *path, const float *images, const char *const *names, size_t rows, size_t side,
                             size_t columns)
{
    return save_sheet(path, images, rows * columns, side, columns, 1, names);
}

void picture_free(picture *p)
{
    free(p->png);
    p->png = NULL;
    p->size = 0;
}
