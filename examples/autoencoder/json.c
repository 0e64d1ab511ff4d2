/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int depth, follows; /* brackets that are open; a value stands before in the same bracket */

/* Length of the UTF-8 sequence at `s` (its overlong forms and surrogates excluded), 0 where there is none. */
static size_t utf8_length(const unsigned char *s)
{
    size_t length = s[0] < 0x80                   ? 1
                    : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
                    : (s[0] & 0xf0) == 0xe0       ? 3
                    : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
                                                  : 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return length;
}

static void put_string(const char *text)
{
    putchar('"');
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        size_t length = utf8_length(s);
        if (length == 0)
            fputs("\\ufffd", stdout);
        else if (*s == '"' || *s == '\\')
            printf("\\%c", *s);
        else if (*s < 0x20 || *s == 0x7f)
            printf("\\u%04x", *s);
        else
            fwrite(s, 1, length, stdout);
        s += length ? length : 1;
    }
    putchar('"');
}

static void begin(const char *name)
{
    if (follows) putchar(',');
    follows = 1;
    if (!name) return;
    put_string(name);
    putchar(':');
}

void json_open(const char *name, char bracket)
{
    begin(name);
    putchar(bracket);
    depth++;
    follows = 0;
}

void json_close(char bracket)
{
    putchar(bracket);
    follows = --depth > 0;
    if (depth == 0) putchar('\n');
}

void json_text(const char *name, const char *text)
{
    begin(name);
    if (text)
        put_string(text);
    else
        fputs("null", stdout);
}

static void put_number(const char *name, double value, int digits)
{
    begin(name);
    if (isfinite(value))
        printf("%.*g", digits, value);
    else
        fputs("null", stdout);
}

void json_real(const char *name, double value)
{
    put_number(name, value, 17);
}

void json_float(const char *name, float value)
{
    put_number(name, (double)value, 9);
}

void json_count(const char *name, uint64_t value)
{
    begin(name);
    printf("%llu", (unsigned long long)value);
}

void json_bool(const char *name, int value)
{
    begin(name);
    fputs(value ? "true" : "false", stdout);
}

void json_verbatim(const char *name, const char *text, size_t length)
{
    begin(name);
    fwrite(text, 1, length, stdout);
}

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

const char *json_end(const char *value)
{
    int open = 0;
    do {
        if (*value == '"') {
            for (value++; *value != '"'; value++)
                if (*value == '\\') value++;
            value++;
        } else if (*value == '{' || *value == '[') {
            open++;
            value++;
        } else if (*value == '}' || *value == ']') {
            open--;
            value++;
        } else
            value += strcspn(value, open ? "\"{}[]" : ",}] \t\r\n");
    } while (open);
    return value;
}

const char *json_next(const char *value)
{
    value = skip_blanks(json_end(value));
    return *value == ',' ? skip_blanks(value + 1) : NULL;
}

const char *json_first(const char *json)
{
    json = skip_blanks(json + 1);
    return *json == ']' || *json == '}' ? NULL : json;
}

const char *json_member(const char *json, const char *key)
{
    const size_t length = strlen(key);
    for (const char *name = json_first(json); name;) {
        const char *value = skip_blanks(skip_blanks(json_end(name)) + 1);
        if (strncmp(name + 1, key, length) == 0 && name[length + 1] == '"') return value;
        name = json_next(value);
    }
    return NULL;
}

char *json_string(const char *value, char *text, size_t capacity)
{
    size_t used = 0;
    const char *end = value ? json_end(value) : NULL;
    int quoted = value && *value == '"';
    if (quoted) value++, end--;
    for (; value && value < end && used + 1 < capacity; value++) {
        if (quoted && *value == '\\') value++; /* \" and \\; the library writes no others in names */
        text[used++] = *value;
    }
    text[used] = '\0';
    return text;
}
