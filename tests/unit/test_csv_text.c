/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Fields one by one; tables are in test_csv.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "data/csv_text.h"

static aei_csv_cursor start(const char *text)
{
    return (aei_csv_cursor){.name = "text", .at = text, .end = text + strlen(text), .line = 1, .delimiter = ','};
}

static void test_fields(void **state)
{
    static const struct {
        const char *text;
        bool quoted, last;
        size_t line;
    } expected[] = {
        {"a b", false, false, 1}, {"", false, false, 1}, {"1,\"\"2\"\"\n3", true, true, 1},
        {"x", false, false, 3},   {"", true, true, 3},   {"end", false, true, 4},
    };
    aei_csv_cursor csv = start(" a b ,\t, \"1,\"\"2\"\"\n3\" \r\nx,\"\"\rend");
    (void)state;
    for (size_t i = 0, column = 0; i < sizeof expected / sizeof expected[0]; i++) {
        aei_csv_field field;
        assert_int_equal(aei_csv_read_field(&csv, &field, column), AE_OK);
        assert_int_equal(field.length, strlen(expected[i].text));
        assert_memory_equal(field.text, expected[i].text, field.length);
        assert_int_equal(field.quoted, expected[i].quoted);
        assert_int_equal(field.last, expected[i].last);
        assert_int_equal(field.line, expected[i].line);
        column = field.last ? 0 : column + 1;
    }
    assert_ptr_equal(csv.at, csv.end);
}

static void test_doubled_quotes(void **state)
{
    aei_csv_cursor csv = start("\"say \"\"hi\"\"\"");
    aei_csv_field field;
    char copy[20];
    (void)state;
    assert_int_equal(aei_csv_read_field(&csv, &field, 0), AE_OK);
    assert_true(aei_csv_field_is(&field, "say \"hi\""));
    assert_false(aei_csv_field_is(&field, "say \"hi"));
    assert_false(aei_csv_field_is(&field, "say \"\"hi\"\""));
    assert_ptr_equal(aei_csv_copy_field(&field, copy), copy + sizeof "say \"hi\"");
    assert_string_equal(copy, "say \"hi\"");
}

static void test_what_is_refused(void **state)
{
    static const struct {
        const char *text, *line;
    } cases[] = {
        {"\"a", "text: line 1, column 3: the quote is never closed"},
        {"\"a\"b", "text after the closing quote"},
        {"a\"b", "a quote inside a field without quotes"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        aei_csv_cursor csv = start(cases[i].text);
        aei_csv_field field;
        assert_int_equal(aei_csv_read_field(&csv, &field, 2), AE_ERROR_FORMAT);
        assert_non_null(strstr(aei_error_text(), cases[i].line));
    }
}

static void test_the_end(void **state)
{
    aei_csv_cursor csv = start(" \n\t\r\n");
    bool end = false;
    (void)state;
    assert_int_equal(aei_csv_at_end(&csv, &end), AE_OK);
    assert_true(end);
    csv = start("a\n");
    assert_int_equal(aei_csv_at_end(&csv, &end), AE_OK);
    assert_false(end);
    csv = start("\na");
    assert_int_equal(aei_csv_at_end(&csv, &end), AE_ERROR_FORMAT);
    assert_string_equal(aei_error_text(), "text: line 1 is empty");
}

static void test_delimiters(void **state)
{
    static const struct {
        const char *text;
        char delimiter;
    } cases[] = {{"a,b\n;;;", ','}, {"1,5;2", ';'}, {"a\tb,c\td", '\t'}, {"\",,\";x", ';'}, {"one", ';'}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const aei_csv_cursor csv = start(cases[i].text);
        assert_int_equal(aei_csv_find_delimiter(&csv), cases[i].delimiter);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_doubled_quotes),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_the_end),
        cmocka_unit_test(test_delimiters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
