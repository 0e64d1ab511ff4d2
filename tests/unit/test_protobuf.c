/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "file/protobuf.h"
#include "support/failing_alloc.h"

static void check_bytes(aei_buffer *buffer, const char *expected, size_t size)
{
    assert_int_equal(buffer->status, AE_OK);
    assert_int_equal(buffer->size, size);
    assert_memory_equal(buffer->text, expected, size);
    aei_buffer_clear(buffer);
}

#define CHECK(expected) check_bytes(&buffer, expected, sizeof(expected) - 1)

/* The first three are examples of the format's own documentation. */
static void test_fields(void **state)
{
    static const float floats[] = {1, -2};
    aei_buffer buffer;
    (void)state;
    aei_buffer_begin(&buffer, NULL);
    aei_protobuf_put_size(&buffer, 1, 150);
    CHECK("\x08\x96\x01");
    aei_protobuf_put_text(&buffer, 2, "testing");
    CHECK("\x12\x07testing");
    size_t message = aei_protobuf_begin(&buffer, 3);
    aei_protobuf_put_size(&buffer, 1, 150);
    aei_protobuf_end(&buffer, message);
    CHECK("\x1a\x03\x08\x96\x01");
    aei_protobuf_put_size(&buffer, 1, 0);
    aei_protobuf_put_size(&buffer, 16, 127);
    aei_protobuf_put_size(&buffer, 1, UINT64_MAX);
    CHECK("\x08\0\x80\x01\x7f\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    aei_protobuf_put_float(&buffer, 2, -2);
    CHECK("\x15\0\0\0\xc0");
    aei_protobuf_put_floats(&buffer, 9, floats, 2);
    CHECK("\x4a\x08\0\0\x80\x3f\0\0\0\xc0");
    aei_protobuf_put_bytes(&buffer, 1, "", 0);
    CHECK("\x0a\0");
}

/* Lengths of one byte, two and three, and messages in messages. */
static void test_messages(void **state)
{
    static const char zeros[20000];
    aei_buffer buffer;
    (void)state;
    aei_buffer_begin(&buffer, NULL);
    for (size_t size = 0; size <= sizeof zeros; size += 1 + size / 3) {
        const size_t outer = aei_protobuf_begin(&buffer, 1), inner = aei_protobuf_begin(&buffer, 2);
        aei_buffer_put(&buffer, zeros, size);
        aei_protobuf_end(&buffer, inner);
        aei_protobuf_put_size(&buffer, 3, 1);
        aei_protobuf_end(&buffer, outer);
        const size_t inner_length = size < 128 ? 1 : size < 16384 ? 2 : 3;
        const size_t inside = 1 + inner_length + size + 2, outer_length = inside < 128 ? 1 : inside < 16384 ? 2 : 3;
        assert_int_equal(buffer.size, 1 + outer_length + inside);
        const unsigned char *bytes = (const unsigned char *)buffer.text;
        size_t length = 0;
        for (size_t i = 0; i < outer_length; i++)
            length |= (size_t)(bytes[1 + i] & 0x7f) << (7 * i);
        assert_int_equal(length, inside);
        assert_int_equal(bytes[1 + outer_length], 0x12);
        assert_memory_equal(bytes + buffer.size - 2, "\x18\x01", 2);
        aei_buffer_clear(&buffer);
    }
}

static void test_without_memory(void **state)
{
    failing_alloc memory;
    ae_runtime *runtime;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    for (size_t n = 1, done = 0; !done; n++) {
        aei_buffer buffer;
        failing_alloc_fail_at(&memory, n, false);
        aei_buffer_begin(&buffer, runtime);
        const size_t message = aei_protobuf_begin(&buffer, 1);
        for (int i = 0; i < 2000; i++)
            aei_protobuf_put_float(&buffer, 1, 1);
        aei_protobuf_end(&buffer, message);
        assert_int_equal(buffer.status, memory.failed ? AE_ERROR_NO_MEMORY : AE_OK);
        done = buffer.status == AE_OK;
        assert_true(!done || n > 2);
        aei_buffer_clear(&buffer);
    }
    failing_alloc_fail_at(&memory, 0, false);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
