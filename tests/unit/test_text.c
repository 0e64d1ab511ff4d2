/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "support/effort.h"
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RANDOM_NUMBERS FEWER(1000000, 100000)

/* Parses a copy in a block of its exact length, so that AddressSanitizer sees a step beyond it. */
static bool parse(const char *text, size_t length, double *value)
{
    char *copy = malloc(length > 0 ? length : 1);
    bool result;

    assert_non_null(copy);
    memcpy(copy, text, length);
    result = aei_parse_double(copy, length, value);
    free(copy);
    return result;
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* The oracle is the C library's strtod in the C locale, which is correctly rounded in glibc. */
static void check_against_strtod(const char *text)
{
    double expected = strtod(text, NULL), value = 99;

    if (!parse(text, strlen(text), &value) || !same_bits(value, expected))
        fail_msg("'%.100s' is read as %a, not %a", text, value, expected);
}

static void test_numbers(void **state)
{
    static const char *const texts[] = {
        "0", "-0", "+0", "1", "+1", "-1", "0.5", ".5", "5.", "-.5e1", "-1.5e3", "1E5", "1e+5", "1e-5",
        "00012", "000.000120", "0e0", "0e99999999999999999999", "0.0e-99999999999999999999",
        "123456789012345678", "9007199254740992", "9007199254740993", "9007199254740994",
        "9007199254740995", "1e22", "1e23", "1e-22", "1e-23", "8.5e22", "3e23", "100000000000000000000000",
        "0.1", "0.2", "0.3", "0.1000000000000000055511151231257827",
        "3.141592653589793238462643383279502884197", "1.7976931348623157e308", "1.7976931348623158e308",
        "1.7976931348623159e308", "1e308", "1e309", "-1e309", "1e310", "1e400", "1e99999999999999999999",
        "4.9e-324", "2.2250738585072014e-308", "2.2250738585072011e-308", "2.2250738585072012e-308",
        "2.4703282292062327e-324", "2.4703282292062328e-324", "2.5e-324", "-4e-324", "7.4e-324", "7.5e-324",
        "1e-323", "1e-325", "1e-331", "1e-400", "-1e-99999999999999999999", "6929495644600919.5",
        "3.0540412E5", "6.631236846766476e-316", "3.2378839133029012895883524125015321748630094e-319",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_against_strtod(texts[i]);
}

static void test_words(void **state)
{
    static const char *const infinities[] = {"inf", "INF", "Inf", "+inf", "infinity", "Infinity", "INFINITY"};
    static const char *const nans[] = {"nan", "NaN", "NAN", "-nan", "+nan"};
    double value;

    (void)state;
    for (size_t i = 0; i < sizeof infinities / sizeof infinities[0]; i++)
        assert_true(parse(infinities[i], strlen(infinities[i]), &value) && value == INFINITY);
    assert_true(parse("-inf", 4, &value) && value == -INFINITY);
    for (size_t i = 0; i < sizeof nans / sizeof nans[0]; i++)
        assert_true(parse(nans[i], strlen(nans[i]), &value) && isnan(value));
}

static void test_what_is_no_number(void **state)
{
    static const char *const texts[] = {
        "", "+", "-", ".", "+.", "e", "e5", ".e5", "1e", "1e+", "1e-", "1e5.0", "1e5e5", "1,5", "1.2.3",
        "..1", " 1", "1 ", "1\n", "\t1", "--1", "+-1", "1-", "0x10", "0x1p3", "1f", "1d", "1_000", "1'000",
        "i", "in", "infi", "infinit", "infinityy", "inf ", "na", "nan(1)", "nann", "nul", "NA", "#",
        "\xd9\xa1", "1\xc2\xa0", "\u22121",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = 99;
        if (parse(texts[i], strlen(texts[i]), &value))
            fail_msg("'%s' is read as %g", texts[i], value);
        assert_true(value == 99);
    }
    assert_false(parse("1\0", 2, &(double){0}));
    assert_false(parse("\0" "1", 2, &(double){0}));
}

/* Only text[0..length-1] counts. */
static void test_stops_at_the_length(void **state)
{
    double value;

    (void)state;
    assert_true(aei_parse_double("123456", 3, &value) && value == 123);
    assert_true(aei_parse_double("1.5,2.5", 3, &value) && value == 1.5);
    assert_true(aei_parse_double("infinity", 3, &value) && value == INFINITY);
    assert_false(aei_parse_double("1e5", 2, &value));
}

/* ---- against strtod on random text ---- */

static uint64_t random_state = 1;

static uint64_t random_bits(void) /* xorshift64* */
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(0x2545F4914F6CDD1D);
}

static double random_double(void)
{
    uint64_t bits;
    double value;

    do {
        bits = random_bits();
        memcpy(&value, &bits, sizeof value);
    } while (isnan(value) || isinf(value));
    return value;
}

static void random_digits(char *text, int digits)
{
    for (int i = 0; i < digits; i++)
        text[i] = (char)('0' + random_bits() % 10);
    text[digits] = '\0';
}

static void test_random_numbers(void **state)
{
    char text[400], digits[64];

    (void)state;
    for (int i = 0; i < RANDOM_NUMBERS; i++) {
        switch (i % 5) {
        case 0: /* any bits, 1 to 20 digits */
            snprintf(text, sizeof text, "%.*e", (int)(random_bits() % 20), random_double());
            break;
        case 1: /* what data files look like */
            snprintf(text, sizeof text, "%.*f", (int)(random_bits() % 10),
                     (double)(int32_t)random_bits() / 1000);
            break;
        case 2: /* digits, point and exponent anywhere */
            random_digits(digits, (int)(random_bits() % 40) + 1);
            snprintf(text, sizeof text, "%.*s.%se%d", (int)(random_bits() % 5), digits, digits,
                     (int)(random_bits() % 700) - 350);
            break;
        case 3: /* near the smallest numbers */
            random_digits(digits, (int)(random_bits() % 20) + 1);
            snprintf(text, sizeof text, "-%se-%d", digits, (int)(random_bits() % 30) + 315);
            break;
        default: /* near the largest */
            random_digits(digits, (int)(random_bits() % 20) + 1);
            snprintf(text, sizeof text, "1.%se%d", digits, (int)(random_bits() % 6) + 304);
        }
        check_against_strtod(text);
    }
}

/* Exactly half way between two doubles, and a little to either side. A midpoint has up to 767 digits; it
 * is the exact decimal expansion of a long double where that is wider than double. */
static void test_midpoints(void **state)
{
    (void)state;
    if (LDBL_MANT_DIG <= DBL_MANT_DIG)
        skip();
    for (int i = 0; i < 3000; i++) {
        double low = fabs(i % 3 == 0 ? random_double() * DBL_MIN : i % 3 == 1 ? random_double()
                                                                              : 1 + (double)random_bits());
        double high = nextafter(low, INFINITY);
        char text[1300], *last;
        snprintf(text, sizeof text, "%.1150Le", ((long double)low + (long double)high) / 2);
        check_against_strtod(text);
        last = strchr(text, 'e') - 1;
        *last = '1';
        check_against_strtod(text); /* a little more: the digit that decides is far behind */
        *last = '0';
        for (char *digit = last; digit > text; digit--)
            if (*digit >= '1') { /* a little less */
                (*digit)--;
                break;
            }
        check_against_strtod(text);
    }
}

static void test_long_texts(void **state)
{
    enum { LONG = 100000 };
    char *text = malloc(LONG + 100);
    double value;

    (void)state;
    assert_non_null(text);
    memset(text, '0', LONG); /* 0.000...1 times 10^LONG */
    memcpy(text, "0.", 2);
    snprintf(text + LONG, 100, "1e%d", LONG - 1);
    assert_true(parse(text, strlen(text), &value) && value == 1);

    memset(text, '0', LONG);
    text[0] = '1';
    snprintf(text + LONG, 100, "e-%d", LONG - 1);
    assert_true(parse(text, strlen(text), &value) && value == 1);

    memset(text, '0', LONG); /* 2^53 + 1 is half way between two doubles; one digit decides */
    memcpy(text, "9007199254740993.", 17);
    text[LONG] = '\0';
    assert_true(parse(text, strlen(text), &value) && value == 9007199254740992.0);
    text[LONG - 1] = '1';
    assert_true(parse(text, strlen(text), &value) && value == 9007199254740994.0);

    for (int i = 0; i < 20; i++) {
        random_digits(text, LONG);
        text[0] = '.';
        check_against_strtod(text);
    }
    memset(text, '0', LONG);
    assert_true(parse(text, LONG, &value) && value == 0);
    memset(text, '9', LONG);
    assert_true(parse(text, LONG, &value) && value == INFINITY);
    free(text);
}

static double seconds_for(const char *text, size_t length)
{
    double value;
    clock_t start = clock();

    assert_true(aei_parse_double(text, length, &value));
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void test_time_is_linear(void **state)
{
    enum { LONG = 4000000 };
    char *text = malloc(LONG + 1);

    (void)state;
    assert_non_null(text);
    random_digits(text, LONG);
    assert_true(seconds_for(text, LONG) < 2); /* some milliseconds; quadratic would be hours */
    memset(text + 1, '0', LONG - 1);
    memcpy(text, "1e", 2);
    assert_true(seconds_for(text, LONG) < 2);
    free(text);
}

/* The long division does not use floating-point arithmetic. */
static void test_rounding_mode_of_the_host(void **state)
{
    static const int modes[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    const char *text = "0.10000000000000000555111512312578270", *tiny = "1e-320";
    double value;

    (void)state;
    for (int i = 0; i < 3; i++) {
        bool read;
        fesetround(modes[i]);
        read = aei_parse_double(text, strlen(text), &value);
        fesetround(FE_TONEAREST);
        assert_true(read && value == 0.1);
        fesetround(modes[i]);
        read = aei_parse_double(tiny, strlen(tiny), &value);
        fesetround(FE_TONEAREST);
        assert_true(read && value == 1e-320);
    }
}

/* ---- formatting ---- */

static void test_format(void **state)
{
    static const struct {
        double value;
        int digits;
        const char *text;
    } cases[] = {
        {0, 6, "0"}, {-0.0, 6, "-0"}, {1, 6, "1"}, {1.5, 0, "1.5"}, {0.1, 17, "0.10000000000000001"},
        {1234567, 6, "1.23457e+06"}, {1e-7, 3, "1e-07"}, {123.456, 2, "1.2e+02"}, {2.0 / 3, 6, "0.666667"},
        {2.0 / 3, -5, "0.666667"}, {0.1, 99, "0.10000000000000001"},
        {DBL_MAX, 17, "1.7976931348623157e+308"}, {-DBL_MIN, 17, "-2.2250738585072014e-308"},
        {INFINITY, 6, "inf"}, {-INFINITY, 6, "-inf"}, {NAN, 6, "nan"}, {-NAN, 6, "nan"},
    };
    char text[32];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(aei_format_double(cases[i].value, cases[i].digits, text, sizeof text),
                            cases[i].text);
    assert_ptr_equal(aei_format_double(1, 6, text, sizeof text), text);
}

static void test_17_digits_read_back(void **state)
{
    (void)state;
    for (int i = 0; i < RANDOM_NUMBERS / 10; i++) {
        double value = random_double(), back;
        char *text = malloc(32); /* exactly what is promised to be enough */
        assert_non_null(text);
        aei_format_double(value, 17, text, 32);
        assert_true(aei_parse_double(text, strlen(text), &back) && same_bits(back, value));
        free(text);
    }
}

/* ---- escaping ---- */

static void check_escaped(const char *line, const char *expected)
{
    char out[256];

    aei_escape_line(line, out, sizeof out);
    assert_string_equal(out, expected);
}

static void test_what_is_escaped(void **state)
{
    (void)state;
    check_escaped("", "");
    check_escaped("plain 'text', 100 % \\ ~", "plain 'text', 100 % \\ ~");
    check_escaped("\t\r\n\x1b[0m\x7f\x01", "\\x09\\x0D\\x0A\\x1B[0m\\x7F\\x01");
    check_escaped("h\u00e9 \u20ac \U0001f600 \u4e2d", "h\u00e9 \u20ac \U0001f600 \u4e2d");
    check_escaped("\xc2\x9b" "31m \xc2\x80", "\\xC2\\x9B31m \\xC2\\x80");     /* C1 controls */
    check_escaped("\xc2\xa0\xf4\x8f\xbf\xbf", "\xc2\xa0\xf4\x8f\xbf\xbf");    /* the first and the last */
    check_escaped("\x80\xff\xfe\xf5", "\\x80\\xFF\\xFE\\xF5");
    check_escaped("\xc0\xaf \xc1\xbf", "\\xC0\\xAF \\xC1\\xBF");              /* overlong */
    check_escaped("\xe0\x9f\xbf \xf0\x8f\xbf\xbf", "\\xE0\\x9F\\xBF \\xF0\\x8F\\xBF\\xBF");
    check_escaped("\xe0\xa0\x80 \xf0\x90\x80\x80", "\xe0\xa0\x80 \xf0\x90\x80\x80");
    check_escaped("\xed\xa0\x80 \xed\x9f\xbf", "\\xED\\xA0\\x80 \xed\x9f\xbf"); /* a surrogate */
    check_escaped("\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80");                /* beyond U+10FFFF */
    check_escaped("\xe2\x82", "\\xE2\\x82");                                  /* cut short */
    check_escaped("\xe2\x82 \xf0\x9f\x98x", "\\xE2\\x82 \\xF0\\x9F\\x98x");
}

/* At every capacity: within it, and either the whole or a part that ends between two characters. */
static void test_lines_that_do_not_fit(void **state)
{
    static const char *const lines[] = {"abcdefghijklmnop", "\n\n\n\n\n\n", "\u20ac\u20ac\u20ac\u20ac\u20ac",
                                        "ab\ncd\u20ac\x7f\377ef\U0001f600"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char whole[256];
        aei_escape_line(lines[i], whole, sizeof whole);
        for (size_t capacity = 8; capacity < strlen(whole) + 5; capacity++) {
            char *out = malloc(capacity);
            size_t length;
            assert_non_null(out);
            aei_escape_line(lines[i], out, capacity);
            length = strlen(out);
            assert_true(length < capacity);
            if (capacity > strlen(whole)) {
                assert_string_equal(out, whole);
            } else {
                char again[256];
                assert_true(length >= 3 && length + 4 + 3 >= capacity - 1); /* one character lost at most */
                assert_true(i > 0 || length == capacity - 1);               /* of these, none */
                assert_string_equal(out + length - 3, "...");
                assert_memory_equal(out, whole, length - 3);
                aei_escape_line(out, again, sizeof again);
                assert_string_equal(again, out); /* no half character */
                assert_true(length < 3 + 3 || !memchr(out + length - 6, '\\', 3)); /* no half escape */
            }
            free(out);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_what_is_no_number),
        cmocka_unit_test(test_stops_at_the_length),
        cmocka_unit_test(test_random_numbers),
        cmocka_unit_test(test_midpoints),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_time_is_linear),
        cmocka_unit_test(test_rounding_mode_of_the_host),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_17_digits_read_back),
        cmocka_unit_test(test_what_is_escaped),
        cmocka_unit_test(test_lines_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
