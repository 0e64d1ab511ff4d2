/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "arguments.h"
#include "cli.h"

enum format { FORMAT_UNKNOWN, FORMAT_CSV, FORMAT_NPY, FORMAT_IDX };

/* A file that is read by its path, or what came through a pipe. */
typedef struct source {
    const char *path, *name; /* name: for messages */
    unsigned char *bytes;    /* NULL: read the path */
    size_t size;
    enum format format;
} source;

typedef ae_status read_path(ae_dataset **out, const char *path, const ae_read_options *options);
typedef ae_status read_memory(ae_dataset **out, const void *bytes, size_t size, const ae_read_options *options);

static const struct {
    read_path *path;
    read_memory *memory;
} readers[] = {
    [FORMAT_CSV] = {ae_dataset_read_csv, ae_dataset_read_csv_memory},
    [FORMAT_NPY] = {ae_dataset_read_npy, ae_dataset_read_npy_memory},
    [FORMAT_IDX] = {ae_dataset_read_idx, ae_dataset_read_idx_memory},
};

static enum format by_name(const char *path)
{
    static const struct {
        const char *suffix;
        enum format format;
    } suffixes[] = {{".csv", FORMAT_CSV}, {".tsv", FORMAT_CSV},   {".txt", FORMAT_CSV},
                    {".npy", FORMAT_NPY}, {"-ubyte", FORMAT_IDX}, {".idx", FORMAT_IDX}};
    size_t length = strlen(path);
    if (length > 3 && strcmp(path + length - 3, ".gz") == 0) length -= 3;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t n = strlen(suffixes[i].suffix);
        if (length >= n && memcmp(path + length - n, suffixes[i].suffix, n) == 0) return suffixes[i].format;
    }
    return FORMAT_UNKNOWN;
}

static enum format by_first_bytes(const unsigned char *bytes, size_t size)
{
    if (size >= 6 && memcmp(bytes, "\x93NUMPY", 6) == 0) return FORMAT_NPY;
    if (size >= 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] >= 8 && bytes[2] <= 14) return FORMAT_IDX;
    if (size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b) return FORMAT_UNKNOWN; /* gzipped: no telling what */
    return FORMAT_CSV;
}

/* Reads a pipe to its end: it can be read but once, the formats' readers may want it twice. */
static int read_stream(source *s, FILE *file)
{
    size_t capacity = 0;
    for (;;) {
        if (s->size == capacity) {
            capacity = capacity ? 2 * capacity : 1 << 16;
            unsigned char *larger = realloc(s->bytes, capacity);
            if (!larger) return fail("%s: no memory for more than %zu bytes", s->name, s->size);
            s->bytes = larger;
        }
        size_t n = fread(s->bytes + s->size, 1, capacity - s->size, file);
        s->size += n;
        if (n == 0) break;
    }
    return ferror(file) ? fail("%s: %s", s->name, strerror(errno)) : EXIT_DONE;
}

static int open_source(source *s, const char *path)
{
    unsigned char first[6];
    struct stat file;
    memset(s, 0, sizeof *s);
    s->path = s->name = path;
    int standard_input = strcmp(path, "-") == 0, result = EXIT_DONE;
    if (standard_input) {
        s->name = "standard input";
        result = read_stream(s, stdin);
    } else {
        s->format = by_name(path);
        if (stat(path, &file) != 0) return fail("%s: %s", path, strerror(errno));
        if (S_ISDIR(file.st_mode)) return fail("%s: it is a folder", path);
        if (S_ISREG(file.st_mode) && s->format != FORMAT_UNKNOWN) return EXIT_DONE;
        FILE *in = fopen(path, "rb");
        if (!in) return fail("%s: %s", path, strerror(errno));
        if (S_ISREG(file.st_mode))
            s->format = by_first_bytes(first, fread(first, 1, sizeof first, in));
        else
            result = read_stream(s, in);
        fclose(in);
    }
    if (result == EXIT_DONE && s->bytes) s->format = by_first_bytes(s->bytes, s->size);
    if (result == EXIT_DONE && s->format == FORMAT_UNKNOWN) {
        if (!s->bytes) return fail("%s: name it .csv.gz, .npy.gz or .idx.gz, as it is", path);
        s->format = FORMAT_CSV;
    }
    return result;
}

static int read_source(ae_dataset **out, const source *s, const ae_read_options *options)
{
    ae_status status = s->bytes ? readers[s->format].memory(out, s->bytes, s->size, options)
                                : readers[s->format].path(out, s->path, options);
    return status == AE_OK ? EXIT_DONE : fail_status(status, s->name);
}

/* The labels of a CSV file are read by themselves, since only wanted ones must be numbers. */
static int read_csv_labels(data *out, const source *s, ae_read_options *options)
{
    ae_dataset *column = NULL;
    options->csv_exclude = 0;
    int result = read_source(&column, s, options);
    if (result == EXIT_DONE) {
        out->labels = malloc(ae_dataset_rows(column) * sizeof *out->labels);
        if (!out->labels) result = fail("%s: no memory for the labels", s->name);
        if (out->labels) data_copy(column, 0, ae_dataset_rows(column), out->labels);
    }
    ae_dataset_free(column);
    return result;
}

/* Takes a column out of rows that came without names. */
static int take_column(data *out, const source *s, const data_options *options)
{
    const size_t rows = ae_dataset_rows(out->rows), columns = ae_dataset_columns(out->rows);
    uint64_t label;
    if (!parse_count(options->label, &label) || label >= columns)
        return fail("%s: there is no column '%s', it has %zu", s->name, options->label, columns);
    if (columns < 2) return fail("%s: there is no column beside the label", s->name);
    out->labels = malloc(rows * sizeof *out->labels);
    out->copy = malloc(rows * (columns - 1) * sizeof *out->copy);
    if (!out->labels || !out->copy) return fail("%s: no memory", s->name);
    for (size_t i = 0; i < rows; i++) {
        const float *from = ae_dataset_row(out->rows, i);
        float *to = out->copy + i * (columns - 1);
        out->labels[i] = from[label];
        memcpy(to, from, label * sizeof *to);
        memcpy(to + label, from + label + 1, (columns - 1 - label) * sizeof *to);
    }
    ae_dataset_free(out->rows);
    ae_status status = ae_dataset_from_memory(&out->rows, options->runtime, out->copy, rows, columns - 1, 0);
    return status == AE_OK ? EXIT_DONE : fail_status(status, s->name);
}

int data_read(data *out, const char *path, const data_options *options)
{
    source s;
    ae_read_options read;
    ae_read_options_init(&read, sizeof read);
    memset(out, 0, sizeof *out);
    read.runtime = options->runtime;
    read.scale_bytes = !options->raw;
    read.max_bytes = 0; /* the user's own data */
    int result = open_source(&s, path);
    if (result == EXIT_DONE && options->label && s.format == FORMAT_CSV) {
        read.csv_columns = &options->label;
        read.csv_column_count = 1;
        read.csv_exclude = 1;
        result = read_source(&out->rows, &s, &read);
        if (result == EXIT_DONE && options->wants_labels) result = read_csv_labels(out, &s, &read);
    } else if (result == EXIT_DONE) {
        result = read_source(&out->rows, &s, &read);
        if (result == EXIT_DONE && options->label) result = take_column(out, &s, options);
    }
    free(s.bytes);
    return result;
}

int data_fits(const data *d, const ae_model *model, const char *path)
{
    size_t columns = ae_dataset_columns(d->rows), needed = ae_model_input_dim(model);
    if (columns == needed) return EXIT_DONE;
    const char *hint = columns == needed + 1 ? "; is one of them a label (--label)?" : "";
    return fail("%s: it has %zu columns and the model takes %zu%s", path, columns, needed, hint);
}

int data_has_names(const data *d)
{
    for (size_t i = 0; i < ae_dataset_columns(d->rows); i++)
        if (ae_dataset_column_name(d->rows, i)) return 1;
    return 0;
}

void data_copy(const ae_dataset *rows, size_t first, size_t count, float *x)
{
    const size_t columns = ae_dataset_columns(rows);
    for (size_t i = 0; i < count; i++)
        memcpy(x + i * columns, ae_dataset_row(rows, first + i), columns * sizeof *x);
}

void data_free(data *d)
{
    ae_dataset_free(d->rows);
    free(d->labels);
    free(d->copy);
    memset(d, 0, sizeof *d);
}
