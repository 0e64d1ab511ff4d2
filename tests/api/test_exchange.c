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
#include <sys/stat.h>
#include <unistd.h>
#include "support/sample_models.h"

static char folder[] = "test_exchange_XXXXXX"; /* in the current folder */
static ae_model *model;

static int setup(void **state)
{
    (void)state;
    return mkdtemp(folder) && sample_model(&model, 1, NULL) == AE_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ae_model_free(model);
    return rmdir(folder); /* fails if something was left behind */
}

static void assert_failed(ae_status status, ae_status expected, const char *message)
{
    assert_int_equal(status, expected);
    if (!strstr(ae_last_error(), message))
        fail_msg("\"%s\" instead of \"%s\"", ae_last_error(), message);
}

static const char *in_folder(const char *name)
{
    static char paths[4][200];
    static size_t next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

/* The file's text; empty if there is no file. */
static char *content(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 200000);
    assert_non_null(text);
    if (file) {
        assert_true(fread(text, 1, 199999, file) < 199999);
        fclose(file);
    }
    return text;
}

static bool holds(const char *path, const char *part)
{
    char *text = content(path);
    const bool found = strstr(text, part) != NULL;
    free(text);
    return found;
}

/* ---- C */

static void test_c_names(void **state)
{
    ae_export_c_options options;
    (void)state;
    ae_export_c_options_init(&options, sizeof options);
    assert_null(options.prefix);
    assert_int_equal(ae_export_c(model, in_folder("Digits8.c"), NULL), AE_OK);
    assert_true(holds(in_folder("Digits8.c"), "#include \"Digits8.h\""));
    assert_true(holds(in_folder("Digits8.h"), "void Digits8_encode("));
    assert_true(holds(in_folder("Digits8.h"), "#define DIGITS8_INPUT_DIM 6"));
    assert_int_equal(unlink(in_folder("Digits8.c")), 0);
    assert_int_equal(unlink(in_folder("Digits8.h")), 0);
    options.prefix = "other_name";
    assert_int_equal(ae_export_c(model, in_folder("8 digits.c"), &options), AE_OK);
    assert_true(holds(in_folder("8 digits.c"), "#include \"8 digits.h\""));
    assert_true(holds(in_folder("8 digits.h"), "void other_name_encode("));
    assert_int_equal(unlink(in_folder("8 digits.c")), 0);
    assert_int_equal(unlink(in_folder("8 digits.h")), 0);
}

static void test_c_arguments(void **state)
{
    const ae_status invalid = AE_ERROR_INVALID_ARGUMENT;
    static const char *const prefixes[] = {"", "_x", "8x", "a b", "a-b", "x234567890123456789012345678901234567890123"};
    ae_export_c_options options;
    (void)state;
    assert_failed(ae_export_c(NULL, in_folder("m.c"), NULL), invalid, "ae_export_c: model is NULL");
    assert_failed(ae_export_c(model, NULL, NULL), invalid, "ae_export_c: path is NULL");
    assert_failed(ae_export_c(model, in_folder("m"), NULL), invalid, "must end in .c");
    assert_failed(ae_export_c(model, in_folder(".c"), NULL), invalid, "must end in .c");
    assert_failed(ae_export_c(model, in_folder("m.C"), NULL), invalid, "must end in .c");
    assert_failed(ae_export_c(model, in_folder("a\"b.c"), NULL), invalid, "quotes");
    assert_failed(ae_export_c(model, in_folder("a\nb.c"), NULL), invalid, "control");
    assert_failed(ae_export_c(model, in_folder("8 digits.c"), NULL), invalid, "\"8 digits\" is no prefix");
    ae_export_c_options_init(&options, sizeof options);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        options.prefix = prefixes[i];
        assert_failed(ae_export_c(model, in_folder("m.c"), &options), invalid, "is no prefix");
    }
    memset(&options, 0, sizeof options);
    assert_failed(ae_export_c(model, in_folder("m.c"), &options), invalid, "struct_size");
}

/* What cannot be written leaves what was there, and the message has the path. */
static void test_c_files(void **state)
{
    char *before;
    (void)state;
    assert_failed(ae_export_c(model, in_folder("missing/m.c"), NULL), AE_ERROR_IO, "missing/m.c");
    assert_int_equal(ae_export_c(model, in_folder("m.c"), NULL), AE_OK);
    before = content(in_folder("m.c"));
    assert_int_equal(unlink(in_folder("m.h")), 0);
    assert_int_equal(mkdir(in_folder("m.h"), 0777), 0); /* the header cannot be, so neither is there source */
    ae_export_c_options options;
    ae_export_c_options_init(&options, sizeof options);
    options.prefix = "other";
    assert_failed(ae_export_c(model, in_folder("m.c"), &options), AE_ERROR_IO, "m.h");
    assert_int_equal(mkdir(in_folder("n.h"), 0777), 0);
    assert_failed(ae_export_c(model, in_folder("n.c"), NULL), AE_ERROR_IO, "n.h");
    assert_true(access(in_folder("n.c"), F_OK) != 0);
    assert_int_equal(rmdir(in_folder("n.h")), 0);
    assert_int_equal(rmdir(in_folder("m.h")), 0);
    model->set.values[model->set.params[0].first] = NAN;
    assert_failed(ae_export_c(model, in_folder("m.c"), NULL), AE_ERROR_DATA, "not finite");
    assert_int_equal(sample_fill(model), AE_OK);
    char *after = content(in_folder("m.c"));
    assert_string_equal(before, after);
    free(before);
    free(after);
    assert_int_equal(unlink(in_folder("m.c")), 0);
}

/* ---- ONNX */

static void test_onnx(void **state)
{
    const ae_status invalid = AE_ERROR_INVALID_ARGUMENT;
    ae_export_onnx_options options;
    ae_model *dictionary;
    (void)state;
    ae_export_onnx_options_init(&options, sizeof options);
    assert_int_equal(options.graph, AE_ONNX_RECONSTRUCT);
    assert_int_equal(ae_export_onnx(model, in_folder("m.onnx"), NULL), AE_OK);
    char *whole = content(in_folder("m.onnx"));
    assert_int_equal(ae_export_onnx(model, in_folder("m.onnx"), &options), AE_OK);
    char *same = content(in_folder("m.onnx"));
    assert_memory_equal(whole, same, 200000);
    options.graph = AE_ONNX_DECODER;
    assert_int_equal(ae_export_onnx(model, in_folder("m.onnx"), &options), AE_OK);
    char *other = content(in_folder("m.onnx"));
    assert_memory_not_equal(whole, other, 200000);

    assert_failed(ae_export_onnx(NULL, in_folder("m.onnx"), NULL), invalid, "ae_export_onnx: model is NULL");
    assert_failed(ae_export_onnx(model, NULL, NULL), invalid, "ae_export_onnx: path is NULL");
    options.graph = 3;
    assert_failed(ae_export_onnx(model, in_folder("m.onnx"), &options), invalid, "no graph 3");
    options.graph = -1;
    assert_failed(ae_export_onnx(model, in_folder("m.onnx"), &options), invalid, "no graph -1");
    ae_export_onnx_options_init(&options, sizeof options);
    options.reserved = 1;
    assert_failed(ae_export_onnx(model, in_folder("m.onnx"), &options), invalid, "reserved");
    assert_failed(ae_export_onnx(model, in_folder("missing/m.onnx"), NULL), AE_ERROR_IO, "missing/m.onnx");
    assert_int_equal(sample_model(&dictionary, 6, NULL), AE_OK);
    assert_failed(ae_export_onnx(dictionary, in_folder("m.onnx"), NULL), AE_ERROR_UNSUPPORTED, "sparse codes");
    ae_model_free(dictionary);
    char *kept = content(in_folder("m.onnx")); /* through all of that */
    assert_memory_equal(other, kept, 200000);
    free(whole), free(same), free(other), free(kept);
    assert_int_equal(unlink(in_folder("m.onnx")), 0);
}

/* ---- import; what fits where is for tests/unit/test_import.c to say */

static void test_import(void **state)
{
    const ae_status invalid = AE_ERROR_INVALID_ARGUMENT;
    const char *path = in_folder("m.safetensors");
    ae_import_options options;
    ae_train_options training;
    ae_trainer *trainer;
    ae_model *other, *scaled;
    float x[6] = {1, 2, 3, 4, 5, 6}, expected[2], found[2];
    (void)state;
    assert_int_equal(sample_model(&other, 3, NULL), AE_OK);
    assert_int_equal(sample_model(&scaled, 1, NULL), AE_OK);
    assert_int_equal(ae_encode(other, x, 1, 0, expected, 0), AE_OK);
    assert_int_equal(ae_model_save(other, path), AE_OK);
    for (size_t t = 0; t < ae_model_tensor_count(other); t++) {
        size_t rows, columns;
        const char *name = ae_model_tensor_name(other, t);
        const float zeros[100] = {0};
        assert_int_equal(ae_model_tensor_shape(other, name, &rows, &columns), AE_OK);
        assert_int_equal(ae_model_set_tensor(other, name, zeros, rows * columns), AE_OK);
    }
    assert_int_equal(ae_model_import_safetensors(other, path, NULL), AE_OK); /* our own files are as good */
    assert_int_equal(ae_encode(other, x, 1, 0, found, 0), AE_OK);
    assert_memory_equal(found, expected, sizeof expected);

    ae_import_options_init(&options, sizeof options);
    assert_null(options.prefix);
    assert_true(options.max_bytes == UINT64_C(1) << 32);
    assert_int_equal(options.ignore_extra, 0);
    assert_failed(ae_model_import_safetensors(NULL, path, NULL), invalid, "model is NULL");
    assert_failed(ae_model_import_safetensors(other, NULL, NULL), invalid, "path is NULL");
    assert_failed(ae_model_import_safetensors(other, in_folder("missing"), NULL), AE_ERROR_IO, "missing");
    assert_failed(ae_model_import_safetensors(scaled, path, NULL), AE_ERROR_FORMAT, "layers in \"encoder\"");
    assert_failed(ae_model_import_safetensors(scaled, path, NULL), AE_ERROR_FORMAT, "m.safetensors");
    options.max_bytes = 10;
    assert_failed(ae_model_import_safetensors(other, path, &options), AE_ERROR_FORMAT, "m.safetensors");
    options.max_bytes = 0;
    assert_failed(ae_model_import_safetensors(other, path, &options), invalid, "max_bytes");
    ae_import_options_init(&options, sizeof options);
    options.ignore_extra = 2;
    assert_failed(ae_model_import_safetensors(other, path, &options), invalid, "ignore_extra");
    ae_import_options_init(&options, sizeof options);
    options.reserved = 1;
    assert_failed(ae_model_import_safetensors(other, path, &options), invalid, "reserved");
    ae_train_options_init(&training, sizeof training);
    assert_int_equal(ae_trainer_create(&trainer, other, &training), AE_OK);
    assert_failed(ae_model_import_safetensors(other, path, NULL), invalid, "is being trained");
    ae_trainer_free(trainer);
    ae_model_free(other);

    assert_int_equal(ae_model_save(scaled, path), AE_OK); /* its scaling has no place among the weights */
    assert_failed(ae_model_import_safetensors(scaled, path, NULL), AE_ERROR_FORMAT, "scaling.offset");
    ae_import_options_init(&options, sizeof options);
    options.ignore_extra = 1;
    assert_int_equal(ae_model_import_safetensors(scaled, path, &options), AE_OK);
    ae_model_free(scaled);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_c_names),
        cmocka_unit_test(test_c_arguments),
        cmocka_unit_test(test_c_files),
        cmocka_unit_test(test_onnx),
        cmocka_unit_test(test_import),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
