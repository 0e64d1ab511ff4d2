/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/history.h"

#include <stddef.h>
#include <string.h>
#include "base/alloc.h"
#include "file/fields.h"
#include "file/format.h"

#define PLACE(member) offsetof(ae_epoch_report, member)
static const aei_field fields[] = {
    {"epoch", AEI_FIELD_COUNT, PLACE(epoch), NULL, 0},
    {"epochs", AEI_FIELD_COUNT, PLACE(epochs), NULL, 0},
    {"steps", AEI_FIELD_COUNT, PLACE(steps), NULL, 0},
    {"train_loss", AEI_FIELD_NUMBER_OR_NULL, PLACE(train_loss), NULL, 0},
    {"validation_loss", AEI_FIELD_NUMBER_OR_NULL, PLACE(validation_loss), NULL, 0},
    {"learning_rate", AEI_FIELD_NUMBER, PLACE(learning_rate), NULL, 0},
    {"best_epoch", AEI_FIELD_COUNT, PLACE(best_epoch), NULL, 0},
    {"reconstruction", AEI_FIELD_NUMBER_OR_NULL, PLACE(reconstruction), NULL, 0},
    {"kl", AEI_FIELD_NUMBER_OR_NULL, PLACE(kl), NULL, 0},
    {"penalty", AEI_FIELD_NUMBER_OR_NULL, PLACE(penalty), NULL, 0},
};
#define FIELD_COUNT (sizeof fields / sizeof fields[0])
#define REQUIRED 7 /* the parts of the loss are there where it has parts; else the reconstruction is all of it */

void aei_history_write(aei_buffer *writer, const aei_history *history)
{
    const size_t skipped = history->count > AEI_FORMAT_EPOCHS_MAX ? history->count - AEI_FORMAT_EPOCHS_MAX : 0;
    aei_buffer_put_text(writer, "[");
    for (size_t i = skipped; i < history->count; i++) {
        const ae_epoch_report *record = &history->records[i];
        const size_t count = record->kl != 0 || record->penalty != 0 ? FIELD_COUNT : REQUIRED;
        aei_buffer_put_text(writer, i > skipped ? ",{" : "{");
        for (size_t f = 0; f < count; f++)
            aei_field_write(writer, &fields[f], record);
        aei_buffer_put_text(writer, "}");
    }
    aei_buffer_put_text(writer, "]");
}

static void read_record(aei_json *json, ae_epoch_report *record)
{
    unsigned seen = 0;
    record->struct_size = sizeof *record;
    aei_json_open(json, '{');
    while (aei_json_next(json, '}')) {
        const size_t f = aei_field_key(json, fields, FIELD_COUNT, &seen);
        if (f == FIELD_COUNT)
            return;
        aei_field_read(json, &fields[f], record);
    }
    for (size_t f = 0; f < REQUIRED; f++)
        if (!(seen & 1u << f))
            aei_json_fail(json, AE_ERROR_FORMAT, "the epoch has no key \"%s\"", fields[f].key);
    if (!(seen & 1u << REQUIRED))
        record->reconstruction = record->train_loss;
}

ae_status aei_history_read(aei_history *out, ae_runtime *runtime, char *text)
{
    /* as many epochs as the text has room for */
    const size_t shortest = sizeof "{\"epoch\":0,\"epochs\":0,\"steps\":0,\"train_loss\":0,\"validation_loss\":0,"
                                   "\"learning_rate\":0,\"best_epoch\":0}" - 1;
    aei_json json;
    *out = (aei_history){.capacity = strlen(text) / shortest + 1};
    out->records = aei_calloc(runtime, out->capacity, sizeof *out->records);
    if (!out->records) {
        *out = (aei_history){0};
        return AE_ERROR_NO_MEMORY;
    }
    aei_json_begin(&json, text, strlen(text), "history", 0);
    aei_json_open(&json, '[');
    while (aei_json_next(&json, ']'))
        read_record(&json, &out->records[out->count++]);
    if (aei_json_finish(&json) != AE_OK) {
        aei_free(runtime, out->records);
        *out = (aei_history){0};
    }
    return json.status;
}
