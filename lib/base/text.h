/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Numbers to and from text, the same in every locale, and lines that are safe to show. */
#ifndef AEI_BASE_TEXT_H
#define AEI_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a decimal number ("-1.5e3", "nan", "inf", "Infinity") that fills text[0..length-1] exactly; false
 * otherwise. Correctly rounded to double. Never looks at the locale. */
bool aei_parse_double(const char *text, size_t length, double *out);

/* As %g with `digits` significant digits (1..17; 17 reads back as the same double, 0 means the 6 of
 * messages), always with a point; "inf", "-inf", "nan". Writes at most `capacity` bytes with the final
 * NUL, capacity >= 32. Returns buffer. */
const char *aei_format_double(double value, int digits, char *buffer, size_t capacity);

/* Copies one line for people: control characters and bytes that are not UTF-8 become \xNN, and a line that
 * does not fit ends in "...". Writes at most `capacity` bytes with the final NUL, capacity >= 8. */
void aei_escape_line(const char *line, char *out, size_t capacity);

#endif
