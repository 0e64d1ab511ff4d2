/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/runtime.h"
#include "support/failing_alloc.h"
#include "tensor/param.h"

/* weight 3x5, running_mean 5, bias 5, running_var 5 */
static void add_four(aei_param_set *set)
{
    size_t index;
    assert_int_equal(aei_param_set_add(set, "a.weight", 3, 5, true, true, &index), AE_OK);
    assert_int_equal(index, 0);
    assert_int_equal(aei_param_set_add(set, "a.running_mean", 1, 5, false, false, &index), AE_OK);
    assert_int_equal(index, 1);
    assert_int_equal(aei_param_set_add(set, "a.bias", 1, 5, true, false, &index), AE_OK);
    assert_int_equal(index, 2);
    assert_int_equal(aei_param_set_add(set, "a.running_var", 1, 5, false, false, &index), AE_OK);
    assert_int_equal(index, 3);
}

static void test_trained_first_and_aligned(void **state)
{
    aei_param_set set;
    (void)state;
    aei_param_set_init(&set, NULL);
    add_four(&set);
    assert_int_equal(aei_param_set_allocate(&set), AE_OK);
    assert_int_equal(set.params[0].first, 0);
    assert_int_equal(set.params[2].first, 16);
    assert_int_equal(set.trained, 32);
    assert_int_equal(set.params[1].first, 32);
    assert_int_equal(set.params[3].first, 48);
    assert_int_equal(set.total, 64);
    assert_int_equal((uintptr_t)set.values % AEI_ALIGNMENT, 0);
    for (size_t i = 0; i < set.total; i++)
        assert_true(set.values[i] == 0);
    assert_int_equal(aei_param_set_trained_count(&set), 15 + 5);
    assert_int_equal(aei_param_length(&set.params[0]), 15);
    assert_true(set.params[0].decay && !set.params[2].decay);
    aei_param_set_clear(&set);
    assert_int_equal(set.count, 0);
    assert_null(set.values);
}

static void test_found_by_name(void **state)
{
    aei_param_set set;
    (void)state;
    aei_param_set_init(&set, NULL);
    add_four(&set);
    assert_ptr_equal(aei_param_set_find(&set, "a.bias"), &set.params[2]);
    assert_null(aei_param_set_find(&set, "a.bia"));
    assert_null(aei_param_set_find(&set, "a.bias2"));
    assert_null(aei_param_set_find(&set, ""));
    for (size_t i = 0; i < set.count; i++)
        assert_int_equal(aei_param_is_variance(&set.params[i]), i == 3);
    aei_param_set_clear(&set);
}

static void test_names_keep_their_indices_while_the_set_grows(void **state)
{
    aei_param_set set;
    (void)state;
    aei_param_set_init(&set, NULL);
    for (size_t i = 0; i < 100; i++) {
        char name[AEI_PARAM_NAME_SIZE];
        size_t index;
        snprintf(name, sizeof name, "encoder.%zu.weight", i);
        assert_int_equal(aei_param_set_add(&set, name, i + 1, 2, true, true, &index), AE_OK);
        assert_int_equal(index, i);
    }
    assert_int_equal(aei_param_set_allocate(&set), AE_OK);
    assert_int_equal(set.params[99].rows, 100);
    assert_string_equal(set.params[42].name, "encoder.42.weight");
    for (size_t i = 1; i < 100; i++)
        assert_true(set.params[i].first >= set.params[i - 1].first + aei_param_length(&set.params[i - 1]));
    aei_param_set_clear(&set);
}

static void test_a_value_that_is_not_finite(void **state)
{
    const float bad[] = {NAN, INFINITY, -INFINITY};
    aei_param_set set;
    (void)state;
    aei_param_set_init(&set, NULL);
    add_four(&set);
    assert_int_equal(aei_param_set_allocate(&set), AE_OK);
    set.values[0] = AEI_REAL_MAX;
    set.values[1] = -AEI_REAL_MAX;
    assert_null(aei_param_set_non_finite(&set));
    for (size_t i = 0; i < set.count; i++)
        for (size_t k = 0; k < 3; k++) {
            aei_real *last = set.values + set.params[i].first + aei_param_length(&set.params[i]) - 1, before = *last;
            *last = bad[k];
            assert_ptr_equal(aei_param_set_non_finite(&set), &set.params[i]);
            *last = before;
        }
    assert_null(aei_param_set_non_finite(&set));
    aei_param_set_clear(&set);
}

static void test_too_many_to_address(void **state)
{
    const size_t rows[] = {SIZE_MAX / 2, SIZE_MAX / 4, SIZE_MAX / 16, SIZE_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        aei_param_set set;
        size_t index;
        aei_param_set_init(&set, NULL);
        assert_int_equal(aei_param_set_add(&set, "a", rows[i], 3, true, true, &index), AE_OK);
        assert_int_equal(aei_param_set_add(&set, "b", rows[i], 3, false, true, &index), AE_OK);
        assert_int_equal(aei_param_set_allocate(&set), AE_ERROR_SHAPE);
        assert_null(set.values);
        aei_param_set_clear(&set);
    }
}

static void test_every_allocation_failing(void **state)
{
    failing_alloc memory;
    ae_runtime *runtime;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    assert_non_null(runtime);
    for (size_t n = 1; n <= 3; n++) {
        aei_param_set set;
        size_t index;
        ae_status status = AE_OK;
        aei_param_set_init(&set, runtime);
        failing_alloc_fail_at(&memory, n, false);
        for (size_t i = 0; i < 17 && status == AE_OK; i++)
            status = aei_param_set_add(&set, "a", 1, 1, true, false, &index);
        if (status == AE_OK)
            status = aei_param_set_allocate(&set);
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        assert_int_equal(set.count, n == 1 ? 0 : n == 2 ? 16 : 17);
        assert_int_equal(aei_param_set_add(&set, "b", 1, 1, true, false, &index), AE_OK);
        aei_param_set_clear(&set);
    }
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trained_first_and_aligned),
        cmocka_unit_test(test_found_by_name),
        cmocka_unit_test(test_names_keep_their_indices_while_the_set_grows),
        cmocka_unit_test(test_a_value_that_is_not_finite),
        cmocka_unit_test(test_too_many_to_address),
        cmocka_unit_test(test_every_allocation_failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
