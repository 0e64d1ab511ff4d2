/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What the files of test_idx.c and test_npy.c do not show. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "data/array.h"
#include "data/dataset.h"

static void test_double_to_float(void **state)
{
    (void)state;
    const double largest = 0x1.fffffefffffffp127; /* of the doubles that round to FLT_MAX */
    float x = 7;

    assert_true(aei_double_to_float(0.1, &x) && x == 0.1f);
    assert_true(aei_double_to_float(-largest, &x) && x == -FLT_MAX);
    assert_true(aei_double_to_float(1e-300, &x) && x == 0);
    assert_true(aei_double_to_float(-0.0, &x) && x == 0 && signbit(x));
    assert_true(aei_double_to_float(-INFINITY, &x) && x == -INFINITY);
    assert_true(aei_double_to_float(NAN, &x) && isnan(x));
    x = 7;
    assert_false(aei_double_to_float(nextafter(largest, INFINITY), &x));
    assert_false(aei_double_to_float(-DBL_MAX, &x));
    assert_true(x == 7);
}

/* Every element kind and size in both byte orders: the number 2, then 1, behind 3 other bytes. */
static void test_kinds_sizes_and_byte_orders(void **state)
{
    (void)state;
    static const struct {
        aei_element_kind kind;
        size_t size;
        unsigned char two[8], one[8]; /* big-endian */
    } cases[] = {
        {AEI_ELEMENT_BOOL, 1, {2}, {1}},
        {AEI_ELEMENT_UNSIGNED, 1, {2}, {1}},
        {AEI_ELEMENT_UNSIGNED, 2, {0, 2}, {0, 1}},
        {AEI_ELEMENT_UNSIGNED, 4, {0, 0, 0, 2}, {0, 0, 0, 1}},
        {AEI_ELEMENT_UNSIGNED, 8, {0, 0, 0, 0, 0, 0, 0, 2}, {0, 0, 0, 0, 0, 0, 0, 1}},
        {AEI_ELEMENT_SIGNED, 1, {2}, {1}},
        {AEI_ELEMENT_SIGNED, 2, {0, 2}, {0, 1}},
        {AEI_ELEMENT_SIGNED, 4, {0, 0, 0, 2}, {0, 0, 0, 1}},
        {AEI_ELEMENT_SIGNED, 8, {0, 0, 0, 0, 0, 0, 0, 2}, {0, 0, 0, 0, 0, 0, 0, 1}},
        {AEI_ELEMENT_FLOAT, 2, {0x40, 0}, {0x3C, 0}},
        {AEI_ELEMENT_FLOAT, 4, {0x40, 0}, {0x3F, 0x80}},
        {AEI_ELEMENT_FLOAT, 8, {0x40, 0}, {0x3F, 0xF0}},
    };
    ae_read_options options;

    ae_read_options_init(&options, sizeof options);
    options.scale_bytes = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int big_endian = 0; big_endian < 2; big_endian++) {
            size_t n = cases[i].size;
            unsigned char bytes[3 + 16];
            aei_array array = {.kind = cases[i].kind,
                               .element_size = n,
                               .big_endian = big_endian,
                               .dims = 2,
                               .shape = {1, 2},
                               .offset = 3};
            ae_dataset *dataset = NULL;

            for (size_t k = 0; k < n; k++) {
                bytes[3 + k] = cases[i].two[big_endian ? k : n - 1 - k];
                bytes[3 + n + k] = cases[i].one[big_endian ? k : n - 1 - k];
            }
            assert_int_equal(aei_array_read(&dataset, &array, "x", bytes, 3 + 2 * n, &options), AE_OK);
            assert_int_equal(dataset->rows, 1);
            assert_int_equal(dataset->columns, 2);
            assert_true(dataset->values[0] == (cases[i].kind == AEI_ELEMENT_BOOL ? 1 : 2));
            assert_true(dataset->values[1] == 1);
            aei_dataset_free(dataset);
        }
}

/* The place of each value in the file, for one to four dimensions, against the definition of Fortran order. */
static void test_fortran_order(void **state)
{
    (void)state;
    static const size_t shapes[][4] = {{5, 0, 0, 0}, {3, 4, 0, 0}, {1, 3, 2, 0}, {2, 3, 4, 5}, {130, 1, 2, 1}};
    ae_read_options options;

    ae_read_options_init(&options, sizeof options);
    options.scale_bytes = 0;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        aei_array array = {.kind = AEI_ELEMENT_UNSIGNED, .element_size = 2, .fortran_order = true};
        unsigned char bytes[2 * 512];
        size_t count = 1;
        ae_dataset *dataset = NULL;

        for (; array.dims < 4 && shapes[s][array.dims] > 0; array.dims++)
            count *= array.shape[array.dims] = shapes[s][array.dims];
        for (size_t i = 0; i < count; i++) { /* i: the number of an element in C order */
            size_t rest = i, index[4], place = 0;
            for (size_t d = array.dims; d-- > 0; rest /= array.shape[d])
                index[d] = rest % array.shape[d];
            for (size_t d = 0, stride = 1; d < array.dims; stride *= array.shape[d++])
                place += index[d] * stride;
            bytes[2 * place] = (unsigned char)(i & 255);
            bytes[2 * place + 1] = (unsigned char)(i >> 8);
        }
        assert_int_equal(aei_array_read(&dataset, &array, "x", bytes, 2 * count, &options), AE_OK);
        assert_int_equal(dataset->rows, shapes[s][0]);
        for (size_t i = 0; i < count; i++)
            assert_true(dataset->values[i] == (float)i);
        aei_dataset_free(dataset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_double_to_float),
        cmocka_unit_test(test_kinds_sizes_and_byte_orders),
        cmocka_unit_test(test_fortran_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
