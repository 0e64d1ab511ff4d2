/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/reader_check.h"
#include "support/failing_alloc.h"
#include "base/runtime.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A runtime over `memory`, and options that use it. */
static ae_runtime *open_runtime(failing_alloc *memory, const ae_read_options *options, ae_read_options *own)
{
    ae_runtime *runtime = NULL;
    ae_runtime_options runtime_options;

    memset(&runtime_options, 0, sizeof runtime_options);
    runtime_options.struct_size = sizeof runtime_options;
    runtime_options.threads = 1;
    failing_alloc_init(memory);
    failing_alloc_options(memory, &runtime_options);
    aei_runtime_new(&runtime, &runtime_options);
    if (options)
        *own = *options;
    else
        ae_read_options_init(own, sizeof *own);
    own->runtime = runtime;
    return runtime;
}

/* Looks at all of a dataset. */
static const char *check_dataset(const ae_dataset *dataset)
{
    size_t rows = ae_dataset_rows(dataset), columns = ae_dataset_columns(dataset);
    volatile float sum = 0;
    volatile size_t letters = 0;

    if (!dataset || rows == 0 || columns == 0)
        return "AE_OK without a dataset";
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < columns; column++)
            sum = sum + ae_dataset_row(dataset, row)[column];
    for (size_t column = 0; column < columns; column++)
        if (ae_dataset_column_name(dataset, column))
            letters = letters + strlen(ae_dataset_column_name(dataset, column));
    return NULL;
}

static const char *check_refusal(const ae_dataset *dataset, ae_status status)
{
    if (dataset)
        return "a dataset after a failure";
    if (status != AE_ERROR_FORMAT && status != AE_ERROR_UNSUPPORTED && status != AE_ERROR_INVALID_ARGUMENT)
        return "a code that is not documented";
    if (strncmp(ae_last_error(), "memory: ", 8) != 0 || strlen(ae_last_error()) < 16)
        return "no message";
    return NULL;
}

const char *reader_check(read_function *read, const void *bytes, size_t size, const ae_read_options *options,
                         size_t unpacked, ae_status *status)
{
    failing_alloc memory;
    ae_read_options own;
    ae_runtime *runtime = open_runtime(&memory, options, &own);
    size_t before = memory.live_bytes;
    ae_dataset *dataset = (ae_dataset *)&own; /* must become NULL or a dataset */
    unsigned char *copy = malloc(size ? size : 1);
    const char *wrong = "no memory for the test";

    if (runtime && copy) {
        memcpy(copy, bytes, size);
        *status = read(&dataset, copy, size, &own);
        wrong = *status == AE_OK ? check_dataset(dataset) : check_refusal(dataset, *status);
        if (*status != AE_OK && memory.peak_bytes - before > 2 * (size + unpacked) + (1 << 20))
            wrong = "too much memory before a refusal";
        ae_dataset_free(dataset);
    }
    free(copy);
    aei_runtime_release(runtime);
    if (!failing_alloc_finish(&memory) && !wrong)
        wrong = "memory leaked or misused";
    return wrong;
}

const char *reader_check_memory(read_function *read, const void *bytes, size_t size, const ae_read_options *options,
                                size_t *failures)
{
    failing_alloc memory;
    ae_read_options own;
    ae_runtime *runtime = open_runtime(&memory, options, &own);
    const char *wrong = NULL;

    *failures = 0;
    for (int for_ever = 0; for_ever < 2 && !wrong; for_ever++)
        for (size_t n = 1; !wrong; n++) {
            ae_dataset *dataset = NULL;
            ae_status status;
            size_t before = memory.live_blocks;

            failing_alloc_fail_at(&memory, n, for_ever);
            status = read(&dataset, bytes, size, &own);
            *failures += memory.failed;
            if (memory.failed == 0) {
                wrong = status == AE_OK ? check_dataset(dataset) : ae_last_error();
                ae_dataset_free(dataset);
                break;
            }
            if (status != AE_ERROR_NO_MEMORY || dataset || !strstr(ae_last_error(), "out of memory"))
                wrong = "a failed allocation was not reported";
            if (memory.live_blocks != before)
                wrong = "memory leaked after a failed allocation";
        }
    failing_alloc_fail_at(&memory, 0, false);
    aei_runtime_release(runtime);
    if (!failing_alloc_finish(&memory) && !wrong)
        wrong = "memory leaked or misused";
    return wrong;
}

const char *reader_check_truncated(read_function *read, const void *bytes, size_t size, const ae_read_options *options,
                                   size_t *good)
{
    const char *wrong = NULL;
    ae_status status = AE_OK;

    *good = 0;
    for (size_t length = 0; length < size && !wrong; length++) {
        wrong = reader_check(read, bytes, length, options, 0, &status);
        *good += status == AE_OK;
    }
    return wrong;
}

const char *reader_check_mutated(read_function *read, const void *bytes, size_t size, const ae_read_options *options,
                                 size_t *refused)
{
    const unsigned char *original = bytes;
    unsigned char *copy = malloc(size);
    const char *wrong = NULL;
    ae_status status = AE_OK;

    if (!copy)
        return "no memory for the test";
    memcpy(copy, bytes, size);
    *refused = 0;
    for (size_t i = 0; i < size && !wrong; i++) {
        for (int change = 1; change < 256 && !wrong; change++) {
            copy[i] = (unsigned char)(original[i] ^ change);
            wrong = reader_check(read, copy, size, options, 0, &status);
            *refused += status != AE_OK;
        }
        copy[i] = original[i];
    }
    free(copy);
    return wrong;
}
