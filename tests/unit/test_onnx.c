/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What is refused and what is in the file; whether it is valid and computes the same is for tests/export to say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "file/onnx.h"
#include "support/failing_alloc.h"
#include "support/sample_models.h"

/* How often the file has a text. */
static size_t count(const aei_buffer *file, const char *text)
{
    const size_t length = strlen(text);
    size_t found = 0;
    for (size_t i = 0; i + length <= file->size; i++)
        found += memcmp(file->text + i, text, length) == 0;
    return found;
}

static void make(aei_buffer *file, size_t which, ae_onnx_graph graph)
{
    ae_model *model;
    assert_int_equal(sample_model(&model, which, NULL), AE_OK);
    assert_int_equal(aei_onnx_make(file, model, graph), AE_OK);
    ae_model_free(model);
}

static void test_parts(void **state)
{
    aei_buffer file;
    (void)state;
    make(&file, 0, AE_ONNX_RECONSTRUCT);
    assert_memory_equal(file.text, "\x08\x08\x12\x0elibautoencoder\x1a", 19);
    assert_int_equal(count(&file, "Gemm"), 2);
    assert_int_equal(count(&file, "reconstruction"), 2); /* where it is made and as an output */
    assert_int_equal(count(&file, "scaling"), 0);
    aei_buffer_clear(&file);
    make(&file, 1, AE_ONNX_ENCODER); /* scaled */
    assert_int_equal(count(&file, "scaling.offset"), 2);
    assert_int_equal(count(&file, "decoder."), 0);
    aei_buffer_clear(&file);
    make(&file, 1, AE_ONNX_RECONSTRUCT);
    assert_int_equal(count(&file, "scaling.offset"), 3); /* once as numbers, for two uses */
    aei_buffer_clear(&file);
    make(&file, 3, AE_ONNX_RECONSTRUCT); /* tied */
    assert_int_equal(count(&file, "encoder.0.weight"), 3);
    aei_buffer_clear(&file);
    make(&file, 3, AE_ONNX_DECODER);
    assert_int_equal(count(&file, "encoder.0.weight"), 2);
    aei_buffer_clear(&file);
    make(&file, 7, AE_ONNX_RECONSTRUCT); /* variational: the second net is for the encoder alone */
    assert_int_equal(count(&file, "variance."), 0);
    assert_int_equal(count(&file, "log_var"), 0);
    aei_buffer_clear(&file);
    make(&file, 7, AE_ONNX_ENCODER);
    assert_int_equal(count(&file, "variance.0.weight"), 2);
    assert_int_equal(count(&file, "log_var"), 2);
    aei_buffer_clear(&file);
}

/* The same model gives the same bytes. */
static void test_again(void **state)
{
    (void)state;
    for (size_t which = 0; which < SAMPLE_COUNT; which++) {
        aei_buffer first, second;
        make(&first, which, AE_ONNX_DECODER);
        make(&second, which, AE_ONNX_DECODER);
        assert_int_equal(first.size, second.size);
        assert_memory_equal(first.text, second.text, first.size);
        aei_buffer_clear(&first);
        aei_buffer_clear(&second);
    }
}

static void test_refusals(void **state)
{
    aei_buffer file;
    ae_model *model;
    (void)state;
    assert_int_equal(sample_model(&model, 6, NULL), AE_OK); /* a dictionary */
    assert_int_equal(aei_onnx_make(&file, model, AE_ONNX_ENCODER), AE_ERROR_UNSUPPORTED);
    assert_non_null(strstr(aei_error_text(), "sparse codes"));
    assert_null(file.text);
    assert_int_equal(aei_onnx_make(&file, model, AE_ONNX_RECONSTRUCT), AE_ERROR_UNSUPPORTED);
    ae_model_free(model);
    assert_int_equal(sample_model(&model, 1, NULL), AE_OK);
    model->set.values[model->set.params[1].first + 2] = INFINITY;
    assert_int_equal(aei_onnx_make(&file, model, AE_ONNX_RECONSTRUCT), AE_ERROR_DATA);
    assert_string_equal(aei_error_text(), "tensor \"encoder.0.bias\": number 2 is not finite");
    assert_null(file.text);
    assert_int_equal(aei_onnx_make(&file, model, AE_ONNX_DECODER), AE_OK); /* it does not use that one */
    aei_buffer_clear(&file);
    ae_model_free(model);
}

static void test_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1, done = 0; !done; n++) {
        failing_alloc memory;
        aei_buffer file;
        ae_model *model;
        failing_alloc_init(&memory);
        ae_runtime *runtime = failing_alloc_runtime(&memory, 1);
        assert_int_equal(sample_model(&model, 2, runtime), AE_OK);
        failing_alloc_fail_at(&memory, n, false);
        const ae_status status = aei_onnx_make(&file, model, AE_ONNX_RECONSTRUCT);
        assert_int_equal(status, memory.failed ? AE_ERROR_NO_MEMORY : AE_OK);
        done = status == AE_OK;
        aei_buffer_clear(&file);
        failing_alloc_fail_at(&memory, 0, false);
        ae_model_free(model);
        ae_runtime_free(runtime);
        assert_true(failing_alloc_finish(&memory));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_again),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
