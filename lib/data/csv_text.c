/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/csv_text.h"
#include "base/error.h"

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* LF, CR or CRLF, or nothing at the end of the file. */
static void skip_line_end(aei_csv_cursor *csv)
{
    if (csv->at == csv->end)
        return;
    if (csv->at[0] == '\r' && csv->end - csv->at > 1 && csv->at[1] == '\n')
        csv->at++;
    csv->at++;
    csv->line++;
}

static bool is_blank(const aei_csv_cursor *csv, char c)
{
    return (c == ' ' || c == '\t') && c != csv->delimiter;
}

static void skip_blanks(aei_csv_cursor *csv)
{
    while (csv->at < csv->end && is_blank(csv, *csv->at))
        csv->at++;
}

static bool at_field_end(const aei_csv_cursor *csv)
{
    return csv->at == csv->end || *csv->at == csv->delimiter || is_line_end(*csv->at);
}

static ae_status fail_field(const aei_csv_cursor *csv, const aei_csv_field *field, size_t column, const char *what)
{
    return aei_fail(AE_ERROR_FORMAT, "%s: line %zu, column %zu: %s", csv->name, field->line, column + 1, what);
}

/* After the opening quote: up to and with the closing one. */
static ae_status read_quoted(aei_csv_cursor *csv, aei_csv_field *field, size_t column)
{
    for (;;) {
        if (csv->at == csv->end)
            return fail_field(csv, field, column, "the quote is never closed");
        if (*csv->at == '\0')
            return fail_field(csv, field, column, "a NUL byte, so this is not text");
        if (is_line_end(*csv->at)) {
            skip_line_end(csv);
        } else if (*csv->at != '"') {
            csv->at++;
        } else if (csv->end - csv->at > 1 && csv->at[1] == '"') {
            csv->at += 2;
        } else {
            break;
        }
    }
    field->length = (size_t)(csv->at - field->text);
    csv->at++;
    skip_blanks(csv);
    return at_field_end(csv) ? AE_OK : fail_field(csv, field, column, "text after the closing quote");
}

static ae_status read_plain(aei_csv_cursor *csv, aei_csv_field *field, size_t column)
{
    for (; !at_field_end(csv); csv->at++) {
        if (*csv->at == '\0')
            return fail_field(csv, field, column, "a NUL byte, so this is not text");
        if (*csv->at == '"')
            return fail_field(csv, field, column, "a quote inside a field without quotes");
    }
    field->length = (size_t)(csv->at - field->text);
    while (field->length > 0 && is_blank(csv, field->text[field->length - 1]))
        field->length--;
    return AE_OK;
}

ae_status aei_csv_read_field(aei_csv_cursor *csv, aei_csv_field *field, size_t column)
{
    ae_status status;

    skip_blanks(csv);
    field->line = csv->line;
    field->quoted = csv->at < csv->end && *csv->at == '"';
    if (field->quoted)
        csv->at++;
    field->text = csv->at;
    status = field->quoted ? read_quoted(csv, field, column) : read_plain(csv, field, column);
    if (status != AE_OK)
        return status;
    field->last = csv->at == csv->end || *csv->at != csv->delimiter;
    if (field->last)
        skip_line_end(csv);
    else
        csv->at++;
    return AE_OK;
}

ae_status aei_csv_at_end(const aei_csv_cursor *csv, bool *end)
{
    aei_csv_cursor ahead = *csv;

    skip_blanks(&ahead);
    while (ahead.at < ahead.end && is_line_end(*ahead.at)) {
        skip_line_end(&ahead);
        skip_blanks(&ahead);
    }
    *end = ahead.at == ahead.end;
    if (*end || ahead.line == csv->line)
        return AE_OK;
    return aei_fail(AE_ERROR_FORMAT, "%s: line %zu is empty", csv->name, csv->line);
}

char aei_csv_find_delimiter(const aei_csv_cursor *csv)
{
    const char candidates[] = {';', ',', '\t'};
    size_t counts[] = {0, 0, 0}, best = 0;
    bool quoted = false;

    for (const char *c = csv->at; c < csv->end && (quoted || !is_line_end(*c)); c++) {
        quoted ^= *c == '"';
        for (size_t i = 0; i < sizeof candidates; i++)
            counts[i] += !quoted && *c == candidates[i];
    }
    for (size_t i = 1; i < sizeof candidates; i++)
        if (counts[i] > counts[best])
            best = i;
    return candidates[best];
}

bool aei_csv_field_is(const aei_csv_field *field, const char *name)
{
    size_t i;

    for (i = 0; i < field->length && *name == field->text[i]; i++, name++)
        if (field->quoted && field->text[i] == '"')
            i++;
    return i >= field->length && *name == '\0';
}

char *aei_csv_copy_field(const aei_csv_field *field, char *to)
{
    for (size_t i = 0; i < field->length; i++) {
        *to++ = field->text[i];
        if (field->quoted && field->text[i] == '"')
            i++;
    }
    *to++ = '\0';
    return to;
}
