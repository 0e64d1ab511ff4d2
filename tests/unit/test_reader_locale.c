/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Model files and exported source have the same bytes, and are read the same, where numbers are written with another
 * decimal point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "file/c_source.h"
#include "support/comma_locale.h"
#include "support/model_check.h"
#include "support/sample_models.h"

static ae_model *models[SAMPLE_COUNT];
static unsigned char *bytes[SAMPLE_COUNT];
static size_t sizes[SAMPLE_COUNT];
static aei_c_source sources[SAMPLE_COUNT];

static void test_same_bytes(void **state)
{
    char text[32];
    (void)state;
    snprintf(text, sizeof text, "%.1f", 1.5);
    assert_string_not_equal(text, "1.5");
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        ae_model *loaded = NULL;
        size_t size;
        unsigned char *here = model_bytes(models[i], &size);
        assert_int_equal(size, sizes[i]);
        assert_memory_equal(here, bytes[i], size);
        free(here);
        assert_int_equal(ae_model_load_memory(&loaded, bytes[i], size, NULL), AE_OK);
        here = model_bytes(loaded, &size);
        assert_int_equal(size, sizes[i]);
        assert_memory_equal(here, bytes[i], size);
        free(here);
        ae_model_free(loaded);

        aei_c_source source;
        assert_int_equal(aei_c_source_make(&source, models[i], "small", "small.h"), AE_OK);
        assert_int_equal(source.source.buffer.size, sources[i].source.buffer.size);
        assert_memory_equal(source.source.buffer.text, sources[i].source.buffer.text, source.source.buffer.size);
        aei_c_source_clear(&source);
    }
}

int main(void)
{
    static const char *const points[] = {",", "\u066b"};
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_bytes)};
    int failed = 0;
    for (size_t i = 0; i < SAMPLE_COUNT; i++)
        if (sample_model(&models[i], i, NULL) != AE_OK || !(bytes[i] = model_bytes(models[i], &sizes[i])) ||
            aei_c_source_make(&sources[i], models[i], "small", "small.h") != AE_OK)
            return 1;
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        int entered = enter_locale(points[i]);
        if (entered != 0)
            return entered;
        failed += cmocka_run_group_tests(tests, NULL, NULL);
    }
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        free(bytes[i]);
        aei_c_source_clear(&sources[i]);
        ae_model_free(models[i]);
    }
    return failed;
}
