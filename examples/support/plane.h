/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Pictures of what happens in the plane: square panels in one PNG, each showing a part of R^2. */
#ifndef EXAMPLES_SUPPORT_PLANE_H
#define EXAMPLES_SUPPORT_PLANE_H

#include <stddef.h>

/* The square [left, left + size] x [bottom, bottom + size]. */
typedef struct plane_box {
    double left, bottom, size;
} plane_box;

typedef struct plane {
    size_t side, columns, width, height; /* in pixels; panels side by side */
    unsigned char *rgb;
} plane;

/* `rows` rows of `columns` white panels of side x side pixels. Returns 0, or -1 without memory. */
int plane_create(plane *p, size_t side, size_t columns, size_t rows);

/* Writes a name (ASCII), no wider than the panel, above it. */
void plane_name(plane *p, size_t panel, const char *name);

/* The centres of a panel's pixels: [side * side, 2], row by row from the top. */
void plane_points(const plane *p, plane_box box, float *points);

/* Paints a panel by a log density at its pixels: [side * side], in bands from white (nothing) to dark (the highest of the
 * panel but for its top percent, since densities may have poles). Returns 0, or -1 without memory. */
int plane_density(plane *p, size_t panel, const double *log_density);

/* Paints a panel by the probabilities of three classes at its pixels: [side * side, 3]. */
void plane_classes(plane *p, size_t panel, const float *probabilities);

/* Draws points [count, 2] as dots of a radius in pixels: in dark blue, or where targets [count, 3] are given in the
 * colours of their classes. */
void plane_dots(plane *p, size_t panel, plane_box box, const float *points, const float *targets, size_t count,
                double radius);

/* Draws the lines x = 0 and y = 0, and a frame. */
void plane_axes(plane *p, size_t panel, plane_box box);

/* Writes the PNG, or prints why not. Returns 0 or -1. */
int plane_save(const plane *p, const char *path);

void plane_free(plane *p);

#endif
