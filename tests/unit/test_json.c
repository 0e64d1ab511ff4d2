/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "file/json.h"

/* A cursor over a copy in a block of exactly its size, so that AddressSanitizer sees every step beyond it. */
typedef struct reading {
    char *block;
    aei_json json;
} reading;

static reading start_bytes(const char *text, size_t size)
{
    reading r = {.block = malloc(size ? size : 1)};
    assert_non_null(r.block);
    memcpy(r.block, text, size);
    aei_json_begin(&r.json, r.block, size, "text", 100);
    return r;
}

static reading start(const char *text)
{
    return start_bytes(text, strlen(text));
}

static void end(reading *r)
{
    free(r->block);
}

static void check_string(const char *text, const char *expected)
{
    reading r = start(text);
    assert_string_equal(aei_json_string(&r.json), expected);
    assert_int_equal(aei_json_finish(&r.json), AE_OK);
    end(&r);
}

static void check_refused(const char *text, size_t size, const char *message)
{
    reading r = start_bytes(text, size);
    assert_string_equal(aei_json_string(&r.json), "");
    assert_int_equal(r.json.status, AE_ERROR_FORMAT);
    assert_non_null(strstr(aei_error_text(), message));
    end(&r);
}

static void test_strings(void **state)
{
    static const char *const broken[] = {
        "\"\\x\"", "\"\\u12\"", "\"\\u123g\"", "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"",
        "\"\\udc00\"", "\"\\ud800\\ue000\"", "\"\\ud800", "\"\\u0000\"", "\"\\", "\"\\u", "\"\\ud800\\", "\"\\ud800\\u",
    };
    static const char *const not_utf8[] = {
        "\"\x80\"", "\"\xC0\x80\"", "\"\xC1\xBF\"", "\"\xE0\x80\x80\"", "\"\xED\xA0\x80\"", "\"\xF0\x80\x80\x80\"",
        "\"\xF4\x90\x80\x80\"", "\"\xF5\x80\x80\x80\"", "\"\xC3\"", "\"\xE2\x82\"", "\"\xE2\x82", "\"\xFF\"",
        "\"a\nb\"", "\"a\x1F\"",
    };
    (void)state;
    check_string("\"\"", "");
    check_string(" \t\r\n\"plain text\" ", "plain text");
    check_string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
    check_string("\"\\ue000\\ud7ff\\uFFFF\\u07ff\\u0800\"",
                 "\xEE\x80\x80\xED\x9F\xBF\xEF\xBF\xBF\xDF\xBF\xE0\xA0\x80");
    check_string("\"\\u0041\\u00e9\\u20AC\\ud83d\\uDE00.\"", "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80.");
    check_string("\"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xED\x9F\xBF \xF4\x8F\xBF\xBF\"",
                  "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xED\x9F\xBF \xF4\x8F\xBF\xBF");
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        check_refused(broken[i], strlen(broken[i]), "invalid escape");
    for (size_t i = 0; i < sizeof not_utf8 / sizeof not_utf8[0]; i++)
        check_refused(not_utf8[i], strlen(not_utf8[i]), "control character");
    check_refused("\"a\0b\"", 5, "control character");
    check_refused("\"\\\0\"", 4, "invalid escape");
    check_refused("\"open", 5, "'\"' expected");
    check_refused("5", 1, "'\"' expected");
    check_refused("", 0, "'\"' expected");
}

static void test_numbers(void **state)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0},       {"-0", -0.0},     {"7", 7},           {"-12.5", -12.5}, {"1e3", 1000},
                {"1E+3", 1000}, {"25e-2", 0.25},  {"0.1", 0.1},       {"5e-324", 5e-324},
                {"1.7976931348623157e308", DBL_MAX}};
    static const char *const bad[] = {"", "-", "+1", "01", "-01", ".5", "5.", "1.e2", "1e", "1e+", "inf", "nan",
                                      "Infinity", "0x10", "1,5", "true", "\"1\"", "--1"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        reading r = start(good[i].text);
        double value = aei_json_number(&r.json);
        assert_int_equal(aei_json_finish(&r.json), AE_OK);
        assert_memory_equal(&value, &good[i].value, sizeof value);
        end(&r);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        reading r = start(bad[i]);
        aei_json_number(&r.json);
        assert_int_equal(aei_json_finish(&r.json), AE_ERROR_FORMAT);
        end(&r);
    }
    reading r = start("-1e999");
    aei_json_number(&r.json);
    assert_int_equal(r.json.status, AE_ERROR_FORMAT);
    assert_non_null(strstr(aei_error_text(), "too large"));
    end(&r);
}

static void test_sizes(void **state)
{
    static const char *const bad[] = {"-1", "-0", "1.0", "1e3", "007", "", "x", "18446744073709551616",
                                      "99999999999999999999999", "\"3\""};
    (void)state;
    reading r = start("[0,18446744073709551615,9223372036854775808]");
    aei_json_open(&r.json, '[');
    assert_true(aei_json_next(&r.json, ']'));
    assert_int_equal(aei_json_size(&r.json), 0);
    assert_true(aei_json_next(&r.json, ']'));
    assert_true(aei_json_size(&r.json) == UINT64_MAX);
    assert_true(aei_json_next(&r.json, ']'));
    assert_true(aei_json_size(&r.json) == UINT64_C(1) << 63);
    assert_false(aei_json_next(&r.json, ']'));
    assert_int_equal(aei_json_finish(&r.json), AE_OK);
    end(&r);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        r = start(bad[i]);
        assert_int_equal(aei_json_size(&r.json), 0);
        assert_int_equal(r.json.status, AE_ERROR_FORMAT);
        end(&r);
    }
}

static void test_words(void **state)
{
    (void)state;
    reading r = start("[true,false,null,0]");
    aei_json_open(&r.json, '[');
    aei_json_next(&r.json, ']');
    assert_true(aei_json_boolean(&r.json));
    aei_json_next(&r.json, ']');
    assert_false(aei_json_null(&r.json));
    assert_false(aei_json_boolean(&r.json));
    aei_json_next(&r.json, ']');
    assert_true(aei_json_null(&r.json));
    aei_json_next(&r.json, ']');
    assert_int_equal(r.json.status, AE_OK);
    assert_false(aei_json_boolean(&r.json));
    assert_int_equal(r.json.status, AE_ERROR_FORMAT);
    end(&r);
    r = start("tru");
    assert_false(aei_json_boolean(&r.json));
    assert_int_equal(r.json.status, AE_ERROR_FORMAT);
    end(&r);
}

/* Walks over {"key":[n,...],...}: the number of members, and the sum of all n. */
static ae_status walk(const char *text, size_t *members, uint64_t *sum)
{
    reading r = start(text);
    ae_status status;
    *members = 0;
    *sum = 0;
    aei_json_open(&r.json, '{');
    while (aei_json_next(&r.json, '}')) {
        aei_json_key(&r.json);
        ++*members;
        aei_json_open(&r.json, '[');
        while (aei_json_next(&r.json, ']'))
            *sum += aei_json_size(&r.json);
    }
    status = aei_json_finish(&r.json);
    end(&r);
    return status;
}

static void test_nesting(void **state)
{
    static const char *const bad[] = {
        "",          "{",        "[]",        "{]",          "{}x",           "{} {}",           "{,}",
        "{\"a\"}",   "{\"a\":}", "{\"a\":[}", "{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 2]}",   "{\"a\":[1],}",
        "{\"a\":[1]", "{\"a\":[1", "{a:[1]}", "{\"a\" [1]}", "{\"a\":[1]\"b\":[2]}", "{\"a\":[[1]]}", "{\"a\":[1}}",
    };
    size_t members;
    uint64_t sum;
    (void)state;
    assert_int_equal(walk("{}", &members, &sum), AE_OK);
    assert_int_equal(members, 0);
    assert_int_equal(walk(" { \"a\" : [ 1 , 2 ] , \"b\" : [ ] , \"c\" : [ 3 ] } ", &members, &sum), AE_OK);
    assert_int_equal(members, 3);
    assert_int_equal(sum, 6);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(walk(bad[i], &members, &sum), AE_ERROR_FORMAT);
}

static void test_first_failure_stays(void **state)
{
    (void)state;
    reading r = start("[1, x]");
    aei_json_open(&r.json, '[');
    aei_json_next(&r.json, ']');
    aei_json_size(&r.json);
    assert_true(aei_json_next(&r.json, ']'));
    aei_json_number(&r.json);
    assert_string_equal(aei_error_text(), "text, byte 104: number expected");
    aei_json_open(&r.json, '{');
    assert_false(aei_json_next(&r.json, ']'));
    assert_string_equal(aei_json_key(&r.json), "");
    assert_int_equal(aei_json_size(&r.json), 0);
    assert_true(aei_json_number(&r.json) == 0);
    assert_false(aei_json_boolean(&r.json));
    assert_false(aei_json_null(&r.json));
    assert_int_equal(aei_json_fail(&r.json, AE_ERROR_UNSUPPORTED, "later"), AE_ERROR_FORMAT);
    assert_int_equal(aei_json_finish(&r.json), AE_ERROR_FORMAT);
    assert_string_equal(aei_error_text(), "text, byte 104: number expected");
    end(&r);
}

static void check_text(aei_buffer *writer, const char *expected)
{
    assert_int_equal(writer->status, AE_OK);
    assert_int_equal(writer->size, strlen(expected));
    assert_memory_equal(writer->text, expected, writer->size);
    aei_buffer_clear(writer);
}

static void test_writing(void **state)
{
    static const double doubles[] = {0.1, -0.0, 1.0 / 3, 5e-324, DBL_MAX, 1e17, 123456789012345678.0, 1e-5};
    aei_buffer writer;
    (void)state;
    aei_buffer_begin(&writer, NULL);
    aei_buffer_put_text(&writer, "");
    aei_json_put_string(&writer, "", 0);
    aei_json_put_string(&writer, "a\"b\\c\n\x01\xC3\xA9", 9);
    aei_buffer_put_size(&writer, UINT64_MAX);
    check_text(&writer, "\"\"\"a\\\"b\\\\c\\u000a\\u0001\xC3\xA9\"18446744073709551615");
    aei_json_put_double(&writer, 0.1);
    aei_buffer_put_text(&writer, " ");
    aei_json_put_float(&writer, 0.01f);
    aei_buffer_put_text(&writer, " ");
    aei_json_put_float(&writer, 16777217.0f / 3);
    aei_buffer_put_text(&writer, " ");
    aei_json_put_double(&writer, NAN);
    aei_json_put_float(&writer, -INFINITY);
    check_text(&writer, "0.1 0.01 5592405.5 nullnull");
    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++) {
        aei_json_put_double(&writer, doubles[i]);
        reading r = start_bytes(writer.text, writer.size);
        double back = aei_json_number(&r.json);
        assert_int_equal(aei_json_finish(&r.json), AE_OK);
        assert_memory_equal(&back, &doubles[i], sizeof back);
        end(&r);
        aei_buffer_clear(&writer);
    }
    for (float f = FLT_TRUE_MIN; f < FLT_MAX / 100; f *= 7.77f) {
        aei_json_put_float(&writer, f);
        reading r = start_bytes(writer.text, writer.size);
        assert_true((float)aei_json_number(&r.json) == f);
        end(&r);
        aei_buffer_clear(&writer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_first_failure_stays),
        cmocka_unit_test(test_writing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
