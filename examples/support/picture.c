/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "picture.h"

#include <math.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

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

int picture_sheet(picture *out, const float *images, size_t count, size_t side, size_t columns)
{
    size_t zoom = side < TILE ? TILE / side : 1;
    size_t gap = zoom * side / 12;
    size_t pitch = zoom * side + gap;
    size_t width = columns * pitch - gap;
    size_t height = (count + columns - 1) / columns * pitch - gap;
    unsigned char *pixels = calloc(width * height, 2); /* grey and alpha; all transparent */
    if (!pixels) return -1;

    for (size_t n = 0; n < count; n++) {
        unsigned char *corner = pixels + 2 * ((n / columns) * pitch * width + (n % columns) * pitch);
        for (size_t y = 0; y < zoom * side; y++) {
            for (size_t x = 0; x < zoom * side; x++) {
                float ink = images[(n * side + y / zoom) * side + x / zoom];
                ink = fminf(fmaxf(ink, 0.0f), 1.0f); /* a model without a bounded output may leave 0..1 */
                corner[2 * (y * width + x)] = (unsigned char)lrintf(255.0f * (1.0f - ink));
                corner[2 * (y * width + x) + 1] = 255;
            }
        }
    }
    int result = encode(out, pixels, width, height, PNG_FORMAT_GA);
    free(pixels);
    return result;
}

int picture_heat(picture *out, const float *values, size_t rows, size_t columns, float limit)
{
    static const unsigned char above[3] = {214, 106, 20}, below[3] = {38, 98, 190};
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

void picture_free(picture *p)
{
    free(p->png);
    p->png = NULL;
    p->size = 0;
}
