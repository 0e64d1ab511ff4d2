/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Every sized struct at every size: as programs of earlier releases know it, down to its first size, and as those of
 * later releases will. Each is a block of exactly that size, so that a sanitizer sees a library that reads or writes
 * more. The table is complete: tests/lint/check_structs.py. */
#include <autoencoder/autoencoder.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { ROWS = 12, WIDTH = 4, MORE = 64 };

static float x[ROWS * WIDTH];
static ae_dataset *data;
static ae_model *plain, *variational;

/* ---- a call for each struct -------------------------------------------------------------------------------------- */

static ae_status use_runtime(void *options)
{
    ae_runtime *runtime;
    ae_status status = ae_runtime_create(&runtime, options);
    ae_runtime_free(runtime);
    return status;
}

static ae_status use_read(void *options)
{
    ae_dataset *read;
    ae_status status = ae_dataset_read_csv_memory(&read, "1,2\n", 4, options);
    ae_dataset_free(read);
    return status;
}

static ae_status use_model(void *options)
{
    ae_model *model;
    ((ae_model_options *)options)->input_dim = WIDTH;
    ((ae_model_options *)options)->latent_dim = 2;
    ae_status status = ae_model_create(&model, options);
    ae_model_free(model);
    return status;
}

static ae_status use_dense(void *options)
{
    ae_layer_list *list;
    ae_status status = ae_layer_list_create(&list, NULL);
    assert_int_equal(status, AE_OK);
    status = ae_layer_list_add_dense(list, 3, AE_RELU, options);
    ae_layer_list_free(list);
    return status;
}

static ae_status use_batch_norm(void *options)
{
    ae_layer_list *list;
    ae_status status = ae_layer_list_create(&list, NULL);
    assert_int_equal(status, AE_OK);
    status = ae_layer_list_add_batch_norm(list, options);
    ae_layer_list_free(list);
    return status;
}

static ae_status use_load(void *options)
{
    unsigned char file[16384];
    size_t size;
    ae_model *model;
    assert_int_equal(ae_model_save_memory(plain, file, sizeof file, &size), AE_OK);
    ae_status status = ae_model_load_memory(&model, file, size, options);
    ae_model_free(model);
    return status;
}

static ae_status use_export_c(void *options)
{
    ae_status status = ae_export_c(plain, "test_sizes_model.c", options);
    unlink("test_sizes_model.c");
    unlink("test_sizes_model.h");
    return status;
}

static ae_status use_export_onnx(void *options)
{
    ae_status status = ae_export_onnx(plain, "test_sizes.onnx", options);
    unlink("test_sizes.onnx");
    return status;
}

static ae_status use_import(void *options)
{
    ae_status status = ae_model_save(plain, "test_sizes.safetensors");
    assert_int_equal(status, AE_OK);
    status = ae_model_import_safetensors(plain, "test_sizes.safetensors", options);
    unlink("test_sizes.safetensors");
    return status;
}

static ae_status use_train(void *options)
{
    ((ae_train_options *)options)->epochs = 1;
    return ae_fit(plain, data, NULL, options);
}

static ae_status use_corruption(void *corruption)
{
    float out[ROWS * WIDTH];
    return ae_corrupt(corruption, 1, 0, x, ROWS, WIDTH, 0, out, 0);
}

static ae_status use_pca(void *options)
{
    ae_model *model;
    ae_status status = ae_pca_fit(&model, data, 2, options, NULL, NULL);
    ae_model_free(model);
    return status;
}

static ae_status use_dictionary(void *options)
{
    ae_model *model;
    ae_status status = ae_dictionary_fit(&model, data, 2, options, NULL);
    ae_model_free(model);
    return status;
}

static ae_status fill_epoch(void *report)
{
    return ae_model_history(plain, 0, report);
}

static ae_status fill_evaluation(void *report)
{
    return ae_evaluate(plain, data, report);
}

static ae_status fill_vae_evaluation(void *report)
{
    return ae_vae_evaluate(variational, data, 1, 0, NULL, report);
}

static ae_status fill_code_report(void *report)
{
    return ae_code_usage(plain, data, NULL, NULL, report);
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

/* `first` is the size in the first headers that had the struct: where its first later field begins. */
typedef struct sized {
    const char *name;
    size_t first, now;
    void (*init)(void *options, size_t size); /* NULL: a report */
    ae_status (*call)(void *block);
} sized;

#define OPTIONS(type, first, call)                       \
    static void init_##type(void *block, size_t size) \
    {                                                    \
        type##_init(block, size);                        \
    }
#define REPORT(type, first, call)
#define TABLE                                                                                  \
    OPTIONS(ae_runtime_options, sizeof(ae_runtime_options), use_runtime)                       \
    OPTIONS(ae_read_options, sizeof(ae_read_options), use_read)                                \
    OPTIONS(ae_model_options, offsetof(ae_model_options, output_dim), use_model)               \
    OPTIONS(ae_dense_options, sizeof(ae_dense_options), use_dense)                             \
    OPTIONS(ae_batch_norm_options, sizeof(ae_batch_norm_options), use_batch_norm)              \
    OPTIONS(ae_load_options, sizeof(ae_load_options), use_load)                                \
    OPTIONS(ae_export_c_options, sizeof(ae_export_c_options), use_export_c)                    \
    OPTIONS(ae_export_onnx_options, sizeof(ae_export_onnx_options), use_export_onnx)           \
    OPTIONS(ae_import_options, sizeof(ae_import_options), use_import)                          \
    OPTIONS(ae_train_options, offsetof(ae_train_options, corruption), use_train)               \
    OPTIONS(ae_corruption, sizeof(ae_corruption), use_corruption)                              \
    OPTIONS(ae_pca_options, offsetof(ae_pca_options, cancel), use_pca)                         \
    OPTIONS(ae_dictionary_options, offsetof(ae_dictionary_options, cancel), use_dictionary)    \
    REPORT(ae_epoch_report, offsetof(ae_epoch_report, reconstruction), fill_epoch)             \
    REPORT(ae_evaluation, offsetof(ae_evaluation, reconstruction), fill_evaluation)            \
    REPORT(ae_vae_evaluation, sizeof(ae_vae_evaluation), fill_vae_evaluation)                  \
    REPORT(ae_code_report, sizeof(ae_code_report), fill_code_report)
TABLE
#undef OPTIONS
#undef REPORT
#define OPTIONS(type, first, call) {#type, first, sizeof(type), init_##type, call},
#define REPORT(type, first, call) {#type, first, sizeof(type), NULL, call},
static const sized structs[] = {TABLE};

/* A block of exactly that size, full of rubbish. */
static unsigned char *block(size_t size)
{
    volatile size_t bytes = size; /* a compiler that saw it would warn of what is meant here */
    unsigned char *memory = malloc(bytes);
    assert_non_null(memory);
    memset(memory, 0xa5, size);
    return memory;
}

static void expect(const sized *row, size_t size, ae_status status, ae_status expected)
{
    if (status != expected)
        fail_msg("%s of %zu bytes: %s, not %s (%s)", row->name, size, ae_status_name(status), ae_status_name(expected),
                 ae_last_error());
}

static void try_options(const sized *row, size_t size, const unsigned char *defaults)
{
    unsigned char *options = block(size);
    const size_t known = size < row->now ? size : row->now;
    row->init(options, size);
    assert_memory_equal(options, &size, sizeof size);
    assert_memory_equal(options + sizeof size, defaults + sizeof size, known - sizeof size);
    for (size_t i = known; i < size; i++)
        assert_int_equal(options[i], 0);
    expect(row, size, row->call(options), AE_OK);
    if (size > row->now) { /* a field of tomorrow that is asked for is not passed over in silence */
        options[size - 1] = 1;
        expect(row, size, row->call(options), AE_ERROR_UNSUPPORTED);
    }
    free(options);
}

static void try_report(const sized *row, size_t size, const unsigned char *whole)
{
    unsigned char *report = block(size);
    const size_t known = size < row->now ? size : row->now;
    memcpy(report, &size, sizeof size);
    expect(row, size, row->call(report), AE_OK);
    assert_memory_equal(report, &size, sizeof size);
    assert_memory_equal(report + sizeof size, whole + sizeof size, known - sizeof size);
    for (size_t i = known; i < size; i++)
        assert_int_equal(report[i], 0);
    free(report);
}

static void every_size_since_the_first_works(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof structs / sizeof structs[0]; i++) {
        const sized *row = &structs[i];
        unsigned char *whole = block(row->now);
        memcpy(whole, &row->now, sizeof row->now);
        if (row->init)
            row->init(whole, row->now);
        else
            expect(row, row->now, row->call(whole), AE_OK);
        for (size_t size = row->first; size <= row->now + MORE; size += 4)
            (row->init ? try_options : try_report)(row, size, whole);
        free(whole);
    }
}

static void a_size_that_nobody_set_is_refused(void **state)
{
    const size_t absurd[] = {0, 1, sizeof(size_t) - 1, 1 << 20, SIZE_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof structs / sizeof structs[0]; i++) {
        const sized *row = &structs[i];
        unsigned char *memory = block(row->now);
        for (size_t k = 0; k < sizeof absurd / sizeof absurd[0]; k++) {
            if (row->init)
                row->init(memory, row->now);
            memcpy(memory, &absurd[k], sizeof absurd[k]);
            expect(row, absurd[k], row->call(memory), AE_ERROR_INVALID_ARGUMENT);
        }
        free(memory);
    }
}

static ae_model *make_model(ae_code code)
{
    ae_model_options options;
    ae_model *model;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = WIDTH;
    options.latent_dim = 2;
    options.output_activation = AE_SIGMOID;
    options.loss = AE_BINARY_CROSS_ENTROPY;
    options.code = code;
    assert_int_equal(ae_model_create(&model, &options), AE_OK);
    return model;
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS * WIDTH; i++)
        x[i] = (float)(i * 7 % 10) / 10;
    plain = make_model(AE_CODE_PLAIN);
    variational = make_model(AE_CODE_GAUSSIAN);
    if (ae_dataset_from_memory(&data, NULL, x, ROWS, WIDTH, 0) != AE_OK)
        return -1;
    return ae_fit(plain, data, NULL, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    ae_dataset_free(data);
    ae_model_free(plain);
    ae_model_free(variational);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_since_the_first_works),
        cmocka_unit_test(a_size_that_nobody_set_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
