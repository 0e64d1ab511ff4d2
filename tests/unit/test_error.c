/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/error.h"
#include <pthread.h>
#include <string.h>

/* Must run first: no other test has failed anything in this thread. */
static void test_empty_before_the_first_failure(void **state)
{
    (void)state;
    assert_string_equal(aei_error_text(), "");
}

static void test_returns_the_status_and_keeps_the_line(void **state)
{
    (void)state;
    assert_int_equal(aei_fail(AE_ERROR_SHAPE, "%zu columns, not %d", (size_t)3, 7), AE_ERROR_SHAPE);
    assert_string_equal(aei_error_text(), "3 columns, not 7");
    assert_int_equal(aei_fail(AE_ERROR_IO, "%s", "second"), AE_ERROR_IO);
    assert_string_equal(aei_error_text(), "second");
}

static void test_may_quote_the_line_before(void **state)
{
    (void)state;
    aei_fail(AE_ERROR_IO, "disk full");
    aei_fail(AE_ERROR_IO, "epoch %d: %s", 4, aei_error_text());
    assert_string_equal(aei_error_text(), "epoch 4: disk full");
}

static void test_escapes_what_came_from_a_file(void **state)
{
    (void)state;
    aei_fail(AE_ERROR_FORMAT, "tensor '%s'", "a\n\x1b[31m\xff");
    assert_string_equal(aei_error_text(), "tensor 'a\\x0A\\x1B[31m\\xFF'");
}

static void test_long_lines_are_cut(void **state)
{
    char name[3000];

    (void)state;
    for (size_t length = 500; length < sizeof name; length += length < 650 ? 1 : 300) {
        memset(name, 'x', length);
        name[length] = '\0';
        aei_fail(AE_ERROR_FORMAT, "%s", name);
        assert_int_equal(strlen(aei_error_text()), length < 511 ? length : 511);
        if (length > 511)
            assert_string_equal(aei_error_text() + 508, "...");
    }
}

static void *fail_elsewhere(void *argument)
{
    int *problems = argument;

    *problems += strcmp(aei_error_text(), "") != 0;
    aei_fail(AE_ERROR_DATA, "elsewhere");
    *problems += strcmp(aei_error_text(), "elsewhere") != 0;
    return NULL;
}

static void test_each_thread_has_its_own(void **state)
{
    pthread_t thread;
    int problems = 0;

    (void)state;
    aei_fail(AE_ERROR_DATA, "here");
    assert_int_equal(pthread_create(&thread, NULL, fail_elsewhere, &problems), 0);
    pthread_join(thread, NULL);
    assert_int_equal(problems, 0);
    assert_string_equal(aei_error_text(), "here");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_before_the_first_failure),
        cmocka_unit_test(test_returns_the_status_and_keeps_the_line),
        cmocka_unit_test(test_may_quote_the_line_before),
        cmocka_unit_test(test_escapes_what_came_from_a_file),
        cmocka_unit_test(test_long_lines_are_cut),
        cmocka_unit_test(test_each_thread_has_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
