/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "data/batch.h"
#include "data/scaling.h"
#include "support/failing_alloc.h"

enum { ROWS = 5, D = 4, STRIDE = 5 };

/* Columns: an outlier, negative numbers, a constant that is no sum of powers of 2, a large offset; then a gap. */
static const float values[ROWS][STRIDE] = {
    {1, -3, 0.1f, 100000.5f, NAN}, {2, -1, 0.1f, 100001, NAN}, {3, -2, 0.1f, 100000, NAN},
    {4, -5, 0.1f, 100002, NAN},    {100, -4, 0.1f, 100001.5f, NAN},
};
static const ae_dataset whole = {.values = values[0], .rows = ROWS, .columns = D, .stride = STRIDE};

static void check(ae_scaling kind, const float *offset, const float *scale)
{
    aei_scaling s;
    assert_int_equal(aei_scaling_fit(&s, NULL, &whole, kind), AE_OK);
    assert_int_equal(s.kind, kind);
    assert_int_equal(s.columns, D);
    for (size_t j = 0; j < D; j++) {
        assert_true(s.offset[j] == offset[j]);
        assert_true(fabsf(s.scale[j] - scale[j]) <= FLT_EPSILON * scale[j]);
    }
    aei_scaling_clear(&s, NULL);
    assert_int_equal(s.kind, AE_SCALING_NONE);
    assert_null(s.offset);
}

static void test_kinds(void **state)
{
    const float deviation = 39.01281840626232f, root_2 = 1.4142135623730951f;
    (void)state;
    check(AE_SCALING_MINMAX, (const float[]){1, -5, 0.1f, 100000}, (const float[]){99, 4, 1, 2});
    check(AE_SCALING_STANDARD, (const float[]){22, -3, 0.1f, 100001},
          (const float[]){deviation, root_2, 1, root_2 / 2});
    check(AE_SCALING_ROBUST, (const float[]){3, -3, 0.1f, 100001}, (const float[]){2, 2, 1, 1});
}

/* The rows of a split are found through its own numbers. */
static void test_split_and_single_row(void **state)
{
    static const size_t index[2] = {4, 0};
    const ae_dataset split = {.values = values[0], .rows = 2, .columns = 2, .stride = STRIDE, .index = index};
    aei_scaling s;
    (void)state;
    assert_int_equal(aei_scaling_fit(&s, NULL, &split, AE_SCALING_MINMAX), AE_OK);
    assert_true(s.offset[0] == 1 && s.scale[0] == 99 && s.offset[1] == -4 && s.scale[1] == 1);
    aei_scaling_clear(&s, NULL);
    const ae_dataset row = {.values = values[1], .rows = 1, .columns = D, .stride = STRIDE};
    for (ae_scaling kind = AE_SCALING_MINMAX; kind <= AE_SCALING_ROBUST; kind++) {
        assert_int_equal(aei_scaling_fit(&s, NULL, &row, kind), AE_OK);
        for (size_t j = 0; j < D; j++)
            assert_true(s.offset[j] == values[1][j] && s.scale[j] == 1);
        aei_scaling_clear(&s, NULL);
    }
}

/* More columns than are taken out at a time, each a shuffled run of whole numbers of its own size. */
static void test_many_columns(void **state)
{
    enum { N = 41, WIDE = 37 };
    static float x[N][WIDE];
    const ae_dataset dataset = {.values = x[0], .rows = N, .columns = WIDE, .stride = WIDE};
    aei_scaling s;
    (void)state;
    for (size_t r = 0; r < N; r++)
        for (size_t j = 0; j < WIDE; j++)
            x[r][j] = (float)((r * 7 + j) % N * (j + 1));
    assert_int_equal(aei_scaling_fit(&s, NULL, &dataset, AE_SCALING_ROBUST), AE_OK);
    for (size_t j = 0; j < WIDE; j++)
        assert_true(s.offset[j] == 20 * (float)(j + 1) && s.scale[j] == 20 * (float)(j + 1));
    aei_scaling_clear(&s, NULL);
}

/* Min-max fills [0, 1] exactly, whatever the numbers: a cross-entropy refuses the next float above 1. */
static void test_minmax_ends_at_one(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        const float x[2] = {(float)(i * 37 % 1009) * 0.1f - 33.3f, (float)(i * i % 997) * 1.7e5f + 0.01f};
        const ae_dataset dataset = {.values = x, .rows = 2, .columns = 1, .stride = 1};
        aei_scaling s;
        assert_int_equal(aei_scaling_fit(&s, NULL, &dataset, AE_SCALING_MINMAX), AE_OK);
        if (x[0] != x[1])
            assert_true(aei_scaled(&s, x[0] < x[1] ? x[0] : x[1], 0) == 0 &&
                        aei_scaled(&s, x[0] < x[1] ? x[1] : x[0], 0) == 1);
        aei_scaling_clear(&s, NULL);
    }
}

static void test_too_wide(void **state)
{
    const float wide[2][2] = {{0, -3e38f}, {1, 3e38f}};
    const float far[5][1] = {{0}, {1e-30f}, {2e-30f}, {3e-30f}, {1e20f}}, fine[2][1] = {{0}, {1e-40f}};
    const ae_dataset a = {.values = wide[0], .rows = 2, .columns = 2, .stride = 2};
    const ae_dataset b = {.values = far[0], .rows = 5, .columns = 1, .stride = 1};
    const ae_dataset c = {.values = fine[0], .rows = 2, .columns = 1, .stride = 1};
    aei_scaling s;
    (void)state;
    assert_int_equal(aei_scaling_fit(&s, NULL, &a, AE_SCALING_MINMAX), AE_ERROR_DATA);
    assert_non_null(strstr(aei_error_text(), "column 1, from -3e+38 to 3e+38"));
    assert_int_equal(s.kind, AE_SCALING_NONE);
    assert_null(s.offset);
    assert_int_equal(aei_scaling_fit(&s, NULL, &b, AE_SCALING_ROBUST), AE_ERROR_DATA);
    assert_int_equal(aei_scaling_fit(&s, NULL, &c, AE_SCALING_MINMAX), AE_OK);
    assert_true(s.scale[0] == 1); /* a spread that is no normal float counts as none */
    aei_scaling_clear(&s, NULL);
}

static void test_given_numbers(void **state)
{
    const float offset[2] = {1, -2}, scale[2] = {2, FLT_MIN};
    const float bad_offsets[] = {NAN, INFINITY, -INFINITY};
    const float bad_scales[] = {NAN, INFINITY, -1, 0, FLT_MIN / 2, -0.0f};
    aei_scaling s;
    (void)state;
    assert_int_equal(aei_scaling_from(&s, NULL, AE_SCALING_GIVEN, offset, scale, 2), AE_OK);
    assert_memory_equal(s.offset, offset, sizeof offset);
    assert_memory_equal(s.scale, scale, sizeof scale);
    aei_scaling_clear(&s, NULL);
    for (size_t i = 0; i < sizeof bad_offsets / sizeof *bad_offsets; i++) {
        const float bad[2] = {1, bad_offsets[i]};
        assert_int_equal(aei_scaling_from(&s, NULL, AE_SCALING_GIVEN, bad, scale, 2), AE_ERROR_DATA);
        assert_non_null(strstr(aei_error_text(), "offset of feature 1"));
        assert_null(s.offset);
    }
    for (size_t i = 0; i < sizeof bad_scales / sizeof *bad_scales; i++) {
        const float bad[2] = {bad_scales[i], 1};
        assert_int_equal(aei_scaling_from(&s, NULL, AE_SCALING_GIVEN, offset, bad, 2), AE_ERROR_DATA);
        assert_non_null(strstr(aei_error_text(), "scale of feature 0"));
    }
}

static void test_there_and_back(void **state)
{
    static const size_t order[2] = {3, 1};
    aei_real batch[2 * D], copy[2 * D];
    aei_scaling s;
    (void)state;
    assert_int_equal(aei_scaling_fit(&s, NULL, &whole, AE_SCALING_STANDARD), AE_OK);
    aei_batch_gather(NULL, &whole, &s, order, 2, 0, batch);
    for (size_t r = 0; r < 2; r++) {
        float row[D];
        for (size_t j = 0; j < D; j++) {
            assert_true(batch[r * D + j] == (values[order[r]][j] - s.offset[j]) / s.scale[j]);
            row[j] = (float)batch[r * D + j];
        }
        aei_unscale_row(&s, row);
        for (size_t j = 0; j < D; j++)
            assert_true(fabsf(row[j] - values[order[r]][j]) <= 2 * FLT_EPSILON * fabsf(values[order[r]][j]));
        aei_unscale_row(NULL, row);
    }
    aei_batch_copy(NULL, values[1], &s, 2, D, 2 * STRIDE, copy);
    assert_memory_equal(copy, batch + D, D * sizeof *copy);
    assert_memory_equal(copy + D, batch, D * sizeof *copy);
    aei_scaling_clear(&s, NULL);
}

static void test_checks(void **state)
{
    const float offset[2] = {10, 0}, scale[2] = {5, 1e-30f};
    float x[3][2] = {{10, 0}, {15, 1e-30f}, {12, 5e-31f}};
    const ae_dataset dataset = {.values = x[0], .rows = 3, .columns = 2, .stride = 2};
    aei_scaling s;
    (void)state;
    assert_int_equal(aei_scaling_from(&s, NULL, AE_SCALING_GIVEN, offset, scale, 2), AE_OK);
    assert_int_equal(aei_scaled_dataset_check(&dataset, &s, 1, "data"), AE_OK);
    assert_int_equal(aei_scaled_rows_check(x[0], 3, 2, 2, &s, 1, "data"), AE_OK);
    assert_true(aei_scaled_in_unit_interval(&s, x[1], 2) && !aei_scaled_in_unit_interval(NULL, x[1], 2));
    assert_int_equal(aei_scaled_dataset_check(&dataset, NULL, 0, "data"), AE_OK);
    assert_int_equal(aei_scaled_dataset_check(&dataset, NULL, 1, "data"), AE_ERROR_DATA);
    x[2][0] = 17.5f;
    assert_int_equal(aei_scaled_dataset_check(&dataset, &s, 0, "data"), AE_OK);
    assert_int_equal(aei_scaled_dataset_check(&dataset, &s, 1, "data"), AE_ERROR_DATA);
    assert_string_equal(aei_error_text(), "data: value at row 2, column 0 is 17.5, scaled 1.5, outside [0, 1]");
    assert_int_equal(aei_scaled_rows_check(x[1], 2, 2, 2, &s, 1, "x"), AE_ERROR_DATA);
    assert_string_equal(aei_error_text(), "x: value at row 1, column 0 is 17.5, scaled 1.5, outside [0, 1]");
    assert_false(aei_scaled_in_unit_interval(&s, x[2], 2));
    x[1][1] = 1e10f;
    assert_int_equal(aei_scaled_dataset_check(&dataset, &s, 0, "data"), AE_ERROR_DATA);
    assert_string_equal(aei_error_text(), "data: value at row 1, column 1 is 1e+10, scaled inf, not finite");
    x[1][1] = NAN;
    assert_int_equal(aei_scaled_dataset_check(&dataset, &s, 0, "data"), AE_ERROR_DATA);
    assert_non_null(strstr(aei_error_text(), "row 1, column 1 is nan"));
    aei_scaling_clear(&s, NULL);
}

static void test_without_memory(void **state)
{
    (void)state;
    for (ae_scaling kind = AE_SCALING_MINMAX; kind <= AE_SCALING_ROBUST; kind++)
        for (size_t n = 1;; n++) {
            failing_alloc memory;
            failing_alloc_init(&memory);
            ae_runtime *runtime = failing_alloc_runtime(&memory, 1);
            aei_scaling s = {.kind = 7, .offset = (float *)values};
            failing_alloc_fail_at(&memory, n, false);
            const ae_status status = aei_scaling_fit(&s, runtime, &whole, kind);
            const bool tripped = memory.failed > 0;
            assert_int_equal(status, tripped ? AE_ERROR_NO_MEMORY : AE_OK);
            assert_true(!tripped || (s.kind == AE_SCALING_NONE && !s.offset));
            aei_scaling_clear(&s, runtime);
            ae_runtime_free(runtime);
            assert_true(failing_alloc_finish(&memory));
            if (!tripped)
                break;
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_split_and_single_row),
        cmocka_unit_test(test_many_columns),
        cmocka_unit_test(test_minmax_ends_at_one),
        cmocka_unit_test(test_too_wide),
        cmocka_unit_test(test_given_numbers),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_checks),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
