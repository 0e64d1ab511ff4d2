/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "file/buffer.h"
#include "support/failing_alloc.h"

static void test_putting(void **state)
{
    aei_buffer buffer;
    char expected[5000];
    size_t size = 0;
    (void)state;
    aei_buffer_begin(&buffer, NULL);
    assert_null(buffer.text);
    aei_buffer_put(&buffer, NULL, 0);
    aei_buffer_put_text(&buffer, "");
    assert_int_equal(buffer.size, 0);
    aei_buffer_put_size(&buffer, UINT64_MAX);
    aei_buffer_put(&buffer, "a\0b", 3);
    assert_int_equal(buffer.size, 23);
    assert_memory_equal(buffer.text, "18446744073709551615a\0b", 23);
    aei_buffer_clear(&buffer);
    assert_null(buffer.text);
    for (int i = 0; i < 1000; i++) { /* pieces of any size keep their order while the memory moves */
        char piece[9];
        memset(piece, 'a' + i % 26, sizeof piece);
        aei_buffer_put(&buffer, piece, (size_t)(i % 10));
        memset(expected + size, 'a' + i % 26, (size_t)(i % 10));
        size += (size_t)(i % 10);
    }
    assert_int_equal(buffer.status, AE_OK);
    assert_int_equal(buffer.size, size);
    assert_memory_equal(buffer.text, expected, size);
    aei_buffer_clear(&buffer);
}

static void test_without_memory(void **state)
{
    failing_alloc memory;
    ae_runtime *runtime;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    for (size_t n = 1; n < 10; n++) {
        aei_buffer buffer;
        failing_alloc_fail_at(&memory, n, false);
        aei_buffer_begin(&buffer, runtime);
        for (int i = 0; i < 2000; i++)
            aei_buffer_put_size(&buffer, 10);
        if (memory.failed == 0) {
            assert_true(n > 2);
            assert_int_equal(buffer.status, AE_OK);
            assert_int_equal(buffer.size, 4000);
            n = 10;
        } else {
            assert_int_equal(buffer.status, AE_ERROR_NO_MEMORY);
        }
        aei_buffer_clear(&buffer);
    }
    failing_alloc_fail_at(&memory, 0, false);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_putting),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
