/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "sheet.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { TILE = 56, GAP = 4, MAP = 640, MARGIN = 24 }; /* in pixels; TILE: about what an image gets each way */
#define RADIUS     2.5
#define PIXELS_MAX ((size_t)1 << 27)

static const unsigned char above[3] = {214, 106, 20}, below[3] = {38, 98, 190};

/* Colours of labels 0 to 9; larger ones begin again. The last is for points without a label. */
static const unsigned char classes[11][3] = {
    {31, 119, 180},  {255, 127, 14},  {44, 160, 44},  {214, 39, 40},  {148, 103, 189}, {140, 86, 75},
    {227, 119, 194}, {127, 127, 127}, {188, 189, 34}, {23, 190, 207}, {30, 60, 130},
};

static sheet white_sheet(size_t width, size_t height)
{
    sheet s = {.width = width, .height = height};
    if (width && height && width <= PIXELS_MAX / height) s.rgb = malloc(width * height * 3);
    if (s.rgb) memset(s.rgb, 255, width * height * 3);
    return s;
}

shades shades_find(const float *values, size_t count)
{
    shades s = {.low = 0, .high = 1};
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, (double)values[i]); /* fmin() and fmax() pass NaN over */
        high = fmax(high, (double)values[i]);
    }
    if (low < high && (low < 0 || high > 1)) s.low = low, s.high = high;
    return s;
}

static void put_shade(unsigned char *rgb, double value, const shades *s)
{
    const double ink = s->is_signed ? value : (value - s->low) / (s->high - s->low);
    const double held = fmin(fmax(ink, s->is_signed ? -1 : 0), 1);
    for (int c = 0; c < 3; c++) {
        const double full = !s->is_signed ? 0 : held > 0 ? above[c] : below[c];
        rgb[c] = (unsigned char)lrint(255 + fabs(held) * (full - 255));
    }
}

sheet sheet_images(const float *images, size_t count, size_t rows, size_t columns, size_t across, shades s)
{
    const size_t longer = rows > columns ? rows : columns, zoom = longer < TILE ? TILE / longer : 1;
    const size_t lines = (count + across - 1) / across, right = zoom * columns + GAP, down = zoom * rows + GAP;
    sheet out = {0};
    if (across > SIZE_MAX / right || lines > SIZE_MAX / down) return out;
    out = white_sheet(across * right + GAP, lines * down + GAP);
    if (!out.rgb) return out;
    memset(out.rgb, 225, out.width * out.height * 3); /* grey between the images, so that white ones have an edge */
    for (size_t n = 0; n < count; n++) {
        const float *image = images + n * rows * columns;
        unsigned char *corner = out.rgb + 3 * ((GAP + n / across * down) * out.width + GAP + n % across * right);
        double largest = s.is_signed ? 1e-30 : 1;
        for (size_t i = 0; s.is_signed && i < rows * columns; i++)
            largest = fmax(largest, fabs((double)image[i]));
        for (size_t y = 0; y < zoom * rows; y++)
            for (size_t x = 0; x < zoom * columns; x++)
                put_shade(corner + 3 * (y * out.width + x), (double)image[y / zoom * columns + x / zoom] / largest, &s);
    }
    return out;
}

static void put_dot(sheet *s, double px, double py, const unsigned char *colour)
{
    for (double y = floor(py - RADIUS - 1); y <= py + RADIUS + 1; y++)
        for (double x = floor(px - RADIUS - 1); x <= px + RADIUS + 1; x++) {
            const double inside =
                fmin(RADIUS + 0.5 - hypot(x + 0.5 - px, y + 0.5 - py), 1); /* soft edge of one pixel */
            unsigned char *pixel = s->rgb + 3 * ((size_t)y * s->width + (size_t)x);
            for (int c = 0; inside > 0 && c < 3; c++)
                pixel[c] = (unsigned char)lrint(pixel[c] + inside * (colour[c] - pixel[c]));
        }
}

sheet sheet_points(const float *points, const float *labels, size_t count)
{
    sheet s = white_sheet(MAP, MAP);
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY}, scale[2];
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < 2; k++) {
            if (!isfinite(points[2 * i + (size_t)k])) continue;
            low[k] = fmin(low[k], (double)points[2 * i + (size_t)k]);
            high[k] = fmax(high[k], (double)points[2 * i + (size_t)k]);
        }
    for (int k = 0; k < 2; k++)
        scale[k] = high[k] > low[k] ? (MAP - 2 * MARGIN) / (high[k] - low[k]) : 1;
    for (size_t i = 0; s.rgb && i < count; i++) {
        const double x = (double)points[2 * i], y = (double)points[2 * i + 1];
        const double label = labels ? fabs((double)labels[i]) : NAN;
        const size_t class = label < 1e9 ? (size_t)label % 10 : 10; /* NaN is not less */
        if (isfinite(x) && isfinite(y))
            put_dot(&s, MARGIN + (x - low[0]) * scale[0], MAP - MARGIN - (y - low[1]) * scale[1], classes[class]);
    }
    return s;
}

void sheet_free(sheet *s)
{
    free(s->rgb);
    s->rgb = NULL;
}
