/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "api/check.h"

static ae_status takes(const int *first, const int *second)
{
    AEI_REQUIRE(first);
    AEI_REQUIRE(second);
    return AE_OK;
}

static void test_require_names_the_argument(void **state)
{
    const int there = 1;
    (void)state;
    assert_int_equal(takes(&there, &there), AE_OK);
    assert_int_equal(takes(&there, NULL), AE_ERROR_INVALID_ARGUMENT);
    assert_string_equal(aei_error_text(), "takes: second is NULL");
}

static void test_rows(void **state)
{
    size_t stride = 0;
    (void)state;
    assert_int_equal(aei_check_rows("x", 5, 3, &stride), AE_OK);
    assert_int_equal(stride, 3);
    stride = 4;
    assert_int_equal(aei_check_rows("x", 0, 3, &stride), AE_OK);
    assert_int_equal(stride, 4);
    stride = 2;
    assert_int_equal(aei_check_rows("the codes", 5, 3, &stride), AE_ERROR_SHAPE);
    assert_non_null(strstr(aei_error_text(), "the codes"));
    stride = 3;
    assert_int_equal(aei_check_rows("x", SIZE_MAX / 8, 3, &stride), AE_ERROR_SHAPE);
    stride = SIZE_MAX;
    assert_int_equal(aei_check_rows("x", 1, 3, &stride), AE_ERROR_SHAPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_require_names_the_argument),
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
