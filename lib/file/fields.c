/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/fields.h"

#include <math.h>
#include <string.h>

void aei_field_write(aei_buffer *writer, const aei_field *field, const void *object)
{
    const void *at = (const char *)object + field->place;
    const char *name;
    aei_json_put_key(writer, field->key);
    switch (field->kind) {
    case AEI_FIELD_SIZE:
        aei_buffer_put_size(writer, *(const size_t *)at);
        break;
    case AEI_FIELD_COUNT:
        aei_buffer_put_size(writer, *(const uint64_t *)at);
        break;
    case AEI_FIELD_NUMBER:
    case AEI_FIELD_NUMBER_OR_NULL:
        aei_json_put_double(writer, *(const double *)at);
        break;
    case AEI_FIELD_BOOLEAN:
        aei_buffer_put_text(writer, *(const bool *)at ? "true" : "false");
        break;
    case AEI_FIELD_NAME:
        name = field->names[*(const int32_t *)at];
        aei_json_put_string(writer, name, strlen(name));
        break;
    case AEI_FIELD_OTHER:
        break;
    }
}

size_t aei_field_key(aei_json *json, const aei_field *fields, size_t count, unsigned *seen)
{
    const char *key = aei_json_key(json);
    size_t i = 0;
    while (i < count && strcmp(key, fields[i].key) != 0)
        i++;
    if (i == count || *seen & 1u << i) {
        aei_json_fail(json, AE_ERROR_FORMAT, "%s key \"%.60s\"", i == count ? "unknown" : "repeated", key);
        return count;
    }
    *seen |= 1u << i;
    return i;
}

static int32_t read_name(aei_json *json, const aei_field *field)
{
    const char *name = aei_json_string(json);
    for (size_t i = 0; i < field->name_count; i++)
        if (field->names[i] && strcmp(field->names[i], name) == 0)
            return (int32_t)i;
    aei_json_fail(json, AE_ERROR_UNSUPPORTED, "unknown %s \"%.60s\"", field->key, name);
    return 0;
}

void aei_field_read(aei_json *json, const aei_field *field, void *object)
{
    void *at = (char *)object + field->place;
    uint64_t count;
    switch (field->kind) {
    case AEI_FIELD_SIZE:
        count = aei_json_size(json);
        *(size_t *)at = count < SIZE_MAX ? (size_t)count : SIZE_MAX;
        break;
    case AEI_FIELD_COUNT:
        *(uint64_t *)at = aei_json_size(json);
        break;
    case AEI_FIELD_NUMBER:
        *(double *)at = aei_json_number(json);
        break;
    case AEI_FIELD_NUMBER_OR_NULL:
        *(double *)at = aei_json_null(json) ? (double)NAN : aei_json_number(json);
        break;
    case AEI_FIELD_BOOLEAN:
        *(bool *)at = aei_json_boolean(json);
        break;
    case AEI_FIELD_NAME:
        *(int32_t *)at = read_name(json, field);
        break;
    case AEI_FIELD_OTHER:
        break;
    }
}
