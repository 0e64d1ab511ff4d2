/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/runtime.h"
#include "data/dataset.h"
#include "support/failing_alloc.h"

enum { ROWS = 10, COLUMNS = 3, STRIDE = 4 };

/* Row r starts with r; the last float of each row is not part of it. */
static float values[ROWS * STRIDE];

static int fill_values(void **state)
{
    (void)state;
    for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < STRIDE; c++)
            values[r * STRIDE + c] = c < COLUMNS ? (float)(r + 100 * c) : NAN;
    return 0;
}

static ae_dataset *make_view(ae_runtime *runtime)
{
    ae_dataset *dataset = NULL;

    assert_int_equal(aei_dataset_view(&dataset, runtime, values, ROWS, COLUMNS, STRIDE), AE_OK);
    return dataset;
}

/* A dataset that owns a copy of `values`, its columns named a, (none), c. */
static ae_dataset *make_owner(ae_runtime *runtime)
{
    ae_dataset *dataset = NULL;
    float *copy = NULL;
    char **names = aei_alloc(runtime, COLUMNS * sizeof *names + 4);
    char *text = (char *)(names + COLUMNS);

    assert_int_equal(aei_dataset_allocate_values(&copy, runtime, ROWS, COLUMNS, 0, "test"), AE_OK);
    for (int r = 0; r < ROWS; r++)
        memcpy(copy + r * COLUMNS, values + r * STRIDE, COLUMNS * sizeof *copy);
    memcpy(text, "a\0c", 4);
    names[0] = text, names[1] = NULL, names[2] = text + 2;
    assert_int_equal(aei_dataset_adopt(&dataset, runtime, copy, ROWS, COLUMNS, names), AE_OK);
    return dataset;
}

static size_t first_value(const ae_dataset *dataset, size_t row)
{
    return (size_t)aei_dataset_row(dataset, row)[0];
}

static ae_runtime *make_runtime(failing_alloc *memory)
{
    ae_runtime *runtime = NULL;
    ae_runtime_options options = {.struct_size = sizeof options, .threads = 1};

    failing_alloc_init(memory);
    failing_alloc_options(memory, &options);
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    return runtime;
}

static void test_view_uses_the_memory_in_place(void **state)
{
    (void)state;
    ae_dataset *dataset = make_view(NULL);

    for (size_t r = 0; r < ROWS; r++)
        assert_ptr_equal(aei_dataset_row(dataset, r), values + r * STRIDE);
    assert_int_equal(dataset->rows, ROWS);
    assert_int_equal(dataset->columns, COLUMNS);
    assert_null(aei_dataset_column_name(dataset, 0));
    aei_dataset_free(dataset);
    aei_dataset_free(NULL);
}

static void test_views_share_what_was_read(void **state)
{
    (void)state;
    failing_alloc memory;
    ae_runtime *runtime = make_runtime(&memory);
    ae_dataset *owner = make_owner(runtime), *slice = NULL, *first = NULL, *second = NULL;
    const float *row = aei_dataset_row(owner, 3);

    aei_runtime_release(runtime); /* the datasets keep it */
    assert_int_equal(aei_dataset_slice(&slice, owner, 2, 5), AE_OK);
    assert_int_equal(aei_dataset_split(owner, 0.5, 1, &first, &second), AE_OK);
    aei_dataset_free(owner);
    assert_ptr_equal(aei_dataset_row(slice, 1), row);
    assert_int_equal(slice->rows, 5);
    assert_string_equal(aei_dataset_column_name(slice, 0), "a");
    assert_null(aei_dataset_column_name(first, 1));
    assert_string_equal(aei_dataset_column_name(second, 2), "c");
    aei_dataset_free(slice);
    aei_dataset_free(first);
    assert_true(first_value(second, 4) < ROWS);
    aei_dataset_free(second);
    assert_true(failing_alloc_finish(&memory));
}

/* Both parts in the order of the rows, each row in one of them. */
static void assert_is_split(const ae_dataset *first, const ae_dataset *second, size_t count)
{
    int seen[ROWS] = {0};

    assert_int_equal(second->rows, count);
    assert_int_equal(first->rows, ROWS - count);
    for (size_t r = 0; r < first->rows; r++) {
        seen[first_value(first, r)]++;
        assert_true(r == 0 || first_value(first, r - 1) < first_value(first, r));
    }
    for (size_t r = 0; r < second->rows; r++) {
        seen[first_value(second, r)]++;
        assert_true(r == 0 || first_value(second, r - 1) < first_value(second, r));
    }
    for (int r = 0; r < ROWS; r++)
        assert_int_equal(seen[r], 1);
}

static void test_split(void **state)
{
    (void)state;
    const struct {
        double fraction;
        size_t count;
    } cases[] = {{0.3, 3}, {0.25, 3}, {0.24, 2}, {0.5, 5}, {1e-9, 1}, {0.9999, 9}};
    ae_dataset *dataset = make_view(NULL);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ae_dataset *first = NULL, *second = NULL;
        assert_int_equal(aei_dataset_split(dataset, cases[i].fraction, i, &first, &second), AE_OK);
        assert_is_split(first, second, cases[i].count);
        aei_dataset_free(first);
        aei_dataset_free(second);
    }
    aei_dataset_free(dataset);
}

static void test_split_follows_the_seed(void **state)
{
    (void)state;
    ae_dataset *dataset = make_view(NULL);
    unsigned drawn[64];
    size_t different = 0, times_drawn[ROWS] = {0};

    for (uint64_t seed = 0; seed < 64; seed++) {
        unsigned again = 0;
        drawn[seed] = 0;
        for (int repeat = 0; repeat < 2; repeat++) {
            ae_dataset *first = NULL, *second = NULL;
            assert_int_equal(aei_dataset_split(dataset, 0.5, seed, &first, &second), AE_OK);
            for (size_t r = 0; r < second->rows; r++)
                *(repeat ? &again : &drawn[seed]) |= 1u << first_value(second, r);
            aei_dataset_free(first);
            aei_dataset_free(second);
        }
        assert_int_equal(drawn[seed], again);
        different += drawn[seed] != drawn[0];
        for (size_t r = 0; r < ROWS; r++)
            times_drawn[r] += drawn[seed] >> r & 1;
    }
    assert_true(different > 56);
    for (size_t r = 0; r < ROWS; r++) /* 32 expected, standard deviation 4 */
        assert_in_range(times_drawn[r], 16, 48);
    aei_dataset_free(dataset);
}

static void test_parts_of_parts(void **state)
{
    (void)state;
    ae_dataset *dataset = make_owner(NULL), *first = NULL, *second = NULL, *slice = NULL, *a = NULL, *b = NULL;
    size_t expected[3], at = 0;

    assert_int_equal(aei_dataset_split(dataset, 0.4, 7, &first, &second), AE_OK);
    for (size_t i = 0; i < 3; i++)
        expected[i] = first_value(first, 2 + i);
    assert_int_equal(aei_dataset_slice(&slice, first, 2, 3), AE_OK);
    aei_dataset_free(first); /* with its row numbers, of which the slice has its own */
    aei_dataset_free(dataset);
    assert_int_equal(slice->rows, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(first_value(slice, i), expected[i]);

    assert_int_equal(aei_dataset_split(slice, 0.34, 7, &a, &b), AE_OK);
    assert_int_equal(a->rows, 2);
    assert_int_equal(b->rows, 1);
    for (size_t i = 0; i < 3; i++) {
        int in_b = first_value(b, 0) == expected[i];
        if (!in_b)
            assert_int_equal(first_value(a, at++), expected[i]);
    }
    assert_int_equal(at, 2);
    aei_dataset_free(a);
    aei_dataset_free(b);
    aei_dataset_free(slice);
    aei_dataset_free(second);
}

static void test_slice_with_stride(void **state)
{
    (void)state;
    ae_dataset *dataset = make_view(NULL), *slice = NULL, *inner = NULL;

    assert_int_equal(aei_dataset_slice(&slice, dataset, 4, 6), AE_OK);
    assert_int_equal(aei_dataset_slice(&inner, slice, 5, 1), AE_OK);
    assert_ptr_equal(aei_dataset_row(slice, 5), values + 9 * STRIDE);
    assert_ptr_equal(aei_dataset_row(inner, 0), values + 9 * STRIDE);
    aei_dataset_free(dataset);
    aei_dataset_free(slice);
    aei_dataset_free(inner);
}

static void test_too_many_values(void **state)
{
    (void)state;
    float *block = (float *)values;

    assert_int_equal(aei_dataset_allocate_values(&block, NULL, 100, 10, 3999, "x.npy"), AE_ERROR_FORMAT);
    assert_null(block);
    assert_string_equal(ae_last_error(), "x.npy: 100 rows of 10 columns take more memory than max_bytes, 3999");
    assert_int_equal(aei_dataset_allocate_values(&block, NULL, 100, 10, 4000, "x.npy"), AE_OK);
    aei_free(NULL, block);
    assert_int_equal(aei_dataset_allocate_values(&block, NULL, SIZE_MAX / 4, 4, 0, "x.npy"), AE_ERROR_FORMAT);
    assert_int_equal(aei_dataset_allocate_values(&block, NULL, SIZE_MAX / 4, 2, 0, "x.npy"), AE_ERROR_FORMAT);
    assert_int_equal(aei_dataset_allocate_values(&block, NULL, SIZE_MAX / 4, 5, 0, "x.npy"), AE_ERROR_FORMAT);
}

static void test_check_accepts(void **state)
{
    (void)state;
    const float good[] = {0.0f, -0.0f, 1.0f, 0.5f, 1e-45f, -NAN}; /* the last is not part of the row */
    ae_dataset *dataset = make_view(NULL);

    assert_int_equal(aei_dataset_check(dataset, 0, "data"), AE_OK); /* the NaN between the rows does not count */
    assert_int_equal(aei_rows_check(values, ROWS, COLUMNS, STRIDE, 0, "data"), AE_OK);
    assert_int_equal(aei_rows_check(good, 1, 5, 6, 1, "data"), AE_OK);
    aei_dataset_free(dataset);
}

static void test_check_finds_every_place(void **state)
{
    (void)state;
    const struct {
        float value;
        int unit_interval;
        const char *text;
    } cases[] = {
        {NAN, 0, "nan"},
        {INFINITY, 0, "inf"},
        {-INFINITY, 1, "-inf"},
        {-1e-45f, 1, "-1.40129846e-45, outside [0, 1]"},
        {1.00000012f, 1, "1.00000012, outside [0, 1]"},
        {-3, 1, "-3, outside [0, 1]"},
    };
    enum { N = 37 }; /* no multiple of a vector's length */
    float rows[3 * N];
    char expected[128];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t place = 0; place < 3 * N; place++) {
            for (size_t k = 0; k < 3 * N; k++)
                rows[k] = k < place ? 0.5f : 1.0f;
            rows[place] = cases[i].value;
            if (place + 1 < 3 * N)
                rows[place + 1] = cases[i].value; /* the first is named */
            assert_int_equal(aei_rows_check(rows, 3, N, N, cases[i].unit_interval, "training data"), AE_ERROR_DATA);
            snprintf(expected, sizeof expected, "training data: value at row %zu, column %zu is %s", place / N,
                     place % N, cases[i].text);
            assert_string_equal(ae_last_error(), expected);
            if (isfinite(cases[i].value))
                assert_int_equal(aei_rows_check(rows, 3, N, N, 0, "training data"), AE_OK);
        }
}

static void test_check_counts_the_rows_of_a_part(void **state)
{
    (void)state;
    float x[4] = {0, 1, NAN, 3};
    ae_dataset *dataset = NULL, *slice = NULL;

    assert_int_equal(aei_dataset_view(&dataset, NULL, x, 4, 1, 1), AE_OK);
    assert_int_equal(aei_dataset_slice(&slice, dataset, 1, 3), AE_OK);
    assert_int_equal(aei_dataset_check(slice, 0, "validation data"), AE_ERROR_DATA);
    assert_string_equal(ae_last_error(), "validation data: value at row 1, column 0 is nan");
    aei_dataset_free(slice);
    aei_dataset_free(dataset);
}

/* One call on each kind of dataset, every allocation of it failing in turn. */
static void test_failing_allocations(void **state)
{
    (void)state;
    failing_alloc memory;
    ae_runtime *runtime = make_runtime(&memory);
    ae_dataset *dataset = make_owner(runtime), *part = NULL, *rest = NULL, *first, *second;
    size_t refused = 0;

    assert_int_equal(aei_dataset_split(dataset, 0.5, 1, &rest, &part), AE_OK);
    for (int call = 0; call < 5; call++)
        for (size_t n = 1;; n++) {
            size_t before = memory.live_blocks; /* on failure, all is as it was */
            ae_status status = AE_OK;
            float *block = NULL;
            char **names = NULL;

            failing_alloc_fail_at(&memory, 0, false);
            first = second = NULL;
            if (call == 4) {
                block = aei_alloc(runtime, sizeof *block);
                names = aei_alloc(runtime, sizeof *names);
                names[0] = NULL;
            }
            failing_alloc_fail_at(&memory, n, n % 2);
            switch (call) {
            case 0:
                status = aei_dataset_view(&first, runtime, values, ROWS, COLUMNS, STRIDE);
                break;
            case 1:
                status = aei_dataset_slice(&first, dataset, 1, 2);
                break;
            case 2:
                status = aei_dataset_slice(&first, part, 1, 2);
                break;
            case 3:
                status = aei_dataset_split(part, 0.5, 1, &first, &second);
                break;
            case 4:
                status = aei_dataset_adopt(&first, runtime, block, 1, 1, names); /* takes both blocks over */
                break;
            }
            if (memory.failed == 0) {
                assert_int_equal(status, AE_OK);
                aei_dataset_free(first);
                aei_dataset_free(second);
                break;
            }
            refused++;
            assert_int_equal(status, AE_ERROR_NO_MEMORY);
            assert_null(first);
            assert_null(second);
            assert_int_equal(memory.live_blocks, before);
        }
    assert_int_equal(refused, 1 + 1 + 1 + 4 + 2);
    failing_alloc_fail_at(&memory, 0, false);
    aei_dataset_free(part);
    aei_dataset_free(rest);
    aei_dataset_free(dataset);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_view_uses_the_memory_in_place),
        cmocka_unit_test(test_views_share_what_was_read),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_split_follows_the_seed),
        cmocka_unit_test(test_parts_of_parts),
        cmocka_unit_test(test_slice_with_stride),
        cmocka_unit_test(test_too_many_values),
        cmocka_unit_test(test_check_accepts),
        cmocka_unit_test(test_check_finds_every_place),
        cmocka_unit_test(test_check_counts_the_rows_of_a_part),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, fill_values, NULL);
}
