/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Files that are there whole or not at all, and rows of numbers in them. */
#ifndef AUTOENCODER_CLI_OUTPUT_H
#define AUTOENCODER_CLI_OUTPUT_H

#include <autoencoder/autoencoder.h>

#include <stdio.h>

/* A file being written under another name in the same folder; one at a time. A signal that ends the program removes
 * it. */
typedef struct new_file {
    FILE *file;
    char *path, *temporary;
} new_file;

/* Begins a file; a device or a pipe at `path` is written to directly. All return an exit code, after a line on a
 * failure. */
int new_file_open(new_file *out, const char *path);

/* Gives the file its name: what was there before is replaced. */
int new_file_finish(new_file *f);

/* Removes what is not finished; after new_file_finish() it does nothing. */
void new_file_drop(new_file *f);

/* Rows of numbers: .csv, .npy, CSV on standard output, or the numbers of a JSON report. */
enum output_format { OUTPUT_CSV, OUTPUT_NPY, OUTPUT_JSON };

typedef struct output {
    enum output_format format;
    new_file file; /* file.file is stdout for none */
    const char *path;
    size_t rows, columns;
} output;

/* What the first line of a CSV file says; zero for none. */
typedef struct output_names {
    const ae_dataset *like; /* names of its columns */
    const char *prefix;     /* of columns without a name: with the column's number; alone where there is one column */
} output_names;

/* Is there something before `suffix`, and that at the end? */
int ends_with(const char *path, const char *suffix);

/* Can rows be written to this path ("-" or NULL: standard output)? If not, prints so; returns an exit code. */
int output_check(const char *command, const char *path);

/* Begins output. With `json` and no file it is the array "values" of a JSON report. */
int output_open(output *out, const char *path, int json, size_t rows, size_t columns, output_names names);

int output_rows(output *out, const float *values, size_t rows);

/* Ends output. With `json` there is a report now, with "rows", "columns" and "file", that the caller closes; else a
 * line is printed, unless quiet or the rows went to standard output. */
int output_finish(output *out, int json, int quiet);

/* Drops what is not finished. */
void output_drop(output *out);

/* Computes rows `first` to `first + count` of an output; x are the same rows of the data, NULL without data. */
typedef ae_status (*compute_rows)(void *user, const float *x, size_t first, size_t count, float *values);

/* Goes through `from`, or where it is NULL through as many rows as the output has, in pieces, and writes what `compute`
 * gives. */
int output_compute(output *out, const ae_dataset *from, compute_rows compute, void *user);

#endif
