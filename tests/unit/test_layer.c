/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "layers/layer.h"

static void test_each_kind_has_its_functions(void **state)
{
    static const struct { aei_layer_kind kind; const char *name; } kinds[] = {
        {AEI_LAYER_DENSE, "dense"}, {AEI_LAYER_ACTIVATION, "activation"},
        {AEI_LAYER_DROPOUT, "dropout"}, {AEI_LAYER_BATCH_NORM, "batch_norm"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const aei_layer_ops *ops = aei_layer_ops_of(kinds[i].kind);
        assert_string_equal(ops->name, kinds[i].name); /* as it stands in model files */
        assert_true(ops->extra && ops->forward && ops->backward);
    }
}

/* What each kind keeps beside y and z for 7 rows of 5 features. */
static void test_numbers_kept(void **state)
{
    const aei_layer layer = {.in = 5, .out = 5};
    (void)state;
    assert_int_equal(aei_layer_ops_of(AEI_LAYER_DENSE)->extra(&layer, 7), 0);
    assert_int_equal(aei_layer_ops_of(AEI_LAYER_ACTIVATION)->extra(&layer, 7), 0);
    assert_int_equal(aei_layer_ops_of(AEI_LAYER_DROPOUT)->extra(&layer, 7), 35);
    assert_int_equal(aei_layer_ops_of(AEI_LAYER_BATCH_NORM)->extra(&layer, 7), 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kind_has_its_functions),
        cmocka_unit_test(test_numbers_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
