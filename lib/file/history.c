/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/history.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "file/format.h"

static const char *const keys[] = {"epoch", "epochs", "steps", "train_loss", "validation_loss", "learning_rate",
                                   "best_epoch", "reconstruction", "kl", "penalty"};
#define KEY_COUNT (sizeof keys / sizeof keys[0])
#define REQUIRED 7 /* the parts of the loss are there where it has parts; else the reconstruction is all of it */

void aei_history_write(aei_buffer *writer, const aei_history *history)
{
    const size_t skipped = history->count > AEI_FORMAT_EPOCHS_MAX ? history->count - AEI_FORMAT_EPOCHS_MAX : 0;
    aei_buffer_put_text(writer, "[");
    for (size_t i = skipped; i < history->count; i++) {
        const ae_epoch_report *record = &history->records[i];
        aei_buffer_put_text(writer, i > skipped ? ",{\"epoch\":" : "{\"epoch\":");
        aei_buffer_put_size(writer, record->epoch);
        aei_buffer_put_text(writer, ",\"epochs\":");
        aei_buffer_put_size(writer, record->epochs);
        aei_buffer_put_text(writer, ",\"steps\":");
        aei_buffer_put_size(writer, record->steps);
        aei_buffer_put_text(writer, ",\"train_loss\":");
        aei_json_put_double(writer, record->train_loss);
        aei_buffer_put_text(writer, ",\"validation_loss\":");
        aei_json_put_double(writer, record->validation_loss);
        aei_buffer_put_text(writer, ",\"learning_rate\":");
        aei_json_put_double(writer, record->learning_rate);
        aei_buffer_put_text(writer, ",\"best_epoch\":");
        aei_buffer_put_size(writer, record->best_epoch);
        if (record->kl != 0 || record->penalty != 0) {
            aei_buffer_put_text(writer, ",\"reconstruction\":");
            aei_json_put_double(writer, record->reconstruction);
            aei_buffer_put_text(writer, ",\"kl\":");
            aei_json_put_double(writer, record->kl);
            aei_buffer_put_text(writer, ",\"penalty\":");
            aei_json_put_double(writer, record->penalty);
        }
        aei_buffer_put_text(writer, "}");
    }
    aei_buffer_put_text(writer, "]");
}

static double read_number_or_null(aei_json *json)
{
    return aei_json_null(json) ? NAN : aei_json_number(json);
}

static void read_record(aei_json *json, ae_epoch_report *record)
{
    bool seen[KEY_COUNT] = {false};
    record->struct_size = sizeof *record;
    aei_json_open(json, '{');
    while (aei_json_next(json, '}')) {
        const char *key = aei_json_key(json);
        size_t i = 0;
        while (i < KEY_COUNT && strcmp(key, keys[i]) != 0)
            i++;
        if (i == KEY_COUNT || seen[i]) {
            aei_json_fail(json, AE_ERROR_FORMAT, "%s key \"%.60s\"", i == KEY_COUNT ? "unknown" : "repeated", key);
            return;
        }
        seen[i] = true;
        switch (i) {
        case 0:
            record->epoch = aei_json_size(json);
            break;
        case 1:
            record->epochs = aei_json_size(json);
            break;
        case 2:
            record->steps = aei_json_size(json);
            break;
        case 3:
            record->train_loss = read_number_or_null(json);
            break;
        case 4:
            record->validation_loss = read_number_or_null(json);
            break;
        case 5:
            record->learning_rate = aei_json_number(json);
            break;
        case 6:
            record->best_epoch = aei_json_size(json);
            break;
        case 7:
            record->reconstruction = read_number_or_null(json);
            break;
        case 8:
            record->kl = read_number_or_null(json);
            break;
        default:
            record->penalty = read_number_or_null(json);
            break;
        }
    }
    for (size_t i = 0; i < REQUIRED; i++)
        if (!seen[i])
            aei_json_fail(json, AE_ERROR_FORMAT, "the epoch has no key \"%s\"", keys[i]);
    if (!seen[REQUIRED])
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
