/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Every public function with every pointer NULL, every size, number and enum out of its range: no crash, a documented
 * code, a message of its own, NULL in place of the object that was not made. The table at the end must name every
 * symbol of tests/abi/exported_symbols.txt; tests/lint/check_sweep.py looks after it.
 *
 * A size that only the caller can know to be wrong (more rows than there are behind a pointer) is swept with NULL or in
 * company of a stride that makes the product too large. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/architectures.h"

static const size_t sizes[] = {0, 1, 0x7fffffff, 0x80000000, (size_t)0x100000001, SIZE_MAX / 8, SIZE_MAX};
static const double doubles[] = {NAN, INFINITY, -INFINITY, -1, 0, 1e-45, 1e308};
static const int32_t enums[] = {INT32_MIN, -1, 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 1000, INT32_MAX};

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define EACH(i, array) for (size_t i = 0; i < COUNT(array); i++)

/* ---- what every call is made with */

enum { ROWS = 40, D = 8, LATENT = 3 };

static ae_runtime *runtime; /* gives no block above 64 MiB, so that sizes that are merely large fail fast */
static ae_model *model, *norm_model, *sigmoid_model, *variational_model;
static ae_dataset *data;
static ae_cancel *pulled;
static float x[ROWS * D], out[ROWS * D];
static size_t calls;

static void *allocate(void *user, size_t size)
{
    (void)user;
    return size <= (size_t)64 << 20 ? malloc(size) : NULL;
}

static void deallocate(void *user, void *block, size_t size)
{
    (void)user, (void)size;
    free(block);
}

/* A pointer that is not NULL and must become NULL, or an object, before anybody looks behind it. */
#define STALE ((void *)(uintptr_t)64)

/* ---- what every call must keep */

enum {
    OK = 1u << AE_OK, INVALID = 1u << AE_ERROR_INVALID_ARGUMENT, SHAPE = 1u << AE_ERROR_SHAPE,
    MEMORY = 1u << AE_ERROR_NO_MEMORY, IO = 1u << AE_ERROR_IO, FORMAT = 1u << AE_ERROR_FORMAT,
    UNSUPPORTED = 1u << AE_ERROR_UNSUPPORTED, NUMERIC = 1u << AE_ERROR_NUMERIC,
    CANCELLED = 1u << AE_ERROR_CANCELLED, DATA = 1u << AE_ERROR_DATA
};

/* Leaves a line that no call under test produces. */
static void mark(void)
{
    float value;
    ae_model_get_tensor(model, "the mark", &value, 1);
}

/* Counts the call and checks its code; a failure has a line of its own, a success leaves the line as it was. */
static ae_status check(const char *call, ae_status status, unsigned codes)
{
    const char *text = ae_last_error();
    const bool marked = strstr(text, "the mark") != NULL;
    calls++;
    if (status < 0 || status > AE_ERROR_DATA || !(codes & 1u << status))
        fail_msg("%s gives %s, which is not documented: %s", call, ae_status_name(status), text);
    if ((status == AE_OK) != marked)
        fail_msg("%s gives %s with the line \"%s\"", call, ae_status_name(status), text);
    if (strlen(text) < 5 || strlen(text) > 511 || strpbrk(text, "\n\r\t"))
        fail_msg("%s: the line \"%s\"", call, text);
    mark();
    return status;
}

#define CHECK(call, codes) check(#call, call, codes)

/* For a call that makes `object`: NULL after a failure. The object is given back by `free_object`. */
#define CHECK_MADE(call, codes, object, free_object)                                                                   \
    do {                                                                                                               \
        (object) = STALE;                                                                                              \
        if (CHECK(call, codes) == AE_OK) {                                                                             \
            assert_true((void *)(object) != STALE && (object));                                                        \
            free_object(object);                                                                                       \
        } else {                                                                                                       \
            assert_null(object);                                                                                       \
        }                                                                                                              \
    } while (0)

/* For calls that cannot fail. */
#define CALL(call) (calls++, (call))

/* ---- fields of options, swept one by one */

typedef enum field_kind { DOUBLE, SIZE, UINT64, INT32, UINT32 } field_kind;

typedef struct field {
    const char *name;
    field_kind kind;
    size_t offset;
} field;

#define FIELD(type, kind, name) {#name, kind, offsetof(type, name)}

static size_t value_count(field_kind kind)
{
    return kind == DOUBLE ? COUNT(doubles) : kind == INT32 || kind == UINT32 ? COUNT(enums) : COUNT(sizes);
}

static void set_field(void *options, const field *f, size_t i)
{
    char *at = (char *)options + f->offset;
    const uint64_t wide = i < COUNT(sizes) ? sizes[i] : 0;
    if (f->kind == DOUBLE)
        memcpy(at, &doubles[i], sizeof doubles[i]);
    else if (f->kind == SIZE)
        memcpy(at, &sizes[i], sizeof sizes[i]);
    else if (f->kind == UINT64)
        memcpy(at, &wide, sizeof wide);
    else
        memcpy(at, &enums[i], sizeof enums[i]);
}

/* Calls `use` with a copy of `base` (of at most 512 bytes) for each value of each field. */
static void sweep_fields(const void *base, size_t size, const field *fields, size_t count,
                         void (*use)(const void *options))
{
    _Alignas(16) unsigned char copy[512];
    assert_true(size <= sizeof copy);
    for (size_t f = 0; f < count; f++)
        for (size_t i = 0; i < value_count(fields[f].kind); i++) {
            memcpy(copy, base, size);
            set_field(copy, &fields[f], i);
            use(copy);
        }
}

/* An init function writes what the caller has room for, and nothing when that is no size of a struct. */
static void sweep_init(void (*init)(void *options, size_t struct_size), size_t own_size)
{
    static _Alignas(16) unsigned char bytes[5000];
    const size_t more[] = {7, 8, 9, own_size - 1, own_size, own_size + 1, 4096, 4097};
    EACH(i, sizes)
        CALL(init(NULL, sizes[i]));
    for (size_t i = 0; i < COUNT(sizes) + COUNT(more); i++) {
        const size_t size = i < COUNT(sizes) ? sizes[i] : more[i - COUNT(sizes)];
        const size_t written = size >= sizeof size && size <= 4096 ? size : 0;
        size_t told = 0;
        memset(bytes, 0x7f, sizeof bytes);
        CALL(init(bytes, size));
        if (written) {
            memcpy(&told, bytes, sizeof told);
            assert_int_equal(told, size);
        }
        for (size_t k = written; k < sizeof bytes; k++)
            assert_int_equal(bytes[k], 0x7f);
    }
}

#define INIT(name, type)                                                                                               \
    static void call_##name(void *options, size_t struct_size)                                                         \
    {                                                                                                                  \
        name(options, struct_size);                                                                                    \
    }                                                                                                                  \
    static void sweep_##name(void)                                                                                     \
    {                                                                                                                  \
        sweep_init(call_##name, sizeof(type));                                                                         \
    }

INIT(ae_runtime_options_init, ae_runtime_options)
INIT(ae_read_options_init, ae_read_options)
INIT(ae_model_options_init, ae_model_options)
INIT(ae_dense_options_init, ae_dense_options)
INIT(ae_batch_norm_options_init, ae_batch_norm_options)
INIT(ae_train_options_init, ae_train_options)
INIT(ae_load_options_init, ae_load_options)
INIT(ae_export_c_options_init, ae_export_c_options)
INIT(ae_export_onnx_options_init, ae_export_onnx_options)
INIT(ae_import_options_init, ae_import_options)
INIT(ae_corruption_init, ae_corruption)
INIT(ae_pca_options_init, ae_pca_options)
INIT(ae_dictionary_options_init, ae_dictionary_options)

/* ---- status, version, runtime */

static void sweep_ae_status_name(void)
{
    EACH(i, enums)
        assert_true(strlen(CALL(ae_status_name(enums[i]))) > 4);
}

static void sweep_ae_last_error(void)
{
    assert_non_null(CALL(ae_last_error()));
}

static void sweep_ae_version(void)
{
    assert_non_null(CALL(ae_version()));
}

static void sweep_ae_version_number(void)
{
    assert_true(CALL(ae_version_number()) > 0);
}

static void use_runtime_options(const void *options)
{
    ae_runtime *made;
    CHECK_MADE(ae_runtime_create(&made, options), OK | INVALID | UNSUPPORTED | MEMORY, made, ae_runtime_free);
}

static void sweep_ae_runtime_create(void)
{
    const field fields[] = {FIELD(ae_runtime_options, SIZE, struct_size), FIELD(ae_runtime_options, UINT32, threads),
                            FIELD(ae_runtime_options, INT32, kernels)};
    const uint32_t threads[] = {256, 257, UINT32_MAX};
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    CHECK(ae_runtime_create(NULL, &options), INVALID);
    CHECK(ae_runtime_create(NULL, NULL), INVALID);
    use_runtime_options(NULL);
    sweep_fields(&options, sizeof options, fields, COUNT(fields), use_runtime_options);
    EACH(i, threads) {
        options.threads = threads[i];
        use_runtime_options(&options);
    }
    ae_runtime_options_init(&options, sizeof options);
    options.allocate = allocate;
    use_runtime_options(&options);
    options.allocate = NULL;
    options.deallocate = deallocate;
    use_runtime_options(&options);
}

static void sweep_ae_runtime_free(void)
{
    CALL(ae_runtime_free(NULL));
}

static void sweep_ae_runtime_kernels(void)
{
    assert_non_null(CALL(ae_runtime_kernels(NULL)));
}

static void sweep_ae_runtime_threads(void)
{
    assert_int_equal(CALL(ae_runtime_threads(NULL)), 1);
}

/* ---- datasets */

static void sweep_ae_dataset_from_memory(void)
{
    ae_dataset *made;
    CHECK(ae_dataset_from_memory(NULL, runtime, x, ROWS, D, 0), INVALID);
    EACH(r, sizes)
        EACH(c, sizes)
            EACH(s, sizes) {
                CHECK_MADE(ae_dataset_from_memory(&made, runtime, x, sizes[r], sizes[c], sizes[s]),
                           OK | INVALID | SHAPE, made, ae_dataset_free);
                CHECK_MADE(ae_dataset_from_memory(&made, NULL, NULL, sizes[r], sizes[c], sizes[s]), INVALID | SHAPE,
                           made, ae_dataset_free);
            }
}

static void sweep_ae_dataset_split(void)
{
    ae_dataset *first, *second, *one;
    assert_int_equal(ae_dataset_slice(&one, data, 0, 1), AE_OK);
    EACH(i, doubles) {
        first = second = STALE;
        if (CHECK(ae_dataset_split(data, doubles[i], 1, &first, &second), OK | INVALID) == AE_OK) {
            ae_dataset_free(first);
            ae_dataset_free(second);
        } else {
            assert_true(!first && !second);
        }
    }
    first = second = STALE;
    CHECK(ae_dataset_split(NULL, 0.5, 1, &first, &second), INVALID);
    assert_true(!first && !second);
    first = second = STALE;
    CHECK(ae_dataset_split(data, 0.5, 1, NULL, &second), INVALID);
    CHECK(ae_dataset_split(data, 0.5, 1, &first, NULL), INVALID);
    assert_true(!first && !second);
    CHECK(ae_dataset_split(data, 0.5, 1, &first, &first), INVALID);
    CHECK(ae_dataset_split(one, 0.5, 1, &first, &second), INVALID);
    assert_true(!first && !second);
    ae_dataset_free(one);
}

static void sweep_ae_dataset_slice(void)
{
    ae_dataset *made;
    CHECK(ae_dataset_slice(NULL, data, 0, 1), INVALID);
    CHECK_MADE(ae_dataset_slice(&made, NULL, 0, 1), INVALID, made, ae_dataset_free);
    EACH(f, sizes)
        EACH(r, sizes)
            CHECK_MADE(ae_dataset_slice(&made, data, sizes[f], sizes[r]), OK | INVALID, made, ae_dataset_free);
}

static void sweep_ae_dataset_free(void)
{
    CALL(ae_dataset_free(NULL));
}

static void sweep_ae_dataset_rows(void)
{
    assert_int_equal(CALL(ae_dataset_rows(NULL)), 0);
}

static void sweep_ae_dataset_columns(void)
{
    assert_int_equal(CALL(ae_dataset_columns(NULL)), 0);
}

static void sweep_ae_dataset_row(void)
{
    EACH(i, sizes) {
        assert_null(CALL(ae_dataset_row(NULL, sizes[i])));
        assert_int_equal(CALL(ae_dataset_row(data, sizes[i])) == NULL, sizes[i] >= ROWS);
    }
}

static void sweep_ae_dataset_column_name(void)
{
    EACH(i, sizes) {
        assert_null(CALL(ae_dataset_column_name(NULL, sizes[i])));
        assert_null(CALL(ae_dataset_column_name(data, sizes[i])));
    }
}

typedef ae_status path_reader(ae_dataset **made, const char *path, const ae_read_options *options);
typedef ae_status memory_reader(ae_dataset **made, const void *bytes, size_t size, const ae_read_options *options);

static memory_reader *reader_in_use;
static const char file_in_use[] = "1,2\n3,4\n";

static void use_read_options(const void *options)
{
    ae_dataset *made;
    CHECK_MADE(reader_in_use(&made, file_in_use, sizeof file_in_use - 1, options),
               OK | INVALID | FORMAT | UNSUPPORTED | MEMORY, made, ae_dataset_free);
}

static void sweep_memory_reader(memory_reader *read)
{
    const field fields[] = {
        FIELD(ae_read_options, SIZE, struct_size), FIELD(ae_read_options, UINT64, max_bytes),
        FIELD(ae_read_options, UINT64, max_rows), FIELD(ae_read_options, INT32, scale_bytes),
        FIELD(ae_read_options, INT32, csv_header), FIELD(ae_read_options, INT32, csv_delimiter),
        FIELD(ae_read_options, INT32, csv_exclude), FIELD(ae_read_options, SIZE, csv_column_count)};
    const char *const columns[] = {"1", NULL};
    ae_read_options options;
    ae_dataset *made;
    ae_read_options_init(&options, sizeof options);
    options.runtime = runtime;
    reader_in_use = read;
    sweep_fields(&options, sizeof options, fields, COUNT(fields), use_read_options);
    options.csv_columns = columns;
    for (options.csv_column_count = 0; options.csv_column_count <= 2; options.csv_column_count++)
        use_read_options(&options);
    use_read_options(NULL);
    CHECK(read(NULL, file_in_use, 8, NULL), INVALID);
    EACH(i, sizes)
        CHECK_MADE(read(&made, NULL, sizes[i], NULL), INVALID, made, ae_dataset_free);
    for (size_t size = 0; size < sizeof file_in_use; size++)
        CHECK_MADE(read(&made, file_in_use, size, NULL), OK | FORMAT | UNSUPPORTED, made, ae_dataset_free);
}

static void sweep_path_reader(path_reader *read)
{
    ae_dataset *made;
    ae_read_options bad;
    memset(&bad, 0xff, sizeof bad);
    CHECK(read(NULL, "nowhere", NULL), INVALID);
    CHECK_MADE(read(&made, NULL, NULL), INVALID, made, ae_dataset_free);
    CHECK_MADE(read(&made, "nowhere", &bad), INVALID, made, ae_dataset_free);
    CHECK_MADE(read(&made, "nowhere/at all", NULL), IO, made, ae_dataset_free);
    CHECK_MADE(read(&made, "", NULL), IO, made, ae_dataset_free);
    CHECK_MADE(read(&made, ".", NULL), IO | FORMAT, made, ae_dataset_free);
    CHECK_MADE(read(&made, "/dev/null", NULL), IO | FORMAT, made, ae_dataset_free);
}

static void sweep_ae_dataset_read_idx(void)
{
    sweep_path_reader(ae_dataset_read_idx);
}

static void sweep_ae_dataset_read_csv(void)
{
    sweep_path_reader(ae_dataset_read_csv);
}

static void sweep_ae_dataset_read_npy(void)
{
    sweep_path_reader(ae_dataset_read_npy);
}

static void sweep_ae_dataset_read_idx_memory(void)
{
    sweep_memory_reader(ae_dataset_read_idx_memory);
}

static void sweep_ae_dataset_read_csv_memory(void)
{
    sweep_memory_reader(ae_dataset_read_csv_memory);
}

static void sweep_ae_dataset_read_npy_memory(void)
{
    sweep_memory_reader(ae_dataset_read_npy_memory);
}

/* ---- models and the builder */

static ae_layer_list *new_list(size_t units)
{
    ae_layer_list *list;
    assert_int_equal(ae_layer_list_create(&list, runtime), AE_OK);
    if (units)
        assert_int_equal(ae_layer_list_add_dense(list, units, AE_SIGMOID, NULL), AE_OK);
    return list;
}

static ae_model_options model_options(void)
{
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.runtime = runtime;
    options.input_dim = D;
    options.latent_dim = LATENT;
    return options;
}

static const field model_fields[] = {
    FIELD(ae_model_options, SIZE, struct_size), FIELD(ae_model_options, UINT64, seed),
    FIELD(ae_model_options, SIZE, input_dim), FIELD(ae_model_options, SIZE, latent_dim),
    FIELD(ae_model_options, INT32, hidden_activation), FIELD(ae_model_options, INT32, latent_activation),
    FIELD(ae_model_options, INT32, output_activation), FIELD(ae_model_options, INT32, loss),
    FIELD(ae_model_options, INT32, init), FIELD(ae_model_options, INT32, bias), FIELD(ae_model_options, INT32, tied),
    FIELD(ae_model_options, INT32, batch_norm), FIELD(ae_model_options, DOUBLE, activation_parameter),
    FIELD(ae_model_options, DOUBLE, init_scale), FIELD(ae_model_options, DOUBLE, dropout),
    FIELD(ae_model_options, SIZE, output_dim), FIELD(ae_model_options, INT32, code),
    FIELD(ae_model_options, INT32, variance), FIELD(ae_model_options, INT32, noise),
    FIELD(ae_model_options, DOUBLE, noise_deviation), FIELD(ae_model_options, SIZE, topk)};

static void use_model_options(const void *options)
{
    ae_model *made;
    CHECK_MADE(ae_model_create(&made, options), OK | INVALID | SHAPE | MEMORY, made, ae_model_free);
}

static void sweep_ae_model_create(void)
{
    const field hidden_count = FIELD(ae_model_options, SIZE, hidden_count); /* with hidden_dims NULL */
    ae_model_options options = model_options();
    size_t hidden[1] = {5};
    CHECK(ae_model_create(NULL, &options), INVALID);
    CHECK(ae_model_create(NULL, NULL), INVALID);
    use_model_options(NULL);
    sweep_fields(&options, sizeof options, &hidden_count, 1, use_model_options);
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    for (ae_activation f = AE_RELU; f <= AE_ELU; f++) { /* those with a parameter, and one without */
        options.hidden_activation = f;
        sweep_fields(&options, sizeof options, model_fields, COUNT(model_fields), use_model_options);
    }
    EACH(i, sizes) {
        hidden[0] = sizes[i];
        use_model_options(&options);
    }
    hidden[0] = 5;
    options.loss = AE_GAUSSIAN_LIKELIHOOD;
    for (options.code = AE_CODE_TOPK; options.code <= AE_CODE_LASSO; options.code++)
        sweep_fields(&options, sizeof options, model_fields, COUNT(model_fields), use_model_options);
    /* numbers out of range are refused, not taken for something else */
    EACH(i, doubles) {
        ae_model *made;
        options = model_options();
        options.dropout = doubles[i];
        assert_int_equal(ae_model_create(&made, &options) == AE_OK, doubles[i] >= 0 && doubles[i] < 1);
        ae_model_free(made);
        mark();
    }
}

static void use_layer_model_options(const void *options)
{
    ae_layer_list *encoder = new_list(LATENT), *decoder = new_list(D);
    ae_model *made;
    CHECK_MADE(ae_model_create_from_layers(&made, encoder, decoder, options), OK | INVALID | SHAPE | MEMORY, made,
               ae_model_free);
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
}

static void sweep_ae_model_create_from_layers(void)
{
    const ae_model_options options = model_options();
    ae_layer_list *encoder = new_list(LATENT), *decoder = new_list(D), *empty = new_list(0);
    ae_model *made;
    CHECK(ae_model_create_from_layers(NULL, encoder, decoder, &options), INVALID);
    CHECK_MADE(ae_model_create_from_layers(&made, NULL, decoder, &options), INVALID, made, ae_model_free);
    CHECK_MADE(ae_model_create_from_layers(&made, encoder, NULL, &options), INVALID, made, ae_model_free);
    CHECK_MADE(ae_model_create_from_layers(&made, encoder, decoder, NULL), INVALID, made, ae_model_free);
    CHECK_MADE(ae_model_create_from_layers(&made, empty, decoder, &options), INVALID, made, ae_model_free);
    CHECK_MADE(ae_model_create_from_layers(&made, encoder, empty, &options), INVALID, made, ae_model_free);
    CHECK_MADE(ae_model_create_from_layers(&made, decoder, encoder, &options), SHAPE, made, ae_model_free);
    CHECK_MADE(ae_model_create_from_layers(&made, encoder, decoder, &options), OK, made, ae_model_free);
    use_layer_model_options(NULL);
    sweep_fields(&options, sizeof options, model_fields, COUNT(model_fields), use_layer_model_options);
    EACH(i, sizes)
        if (sizes[i] > 0) {
            ae_layer_list *wide;
            if (ae_layer_list_create(&wide, runtime) != AE_OK ||
                ae_layer_list_add_dense(wide, sizes[i], AE_RELU, NULL) != AE_OK ||
                ae_layer_list_add_batch_norm(wide, NULL) != AE_OK) {
                ae_layer_list_free(wide);
                mark();
                continue;
            }
            CHECK_MADE(ae_model_create_from_layers(&made, wide, decoder, &options), OK | SHAPE | MEMORY, made,
                       ae_model_free);
            ae_layer_list_free(wide);
        }
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
    ae_layer_list_free(empty);
}

static void sweep_ae_model_free(void)
{
    CALL(ae_model_free(NULL));
}

static void sweep_ae_layer_list_create(void)
{
    ae_layer_list *made;
    CHECK(ae_layer_list_create(NULL, runtime), INVALID);
    CHECK_MADE(ae_layer_list_create(&made, NULL), OK, made, ae_layer_list_free);
}

static void sweep_ae_layer_list_free(void)
{
    CALL(ae_layer_list_free(NULL));
}

static void use_dense_options(const void *options)
{
    for (ae_activation f = AE_RELU; f <= AE_ELU; f++) {
        ae_layer_list *list = new_list(0);
        CHECK(ae_layer_list_add_dense(list, 3, f, options), OK | INVALID);
        ae_layer_list_free(list);
    }
}

static void sweep_ae_layer_list_add_dense(void)
{
    const field fields[] = {
        FIELD(ae_dense_options, SIZE, struct_size), FIELD(ae_dense_options, INT32, bias),
        FIELD(ae_dense_options, INT32, init), FIELD(ae_dense_options, DOUBLE, init_scale),
        FIELD(ae_dense_options, DOUBLE, activation_parameter), FIELD(ae_dense_options, INT32, tied),
        FIELD(ae_dense_options, INT32, tied_to)};
    ae_dense_options options;
    ae_layer_list *list = new_list(0);
    CHECK(ae_layer_list_add_dense(NULL, 3, AE_RELU, NULL), INVALID);
    EACH(u, sizes)
        EACH(a, enums)
            CHECK(ae_layer_list_add_dense(list, sizes[u], enums[a], NULL), OK | INVALID | SHAPE);
    ae_layer_list_free(list);
    ae_dense_options_init(&options, sizeof options);
    sweep_fields(&options, sizeof options, fields, COUNT(fields), use_dense_options);
    options.tied = 1;
    sweep_fields(&options, sizeof options, fields, COUNT(fields), use_dense_options);
    use_dense_options(NULL);
}

static void sweep_ae_layer_list_add_activation(void)
{
    CHECK(ae_layer_list_add_activation(NULL, AE_RELU, 0), INVALID);
    EACH(a, enums)
        EACH(i, doubles) {
            ae_layer_list *list = new_list(0);
            CHECK(ae_layer_list_add_activation(list, enums[a], doubles[i]), OK | INVALID);
            ae_layer_list_free(list);
        }
}

static void sweep_ae_layer_list_add_dropout(void)
{
    ae_layer_list *list = new_list(0);
    CHECK(ae_layer_list_add_dropout(NULL, 0.5), INVALID);
    EACH(i, doubles)
        CHECK(ae_layer_list_add_dropout(list, doubles[i]), doubles[i] >= 0 && doubles[i] < 1 ? OK : INVALID);
    ae_layer_list_free(list);
}

static void use_batch_norm_options(const void *options)
{
    ae_layer_list *list = new_list(0);
    CHECK(ae_layer_list_add_batch_norm(list, options), OK | INVALID);
    ae_layer_list_free(list);
}

static void sweep_ae_layer_list_add_batch_norm(void)
{
    const field fields[] = {FIELD(ae_batch_norm_options, SIZE, struct_size),
                            FIELD(ae_batch_norm_options, DOUBLE, momentum),
                            FIELD(ae_batch_norm_options, DOUBLE, epsilon)};
    ae_batch_norm_options options;
    ae_batch_norm_options_init(&options, sizeof options);
    CHECK(ae_layer_list_add_batch_norm(NULL, &options), INVALID);
    use_batch_norm_options(NULL);
    sweep_fields(&options, sizeof options, fields, COUNT(fields), use_batch_norm_options);
}

static void sweep_ae_model_input_dim(void)
{
    assert_int_equal(CALL(ae_model_input_dim(NULL)), 0);
}

static void sweep_ae_model_output_dim(void)
{
    assert_int_equal(CALL(ae_model_output_dim(NULL)), 0);
}

static void sweep_ae_model_code(void)
{
    assert_int_equal(CALL(ae_model_code(NULL)), 0);
}

static void sweep_ae_model_copy_encoder(void)
{
    ae_model *same;
    assert_int_equal(architecture_create(&same, ARCHITECTURE_LINEAR, runtime, 2), AE_OK);
    CHECK(ae_model_copy_encoder(NULL, same), INVALID);
    CHECK(ae_model_copy_encoder(same, NULL), INVALID);
    CHECK(ae_model_copy_encoder(same, norm_model), SHAPE);
    CHECK(ae_model_copy_encoder(same, model), OK);
    CHECK(ae_model_copy_encoder(same, same), OK);
    ae_model_free(same);
}

static void sweep_ae_model_latent_dim(void)
{
    assert_int_equal(CALL(ae_model_latent_dim(NULL)), 0);
}

static void sweep_ae_model_loss(void)
{
    assert_int_equal(CALL(ae_model_loss(NULL)), 0);
}

static void sweep_ae_model_parameter_count(void)
{
    assert_int_equal(CALL(ae_model_parameter_count(NULL)), 0);
}

static void sweep_ae_model_tensor_count(void)
{
    assert_int_equal(CALL(ae_model_tensor_count(NULL)), 0);
}

static void sweep_ae_model_tensor_name(void)
{
    EACH(i, sizes) {
        assert_null(CALL(ae_model_tensor_name(NULL, sizes[i])));
        assert_int_equal(CALL(ae_model_tensor_name(model, sizes[i])) == NULL, sizes[i] >= ae_model_tensor_count(model));
    }
}

static const char *const bad_names[] = {"", "encoder", "encoder.0.weight ", "encoder.00.weight", "\xff\x01\n%s%n%s",
                                        "a name that is longer than any tensor's name may be, and longer still"};

static void sweep_ae_model_tensor_shape(void)
{
    size_t rows = 77, columns = 77;
    CHECK(ae_model_tensor_shape(NULL, "encoder.0.weight", &rows, &columns), INVALID);
    CHECK(ae_model_tensor_shape(model, NULL, &rows, &columns), INVALID);
    CHECK(ae_model_tensor_shape(model, "encoder.0.weight", NULL, &columns), INVALID);
    CHECK(ae_model_tensor_shape(model, "encoder.0.weight", &rows, NULL), INVALID);
    EACH(i, bad_names)
        CHECK(ae_model_tensor_shape(model, bad_names[i], &rows, &columns), INVALID);
    assert_true(rows == 77 && columns == 77);
}

static void sweep_ae_model_get_tensor(void)
{
    out[0] = 77;
    CHECK(ae_model_get_tensor(NULL, "encoder.0.bias", out, LATENT), INVALID);
    CHECK(ae_model_get_tensor(model, NULL, out, LATENT), INVALID);
    CHECK(ae_model_get_tensor(model, "encoder.0.bias", NULL, LATENT), INVALID);
    EACH(i, bad_names)
        CHECK(ae_model_get_tensor(model, bad_names[i], out, LATENT), INVALID);
    EACH(i, sizes)
        CHECK(ae_model_get_tensor(model, "encoder.0.bias", out, sizes[i]), SHAPE);
    assert_true(out[0] == 77);
}

static void sweep_ae_model_set_tensor(void)
{
    ae_model *before;
    assert_int_equal(architecture_create(&before, ARCHITECTURE_NORM, NULL, 1), AE_OK);
    CHECK(ae_model_set_tensor(NULL, "encoder.0.bias", x, 70), INVALID);
    CHECK(ae_model_set_tensor(norm_model, NULL, x, 70), INVALID);
    CHECK(ae_model_set_tensor(norm_model, "encoder.0.bias", NULL, 70), INVALID);
    EACH(i, bad_names)
        CHECK(ae_model_set_tensor(norm_model, bad_names[i], x, 70), INVALID);
    EACH(i, sizes)
        CHECK(ae_model_set_tensor(norm_model, "encoder.0.bias", x, sizes[i]), SHAPE);
    EACH(i, doubles) {
        float values[70] = {0};
        const bool large = fabs(doubles[i]) > (double)FLT_MAX; /* no float */
        values[69] = large ? INFINITY : (float)doubles[i];
        if (!(isfinite(values[69])))
            CHECK(ae_model_set_tensor(norm_model, "encoder.0.bias", values, 70), DATA);
        if (!(values[69] >= 0) || !isfinite(values[69]))
            CHECK(ae_model_set_tensor(norm_model, "encoder.1.running_var", values, 70), DATA);
    }
    assert_true(architecture_same(norm_model, before));
    ae_model_free(before);
}

/* ---- training */

static void sweep_ae_cancel_create(void)
{
    ae_cancel *made;
    CHECK(ae_cancel_create(NULL, runtime), INVALID);
    CHECK_MADE(ae_cancel_create(&made, NULL), OK, made, ae_cancel_free);
}

static void sweep_ae_cancel_request(void)
{
    CALL(ae_cancel_request(NULL));
}

static void sweep_ae_cancel_reset(void)
{
    CALL(ae_cancel_reset(NULL));
}

static void sweep_ae_cancel_requested(void)
{
    assert_int_equal(CALL(ae_cancel_requested(NULL)), 0);
}

static void sweep_ae_cancel_free(void)
{
    CALL(ae_cancel_free(NULL));
}

static const field train_fields[] = {
    FIELD(ae_train_options, SIZE, struct_size), FIELD(ae_train_options, UINT64, seed),
    FIELD(ae_train_options, SIZE, batch_size), FIELD(ae_train_options, INT32, optimizer),
    FIELD(ae_train_options, INT32, schedule), FIELD(ae_train_options, DOUBLE, learning_rate),
    FIELD(ae_train_options, DOUBLE, momentum), FIELD(ae_train_options, DOUBLE, rho),
    FIELD(ae_train_options, DOUBLE, beta1), FIELD(ae_train_options, DOUBLE, beta2),
    FIELD(ae_train_options, DOUBLE, epsilon), FIELD(ae_train_options, DOUBLE, weight_decay),
    FIELD(ae_train_options, DOUBLE, l1_decay), FIELD(ae_train_options, DOUBLE, clip_value),
    FIELD(ae_train_options, DOUBLE, clip_norm), FIELD(ae_train_options, DOUBLE, min_learning_rate),
    FIELD(ae_train_options, DOUBLE, schedule_factor), FIELD(ae_train_options, UINT64, schedule_epochs),
    FIELD(ae_train_options, DOUBLE, warmup_epochs), FIELD(ae_train_options, UINT64, steps_per_epoch),
    FIELD(ae_train_options, DOUBLE, validation_fraction), FIELD(ae_train_options, UINT64, patience),
    FIELD(ae_train_options, DOUBLE, min_delta), FIELD(ae_train_options, INT32, nesterov),
    FIELD(ae_train_options, INT32, shuffle), FIELD(ae_train_options, DOUBLE, code_l1),
    FIELD(ae_train_options, DOUBLE, sparsity_weight), FIELD(ae_train_options, DOUBLE, sparsity_target),
    FIELD(ae_train_options, DOUBLE, contraction), FIELD(ae_train_options, DOUBLE, topk_boost),
    FIELD(ae_train_options, DOUBLE, kl_weight), FIELD(ae_train_options, DOUBLE, kl_warmup_epochs),
    FIELD(ae_train_options, UINT64, kl_cycles), FIELD(ae_train_options, DOUBLE, free_bits),
    FIELD(ae_train_options, UINT64, samples), FIELD(ae_train_options, INT32, orthonormal),
    FIELD(ae_train_options, INT32, scaling)};
static const field epochs_field = FIELD(ae_train_options, UINT64, epochs);

static ae_train_options train_options(void)
{
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.epochs = 2;
    options.batch_size = ROWS;
    return options;
}

/* The models that a sweep of training options goes over. */
static const size_t trained[] = {ARCHITECTURE_LINEAR, ARCHITECTURE_NORM, ARCHITECTURE_SEPARATE, ARCHITECTURE_TOPK,
                                 ARCHITECTURE_CONTRACTIVE};

static void use_fit_options(const void *options)
{
    const unsigned codes = OK | INVALID | SHAPE | NUMERIC | CANCELLED | MEMORY | UNSUPPORTED;
    EACH(i, trained) {
        ae_model *own;
        assert_int_equal(architecture_create(&own, trained[i], runtime, 1), AE_OK);
        CHECK(ae_fit(own, data, NULL, options), codes);
        CHECK(ae_fit(own, data, data, options), codes);
        CHECK(ae_fit_targets(own, data, data, NULL, NULL, options), codes);
        ae_model_free(own);
    }
}

static void use_corruption(const void *corruption)
{
    ae_train_options options = train_options();
    options.corruption = corruption;
    use_fit_options(&options);
    CHECK(ae_corrupt(corruption, 1, 1, x, ROWS, D, 0, out, 0), corruption ? OK | INVALID : INVALID);
}

static const field corruption_fields[] = {
    FIELD(ae_corruption, SIZE, struct_size), FIELD(ae_corruption, INT32, kind), FIELD(ae_corruption, INT32, clip),
    FIELD(ae_corruption, DOUBLE, deviation), FIELD(ae_corruption, DOUBLE, rate), FIELD(ae_corruption, DOUBLE, value),
    FIELD(ae_corruption, DOUBLE, emphasis_corrupted), FIELD(ae_corruption, DOUBLE, emphasis_clean)};

static void sweep_ae_fit(void)
{
    ae_train_options options = train_options();
    ae_corruption corruption;
    CHECK(ae_fit(NULL, data, NULL, &options), INVALID);
    CHECK(ae_fit(model, NULL, data, &options), INVALID);
    CHECK(ae_fit(NULL, NULL, NULL, NULL), INVALID);
    sweep_fields(&options, sizeof options, train_fields, COUNT(train_fields), use_fit_options);
    for (options.schedule = AE_SCHEDULE_STEP; options.schedule <= AE_SCHEDULE_COSINE; options.schedule++)
        sweep_fields(&options, sizeof options, train_fields, COUNT(train_fields), use_fit_options);
    for (options.optimizer = AE_SGD; options.optimizer <= AE_ADAMW; options.optimizer++)
        sweep_fields(&options, sizeof options, train_fields, COUNT(train_fields), use_fit_options);
    options = train_options();
    options.cancel = pulled; /* so that 2^32 epochs end */
    sweep_fields(&options, sizeof options, &epochs_field, 1, use_fit_options);
    ae_corruption_init(&corruption, sizeof corruption);
    for (corruption.kind = AE_CORRUPTION_GAUSSIAN; corruption.kind <= AE_CORRUPTION_SALT_PEPPER; corruption.kind++)
        sweep_fields(&corruption, sizeof corruption, corruption_fields, COUNT(corruption_fields), use_corruption);
}

static void sweep_ae_fit_targets(void)
{
    ae_train_options options = train_options();
    ae_dataset *narrow, *part;
    ae_model *own;
    assert_int_equal(architecture_create(&own, ARCHITECTURE_LINEAR, runtime, 1), AE_OK);
    assert_int_equal(ae_dataset_from_memory(&narrow, runtime, x, ROWS, D - 1, D), AE_OK);
    assert_int_equal(ae_dataset_slice(&part, data, 0, ROWS - 1), AE_OK);
    CHECK(ae_fit_targets(NULL, data, data, NULL, NULL, NULL), INVALID);
    CHECK(ae_fit_targets(own, NULL, data, NULL, NULL, NULL), INVALID);
    CHECK(ae_fit_targets(own, data, NULL, NULL, NULL, NULL), INVALID);
    CHECK(ae_fit_targets(own, data, data, data, NULL, NULL), INVALID);
    CHECK(ae_fit_targets(own, data, data, NULL, data, NULL), INVALID);
    CHECK(ae_fit_targets(own, narrow, data, NULL, NULL, NULL), SHAPE);
    CHECK(ae_fit_targets(own, data, narrow, NULL, NULL, NULL), SHAPE);
    CHECK(ae_fit_targets(own, data, part, NULL, NULL, NULL), SHAPE);
    CHECK(ae_fit_targets(own, data, data, data, part, NULL), SHAPE);
    options.validation_fraction = 0.5;
    CHECK(ae_fit_targets(own, data, data, NULL, NULL, &options), INVALID);
    ae_dataset_free(narrow);
    ae_dataset_free(part);
    ae_model_free(own);
}

static void sweep_ae_corrupt(void)
{
    ae_corruption corruption;
    ae_corruption_init(&corruption, sizeof corruption);
    CHECK(ae_corrupt(NULL, 1, 1, x, ROWS, D, 0, out, 0), INVALID);
    CHECK(ae_corrupt(&corruption, 1, 1, NULL, ROWS, D, 0, out, 0), INVALID);
    CHECK(ae_corrupt(&corruption, 1, 1, x, ROWS, D, 0, NULL, 0), INVALID);
    CHECK(ae_corrupt(&corruption, 1, 1, x, ROWS, 0, 0, out, 0), INVALID);
    CHECK(ae_corrupt(&corruption, 1, 1, x, ROWS, D, D - 1, out, 0), SHAPE);
    CHECK(ae_corrupt(&corruption, 1, 1, x, ROWS, D, 0, out, D - 1), SHAPE);
    EACH(i, sizes)
        EACH(k, sizes) {
            CHECK(ae_corrupt(&corruption, sizes[i], sizes[k], x, 0, D, sizes[i], out, sizes[k]), OK | SHAPE);
            if (sizes[k] > 0)
                CHECK(ae_corrupt(&corruption, 1, 1, NULL, sizes[i], sizes[k], 0, NULL, 0),
                      sizes[i] ? INVALID | SHAPE : OK | SHAPE);
        }
    CHECK(ae_corrupt(&corruption, UINT64_MAX, UINT64_MAX, x, ROWS, D, 0, x, 0), OK); /* in place */
}

static ae_trainer *new_trainer(ae_model *of)
{
    const ae_train_options options = train_options();
    ae_trainer *trainer;
    assert_int_equal(ae_trainer_create(&trainer, of, &options), AE_OK);
    return trainer;
}

static void use_trainer_options(const void *options)
{
    ae_trainer *made;
    CHECK_MADE(ae_trainer_create(&made, model, options), OK | INVALID | SHAPE | MEMORY, made, ae_trainer_free);
}

static void sweep_ae_trainer_create(void)
{
    ae_train_options options = train_options();
    ae_trainer *trainer = new_trainer(model), *made;
    CHECK(ae_trainer_create(NULL, model, &options), INVALID);
    CHECK_MADE(ae_trainer_create(&made, NULL, &options), INVALID, made, ae_trainer_free);
    CHECK_MADE(ae_trainer_create(&made, model, &options), INVALID, made, ae_trainer_free); /* has one */
    ae_trainer_free(trainer);
    use_trainer_options(NULL);
    sweep_fields(&options, sizeof options, train_fields, COUNT(train_fields), use_trainer_options);
    sweep_fields(&options, sizeof options, &epochs_field, 1, use_trainer_options);
}

static void sweep_ae_evaluate_targets(void)
{
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    ae_dataset *part;
    assert_int_equal(ae_dataset_slice(&part, data, 0, ROWS - 1), AE_OK);
    CHECK(ae_evaluate_targets(NULL, data, data, &evaluation), INVALID);
    CHECK(ae_evaluate_targets(model, NULL, data, &evaluation), INVALID);
    CHECK(ae_evaluate_targets(model, data, NULL, &evaluation), INVALID);
    CHECK(ae_evaluate_targets(model, data, data, NULL), INVALID);
    CHECK(ae_evaluate_targets(model, data, part, &evaluation), SHAPE);
    EACH(i, sizes) {
        evaluation.struct_size = sizes[i];
        CHECK(ae_evaluate_targets(model, data, data, &evaluation), INVALID);
    }
    ae_dataset_free(part);
}

static void sweep_ae_trainer_step(void)
{
    ae_trainer *trainer = new_trainer(model);
    double loss;
    CHECK(ae_trainer_step(NULL, x, ROWS, 0, x, 0, &loss), INVALID);
    CHECK(ae_trainer_step(trainer, NULL, ROWS, 0, x, 0, &loss), INVALID);
    CHECK(ae_trainer_step(trainer, x, ROWS, 0, NULL, 0, NULL), OK);
    EACH(i, sizes) {
        CHECK(ae_trainer_step(trainer, x, sizes[i], 0, NULL, 0, &loss), OK | INVALID);
        CHECK(ae_trainer_step(trainer, NULL, sizes[i], sizes[i], NULL, sizes[i], &loss), INVALID);
        CHECK(ae_trainer_step(trainer, x, 1, sizes[i], NULL, 0, &loss), OK | SHAPE); /* reads one row */
        CHECK(ae_trainer_step(trainer, x, 1, 0, x, sizes[i], &loss), OK | SHAPE);
        if (sizes[i] >= SIZE_MAX / 8) {
            CHECK(ae_trainer_step(trainer, x, 2, sizes[i], x, 0, &loss), SHAPE);
            CHECK(ae_trainer_step(trainer, x, 2, 0, x, sizes[i], &loss), SHAPE);
        }
    }
    ae_trainer_free(trainer);
}

static void sweep_ae_trainer_epoch(void)
{
    ae_trainer *trainer = new_trainer(model);
    CHECK(ae_trainer_epoch(NULL, data, NULL), INVALID);
    CHECK(ae_trainer_epoch(trainer, NULL, NULL), INVALID);
    EACH(i, sizes) {
        ae_epoch_report report = {.struct_size = sizes[i]};
        CHECK(ae_trainer_epoch(trainer, data, &report), INVALID);
    }
    CHECK(ae_trainer_epoch(trainer, data, NULL), OK);
    ae_trainer_free(trainer);
}

static void sweep_ae_trainer_set_learning_rate(void)
{
    ae_trainer *trainer = new_trainer(model);
    EACH(i, doubles) {
        CHECK(ae_trainer_set_learning_rate(NULL, doubles[i]), INVALID);
        CHECK(ae_trainer_set_learning_rate(trainer, doubles[i]), doubles[i] > 0 && doubles[i] < 1 ? OK : INVALID);
    }
    ae_trainer_free(trainer);
}

static void sweep_ae_trainer_memory(void)
{
    assert_int_equal(CALL(ae_trainer_memory(NULL)), 0);
}

static void sweep_ae_trainer_steps(void)
{
    assert_int_equal(CALL(ae_trainer_steps(NULL)), 0);
}

static void sweep_ae_trainer_free(void)
{
    CALL(ae_trainer_free(NULL));
}

static void sweep_ae_model_history_length(void)
{
    assert_int_equal(CALL(ae_model_history_length(NULL)), 0);
}

static void sweep_ae_model_history(void)
{
    ae_epoch_report report = {.struct_size = sizeof report};
    ae_model *own;
    assert_int_equal(architecture_create(&own, ARCHITECTURE_LINEAR, runtime, 1), AE_OK);
    assert_int_equal(ae_fit(own, data, NULL, NULL), AE_OK);
    CHECK(ae_model_history(NULL, 0, &report), INVALID);
    CHECK(ae_model_history(own, 0, NULL), INVALID);
    EACH(i, sizes) {
        CHECK(ae_model_history(own, sizes[i], &report), sizes[i] < 20 ? OK : INVALID);
        report.struct_size = sizes[i];
        CHECK(ae_model_history(own, 0, &report), INVALID);
        report.struct_size = sizeof report;
    }
    ae_model_free(own);
}

static void sweep_ae_evaluate(void)
{
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    CHECK(ae_evaluate(NULL, data, &evaluation), INVALID);
    CHECK(ae_evaluate(model, NULL, &evaluation), INVALID);
    CHECK(ae_evaluate(model, data, NULL), INVALID);
    EACH(i, sizes) {
        evaluation.struct_size = sizes[i];
        CHECK(ae_evaluate(model, data, &evaluation), INVALID);
    }
}

/* ---- inference */

typedef ae_status matrix_call(const ae_model *model, const float *in, size_t rows, size_t in_stride, float *to,
                              size_t to_stride);

static void sweep_matrix_call(matrix_call *call)
{
    out[0] = 77;
    CHECK(call(NULL, x, 1, 0, out, 0), INVALID);
    CHECK(call(model, NULL, 1, 0, out, 0), INVALID);
    CHECK(call(model, x, 1, 0, NULL, 0), INVALID);
    CHECK(call(model, x, 1, 1, out, 0), SHAPE);
    CHECK(call(model, x, 1, 0, out, 1), SHAPE);
    assert_true(out[0] == 77);
    CHECK(call(model, NULL, 0, 0, NULL, 0), OK);
    EACH(i, sizes) {
        CHECK(call(NULL, NULL, sizes[i], sizes[i], NULL, sizes[i]), INVALID);
        CHECK(call(model, NULL, sizes[i], 0, NULL, 0), sizes[i] ? INVALID | SHAPE : OK);
        CHECK(call(model, x, 1, sizes[i], out, 0), OK | SHAPE); /* one row: any stride can be addressed */
        CHECK(call(model, x, 1, 0, out, sizes[i]), OK | SHAPE);
        if (sizes[i] >= SIZE_MAX / 8) {
            CHECK(call(model, x, sizes[i], 0, out, 0), SHAPE);
            CHECK(call(model, x, 2, sizes[i], out, 0), SHAPE);
            CHECK(call(model, x, 2, 0, out, sizes[i]), SHAPE);
        }
    }
}

static void sweep_ae_encode(void)
{
    sweep_matrix_call(ae_encode);
}

static void sweep_ae_decode(void)
{
    sweep_matrix_call(ae_decode);
}

static void sweep_ae_reconstruct(void)
{
    sweep_matrix_call(ae_reconstruct);
}

static void sweep_ae_reconstruction_error(void)
{
    float bad[D] = {0};
    CHECK(ae_reconstruction_error(NULL, x, 1, 0, AE_SQUARED_ERROR, out), INVALID);
    CHECK(ae_reconstruction_error(model, NULL, 1, 0, AE_SQUARED_ERROR, out), INVALID);
    CHECK(ae_reconstruction_error(model, x, 1, 0, AE_SQUARED_ERROR, NULL), INVALID);
    CHECK(ae_reconstruction_error(model, x, 1, 0, AE_BINARY_CROSS_ENTROPY, out), UNSUPPORTED);
    EACH(i, enums) {
        const bool known = enums[i] >= AE_SQUARED_ERROR && enums[i] <= AE_SOFTMAX_CROSS_ENTROPY;
        const bool there = enums[i] == AE_SQUARED_ERROR || enums[i] == AE_BINARY_CROSS_ENTROPY;
        CHECK(ae_reconstruction_error(sigmoid_model, x, 1, 0, enums[i], out),
              there ? OK : known ? UNSUPPORTED : INVALID);
        CHECK(ae_reconstruction_error(sigmoid_model, NULL, 0, 0, enums[i], NULL),
              there ? OK : known ? UNSUPPORTED : INVALID);
    }
    EACH(i, sizes) {
        CHECK(ae_reconstruction_error(model, NULL, sizes[i], 0, AE_SQUARED_ERROR, NULL),
              sizes[i] ? INVALID | SHAPE : OK);
        CHECK(ae_reconstruction_error(model, x, 1, sizes[i], AE_SQUARED_ERROR, out), OK | SHAPE);
        if (sizes[i] >= SIZE_MAX / 8) {
            CHECK(ae_reconstruction_error(model, x, sizes[i], 0, AE_SQUARED_ERROR, out), SHAPE);
            CHECK(ae_reconstruction_error(model, x, 2, sizes[i], AE_SQUARED_ERROR, out), SHAPE);
        }
    }
    bad[3] = 1.5f;
    CHECK(ae_reconstruction_error(sigmoid_model, bad, 1, 0, AE_BINARY_CROSS_ENTROPY, out), DATA);
    CHECK(ae_reconstruction_error(sigmoid_model, bad, 1, 0, AE_SQUARED_ERROR, out), OK);
}

/* ---- variational models and codes */

static void sweep_ae_vae_encode(void)
{
    float mu[LATENT], log_var[LATENT];
    CHECK(ae_vae_encode(NULL, x, 1, 0, mu, 0, log_var, 0), INVALID);
    CHECK(ae_vae_encode(model, x, 1, 0, mu, 0, log_var, 0), UNSUPPORTED);
    CHECK(ae_vae_encode(variational_model, NULL, 1, 0, mu, 0, log_var, 0), INVALID);
    CHECK(ae_vae_encode(variational_model, x, 1, 0, NULL, 0, log_var, 0), INVALID);
    CHECK(ae_vae_encode(variational_model, x, 1, 0, mu, 0, NULL, 0), INVALID);
    EACH(i, sizes) {
        CHECK(ae_vae_encode(variational_model, NULL, sizes[i], 0, NULL, 0, NULL, 0),
              sizes[i] ? INVALID | SHAPE : OK);
        CHECK(ae_vae_encode(variational_model, x, 1, sizes[i], mu, 0, log_var, 0), OK | SHAPE);
        CHECK(ae_vae_encode(variational_model, x, 1, 0, mu, sizes[i], log_var, 0), OK | SHAPE);
        CHECK(ae_vae_encode(variational_model, x, 1, 0, mu, 0, log_var, sizes[i]), OK | SHAPE);
    }
}

static void sweep_ae_vae_sample(void)
{
    CHECK(ae_vae_sample(NULL, 1, 0, 1, 0, out, 0), INVALID);
    CHECK(ae_vae_sample(model, 1, 0, 1, 0, out, 0), UNSUPPORTED);
    EACH(i, sizes) {
        CHECK(ae_vae_sample(variational_model, sizes[i], 0, 1, 1, out, 0), OK);
        CHECK(ae_vae_sample(variational_model, 1, sizes[i], 2, 1, out, 0), sizes[i] >> 28 >> 28 ? INVALID : OK);
        CHECK(ae_vae_sample(variational_model, 1, 0, sizes[i], 0, NULL, 0), sizes[i] ? INVALID | SHAPE : OK);
        CHECK(ae_vae_sample(variational_model, 1, 0, 1, 0, out, sizes[i]), OK | SHAPE);
        if (sizes[i] >= SIZE_MAX / 8)
            CHECK(ae_vae_sample(variational_model, 1, 0, sizes[i], 0, out, 0), SHAPE);
    }
    EACH(i, enums)
        CHECK(ae_vae_sample(variational_model, 1, 0, 1, enums[i], out, 0), enums[i] & ~1 ? INVALID : OK);
}

static void sweep_ae_vae_evaluate(void)
{
    ae_vae_evaluation evaluation = {.struct_size = sizeof evaluation};
    double unit_kl[LATENT];
    CHECK(ae_vae_evaluate(NULL, data, 1, 1, unit_kl, &evaluation), INVALID);
    CHECK(ae_vae_evaluate(model, data, 1, 1, unit_kl, &evaluation), UNSUPPORTED);
    CHECK(ae_vae_evaluate(variational_model, NULL, 1, 1, unit_kl, &evaluation), INVALID);
    CHECK(ae_vae_evaluate(variational_model, data, 1, 1, unit_kl, NULL), INVALID);
    CHECK(ae_vae_evaluate(variational_model, data, 0, 1, unit_kl, &evaluation), INVALID);
    CHECK(ae_vae_evaluate(variational_model, data, 1, UINT64_MAX, NULL, &evaluation), OK);
    EACH(i, sizes) {
        evaluation.struct_size = sizes[i];
        CHECK(ae_vae_evaluate(variational_model, data, 1, 1, unit_kl, &evaluation), INVALID);
    }
}

/* ---- scaling and scores */

static void sweep_ae_model_fit_scaling(void)
{
    ae_model *own;
    ae_dataset *narrow;
    assert_int_equal(architecture_create(&own, ARCHITECTURE_LINEAR, runtime, 1), AE_OK);
    assert_int_equal(ae_dataset_from_memory(&narrow, runtime, x, ROWS, D - 1, D), AE_OK);
    CHECK(ae_model_fit_scaling(NULL, data, AE_SCALING_MINMAX), INVALID);
    CHECK(ae_model_fit_scaling(own, NULL, AE_SCALING_MINMAX), INVALID);
    CHECK(ae_model_fit_scaling(own, narrow, AE_SCALING_MINMAX), SHAPE);
    EACH(i, enums) {
        const bool known = enums[i] >= AE_SCALING_MINMAX && enums[i] <= AE_SCALING_ROBUST;
        CHECK(ae_model_fit_scaling(own, data, enums[i]), known ? OK : INVALID);
    }
    EACH(i, doubles) {
        float one[D] = {0};
        ae_dataset *dataset;
        one[2] = fabs(doubles[i]) > (double)FLT_MAX ? INFINITY : (float)doubles[i];
        assert_int_equal(ae_dataset_from_memory(&dataset, runtime, one, 1, D, 0), AE_OK);
        CHECK(ae_model_fit_scaling(own, dataset, AE_SCALING_STANDARD), isfinite(one[2]) ? OK : DATA);
        ae_dataset_free(dataset);
    }
    ae_dataset_free(narrow);
    ae_model_free(own);
}

static void sweep_ae_model_set_scaling(void)
{
    ae_model *own;
    float offset[D] = {0}, scale[D];
    assert_int_equal(architecture_create(&own, ARCHITECTURE_LINEAR, runtime, 1), AE_OK);
    for (size_t i = 0; i < D; i++)
        scale[i] = 1;
    CHECK(ae_model_set_scaling(NULL, offset, scale, D), INVALID);
    CHECK(ae_model_set_scaling(NULL, NULL, NULL, 0), INVALID);
    CHECK(ae_model_set_scaling(own, NULL, scale, D), INVALID);
    CHECK(ae_model_set_scaling(own, offset, NULL, D), INVALID);
    CHECK(ae_model_set_scaling(own, offset, scale, D), OK);
    EACH(i, sizes) {
        CHECK(ae_model_set_scaling(own, offset, scale, sizes[i]), SHAPE);
        CHECK(ae_model_set_scaling(own, NULL, NULL, sizes[i]), sizes[i] ? INVALID : OK);
    }
    EACH(i, doubles) {
        const float value = fabs(doubles[i]) > (double)FLT_MAX ? INFINITY : (float)doubles[i];
        offset[D - 1] = value;
        CHECK(ae_model_set_scaling(own, offset, scale, D), isfinite(value) ? OK : DATA);
        offset[D - 1] = 0;
        scale[D - 1] = value;
        CHECK(ae_model_set_scaling(own, offset, scale, D), DATA);
        scale[D - 1] = 1;
    }
    ae_model_free(own);
}

static void sweep_ae_model_scaling(void)
{
    assert_int_equal(CALL(ae_model_scaling(NULL)), AE_SCALING_NONE);
}

static void sweep_ae_model_get_scaling(void)
{
    CHECK(ae_model_get_scaling(NULL, out, out + D, D), INVALID);
    CHECK(ae_model_get_scaling(model, NULL, out, D), INVALID);
    CHECK(ae_model_get_scaling(model, out, NULL, D), INVALID);
    CHECK(ae_model_get_scaling(model, out, out + D, D), OK);
    EACH(i, sizes)
        CHECK(ae_model_get_scaling(model, out, out + D, sizes[i]), SHAPE);
}

static void sweep_ae_score(void)
{
    float bad[D] = {0};
    CHECK(ae_score(NULL, x, 1, 0, out, NULL, 0), INVALID);
    CHECK(ae_score(model, NULL, 1, 0, out, NULL, 0), INVALID);
    CHECK(ae_score(model, x, 1, 0, NULL, out, 0), INVALID);
    CHECK(ae_score(model, NULL, 0, 0, NULL, NULL, 0), OK);
    EACH(i, sizes) {
        CHECK(ae_score(model, NULL, sizes[i], 0, out, NULL, 0), sizes[i] ? INVALID | SHAPE : OK);
        CHECK(ae_score(model, x, 1, sizes[i], out, NULL, 0), OK | SHAPE);
        CHECK(ae_score(model, x, 1, 0, out, out + 1, sizes[i]), OK | SHAPE);
        if (sizes[i] >= SIZE_MAX / 8) {
            CHECK(ae_score(model, x, sizes[i], 0, out, NULL, 0), SHAPE);
            CHECK(ae_score(model, x, 2, sizes[i], out, NULL, 0), SHAPE);
            CHECK(ae_score(model, x, 2, 0, out, out, sizes[i]), SHAPE);
        }
    }
    bad[3] = 1.5f;
    CHECK(ae_score(sigmoid_model, bad, 1, 0, out, NULL, 0), DATA);
}

static void sweep_ae_model_fit_threshold(void)
{
    ae_model *own;
    ae_dataset *narrow;
    assert_int_equal(architecture_create(&own, ARCHITECTURE_LINEAR, runtime, 1), AE_OK);
    assert_int_equal(ae_dataset_from_memory(&narrow, runtime, x, ROWS, D - 1, D), AE_OK);
    CHECK(ae_model_fit_threshold(NULL, data, 0.1), INVALID);
    CHECK(ae_model_fit_threshold(own, NULL, 0.1), INVALID);
    CHECK(ae_model_fit_threshold(own, narrow, 0.1), SHAPE);
    CHECK(ae_model_fit_threshold(own, data, 0.5), OK);
    CHECK(ae_model_fit_threshold(own, data, nextafter(0.5, 1)), INVALID);
    EACH(i, doubles)
        CHECK(ae_model_fit_threshold(own, data, doubles[i]), doubles[i] > 0 && doubles[i] < 0.5 ? OK : INVALID);
    ae_dataset_free(narrow);
    ae_model_free(own);
}

static void sweep_ae_model_threshold(void)
{
    assert_true(isnan(CALL(ae_model_threshold(NULL))));
    assert_true(isnan(CALL(ae_model_threshold(model))));
}

static void sweep_ae_model_contamination(void)
{
    assert_true(CALL(ae_model_contamination(NULL)) == 0);
    assert_true(CALL(ae_model_contamination(model)) == 0);
}

static void sweep_ae_code_usage(void)
{
    ae_code_report report = {.struct_size = sizeof report};
    double mean[LATENT], active[LATENT];
    ae_dataset *narrow;
    assert_int_equal(ae_dataset_from_memory(&narrow, runtime, x, ROWS, D - 1, D), AE_OK);
    CHECK(ae_code_usage(NULL, data, mean, active, &report), INVALID);
    CHECK(ae_code_usage(model, NULL, mean, active, &report), INVALID);
    CHECK(ae_code_usage(model, data, mean, active, NULL), INVALID);
    CHECK(ae_code_usage(model, narrow, mean, active, &report), SHAPE);
    CHECK(ae_code_usage(model, data, NULL, NULL, &report), OK);
    EACH(i, sizes) {
        report.struct_size = sizes[i];
        CHECK(ae_code_usage(model, data, mean, active, &report), INVALID);
    }
    ae_dataset_free(narrow);
}

static void sweep_ae_code_path(void)
{
    CHECK(ae_code_path(NULL, x, LATENT, 0, 5, out), INVALID);
    CHECK(ae_code_path(x, NULL, LATENT, 0, 5, out), INVALID);
    CHECK(ae_code_path(x, x, LATENT, 0, 5, NULL), INVALID);
    EACH(i, enums)
        CHECK(ae_code_path(x, x + D, LATENT, enums[i], 5, out), enums[i] == 0 || enums[i] == 1 ? OK : INVALID);
    EACH(i, sizes) {
        CHECK(ae_code_path(x, x, sizes[i], 0, 5, NULL), INVALID);
        CHECK(ae_code_path(x, x, LATENT, 1, sizes[i], NULL), INVALID);
        if (sizes[i] < 2 || sizes[i] >= SIZE_MAX / 8) {
            CHECK(ae_code_path(x, x, LATENT, 1, sizes[i], out), INVALID);
            if (sizes[i] != 1)
                CHECK(ae_code_path(x, x, sizes[i], 1, 5, out), INVALID);
        }
    }
}

static void sweep_ae_code_grid(void)
{
    EACH(i, sizes) {
        CHECK(ae_code_grid(sizes[i], NULL), INVALID);
        CHECK(ae_code_grid(sizes[i], out), sizes[i] == 1 ? OK : INVALID);
    }
}

/* ---- dictionaries */

static void use_dictionary_options(const void *options)
{
    ae_model *made;
    CHECK_MADE(ae_dictionary_fit(&made, data, LATENT, options, NULL), OK | INVALID | MEMORY, made, ae_model_free);
}

static void sweep_ae_dictionary_fit(void)
{
    const field fields[] = {
        FIELD(ae_dictionary_options, SIZE, struct_size), FIELD(ae_dictionary_options, UINT64, seed),
        FIELD(ae_dictionary_options, DOUBLE, lambda), FIELD(ae_dictionary_options, INT32, method),
        FIELD(ae_dictionary_options, INT32, nonnegative_code), FIELD(ae_dictionary_options, INT32, nonnegative_atoms),
        FIELD(ae_dictionary_options, SIZE, batch_size), FIELD(ae_dictionary_options, DOUBLE, tolerance),
        FIELD(ae_dictionary_options, DOUBLE, min_improvement), FIELD(ae_dictionary_options, INT32, scaling),
        FIELD(ae_dictionary_options, INT32, reserved)};
    ae_dictionary_options options;
    ae_model *made;
    double objective;
    ae_dictionary_options_init(&options, sizeof options);
    options.runtime = runtime;
    options.iterations = 2;
    CHECK(ae_dictionary_fit(NULL, data, LATENT, &options, &objective), INVALID);
    CHECK_MADE(ae_dictionary_fit(&made, NULL, LATENT, &options, &objective), INVALID, made, ae_model_free);
    CHECK_MADE(ae_dictionary_fit(&made, data, LATENT, &options, NULL), OK, made, ae_model_free);
    EACH(i, sizes)
        CHECK_MADE(ae_dictionary_fit(&made, data, sizes[i], &options, &objective), sizes[i] == 1 ? OK : INVALID, made,
                   ae_model_free);
    for (options.method = AE_DICTIONARY_BATCH; options.method <= AE_DICTIONARY_ONLINE; options.method++)
        sweep_fields(&options, sizeof options, fields, COUNT(fields), use_dictionary_options);
}

static void sweep_ae_model_lasso(void)
{
    assert_true(CALL(ae_model_lasso(NULL)) == 0);
    assert_true(CALL(ae_model_lasso(model)) == 0);
}

/* ---- Gaussians pushed through a layer */

static ae_gaussian_map *new_map(ae_activation activation)
{
    static const float a[] = {1, 0.5f, -0.25f, 1}, b[] = {0, 1};
    ae_gaussian_map *map;
    assert_int_equal(ae_gaussian_map_create(&map, NULL, a, 2, 2, 0, b, activation, 0), AE_OK);
    return map;
}

static void sweep_ae_gaussian_map_create(void)
{
    ae_gaussian_map *made;
    CHECK(ae_gaussian_map_create(NULL, NULL, x, 2, 2, 0, x, AE_TANH, 0), INVALID);
    CHECK_MADE(ae_gaussian_map_create(&made, NULL, NULL, 2, 2, 0, x, AE_TANH, 0), INVALID, made, ae_gaussian_map_free);
    EACH(i, sizes) {
        if (sizes[i] == 0 || sizes[i] >= SIZE_MAX / 8) {
            CHECK_MADE(ae_gaussian_map_create(&made, NULL, x, sizes[i], 2, 0, x, AE_TANH, 0), INVALID | SHAPE, made,
                       ae_gaussian_map_free);
            CHECK_MADE(ae_gaussian_map_create(&made, NULL, x, 2, sizes[i], 0, x, AE_TANH, 0), INVALID | SHAPE, made,
                       ae_gaussian_map_free);
        }
    }
    EACH(i, enums)
        CHECK_MADE(ae_gaussian_map_create(&made, NULL, x, 2, 2, 0, x, enums[i], 0), OK | INVALID | UNSUPPORTED, made,
                   ae_gaussian_map_free);
}

static void sweep_ae_gaussian_map_free(void)
{
    CALL(ae_gaussian_map_free(NULL));
}

static void sweep_ae_gaussian_map_dim(void)
{
    assert_int_equal(CALL(ae_gaussian_map_dim(NULL)), 0);
}

static void sweep_ae_gaussian_map_latent_dim(void)
{
    assert_int_equal(CALL(ae_gaussian_map_latent_dim(NULL)), 0);
}

static void sweep_ae_gaussian_map_hidden_moments(void)
{
    ae_gaussian_map *map = new_map(AE_TANH);
    double numbers[4];
    CHECK(ae_gaussian_map_hidden_moments(NULL, numbers, numbers), INVALID);
    CHECK(ae_gaussian_map_hidden_moments(map, NULL, NULL), OK);
    ae_gaussian_map_free(map);
}

static void sweep_ae_gaussian_map_moments(void)
{
    ae_gaussian_map *map = new_map(AE_RELU), *tanh_map = new_map(AE_TANH);
    double numbers[4];
    CHECK(ae_gaussian_map_moments(NULL, numbers, numbers), INVALID);
    CHECK(ae_gaussian_map_moments(tanh_map, numbers, numbers), UNSUPPORTED);
    CHECK(ae_gaussian_map_moments(map, NULL, NULL), OK);
    ae_gaussian_map_free(map);
    ae_gaussian_map_free(tanh_map);
}

static void sweep_ae_gaussian_map_sample(void)
{
    ae_gaussian_map *map = new_map(AE_SIGMOID);
    CHECK(ae_gaussian_map_sample(NULL, 1, 0, 1, out, 0), INVALID);
    CHECK(ae_gaussian_map_sample(map, 1, 0, 1, NULL, 0), INVALID);
    EACH(i, sizes) {
        CHECK(ae_gaussian_map_sample(map, sizes[i], 0, 1, out, 0), OK);
        CHECK(ae_gaussian_map_sample(map, 1, sizes[i], 1, out, 0), OK | INVALID);
        CHECK(ae_gaussian_map_sample(map, 1, 0, 1, out, sizes[i]), OK | SHAPE);
        if (sizes[i] >= SIZE_MAX / 8)
            CHECK(ae_gaussian_map_sample(map, 1, 0, sizes[i], out, 0), INVALID | SHAPE);
    }
    ae_gaussian_map_free(map);
}

static void sweep_ae_gaussian_map_log_density(void)
{
    ae_gaussian_map *map = new_map(AE_TANH), *relu = new_map(AE_RELU);
    double log_p[2];
    CHECK(ae_gaussian_map_log_density(NULL, x, 1, 0, log_p), INVALID);
    CHECK(ae_gaussian_map_log_density(map, NULL, 1, 0, log_p), INVALID);
    CHECK(ae_gaussian_map_log_density(map, x, 1, 0, NULL), INVALID);
    CHECK(ae_gaussian_map_log_density(relu, x, 1, 0, log_p), UNSUPPORTED);
    EACH(i, sizes) {
        CHECK(ae_gaussian_map_log_density(map, x, 1, sizes[i], log_p), OK | SHAPE);
        if (sizes[i] >= SIZE_MAX / 8)
            CHECK(ae_gaussian_map_log_density(map, x, sizes[i], 0, log_p), INVALID | SHAPE);
    }
    ae_gaussian_map_free(map);
    ae_gaussian_map_free(relu);
}

static void sweep_ae_gaussian_map_zero_mass(void)
{
    ae_gaussian_map *map = new_map(AE_TANH), *relu = new_map(AE_RELU);
    double each[2], all;
    CHECK(ae_gaussian_map_zero_mass(NULL, each, &all), INVALID);
    CHECK(ae_gaussian_map_zero_mass(map, each, &all), UNSUPPORTED);
    CHECK(ae_gaussian_map_zero_mass(relu, NULL, NULL), OK);
    ae_gaussian_map_free(map);
    ae_gaussian_map_free(relu);
}

static void sweep_ae_gaussian_map_mixed_log_density(void)
{
    ae_gaussian_map *map = new_map(AE_TANH), *relu = new_map(AE_RELU);
    double log_p[2];
    CHECK(ae_gaussian_map_mixed_log_density(NULL, x, 1, 0, log_p), INVALID);
    CHECK(ae_gaussian_map_mixed_log_density(map, x, 1, 0, log_p), UNSUPPORTED);
    CHECK(ae_gaussian_map_mixed_log_density(relu, NULL, 1, 0, log_p), INVALID);
    CHECK(ae_gaussian_map_mixed_log_density(relu, x, 1, 0, NULL), INVALID);
    EACH(i, sizes)
        CHECK(ae_gaussian_map_mixed_log_density(relu, x, 1, sizes[i], log_p), OK | SHAPE);
    ae_gaussian_map_free(map);
    ae_gaussian_map_free(relu);
}

/* ---- principal components */

static void use_pca_options(const void *options)
{
    ae_model *made;
    CHECK_MADE(ae_pca_fit(&made, data, LATENT, options, NULL, NULL), OK | INVALID | MEMORY, made, ae_model_free);
}

static void sweep_ae_pca_fit(void)
{
    const field fields[] = {FIELD(ae_pca_options, SIZE, struct_size), FIELD(ae_pca_options, UINT64, seed),
                            FIELD(ae_pca_options, INT32, solver), FIELD(ae_pca_options, INT32, center),
                            FIELD(ae_pca_options, INT32, whiten), FIELD(ae_pca_options, SIZE, oversample),
                            FIELD(ae_pca_options, INT32, scaling), FIELD(ae_pca_options, INT32, reserved)};
    double variances[D], total;
    ae_pca_options options;
    ae_model *made;
    ae_pca_options_init(&options, sizeof options);
    options.runtime = runtime;
    CHECK(ae_pca_fit(NULL, data, LATENT, &options, variances, &total), INVALID);
    CHECK_MADE(ae_pca_fit(&made, NULL, LATENT, &options, variances, &total), INVALID, made, ae_model_free);
    CHECK_MADE(ae_pca_fit(&made, data, LATENT, NULL, variances, &total), OK, made, ae_model_free);
    EACH(i, sizes)
        CHECK_MADE(ae_pca_fit(&made, data, sizes[i], &options, variances, &total), sizes[i] == 1 ? OK : INVALID, made,
                   ae_model_free);
    for (options.solver = AE_PCA_AUTO; options.solver <= AE_PCA_RANDOMIZED; options.solver++)
        sweep_fields(&options, sizeof options, fields, COUNT(fields), use_pca_options);
    options.iterations = 0;
    use_pca_options(&options);
}

/* ---- files */

static void sweep_ae_model_save(void)
{
    CHECK(ae_model_save(NULL, "nowhere"), INVALID);
    CHECK(ae_model_save(model, NULL), INVALID);
    CHECK(ae_model_save(model, ""), IO | INVALID);
    CHECK(ae_model_save(model, "nowhere/at all"), IO);
    CHECK(ae_model_save(model, "."), IO);
}

static void sweep_ae_model_save_memory(void)
{
    static unsigned char bytes[10000];
    size_t size = 77;
    CHECK(ae_model_save_memory(NULL, bytes, sizeof bytes, &size), INVALID);
    CHECK(ae_model_save_memory(model, bytes, sizeof bytes, NULL), INVALID);
    CHECK(ae_model_save_memory(model, NULL, 0, &size), OK);
    assert_in_range(size, 100, sizeof bytes);
    EACH(i, sizes)
        CHECK(ae_model_save_memory(model, NULL, sizes[i], &size), sizes[i] ? INVALID : OK);
    CHECK(ae_model_save_memory(model, bytes, 0, &size), SHAPE);
    CHECK(ae_model_save_memory(model, bytes, 1, &size), SHAPE);
    CHECK(ae_model_save_memory(model, bytes, size - 1, &size), SHAPE);
    CHECK(ae_model_save_memory(model, bytes, SIZE_MAX, &size), OK);
}

static unsigned char saved[10000];
static size_t saved_size;

static void use_load_options(const void *options)
{
    ae_model *made;
    CHECK_MADE(ae_model_load_memory(&made, saved, saved_size, options), OK | INVALID | FORMAT | MEMORY, made,
               ae_model_free);
}

static void sweep_ae_model_load_memory(void)
{
    const field fields[] = {FIELD(ae_load_options, SIZE, struct_size), FIELD(ae_load_options, UINT64, max_bytes),
                            FIELD(ae_load_options, INT32, allow_non_finite), FIELD(ae_load_options, INT32, reserved)};
    ae_load_options options;
    ae_model *made;
    ae_load_options_init(&options, sizeof options);
    assert_int_equal(ae_model_save_memory(model, saved, sizeof saved, &saved_size), AE_OK);
    use_load_options(NULL);
    sweep_fields(&options, sizeof options, fields, COUNT(fields), use_load_options);
    CHECK(ae_model_load_memory(NULL, saved, saved_size, NULL), INVALID);
    EACH(i, sizes)
        CHECK_MADE(ae_model_load_memory(&made, NULL, sizes[i], NULL), INVALID, made, ae_model_free);
    CHECK_MADE(ae_model_load_memory(&made, saved, 0, NULL), FORMAT, made, ae_model_free);
    CHECK_MADE(ae_model_load_memory(&made, saved, 1, NULL), FORMAT, made, ae_model_free);
    CHECK_MADE(ae_model_load_memory(&made, saved, SIZE_MAX, NULL), FORMAT, made, ae_model_free);
}

static void sweep_ae_model_load(void)
{
    ae_load_options bad;
    ae_model *made;
    memset(&bad, 0xff, sizeof bad);
    CHECK(ae_model_load(NULL, "nowhere", NULL), INVALID);
    CHECK_MADE(ae_model_load(&made, NULL, NULL), INVALID, made, ae_model_free);
    CHECK_MADE(ae_model_load(&made, "nowhere", &bad), INVALID, made, ae_model_free);
    CHECK_MADE(ae_model_load(&made, "nowhere/at all", NULL), IO, made, ae_model_free);
    CHECK_MADE(ae_model_load(&made, "/dev/null", NULL), IO | FORMAT, made, ae_model_free);
}

/* ---- exchange */

static const char *exported; /* a path with the suffix that the format asks for */

static void use_export_c_options(const void *options)
{
    CHECK(ae_export_c(model, exported, options), OK | INVALID);
}

static void sweep_ae_export_c(void)
{
    const field fields[] = {FIELD(ae_export_c_options, SIZE, struct_size)};
    ae_export_c_options options;
    ae_export_c_options_init(&options, sizeof options);
    exported = "test_misuse_model.c";
    use_export_c_options(NULL);
    sweep_fields(&options, sizeof options, fields, COUNT(fields), use_export_c_options);
    options.prefix = "";
    CHECK(ae_export_c(model, exported, &options), INVALID);
    CHECK(ae_export_c(NULL, exported, NULL), INVALID);
    CHECK(ae_export_c(model, NULL, NULL), INVALID);
    CHECK(ae_export_c(model, "", NULL), INVALID);
    CHECK(ae_export_c(model, "nowhere", NULL), INVALID);
    CHECK(ae_export_c(model, "nowhere/at_all.c", NULL), IO);
    unlink("test_misuse_model.c");
    unlink("test_misuse_model.h");
}

static void use_export_onnx_options(const void *options)
{
    CHECK(ae_export_onnx(model, exported, options), OK | INVALID);
}

static void sweep_ae_export_onnx(void)
{
    const field fields[] = {FIELD(ae_export_onnx_options, SIZE, struct_size),
                            FIELD(ae_export_onnx_options, INT32, graph),
                            FIELD(ae_export_onnx_options, INT32, reserved)};
    ae_export_onnx_options options;
    ae_export_onnx_options_init(&options, sizeof options);
    exported = "test_misuse_model.onnx";
    use_export_onnx_options(NULL);
    sweep_fields(&options, sizeof options, fields, COUNT(fields), use_export_onnx_options);
    CHECK(ae_export_onnx(NULL, exported, NULL), INVALID);
    CHECK(ae_export_onnx(model, NULL, NULL), INVALID);
    CHECK(ae_export_onnx(model, "", NULL), IO | INVALID);
    CHECK(ae_export_onnx(model, "nowhere/at all", NULL), IO);
    unlink(exported);
}

static void use_import_options(const void *options)
{
    CHECK(ae_model_import_safetensors(model, exported, options), OK | INVALID | FORMAT);
}

static void sweep_ae_model_import_safetensors(void)
{
    const field fields[] = {FIELD(ae_import_options, SIZE, struct_size), FIELD(ae_import_options, UINT64, max_bytes),
                            FIELD(ae_import_options, INT32, ignore_extra), FIELD(ae_import_options, INT32, reserved)};
    ae_import_options options;
    ae_import_options_init(&options, sizeof options);
    exported = "test_misuse_model.safetensors";
    assert_int_equal(ae_model_save(model, exported), AE_OK);
    use_import_options(NULL);
    sweep_fields(&options, sizeof options, fields, COUNT(fields), use_import_options);
    options.prefix = "";
    CHECK(ae_model_import_safetensors(model, exported, &options), OK);
    options.prefix = "x";
    CHECK(ae_model_import_safetensors(model, exported, &options), FORMAT);
    CHECK(ae_model_import_safetensors(NULL, exported, NULL), INVALID);
    CHECK(ae_model_import_safetensors(model, NULL, NULL), INVALID);
    CHECK(ae_model_import_safetensors(model, "nowhere/at all", NULL), IO);
    CHECK(ae_model_import_safetensors(model, "/dev/null", NULL), IO | FORMAT);
    unlink(exported);
}

/* ---- the table */

typedef struct sweep {
    const char *name;
    void (*run)(void);
} sweep;

#define SWEEP(name) {#name, sweep_##name}

static const sweep sweeps[] = {
    SWEEP(ae_batch_norm_options_init),
    SWEEP(ae_cancel_create),
    SWEEP(ae_cancel_free),
    SWEEP(ae_cancel_request),
    SWEEP(ae_cancel_requested),
    SWEEP(ae_cancel_reset),
    SWEEP(ae_code_grid),
    SWEEP(ae_code_path),
    SWEEP(ae_code_usage),
    SWEEP(ae_corrupt),
    SWEEP(ae_corruption_init),
    SWEEP(ae_dataset_column_name),
    SWEEP(ae_dataset_columns),
    SWEEP(ae_dataset_free),
    SWEEP(ae_dataset_from_memory),
    SWEEP(ae_dataset_read_csv),
    SWEEP(ae_dataset_read_csv_memory),
    SWEEP(ae_dataset_read_idx),
    SWEEP(ae_dataset_read_idx_memory),
    SWEEP(ae_dataset_read_npy),
    SWEEP(ae_dataset_read_npy_memory),
    SWEEP(ae_dataset_row),
    SWEEP(ae_dataset_rows),
    SWEEP(ae_dataset_slice),
    SWEEP(ae_dataset_split),
    SWEEP(ae_decode),
    SWEEP(ae_dense_options_init),
    SWEEP(ae_dictionary_fit),
    SWEEP(ae_dictionary_options_init),
    SWEEP(ae_encode),
    SWEEP(ae_evaluate),
    SWEEP(ae_evaluate_targets),
    SWEEP(ae_export_c),
    SWEEP(ae_export_c_options_init),
    SWEEP(ae_export_onnx),
    SWEEP(ae_export_onnx_options_init),
    SWEEP(ae_fit),
    SWEEP(ae_fit_targets),
    SWEEP(ae_gaussian_map_create),
    SWEEP(ae_gaussian_map_dim),
    SWEEP(ae_gaussian_map_free),
    SWEEP(ae_gaussian_map_hidden_moments),
    SWEEP(ae_gaussian_map_latent_dim),
    SWEEP(ae_gaussian_map_log_density),
    SWEEP(ae_gaussian_map_mixed_log_density),
    SWEEP(ae_gaussian_map_moments),
    SWEEP(ae_gaussian_map_sample),
    SWEEP(ae_gaussian_map_zero_mass),
    SWEEP(ae_import_options_init),
    SWEEP(ae_last_error),
    SWEEP(ae_layer_list_add_activation),
    SWEEP(ae_layer_list_add_batch_norm),
    SWEEP(ae_layer_list_add_dense),
    SWEEP(ae_layer_list_add_dropout),
    SWEEP(ae_layer_list_create),
    SWEEP(ae_layer_list_free),
    SWEEP(ae_load_options_init),
    SWEEP(ae_model_code),
    SWEEP(ae_model_contamination),
    SWEEP(ae_model_copy_encoder),
    SWEEP(ae_model_create),
    SWEEP(ae_model_create_from_layers),
    SWEEP(ae_model_fit_scaling),
    SWEEP(ae_model_fit_threshold),
    SWEEP(ae_model_free),
    SWEEP(ae_model_get_scaling),
    SWEEP(ae_model_get_tensor),
    SWEEP(ae_model_history),
    SWEEP(ae_model_history_length),
    SWEEP(ae_model_import_safetensors),
    SWEEP(ae_model_input_dim),
    SWEEP(ae_model_lasso),
    SWEEP(ae_model_latent_dim),
    SWEEP(ae_model_load),
    SWEEP(ae_model_load_memory),
    SWEEP(ae_model_loss),
    SWEEP(ae_model_options_init),
    SWEEP(ae_model_output_dim),
    SWEEP(ae_model_parameter_count),
    SWEEP(ae_model_save),
    SWEEP(ae_model_save_memory),
    SWEEP(ae_model_scaling),
    SWEEP(ae_model_set_scaling),
    SWEEP(ae_model_set_tensor),
    SWEEP(ae_model_tensor_count),
    SWEEP(ae_model_tensor_name),
    SWEEP(ae_model_tensor_shape),
    SWEEP(ae_model_threshold),
    SWEEP(ae_pca_fit),
    SWEEP(ae_pca_options_init),
    SWEEP(ae_read_options_init),
    SWEEP(ae_reconstruct),
    SWEEP(ae_reconstruction_error),
    SWEEP(ae_runtime_create),
    SWEEP(ae_runtime_free),
    SWEEP(ae_runtime_kernels),
    SWEEP(ae_runtime_options_init),
    SWEEP(ae_runtime_threads),
    SWEEP(ae_score),
    SWEEP(ae_status_name),
    SWEEP(ae_train_options_init),
    SWEEP(ae_trainer_create),
    SWEEP(ae_trainer_epoch),
    SWEEP(ae_trainer_free),
    SWEEP(ae_trainer_set_learning_rate),
    SWEEP(ae_trainer_step),
    SWEEP(ae_trainer_memory),
    SWEEP(ae_trainer_steps),
    SWEEP(ae_vae_encode),
    SWEEP(ae_vae_evaluate),
    SWEEP(ae_vae_sample),
    SWEEP(ae_version),
    SWEEP(ae_version_number),
};

static void test_every_function(void **state)
{
    (void)state;
    EACH(i, sweeps) {
        const size_t before = calls;
        mark();
        sweeps[i].run();
        if (calls == before)
            fail_msg("%s: no call was counted", sweeps[i].name);
    }
    print_message("%zu functions, %zu calls\n", COUNT(sweeps), calls);
}

static int setup(void **state)
{
    ae_runtime_options options;
    (void)state;
    ae_runtime_options_init(&options, sizeof options);
    options.allocate = allocate;
    options.deallocate = deallocate;
    architecture_rows(x, ROWS, D, 1);
    return ae_runtime_create(&runtime, &options) != AE_OK ||
           architecture_create(&model, ARCHITECTURE_LINEAR, runtime, 1) != AE_OK ||
           architecture_create(&norm_model, ARCHITECTURE_NORM, runtime, 1) != AE_OK ||
           architecture_create(&sigmoid_model, ARCHITECTURE_DEEP, runtime, 1) != AE_OK ||
           architecture_create(&variational_model, ARCHITECTURE_VARIATIONAL, runtime, 1) != AE_OK ||
           ae_dataset_from_memory(&data, runtime, x, ROWS, D, 0) != AE_OK ||
           ae_cancel_create(&pulled, NULL) != AE_OK || (ae_cancel_request(pulled), 0);
}

static int teardown(void **state)
{
    (void)state;
    ae_model_free(model);
    ae_model_free(norm_model);
    ae_model_free(sigmoid_model);
    ae_model_free(variational_model);
    ae_dataset_free(data);
    ae_cancel_free(pulled);
    ae_runtime_free(runtime);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_function)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
