/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "support/failing_alloc.h"
#include "support/model_check.h"
#include "support/sample_models.h"

static char folder[] = "test_file_XXXXXX"; /* in the current folder */
static char path[64];
static ae_model *model;
static unsigned char *bytes;
static size_t size;

static int setup(void **state)
{
    (void)state;
    if (!mkdtemp(folder) || sample_model(&model, 2, NULL) != AE_OK)
        return -1;
    snprintf(path, sizeof path, "%s/model.safetensors", folder);
    bytes = model_bytes(model, &size);
    return bytes ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    free(bytes);
    ae_model_free(model);
    remove(path);
    return rmdir(folder); /* fails if something was left behind */
}

/* A place for a model that is not NULL before a call. */
static ae_model *stale(void)
{
    return (ae_model *)(uintptr_t)16;
}

static void assert_failed(ae_status status, ae_status expected, const char *message)
{
    assert_int_equal(status, expected);
    if (!strstr(ae_last_error(), message))
        fail_msg("\"%s\" instead of \"%s\"", ae_last_error(), message);
}

static void test_path(void **state)
{
    ae_model *loaded = stale();
    unsigned char *content = malloc(size + 1);
    FILE *file;
    (void)state;
    assert_non_null(content);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(ae_model_save(model, path), AE_OK);
        file = fopen(path, "rb");
        assert_non_null(file);
        assert_int_equal(fread(content, 1, size + 1, file), size);
        fclose(file);
        assert_memory_equal(content, bytes, size);
    }
    free(content);
    assert_int_equal(ae_model_load(&loaded, path, NULL), AE_OK);
    unsigned char *same = model_bytes(loaded, &(size_t){0});
    assert_non_null(same);
    assert_memory_equal(same, bytes, size);
    free(same);
    ae_model_free(loaded);
}

static void test_path_failures(void **state)
{
    ae_model *loaded = stale();
    char other[100];
    FILE *file;
    (void)state;
    snprintf(other, sizeof other, "%s/missing", folder);
    assert_failed(ae_model_load(&loaded, other, NULL), AE_ERROR_IO, "missing");
    assert_null(loaded);
    assert_failed(ae_model_load(&loaded, folder, NULL), AE_ERROR_IO, folder);
    snprintf(other, sizeof other, "%s/missing/model", folder);
    assert_failed(ae_model_save(model, other), AE_ERROR_IO, "missing");
    assert_failed(ae_model_save(model, folder), AE_ERROR_IO, folder);

    assert_int_equal(ae_model_save(model, path), AE_OK);
    snprintf(other, sizeof other, "%s/cut", folder);
    file = fopen(other, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size - 1, file), size - 1);
    fclose(file);
    loaded = stale();
    assert_failed(ae_model_load(&loaded, other, NULL), AE_ERROR_FORMAT, "data_offsets");
    assert_non_null(strstr(ae_last_error(), other));
    assert_null(loaded);
    file = fopen(other, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, 3, file), 3);
    fclose(file);
    assert_failed(ae_model_load(&loaded, other, NULL), AE_ERROR_FORMAT, "3 bytes");
    assert_non_null(strstr(ae_last_error(), other));
    remove(other);
}

/* What is endless and no model is not read to the limit. */
static void test_no_model_at_all(void **state)
{
    failing_alloc memory;
    ae_load_options options;
    ae_model *loaded = stale();
    (void)state;
    failing_alloc_init(&memory);
    ae_load_options_init(&options, sizeof options);
    options.runtime = failing_alloc_runtime(&memory, 1);
    if (access("/dev/zero", R_OK) == 0) {
        assert_failed(ae_model_load(&loaded, "/dev/zero", &options), AE_ERROR_FORMAT, "'/dev/zero': model file");
        assert_null(loaded);
        assert_true(memory.peak_bytes < 4096);
    }
    ae_runtime_free(options.runtime);
    assert_true(failing_alloc_finish(&memory));
}

static void test_memory(void **state)
{
    unsigned char *buffer = malloc(size);
    ae_model *loaded = stale();
    size_t needed = 0;
    (void)state;
    assert_non_null(buffer);
    assert_int_equal(ae_model_save_memory(model, NULL, 0, &needed), AE_OK);
    assert_int_equal(needed, size);
    memset(buffer, 0xAA, size);
    needed = 0;
    assert_failed(ae_model_save_memory(model, buffer, size - 1, &needed), AE_ERROR_SHAPE, "needs");
    assert_int_equal(needed, size);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(buffer[i], 0xAA);
    needed = 0;
    assert_failed(ae_model_save_memory(model, buffer, 0, &needed), AE_ERROR_SHAPE, "0 bytes");
    assert_int_equal(needed, size);
    assert_int_equal(ae_model_save_memory(model, buffer, size, &needed), AE_OK);
    assert_memory_equal(buffer, bytes, size);
    assert_int_equal(ae_model_load_memory(&loaded, buffer, size, NULL), AE_OK);
    assert_memory_equal(buffer, bytes, size); /* the caller's bytes are only read */
    memset(buffer, 0, size);                  /* and not needed any more */
    free(buffer);
    unsigned char *same = model_bytes(loaded, &needed);
    assert_non_null(same);
    assert_memory_equal(same, bytes, size);
    free(same);
    ae_model_free(loaded);
}

static void test_arguments(void **state)
{
    const ae_status invalid = AE_ERROR_INVALID_ARGUMENT;
    ae_model *loaded = stale();
    size_t needed = 77;
    (void)state;
    assert_failed(ae_model_save(NULL, path), invalid, "ae_model_save: model is NULL");
    assert_failed(ae_model_save(model, NULL), invalid, "ae_model_save: path is NULL");
    assert_failed(ae_model_load(NULL, path, NULL), invalid, "ae_model_load: out is NULL");
    assert_failed(ae_model_load(&loaded, NULL, NULL), invalid, "ae_model_load: path is NULL");
    assert_null(loaded);
    assert_failed(ae_model_save_memory(NULL, NULL, 0, &needed), invalid, "ae_model_save_memory: model is NULL");
    assert_int_equal(needed, 0);
    assert_failed(ae_model_save_memory(model, NULL, 0, NULL), invalid, "ae_model_save_memory: size is NULL");
    assert_failed(ae_model_save_memory(model, NULL, 1, &needed), invalid, "capacity");
    loaded = stale();
    assert_failed(ae_model_load_memory(NULL, bytes, size, NULL), invalid, "ae_model_load_memory: out is NULL");
    assert_failed(ae_model_load_memory(&loaded, NULL, size, NULL), invalid, "ae_model_load_memory: bytes is NULL");
    assert_null(loaded);
    loaded = stale();
    assert_failed(ae_model_load_memory(&loaded, bytes, 0, NULL), AE_ERROR_FORMAT, "0 bytes");
    assert_null(loaded);
}

static void test_options(void **state)
{
    const ae_status invalid = AE_ERROR_INVALID_ARGUMENT;
    ae_load_options options, unset;
    ae_model *loaded = stale();
    (void)state;
    ae_load_options_init(&options, sizeof options);
    assert_int_equal(options.struct_size, sizeof options);
    assert_true(options.max_bytes == UINT64_C(1) << 32);
    assert_null(options.runtime);
    assert_int_equal(options.allow_non_finite, 0);

    assert_int_equal(ae_model_save(model, path), AE_OK);
    options.max_bytes = size;
    assert_int_equal(ae_model_load(&loaded, path, &options), AE_OK);
    ae_model_free(loaded);
    assert_int_equal(ae_model_load_memory(&loaded, bytes, size, &options), AE_OK);
    ae_model_free(loaded);
    options.max_bytes = size - 1;
    assert_int_equal(ae_model_load(&loaded, path, &options), AE_ERROR_FORMAT);
    assert_null(loaded);
    assert_failed(ae_model_load_memory(&loaded, bytes, size, &options), AE_ERROR_FORMAT, "max_bytes");
    options.max_bytes = 0;
    assert_failed(ae_model_load_memory(&loaded, bytes, size, &options), invalid, "max_bytes");
    ae_load_options_init(&options, sizeof options);
    options.allow_non_finite = 2;
    assert_failed(ae_model_load_memory(&loaded, bytes, size, &options), invalid, "allow_non_finite");
    ae_load_options_init(&options, sizeof options);
    options.reserved = 1;
    assert_failed(ae_model_load_memory(&loaded, bytes, size, &options), invalid, "reserved");
    memset(&unset, 0, sizeof unset);
    loaded = stale();
    assert_failed(ae_model_load(&loaded, path, &unset), invalid, "struct_size");
    assert_null(loaded);
}

/* Weights that are not finite are saved, as a record of what happened, but read only on demand. */
static void test_non_finite(void **state)
{
    ae_load_options options;
    ae_model *broken, *loaded = NULL;
    float weight[12];
    (void)state;
    assert_int_equal(sample_model(&broken, 0, NULL), AE_OK);
    broken->set.values[broken->set.params[0].first + 3] = NAN;
    assert_int_equal(ae_model_save(broken, path), AE_OK);
    assert_failed(ae_model_load(&loaded, path, NULL), AE_ERROR_DATA, "\"encoder.0.weight\": number 3 is not a number");
    ae_load_options_init(&options, sizeof options);
    options.allow_non_finite = 1;
    assert_int_equal(ae_model_load(&loaded, path, &options), AE_OK);
    assert_int_equal(ae_model_get_tensor(loaded, "encoder.0.weight", weight, 12), AE_OK);
    assert_true(isnan(weight[3]) && !isnan(weight[2]));
    ae_model_free(loaded);
    ae_model_free(broken);
}

/* The runtime of the options carries the model, and may be given up before it. Every allocation of a load by path and
 * of a save fails in turn. */
static void test_runtime(void **state)
{
    failing_alloc memory;
    ae_load_options options;
    ae_runtime *runtime;
    ae_model *loaded = NULL;
    size_t failures = 0;
    (void)state;
    assert_int_equal(ae_model_save(model, path), AE_OK);
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    ae_load_options_init(&options, sizeof options);
    options.runtime = runtime;
    for (size_t n = 1; !loaded; n++) {
        failing_alloc_fail_at(&memory, n, false);
        ae_status status = ae_model_load(&loaded, path, &options);
        assert_int_equal(status, memory.failed ? AE_ERROR_NO_MEMORY : AE_OK);
        failures += memory.failed;
    }
    assert_true(failures > 15);
    ae_runtime_free(runtime);
    for (size_t n = 1;; n++) {
        size_t needed;
        failing_alloc_fail_at(&memory, n, false);
        ae_status status = ae_model_save_memory(loaded, NULL, 0, &needed);
        assert_int_equal(status, memory.failed ? AE_ERROR_NO_MEMORY : AE_OK);
        assert_int_equal(needed, status == AE_OK ? size : 0);
        if (status == AE_OK)
            break;
    }
    for (size_t n = 1;; n++) {
        failing_alloc_fail_at(&memory, n, false);
        ae_status status = ae_model_save(loaded, path);
        if (memory.failed == 0) {
            assert_int_equal(status, AE_OK);
            break;
        }
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        ae_model *whole = NULL; /* what was there is there still */
        assert_int_equal(ae_model_load(&whole, path, NULL), AE_OK);
        ae_model_free(whole);
    }
    failing_alloc_fail_at(&memory, 0, false);
    ae_model_free(loaded);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_path_failures),
        cmocka_unit_test(test_no_model_at_all),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_non_finite),
        cmocka_unit_test(test_runtime),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
