/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Three interleaved spirals in the plane: a toy problem that no straight line solves. */
#ifndef EXAMPLES_SUPPORT_SPIRALS_H
#define EXAMPLES_SUPPORT_SPIRALS_H

#include <autoencoder/autoencoder.h>

enum { SPIRAL_CLASSES = 3 };

typedef struct spirals {
    size_t rows;
    float *points;  /* [rows, 2], within about +-1 */
    float *targets; /* [rows, SPIRAL_CLASSES]: 1 for the point's class, 0 for the others */
} spirals;

/* `per_class` points on each arm r (cos(a), sin(a)), r from 0.1 to 1, over `turns` turns, plus normal noise of a deviation
 * in each coordinate. The same seed gives the same points. */
ae_status spirals_make(spirals *out, size_t per_class, double turns, double noise, uint64_t seed);

void spirals_free(spirals *s);

#endif
