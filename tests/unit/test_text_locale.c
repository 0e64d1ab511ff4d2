/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Numbers from and to text where the process writes 1.5 with a comma, and where its decimal point has two
 * bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/text.h"
#include "support/comma_locale.h"
#include <stdlib.h>
#include <string.h>

static void test_reads_a_point(void **state)
{
    double value = 0;

    (void)state;
    assert_false(strtod("1.5", NULL) == 1.5); /* the locale is really there */
    assert_true(aei_parse_double("1.5", 3, &value) && value == 1.5);
    assert_true(aei_parse_double("-12.25e-1", 9, &value) && value == -1.225);
    /* both ways of computing it */
    assert_true(aei_parse_double("0.1000000000000000055511151231257827", 36, &value) && value == 0.1);
}

static void test_refuses_other_points(void **state)
{
    double value;

    (void)state;
    assert_false(aei_parse_double("1,5", 3, &value));
    assert_false(aei_parse_double("1\u066b5", 4, &value));
    assert_false(aei_parse_double("1.000,5", 7, &value));
}

static void test_writes_a_point(void **state)
{
    char text[32];

    (void)state;
    assert_string_equal(aei_format_double(1.5, 0, text, sizeof text), "1.5");
    assert_string_equal(aei_format_double(-0.000012345, 6, text, sizeof text), "-1.2345e-05");
    assert_string_equal(aei_format_double(1e22, 6, text, sizeof text), "1e+22");
    assert_string_equal(aei_format_double(-1.2345678901234567e-308, 17, text, sizeof text),
                        "-1.2345678901234567e-308");
}

static void test_what_is_written_is_read(void **state)
{
    (void)state;
    srand(1);
    for (int i = 0; i < 10000; i++) {
        double value = (rand() - RAND_MAX / 2) / (rand() + 1.0), back;
        char text[32];
        aei_format_double(value, 17, text, sizeof text);
        assert_true(aei_parse_double(text, strlen(text), &back));
        assert_true(back == value);
    }
}

static void test_integers_in_messages(void **state)
{
    (void)state;
    aei_fail(AE_ERROR_DATA, "row %d of %zu", -1234567, (size_t)1234567);
    assert_string_equal(aei_error_text(), "row -1234567 of 1234567");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_a_point),
        cmocka_unit_test(test_refuses_other_points),
        cmocka_unit_test(test_writes_a_point),
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_integers_in_messages),
    };
    const char *const points[] = {",", "\u066b"};
    int result = 0;

    for (int i = 0; i < 2 && result == 0; i++) {
        result = enter_locale(points[i]);
        if (result == 0)
            result = cmocka_run_group_tests(tests, NULL, NULL);
    }
    return result;
}
