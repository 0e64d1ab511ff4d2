/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "support/reader_check.h"

/* Two images of 2x3 bytes. */
static const unsigned char images[] = {0, 0, 0x08, 3,  0, 0, 0, 2, 0, 0,  0,  2,  0,   0,
                                       0, 3, 0,    51, 1, 2, 3, 4, 5, 10, 20, 30, 254, 255};

static ae_read_options plain_options(void)
{
    ae_read_options options;

    ae_read_options_init(&options, sizeof options);
    options.scale_bytes = 0;
    return options;
}

/* Reads bytes that may be anything; the reader's duties are checked. */
static ae_status read_any(const void *bytes, size_t size, const ae_read_options *options)
{
    ae_status status = AE_OK;
    const char *wrong = reader_check(ae_dataset_read_idx_memory, bytes, size, options, 0, &status);

    if (wrong)
        fail_msg("%s: %s", wrong, ae_last_error());
    return status;
}

static size_t truncations_read(const void *bytes, size_t size, const ae_read_options *options)
{
    size_t good = 0;
    const char *wrong = reader_check_truncated(ae_dataset_read_idx_memory, bytes, size, options, &good);

    if (wrong)
        fail_msg("%s", wrong);
    return good;
}

static size_t mutations_refused(const void *bytes, size_t size, const ae_read_options *options)
{
    size_t refused = 0;
    const char *wrong = reader_check_mutated(ae_dataset_read_idx_memory, bytes, size, options, &refused);

    if (wrong)
        fail_msg("%s", wrong);
    return refused;
}

static ae_dataset *read_good(const void *bytes, size_t size, const ae_read_options *options)
{
    ae_dataset *dataset = NULL;

    if (ae_dataset_read_idx_memory(&dataset, bytes, size, options) != AE_OK)
        fail_msg("%s", ae_last_error());
    return dataset;
}

static void assert_refused(const void *bytes, size_t size, ae_status status, const char *message)
{
    assert_int_equal(read_any(bytes, size, NULL), status);
    assert_string_equal(ae_last_error(), message);
}

static void test_images_become_rows(void **state)
{
    (void)state;
    ae_read_options options = plain_options();
    ae_dataset *dataset = read_good(images, sizeof images, &options);

    assert_int_equal(ae_dataset_rows(dataset), 2);
    assert_int_equal(ae_dataset_columns(dataset), 6);
    for (size_t i = 0; i < 12; i++)
        assert_true(ae_dataset_row(dataset, i / 6)[i % 6] == (float)images[16 + i]);
    assert_null(ae_dataset_column_name(dataset, 0));
    ae_dataset_free(dataset);
}

static void test_bytes_are_scaled_by_default(void **state)
{
    (void)state;
    unsigned char all[8 + 256] = {0, 0, 0x08, 1, 0, 0, 1, 0};
    ae_dataset *dataset;

    for (int i = 0; i < 256; i++)
        all[8 + i] = (unsigned char)i;
    dataset = read_good(all, sizeof all, NULL);
    assert_int_equal(ae_dataset_rows(dataset), 256);
    assert_int_equal(ae_dataset_columns(dataset), 1);
    for (size_t i = 0; i < 256; i++)
        assert_true(ae_dataset_row(dataset, i)[0] == (float)i / 255.0f);
    ae_dataset_free(dataset);
}

static void test_every_type(void **state)
{
    (void)state;
    static const struct {
        unsigned char bytes[8 + 16];
        size_t size;
        float first, second;
    } cases[] = {
        {{0, 0, 0x08, 1, 0, 0, 0, 2, 0x7F, 0xFF}, 10, 127.0f / 255.0f, 1},
        {{0, 0, 0x09, 1, 0, 0, 0, 2, 0x7F, 0x80}, 10, 127, -128},
        {{0, 0, 0x0B, 1, 0, 0, 0, 2, 0x01, 0x02, 0xFF, 0xFE}, 12, 258, -2},
        {{0, 0, 0x0C, 1, 0, 0, 0, 2, 0x01, 0, 0, 0, 0x80, 0, 0, 0}, 16, 16777216, -2147483648.0f},
        {{0, 0, 0x0D, 1, 0, 0, 0, 2, 0x3F, 0xC0, 0, 0, 0xC2, 0x28, 0, 0}, 16, 1.5f, -42},
        {{0, 0, 0x0E, 1, 0, 0, 0, 2, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0x45, 0, 0, 0, 0, 0, 0}, 24, 1.5f, -42},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ae_dataset *dataset = read_good(cases[i].bytes, cases[i].size, NULL);
        assert_int_equal(ae_dataset_rows(dataset), 2);
        assert_true(ae_dataset_row(dataset, 0)[0] == cases[i].first);
        assert_true(ae_dataset_row(dataset, 1)[0] == cases[i].second);
        ae_dataset_free(dataset);
        assert_int_equal(truncations_read(cases[i].bytes, cases[i].size, NULL), 0);
    }
}

static void test_max_rows_and_max_bytes(void **state)
{
    (void)state;
    ae_read_options options = plain_options();
    ae_dataset *dataset;

    options.max_rows = 1;
    options.max_bytes = 6 * sizeof(float);
    dataset = read_good(images, sizeof images, &options);
    assert_int_equal(ae_dataset_rows(dataset), 1);
    assert_true(ae_dataset_row(dataset, 0)[5] == 4);
    ae_dataset_free(dataset);

    options.max_rows = 2;
    assert_int_equal(read_any(images, sizeof images, &options), AE_ERROR_FORMAT);
    assert_string_equal(ae_last_error(), "memory: 2 rows of 6 columns take more memory than max_bytes, 24");
    options.max_bytes = 0;
    assert_int_equal(read_any(images, sizeof images, &options), AE_OK);
}

static void test_messages_name_the_offset(void **state)
{
    (void)state;
    unsigned char bad[sizeof images + 1];

    assert_refused(images, 3, AE_ERROR_FORMAT, "memory: offset 3: the file ends inside the IDX header");
    assert_refused(images, 15, AE_ERROR_FORMAT, "memory: offset 15: the file ends inside its 3 dimensions");
    assert_refused(images, sizeof images - 1, AE_ERROR_FORMAT,
                   "memory: offset 16: the file ends too early, 11 bytes are left for its values");

    memcpy(bad, images, sizeof images);
    bad[sizeof images] = 0;
    assert_refused(bad, sizeof bad, AE_ERROR_FORMAT,
                   "memory: offset 28: the file goes on for 1 bytes after its last value");
    bad[1] = 7;
    assert_refused(bad, sizeof images, AE_ERROR_FORMAT,
                   "memory: offset 0: not an IDX file, it does not start with two zero bytes");
    bad[1] = 0, bad[2] = 0x0A;
    assert_refused(bad, sizeof images, AE_ERROR_FORMAT, "memory: offset 2: no IDX element type has number 0x0a");
    bad[2] = 0x08, bad[3] = 0;
    assert_refused(bad, sizeof images, AE_ERROR_FORMAT, "memory: offset 3: the array has no dimensions");
    bad[3] = 3, bad[11] = 0;
    assert_refused(bad, sizeof images, AE_ERROR_FORMAT, "memory: offset 16: no values, dimension 1 is 0");
    bad[11] = 2, bad[7] = 0;
    assert_refused(bad, sizeof images, AE_ERROR_FORMAT, "memory: offset 16: no values, dimension 0 is 0");
}

static void test_doubles_beyond_float(void **state)
{
    (void)state;
    /* 1, then the least double that rounds to infinity; and infinity itself, which is a float */
    unsigned char bytes[] = {0, 0, 0x0E, 1, 0,    0,    0,    2,    0x3F, 0xF0, 0, 0,
                             0, 0, 0,    0, 0x47, 0xEF, 0xFF, 0xFF, 0xF0, 0,    0, 0};
    ae_dataset *dataset;

    assert_refused(bytes, sizeof bytes, AE_ERROR_FORMAT, "memory: offset 16: number out of float32's range");
    bytes[20] = 0xEF, bytes[21] = bytes[22] = bytes[23] = 0xFF;
    dataset = read_good(bytes, sizeof bytes, NULL);
    assert_true(ae_dataset_row(dataset, 1)[0] == 3.402823466e+38f);
    ae_dataset_free(dataset);
    memset(bytes + 16, 0, 8);
    bytes[16] = 0xFF, bytes[17] = 0xF0;
    dataset = read_good(bytes, sizeof bytes, NULL);
    assert_true(ae_dataset_row(dataset, 1)[0] == -INFINITY);
    ae_dataset_free(dataset);
}

static void test_huge_dimensions(void **state)
{
    (void)state;
    unsigned char bytes[4 + 4 * 255 + 64];

    for (unsigned dims = 1; dims < 256; dims++) {
        memset(bytes, 0xFF, sizeof bytes);
        bytes[0] = bytes[1] = 0, bytes[2] = 0x0E, bytes[3] = (unsigned char)dims;
        assert_int_equal(read_any(bytes, sizeof bytes, NULL), AE_ERROR_FORMAT);
    }
    /* 2^16 to the fourth is 0 in 64 bits, 2^32 + 12 is 12 in 32 bits */
    static const unsigned char wraps[] = {0, 0, 8, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0};
    assert_int_equal(read_any(wraps, sizeof wraps, NULL), AE_ERROR_FORMAT);
}

static void test_255_dimensions(void **state)
{
    (void)state;
    unsigned char bytes[4 + 4 * 255 + 6] = {0, 0, 9, 255};
    ae_dataset *dataset;

    for (int d = 0; d < 255; d++)
        bytes[4 + 4 * d + 3] = d == 0 ? 2 : d == 200 ? 3 : 1;
    for (int i = 0; i < 6; i++)
        bytes[4 + 4 * 255 + i] = (unsigned char)i;
    dataset = read_good(bytes, sizeof bytes, NULL);
    assert_int_equal(ae_dataset_rows(dataset), 2);
    assert_int_equal(ae_dataset_columns(dataset), 3);
    assert_true(ae_dataset_row(dataset, 1)[2] == 5);
    ae_dataset_free(dataset);
}

static void test_hostile(void **state)
{
    (void)state;
    assert_int_equal(truncations_read(images, sizeof images, NULL), 0);
    /* header bytes: all changes are refused but 0x08 -> 0x09 */
    assert_int_equal(mutations_refused(images, sizeof images, NULL), 16 * 255 - 1);
}

static void test_failing_allocations(void **state)
{
    (void)state;
    size_t failures = 0;
    const char *wrong = reader_check_memory(ae_dataset_read_idx_memory, images, sizeof images, NULL, &failures);

    if (wrong)
        fail_msg("%s", wrong);
    assert_true(failures >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_images_become_rows),
        cmocka_unit_test(test_bytes_are_scaled_by_default),
        cmocka_unit_test(test_every_type),
        cmocka_unit_test(test_max_rows_and_max_bytes),
        cmocka_unit_test(test_messages_name_the_offset),
        cmocka_unit_test(test_doubles_beyond_float),
        cmocka_unit_test(test_huge_dimensions),
        cmocka_unit_test(test_255_dimensions),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
