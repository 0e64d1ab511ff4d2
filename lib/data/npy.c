/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/npy.h"
#include "base/alloc.h"
#include "base/error.h"
#include "data/array.h"

#include <string.h>

#define PREFIX "\x93NUMPY"
#define PREFIX_SIZE 6
#define MAX_HEADER 65535 /* only structured types, which are not read, need more */
#define MAX_DIMS 64      /* NumPy's */

/* The header, a Python literal that is read without Python: only what NumPy writes, but with any white space and the
 * keys in any order. */
typedef struct header_text {
    const char *name;
    const unsigned char *bytes; /* the file */
    size_t at, end;             /* what is left of the header */
} header_text;

static ae_status fail_here(const header_text *text, const char *what)
{
    return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: NPY header: %s", text->name, text->at, what);
}

static int next_byte(const header_text *text)
{
    return text->at < text->end ? text->bytes[text->at] : -1;
}

static void skip_space(header_text *text)
{
    while (next_byte(text) == ' ' || next_byte(text) == '\t' || next_byte(text) == '\n' || next_byte(text) == '\r')
        text->at++;
}

/* Takes `token` and the white space before it, if that is what comes. */
static bool take(header_text *text, const char *token)
{
    size_t length = strlen(token);

    skip_space(text);
    if (text->end - text->at < length || memcmp(text->bytes + text->at, token, length) != 0)
        return false;
    text->at += length;
    return true;
}

/* A string in single or double quotes, without escapes. */
static ae_status read_string(header_text *text, const char **string, size_t *length)
{
    int quote;

    skip_space(text);
    quote = next_byte(text);
    if (quote != '\'' && quote != '"')
        return fail_here(text, "expected a string");
    *string = (const char *)text->bytes + ++text->at;
    *length = 0;
    while (next_byte(text) != quote) {
        if (text->at == text->end || next_byte(text) == '\\' || next_byte(text) == '\n')
            return fail_here(text, "string without an end");
        text->at++, ++*length;
    }
    text->at++;
    return AE_OK;
}

static bool is_string(const char *string, size_t length, const char *expected)
{
    return length == strlen(expected) && memcmp(string, expected, length) == 0;
}

/* '<f4': byte order, kind, size. */
static bool element_type(const char *type, size_t length, aei_array *array)
{
    static const struct {
        const char *code;
        aei_element_kind kind;
        size_t size;
    } types[] = {
        {"b1", AEI_ELEMENT_BOOL, 1},     {"i1", AEI_ELEMENT_SIGNED, 1},   {"i2", AEI_ELEMENT_SIGNED, 2},
        {"i4", AEI_ELEMENT_SIGNED, 4},   {"i8", AEI_ELEMENT_SIGNED, 8},   {"u1", AEI_ELEMENT_UNSIGNED, 1},
        {"u2", AEI_ELEMENT_UNSIGNED, 2}, {"u4", AEI_ELEMENT_UNSIGNED, 4}, {"u8", AEI_ELEMENT_UNSIGNED, 8},
        {"f2", AEI_ELEMENT_FLOAT, 2},    {"f4", AEI_ELEMENT_FLOAT, 4},    {"f8", AEI_ELEMENT_FLOAT, 8},
    };
    const uint16_t one = 1;
    unsigned char first_byte;

    if (length != 3 || !memchr("<>=|", type[0], 4))
        return false;
    memcpy(&first_byte, &one, 1);
    array->big_endian = type[0] == '>' || (type[0] == '=' && first_byte == 0);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (memcmp(types[i].code, type + 1, 2) == 0) {
            array->kind = types[i].kind;
            array->element_size = types[i].size;
            return types[i].size == 1 || type[0] != '|'; /* '|' says that there is no byte order */
        }
    return false;
}

static ae_status read_type(header_text *text, aei_array *array)
{
    ae_status status;
    const char *type;
    size_t length, start;

    skip_space(text);
    start = text->at;
    if (next_byte(text) == '[' || next_byte(text) == '(')
        return aei_fail(AE_ERROR_UNSUPPORTED, "%s: offset %zu: structured values are not read", text->name, start);
    status = read_string(text, &type, &length);
    if (status != AE_OK)
        return status;
    if (!element_type(type, length, array))
        return aei_fail(AE_ERROR_UNSUPPORTED, "%s: offset %zu: values of type '%.*s' are not read", text->name, start,
                        length < 40 ? (int)length : 40, type);
    return AE_OK;
}

static ae_status read_order(header_text *text, aei_array *array)
{
    array->fortran_order = take(text, "True");
    if (!array->fortran_order && !take(text, "False"))
        return fail_here(text, "expected True or False");
    return AE_OK;
}

static ae_status read_dimension(header_text *text, size_t *dimension)
{
    size_t value = 0, start;

    skip_space(text);
    for (start = text->at; next_byte(text) >= '0' && next_byte(text) <= '9'; text->at++)
        if (!aei_size_mul(value, 10, &value) || !aei_size_add(value, (size_t)next_byte(text) - '0', &value))
            return fail_here(text, "dimension too large");
    if (text->at == start)
        return fail_here(text, "expected a dimension");
    if (text->bytes[start] == '0' && text->at - start > 1)
        return fail_here(text, "dimension with a leading zero");
    *dimension = value;
    return AE_OK;
}

/* (), (3,), (3, 4) or (3, 4,): with one dimension the comma is what makes it a tuple. */
static ae_status read_shape(header_text *text, aei_array *array)
{
    bool comma = true;

    if (!take(text, "("))
        return fail_here(text, "expected the shape in parentheses");
    array->dims = 0;
    while (!take(text, ")")) {
        if (!comma)
            return fail_here(text, "expected a comma between dimensions");
        if (array->dims == MAX_DIMS)
            return fail_here(text, "more than 64 dimensions");
        ae_status status = read_dimension(text, &array->shape[array->dims]);
        if (status != AE_OK)
            return status;
        array->dims++;
        comma = take(text, ",");
    }
    if (array->dims == 0)
        return fail_here(text, "a single number, not an array");
    if (array->dims == 1 && !comma)
        return fail_here(text, "expected a comma after the only dimension");
    return AE_OK;
}

/* {'descr': ..., 'fortran_order': ..., 'shape': ...} */
static ae_status read_header(header_text *text, aei_array *array)
{
    static const struct {
        const char *key;
        ae_status (*read_value)(header_text *text, aei_array *array);
    } entries[] = {{"descr", read_type}, {"fortran_order", read_order}, {"shape", read_shape}};
    bool seen[3] = {false, false, false}, comma = true;

    if (!take(text, "{"))
        return fail_here(text, "expected {");
    while (!take(text, "}")) {
        const char *key;
        size_t length, e = 0;
        ae_status status;

        if (!comma)
            return fail_here(text, "expected a comma between entries");
        status = read_string(text, &key, &length);
        if (status != AE_OK)
            return status;
        while (e < 3 && !is_string(key, length, entries[e].key))
            e++;
        if (e == 3 || seen[e])
            return fail_here(text, e == 3 ? "unknown key" : "the same key twice");
        seen[e] = true;
        if (!take(text, ":"))
            return fail_here(text, "expected a colon");
        status = entries[e].read_value(text, array);
        if (status != AE_OK)
            return status;
        comma = take(text, ",");
    }
    skip_space(text);
    if (text->at < text->end)
        return fail_here(text, "more text after }");
    for (size_t e = 0; e < 3; e++)
        if (!seen[e])
            return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: NPY header: no '%s'", text->name, text->at,
                            entries[e].key);
    return AE_OK;
}

ae_status aei_npy_read(ae_dataset **out, const char *name, const unsigned char *bytes, size_t size,
                       const ae_read_options *options)
{
    ae_status status;
    aei_array array = {.dims = 0};
    header_text text = {.name = name, .bytes = bytes};
    size_t length_size, length = 0;

    *out = NULL;
    if (size < PREFIX_SIZE || memcmp(bytes, PREFIX, PREFIX_SIZE) != 0)
        return aei_fail(AE_ERROR_FORMAT, "%s: offset 0: not an NPY file, it does not start with \\x93NUMPY", name);
    text.at = PREFIX_SIZE + 2;
    if (size < text.at)
        return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: the file ends inside the NPY version", name, size);
    if (bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0)
        return aei_fail(AE_ERROR_UNSUPPORTED, "%s: offset 6: NPY version %u.%u is not read, only 1.0, 2.0 and 3.0",
                        name, (unsigned)bytes[6], (unsigned)bytes[7]);
    length_size = bytes[6] == 1 ? 2 : 4;
    if (size - text.at < length_size)
        return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: the file ends inside the NPY header's length", name, size);
    for (size_t i = length_size; i-- > 0;)
        length = length << 8 | bytes[text.at + i];
    text.at += length_size;
    if (length > size - text.at)
        return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: the file ends inside the NPY header", name, size);
    if (length > MAX_HEADER)
        return aei_fail(AE_ERROR_UNSUPPORTED, "%s: offset %zu: an NPY header of %zu bytes is not read", name, text.at,
                        length);
    array.offset = text.end = text.at + length;
    status = read_header(&text, &array);
    if (status != AE_OK)
        return status;
    return aei_array_read(out, &array, name, bytes, size, options);
}
