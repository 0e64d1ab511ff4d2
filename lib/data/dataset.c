/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/dataset.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/rng.h"
#include "base/runtime.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

/* What all views of one file share. Its runtime is that of any of them. */
struct aei_storage {
    atomic_size_t references;
    float *values;
    char **names; /* NULL, or [columns] */
};

static void storage_release(const ae_runtime *runtime, struct aei_storage *storage)
{
    if (!storage || atomic_fetch_sub(&storage->references, 1) != 1)
        return;
    aei_free(runtime, storage->values);
    aei_free(runtime, storage->names);
    aei_free(runtime, storage);
}

/* A dataset with the fields of `like`, whose storage it shares, and room for `indices` row numbers behind it. */
static ae_dataset *dataset_new(const ae_dataset *like, size_t indices, size_t **index)
{
    size_t bytes;
    ae_dataset *dataset = NULL;

    if (!aei_size_mul(indices, sizeof **index, &bytes) || !aei_size_add(bytes, sizeof *dataset, &bytes)) {
        aei_fail(AE_ERROR_NO_MEMORY, "out of memory: %zu row numbers", indices);
        return NULL;
    }
    dataset = aei_alloc(like->runtime, bytes);
    if (!dataset)
        return NULL;
    *dataset = *like;
    aei_runtime_retain(dataset->runtime);
    if (dataset->storage)
        atomic_fetch_add(&dataset->storage->references, 1);
    if (index)
        dataset->index = *index = (size_t *)(dataset + 1);
    return dataset;
}

void aei_dataset_free(ae_dataset *dataset)
{
    ae_runtime *runtime;

    if (!dataset)
        return;
    runtime = dataset->runtime;
    storage_release(runtime, dataset->storage);
    aei_free(runtime, dataset);
    aei_runtime_release(runtime);
}

ae_status aei_dataset_view(ae_dataset **out, ae_runtime *runtime, const float *values, size_t rows, size_t columns,
                           size_t stride)
{
    ae_dataset view = {.runtime = runtime, .values = values, .rows = rows, .columns = columns, .stride = stride};

    *out = dataset_new(&view, 0, NULL);
    return *out ? AE_OK : AE_ERROR_NO_MEMORY;
}

ae_status aei_dataset_allocate_values(float **out, const ae_runtime *runtime, size_t rows, size_t columns,
                                      uint64_t max_bytes, const char *name)
{
    size_t bytes;

    *out = NULL;
    if (!aei_size_mul(rows, columns, &bytes) || !aei_size_mul(bytes, sizeof **out, &bytes) ||
        (max_bytes != 0 && bytes > max_bytes))
        return aei_fail(AE_ERROR_FORMAT, "%s: %zu rows of %zu columns take more memory than max_bytes, %" PRIu64, name,
                        rows, columns, max_bytes);
    *out = aei_alloc(runtime, bytes);
    return *out ? AE_OK : AE_ERROR_NO_MEMORY;
}

ae_status aei_dataset_adopt(ae_dataset **out, ae_runtime *runtime, float *values, size_t rows, size_t columns,
                            char **names)
{
    ae_status status = AE_OK;
    struct aei_storage *storage = aei_alloc(runtime, sizeof *storage);

    *out = NULL;
    if (!storage) {
        aei_free(runtime, values);
        aei_free(runtime, names);
        return AE_ERROR_NO_MEMORY;
    }
    atomic_init(&storage->references, 1);
    storage->values = values;
    storage->names = names;

    status = aei_dataset_view(out, runtime, values, rows, columns, columns);
    if (status == AE_OK) {
        (*out)->storage = storage;
        storage = NULL; /* the dataset has the first reference */
    }
    storage_release(runtime, storage);
    return status;
}

/* Marks `count` rows drawn at random without replacement. */
static ae_status draw_rows(const ae_dataset *dataset, size_t count, uint64_t seed, unsigned char **out)
{
    size_t rows = dataset->rows;
    aei_rng rng = aei_rng_stream(seed, AEI_RNG_SPLIT, 0, 0);
    unsigned char *drawn = aei_calloc(dataset->runtime, rows, 1);
    size_t *order = aei_alloc_array(dataset->runtime, rows, sizeof *order);

    *out = NULL;
    if (drawn && order) {
        aei_rng_permutation(&rng, rows, order);
        for (size_t i = 0; i < count; i++)
            drawn[order[i]] = 1;
        *out = drawn;
        drawn = NULL;
    }
    aei_free(dataset->runtime, order);
    aei_free(dataset->runtime, drawn);
    return *out ? AE_OK : AE_ERROR_NO_MEMORY;
}

ae_status aei_dataset_split(const ae_dataset *dataset, double fraction, uint64_t seed, ae_dataset **first,
                            ae_dataset **second)
{
    ae_status status;
    size_t rows = dataset->rows, count = (size_t)(fraction * (double)rows + 0.5), *rest_index, *drawn_index;
    ae_dataset *rest = NULL, *drawn = NULL;
    unsigned char *is_drawn = NULL;

    *first = *second = NULL;
    if (count < 1)
        count = 1;
    if (count > rows - 1)
        count = rows - 1;

    status = draw_rows(dataset, count, seed, &is_drawn);
    if (status != AE_OK)
        goto cleanup;
    status = AE_ERROR_NO_MEMORY;
    rest = dataset_new(dataset, rows - count, &rest_index);
    drawn = dataset_new(dataset, count, &drawn_index);
    if (!rest || !drawn)
        goto cleanup;

    rest->rows = rows - count;
    drawn->rows = count;
    for (size_t row = 0; row < rows; row++) {
        size_t number = dataset->index ? dataset->index[row] : row;
        if (is_drawn[row])
            *drawn_index++ = number;
        else
            *rest_index++ = number;
    }
    *first = rest, *second = drawn;
    rest = drawn = NULL;
    status = AE_OK;
cleanup:
    aei_dataset_free(rest);
    aei_dataset_free(drawn);
    aei_free(dataset->runtime, is_drawn);
    return status;
}

ae_status aei_dataset_slice(ae_dataset **out, const ae_dataset *dataset, size_t first_row, size_t rows)
{
    size_t *index;
    ae_dataset *slice;

    *out = NULL;
    if (dataset->index) { /* row numbers are part of the dataset they belong to, so the slice has its own */
        slice = dataset_new(dataset, rows, &index);
        if (slice)
            memcpy(index, dataset->index + first_row, rows * sizeof *index);
    } else {
        slice = dataset_new(dataset, 0, NULL);
        if (slice)
            slice->values += first_row * dataset->stride;
    }
    if (!slice)
        return AE_ERROR_NO_MEMORY;
    slice->rows = rows;
    *out = slice;
    return AE_OK;
}

const char *aei_dataset_column_name(const ae_dataset *dataset, size_t column)
{
    char **names = dataset->storage ? dataset->storage->names : NULL;

    return names ? names[column] : NULL;
}

/* An infinity or NaN has all exponent bits set: adding 1 to such an exponent carries into the top bit. Without a branch
 * and without floating-point exceptions, so that the compiler makes vector instructions of the loop. */
static int all_finite(const float *x, size_t n)
{
    uint32_t carry = 0, bits;

    for (size_t i = 0; i < n; i++) {
        memcpy(&bits, x + i, sizeof bits);
        carry |= (bits & UINT32_C(0x7f800000)) + UINT32_C(0x00800000);
    }
    return !(carry & UINT32_C(0x80000000));
}

static int outside_unit_interval(float x)
{
    return (x < 0.0f) | (x > 1.0f);
}

/* For finite values. */
static int all_in_unit_interval(const float *x, size_t n)
{
    int outside = 0;

    for (size_t i = 0; i < n; i++)
        outside |= outside_unit_interval(x[i]);
    return !outside;
}

/* A fast look at the whole row; only in a bad one are the columns looked at one by one. */
static ae_status check_row(const float *x, size_t columns, int unit_interval, const char *what, size_t row)
{
    char number[32];
    size_t column = 0;

    if (!all_finite(x, columns)) {
        while (all_finite(x + column, 1))
            column++;
        return aei_fail(AE_ERROR_DATA, "%s: value at row %zu, column %zu is %s", what, row, column,
                        aei_format_double(x[column], 6, number, sizeof number));
    }
    if (unit_interval && !all_in_unit_interval(x, columns)) {
        while (!outside_unit_interval(x[column]))
            column++;
        return aei_fail(AE_ERROR_DATA, "%s: value at row %zu, column %zu is %s, outside [0, 1]", what, row, column,
                        aei_format_double(x[column], 9, number, sizeof number));
    }
    return AE_OK;
}

ae_status aei_dataset_check(const ae_dataset *dataset, int unit_interval, const char *what)
{
    ae_status status = AE_OK;

    for (size_t row = 0; row < dataset->rows && status == AE_OK; row++)
        status = check_row(aei_dataset_row(dataset, row), dataset->columns, unit_interval, what, row);
    return status;
}

ae_status aei_rows_check(const float *values, size_t rows, size_t columns, size_t stride, int unit_interval,
                         const char *what)
{
    ae_status status = AE_OK;

    for (size_t row = 0; row < rows && status == AE_OK; row++)
        status = check_row(values + row * stride, columns, unit_interval, what, row);
    return status;
}
