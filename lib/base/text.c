/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/text.h"
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The midpoint between two doubles has at most 767 significant digits; of what comes behind these only
 * matters whether it is zero. */
#define DIGITS_MAX 800

/* digits[0..count-1] as an integer, times 10^exponent; the first digit is not zero. */
typedef struct decimal {
    char digits[DIGITS_MAX + 1];
    size_t count;
    int64_t exponent;
} decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* [0-9]* with one point at most and one digit at least. Returns where it ends, NULL if it is not there. */
static const char *scan_digits(const char *at, const char *end, decimal *number)
{
    bool any = false, point = false, tail = false;

    number->count = 0;
    number->exponent = 0;
    for (; at < end && (is_digit(*at) || (*at == '.' && !point)); at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        any = true;
        if (point)
            number->exponent--;
        if (number->count == 0 && *at == '0')
            continue;
        if (number->count < DIGITS_MAX) {
            number->digits[number->count++] = *at;
        } else {
            number->exponent++;
            tail = tail || *at != '0';
        }
    }
    if (tail) { /* one nonzero digit stands for all that were dropped */
        number->digits[number->count++] = '1';
        number->exponent--;
    }
    return any ? at : NULL;
}

/* e[+-]?[0-9]+ up to the end, or nothing. */
static bool scan_exponent(const char *at, const char *end, decimal *number)
{
    int64_t exponent = 0;
    bool negative = false;

    if (at == end)
        return true;
    if (*at != 'e' && *at != 'E')
        return false;
    at++;
    if (at < end && (*at == '-' || *at == '+'))
        negative = *at++ == '-';
    if (at == end)
        return false;
    for (; at < end && is_digit(*at); at++)
        if (exponent < INT64_C(100000000000000000)) /* no text is long enough for more to matter */
            exponent = exponent * 10 + (*at - '0');
    number->exponent += negative ? -exponent : exponent;
    return at == end;
}

/* Unsigned integers of up to 3840 bits, least significant word first, without leading zero words: enough
 * for 801 digits and for 10^1131. */
#define BIG_WORDS 120

typedef struct big {
    size_t length;
    uint32_t words[BIG_WORDS];
} big;

static void big_multiply_add(big *b, uint32_t factor, uint32_t summand)
{
    uint64_t carry = summand;

    for (size_t i = 0; i < b->length; i++) {
        carry += (uint64_t)b->words[i] * factor;
        b->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0)
        b->words[b->length++] = (uint32_t)carry;
}

static void big_multiply_power_of_10(big *b, int64_t power)
{
    for (; power >= 9; power -= 9)
        big_multiply_add(b, 1000000000, 0);
    for (; power > 0; power--)
        big_multiply_add(b, 10, 0);
}

static void big_shift_left(big *b, int bits)
{
    size_t words = (size_t)bits / 32;

    memmove(b->words + words, b->words, b->length * sizeof b->words[0]);
    memset(b->words, 0, words * sizeof b->words[0]);
    b->length += words;
    big_multiply_add(b, UINT32_C(1) << (bits % 32), 0);
}

static int big_bits(const big *b)
{
    int bits = (int)b->length * 32;

    for (uint32_t top = b->words[b->length - 1]; !(top >> 31); top <<= 1)
        bits--;
    return bits;
}

static int big_compare(const big *a, const big *b)
{
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    for (size_t i = a->length; i-- > 0;)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

/* a -= b, which is not larger. */
static void big_subtract(big *a, const big *b)
{
    uint64_t borrow = 0;

    for (size_t i = 0; i < a->length; i++) {
        uint64_t difference = a->words[i] - (i < b->length ? b->words[i] : UINT64_C(0)) - borrow;
        a->words[i] = (uint32_t)difference;
        borrow = difference >> 63;
    }
    while (a->length > 0 && a->words[a->length - 1] == 0)
        a->length--;
}

/* The nearest double, by long division of big integers and without floating-point arithmetic: any number
 * of digits, any rounding mode, no trap. */
static double exact_value(const decimal *number)
{
    int64_t magnitude = number->exponent + (int64_t)number->count; /* 10^(magnitude-1) <= value */
    big top = {0}, bottom = {1, {1}};
    uint64_t mantissa = 0;
    int exponent, bits, order;
    double value;

    if (magnitude > 310)
        return INFINITY;
    if (magnitude < -330)
        return 0;
    for (size_t i = 0; i < number->count; i++)
        big_multiply_add(&top, 10, (uint32_t)(number->digits[i] - '0'));
    big_multiply_power_of_10(&top, number->exponent);
    big_multiply_power_of_10(&bottom, -number->exponent);

    /* value = top / bottom * 2^exponent with 1 <= top / bottom < 2 */
    exponent = big_bits(&top) - big_bits(&bottom);
    if (exponent < 0)
        big_shift_left(&top, -exponent);
    else
        big_shift_left(&bottom, exponent);
    if (big_compare(&top, &bottom) < 0) {
        big_shift_left(&top, 1);
        exponent--;
    }
    if (exponent > 1023)
        return INFINITY;

    /* 53 bits of the quotient, fewer for a subnormal number; then half to even by what is left */
    bits = exponent >= -1022 ? 53 : 53 - (-1022 - exponent);
    if (bits < 0)
        return 0;
    for (int i = 0; i < bits; i++) {
        mantissa <<= 1;
        if (big_compare(&top, &bottom) >= 0) {
            big_subtract(&top, &bottom);
            mantissa |= 1;
        }
        big_shift_left(&top, 1);
    }
    order = big_compare(&top, &bottom);
    if (order > 0 || (order == 0 && mantissa % 2 == 1))
        mantissa++;

    /* The mantissa's leading 1 adds one to the exponent field, and so does a mantissa rounded up to 2^53. */
    mantissa += (uint64_t)(exponent >= -1022 ? exponent + 1022 : 0) << 52;
    memcpy(&value, &mantissa, sizeof value);
    return value;
}

static double decimal_value(const decimal *number)
{
#if FLT_EVAL_METHOD == 0
    static const double power_of_10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                         1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

    /* Both are exact doubles, so one product or quotient is rounded once (W. D. Clinger, "How to read
     * floating point numbers accurately", PLDI 1990). */
    if (number->count <= 19 && number->exponent >= -22 && number->exponent <= 22) {
        uint64_t integer = 0;
        for (size_t i = 0; i < number->count; i++)
            integer = integer * 10 + (uint64_t)(number->digits[i] - '0');
        if (integer <= UINT64_C(1) << 53)
            return number->exponent < 0 ? (double)integer / power_of_10[-number->exponent]
                                        : (double)integer * power_of_10[number->exponent];
    }
#endif
    return number->count == 0 ? 0 : exact_value(number);
}

static bool is_word(const char *at, const char *end, const char *word)
{
    for (; at < end && *word; at++, word++)
        if ((*at | 0x20) != *word) /* lower case, without tolower() and its locale */
            return false;
    return at == end && !*word;
}

bool aei_parse_double(const char *text, size_t length, double *out)
{
    const char *at = text, *end = text + length;
    bool negative = false;
    decimal number;
    double value;

    if (at < end && (*at == '-' || *at == '+'))
        negative = *at++ == '-';
    if (is_word(at, end, "inf") || is_word(at, end, "infinity")) {
        value = INFINITY;
    } else if (is_word(at, end, "nan")) {
        value = NAN;
    } else {
        at = scan_digits(at, end, &number);
        if (!at || !scan_exponent(at, end, &number))
            return false;
        value = decimal_value(&number);
    }
    *out = negative ? -value : value;
    return true;
}

const char *aei_format_double(double value, int digits, char *buffer, size_t capacity)
{
    char raw[64];
    size_t n = 0;

    if (isnan(value) || isinf(value)) {
        snprintf(buffer, capacity, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return buffer;
    }
    snprintf(raw, sizeof raw, "%.*g", digits < 1 ? 6 : digits > 17 ? 17 : digits, value);
    for (const char *at = raw; *at && n + 1 < capacity; at++) {
        if (is_digit(*at) || *at == '-' || *at == '+' || *at == 'e')
            buffer[n++] = *at;
        else if (n == 0 || buffer[n - 1] != '.') /* the locale's decimal point, of one byte or several */
            buffer[n++] = '.';
    }
    buffer[n] = '\0';
    return buffer;
}

/* Length of the UTF-8 character at `s`; 0 for a control character or a byte that starts none. */
static size_t printable_length(const unsigned char *s)
{
    size_t length = s[0] < 0x80   ? 1
                    : s[0] < 0xC2 ? 0
                    : s[0] < 0xE0 ? 2
                    : s[0] < 0xF0 ? 3
                    : s[0] < 0xF5 ? 4
                                  : 0;
    /* The second byte's range keeps out C1 controls, overlong forms, surrogates and what lies beyond
     * U+10FFFF. */
    unsigned low = s[0] == 0xC2 || s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
    unsigned high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;

    if (length == 1)
        return s[0] >= 0x20 && s[0] != 0x7F;
    for (size_t i = 1; i < length; i++) {
        if (s[i] < low || s[i] > high)
            return 0;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

void aei_escape_line(const char *line, char *out, size_t capacity)
{
    static const char hex[] = "0123456789ABCDEF";
    const unsigned char *at = (const unsigned char *)line;
    size_t n = 0, cut = 0; /* cut: where "..." still fits */

    while (*at) {
        size_t length = printable_length(at), need = length > 0 ? length : 4;
        if (n + need >= capacity) {
            memcpy(out + cut, "...", 4);
            return;
        }
        if (length > 0) {
            memcpy(out + n, at, length);
            at += length;
        } else {
            out[n] = '\\';
            out[n + 1] = 'x';
            out[n + 2] = hex[*at >> 4];
            out[n + 3] = hex[*at & 15];
            at++;
        }
        n += need;
        if (n + 4 <= capacity)
            cut = n;
    }
    out[n] = '\0';
}
