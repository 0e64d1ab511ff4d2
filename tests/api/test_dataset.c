/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <autoencoder/dataset.h>
#include "config.h"
#include "support/reader_check.h"

#define GOLDEN AE_SOURCE_DIR "/tests/golden/npy/"

static const float values[6] = {1, 2, 3, 4, 5, 6};

typedef ae_status read_path_function(ae_dataset **out, const char *path, const ae_read_options *options);

static read_path_function *const read_path[] = {ae_dataset_read_idx, ae_dataset_read_csv, ae_dataset_read_npy};
static read_function *const read_memory[] = {ae_dataset_read_idx_memory, ae_dataset_read_csv_memory,
                                             ae_dataset_read_npy_memory};

/* A place for a dataset that is not NULL before a call. */
static ae_dataset *stale(void)
{
    return (ae_dataset *)(uintptr_t)16;
}

static void assert_failed(ae_status status, ae_status expected, const char *message)
{
    assert_int_equal(status, expected);
    assert_string_equal(ae_last_error(), message);
}

static void test_from_memory(void **state)
{
    (void)state;
    const ae_status invalid = AE_ERROR_INVALID_ARGUMENT;
    ae_dataset *dataset = stale();

    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, values, 2, 2, 3), AE_OK);
    assert_int_equal(ae_dataset_rows(dataset), 2);
    assert_int_equal(ae_dataset_columns(dataset), 2);
    assert_ptr_equal(ae_dataset_row(dataset, 1), values + 3);
    assert_null(ae_dataset_row(dataset, 2));
    assert_null(ae_dataset_row(dataset, SIZE_MAX));
    assert_null(ae_dataset_column_name(dataset, 0));
    assert_null(ae_dataset_column_name(dataset, 2));
    ae_dataset_free(dataset);

    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, values, 2, 3, 0), AE_OK);
    assert_ptr_equal(ae_dataset_row(dataset, 1), values + 3);
    ae_dataset_free(dataset);

    assert_failed(ae_dataset_from_memory(NULL, NULL, values, 2, 3, 0), invalid,
                  "ae_dataset_from_memory: out is NULL");
    dataset = stale();
    assert_failed(ae_dataset_from_memory(&dataset, NULL, NULL, 2, 3, 0), invalid,
                  "ae_dataset_from_memory: values is NULL");
    assert_null(dataset);
    dataset = stale();
    assert_failed(ae_dataset_from_memory(&dataset, NULL, values, 0, 3, 0), invalid,
                  "a dataset of 0 rows and 3 columns has no values");
    assert_null(dataset);
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, values, 2, 0, 0), invalid);
    assert_failed(ae_dataset_from_memory(&dataset, NULL, values, 2, 3, 2), AE_ERROR_SHAPE,
                  "values: stride 2 is less than its width 3");
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, values, SIZE_MAX, 1, 0), AE_ERROR_SHAPE);
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, values, SIZE_MAX / 4, 4, 0), AE_ERROR_SHAPE);
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, values, 2, 1, SIZE_MAX / 2 + 1), AE_ERROR_SHAPE);
}

static void test_no_dataset(void **state)
{
    (void)state;
    assert_int_equal(ae_dataset_rows(NULL), 0);
    assert_int_equal(ae_dataset_columns(NULL), 0);
    assert_null(ae_dataset_row(NULL, 0));
    assert_null(ae_dataset_column_name(NULL, 0));
    ae_dataset_free(NULL);
}

static void test_split(void **state)
{
    (void)state;
    const ae_status invalid = AE_ERROR_INVALID_ARGUMENT;
    const double bad[] = {0, 1, -0.5, 1.5, NAN, INFINITY};
    ae_dataset *dataset = NULL, *row = NULL, *first = stale(), *second = stale();

    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, values, 6, 1, 0), AE_OK);
    assert_failed(ae_dataset_split(NULL, 0.5, 0, &first, &second), invalid, "ae_dataset_split: dataset is NULL");
    assert_null(first);
    assert_null(second);
    first = second = stale();
    assert_failed(ae_dataset_split(dataset, 0.5, 0, NULL, &second), invalid, "ae_dataset_split: first is NULL");
    assert_null(second);
    assert_failed(ae_dataset_split(dataset, 0.5, 0, &first, NULL), invalid, "ae_dataset_split: second is NULL");
    assert_null(first);
    assert_failed(ae_dataset_split(dataset, 0.5, 0, &first, &first), invalid,
                  "first and second are the same place");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_failed(ae_dataset_split(dataset, bad[i], 0, &first, &second), invalid,
                      "fraction is not between 0 and 1");

    assert_int_equal(ae_dataset_split(dataset, 1.0 / 3, 0, &first, &second), AE_OK);
    ae_dataset_free(dataset);
    assert_int_equal(ae_dataset_rows(first), 4);
    assert_int_equal(ae_dataset_rows(second), 2);
    assert_int_equal(ae_dataset_slice(&row, second, 1, 1), AE_OK);
    ae_dataset_free(first);
    ae_dataset_free(second);
    first = stale();
    assert_failed(ae_dataset_split(row, 0.5, 0, &first, &second), invalid, "a dataset of 1 row cannot be split");
    assert_null(first);
    ae_dataset_free(row);
}

static void test_slice(void **state)
{
    (void)state;
    const ae_status invalid = AE_ERROR_INVALID_ARGUMENT;
    ae_dataset *dataset = NULL, *slice = stale();

    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, values, 6, 1, 0), AE_OK);
    assert_failed(ae_dataset_slice(NULL, dataset, 0, 1), invalid, "ae_dataset_slice: out is NULL");
    assert_failed(ae_dataset_slice(&slice, NULL, 0, 1), invalid, "ae_dataset_slice: dataset is NULL");
    assert_null(slice);
    assert_failed(ae_dataset_slice(&slice, dataset, 0, 0), invalid, "a slice of 0 rows");
    assert_failed(ae_dataset_slice(&slice, dataset, 5, 2), invalid, "2 rows from row 5 on, and the dataset has 6 rows");
    assert_int_equal(ae_dataset_slice(&slice, dataset, 6, 1), invalid);
    assert_int_equal(ae_dataset_slice(&slice, dataset, 1, SIZE_MAX), invalid);
    assert_int_equal(ae_dataset_slice(&slice, dataset, SIZE_MAX, 2), invalid);
    assert_int_equal(ae_dataset_slice(&slice, dataset, 2, 4), AE_OK);
    assert_ptr_equal(ae_dataset_row(slice, 3), values + 5);
    ae_dataset_free(slice);
    ae_dataset_free(dataset);
}

static void test_default_options(void **state)
{
    (void)state;
    ae_read_options options;

    memset(&options, 0xFF, sizeof options);
    ae_read_options_init(&options, sizeof options);
    assert_int_equal(options.struct_size, sizeof options);
    assert_null(options.runtime);
    assert_true(options.max_bytes == UINT64_C(4294967296));
    assert_int_equal(options.max_rows, 0);
    assert_int_equal(options.scale_bytes, 1);
    assert_int_equal(options.csv_header, AE_CSV_HEADER_AUTO);
    assert_int_equal(options.csv_delimiter, 0);
    assert_int_equal(options.csv_exclude, 0);
    assert_null(options.csv_columns);
    assert_int_equal(options.csv_column_count, 0);
    ae_read_options_init(NULL, sizeof options);
}

static void test_missing_arguments(void **state)
{
    (void)state;
    const ae_status invalid = AE_ERROR_INVALID_ARGUMENT;

    assert_failed(ae_dataset_read_idx(NULL, "x", NULL), invalid, "ae_dataset_read_idx: out is NULL");
    assert_failed(ae_dataset_read_csv_memory(NULL, "x", 1, NULL), invalid, "ae_dataset_read_csv_memory: out is NULL");
    for (size_t i = 0; i < 3; i++) {
        ae_dataset *dataset = stale();
        assert_int_equal(read_path[i](NULL, "x", NULL), invalid);
        assert_int_equal(read_path[i](&dataset, NULL, NULL), invalid);
        assert_non_null(strstr(ae_last_error(), "path is NULL"));
        assert_null(dataset);
        dataset = stale();
        assert_int_equal(read_memory[i](NULL, "1", 1, NULL), invalid);
        assert_int_equal(read_memory[i](&dataset, NULL, 0, NULL), invalid);
        assert_non_null(strstr(ae_last_error(), "bytes is NULL"));
        assert_null(dataset);
        dataset = stale();
        assert_int_equal(read_path[i](&dataset, "no/such/file", NULL), AE_ERROR_IO);
        assert_non_null(strstr(ae_last_error(), "no/such/file"));
        assert_null(dataset);
    }
}

static void assert_options_refused(const ae_read_options *options, const char *message)
{
    for (size_t i = 0; i < 3; i++) {
        ae_dataset *dataset = stale();
        assert_failed(read_memory[i](&dataset, "1", 1, options), AE_ERROR_INVALID_ARGUMENT, message);
        assert_null(dataset);
        dataset = stale();
        assert_failed(read_path[i](&dataset, "no/such/file", options), AE_ERROR_INVALID_ARGUMENT, message);
        assert_null(dataset);
    }
}

static void test_options_out_of_range(void **state)
{
    (void)state;
    const char *const names[] = {"a", NULL};
    ae_read_options options, defaults;

    ae_read_options_init(&defaults, sizeof defaults);
    options = defaults, options.scale_bytes = 2;
    assert_options_refused(&options, "scale_bytes is 2, not 0 or 1");
    options = defaults, options.csv_header = -1;
    assert_options_refused(&options, "csv_header is -1, no ae_csv_header_value");
    options = defaults, options.csv_header = 3;
    assert_options_refused(&options, "csv_header is 3, no ae_csv_header_value");
    options = defaults, options.csv_delimiter = '"';
    assert_options_refused(&options, "character number 34 cannot be csv_delimiter");
    options = defaults, options.csv_exclude = -1;
    assert_options_refused(&options, "csv_exclude is -1, not 0 or 1");
    options = defaults, options.csv_column_count = 1;
    assert_options_refused(&options, "csv_columns is NULL and csv_column_count is 1");
    options = defaults, options.csv_columns = names;
    assert_options_refused(&options, "csv_columns is set and csv_column_count is 0");
    options.csv_column_count = 2;
    assert_options_refused(&options, "csv_columns[1] is NULL");
    options = defaults, options.struct_size = 0;
    ae_dataset *dataset = stale();
    assert_int_equal(ae_dataset_read_csv_memory(&dataset, "1", 1, &options), AE_ERROR_INVALID_ARGUMENT);
    assert_null(dataset);
}

/* Every number as a delimiter between two numbers: the values are read or the option is refused. */
static void test_every_delimiter(void **state)
{
    (void)state;
    int good = 0;

    for (int32_t c = -300; c <= 600; c++) {
        char text[] = "1?2\n";
        ae_dataset *dataset = NULL;
        ae_read_options options;
        ae_status status;

        ae_read_options_init(&options, sizeof options);
        options.csv_delimiter = c;
        options.csv_header = AE_CSV_HEADER_NO;
        text[1] = c ? (char)c : ',';
        status = ae_dataset_read_csv_memory(&dataset, text, 4, &options);
        if (status == AE_OK) {
            assert_int_equal(ae_dataset_columns(dataset), 2);
            assert_true(ae_dataset_row(dataset, 0)[0] == 1 && ae_dataset_row(dataset, 0)[1] == 2);
            good++;
        } else {
            assert_int_equal(status, AE_ERROR_INVALID_ARGUMENT);
        }
        ae_dataset_free(dataset);
    }
    /* automatic, tab, and what is printable but letters, digits, a quote and three signs */
    assert_int_equal(good, 2 + 95 - 52 - 10 - 1 - 3);
}

/* A program made for a library that had only the first fields, and one for a later library. */
static void test_other_sizes_of_options(void **state)
{
    (void)state;
    const unsigned char idx[] = {0, 0, 8, 1, 0, 0, 0, 1, 255};
    size_t early = offsetof(ae_read_options, csv_delimiter);
    unsigned char *old = malloc(early);
    ae_read_options options;
    ae_dataset *dataset = NULL;
    struct {
        ae_read_options known;
        uint64_t more[2];
    } later;

    assert_non_null(old);
    ae_read_options_init((ae_read_options *)(void *)old, early);
    memcpy(&options, old, early);
    assert_int_equal(options.struct_size, early);
    options.scale_bytes = 0;
    memcpy(old, &options, early);
    assert_int_equal(ae_dataset_read_idx_memory(&dataset, idx, sizeof idx, (ae_read_options *)(void *)old), AE_OK);
    assert_true(ae_dataset_row(dataset, 0)[0] == 255);
    ae_dataset_free(dataset);
    free(old);

    ae_read_options_init(&later.known, sizeof later);
    assert_int_equal(ae_dataset_read_idx_memory(&dataset, idx, sizeof idx, &later.known), AE_OK);
    assert_true(ae_dataset_row(dataset, 0)[0] == 1);
    ae_dataset_free(dataset);
    later.more[1] = 1;
    assert_int_equal(ae_dataset_read_idx_memory(&dataset, idx, sizeof idx, &later.known), AE_ERROR_UNSUPPORTED);
    assert_null(dataset);
}

static void test_messages_name_the_file(void **state)
{
    (void)state;
    ae_dataset *dataset = NULL;
    ae_read_options options;
    char path[1024] = AE_SOURCE_DIR "/";

    assert_failed(ae_dataset_read_npy(&dataset, GOLDEN "scalar.npy", NULL), AE_ERROR_FORMAT,
                  GOLDEN "scalar.npy: offset 62: NPY header: a single number, not an array");
    ae_read_options_init(&options, sizeof options);
    options.max_bytes = 100;
    assert_int_equal(ae_dataset_read_npy(&dataset, GOLDEN "f4_little_c.npy", &options), AE_ERROR_FORMAT);
    assert_non_null(strstr(ae_last_error(), "f4_little_c.npy"));

    /* of a long path the end, which leaves room for the rest of the line */
    while (strlen(path) < 700)
        strcat(path, "./");
    strcat(path, "tests/golden/npy/scalar.npy");
    assert_int_equal(ae_dataset_read_npy(&dataset, path, NULL), AE_ERROR_FORMAT);
    assert_non_null(strstr(ae_last_error(), "/tests/golden/npy/scalar.npy: offset 62: "));
    assert_in_range(strlen(ae_last_error()), 160, 256);
}

/* A long name is not cut inside a character: 100 times a-umlaut and one letter, so that 160 bytes start in one. */
static void test_long_name_in_utf8(void **state)
{
    (void)state;
    char path[256] = "", expected[256] = "";
    ae_dataset *dataset = NULL;
    FILE *file;

    for (int i = 0; i < 100; i++) {
        strcat(path, "\xC3\xA4");
        if (i > 20)
            strcat(expected, "\xC3\xA4");
    }
    strcat(path, "x");
    strcat(expected, "x: line 1: the file is empty");
    file = fopen(path, "wb");
    if (!file)
        skip();
    fclose(file);
    assert_int_equal(ae_dataset_read_csv(&dataset, path, NULL), AE_ERROR_FORMAT);
    remove(path);
    assert_string_equal(ae_last_error(), expected);
}

/* "1,2\n3,4\n" by gzip -9n; no name tells that it is gzip data. */
static const unsigned char packed_csv[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                           0x33, 0xd4, 0x31, 0xe2, 0x32, 0xd6, 0x31, 0xe1, 0x02, 0x00,
                                           0x47, 0x93, 0x6c, 0xaf, 0x08, 0x00, 0x00, 0x00};

static void test_gzip_in_memory(void **state)
{
    (void)state;
    ae_dataset *dataset = NULL;
    ae_read_options options;
    const char *wrong;
    size_t count = 0;

    ae_read_options_init(&options, sizeof options);
    if (!AEI_HAVE_ZLIB) {
        assert_int_equal(ae_dataset_read_csv_memory(&dataset, packed_csv, sizeof packed_csv, NULL),
                         AE_ERROR_UNSUPPORTED);
        skip();
    }
    options.max_bytes = 16;
    assert_int_equal(ae_dataset_read_csv_memory(&dataset, packed_csv, sizeof packed_csv, &options), AE_OK);
    assert_int_equal(ae_dataset_rows(dataset), 2);
    assert_true(ae_dataset_row(dataset, 1)[1] == 4);
    ae_dataset_free(dataset);
    assert_failed(ae_dataset_read_npy_memory(&dataset, packed_csv, sizeof packed_csv, NULL), AE_ERROR_FORMAT,
                  "memory: offset 0: not an NPY file, it does not start with \\x93NUMPY");
    options.max_bytes = 7;
    assert_failed(ae_dataset_read_csv_memory(&dataset, packed_csv, sizeof packed_csv, &options), AE_ERROR_FORMAT,
                  "memory: the gzip data unpacks to more than max_bytes, 7");

    wrong = reader_check_memory(ae_dataset_read_csv_memory, packed_csv, sizeof packed_csv, NULL, &count);
    assert_string_equal(wrong ? wrong : "", "");
    assert_true(count >= 8);
    wrong = reader_check_truncated(ae_dataset_read_csv_memory, packed_csv, sizeof packed_csv, NULL, &count);
    assert_string_equal(wrong ? wrong : "", "");
    assert_int_equal(count, 0);
    wrong = reader_check_mutated(ae_dataset_read_csv_memory, packed_csv, sizeof packed_csv, NULL, &count);
    assert_string_equal(wrong ? wrong : "", "");
}

/* reader_check() gives bytes; this hands a path through it. */
static ae_status read_digits(ae_dataset **out, const void *bytes, size_t size, const ae_read_options *options)
{
    (void)bytes, (void)size;
    return ae_dataset_read_csv(out, AE_SOURCE_DIR "/examples/data/digits.csv.gz", options);
}

static ae_status read_golden(ae_dataset **out, const void *bytes, size_t size, const ae_read_options *options)
{
    (void)bytes, (void)size;
    return ae_dataset_read_npy(out, GOLDEN "f8_big_fortran.npy", options);
}

static void test_failing_allocations_of_paths(void **state)
{
    (void)state;
    size_t count = 0;
    const char *wrong = reader_check_memory(read_golden, "", 0, NULL, &count);

    assert_string_equal(wrong ? wrong : "", "");
    assert_true(count >= 8);
    if (AEI_HAVE_ZLIB) {
        wrong = reader_check_memory(read_digits, "", 0, NULL, &count);
        assert_string_equal(wrong ? wrong : "", "");
        assert_true(count >= 14);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_memory),
        cmocka_unit_test(test_no_dataset),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_slice),
        cmocka_unit_test(test_default_options),
        cmocka_unit_test(test_missing_arguments),
        cmocka_unit_test(test_options_out_of_range),
        cmocka_unit_test(test_every_delimiter),
        cmocka_unit_test(test_other_sizes_of_options),
        cmocka_unit_test(test_messages_name_the_file),
        cmocka_unit_test(test_long_name_in_utf8),
        cmocka_unit_test(test_gzip_in_memory),
        cmocka_unit_test(test_failing_allocations_of_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
