/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Charts as inline SVG. Colours come from the page's style sheet, by class. */
#ifndef EXAMPLES_SUPPORT_CHART_H
#define EXAMPLES_SUPPORT_CHART_H

#include <stddef.h>
#include <stdio.h>

/* The losses of one training. */
typedef struct chart_curve {
    const char *style; /* class of its colour */
    size_t epochs;
    const double *train;
    const double *validation;
    size_t best; /* epoch whose weights were kept, from 1 */
} chart_curve;

/* The losses of curves[chosen] over its epochs, on a logarithmic scale; the validation losses of the others stand behind
 * it in grey, so that charts of one set of curves can be compared. */
void chart_losses(FILE *out, const chart_curve *curves, size_t count, size_t chosen);

/* The part of the plane that a map shows. */
typedef struct chart_box {
    double x0, x1, y0, y1;
} chart_box;

/* Points [count, 2] as their labels 0..9, or as dots where labels is NULL. */
void chart_map(FILE *out, const float *points, const float *labels, size_t count, const chart_box *box);

/* Codes [count, dim] as columns of bars, up for positive and down for negative numbers, the longest of length `limit`. */
void chart_codes(FILE *out, const float *codes, size_t count, size_t dim, double limit);

#endif
