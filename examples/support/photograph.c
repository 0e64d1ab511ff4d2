/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "photograph.h"

#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAVES_SIDE = 320, LEAVES = 6000, SMALLEST = 3, LARGEST = 80 };

/* The next of a sequence of numbers in [0, 1) (Knuth's linear congruence; the upper bits are the good ones). */
static double draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / 9007199254740992.0;
}

/* Discs, the later above the earlier; the density of radii falls with their third power. */
static void fall(photograph *p)
{
    uint64_t state = 1;
    memset(p->pixels, 128, p->width * p->height);
    for (int n = 0; n < LEAVES; n++) {
        const double small = pow(SMALLEST, -2), large = pow(LARGEST, -2);
        const double radius = pow(small - draw(&state) * (small - large), -0.5);
        const double cx = draw(&state) * (double)p->width, cy = draw(&state) * (double)p->height;
        const unsigned char grey = (unsigned char)(256 * draw(&state));
        for (size_t y = 0; y < p->height; y++)
            for (size_t x = 0; fabs((double)y - cy) < radius && x < p->width; x++)
                if (hypot((double)x - cx, (double)y - cy) < radius) p->pixels[y * p->width + x] = grey;
    }
}

int photograph_read(photograph *out, const char *path)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    *out = (photograph){.width = LEAVES_SIDE, .height = LEAVES_SIDE};
    if (path && !png_image_begin_read_from_file(&image, path)) {
        fprintf(stderr, "%s: %s\n", path, image.message);
        return -1;
    }
    if (path) {
        image.format = PNG_FORMAT_GRAY;
        out->width = image.width;
        out->height = image.height;
    }
    out->pixels = malloc(out->width * out->height);
    if (!out->pixels) {
        fputs("out of memory\n", stderr);
    } else if (!path) {
        fall(out);
        return 0;
    } else if (png_image_finish_read(&image, NULL, out->pixels, 0, NULL)) {
        return 0;
    } else {
        fprintf(stderr, "%s: %s\n", path, image.message);
    }
    png_image_free(&image);
    photograph_free(out);
    return -1;
}

void photograph_patches(const photograph *p, uint64_t seed, size_t side, size_t count, float *patches)
{
    for (size_t n = 0; n < count; n++) {
        const size_t left = (size_t)(draw(&seed) * (double)(p->width - side + 1));
        const size_t top = (size_t)(draw(&seed) * (double)(p->height - side + 1));
        float *patch = patches + n * side * side, mean = 0;
        for (size_t i = 0; i < side * side; i++) {
            patch[i] = (float)p->pixels[(top + i / side) * p->width + left + i % side] / 255;
            mean += patch[i] / (float)(side * side);
        }
        for (size_t i = 0; i < side * side; i++)
            patch[i] -= mean;
    }
}

void photograph_free(photograph *p)
{
    free(p->pixels);
    p->pixels = NULL;
}
