/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Files of NumPy itself are in tests/golden/npy, made by tests/golden/make_npy.py. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/reader_check.h"

/* A file in memory, put together from its parts. */
typedef struct npy_file {
    unsigned char bytes[8192];
    size_t size;
} npy_file;

static npy_file make_file(const char *header, const void *values, size_t size)
{
    npy_file file;
    size_t length = strlen(header);

    assert_true(10 + length + size <= sizeof file.bytes);
    memcpy(file.bytes, "\x93NUMPY\1\0", 8);
    file.bytes[8] = (unsigned char)(length & 255);
    file.bytes[9] = (unsigned char)(length >> 8);
    memcpy(file.bytes + 10, header, length);
    memcpy(file.bytes + 10 + length, values, size);
    file.size = 10 + length + size;
    return file;
}

static const unsigned char small_integers[] = {1, 2, 3, 4, 5, 6};

static const char small_header[] = "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }\n";

/* Reads bytes that may be anything; the reader's duties are checked. */
static ae_status read_any(const void *bytes, size_t size, const ae_read_options *options)
{
    ae_status status = AE_OK;
    const char *wrong = reader_check(ae_dataset_read_npy_memory, bytes, size, options, 0, &status);

    if (wrong)
        fail_msg("%s: %s", wrong, ae_last_error());
    return status;
}

static size_t truncations_read(const void *bytes, size_t size, const ae_read_options *options)
{
    size_t good = 0;
    const char *wrong = reader_check_truncated(ae_dataset_read_npy_memory, bytes, size, options, &good);

    if (wrong)
        fail_msg("%s", wrong);
    return good;
}

static size_t mutations_refused(const void *bytes, size_t size, const ae_read_options *options)
{
    size_t refused = 0;
    const char *wrong = reader_check_mutated(ae_dataset_read_npy_memory, bytes, size, options, &refused);

    if (wrong)
        fail_msg("%s", wrong);
    return refused;
}

static ae_dataset *read_good(const npy_file *file, const ae_read_options *options)
{
    ae_dataset *dataset = NULL;

    if (ae_dataset_read_npy_memory(&dataset, file->bytes, file->size, options) != AE_OK)
        fail_msg("%s", ae_last_error());
    return dataset;
}

/* The header in front of the six integers is refused with this message. */
static void assert_refused(const char *header, ae_status status, const char *message)
{
    npy_file file = make_file(header, small_integers, sizeof small_integers);

    if (read_any(file.bytes, file.size, NULL) != status)
        fail_msg("%s", header);
    assert_string_equal(ae_last_error(), message);
}

static void assert_small(const char *header)
{
    npy_file file = make_file(header, small_integers, sizeof small_integers);
    ae_dataset *dataset = read_good(&file, NULL);

    assert_int_equal(ae_dataset_rows(dataset), 2);
    assert_int_equal(ae_dataset_columns(dataset), 3);
    for (size_t i = 0; i < 6; i++)
        assert_true(ae_dataset_row(dataset, i / 3)[i % 3] == (float)(i + 1));
    ae_dataset_free(dataset);
}

static void golden_path(char path[512], const char *name)
{
    snprintf(path, 512, "%s/tests/golden/npy/%s.npy", AE_SOURCE_DIR, name);
}

/* Number k, in C order, of a golden array of this kind. */
static float value_of(char kind, int k)
{
    switch (kind) {
    case 'b':
        return k % 3 == 0 ? 1.0f : 0.0f;
    case 'u':
        return (float)(k * 7);
    case 'i':
        return (float)((k - 5) * 3);
    default:
        return (float)(k - 5) * 0.25f;
    }
}

static void check_golden(const char *name, char kind, size_t rows, size_t columns)
{
    char path[512];
    ae_dataset *dataset = NULL;
    ae_read_options options;

    ae_read_options_init(&options, sizeof options);
    options.scale_bytes = 0;
    golden_path(path, name);
    if (ae_dataset_read_npy(&dataset, path, &options) != AE_OK)
        fail_msg("%s", ae_last_error());
    assert_int_equal(ae_dataset_rows(dataset), rows);
    assert_int_equal(ae_dataset_columns(dataset), columns);
    for (int k = 0; k < 24; k++)
        if (ae_dataset_row(dataset, (size_t)k / columns)[(size_t)k % columns] != value_of(kind, k))
            fail_msg("%s: value %d is not %g", name, k, (double)value_of(kind, k));
    ae_dataset_free(dataset);
}

static void test_files_of_numpy(void **state)
{
    (void)state;
    static const char *const types[] = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"};
    char name[64];

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        snprintf(name, sizeof name, "%s_little_c", types[i]);
        check_golden(name, types[i][0], 2, 12);
        snprintf(name, sizeof name, "%s_big_fortran", types[i]);
        check_golden(name, types[i][0], 2, 12);
    }
    check_golden("version2", 'f', 2, 12);
    check_golden("version3", 'f', 2, 12);
    check_golden("one_dimension", 'f', 24, 1);
}

static void test_files_of_numpy_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *message;
        ae_status status;
    } files[] = {
        {"scalar", ": offset 62: NPY header: a single number, not an array", AE_ERROR_FORMAT},
        {"no_rows", ": offset 128: no values, dimension 0 is 0", AE_ERROR_FORMAT},
        {"refused_complex", ": offset 20: values of type '<c8' are not read", AE_ERROR_UNSUPPORTED},
        {"refused_text", ": offset 20: values of type '<U3' are not read", AE_ERROR_UNSUPPORTED},
        {"refused_bytes", ": offset 20: values of type '|S3' are not read", AE_ERROR_UNSUPPORTED},
        {"refused_date", ": offset 20: values of type '<M8[D]' are not read", AE_ERROR_UNSUPPORTED},
        {"refused_structure", ": offset 20: structured values are not read", AE_ERROR_UNSUPPORTED},
        {"refused_object", ": offset 20: values of type '|O' are not read", AE_ERROR_UNSUPPORTED},
        {"refused_long_double", ": offset 20: values of type '<f16' are not read", AE_ERROR_UNSUPPORTED},
    };
    char path[512];

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        ae_dataset *dataset = NULL;
        golden_path(path, files[i].name);
        assert_int_equal(ae_dataset_read_npy(&dataset, path, NULL), files[i].status);
        assert_null(dataset);
        if (!strstr(ae_last_error(), files[i].message))
            fail_msg("%s", ae_last_error());
    }
}

static void test_headers_that_are_read(void **state)
{
    (void)state;
    assert_small(small_header);
    assert_small("{\"descr\":\"|i1\",\"fortran_order\":False,\"shape\":(2,3)}");
    assert_small(" { 'shape' : ( 2 , 3 , ) ,\t'fortran_order' : False , 'descr' : '|i1' , } \r\n\n");
    assert_small("{'fortran_order': False, 'descr': '<i1', 'shape': (2, 3)}");
    assert_small("{'fortran_order': False, 'descr': '>i1', 'shape': (2, 1, 3, 1)}");
    assert_small("{'fortran_order': False, 'descr': '=i1', 'shape': (2, 1, 3, 1)}");
}

static void test_native_byte_order(void **state)
{
    (void)state;
    const float values[] = {1.5f, -2, 1e30f};
    npy_file file = make_file("{'descr': '=f4', 'fortran_order': False, 'shape': (1, 3)}", values, sizeof values);
    ae_dataset *dataset = read_good(&file, NULL);

    assert_memory_equal(ae_dataset_row(dataset, 0), values, sizeof values);
    ae_dataset_free(dataset);
}

static void test_unsigned_bytes_are_scaled_by_default(void **state)
{
    (void)state;
    const unsigned char values[] = {0, 51, 255};
    npy_file file = make_file("{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", values, sizeof values);
    ae_dataset *dataset = read_good(&file, NULL);

    assert_true(ae_dataset_row(dataset, 0)[0] == 0);
    assert_true(ae_dataset_row(dataset, 1)[0] == 51.0f / 255.0f);
    assert_true(ae_dataset_row(dataset, 2)[0] == 1);
    ae_dataset_free(dataset);
    /* a bool is no byte of an image */
    file = make_file("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", values, sizeof values);
    dataset = read_good(&file, NULL);
    assert_true(ae_dataset_row(dataset, 1)[0] == 1);
    ae_dataset_free(dataset);
}

/* More rows than are transposed at a time, in three dimensions, and only some of them read. */
static void test_fortran_order_of_many_rows(void **state)
{
    (void)state;
    enum { ROWS = 150, Y = 3, X = 5 };
    static unsigned char values[ROWS * Y * X * 2];
    const size_t limits[] = {0, 1, 64, 65, 149};
    npy_file file;

    for (int i = 0; i < ROWS; i++)
        for (int y = 0; y < Y; y++)
            for (int x = 0; x < X; x++) {
                int place = i + ROWS * (y + Y * x), value = i * 100 + y * 10 + x;
                values[2 * place] = (unsigned char)(value & 255);
                values[2 * place + 1] = (unsigned char)(value >> 8);
            }
    file = make_file("{'descr': '<u2', 'fortran_order': True, 'shape': (150, 3, 5)}", values, sizeof values);

    for (size_t n = 0; n < sizeof limits / sizeof *limits; n++) {
        ae_read_options options;
        ae_dataset *dataset;
        ae_read_options_init(&options, sizeof options);
        options.max_rows = limits[n];
        dataset = read_good(&file, &options);
        assert_int_equal(ae_dataset_rows(dataset), limits[n] ? limits[n] : ROWS);
        assert_int_equal(ae_dataset_columns(dataset), Y * X);
        for (size_t i = 0; i < ae_dataset_rows(dataset); i++)
            for (size_t c = 0; c < Y * X; c++)
                assert_true(ae_dataset_row(dataset, i)[c] == (float)(i * 100 + c / X * 10 + c % X));
        ae_dataset_free(dataset);
    }
}

/* All 65536 half-precision numbers. */
static void test_halves(void **state)
{
    (void)state;
    unsigned char bytes[128 + 2 * 4096] = "\x93NUMPY\1";
    const char header[] = "{'descr': '<f2', 'fortran_order': False, 'shape': (1,4096)}";

    bytes[8] = sizeof header - 1;
    memcpy(bytes + 10, header, sizeof header - 1);
    for (unsigned block = 0; block < 16; block++) {
        ae_dataset *dataset = NULL;
        unsigned char *at = bytes + 10 + sizeof header - 1;
        for (unsigned i = 0; i < 4096; i++) {
            at[2 * i] = (unsigned char)(i & 255);
            at[2 * i + 1] = (unsigned char)((block * 4096 + i) >> 8);
        }
        if (ae_dataset_read_npy_memory(&dataset, bytes, 10 + sizeof header - 1 + 2 * 4096, NULL) != AE_OK)
            fail_msg("%s", ae_last_error());
        for (unsigned i = 0; i < 4096; i++) {
            unsigned bits = block * 4096 + i, exponent = bits >> 10 & 31, fraction = bits & 1023;
            float x = ae_dataset_row(dataset, 0)[i];
            double size = exponent == 31  ? (double)INFINITY
                          : exponent == 0 ? fraction / 16777216.0
                                          : (1 + fraction / 1024.0) * pow(2, (double)exponent - 15);
            if (exponent == 31 && fraction != 0)
                assert_true(isnan(x));
            else
                assert_true(x == (float)(bits >> 15 ? -size : size) && !signbit(x) == !(bits >> 15));
        }
        ae_dataset_free(dataset);
    }
}

static void test_extremes_of_integers(void **state)
{
    (void)state;
    const unsigned char values[] = {0, 0, 0, 0, 0, 0, 0, 0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    npy_file file = make_file("{'descr': '<i8', 'fortran_order': False, 'shape': (2,)}", values, sizeof values);
    ae_dataset *dataset = read_good(&file, NULL);

    assert_true(ae_dataset_row(dataset, 0)[0] == -9223372036854775808.0f);
    assert_true(ae_dataset_row(dataset, 1)[0] == -1);
    ae_dataset_free(dataset);
    file = make_file("{'descr': '<u8', 'fortran_order': False, 'shape': (2,)}", values, sizeof values);
    dataset = read_good(&file, NULL);
    assert_true(ae_dataset_row(dataset, 0)[0] == 9223372036854775808.0f);
    assert_true(ae_dataset_row(dataset, 1)[0] == 18446744073709551616.0f);
    ae_dataset_free(dataset);
}

static void test_doubles_beyond_float(void **state)
{
    (void)state;
    const unsigned char values[] = {0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0xF0, 0xC7}; /* 1, -2^128 */
    npy_file file = make_file("{'descr': '<f8', 'fortran_order': True, 'shape': (1, 2)}", values, sizeof values);

    assert_int_equal(read_any(file.bytes, file.size, NULL), AE_ERROR_FORMAT);
    assert_string_equal(ae_last_error(), "memory: offset 74: number out of float32's range");
}

static void test_messages_name_the_offset(void **state)
{
    (void)state;
    const ae_status f = AE_ERROR_FORMAT, u = AE_ERROR_UNSUPPORTED;

    assert_refused("", f, "memory: offset 10: NPY header: expected {");
    assert_refused("[]", f, "memory: offset 10: NPY header: expected {");
    assert_refused("{", f, "memory: offset 11: NPY header: expected a string");
    assert_refused("{}", f, "memory: offset 12: NPY header: no 'descr'");
    assert_refused("{'shape': (2, 3), 'descr': '|i1'}", f, "memory: offset 43: NPY header: no 'fortran_order'");
    assert_refused("{'descr': '|i1', 'fortran_order': True}", f, "memory: offset 49: NPY header: no 'shape'");
    assert_refused("{'descr': '|i1', 'descr': '|i1'}", f, "memory: offset 34: NPY header: the same key twice");
    assert_refused("{'order': 1}", f, "memory: offset 18: NPY header: unknown key");
    assert_refused("{'descr", f, "memory: offset 17: NPY header: string without an end");
    assert_refused("{'de\\x73cr': 1", f, "memory: offset 14: NPY header: string without an end");
    assert_refused("{'descr' '|i1'}", f, "memory: offset 19: NPY header: expected a colon");
    assert_refused("{'descr': '|i1' 'shape': (6,)}", f,
                   "memory: offset 26: NPY header: expected a comma between entries");
    assert_refused("{'descr': 7}", f, "memory: offset 20: NPY header: expected a string");
    assert_refused("{'descr': ('|i1', (3,))}", u, "memory: offset 20: structured values are not read");
    assert_refused("{'descr': 'f4'}", u, "memory: offset 20: values of type 'f4' are not read");
    assert_refused("{'descr': '|f4'}", u, "memory: offset 20: values of type '|f4' are not read");
    assert_refused("{'descr': '<f1'}", u, "memory: offset 20: values of type '<f1' are not read");
    assert_refused("{'descr': '!f4'}", u, "memory: offset 20: values of type '!f4' are not read");
    assert_refused("{'descr': '0123456789012345678901234567890123456789 and more'}", u,
                   "memory: offset 20: values of type '0123456789012345678901234567890123456789' are not read");
    assert_refused("{'descr': '\x01\xff'}", u, "memory: offset 20: values of type '\\x01\\xFF' are not read");
    assert_refused("{'fortran_order': 0}", f, "memory: offset 28: NPY header: expected True or False");
    assert_refused("{'shape': 6}", f, "memory: offset 20: NPY header: expected the shape in parentheses");
    assert_refused("{'shape': ()}", f, "memory: offset 22: NPY header: a single number, not an array");
    assert_refused("{'shape': (6)}", f, "memory: offset 23: NPY header: expected a comma after the only dimension");
    assert_refused("{'shape': (2 3)}", f, "memory: offset 23: NPY header: expected a comma between dimensions");
    assert_refused("{'shape': (,)}", f, "memory: offset 21: NPY header: expected a dimension");
    assert_refused("{'shape': (-6,)}", f, "memory: offset 21: NPY header: expected a dimension");
    assert_refused("{'shape': (06,)}", f, "memory: offset 23: NPY header: dimension with a leading zero");
    if (SIZE_MAX == UINT64_MAX)
        assert_refused("{'shape': (18446744073709551616,)}", f, "memory: offset 40: NPY header: dimension too large");
    assert_refused("{'shape': (99999999999999999999999,)}", f, "memory: offset 40: NPY header: dimension too large");
    assert_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (6,)} x", f,
                   "memory: offset 66: NPY header: more text after }");
    assert_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (7,)}", f,
                   "memory: offset 65: the file ends too early, 6 bytes are left for its values");
    assert_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (5,)}", f,
                   "memory: offset 70: the file goes on for 1 bytes after its last value");
    assert_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (6, 0)}", f,
                   "memory: offset 67: no values, dimension 1 is 0");
}

static void test_dimensions(void **state)
{
    (void)state;
    char header[512] = "{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3, ";
    npy_file file;

    for (int d = 2; d < 64; d++)
        strcat(header, "1,");
    strcat(header, ")}");
    file = make_file(header, small_integers, sizeof small_integers);
    assert_int_equal(read_any(file.bytes, file.size, NULL), AE_OK);
    strcpy(strrchr(header, ')'), "1)}");
    file = make_file(header, small_integers, sizeof small_integers);
    assert_int_equal(read_any(file.bytes, file.size, NULL), AE_ERROR_FORMAT);
    assert_non_null(strstr(ae_last_error(), "more than 64 dimensions"));

    /* products that wrap around to what the file has, or ask for terabytes */
    assert_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (18446744073709551615, 18446744073709551610)}",
                   AE_ERROR_FORMAT, "memory: offset 105: the file ends too early, 6 bytes are left for its values");
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}", AE_ERROR_FORMAT,
                   "memory: offset 77: the file ends too early, 6 bytes are left for its values");
}

static void test_beginnings(void **state)
{
    (void)state;
    static const struct {
        unsigned char bytes[16];
        size_t size;
        ae_status status;
        const char *message;
    } cases[] = {
        {"", 0, AE_ERROR_FORMAT, "memory: offset 0: not an NPY file, it does not start with \\x93NUMPY"},
        {"\x93NUMPX\1", 12, AE_ERROR_FORMAT, "memory: offset 0: not an NPY file, it does not start with \\x93NUMPY"},
        {"\x93NUMPY", 6, AE_ERROR_FORMAT, "memory: offset 6: the file ends inside the NPY version"},
        {"\x93NUMPY\1", 7, AE_ERROR_FORMAT, "memory: offset 7: the file ends inside the NPY version"},
        {"\x93NUMPY\1", 9, AE_ERROR_FORMAT, "memory: offset 9: the file ends inside the NPY header's length"},
        {"\x93NUMPY\2", 11, AE_ERROR_FORMAT, "memory: offset 11: the file ends inside the NPY header's length"},
        {"\x93NUMPY\1\0\3", 12, AE_ERROR_FORMAT, "memory: offset 12: the file ends inside the NPY header"},
        {"\x93NUMPY\3\0\xFF\xFF\xFF\xFF", 13, AE_ERROR_FORMAT,
         "memory: offset 13: the file ends inside the NPY header"},
        {"\x93NUMPY", 12, AE_ERROR_UNSUPPORTED,
         "memory: offset 6: NPY version 0.0 is not read, only 1.0, 2.0 and 3.0"},
        {"\x93NUMPY\4", 12, AE_ERROR_UNSUPPORTED,
         "memory: offset 6: NPY version 4.0 is not read, only 1.0, 2.0 and 3.0"},
        {"\x93NUMPY\1\1", 12, AE_ERROR_UNSUPPORTED,
         "memory: offset 6: NPY version 1.1 is not read, only 1.0, 2.0 and 3.0"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_any(cases[i].bytes, cases[i].size, NULL),
                         cases[i].status);
        assert_string_equal(ae_last_error(), cases[i].message);
    }
}

static void test_long_header(void **state)
{
    (void)state;
    size_t size = 12 + 65536;
    unsigned char *bytes = malloc(size);

    assert_non_null(bytes);
    memset(bytes, ' ', size);
    memcpy(bytes, "\x93NUMPY\2\0\0\0\1\0{'descr': '|i1', 'fortran_order': False, 'shape': (1,)}", 12 + 55);
    assert_int_equal(read_any(bytes, size, NULL), AE_ERROR_UNSUPPORTED);
    assert_string_equal(ae_last_error(), "memory: offset 12: an NPY header of 65536 bytes is not read");
    bytes[8] = bytes[9] = 0xFF, bytes[10] = 0;
    assert_int_equal(read_any(bytes, size, NULL), AE_OK);
    free(bytes);
}

static void test_hostile(void **state)
{
    (void)state;
    npy_file file = make_file(small_header, small_integers, sizeof small_integers);
    size_t refused;

    assert_int_equal(truncations_read(file.bytes, file.size, NULL), 0);
    refused = mutations_refused(file.bytes, file.size, NULL);
    /* the values may change, and nearly nothing else */
    assert_in_range(refused, (file.size - 6) * 255 - 100, (file.size - 6) * 255);
}

static void test_failing_allocations(void **state)
{
    (void)state;
    npy_file file = make_file(small_header, small_integers, sizeof small_integers);
    size_t failures = 0;
    const char *wrong = reader_check_memory(ae_dataset_read_npy_memory, file.bytes, file.size, NULL, &failures);

    if (wrong)
        fail_msg("%s", wrong);
    assert_true(failures >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_of_numpy),
        cmocka_unit_test(test_files_of_numpy_that_are_refused),
        cmocka_unit_test(test_headers_that_are_read),
        cmocka_unit_test(test_native_byte_order),
        cmocka_unit_test(test_unsigned_bytes_are_scaled_by_default),
        cmocka_unit_test(test_fortran_order_of_many_rows),
        cmocka_unit_test(test_halves),
        cmocka_unit_test(test_extremes_of_integers),
        cmocka_unit_test(test_doubles_beyond_float),
        cmocka_unit_test(test_messages_name_the_offset),
        cmocka_unit_test(test_dimensions),
        cmocka_unit_test(test_beginnings),
        cmocka_unit_test(test_long_header),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
