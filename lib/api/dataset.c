/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/dataset.h"
#include "api/check.h"
#include "base/alloc.h"
#include "base/io.h"
#include "base/options.h"
#include "data/csv.h"
#include "data/gzip.h"
#include "data/idx.h"
#include "data/npy.h"

#include <string.h>

#define MEMORY_NAME "memory" /* stands for the file's name in messages about bytes in memory */
#define NAME_SHOWN 160       /* bytes of a path that messages show; the end tells more than the start */

static const ae_read_options defaults = {
    .struct_size = sizeof defaults, .max_bytes = UINT64_C(4) << 30, .scale_bytes = 1};

ae_status ae_dataset_from_memory(ae_dataset **out, ae_runtime *runtime, const float *values, size_t rows,
                                 size_t columns, size_t stride)
{
    ae_status status;

    AEI_REQUIRE(out);
    *out = NULL;
    AEI_REQUIRE(values);
    if (rows == 0 || columns == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "a dataset of %zu rows and %zu columns has no values", rows,
                        columns);
    status = aei_check_rows("values", rows, columns, &stride);
    if (status != AE_OK)
        return status;
    return aei_dataset_view(out, runtime, values, rows, columns, stride);
}

ae_status ae_dataset_split(const ae_dataset *dataset, double fraction, uint64_t seed, ae_dataset **first,
                           ae_dataset **second)
{
    if (first)
        *first = NULL;
    if (second)
        *second = NULL;
    AEI_REQUIRE(dataset);
    AEI_REQUIRE(first);
    AEI_REQUIRE(second);
    if (first == second)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "first and second are the same place");
    if (!(fraction > 0 && fraction < 1))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "fraction is not between 0 and 1");
    if (dataset->rows < 2)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "a dataset of 1 row cannot be split");
    return aei_dataset_split(dataset, fraction, seed, first, second);
}

ae_status ae_dataset_slice(ae_dataset **out, const ae_dataset *dataset, size_t first_row, size_t rows)
{
    AEI_REQUIRE(out);
    *out = NULL;
    AEI_REQUIRE(dataset);
    if (rows == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "a slice of 0 rows");
    if (first_row >= dataset->rows || rows > dataset->rows - first_row)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%zu rows from row %zu on, and the dataset has %zu rows", rows,
                        first_row, dataset->rows);
    return aei_dataset_slice(out, dataset, first_row, rows);
}

void ae_dataset_free(ae_dataset *dataset)
{
    aei_dataset_free(dataset);
}

size_t ae_dataset_rows(const ae_dataset *dataset)
{
    return dataset ? dataset->rows : 0;
}

size_t ae_dataset_columns(const ae_dataset *dataset)
{
    return dataset ? dataset->columns : 0;
}

const float *ae_dataset_row(const ae_dataset *dataset, size_t row)
{
    return dataset && row < dataset->rows ? aei_dataset_row(dataset, row) : NULL;
}

const char *ae_dataset_column_name(const ae_dataset *dataset, size_t column)
{
    return dataset && column < dataset->columns ? aei_dataset_column_name(dataset, column) : NULL;
}

void ae_read_options_init(ae_read_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &defaults, sizeof defaults);
}

/* A character that can stand between numbers without being taken for a part of one, or for a quote or a line end. */
static int is_delimiter(int32_t c)
{
    return c == '\t' || (c >= ' ' && c <= '~' && !strchr("\"+-.", c) && !(c >= '0' && c <= '9') &&
                         !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'));
}

static ae_status import_options(ae_read_options *own, const ae_read_options *options)
{
    ae_status status;

    *own = defaults;
    status = aei_options_import(own, sizeof *own, options, "ae_read_options");
    if (status != AE_OK)
        return status;
    if (own->scale_bytes != 0 && own->scale_bytes != 1)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "scale_bytes is %ld, not 0 or 1", (long)own->scale_bytes);
    if (own->csv_header < AE_CSV_HEADER_AUTO || own->csv_header > AE_CSV_HEADER_NO)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "csv_header is %ld, no ae_csv_header_value", (long)own->csv_header);
    if (own->csv_delimiter != 0 && !is_delimiter(own->csv_delimiter))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "character number %ld cannot be csv_delimiter",
                        (long)own->csv_delimiter);
    if (own->csv_exclude != 0 && own->csv_exclude != 1)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "csv_exclude is %ld, not 0 or 1", (long)own->csv_exclude);
    if (!own->csv_columns != (own->csv_column_count == 0))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "csv_columns is %s and csv_column_count is %zu",
                        own->csv_columns ? "set" : "NULL", own->csv_column_count);
    for (size_t i = 0; i < own->csv_column_count; i++)
        if (!own->csv_columns[i])
            return aei_fail(AE_ERROR_INVALID_ARGUMENT, "csv_columns[%zu] is NULL", i);
    return AE_OK;
}

typedef ae_status parse_function(ae_dataset **out, const char *name, const unsigned char *bytes, size_t size,
                                 const ae_read_options *options);

/* Unpacks gzip data, whatever the file is called, and parses. Takes `owned` over: NULL, or the block `bytes` is in,
 * which is then freed as soon as it is not needed. */
static ae_status parse_bytes(ae_dataset **out, parse_function *parse, const char *name, const unsigned char *bytes,
                             size_t size, unsigned char *owned, const ae_read_options *options)
{
    ae_status status = AE_OK;
    unsigned char *unpacked = NULL;

    if (aei_gzip_is(bytes, size)) {
        status = aei_gzip_unpack(options->runtime, name, bytes, size, options->max_bytes, &unpacked, &size);
        aei_free(options->runtime, owned);
        bytes = owned = unpacked;
    }
    if (status == AE_OK)
        status = parse(out, name, bytes, size, options);
    aei_free(options->runtime, owned);
    return status;
}

static ae_status read_memory(const char *caller, ae_dataset **out, parse_function *parse, const void *bytes,
                             size_t size, const ae_read_options *options)
{
    ae_status status;
    ae_read_options own;

    if (out)
        *out = NULL;
    if (!out || !bytes)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%s: %s is NULL", caller, out ? "bytes" : "out");
    status = import_options(&own, options);
    if (status != AE_OK)
        return status;
    return parse_bytes(out, parse, MEMORY_NAME, bytes, size, NULL, &own);
}

/* The end of a long path, from the start of a UTF-8 character on. */
static const char *short_name(const char *path)
{
    size_t length = strlen(path);

    if (length > NAME_SHOWN)
        for (path += length - NAME_SHOWN; (*path & 0xC0) == 0x80; path++)
            ;
    return path;
}

static ae_status read_path(const char *caller, ae_dataset **out, parse_function *parse, const char *path,
                           const ae_read_options *options)
{
    ae_status status;
    ae_read_options own;
    unsigned char *bytes;
    size_t size;

    if (out)
        *out = NULL;
    if (!out || !path)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%s: %s is NULL", caller, out ? "path" : "out");
    status = import_options(&own, options);
    if (status != AE_OK)
        return status;
    status = aei_io_read_file(own.runtime, path, own.max_bytes, NULL, &bytes, &size);
    if (status != AE_OK)
        return status;
    return parse_bytes(out, parse, short_name(path), bytes, size, bytes, &own);
}

ae_status ae_dataset_read_idx(ae_dataset **out, const char *path, const ae_read_options *options)
{
    return read_path(__func__, out, aei_idx_read, path, options);
}

ae_status ae_dataset_read_idx_memory(ae_dataset **out, const void *bytes, size_t size, const ae_read_options *options)
{
    return read_memory(__func__, out, aei_idx_read, bytes, size, options);
}

ae_status ae_dataset_read_csv(ae_dataset **out, const char *path, const ae_read_options *options)
{
    return read_path(__func__, out, aei_csv_read, path, options);
}

ae_status ae_dataset_read_csv_memory(ae_dataset **out, const void *bytes, size_t size, const ae_read_options *options)
{
    return read_memory(__func__, out, aei_csv_read, bytes, size, options);
}

ae_status ae_dataset_read_npy(ae_dataset **out, const char *path, const ae_read_options *options)
{
    return read_path(__func__, out, aei_npy_read, path, options);
}

ae_status ae_dataset_read_npy_memory(ae_dataset **out, const void *bytes, size_t size, const ae_read_options *options)
{
    return read_memory(__func__, out, aei_npy_read, bytes, size, options);
}
