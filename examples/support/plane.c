/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "plane.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "letters.h"
#include "picture.h"

enum { GAP = 8, HEAD = LETTERS_HEIGHT + 2, BANDS = 16 };

typedef double colour[3];

static const colour ramp[] = {{255, 255, 255}, {253, 208, 140}, {224, 110, 40}, {150, 40, 90}, {50, 20, 90}};
static const colour dark = {30, 60, 130}, grey = {120, 120, 120};
static const colour classes[3] = {{38, 98, 190}, {214, 106, 20}, {30, 140, 70}};

int plane_create(plane *p, size_t side, size_t columns, size_t rows)
{
    p->side = side;
    p->columns = columns;
    p->width = columns * (side + GAP) - GAP;
    p->height = rows * (side + HEAD + GAP) - GAP;
    p->rgb = malloc(p->width * p->height * 3);
    if (!p->rgb) return -1;
    memset(p->rgb, 255, p->width * p->height * 3);
    return 0;
}

void plane_points(const plane *p, plane_box box, float *points)
{
    for (size_t y = 0; y < p->side; y++)
        for (size_t x = 0; x < p->side; x++) {
            float *point = points + 2 * (y * p->side + x);
            point[0] = (float)(box.left + box.size * ((double)x + 0.5) / (double)p->side);
            point[1] = (float)(box.bottom + box.size * ((double)(p->side - 1 - y) + 0.5) / (double)p->side);
        }
}

/* The upper left pixel of a panel. */
static unsigned char *corner(const plane *p, size_t panel)
{
    const size_t left = panel % p->columns * (p->side + GAP), top = panel / p->columns * (p->side + HEAD + GAP) + HEAD;
    return p->rgb + 3 * (top * p->width + left);
}

void plane_name(plane *p, size_t panel, const char *name)
{
    letters_draw(corner(p, panel) - 3 * HEAD * p->width, p->width, 3, name);
}

/* Moves pixel (x, y) of a panel towards a colour: all the way for share 1. */
static void blend(plane *p, size_t panel, size_t x, size_t y, const colour to, double share)
{
    unsigned char *pixel = corner(p, panel) + 3 * (y * p->width + x);
    for (int c = 0; c < 3; c++)
        pixel[c] = (unsigned char)lrint(pixel[c] + share * (to[c] - pixel[c]));
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int plane_density(plane *p, size_t panel, const double *log_density)
{
    const size_t count = p->side * p->side;
    double *sorted = malloc(count * sizeof *sorted);
    if (!sorted) return -1;
    memcpy(sorted, log_density, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_size);
    const double top = sorted[count - 1 - count / 100];
    free(sorted);
    for (size_t i = 0; i < count; i++) {
        /* the root of the density: what is rare shows too */
        const double level = floor(BANDS * fmin(exp((log_density[i] - top) / 2), 1)) / BANDS * 4;
        const int step = level < 3 ? (int)level : 3;
        blend(p, panel, i % p->side, i / p->side, ramp[step], 1);
        blend(p, panel, i % p->side, i / p->side, ramp[step + 1], level - step);
    }
    return 0;
}

void plane_classes(plane *p, size_t panel, const float *probabilities)
{
    for (size_t i = 0; i < p->side * p->side; i++) {
        const float *of = probabilities + 3 * i;
        for (int c = 0; c < 3; c++) {
            const double lead = of[c] - fmax(of[(c + 1) % 3], of[(c + 2) % 3]); /* above 0 for the winner only */
            if (lead > 0) blend(p, panel, i % p->side, i / p->side, classes[c], 0.12 + 0.28 * floor(5 * lead) / 5);
        }
    }
}

void plane_dots(plane *p, size_t panel, plane_box box, const float *points, const float *targets, size_t count,
                double radius)
{
    for (size_t i = 0; i < count; i++) {
        const double scale = (double)p->side / box.size, *colour_of = dark;
        const double px = (points[2 * i] - box.left) * scale, py = (box.bottom + box.size - points[2 * i + 1]) * scale;
        for (int c = 0; targets && c < 3; c++)
            if (targets[3 * i + c] > 0.5f) colour_of = classes[c];
        for (double y = floor(py - radius - 1); y <= py + radius + 1; y++)
            for (double x = floor(px - radius - 1); x <= px + radius + 1; x++) {
                const double inside = radius + 0.5 - hypot(x + 0.5 - px, y + 0.5 - py); /* soft edge of one pixel */
                if (inside > 0 && x >= 0 && y >= 0 && x < (double)p->side && y < (double)p->side)
                    blend(p, panel, (size_t)x, (size_t)y, colour_of, fmin(inside, 1));
            }
    }
}

void plane_axes(plane *p, size_t panel, plane_box box)
{
    const double x = floor(-box.left / box.size * (double)p->side);
    const double y = floor((box.bottom + box.size) / box.size * (double)p->side);
    for (size_t i = 0; i < p->side; i++) {
        if (x >= 0 && x < (double)p->side) blend(p, panel, (size_t)x, i, grey, 0.5);
        if (y >= 0 && y < (double)p->side) blend(p, panel, i, (size_t)y, grey, 0.5);
        blend(p, panel, i, 0, grey, 0.25);
        blend(p, panel, i, p->side - 1, grey, 0.25);
        blend(p, panel, 0, i, grey, 0.25);
        blend(p, panel, p->side - 1, i, grey, 0.25);
    }
}

int plane_save(const plane *p, const char *path)
{
    picture png;
    if (picture_colours(&png, p->rgb, p->width, p->height) != 0) {
        fprintf(stderr, "%s: no memory\n", path);
        return -1;
    }
    int result = picture_save(&png, path);
    picture_free(&png);
    return result;
}

void plane_free(plane *p)
{
    free(p->rgb);
    p->rgb = NULL;
}
