/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "output.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arguments.h"
#include "cli.h"
#include "data.h"
#include "json.h"

enum { PIECE_ROWS = 1024, PIECE_NUMBERS = 1 << 22 };

/* ---- new files ---- */

static const char *volatile unfinished; /* for the signal handler */
static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

static void remove_unfinished(int number)
{
    const char *path = unfinished;
    if (path) unlink(path);
    signal(number, SIG_DFL);
    raise(number);
}

static void watch_signals(int on)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct sigaction old, action = {.sa_handler = on ? remove_unfinished : SIG_DFL};
        sigaction(ends[i], NULL, &old);
        if (old.sa_handler != SIG_IGN) sigaction(ends[i], &action, NULL); /* nohup stays in force */
    }
}

/* Opens a new file beside f->path, with the permissions the final one shall have. */
static int open_temporary(new_file *f, mode_t mode)
{
    size_t size = strlen(f->path) + sizeof ".XXXXXX";
    f->temporary = malloc(size);
    if (!f->temporary) return fail("%s: no memory", f->path);
    snprintf(f->temporary, size, "%s.XXXXXX", f->path);
    int fd = mkstemp(f->temporary);
    if (fd < 0) {
        free(f->temporary);
        f->temporary = NULL;
        return fail("%s: %s", f->path, strerror(errno));
    }
    unfinished = f->temporary;
    watch_signals(1);
    f->file = fchmod(fd, mode) == 0 ? fdopen(fd, "wb") : NULL;
    if (f->file) return EXIT_DONE;
    fail("%s: %s", f->path, strerror(errno));
    close(fd);
    return EXIT_FAILED;
}

int new_file_open(new_file *out, const char *path)
{
    struct stat old;
    memset(out, 0, sizeof *out);
    int exists = stat(path, &old) == 0;
    if (exists && S_ISDIR(old.st_mode)) return fail("%s: it is a folder", path);
    if (exists && !S_ISREG(old.st_mode)) { /* a rename would put a file in the place of a device */
        out->file = fopen(path, "wb");
        out->path = strdup(path);
        return out->file && out->path ? EXIT_DONE : fail("%s: %s", path, strerror(errno));
    }
    mode_t mask = umask(0);
    umask(mask);
    out->path = exists ? realpath(path, NULL) : strdup(path); /* a symbolic link is followed, not replaced */
    if (!out->path) return fail("%s: %s", path, strerror(errno));
    return open_temporary(out, exists ? old.st_mode & 07777 : 0666 & ~mask);
}

int new_file_finish(new_file *f)
{
    int good = fflush(f->file) == 0 && !ferror(f->file);
    if (good && f->temporary) good = fsync(fileno(f->file)) == 0;
    int error = errno;
    if (fclose(f->file) != 0 && good) {
        good = 0;
        error = errno;
    }
    f->file = NULL;
    if (good && f->temporary && rename(f->temporary, f->path) != 0) {
        good = 0;
        error = errno;
    }
    if (!good) fail("%s: %s", f->path, strerror(error));
    if (good && f->temporary) {
        unfinished = NULL;
        watch_signals(0);
        free(f->temporary);
        f->temporary = NULL;
    }
    new_file_drop(f);
    return good ? EXIT_DONE : EXIT_FAILED;
}

void new_file_drop(new_file *f)
{
    if (f->file) fclose(f->file);
    if (f->temporary) {
        unlink(f->temporary);
        unfinished = NULL;
        watch_signals(0);
    }
    free(f->temporary);
    free(f->path);
    memset(f, 0, sizeof *f);
}

/* ---- rows ---- */

static int is_standard_output(const char *path)
{
    return !path || strcmp(path, "-") == 0;
}

int ends_with(const char *path, const char *suffix)
{
    size_t length = strlen(path), n = strlen(suffix);
    return length > n && strcmp(path + length - n, suffix) == 0;
}

int output_check(const char *command, const char *path)
{
    if (is_standard_output(path) || ends_with(path, ".csv") || ends_with(path, ".npy")) return EXIT_DONE;
    return arguments_wrong(command, "-o %s: a file of rows ends in .csv or .npy", path);
}

/* NPY, version 1.0: a dictionary in text, filled up so that the numbers begin at a multiple of 64. */
static void put_npy_head(const output *out)
{
    char head[128];
    int used = snprintf(head, sizeof head, "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu,", out->rows);
    if (out->columns) used += snprintf(head + used, sizeof head - (size_t)used, " %zu", out->columns);
    used += snprintf(head + used, sizeof head - (size_t)used, "), }");
    int length = (10 + used + 1 + 63) / 64 * 64 - 10;
    fwrite("\x93NUMPY\1\0", 1, 8, out->file.file);
    putc(length & 255, out->file.file);
    putc(length >> 8, out->file.file);
    fprintf(out->file.file, "%s%*s\n", head, length - used - 1, "");
}

/* A field of a CSV file, in quotes where it needs them. */
static void put_field(FILE *file, const char *text)
{
    if (*text && !strpbrk(text, ",;\t\"\r\n") && *text != ' ' && text[strlen(text) - 1] != ' ') {
        fputs(text, file);
        return;
    }
    putc('"', file);
    for (; *text; text++) {
        if (*text == '"') putc('"', file);
        putc(*text, file);
    }
    putc('"', file);
}

static void put_csv_head(const output *out, output_names names)
{
    size_t columns = out->columns ? out->columns : 1;
    if (!names.like && !names.prefix) return;
    for (size_t i = 0; i < columns; i++) {
        const char *name = names.like ? ae_dataset_column_name(names.like, i) : NULL;
        if (i) putc(',', out->file.file);
        if (name)
            put_field(out->file.file, name);
        else if (out->columns)
            fprintf(out->file.file, "%s%zu", names.prefix ? names.prefix : "column", i);
        else
            fputs(names.prefix, out->file.file);
    }
    putc('\n', out->file.file);
}

int output_open(output *out, const char *path, int json, size_t rows, size_t columns, output_names names)
{
    memset(out, 0, sizeof *out);
    out->rows = rows;
    out->columns = columns;
    if (is_standard_output(path)) {
        out->format = json ? OUTPUT_JSON : OUTPUT_CSV;
        out->file.file = stdout;
        if (json) {
            json_open(NULL, '{');
            json_open("values", '[');
        }
    } else {
        out->path = path;
        out->format = ends_with(path, ".npy") ? OUTPUT_NPY : OUTPUT_CSV;
        int result = new_file_open(&out->file, path);
        if (result != EXIT_DONE) return result;
    }
    if (out->format == OUTPUT_NPY) put_npy_head(out);
    if (out->format == OUTPUT_CSV) put_csv_head(out, names);
    return EXIT_DONE;
}

static void put_npy(FILE *file, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        unsigned char bytes[4] = {(unsigned char)bits, (unsigned char)(bits >> 8), (unsigned char)(bits >> 16),
                                  (unsigned char)(bits >> 24)};
        fwrite(bytes, 1, 4, file);
    }
}

int output_rows(output *out, const float *values, size_t rows)
{
    const size_t width = out->columns ? out->columns : 1;
    FILE *file = out->file.file;
    if (out->format == OUTPUT_NPY) put_npy(file, values, rows * width);
    for (size_t i = 0; out->format != OUTPUT_NPY && i < rows; i++) {
        if (out->format == OUTPUT_JSON && out->columns) json_open(NULL, '[');
        for (size_t k = 0; k < width; k++) {
            if (out->format == OUTPUT_JSON)
                json_float(NULL, values[i * width + k]);
            else if (isnan(values[i * width + k]))
                fprintf(file, "%snan", k ? "," : ""); /* without the sign that printf() would show */
            else
                fprintf(file, "%s%.9g", k ? "," : "", (double)values[i * width + k]);
        }
        if (out->format == OUTPUT_JSON && out->columns) json_close(']');
        if (out->format == OUTPUT_CSV) putc('\n', file);
    }
    if (!ferror(file)) return EXIT_DONE;
    return fail("%s: %s", out->path ? out->path : "standard output", strerror(errno));
}

int output_finish(output *out, int json, int quiet)
{
    int result = EXIT_DONE;
    if (out->format == OUTPUT_JSON) json_close(']');
    if (out->path) result = new_file_finish(&out->file);
    if (result != EXIT_DONE) return result;
    if (json) {
        if (out->path) json_open(NULL, '{');
        json_text("file", out->path);
        json_count("rows", out->rows);
        json_count("columns", out->columns ? out->columns : 1);
    } else if (out->path && !quiet)
        printf("%s: %zu rows of %zu\n", out->path, out->rows, out->columns ? out->columns : 1);
    return EXIT_DONE;
}

void output_drop(output *out)
{
    if (out->path) new_file_drop(&out->file);
}

int output_compute(output *out, const ae_dataset *from, compute_rows compute, void *user)
{
    const size_t width = out->columns ? out->columns : 1, in = ae_dataset_columns(from);
    size_t piece = PIECE_NUMBERS / (width > in ? width : in);
    piece = piece < 1 ? 1 : piece > PIECE_ROWS ? PIECE_ROWS : piece;
    float *x = from ? malloc(piece * in * sizeof *x) : NULL, *values = malloc(piece * width * sizeof *values);
    int result = (from && !x) || !values ? fail("no memory for %zu rows", piece) : EXIT_DONE;
    for (size_t first = 0; result == EXIT_DONE && first < out->rows; first += piece) {
        size_t count = out->rows - first < piece ? out->rows - first : piece;
        if (from) data_copy(from, first, count, x);
        ae_status status = compute(user, x, first, count, values);
        result = status == AE_OK ? output_rows(out, values, count) : fail_status(status, NULL);
    }
    free(x);
    free(values);
    return result;
}
