/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The demo's page: what it shows, and the sentence that says what is seen. */
#ifndef EXAMPLES_SUPPORT_REPORT_H
#define EXAMPLES_SUPPORT_REPORT_H

#include "images.h"

/* A model after its training. */
typedef struct trained {
    const char *name;  /* such as "deep" */
    const char *style; /* class of its colour on the page */
    char layers[96];   /* widths from input to output */
    ae_model *model;
    double *train;      /* losses by epoch, none of PCA: while learning, */
    double *validation; /* and after the epoch on the validation set */
    size_t epochs;
    size_t best;                     /* epoch whose weights it has, from 1 */
    double seconds;                  /* spent in training */
    ae_evaluation test;              /* on the test set */
    const ae_corruption *corruption; /* of its inputs in training, or NULL */
} trained;

/* The order of the demo's models. The first three have codes of one width, the last one of width 2. */
enum { PCA, LINEAR, DEEP, DENOISING, SPARSE, VARIATIONAL, PLANE, MODELS };

/* Writes the page. `footnote` says how it was made. Returns AE_OK, or prints why not. */
ae_status report_write(const char *path, const image_set *images, const trained models[MODELS], const char *footnote);

#endif
