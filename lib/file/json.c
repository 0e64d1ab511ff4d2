/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"

void aei_json_begin(aei_json *json, char *text, size_t size, const char *what, size_t offset)
{
    *json = (aei_json){.text = text, .at = text, .end = text + size, .what = what, .offset = offset};
}

ae_status aei_json_fail(aei_json *json, ae_status status, const char *format, ...)
{
    char line[400] = "";
    va_list arguments;
    if (json->status != AE_OK)
        return json->status;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    json->status = aei_fail(status, "%s, byte %zu: %s", json->what, json->offset + (size_t)(json->at - json->text),
                            line);
    return json->status;
}

static void skip_space(aei_json *json)
{
    while (json->at < json->end && (*json->at == ' ' || *json->at == '\t' || *json->at == '\n' || *json->at == '\r'))
        json->at++;
}

/* The next character that is no white space, not taken; NUL after a failure and at the end. */
static char peek(aei_json *json)
{
    if (json->status != AE_OK)
        return '\0';
    skip_space(json);
    return json->at < json->end ? *json->at : '\0';
}

static bool take(aei_json *json, char expected)
{
    if (peek(json) == expected) {
        json->at++;
        return true;
    }
    aei_json_fail(json, AE_ERROR_FORMAT, "'%c' expected", expected);
    return false;
}

void aei_json_open(aei_json *json, char bracket)
{
    json->first = take(json, bracket);
}

bool aei_json_next(aei_json *json, char bracket)
{
    char c = peek(json);
    if (json->status != AE_OK)
        return false;
    if (c == bracket) {
        json->at++;
        json->first = false; /* of what this object or array is a member of */
        return false;
    }
    if (!json->first) {
        if (c != ',') {
            aei_json_fail(json, AE_ERROR_FORMAT, "',' or '%c' expected", bracket);
            return false;
        }
        json->at++;
    }
    json->first = false;
    return true;
}

/* Length of the UTF-8 character at `s`, 0 if there is none: overlong forms, surrogates and what lies beyond U+10FFFF
 * show in the second byte. */
static size_t utf8_length(const unsigned char *s, size_t left)
{
    size_t length = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;
    unsigned low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
    unsigned high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;
    if (length > left)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if (s[i] < low || s[i] > high)
            return 0;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

static char *put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *out++ = (char)(0xE0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    } else {
        *out++ = (char)(0xF0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3F));
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    }
    return out;
}

/* The "uXXXX" at the cursor; false if it is none. */
static bool take_unit(aei_json *json, uint32_t *unit)
{
    uint32_t value = 0;
    if (json->end - json->at < 5 || json->at[0] != 'u')
        return false;
    for (int i = 1; i <= 4; i++) {
        char c = json->at[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (digit > 15)
            return false;
        value = value << 4 | digit;
    }
    json->at += 5;
    *unit = value;
    return true;
}

/* What follows a backslash, decoded to `out`, which it never overtakes; NULL if it is no escape. */
static char *take_escape(aei_json *json, char *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found = json->at < json->end && *json->at ? strchr(from, *json->at) : NULL;
    uint32_t unit, low;
    if (found) {
        json->at++;
        *out++ = to[found - from];
        return out;
    }
    if (!take_unit(json, &unit) || unit == 0) /* a NUL would cut the string */
        return NULL;
    if (unit >= 0xD800 && unit < 0xDC00) { /* the first of a pair that makes one character */
        if (json->at == json->end || *json->at++ != '\\' || !take_unit(json, &low) || low < 0xDC00 || low > 0xDFFF)
            return NULL;
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    } else if (unit >= 0xDC00 && unit < 0xE000) {
        return NULL;
    }
    return put_utf8(out, unit);
}

char *aei_json_string(aei_json *json)
{
    char *start, *out;
    json->none[0] = '\0';
    if (!take(json, '"'))
        return json->none;
    start = out = json->at;
    while (json->at < json->end && *json->at != '"') {
        if (*json->at == '\\') {
            json->at++;
            out = take_escape(json, out);
            if (!out) {
                aei_json_fail(json, AE_ERROR_FORMAT, "invalid escape in a string");
                return json->none;
            }
            continue;
        }
        size_t length = utf8_length((const unsigned char *)json->at, (size_t)(json->end - json->at));
        if (length == 0 || (unsigned char)*json->at < 0x20) {
            aei_json_fail(json, AE_ERROR_FORMAT, "a string holds a control character or a byte that is not UTF-8");
            return json->none;
        }
        memmove(out, json->at, length);
        out += length;
        json->at += length;
    }
    if (!take(json, '"'))
        return json->none;
    *out = '\0';
    return start;
}

char *aei_json_key(aei_json *json)
{
    char *key = aei_json_string(json);
    take(json, ':');
    return json->status == AE_OK ? key : json->none;
}

static bool is_digit(const aei_json *json, const char *at)
{
    return at < json->end && *at >= '0' && *at <= '9';
}

/* The end of the digits at `at`, which may be none. */
static char *skip_digits(const aei_json *json, char *at)
{
    while (is_digit(json, at))
        at++;
    return at;
}

/* The end of the number at the cursor by JSON's grammar, or NULL: no sign but '-', no leading zeros, digits around the
 * point. */
static char *number_end(const aei_json *json)
{
    char *at = json->at;
    if (at < json->end && *at == '-')
        at++;
    if (!is_digit(json, at))
        return NULL;
    at = *at == '0' ? at + 1 : skip_digits(json, at);
    if (at < json->end && *at == '.') {
        at++;
        if (!is_digit(json, at))
            return NULL;
        at = skip_digits(json, at);
    }
    if (at < json->end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < json->end && (*at == '-' || *at == '+'))
            at++;
        if (!is_digit(json, at))
            return NULL;
        at = skip_digits(json, at);
    }
    return is_digit(json, at) ? NULL : at;
}

double aei_json_number(aei_json *json)
{
    double value = 0;
    char *end;
    peek(json);
    if (json->status != AE_OK)
        return 0;
    end = number_end(json);
    if (!end || !aei_parse_double(json->at, (size_t)(end - json->at), &value)) {
        aei_json_fail(json, AE_ERROR_FORMAT, "number expected");
        return 0;
    }
    if (!isfinite(value)) {
        aei_json_fail(json, AE_ERROR_FORMAT, "the number is too large");
        return 0;
    }
    json->at = end;
    return value;
}

uint64_t aei_json_size(aei_json *json)
{
    uint64_t value = 0;
    char *end;
    peek(json);
    if (json->status != AE_OK)
        return 0;
    end = number_end(json);
    if (!end || skip_digits(json, json->at) != end) {
        aei_json_fail(json, AE_ERROR_FORMAT, "whole number from 0 expected");
        return 0;
    }
    for (const char *at = json->at; at < end; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            aei_json_fail(json, AE_ERROR_FORMAT, "the number is too large");
            return 0;
        }
        value = value * 10 + digit;
    }
    json->at = end;
    return value;
}

static bool take_word(aei_json *json, const char *word)
{
    size_t length = strlen(word);
    peek(json);
    if (json->status != AE_OK || (size_t)(json->end - json->at) < length || memcmp(json->at, word, length) != 0)
        return false;
    json->at += length;
    return true;
}

bool aei_json_boolean(aei_json *json)
{
    if (take_word(json, "true"))
        return true;
    if (!take_word(json, "false"))
        aei_json_fail(json, AE_ERROR_FORMAT, "true or false expected");
    return false;
}

bool aei_json_null(aei_json *json)
{
    return take_word(json, "null");
}

ae_status aei_json_finish(aei_json *json)
{
    peek(json);
    if (json->status == AE_OK && json->at < json->end)
        aei_json_fail(json, AE_ERROR_FORMAT, "nothing more expected");
    return json->status;
}

void aei_json_put_key(aei_buffer *writer, const char *key)
{
    const bool first = writer->size > 0 && writer->text[writer->size - 1] == '{';
    aei_buffer_put_text(writer, first ? "\"" : ",\"");
    aei_buffer_put_text(writer, key);
    aei_buffer_put_text(writer, "\":");
}

void aei_json_put_string(aei_buffer *writer, const char *string, size_t size)
{
    size_t done = 0;
    aei_buffer_put_text(writer, "\"");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)string[i];
        char escape[8];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        aei_buffer_put(writer, string + done, i - done);
        snprintf(escape, sizeof escape, c < 0x20 ? "\\u%04x" : "\\%c", c);
        aei_buffer_put_text(writer, escape);
        done = i + 1;
    }
    aei_buffer_put(writer, string + done, size - done);
    aei_buffer_put_text(writer, "\"");
}

void aei_json_put_double(aei_buffer *writer, double value)
{
    char text[32];
    double back = 0;
    if (!isfinite(value)) {
        aei_buffer_put_text(writer, "null");
        return;
    }
    aei_format_double(value, 15, text, sizeof text); /* what people write, such as 0.1, fits in 15 digits */
    aei_parse_double(text, strlen(text), &back);
    if (back != value)
        aei_format_double(value, 17, text, sizeof text);
    aei_buffer_put_text(writer, text);
}

void aei_json_put_float(aei_buffer *writer, float value)
{
    char text[32];
    double back = 0;
    if (!isfinite(value)) {
        aei_buffer_put_text(writer, "null");
        return;
    }
    aei_format_double((double)value, 6, text, sizeof text);
    aei_parse_double(text, strlen(text), &back);
    if ((float)back != value)
        aei_format_double((double)value, 9, text, sizeof text);
    aei_buffer_put_text(writer, text);
}
