/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The rows are gone through twice: first for their structure (quotes, fields in each line), which gives their number,
 * then for the numbers. So memory is allocated once, and only for fields that are there: 2 bytes of text each at least,
 * which bounds the memory a hostile file can ask for by twice its size. */
#include "data/csv.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "data/array.h"
#include "data/csv_text.h"
#include "data/dataset.h"

#include <math.h>
#include <string.h>

#define SHOWN 40 /* bytes of a field that a message shows */
#define NO_COLUMN SIZE_MAX

/* A column the options name, and where its values go. */
typedef struct csv_pick {
    size_t column, target;
} csv_pick;

typedef struct csv_table {
    aei_csv_cursor header; /* at the header's line; at == NULL without one */
    aei_csv_cursor rows;   /* at the first line of numbers */
    size_t fields;         /* in every line */
    csv_pick *picks;       /* by column, each column once; NULL: all columns are kept */
    size_t pick_count;
    bool exclude;          /* picks are left out, not kept */
    size_t kept;           /* columns of the dataset */
} csv_table;

/* ---- the first line --------------------------------------------------------------------------------------------- */

/* Counts the fields of the first line and finds out whether one of them is text; empty ones are not. */
static ae_status look_at_first_line(aei_csv_cursor csv, size_t *fields, bool *text)
{
    ae_status status;
    aei_csv_field field = {.last = false};
    double number;

    *text = false;
    for (*fields = 0; !field.last; ++*fields) {
        status = aei_csv_read_field(&csv, &field, *fields);
        if (status != AE_OK)
            return status;
        *text |= field.length > 0 && !aei_parse_double(field.text, field.length, &number);
    }
    return AE_OK;
}

/* Finds the layout of the table: delimiter, header, number of fields. */
static ae_status open_table(csv_table *table, aei_csv_cursor csv, const ae_read_options *options)
{
    ae_status status;
    aei_csv_field field;
    bool end, text;

    if (csv.end - csv.at >= 3 && memcmp(csv.at, "\xEF\xBB\xBF", 3) == 0)
        csv.at += 3;
    csv.delimiter = options->csv_delimiter ? (char)options->csv_delimiter : aei_csv_find_delimiter(&csv);
    status = aei_csv_at_end(&csv, &end);
    if (status != AE_OK)
        return status;
    if (end)
        return aei_fail(AE_ERROR_FORMAT, "%s: line 1: the file is empty", csv.name);

    status = look_at_first_line(csv, &table->fields, &text);
    if (status != AE_OK)
        return status;
    if (options->csv_header == AE_CSV_HEADER_YES || (options->csv_header == AE_CSV_HEADER_AUTO && text)) {
        table->header = csv;
        for (size_t column = 0; column < table->fields; column++)
            aei_csv_read_field(&csv, &field, column); /* went well a moment ago */
    }
    table->rows = csv;
    return AE_OK;
}

/* ---- the choice of columns -------------------------------------------------------------------------------------- */

/* Reads "12" as a column number; NO_COLUMN when it is none below `fields`. */
static size_t column_number(const char *text, size_t fields)
{
    size_t number = 0;

    if (*text == '\0')
        return NO_COLUMN;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return NO_COLUMN;
        number = number * 10 + (size_t)(*text - '0');
        if (number >= fields)
            return NO_COLUMN;
    }
    return number;
}

/* The column that a name stands for, or else a number. */
static ae_status find_column(const csv_table *table, const char *wanted, size_t *column)
{
    aei_csv_cursor csv = table->header;
    aei_csv_field field;
    size_t matches = 0;

    for (size_t c = 0; csv.at && c < table->fields; c++) {
        aei_csv_read_field(&csv, &field, c);
        if (aei_csv_field_is(&field, wanted)) {
            *column = c;
            matches++;
        }
    }
    if (matches == 0) {
        *column = column_number(wanted, table->fields);
        matches = *column != NO_COLUMN;
    }
    if (matches == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%s: there is no column \"%.80s\" among the %zu", table->rows.name,
                        wanted, table->fields);
    if (matches > 1)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%s: %zu columns are named \"%.80s\"; give the number of one",
                        table->rows.name, matches, wanted);
    return AE_OK;
}

/* Keeps the picks sorted by column. There are as many as the caller named, so insertion is fast enough. */
static ae_status add_pick(csv_table *table, size_t column, size_t target)
{
    size_t place = table->pick_count;

    for (; place > 0 && table->picks[place - 1].column > column; place--)
        table->picks[place] = table->picks[place - 1];
    table->picks[place] = (csv_pick){column, target};
    table->pick_count++;
    if (place > 0 && table->picks[place - 1].column == column)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%s: csv_columns has column number %zu twice", table->rows.name,
                        column);
    return AE_OK;
}

static ae_status choose_columns(csv_table *table, const ae_read_options *options)
{
    ae_status status = AE_OK;
    size_t count = options->csv_column_count, column = 0;

    table->kept = table->fields;
    if (count == 0)
        return AE_OK;
    table->exclude = options->csv_exclude != 0;
    table->picks = aei_alloc_array(options->runtime, count, sizeof *table->picks);
    if (!table->picks)
        return AE_ERROR_NO_MEMORY;
    for (size_t i = 0; i < count && status == AE_OK; i++) {
        status = find_column(table, options->csv_columns[i], &column);
        if (status == AE_OK)
            status = add_pick(table, column, i);
    }
    if (status != AE_OK)
        return status;
    table->kept = table->exclude ? table->fields - count : count;
    if (table->kept == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%s: csv_columns leaves no column", table->rows.name);
    return AE_OK;
}

/* Column of the dataset for column `column` of the file, or NO_COLUMN. Asked from the first column of a line to the
 * last; *pick starts at 0 and walks along. */
static size_t target_column(const csv_table *table, size_t column, size_t *pick)
{
    bool picked = *pick < table->pick_count && table->picks[*pick].column == column;

    if (picked)
        ++*pick;
    if (!table->picks)
        return column;
    if (table->exclude)
        return picked ? NO_COLUMN : column - *pick;
    return picked ? table->picks[*pick - 1].target : NO_COLUMN;
}

/* ---- values and names ------------------------------------------------------------------------------------------- */

/* Where and what: line 12, column 3 ("petal width"): "abc" is not a number */
static ae_status fail_number(const csv_table *table, const aei_csv_field *field, size_t column, const char *what)
{
    aei_csv_cursor csv = table->header;
    aei_csv_field title = {.length = 0};
    bool cut = field->length > SHOWN;

    for (size_t c = 0; csv.at && c <= column; c++)
        aei_csv_read_field(&csv, &title, c);
    return aei_fail(AE_ERROR_FORMAT, "%s: line %zu, column %zu%s%.*s%s: \"%.*s%s\" %s", table->rows.name, field->line,
                    column + 1, title.length ? " (\"" : "", title.length < SHOWN ? (int)title.length : SHOWN,
                    title.length ? title.text : "", title.length ? "\")" : "", cut ? SHOWN : (int)field->length,
                    field->text, cut ? "..." : "", what);
}

static ae_status read_number(const csv_table *table, const aei_csv_field *field, size_t column, float *out)
{
    double number;
    bool spelled;

    if (!aei_parse_double(field->text, field->length, &number))
        return fail_number(table, field, column, "is not a number");
    /* 1e999 is infinite as a double already, but does not end in a letter as "inf" and "infinity" do */
    spelled = (field->text[field->length - 1] | 0x20) >= 'a';
    if (!aei_double_to_float(number, out) || (isinf(number) && !spelled))
        return fail_number(table, field, column, "is out of float32's range");
    return AE_OK;
}

/* Reads one line, into values[0..kept-1] unless that is NULL. */
static ae_status read_row(const csv_table *table, aei_csv_cursor *csv, float *values)
{
    ae_status status;
    aei_csv_field field = {.last = false};
    size_t line = csv->line, column, pick = 0;

    for (column = 0; !field.last; column++) {
        status = aei_csv_read_field(csv, &field, column);
        if (status != AE_OK)
            return status;
        size_t target = column < table->fields ? target_column(table, column, &pick) : NO_COLUMN;
        if (target != NO_COLUMN && field.length == 0)
            status = fail_number(table, &field, column, "is an empty field where a number should be");
        else if (target != NO_COLUMN && values)
            status = read_number(table, &field, column, values + target);
        if (status != AE_OK)
            return status;
    }
    if (column != table->fields)
        return aei_fail(AE_ERROR_FORMAT, "%s: line %zu has %zu fields, the first line has %zu", csv->name, line, column,
                        table->fields);
    return AE_OK;
}

/* Reads all lines, but no more than `limit` if that is not 0, into values [*rows, kept]; NULL checks and counts. */
static ae_status read_rows(const csv_table *table, uint64_t limit, float *values, size_t *rows)
{
    ae_status status;
    aei_csv_cursor csv = table->rows;
    bool end;

    for (*rows = 0; limit == 0 || *rows < limit; ++*rows) {
        status = aei_csv_at_end(&csv, &end);
        if (status != AE_OK || end)
            return status;
        status = read_row(table, &csv, values ? values + *rows * table->kept : NULL);
        if (status != AE_OK)
            return status;
    }
    return AE_OK;
}

/* The names of the kept columns in one block: pointers, then text. A name and its NUL need no more room than the field
 * and its delimiter. */
static ae_status read_names(const csv_table *table, const ae_runtime *runtime, char ***out)
{
    aei_csv_cursor csv = table->header;
    aei_csv_field field;
    size_t pointers, bytes, pick = 0;
    char **names, *text;

    *out = NULL;
    if (!csv.at)
        return AE_OK;
    if (!aei_size_mul(table->kept, sizeof *names, &pointers) ||
        !aei_size_add(pointers, (size_t)(table->rows.at - csv.at) + 1, &bytes))
        return aei_fail(AE_ERROR_NO_MEMORY, "out of memory: the names of %zu columns", table->kept);
    names = aei_alloc(runtime, bytes);
    if (!names)
        return AE_ERROR_NO_MEMORY;
    text = (char *)(names + table->kept);
    for (size_t column = 0; column < table->fields; column++) {
        size_t target = target_column(table, column, &pick);
        aei_csv_read_field(&csv, &field, column);
        if (target == NO_COLUMN)
            continue;
        names[target] = field.length > 0 ? text : NULL;
        if (field.length > 0)
            text = aei_csv_copy_field(&field, text);
    }
    *out = names;
    return AE_OK;
}

ae_status aei_csv_read(ae_dataset **out, const char *name, const unsigned char *bytes, size_t size,
                       const ae_read_options *options)
{
    ae_status status;
    const char *text = (const char *)bytes;
    csv_table table = {.picks = NULL};
    aei_csv_cursor csv = {.name = name, .at = text, .end = text + size, .line = 1};
    float *values = NULL;
    char **names = NULL;
    size_t rows = 0;

    *out = NULL;
    status = open_table(&table, csv, options);
    if (status == AE_OK)
        status = choose_columns(&table, options);
    if (status == AE_OK)
        status = read_rows(&table, options->max_rows, NULL, &rows);
    if (status == AE_OK && rows == 0)
        status = aei_fail(AE_ERROR_FORMAT, "%s: line %zu: no rows after the header", name, table.rows.line);
    if (status == AE_OK)
        status = aei_dataset_allocate_values(&values, options->runtime, rows, table.kept, options->max_bytes, name);
    if (status == AE_OK)
        status = read_rows(&table, rows, values, &rows);
    if (status == AE_OK)
        status = read_names(&table, options->runtime, &names);
    if (status == AE_OK) {
        status = aei_dataset_adopt(out, options->runtime, values, rows, table.kept, names);
        values = NULL, names = NULL;
    }
    aei_free(options->runtime, names);
    aei_free(options->runtime, values);
    aei_free(options->runtime, table.picks);
    return status;
}
