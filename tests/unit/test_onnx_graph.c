/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Names and order of nodes; whole models are in test_onnx.c, and run by other programs in tests/export. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "file/onnx_graph.h"

/* Texts in a message are tag, length and bytes: operator 0x22, inputs 0x0a, outputs 0x12. */
static bool has(const aei_buffer *buffer, const char *bytes, size_t size)
{
    for (size_t i = 0; i + size <= buffer->size; i++)
        if (memcmp(buffer->text + i, bytes, size) == 0)
            return true;
    return false;
}

#define HAS(buffer, bytes) has(buffer, bytes, sizeof(bytes) - 1)

static void test_values_are_named_as_they_are_asked_for(void **state)
{
    aei_buffer buffer;
    (void)state;
    aei_buffer_begin(&buffer, NULL);
    aei_graph g = aei_graph_begin(&buffer, NULL, "net", "x", 3);
    assert_string_equal(aei_graph_take(&g).name, "x");
    aei_graph_apply(&g, "Relu");
    aei_graph_apply_with_tensor(&g, "Mul", "a"); /* names what Relu gave */
    aei_graph_name_current(&g, "y");
    assert_string_equal(aei_graph_take(&g).name, "y");
    assert_int_equal(buffer.status, AE_OK);
    assert_true(HAS(&buffer, "\x22\x04Relu\x0a\x01x\x12\x02v1"));
    assert_true(HAS(&buffer, "\x22\x03Mul\x0a\x02v1\x0a\x01" "a\x12\x01y"));
    aei_buffer_clear(&buffer);
}

static void test_an_output_without_a_node_gets_one(void **state)
{
    aei_buffer buffer;
    (void)state;
    aei_buffer_begin(&buffer, NULL);
    aei_graph g = aei_graph_begin(&buffer, NULL, "net", "x", 3);
    aei_graph_name_current(&g, "y");
    assert_true(HAS(&buffer, "\x22\x08Identity\x0a\x01x\x12\x01y"));
    aei_buffer_clear(&buffer);
}

static void test_constants_lie_outside_nodes(void **state)
{
    aei_buffer buffer;
    (void)state;
    aei_buffer_begin(&buffer, NULL);
    aei_graph g = aei_graph_begin(&buffer, NULL, "net", "x", 3);
    aei_graph_apply(&g, "Relu");
    aei_graph_apply_with_scalar(&g, "Add", 1);
    aei_graph_name_current(&g, "y");
    assert_true(HAS(&buffer, "\x22\x04Relu\x0a\x01x\x12\x02v1"));
    assert_true(HAS(&buffer, "\x22\x03" "Add\x0a\x02v1\x0a\x02v2\x12\x01y"));
    aei_buffer_clear(&buffer);
}

static void test_numbers_that_are_not_finite(void **state)
{
    const float values[] = {0, INFINITY};
    aei_buffer buffer;
    (void)state;
    aei_buffer_begin(&buffer, NULL);
    aei_graph g = aei_graph_begin(&buffer, NULL, "net", "x", 3);
    aei_graph_put_vector(&g, "w", values, 2);
    assert_int_equal(buffer.status, AE_ERROR_DATA);
    assert_string_equal(aei_error_text(), "tensor \"w\": number 1 is not finite");
    aei_buffer_clear(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_named_as_they_are_asked_for),
        cmocka_unit_test(test_an_output_without_a_node_gets_one),
        cmocka_unit_test(test_constants_lie_outside_nodes),
        cmocka_unit_test(test_numbers_that_are_not_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
