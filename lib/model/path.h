/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Ways through the space of codes. */
#ifndef AEI_MODEL_PATH_H
#define AEI_MODEL_PATH_H

#include <stddef.h>

/* (1 - t) a + t b for dim numbers, or along the great circle: with unit vectors u, v of a, b at angle w,
 *   (sin((1 - t) w) u + sin(t w) v) / sin(w), times (1 - t) |a| + t |b|
 * Linear where sin(w) is nearly 0 or one of them is 0. */
void aei_path_linear(const float *a, const float *b, size_t dim, double t, float *out);
void aei_path_spherical(const float *a, const float *b, size_t dim, double t, float *out);

/* Inverse of the normal distribution function Phi, p in (0, 1): Acklam's rational start (relative error 1.2e-9), then one
 * step of Halley's rule on Phi(x) - p, which leaves about the rounding of a double. The upper half mirrors the lower. */
double aei_normal_quantile(double p);

#endif
