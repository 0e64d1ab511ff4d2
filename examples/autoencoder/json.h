/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* JSON: a writer to standard output, and a reader for the texts in a model file. */
#ifndef AUTOENCODER_CLI_JSON_H
#define AUTOENCODER_CLI_JSON_H

#include <stddef.h>
#include <stdint.h>

/* Writing. Commas and names are put where they belong; `name` is NULL within arrays and at the top. */
void json_open(const char *name, char bracket);     /* '{' or '[' */
void json_close(char bracket);                      /* '}' or ']'; at the top it ends the line */
void json_text(const char *name, const char *text); /* NULL is null; what is not UTF-8 becomes U+FFFD */
void json_real(const char *name, double value);     /* NaN and infinities, which JSON does not have, are null */
void json_float(const char *name, float value);     /* the same, with the digits of a float */
void json_count(const char *name, uint64_t value);
void json_bool(const char *name, int value);
void json_verbatim(const char *name, const char *text, size_t length); /* text that is JSON already */

/* Reading, of JSON that is known to be well-formed: a value is a pointer to its first character. The end of the text is
 * its closing bracket. */

/* The value of a key of the object at `json`; NULL where there is none. */
const char *json_member(const char *json, const char *key);

/* The first value of the array at `json`, and the one after `value`; NULL where there is none. */
const char *json_first(const char *json);
const char *json_next(const char *value);

/* The character after a value. */
const char *json_end(const char *value);

/* Copies a string without its quotes and escapes, at most `capacity` bytes with the final 0; other values as they
 * stand; "" where `value` is NULL. Returns `text`. */
char *json_string(const char *value, char *text, size_t capacity);

#endif
