/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* CSV (RFC 4180) as fields, one after another: delimiters, quotes, line ends, and which line is which for messages. */
#ifndef AEI_DATA_CSV_TEXT_H
#define AEI_DATA_CSV_TEXT_H

#include <autoencoder/status.h>
#include <stdbool.h>
#include <stddef.h>

/* Where reading stands. It is small and copied to read a part again. */
typedef struct aei_csv_cursor {
    const char *name;
    const char *at, *end;
    size_t line;
    char delimiter;
} aei_csv_cursor;

typedef struct aei_csv_field {
    const char *text; /* without quotes and the blanks around; "" is still doubled if quoted */
    size_t length;
    bool quoted;
    bool last;   /* of its line */
    size_t line; /* where it starts */
} aei_csv_field;

/* The most frequent of , ; tab outside quotes in the first line. In doubt a semicolon rather than a comma,
 * which beside it belongs to a text or a number, and a comma rather than a tab, which may be a blank. */
char aei_csv_find_delimiter(const aei_csv_cursor *csv);

/* At the start of a line: is it the end of the file, but for lines of nothing or blanks? */
ae_status aei_csv_at_end(const aei_csv_cursor *csv, bool *end);

/* Reads field number `column` of a line and goes on to the next field, or the next line after the last. */
ae_status aei_csv_read_field(aei_csv_cursor *csv, aei_csv_field *field, size_t column);

/* Compares a field with a name; a quote inside quotes is written twice. */
bool aei_csv_field_is(const aei_csv_field *field, const char *name);

/* Copies a field without the doubling of quotes and ends it in NUL: at most length + 1 bytes. Returns the end. */
char *aei_csv_copy_field(const aei_csv_field *field, char *to);

#endif
