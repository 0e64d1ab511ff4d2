/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/runtime.h"
#include "data/batch.h"

enum { ROWS = 1000 };

static void order_of(size_t *order, uint64_t seed, uint64_t epoch)
{
    memset(order, 0xff, ROWS * sizeof *order);
    aei_batch_order(order, ROWS, 1, seed, epoch);
}

static void test_shuffled_order(void **state)
{
    static size_t order[ROWS], other[ROWS];
    unsigned char seen[ROWS] = {0};
    size_t in_place = 0;
    (void)state;
    order_of(order, 1, 5);
    for (size_t i = 0; i < ROWS; i++) {
        assert_true(order[i] < ROWS);
        assert_int_equal(seen[order[i]]++, 0);
        in_place += order[i] == i;
    }
    assert_true(in_place < 20);
    order_of(other, 1, 5);
    assert_memory_equal(order, other, sizeof order);
    order_of(other, 1, 6);
    assert_memory_not_equal(order, other, sizeof order);
    order_of(other, 2, 5);
    assert_memory_not_equal(order, other, sizeof order);
}

static void test_order_as_it_stands(void **state)
{
    size_t order[7];
    (void)state;
    aei_batch_order(order, 7, 0, 1, 5);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(order[i], i);
    order[0] = 9;
    aei_batch_order(order, 1, 1, 1, 5);
    assert_int_equal(order[0], 0);
}

/* Rows of a split are found through its own numbers, those of a view through its stride. */
static void test_gather(void **state)
{
    static const float values[4][3] = {{0, 1, -1}, {10, 11, -1}, {20, 21, -1}, {30, 31, -1}};
    static const size_t index[2] = {3, 1}, order[2] = {1, 0};
    const ae_dataset split = {.values = values[0], .rows = 2, .columns = 2, .stride = 3, .index = index};
    const ae_dataset view = {.values = values[0], .rows = 4, .columns = 2, .stride = 3};
    aei_real out[5] = {0, 0, 0, 0, 99};
    (void)state;
    aei_batch_gather(NULL, &split, NULL, order, 2, 0, out);
    assert_true(out[0] == 10 && out[1] == 11 && out[2] == 30 && out[3] == 31 && out[4] == 99);
    aei_batch_gather(NULL, &view, NULL, order, 2, 0, out);
    assert_true(out[0] == 10 && out[1] == 11 && out[2] == 0 && out[3] == 1 && out[4] == 99);
}

static void test_copy(void **state)
{
    static const float values[2][3] = {{0, 1, -1}, {10, 11, -1}};
    aei_real out[5] = {0, 0, 0, 0, 99};
    (void)state;
    aei_batch_copy(NULL, values[0], NULL, 2, 2, 3, out);
    assert_true(out[0] == 0 && out[1] == 1 && out[2] == 10 && out[3] == 11 && out[4] == 99);
}

/* More than a task's share: the last task is a short one, and wide rows go one by one. */
static void test_large_batches(void **state)
{
    enum { N = 210, D = 777, WIDE = 40000, NUMBERS = N * D };
    static float values[NUMBERS];
    static aei_real one[NUMBERS + 1], many[NUMBERS + 1];
    static size_t order[N];
    const ae_dataset view = {.values = values, .rows = N, .columns = D, .stride = D};
    const ae_runtime_options options = {.struct_size = sizeof options, .threads = 3};
    ae_runtime *runtime;
    (void)state;
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    for (size_t i = 0; i < NUMBERS; i++)
        values[i] = (float)i;
    aei_batch_order(order, N, 1, 1, 2);
    one[NUMBERS] = many[NUMBERS] = 99;
    aei_batch_gather(NULL, &view, NULL, order, N, 0, one);
    aei_batch_gather(runtime, &view, NULL, order, N, 0, many);
    assert_memory_equal(one, many, sizeof one);
    for (size_t i = 0; i < NUMBERS; i++)
        assert_true(one[i] == (aei_real)(order[i / D] * D + i % D));
    aei_batch_copy(runtime, values, NULL, NUMBERS / WIDE, WIDE, WIDE, many);
    for (size_t i = 0; i < NUMBERS / WIDE * WIDE; i++)
        assert_true(many[i] == (aei_real)i);
    assert_true(many[NUMBERS / WIDE * WIDE] == one[NUMBERS / WIDE * WIDE] && many[NUMBERS] == 99);
    aei_runtime_release(runtime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shuffled_order),
        cmocka_unit_test(test_order_as_it_stands),
        cmocka_unit_test(test_gather),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_large_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
