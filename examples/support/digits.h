/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The 1797 handwritten digits of examples/data, for the examples. */
#ifndef EXAMPLES_SUPPORT_DIGITS_H
#define EXAMPLES_SUPPORT_DIGITS_H

#include <autoencoder/autoencoder.h>

enum { DIGIT_SIDE = 8, DIGIT_PIXELS = DIGIT_SIDE * DIGIT_SIDE, DIGIT_CLASSES = 10 };

typedef struct digits {
    size_t rows;
    float *pixels; /* [rows, DIGIT_PIXELS], 0 paper .. 1 ink */
    float *labels; /* [rows], 0 .. 9 */
} digits;

/* Reads a file like examples/data/digits.csv.gz: 64 pixels of 0..16 and the label in each line. NULL means that file. */
ae_status digits_read(digits *out, const char *path);

void digits_free(digits *d);

/* For the end of main: prints the reason of a failure. Returns the program's exit code: 0 for AE_OK, 1 for a failure,
 * 77 ("skipped" to a test runner) where this build of the library lacks something, such as zlib. */
int finish(ae_status status);

#endif
