/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Members of a JSON object that stand in a struct: one table row a member, for writing and for reading. */
#ifndef AEI_FILE_FIELDS_H
#define AEI_FILE_FIELDS_H

#include "file/json.h"

typedef enum aei_field_kind {
    AEI_FIELD_SIZE,           /* size_t; SIZE_MAX, which is out of every range, stands for what does not fit */
    AEI_FIELD_COUNT,          /* uint64_t */
    AEI_FIELD_NUMBER,         /* double */
    AEI_FIELD_NUMBER_OR_NULL, /* double, NaN for null */
    AEI_FIELD_BOOLEAN,        /* bool */
    AEI_FIELD_NAME,           /* int32_t that counts in `names`, some of which may be NULL */
    AEI_FIELD_OTHER           /* written and read by who has the table */
} aei_field_kind;

typedef struct aei_field {
    const char *key;
    aei_field_kind kind;
    size_t place; /* in the struct, by offsetof() */
    const char *const *names;
    size_t name_count;
} aei_field;

#define AEI_FIELD_NAMES(table) (table), sizeof(table) / sizeof(table)[0]

/* Key and value. */
void aei_field_write(aei_buffer *writer, const aei_field *field, const void *object);

/* Reads the key of a member: its place in the table, which becomes a bit of *seen; or `count`, having failed, where it is
 * not there or comes again. */
size_t aei_field_key(aei_json *json, const aei_field *fields, size_t count, unsigned *seen);

void aei_field_read(aei_json *json, const aei_field *field, void *object);

#endif
