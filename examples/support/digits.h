/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The 1797 handwritten digits of examples/data, for the examples. */
#ifndef EXAMPLES_SUPPORT_DIGITS_H
#define EXAMPLES_SUPPORT_DIGITS_H

#include <autoencoder/autoencoder.h>

enum {
    DIGIT_SIDE = 8,
    DIGIT_PIXELS = DIGIT_SIDE * DIGIT_SIDE,
    DIGIT_CLASSES = 10,
    DIGIT_TESTS = 300 /* the last rows, by other hands than the first: not to be learned from */
};

typedef struct digits {
    size_t rows;
    float *pixels; /* [rows, DIGIT_PIXELS], 0 paper .. 1 ink */
    float *labels; /* [rows], 0 .. 9 */
} digits;

/* Reads a file like examples/data/digits.csv.gz: 64 pixels of 0..16 and the label in each line. NULL means that file. */
ae_status digits_read(digits *out, const char *path);

/* Datasets of the rows to learn from and of the DIGIT_TESTS last ones; they use d's memory. */
ae_status digits_split(const digits *d, ae_dataset **train, ae_dataset **test);

/* The pixels of the first test digit. */
const float *digits_test(const digits *d);

/* Copies a test digit of each class, 0 to 9, to x: [DIGIT_CLASSES, DIGIT_PIXELS]. */
void digits_one_of_each(const digits *d, float *x);

/* The classes of some rows as targets of a softmax: [rows, DIGIT_CLASSES], in each row a 1 among zeros. */
void digits_targets(const digits *d, size_t first_row, size_t rows, float *targets);

/* Mean over images x: [count, DIGIT_PIXELS] of the squared distance to the nearest digit to learn from. */
double digits_distance(const digits *d, const float *x, size_t count);

void digits_free(digits *d);

/* For the end of main: prints the reason of a failure. Returns the program's exit code: 0 for AE_OK, 1 for a failure,
 * 77 ("skipped" to a test runner) where this build of the library lacks something, such as zlib. */
int finish(ae_status status);

#endif
