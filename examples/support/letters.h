/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Names on pictures: ASCII in dots. */
#ifndef EXAMPLES_SUPPORT_LETTERS_H
#define EXAMPLES_SUPPORT_LETTERS_H

#include <stddef.h>

enum { LETTERS_HEIGHT = 16 }; /* pixels, with what hangs below the line */

/* How many pixels wide a text is. */
size_t letters_width(const char *text);

/* Draws a text in dark grey; `pixels` is the place of its upper left corner in an image `width` pixels wide of 3 or 4
 * bytes a pixel. */
void letters_draw(unsigned char *pixels, size_t width, size_t channels, const char *text);

#endif
