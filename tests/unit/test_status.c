/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/error.h"
#include <limits.h>
#include <string.h>

static void test_every_status_has_a_name_of_its_own(void **state)
{
    (void)state;
    assert_string_equal(ae_status_name(AE_OK), "AE_OK");
    assert_string_equal(ae_status_name(AE_ERROR_INVALID_ARGUMENT), "AE_ERROR_INVALID_ARGUMENT");
    assert_string_equal(ae_status_name(AE_ERROR_DATA), "AE_ERROR_DATA");
    for (ae_status a = AE_OK; a <= AE_ERROR_DATA; a++) {
        assert_int_equal(strncmp(ae_status_name(a), "AE_", 3), 0);
        for (ae_status b = AE_OK; b < a; b++)
            assert_string_not_equal(ae_status_name(a), ae_status_name(b));
    }
}

static void test_other_numbers_are_unknown(void **state)
{
    (void)state;
    assert_string_equal(ae_status_name(-1), "unknown status");
    assert_string_equal(ae_status_name(AE_ERROR_DATA + 1), "unknown status");
    assert_string_equal(ae_status_name(INT32_MIN), "unknown status");
    assert_string_equal(ae_status_name(INT32_MAX), "unknown status");
}

static void test_last_error_is_the_line_of_the_last_failure(void **state)
{
    (void)state;
    assert_string_equal(ae_last_error(), "");
    aei_fail(AE_ERROR_IO, "no such file");
    assert_string_equal(ae_last_error(), "no such file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_status_has_a_name_of_its_own),
        cmocka_unit_test(test_other_numbers_are_unknown),
        cmocka_unit_test(test_last_error_is_the_line_of_the_last_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
