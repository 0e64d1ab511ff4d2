/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/protobuf.h"

#include <string.h>

enum { VARINT = 0, LENGTH = 2, FOUR_BYTES = 5 }; /* how a value is written */

#define VARINT_MAX 10
#define LENGTH_SIZE 10 /* kept for the length of a message, until that is known */

/* Returns how many bytes it takes. */
static size_t encode_varint(uint64_t value, unsigned char bytes[VARINT_MAX])
{
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[n++] = (unsigned char)(value | 0x80);
    bytes[n++] = (unsigned char)value;
    return n;
}

static void put_varint(aei_buffer *buffer, uint64_t value)
{
    unsigned char bytes[VARINT_MAX];
    aei_buffer_put(buffer, bytes, encode_varint(value, bytes));
}

static void put_tag(aei_buffer *buffer, uint32_t field, unsigned how)
{
    put_varint(buffer, (uint64_t)field << 3 | how);
}

/* Least byte first. */
static void put_bits(aei_buffer *buffer, float value)
{
    uint32_t word;
    unsigned char bytes[4];
    memcpy(&word, &value, 4);
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(word >> (8 * i));
    aei_buffer_put(buffer, bytes, 4);
}

void aei_protobuf_put_size(aei_buffer *buffer, uint32_t field, uint64_t value)
{
    put_tag(buffer, field, VARINT);
    put_varint(buffer, value);
}

void aei_protobuf_put_float(aei_buffer *buffer, uint32_t field, float value)
{
    put_tag(buffer, field, FOUR_BYTES);
    put_bits(buffer, value);
}

void aei_protobuf_put_bytes(aei_buffer *buffer, uint32_t field, const void *bytes, size_t size)
{
    put_tag(buffer, field, LENGTH);
    put_varint(buffer, size);
    aei_buffer_put(buffer, bytes, size);
}

void aei_protobuf_put_text(aei_buffer *buffer, uint32_t field, const char *text)
{
    aei_protobuf_put_bytes(buffer, field, text, strlen(text));
}

void aei_protobuf_put_floats(aei_buffer *buffer, uint32_t field, const float *values, size_t count)
{
    put_tag(buffer, field, LENGTH);
    put_varint(buffer, 4 * (uint64_t)count);
    for (size_t i = 0; i < count; i++)
        put_bits(buffer, values[i]);
}

size_t aei_protobuf_begin(aei_buffer *buffer, uint32_t field)
{
    static const unsigned char room[LENGTH_SIZE];
    put_tag(buffer, field, LENGTH);
    aei_buffer_put(buffer, room, sizeof room);
    return buffer->size;
}

/* The message moves up to its length, which takes less than was kept for it. */
void aei_protobuf_end(aei_buffer *buffer, size_t begun)
{
    unsigned char bytes[VARINT_MAX];
    if (buffer->status != AE_OK)
        return;
    const size_t size = buffer->size - begun, n = encode_varint(size, bytes);
    char *length = buffer->text + begun - LENGTH_SIZE;
    memcpy(length, bytes, n);
    memmove(length + n, buffer->text + begun, size);
    buffer->size -= LENGTH_SIZE - n;
}
