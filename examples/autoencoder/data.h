/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Data from a file or standard input, in any format the library reads, and its column of labels. */
#ifndef AUTOENCODER_CLI_DATA_H
#define AUTOENCODER_CLI_DATA_H

#include <autoencoder/autoencoder.h>

typedef struct data_options {
    const char *label;   /* column that is no feature: a header's name or a number from 0; NULL: none */
    int raw;             /* unsigned bytes stay 0..255 */
    int wants_labels;    /* the labels' values are needed: they must be numbers */
    ae_runtime *runtime; /* NULL: the default */
} data_options;

typedef struct data {
    ae_dataset *rows;
    float *labels; /* [rows] where they are wanted, else NULL */
    float *copy;   /* memory under `rows` where a column was taken out here */
} data;

/* Reads data: by its name .csv, .npy or IDX, each also .gz; by its first bytes where the name does not tell; "-" is
 * standard input. Returns an exit code, after a line on a failure. Free with data_free(), after a failure too. */
int data_read(data *out, const char *path, const data_options *options);

/* Is the data as wide as a model's input? If not, prints so and returns EXIT_FAILED. */
int data_fits(const data *d, const ae_model *model, const char *path);

/* Has the data names of columns? */
int data_has_names(const data *d);

/* Copies some rows to x: [rows, columns]. */
void data_copy(const ae_dataset *rows, size_t first, size_t count, float *x);

void data_free(data *d);

#endif
