/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "file/fields.h"

typedef struct sample {
    size_t size;
    uint64_t count;
    double number, missing;
    bool yes;
    int32_t colour;
} sample;

static const char *const colours[] = {NULL, "red", "green"};
static const aei_field fields[] = {
    {"size", AEI_FIELD_SIZE, offsetof(sample, size), NULL, 0},
    {"count", AEI_FIELD_COUNT, offsetof(sample, count), NULL, 0},
    {"number", AEI_FIELD_NUMBER, offsetof(sample, number), NULL, 0},
    {"missing", AEI_FIELD_NUMBER_OR_NULL, offsetof(sample, missing), NULL, 0},
    {"yes", AEI_FIELD_BOOLEAN, offsetof(sample, yes), NULL, 0},
    {"colour", AEI_FIELD_NAME, offsetof(sample, colour), AEI_FIELD_NAMES(colours)},
};
enum { COUNT = sizeof fields / sizeof fields[0] };

static ae_status read_text(const char *text, sample *out, unsigned *seen)
{
    char copy[200];
    aei_json json;
    strcpy(copy, text);
    *out = (sample){0};
    *seen = 0;
    aei_json_begin(&json, copy, strlen(copy), "sample", 0);
    aei_json_open(&json, '{');
    while (aei_json_next(&json, '}')) {
        const size_t i = aei_field_key(&json, fields, COUNT, seen);
        if (i < COUNT)
            aei_field_read(&json, &fields[i], out);
    }
    return aei_json_finish(&json);
}

static void test_there_and_back(void **state)
{
    const sample one = {7, UINT64_MAX, 0.1, (double)NAN, true, 2};
    const char *expected = "{\"size\":7,\"count\":18446744073709551615,\"number\":0.1,\"missing\":null,\"yes\":true,"
                           "\"colour\":\"green\"}";
    aei_buffer writer;
    sample back;
    unsigned seen;
    (void)state;
    aei_buffer_begin(&writer, NULL);
    aei_buffer_put_text(&writer, "{");
    for (size_t i = 0; i < COUNT; i++)
        aei_field_write(&writer, &fields[i], &one);
    aei_buffer_put(&writer, "}", 2);
    assert_int_equal(writer.status, AE_OK);
    assert_string_equal(writer.text, expected);
    assert_int_equal(read_text(writer.text, &back, &seen), AE_OK);
    aei_buffer_clear(&writer);
    assert_int_equal(seen, (1u << COUNT) - 1);
    assert_true(back.size == one.size && back.count == one.count && back.number == one.number && isnan(back.missing));
    assert_true(back.yes && back.colour == 2);
}

static void test_some_members_in_another_order(void **state)
{
    sample back;
    unsigned seen;
    (void)state;
    assert_int_equal(read_text("{ \"colour\" : \"red\", \"missing\" : 2, \"size\" : 3 }", &back, &seen), AE_OK);
    assert_int_equal(seen, 1u << 5 | 1u << 3 | 1u << 0);
    assert_true(back.colour == 1 && back.missing == 2 && back.size == 3);
}

static void test_what_is_refused(void **state)
{
    static const struct {
        const char *text;
        ae_status status;
        const char *line;
    } cases[] = {
        {"{\"sizes\":1}", AE_ERROR_FORMAT, "unknown key \"sizes\""},
        {"{\"size\":1,\"size\":1}", AE_ERROR_FORMAT, "repeated key \"size\""},
        {"{\"number\":null}", AE_ERROR_FORMAT, "sample, byte "},
        {"{\"colour\":\"blue\"}", AE_ERROR_UNSUPPORTED, "unknown colour \"blue\""},
    };
    sample back;
    unsigned seen;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(read_text(cases[i].text, &back, &seen), cases[i].status);
        assert_non_null(strstr(aei_error_text(), cases[i].line));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_some_members_in_another_order),
        cmocka_unit_test(test_what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
