/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Growing memory for what is written: the text of a header, a source file, a protobuf message. */
#ifndef AEI_FILE_BUFFER_H
#define AEI_FILE_BUFFER_H

#include <autoencoder/runtime.h>

/* A failed allocation stays in `status`; the calls after it do nothing, so one look at the end is enough. */
typedef struct aei_buffer {
    const ae_runtime *runtime;
    char *text; /* `size` bytes, without a NUL behind them */
    size_t size, capacity;
    ae_status status;
} aei_buffer;

void aei_buffer_begin(aei_buffer *buffer, const ae_runtime *runtime);
void aei_buffer_clear(aei_buffer *buffer);

void aei_buffer_put(aei_buffer *buffer, const void *bytes, size_t size);
void aei_buffer_put_text(aei_buffer *buffer, const char *text);
void aei_buffer_put_size(aei_buffer *buffer, uint64_t value); /* in decimal */

#endif
