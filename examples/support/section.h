/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The sections of the demo's page and what they share. A new section is a function here and a line in report.c. */
#ifndef EXAMPLES_SUPPORT_SECTION_H
#define EXAMPLES_SUPPORT_SECTION_H

#include <stdio.h>

#include "picture.h"
#include "report.h"

enum { SHOWN = 10 /* images in a row */ };

/* Everything a section needs. */
typedef struct report {
    FILE *out;
    const image_set *images;
    const trained *models;
    size_t pixels, rows;   /* of the test set */
    float *errors[MODELS]; /* squared error of each test image */
    ae_status status;      /* the first failure; later sections do nothing then */
} report;

/* Memory for `count` floats; after a failure NULL, and the report's status says so. */
float *section_floats(report *r, size_t count);

/* Puts a picture on the page and frees it; `made` is what the function that made it returned. */
void section_picture(report *r, int made, picture *p, const char *style, const char *alt);

/* Images [count, pixels], `columns` side by side. */
void section_images(report *r, const float *images, size_t count, size_t columns, const char *alt);

/* Starts a row of a comparison, for which </div> is left to do; what follows stands to the right of the name. */
void section_row(report *r, const char *style, const char *name, const char *detail);

/* A row of numbers under the images of a row. */
void section_numbers(report *r, const double *values, size_t count, int decimals);

/* The first test image of each class, or just the first ones; returns how many there are. */
size_t section_one_of_each(const report *r, size_t chosen[SHOWN]);

/* Copies test images to x: [count, pixels]. */
void section_copy(const report *r, const size_t chosen[], size_t count, float *x);

/* The sections, each with its heading. */
void section_reconstructions(report *r);
void section_denoising(report *r);
void section_sparse(report *r);
void section_dictionary(report *r);
void section_samples(report *r);
void section_plane(report *r);
void section_between(report *r);
void section_densities(report *r);
void section_hardest(report *r);
void section_losses(report *r);
void section_table(report *r);

#endif
