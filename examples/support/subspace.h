/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#ifndef EXAMPLES_SUPPORT_SUBSPACE_H
#define EXAMPLES_SUPPORT_SUBSPACE_H

#include <stddef.h>

/* The largest principal angle, in radians, between the subspaces that the rows of p and of q span, both [k, width] and of
 * rank k: how far the worst direction of one is from all directions of the other. -1 without memory. */
double largest_angle(const float *p, const float *q, size_t k, size_t width);

#endif
