/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "file/import.h"
#include "file/safetensors.h"
#include "support/failing_alloc.h"
#include "support/model_check.h"
#include "support/sample_models.h"

/* ---- files */

enum { TENSORS = 40, BYTES = 20000 };

/* A file in the making: its tensors one behind the other. Values are whole 64ths, which every dtype holds. */
typedef struct file {
    aei_tensor_entry tensors[TENSORS];
    size_t count;
    unsigned char data[BYTES];
    size_t size;
} file;

static float value_at(size_t i)
{
    return (float)((int)(i * 37 % 97) - 48) / 64;
}

static void put_word(file *f, uint64_t word, size_t size)
{
    assert_true(f->size + size <= BYTES);
    for (size_t i = 0; i < size; i++)
        f->data[f->size++] = (unsigned char)(word >> (8 * i));
}

/* sign, exponent and fraction of a multiple of 1/64 as a binary16 */
static uint64_t half_of(float value)
{
    uint32_t word;
    memcpy(&word, &value, 4);
    if (value == 0)
        return 0;
    return (word >> 31) << 15 | ((word >> 23 & 0xff) - 127 + 15) << 10 | (word >> 13 & 0x3ff);
}

static void put_value(file *f, aei_dtype dtype, float value)
{
    const double wide = (double)value;
    uint32_t word;
    uint64_t words;
    memcpy(&word, &value, 4);
    memcpy(&words, &wide, 8);
    if (dtype == AEI_DTYPE_F64 || dtype == AEI_DTYPE_I64)
        put_word(f, words, 8);
    else if (dtype == AEI_DTYPE_F16)
        put_word(f, half_of(value), 2);
    else if (dtype == AEI_DTYPE_BF16)
        put_word(f, word >> 16, 2);
    else
        put_word(f, word, 4);
}

/* columns 0: a vector. Its values start at value_at(100 * its number); a running_var has squares. */
static void add_as(file *f, const char *name, aei_dtype dtype, size_t rows, size_t columns)
{
    const size_t first = 100 * f->count, length = rows * (columns ? columns : 1);
    assert_true(f->count < TENSORS);
    f->tensors[f->count++] = (aei_tensor_entry){.name = name, .dtype = dtype, .rank = columns ? 2 : 1,
                                                .dims = {rows, columns ? columns : 1}};
    for (size_t i = 0; i < length; i++) {
        const float value = value_at(first + i);
        put_value(f, dtype, strstr(name, "running_var") ? value * value : value);
    }
}

static void add(file *f, const char *name, size_t rows, size_t columns)
{
    add_as(f, name, AEI_DTYPE_F32, rows, columns);
}

/* Imports it, from blocks of exactly its size. */
static ae_status import_file(ae_model *model, file *f, const char *prefix, bool ignore_extra)
{
    char *whole, *header;
    unsigned char *data = malloc(f->size ? f->size : 1);
    size_t size;
    assert_non_null(data);
    assert_int_equal(aei_safetensors_header(&whole, &size, NULL, NULL, 0, f->tensors, f->count), AE_OK);
    header = malloc(size - 8);
    assert_non_null(header);
    memcpy(header, whole + 8, size - 8);
    memcpy(data, f->data, f->size);
    aei_free(NULL, whole);
    const aei_import_source source = {prefix, ignore_extra, header, size - 8, data, f->size};
    const ae_status status = aei_import(model, &source);
    free(header);
    free(data);
    return status;
}

/* ---- models */

/* 4 -> hidden... -> 2 and back */
static ae_model *make_model(size_t hidden_count, int tied, int batch_norm)
{
    static const size_t hidden[] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
    ae_model_options options;
    ae_model *model;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = 4;
    options.latent_dim = 2;
    options.hidden_dims = hidden;
    options.hidden_count = hidden_count;
    options.tied = tied;
    options.batch_norm = batch_norm;
    options.dropout = 0.1;
    assert_int_equal(ae_model_create(&model, &options), AE_OK);
    return model;
}

/* The model's tensor holds what tensor `number` of the file was made with. */
static void check_tensor(const ae_model *model, const char *name, size_t number)
{
    size_t rows, columns;
    float values[100];
    assert_int_equal(ae_model_tensor_shape(model, name, &rows, &columns), AE_OK);
    assert_int_equal(ae_model_get_tensor(model, name, values, rows * columns), AE_OK);
    for (size_t i = 0; i < rows * columns; i++) {
        const float value = value_at(100 * number + i);
        if (values[i] != (strstr(name, "running_var") ? value * value : value))
            fail_msg("%s, number %zu is %g", name, i, (double)values[i]);
    }
}

static void add_plain(file *f, const char *const names[4])
{
    add(f, names[0], 2, 4);
    add(f, names[1], 2, 0);
    add(f, names[2], 4, 2);
    add(f, names[3], 4, 0);
}

static const char *const own_names[] = {"encoder.0.weight", "encoder.0.bias", "decoder.0.weight", "decoder.0.bias"};

/* ---- what is accepted */

static void test_own_names(void **state)
{
    const float scale[] = {1, 2, 3, 4};
    float before[2], after[2], x[4] = {1, 2, 3, 4};
    ae_model *model = make_model(0, 0, 0);
    file f = {.count = 0};
    (void)state;
    assert_int_equal(ae_model_set_scaling(model, scale, scale, 4), AE_OK);
    model->contamination = 0.1;
    assert_int_equal(ae_encode(model, x, 1, 0, before, 0), AE_OK);
    add_plain(&f, own_names);
    assert_int_equal(import_file(model, &f, "", false), AE_OK);
    for (size_t i = 0; i < 4; i++)
        check_tensor(model, own_names[i], i);
    assert_int_equal(ae_model_scaling(model), AE_SCALING_GIVEN);
    assert_true(ae_model_contamination(model) == 0);
    assert_int_equal(ae_encode(model, x, 1, 0, after, 0), AE_OK);
    assert_memory_not_equal(before, after, sizeof before);
    ae_model_free(model);
}

/* nn.Sequential: activations and dropout take numbers too, and there are more than ten. */
static void test_numbers(void **state)
{
    static const char *const encoder[] = {"encoder.0.weight", "encoder.2.weight", "encoder.4.weight",
                                          "encoder.6.weight", "encoder.8.weight", "encoder.10.weight",
                                          "encoder.11.weight"};
    static const char *const decoder[] = {"decoder.00.weight", "decoder.02.weight", "decoder.05.weight",
                                          "decoder.09.weight", "decoder.13.weight", "decoder.100.weight",
                                          "decoder.101.weight"};
    ae_layer_list *lists[2];
    ae_dense_options bare;
    ae_model_options options;
    ae_model *model;
    file f = {.count = 0};
    (void)state;
    ae_dense_options_init(&bare, sizeof bare);
    bare.bias = 0;
    for (int n = 0; n < 2; n++) {
        assert_int_equal(ae_layer_list_create(&lists[n], NULL), AE_OK);
        for (int i = 0; i < 7; i++)
            assert_int_equal(ae_layer_list_add_dense(lists[n], i < 6 ? 3 : n ? 4 : 2, AE_RELU, &bare), AE_OK);
    }
    ae_model_options_init(&options, sizeof options);
    options.input_dim = 4;
    assert_int_equal(ae_model_create_from_layers(&model, lists[0], lists[1], &options), AE_OK);
    for (size_t i = 7; i-- > 0;) /* their order in the file does not count */
        add(&f, decoder[i], i < 6 ? 3 : 4, i ? 3 : 2);
    for (size_t i = 0; i < 7; i++)
        add(&f, encoder[i], i < 6 ? 3 : 2, i ? 3 : 4);
    assert_int_equal(import_file(model, &f, "", false), AE_OK);
    for (size_t i = 0; i < 7; i++) {
        char name[50];
        snprintf(name, sizeof name, "decoder.%zu.weight", i);
        check_tensor(model, name, 6 - i);
        snprintf(name, sizeof name, "encoder.%zu.weight", i);
        check_tensor(model, name, 7 + i);
    }
    ae_model_free(model);
    ae_layer_list_free(lists[0]);
    ae_layer_list_free(lists[1]);
}

/* A state dict within another, with normalisation; its counters and the rest of the other are passed over. */
static void test_prefix_and_normalisation(void **state)
{
    static const char *const what[] = {"weight", "bias", "running_mean", "running_var"};
    ae_model *model = make_model(1, 0, 1);
    char names[12][60];
    file f = {.count = 0};
    (void)state;
    for (size_t net = 0; net < 2; net++) {
        const char *name = net ? "decoder" : "encoder";
        char *const own = names[6 * net];
        for (size_t i = 0; i < 6; i++)
            snprintf(own + 60 * i, 60, "module.%s.hidden.%s.%s", name, i < 2 ? "linear" : "norm",
                     what[i < 2 ? i : i - 2]);
        add(&f, own, 3, net ? 2 : 4);
        for (size_t i = 1; i < 6; i++)
            add(&f, own + 60 * i, 3, 0);
    }
    add(&f, "module.encoder.out.weight", 2, 3);
    add(&f, "module.encoder.out.bias", 2, 0);
    add(&f, "module.decoder.out.weight", 4, 3);
    add(&f, "module.decoder.out.bias", 4, 0);
    add_as(&f, "module.encoder.hidden.norm.num_batches_tracked", AEI_DTYPE_I64, 1, 0);
    add(&f, "classifier.weight", 5, 5);
    add(&f, "encoder.0.weight", 5, 5);
    assert_int_equal(import_file(model, &f, "module.", false), AE_OK);
    for (size_t net = 0; net < 2; net++)
        for (size_t i = 0; i < 6; i++) {
            char name[60];
            snprintf(name, sizeof name, "%s.%d.%s", net ? "decoder" : "encoder", i < 2 ? 0 : 1,
                     what[i < 2 ? i : i - 2]);
            check_tensor(model, name, 6 * net + i);
        }
    check_tensor(model, "encoder.3.weight", 12);
    check_tensor(model, "decoder.3.bias", 15);
    ae_model_free(model);
}

static void test_dtypes(void **state)
{
    static const aei_dtype dtypes[] = {AEI_DTYPE_F32, AEI_DTYPE_F64, AEI_DTYPE_F16, AEI_DTYPE_BF16};
    (void)state;
    for (size_t d = 0; d < 4; d++) {
        ae_model *model = make_model(0, 0, 0);
        file f = {.count = 0};
        add_as(&f, own_names[0], dtypes[d], 2, 4);
        add_as(&f, own_names[1], dtypes[(d + 1) % 4], 2, 0);
        add_as(&f, own_names[2], dtypes[d], 4, 2);
        add_as(&f, own_names[3], dtypes[d], 4, 0);
        assert_int_equal(import_file(model, &f, "", false), AE_OK);
        for (size_t i = 0; i < 4; i++)
            check_tensor(model, own_names[i], i);
        ae_model_free(model);
    }
}

/* The corners of binary16: zeros, the least and largest subnormal, the least and largest normal number. */
static void test_halves(void **state)
{
    static const uint64_t words[] = {0, 0x8000, 1, 0x3ff, 0x400, 0x7bff, 0xfbff, 0x3c00};
    static const double values[] = {0, 0, 0x1p-24, 0x3ffp-24, 0x1p-14, 65504, -65504, 1};
    ae_model *model = make_model(0, 0, 0);
    float found[8];
    file f = {.count = 0};
    (void)state;
    add_as(&f, own_names[0], AEI_DTYPE_F16, 2, 4);
    f.size = 0;
    for (size_t i = 0; i < 8; i++)
        put_word(&f, words[i], 2);
    add(&f, own_names[1], 2, 0);
    add(&f, own_names[2], 4, 2);
    add(&f, own_names[3], 4, 0);
    assert_int_equal(import_file(model, &f, "", false), AE_OK);
    assert_int_equal(ae_model_get_tensor(model, own_names[0], found, 8), AE_OK);
    for (size_t i = 0; i < 8; i++)
        assert_true((double)found[i] == values[i] && !signbit(found[i]) == !(words[i] >> 15));
    for (int nan = 0; nan < 2; nan++) {
        f.data[0] = (unsigned char)nan;
        f.data[1] = 0x7c;
        assert_int_equal(import_file(model, &f, "", false), AE_ERROR_DATA);
    }
    ae_model_free(model);
}

/* Tied layers have a bias of their own or nothing; what the library keeps for itself need not be there. */
static void test_what_need_not_be_there(void **state)
{
    static const char *const tied[] = {"encoder.0.weight", "encoder.0.bias", "encoder.3.weight", "encoder.3.bias",
                                       "decoder.bias_1.bias", "decoder.bias_2.bias"};
    static const size_t rows[] = {3, 3, 2, 2, 3, 4}, columns[] = {4, 0, 3, 0, 0, 0};
    ae_model *model = make_model(1, 1, 0), *topk;
    file f = {.count = 0}, g = {.count = 0};
    (void)state;
    for (size_t i = 0; i < 6; i++)
        add(&f, tied[i], rows[i], columns[i]);
    assert_int_equal(import_file(model, &f, "", false), AE_OK);
    check_tensor(model, "encoder.2.weight", 2);
    check_tensor(model, "decoder.0.bias", 4);
    check_tensor(model, "decoder.2.bias", 5);
    ae_model_free(model);

    assert_int_equal(sample_model(&topk, 5, NULL), AE_OK); /* 6-5-2-5-6, of which code.use stays */
    add(&g, "encoder.0.weight", 5, 6);
    add(&g, "encoder.0.bias", 5, 0);
    add(&g, "encoder.1.weight", 2, 5);
    add(&g, "encoder.1.bias", 2, 0);
    add(&g, "decoder.0.weight", 5, 2);
    add(&g, "decoder.0.bias", 5, 0);
    add(&g, "decoder.1.weight", 6, 5);
    add(&g, "decoder.1.bias", 6, 0);
    assert_int_equal(import_file(topk, &g, "", false), AE_OK);
    ae_model_free(topk);
}

/* ---- what is refused */

/* The import fails with this line, and every byte of the model is what it was. */
static void check_refusal(ae_model *model, file *f, bool ignore_extra, ae_status expected, const char *line)
{
    size_t size, same_size;
    unsigned char *before = model_bytes(model, &size), *after;
    const ae_status status = import_file(model, f, "", ignore_extra);
    if (status != expected || strcmp(aei_error_text(), line) != 0)
        fail_msg("%s: \"%s\" instead of %s: \"%s\"", ae_status_name(status), aei_error_text(), ae_status_name(expected),
                 line);
    after = model_bytes(model, &same_size);
    assert_int_equal(size, same_size);
    assert_memory_equal(before, after, size);
    free(before);
    free(after);
}

static void test_shapes(void **state)
{
    ae_model *model = make_model(0, 0, 0);
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        static const char *const lines[] = {
            "the file's \"encoder.0.weight\" is [4, 2], but the model's \"encoder.0.weight\" is [2, 4]",
            "the file's \"encoder.0.bias\" is [2, 1], but the model's \"encoder.0.bias\" is [2]",
            "the file's \"decoder.0.weight\" is [8], but the model's \"decoder.0.weight\" is [4, 2]",
            "the file's \"decoder.0.bias\" is [3], but the model's \"decoder.0.bias\" is [4]"};
        file f = {.count = 0};
        add(&f, own_names[0], i == 0 ? 4 : 2, i == 0 ? 2 : 4);
        add(&f, own_names[1], 2, i == 1 ? 1 : 0);
        add(&f, own_names[2], i == 2 ? 8 : 4, i == 2 ? 0 : 2);
        add(&f, own_names[3], i == 3 ? 3 : 4, 0);
        check_refusal(model, &f, true, AE_ERROR_SHAPE, lines[i]);
    }
    ae_model_free(model);
}

static void test_missing_and_extra(void **state)
{
    static const char *const moved[] = {"encoder.1.weight", "encoder.1.bias", "decoder.7.weight", "decoder.7.bias"};
    ae_model *model = make_model(0, 0, 0), *noisy;
    file f = {.count = 0}, g = {.count = 0}, h = {.count = 0}, none = {.count = 0};
    (void)state;
    check_refusal(model, &none, false, AE_ERROR_FORMAT,
                  "the file has tensors for 0 layers in \"encoder\", the model has 1 there");
    add(&f, moved[0], 2, 4);
    add(&f, moved[2], 4, 2);
    add(&f, moved[3], 4, 0);
    check_refusal(model, &f, false, AE_ERROR_FORMAT,
                  "the file has no \"encoder.1.bias\" for the model's \"encoder.0.bias\", which is [2]");
    add(&f, moved[1], 2, 0);
    add(&f, "decoder.7.scale", 4, 3);
    check_refusal(model, &f, false, AE_ERROR_FORMAT,
                  "the file's \"decoder.7.scale\", which is [4, 3], has no place in the model");
    assert_int_equal(import_file(model, &f, "", true), AE_OK);
    check_tensor(model, "decoder.0.bias", 2);
    add(&f, "decoder.8.weight", 4, 4);
    check_refusal(model, &f, true, AE_ERROR_FORMAT,
                  "the file has tensors for 2 layers in \"decoder\", the model has 1 there");
    add_plain(&g, own_names);
    add(&g, "extra", 1, 0);
    check_refusal(model, &g, false, AE_ERROR_FORMAT, "the file's \"extra\", which is [1], has no place in the model");
    ae_model_free(model);

    assert_int_equal(sample_model(&noisy, 7, NULL), AE_OK); /* a trained noise has no substitute */
    static const size_t rows[] = {5, 2}, columns[] = {6, 5};
    char names[12][40];
    for (size_t i = 0; i < 6; i++) {
        static const char *const nets[] = {"encoder", "variance", "decoder"};
        const size_t out = i == 4 ? 5 : i == 5 ? 6 : rows[i % 2], in = i == 4 ? 2 : i == 5 ? 5 : columns[i % 2];
        snprintf(names[2 * i], sizeof names[0], "%s.%zu.weight", nets[i / 2], i % 2);
        snprintf(names[2 * i + 1], sizeof names[0], "%s.%zu.bias", nets[i / 2], i % 2);
        add(&h, names[2 * i], out, in);
        add(&h, names[2 * i + 1], out, 0);
    }
    check_refusal(noisy, &h, false, AE_ERROR_FORMAT, "the file has no \"observation.log_variance\" for the model's "
                  "\"observation.log_variance\", which is [6]");
    add(&h, "observation.log_variance", 6, 0);
    assert_int_equal(import_file(noisy, &h, "", false), AE_OK);
    check_tensor(noisy, "variance.1.weight", 6);
    check_tensor(noisy, "observation.log_variance", 12);
    ae_model_free(noisy);
}

static void test_values(void **state)
{
    ae_model *model = make_model(0, 0, 0), *norm = make_model(1, 0, 1);
    file f = {.count = 0}, g = {.count = 0}, wide = {.count = 0};
    (void)state;
    add_plain(&f, own_names);
    memcpy(f.data + 4 * (8 + 1), "\0\0\x80\x7f", 4);
    check_refusal(model, &f, false, AE_ERROR_DATA, "the file's \"encoder.0.bias\": number 1 is not finite as a float");
    add_as(&wide, own_names[0], AEI_DTYPE_F64, 2, 4);
    memcpy(wide.data, "\0\0\0\0\0\0\xf0\x47", 8); /* 2^128 */
    add(&wide, own_names[1], 2, 0);
    add(&wide, own_names[2], 4, 2);
    add(&wide, own_names[3], 4, 0);
    check_refusal(model, &wide, false, AE_ERROR_DATA,
                  "the file's \"encoder.0.weight\": number 0 is not finite as a float");
    add_as(&g, own_names[0], AEI_DTYPE_I64, 2, 4);
    add(&g, own_names[1], 2, 0);
    add(&g, own_names[2], 4, 2);
    add(&g, own_names[3], 4, 0);
    check_refusal(model, &g, false, AE_ERROR_UNSUPPORTED,
                  "the file's \"encoder.0.weight\" is I64, weights can be F32, F64, F16 or BF16");
    ae_model_free(model);

    file h = {.count = 0};
    add(&h, "encoder.0.weight", 3, 4);
    add(&h, "encoder.0.bias", 3, 0);
    add(&h, "encoder.1.weight", 3, 0);
    add(&h, "encoder.1.bias", 3, 0);
    add(&h, "encoder.1.running_mean", 3, 0);
    add(&h, "encoder.1.running_var", 3, 0);
    memcpy(h.data + h.size - 4, "\0\0\x80\xbf", 4); /* -1 */
    add(&h, "encoder.3.weight", 2, 3);
    add(&h, "encoder.3.bias", 2, 0);
    check_refusal(norm, &h, false, AE_ERROR_DATA,
                  "the file's \"encoder.1.running_var\": number 2 is a negative variance");
    ae_model_free(norm);
}

static void test_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1, done = 0; !done; n++) {
        failing_alloc memory;
        ae_model_options options;
        ae_model *model;
        file f = {.count = 0};
        failing_alloc_init(&memory);
        ae_runtime *runtime = failing_alloc_runtime(&memory, 1);
        ae_model_options_init(&options, sizeof options);
        options.runtime = runtime;
        options.input_dim = 4;
        options.latent_dim = 2;
        assert_int_equal(ae_model_create(&model, &options), AE_OK);
        add_plain(&f, own_names);
        failing_alloc_fail_at(&memory, n, false);
        const ae_status status = import_file(model, &f, "", false);
        assert_int_equal(status, memory.failed ? AE_ERROR_NO_MEMORY : AE_OK);
        done = status == AE_OK;
        assert_true(!done || n > 4);
        failing_alloc_fail_at(&memory, 0, false);
        ae_model_free(model);
        ae_runtime_free(runtime);
        assert_true(failing_alloc_finish(&memory));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_names),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_prefix_and_normalisation),
        cmocka_unit_test(test_dtypes),
        cmocka_unit_test(test_halves),
        cmocka_unit_test(test_what_need_not_be_there),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_missing_and_extra),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
