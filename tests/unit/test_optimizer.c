/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/runtime.h"
#include "optim/optimizer.h"
#include "support/failing_alloc.h"

static ae_train_options defaults(void)
{
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    return options;
}

/* ---- what is refused */

static const struct { const char *name; size_t offset; bool zero, one; } numbers[] = {
    {"learning_rate", offsetof(ae_train_options, learning_rate), false, true},
    {"momentum", offsetof(ae_train_options, momentum), true, false},
    {"rho", offsetof(ae_train_options, rho), true, false},
    {"beta1", offsetof(ae_train_options, beta1), true, false},
    {"beta2", offsetof(ae_train_options, beta2), true, false},
    {"epsilon", offsetof(ae_train_options, epsilon), false, true},
    {"weight_decay", offsetof(ae_train_options, weight_decay), true, true},
    {"l1_decay", offsetof(ae_train_options, l1_decay), true, true},
    {"clip_value", offsetof(ae_train_options, clip_value), true, true},
    {"clip_norm", offsetof(ae_train_options, clip_norm), true, true},
    {"min_learning_rate", offsetof(ae_train_options, min_learning_rate), true, true},
    {"schedule_factor", offsetof(ae_train_options, schedule_factor), false, true},
    {"warmup_epochs", offsetof(ae_train_options, warmup_epochs), true, true},
    {"validation_fraction", offsetof(ae_train_options, validation_fraction), true, false},
    {"min_delta", offsetof(ae_train_options, min_delta), true, true},
};

static void assert_number(size_t i, double value, bool fine)
{
    ae_train_options options = defaults();
    ae_status status;
    memcpy((char *)&options + numbers[i].offset, &value, sizeof value);
    status = aei_train_options_check(&options);
    assert_int_equal(status, fine ? AE_OK : AE_ERROR_INVALID_ARGUMENT);
    if (!fine)
        assert_ptr_equal(strstr(aei_error_text(), numbers[i].name), aei_error_text());
}

static void test_ranges(void **state)
{
    const double bad[] = {NAN, INFINITY, -INFINITY, -1, -1e-300, 1e308, 1e39};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
            assert_number(i, bad[k], false);
        assert_number(i, 0, numbers[i].zero);
        assert_number(i, 0.5, true);
        assert_number(i, 1, numbers[i].one);
    }
}

/* Updates have some numbers as floats: 1 - beta must not become 0 there, nor a learning rate. */
static void test_ranges_of_floats(void **state)
{
    static const struct { const char *name; double value; bool fine; const char *text; } numbers_as_floats[] = {
        {"beta1", 0.9999999999, false, "beta1 is 0.9999999999, rounded to float 1, must be in [0, 1)"},
        {"beta2", 0.9999999999, false, NULL},
        {"rho", 0.99999999, false, NULL},
        {"momentum", 0.99999999, false, NULL},
        {"beta1", 0.9999999, true, NULL},
        {"learning_rate", 1e-50, false, "learning_rate is 1e-50, rounded to float 0, must be in (0, 3.40282e+38]"},
        {"learning_rate", 1e-40, true, NULL},
        {"epsilon", 1e-50, false, NULL},
        {"clip_value", 1e-50, false, NULL}, /* 0 would switch it off */
        {"weight_decay", 1e-50, true, NULL},
        {"validation_fraction", 0.9999999999, true, NULL}, /* used as it is */
    };
    (void)state;
    for (size_t i = 0; i < sizeof numbers_as_floats / sizeof *numbers_as_floats; i++) {
        size_t k = 0;
        while (strcmp(numbers[k].name, numbers_as_floats[i].name) != 0)
            k++;
        assert_number(k, numbers_as_floats[i].value, numbers_as_floats[i].fine);
        if (numbers_as_floats[i].text)
            assert_string_equal(aei_error_text(), numbers_as_floats[i].text);
    }
}

static void test_counts_and_enums(void **state)
{
    ae_train_options options = defaults();
    (void)state;
    assert_int_equal(aei_train_options_check(&options), AE_OK);
    options.epochs = 0;
    assert_int_equal(aei_train_options_check(&options), AE_ERROR_INVALID_ARGUMENT);
    options = defaults(), options.batch_size = 0;
    assert_int_equal(aei_train_options_check(&options), AE_ERROR_INVALID_ARGUMENT);
    options = defaults(), options.schedule_epochs = 0;
    assert_int_equal(aei_train_options_check(&options), AE_ERROR_INVALID_ARGUMENT);
    options = defaults(), options.nesterov = 1;
    assert_int_equal(aei_train_options_check(&options), AE_ERROR_INVALID_ARGUMENT);
    options.momentum = 0.9;
    assert_int_equal(aei_train_options_check(&options), AE_OK);
    for (int32_t i = -1; i < 6; i++) {
        options = defaults(), options.optimizer = i;
        assert_int_equal(aei_train_options_check(&options), i >= 1 && i <= 4 ? AE_OK : AE_ERROR_INVALID_ARGUMENT);
        options = defaults(), options.schedule = i;
        assert_int_equal(aei_train_options_check(&options), i >= 0 && i <= 2 ? AE_OK : AE_ERROR_INVALID_ARGUMENT);
    }
}

/* ---- state and coefficients */

static void assert_state(ae_optimizer kind, double momentum, bool m, bool v)
{
    ae_train_options options = defaults();
    aei_optimizer optimizer;
    options.optimizer = kind;
    options.momentum = momentum;
    assert_int_equal(aei_optimizer_init(&optimizer, NULL, &options, 32), AE_OK);
    assert_int_equal(optimizer.m != NULL, m);
    assert_int_equal(optimizer.v != NULL, v);
    for (size_t i = 0; i < 32; i++)
        assert_true((!m || optimizer.m[i] == 0) && (!v || optimizer.v[i] == 0));
    aei_optimizer_clear(&optimizer);
    assert_true(!optimizer.m && !optimizer.v);
}

static void test_state_by_kind(void **state)
{
    (void)state;
    assert_state(AE_SGD, 0, false, false);
    assert_state(AE_SGD, 0.9, true, false);
    assert_state(AE_RMSPROP, 0, false, true);
    assert_state(AE_RMSPROP, 0.9, true, true);
    assert_state(AE_ADAM, 0, true, true);
    assert_state(AE_ADAMW, 0, true, true);
}

static void test_coefficients_of_a_step(void **state)
{
    ae_train_options options = defaults();
    aei_optimizer optimizer;
    aei_param_set set = {0};
    aei_real values[16] = {0}, gradients[16] = {0};
    (void)state;
    set.values = values;
    options.weight_decay = 0.125, options.l1_decay = 0.25, options.clip_value = 2;
    assert_int_equal(aei_optimizer_init(&optimizer, NULL, &options, 16), AE_OK);
    for (int t = 1; t <= 3; t++) {
        const aei_update update = aei_optimizer_next(&optimizer, &set, gradients, 0.5);
        assert_int_equal(optimizer.steps, t);
        assert_int_equal(update.kind, AEI_UPDATE_ADAM);
        assert_ptr_equal(update.w, values);
        assert_ptr_equal(update.g, gradients);
        assert_true(update.learning_rate == 0.5f);
        assert_float_equal(update.step, (double)update.learning_rate / (1 - pow(0.9, t)), 1e-6 * (double)update.step);
        assert_float_equal(update.root, 1 / sqrt(1 - pow(0.999, t)), 1e-4 * (double)update.root);
        assert_true(update.one_minus_beta1 == 0.1f && update.one_minus_beta2 == 0.001f); /* 1 - 0.999f differs */
        assert_true(update.one_minus_rho == 0.01f);
        assert_true(update.weight_decay == 0.125f && update.l1_decay == 0.25f && update.clip_value == 2);
        assert_true(update.gradient_scale == 1);
    }
    aei_optimizer_clear(&optimizer);
}

/* Steps on trained tensors alone, with decay where the tensor has it. */
static void test_apply(void **state)
{
    const aei_kernels *kernels;
    aei_param_set set;
    aei_real gradients[64];
    size_t weight, bias, mean;
    aei_update update;
    (void)state;
    assert_int_equal(aei_kernels_get(&kernels, AE_KERNELS_REFERENCE), AE_OK);
    aei_param_set_init(&set, NULL);
    assert_int_equal(aei_param_set_add(&set, "weight", 2, 2, true, true, &weight), AE_OK);
    assert_int_equal(aei_param_set_add(&set, "mean", 1, 2, false, false, &mean), AE_OK);
    assert_int_equal(aei_param_set_add(&set, "bias", 1, 2, true, false, &bias), AE_OK);
    assert_int_equal(aei_param_set_allocate(&set), AE_OK);
    for (size_t i = 0; i < 64; i++)
        gradients[i] = 1;
    for (size_t i = 0; i < set.total; i++)
        set.values[i] = 4;
    update = (aei_update){.kind = AEI_UPDATE_SGD, .w = set.values, .g = gradients, .learning_rate = 1,
                          .weight_decay = 0.25f, .gradient_scale = 0.5f};
    aei_optimizer_apply(kernels, &set, &update);
    for (size_t i = 0; i < 4; i++)
        assert_true(set.values[set.params[weight].first + i] == 4 - 0.5f - 1);
    for (size_t i = 0; i < 2; i++) {
        assert_true(set.values[set.params[bias].first + i] == 4 - 0.5f);
        assert_true(set.values[set.params[mean].first + i] == 4);
    }
    aei_param_set_clear(&set);
}

static void test_every_allocation_failing(void **state)
{
    const ae_train_options options = defaults();
    failing_alloc memory;
    ae_runtime *runtime;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    assert_non_null(runtime);
    for (size_t n = 1; n <= 2; n++) {
        aei_optimizer optimizer;
        failing_alloc_fail_at(&memory, n, false);
        assert_int_equal(aei_optimizer_init(&optimizer, runtime, &options, 32), AE_ERROR_NO_MEMORY);
        aei_optimizer_clear(&optimizer);
    }
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_ranges_of_floats),
        cmocka_unit_test(test_counts_and_enums),
        cmocka_unit_test(test_state_by_kind),
        cmocka_unit_test(test_coefficients_of_a_step),
        cmocka_unit_test(test_apply),
        cmocka_unit_test(test_every_allocation_failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
