/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What is written for which model; whether it computes the same is for tests/export to say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "file/c_source.h"
#include "support/failing_alloc.h"
#include "support/sample_models.h"

/* The source with a NUL behind it. */
static const char *source_of(aei_c_source *text)
{
    aei_buffer_put(&text->source.buffer, "", 1);
    assert_int_equal(text->source.buffer.status, AE_OK);
    return text->source.buffer.text;
}

static const char *header_of(aei_c_source *text)
{
    aei_buffer_put(&text->header.buffer, "", 1);
    assert_int_equal(text->header.buffer.status, AE_OK);
    return text->header.buffer.text;
}

static void make(aei_c_source *text, size_t which)
{
    ae_model *model;
    assert_int_equal(sample_model(&model, which, NULL), AE_OK);
    assert_int_equal(aei_c_source_make(text, model, "small", "small.h"), AE_OK);
    ae_model_free(model);
}

static void test_only_what_is_needed(void **state)
{
    aei_c_source text;
    (void)state;
    make(&text, 0); /* linear */
    assert_non_null(strstr(source_of(&text), "#include \"small.h\"\n"));
    assert_null(strstr(source_of(&text), "math.h"));
    assert_null(strstr(source_of(&text), "_bias"));
    assert_null(strstr(source_of(&text), "small_relu"));
    assert_non_null(strstr(source_of(&text), "static const float small_encoder_0_weight[12]"));
    assert_non_null(strstr(header_of(&text), "#define SMALL_INPUT_DIM 6\n"));
    assert_null(strstr(header_of(&text), "THRESHOLD"));
    aei_c_source_clear(&text);
    make(&text, 1); /* scaled, with a threshold of 1/3 */
    assert_non_null(strstr(source_of(&text), "small_input_offset[6]"));
    assert_non_null(strstr(header_of(&text), "#define SMALL_THRESHOLD 0.333333313f")); /* not above 1/3 */
    aei_c_source_clear(&text);
    make(&text, 3); /* tied: one array for both uses */
    assert_null(strstr(source_of(&text), "small_decoder_0_weight"));
    assert_non_null(strstr(source_of(&text), "small_dense_transposed"));
    aei_c_source_clear(&text);
    make(&text, 7); /* variational: neither the second net nor log sigma^2 */
    assert_null(strstr(source_of(&text), "variance_0"));
    assert_non_null(strstr(source_of(&text), "small_precision[6]"));
    aei_c_source_clear(&text);
}

/* The same model gives the same bytes. */
static void test_again(void **state)
{
    (void)state;
    for (size_t which = 0; which < SAMPLE_COUNT; which++) {
        aei_c_source first, second;
        make(&first, which);
        make(&second, which);
        assert_string_equal(source_of(&first), source_of(&second));
        assert_string_equal(header_of(&first), header_of(&second));
        aei_c_source_clear(&first);
        aei_c_source_clear(&second);
    }
}

static void test_non_finite(void **state)
{
    aei_c_source text;
    ae_model *model;
    (void)state;
    assert_int_equal(sample_model(&model, 1, NULL), AE_OK);
    model->set.values[model->set.params[0].first] = INFINITY;
    assert_int_equal(aei_c_source_make(&text, model, "small", "small.h"), AE_ERROR_DATA);
    assert_null(text.source.buffer.text);
    assert_null(text.header.buffer.text);
    ae_model_free(model);
}

static void test_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1, done = 0; !done; n++) {
        failing_alloc memory;
        aei_c_source text;
        ae_model *model;
        failing_alloc_init(&memory);
        ae_runtime *runtime = failing_alloc_runtime(&memory, 1);
        assert_int_equal(sample_model(&model, 2, runtime), AE_OK);
        failing_alloc_fail_at(&memory, n, false);
        const ae_status status = aei_c_source_make(&text, model, "small", "small.h");
        assert_int_equal(status, memory.failed ? AE_ERROR_NO_MEMORY : AE_OK);
        done = status == AE_OK;
        aei_c_source_clear(&text);
        failing_alloc_fail_at(&memory, 0, false);
        ae_model_free(model);
        ae_runtime_free(runtime);
        assert_true(failing_alloc_finish(&memory));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_is_needed),
        cmocka_unit_test(test_again),
        cmocka_unit_test(test_non_finite),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
