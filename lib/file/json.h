/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* JSON (RFC 8259) in memory, for texts that may come from anybody.
 *
 * Own code and not a library's, because the ones at hand allocate many times the size of the text behind the host's
 * allocator, lose bytes without notice when an allocation fails, or depend on the locale. Here nothing is allocated for
 * reading, nothing recurses or looks at the locale; the caller asks for what must come next, and anything else is an
 * error. */
#ifndef AEI_FILE_JSON_H
#define AEI_FILE_JSON_H

#include <autoencoder/runtime.h>
#include <stdbool.h>
#include "base/error.h"
#include "file/buffer.h"

/* ---- reading ---- */

/* A cursor that walks once over a text. Strings are decoded in place and end in NUL, so the text is changed on the way.
 * The first failure stays in `status`, with the error line set; after it strings are empty, numbers 0, and
 * aei_json_next() says that nothing follows, so that loops end and one look at `status` is enough. */
typedef struct aei_json {
    char *text, *at, *end;
    const char *what; /* in error lines: "model file" */
    size_t offset;    /* of `text` in that */
    bool first;       /* no member of the innermost object or array has been read */
    char none[1];     /* the empty string after a failure */
    ae_status status;
} aei_json;

void aei_json_begin(aei_json *json, char *text, size_t size, const char *what, size_t offset);

/* Enters an object, '{', or an array, '['. */
void aei_json_open(aei_json *json, char bracket);

/* Is there another member before the closing bracket, '}' or ']'? If not, the bracket is behind the cursor. */
bool aei_json_next(aei_json *json, char bracket);

/* A member's name and the colon. */
char *aei_json_key(aei_json *json);

/* Values. A string has no NUL inside. A size is a whole number from 0 without fraction or exponent. */
char *aei_json_string(aei_json *json);
uint64_t aei_json_size(aei_json *json);
double aei_json_number(aei_json *json);
bool aei_json_boolean(aei_json *json);
bool aei_json_null(aei_json *json); /* false, with the cursor in place, if the next value is another */

/* Nothing but white space may be left. */
ae_status aei_json_finish(aei_json *json);

/* Fails with "<what>, byte <place>: <line>", unless it has failed before. Returns the first failure. */
ae_status aei_json_fail(aei_json *json, ae_status status, const char *format, ...) AEI_PRINTF(3, 4);

/* ---- writing ---- */

/* A member's name and the colon, behind a comma unless it is the first of its object. */
void aei_json_put_key(aei_buffer *writer, const char *key);
void aei_json_put_string(aei_buffer *writer, const char *string, size_t size);

/* Enough digits to read back as the same double, or as the same float; null for what is not finite. */
void aei_json_put_double(aei_buffer *writer, double value);
void aei_json_put_float(aei_buffer *writer, float value);

#endif
