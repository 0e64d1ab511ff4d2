/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Grey photographs, and patches of them. */
#ifndef EXAMPLES_SUPPORT_PHOTOGRAPH_H
#define EXAMPLES_SUPPORT_PHOTOGRAPH_H

#include <stddef.h>
#include <stdint.h>

typedef struct photograph {
    size_t width, height;
    unsigned char *pixels; /* [height, width], 0 black .. 255 white */
} photograph;

/* Reads a PNG. NULL makes a picture of discs that cover each other, small ones being many ("dead leaves"; Lee, Mumford
 * and Huang 2001), whose edges are distributed much as those of photographs. Returns 0, or -1 after a line on why. */
int photograph_read(photograph *out, const char *path);

/* Patches from places drawn by the seed, 0 to 1, each less its own mean: [count, side * side]. */
void photograph_patches(const photograph *p, uint64_t seed, size_t side, size_t count, float *patches);

void photograph_free(photograph *p);

#endif
