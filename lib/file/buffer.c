/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/buffer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/alloc.h"

void aei_buffer_begin(aei_buffer *buffer, const ae_runtime *runtime)
{
    *buffer = (aei_buffer){.runtime = runtime};
}

void aei_buffer_clear(aei_buffer *buffer)
{
    aei_free(buffer->runtime, buffer->text);
    aei_buffer_begin(buffer, buffer->runtime);
}

void aei_buffer_put(aei_buffer *buffer, const void *bytes, size_t size)
{
    const size_t needed = buffer->size + size; /* both are in memory, so the sum fits */
    if (buffer->status != AE_OK || size == 0)
        return;
    if (needed > buffer->capacity) {
        size_t capacity = needed < 512 ? 1024 : 2 * needed;
        char *longer = aei_realloc(buffer->runtime, buffer->text, capacity);
        if (!longer) {
            buffer->status = AE_ERROR_NO_MEMORY;
            return;
        }
        buffer->text = longer;
        buffer->capacity = capacity;
    }
    memcpy(buffer->text + buffer->size, bytes, size);
    buffer->size = needed;
}

void aei_buffer_put_text(aei_buffer *buffer, const char *text)
{
    aei_buffer_put(buffer, text, strlen(text));
}

void aei_buffer_put_size(aei_buffer *buffer, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    aei_buffer_put_text(buffer, text);
}
