/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "subspace.h"

#include <math.h>
#include <stdlib.h>

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* y += c x */
static void add(double *y, double c, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += c * x[i];
}

/* Makes the rows of a orthonormal; a second round takes off what rounding left. */
static void gram_schmidt(double *a, size_t k, size_t width)
{
    for (size_t i = 0; i < k; i++) {
        double *row = a + i * width;
        for (int round = 0; round < 2; round++)
            for (size_t j = 0; j < i; j++)
                add(row, -dot(row, a + j * width, width), a + j * width, width);
        double norm = sqrt(dot(row, row, width));
        for (size_t x = 0; x < width; x++)
            row[x] /= norm;
    }
}

/* A unit vector of q's subspace that is at the angle t to p's subspace has a part of length sin t outside of it. So what
 * is outside is taken of each row of q, and power iteration finds the combination of the rows that has most of it. */
double largest_angle(const float *p, const float *q, size_t k, size_t width)
{
    double *a = malloc((2 * k * width + width + k) * sizeof *a);
    if (!a) return -1.0;
    double *b = a + k * width, *outside = b + k * width, *c = outside + width, length = 0.0;
    for (size_t i = 0; i < k * width; i++) {
        a[i] = p[i];
        b[i] = q[i];
    }
    gram_schmidt(a, k, width);
    gram_schmidt(b, k, width);
    for (size_t i = 0; i < k; i++)
        for (int round = 0; round < 2; round++)
            for (size_t j = 0; j < k; j++)
                add(b + i * width, -dot(b + i * width, a + j * width, width), a + j * width, width);

    for (size_t i = 0; i < k; i++)
        c[i] = 1.0 + (double)i / (double)k; /* any start that is not by chance orthogonal to the answer */
    for (int step = 0; step < 300; step++) {
        double norm = sqrt(dot(c, c, k));
        for (size_t x = 0; x < width; x++)
            outside[x] = 0.0;
        for (size_t i = 0; norm > 0.0 && i < k; i++)
            add(outside, c[i] / norm, b + i * width, width);
        length = sqrt(dot(outside, outside, width));
        for (size_t i = 0; i < k; i++)
            c[i] = dot(outside, b + i * width, width);
    }
    free(a);
    return asin(fmin(length, 1.0));
}
