/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "spirals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

ae_status spirals_make(spirals *out, size_t per_class, double turns, double noise, uint64_t seed)
{
    const double full = 6.283185307179586;
    const float scale[4] = {(float)noise, 0, 0, (float)noise};
    ae_gaussian_map *map = NULL;
    out->rows = SPIRAL_CLASSES * per_class;
    out->points = malloc(out->rows * 2 * sizeof *out->points);
    out->targets = calloc(out->rows * SPIRAL_CLASSES, sizeof *out->targets);
    ae_status status = out->points && out->targets ? AE_OK : AE_ERROR_NO_MEMORY;
    if (status == AE_OK) status = ae_gaussian_map_create(&map, NULL, scale, 2, 2, 0, NULL, AE_IDENTITY, 0);
    if (status == AE_OK) status = ae_gaussian_map_sample(map, seed, 0, out->rows, out->points, 0);
    ae_gaussian_map_free(map);
    if (status != AE_OK) {
        spirals_free(out);
        return status;
    }
    for (size_t i = 0; i < out->rows; i++) {
        const size_t c = i % SPIRAL_CLASSES;
        const double t = ((double)(i / SPIRAL_CLASSES) + 0.5) / (double)per_class, r = 0.1 + 0.9 * t;
        const double angle = full * (turns * t + (double)c / SPIRAL_CLASSES);
        out->points[2 * i] += (float)(r * cos(angle));
        out->points[2 * i + 1] += (float)(r * sin(angle));
        out->targets[SPIRAL_CLASSES * i + c] = 1;
    }
    return AE_OK;
}

void spirals_free(spirals *s)
{
    free(s->points);
    free(s->targets);
    memset(s, 0, sizeof *s);
}
