/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "file/c_text.h"

static void check_text(aei_c_text *c, const char *expected)
{
    assert_int_equal(c->buffer.status, AE_OK);
    assert_int_equal(c->buffer.size, strlen(expected));
    assert_memory_equal(c->buffer.text, expected, c->buffer.size);
    aei_buffer_clear(&c->buffer);
}

static void test_prefixes(void **state)
{
    static const char *const good[] = {"a", "Z", "digits", "a_1", "a__", "x234567890123456789012345678901234567890"};
    static const char *const bad[] = {"", "_a", "1a", "a-b", "a b", "a.b", "a$", "\xC3\xA9t\xC3\xA9", "a\n",
                                      "x2345678901234567890123456789012345678901"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(aei_c_prefix_is_valid(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(aei_c_prefix_is_valid(bad[i]));
}

static void test_replacing(void **state)
{
    aei_c_text c;
    (void)state;
    aei_c_text_begin(&c, NULL, "tiny_Model2");
    aei_c_put(&c, "$_x @_X %s|%n|%n|%z|%%", "$@%s", "a.0.b", "..", SIZE_MAX);
    check_text(&c, "tiny_Model2_x TINY_MODEL2_X $@%s|a_0_b|__|18446744073709551615|%");
    aei_c_put(&c, "%f %f %f %d %d", 1.0, -0.0, (double)0.1f, 0.1, 1e300);
    check_text(&c, "1.0f -0.0f 0.100000001f 0.10000000000000001 1.0000000000000001e+300");
    aei_c_put(&c, "%d", (double)NAN);
    assert_int_equal(c.buffer.status, AE_ERROR_DATA);
    assert_non_null(strstr(aei_error_text(), "not finite"));
    aei_c_text_clear(&c);
}

static void test_numbers(void **state)
{
    char source[100], *end;
    aei_c_text c;
    (void)state;
    aei_c_text_begin(&c, NULL, "p");
    for (float f = FLT_TRUE_MIN; f < FLT_MAX / 100 && f > -FLT_MAX / 100; f *= -7.77f) {
        aei_c_put(&c, "%f", (double)f);
        assert_int_equal(c.buffer.status, AE_OK);
        memcpy(source, c.buffer.text, c.buffer.size);
        source[c.buffer.size] = '\0';
        assert_non_null(strpbrk(source, ".e")); /* 1f would be no number */
        assert_true(strtof(source, &end) == f);
        assert_string_equal(end, "f");
        aei_buffer_clear(&c.buffer);
    }
    aei_c_text_clear(&c);
}

static void test_array(void **state)
{
    static const float values[] = {1, -2.5f, 3, 4, 5, 6, 7, 8, 1e-30f};
    aei_c_text c;
    (void)state;
    aei_c_text_begin(&c, NULL, "p");
    aei_c_put_array(&c, "encoder.0.bias", values, 9);
    check_text(&c, "\nstatic const float p_encoder_0_bias[9] = {\n"
               "    1.0f, -2.5f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f, 8.0f,\n    1e-30f\n};\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_replacing),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
