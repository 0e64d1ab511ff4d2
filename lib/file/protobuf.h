/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The wire format of protocol buffers, writing only: https://protobuf.dev/programming-guides/encoding
 *
 * A message is a row of fields, each a tag (number of the field, and how its value is written) and the value: a varint
 * (7 bits a byte, least first, the top bit says that more follow), 4 bytes, or a length and so many bytes. */
#ifndef AEI_FILE_PROTOBUF_H
#define AEI_FILE_PROTOBUF_H

#include "file/buffer.h"

void aei_protobuf_put_size(aei_buffer *buffer, uint32_t field, uint64_t value);
void aei_protobuf_put_float(aei_buffer *buffer, uint32_t field, float value);
void aei_protobuf_put_bytes(aei_buffer *buffer, uint32_t field, const void *bytes, size_t size);
void aei_protobuf_put_text(aei_buffer *buffer, uint32_t field, const char *text);

/* Floats as one field of bytes, little-endian on every machine. */
void aei_protobuf_put_floats(aei_buffer *buffer, uint32_t field, const float *values, size_t count);

/* A message within the message: what is put between begin and end is in it. Begin gives what end needs. */
size_t aei_protobuf_begin(aei_buffer *buffer, uint32_t field);
void aei_protobuf_end(aei_buffer *buffer, size_t begun);

#endif
