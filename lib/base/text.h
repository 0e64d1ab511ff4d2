/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Numbers to and from text, the same in every locale. */
#ifndef AEI_BASE_TEXT_H
#define AEI_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a decimal number ("-1.5e3", "nan", "inf", "Infinity") that fills text[0..length-1] exactly; false otherwise.
 * Correctly rounded to double. Never looks at the locale. */
bool aei_parse_double(const char *text, size_t length, double *out);

/* Shortest of %.6g style for messages, or with `digits` significant digits (1..17) for files; always with a point.
 * Writes at most `capacity` bytes with the final NUL, capacity >= 32. Returns buffer. */
const char *aei_format_double(double value, int digits, char *buffer, size_t capacity);

#endif
