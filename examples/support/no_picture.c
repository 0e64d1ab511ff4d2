/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* In place of picture.c where there is no libpng: a program that only may draw still builds. */
#include "picture.h"

#include <stdio.h>

int picture_save_rows(const char *path, const float *images, const char *const *names, size_t rows, size_t side,
                      size_t columns)
{
    (void)images, (void)names, (void)rows, (void)side, (void)columns;
    if (!path) return 0;
    fprintf(stderr, "%s: no pictures without libpng\n", path);
    return -1;
}
