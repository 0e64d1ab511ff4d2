/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/options.h"
#include <stdlib.h>
#include <string.h>

/* The struct as three releases know it. */
typedef struct small_options {
    size_t struct_size;
    double rate;
} small_options;

typedef struct own_options {
    size_t struct_size;
    double rate;
    uint32_t epochs, batch_size;
} own_options;

typedef struct large_options {
    size_t struct_size;
    double rate;
    uint32_t epochs, batch_size;
    double added;
    void *added_too;
} large_options;

static const own_options defaults = {sizeof(own_options), 0.5, 10, 32};

/* A caller's struct in a block of exactly its size, so that AddressSanitizer sees every step beyond it. */
static void *exactly(const void *content, size_t size)
{
    void *block = malloc(size);

    assert_non_null(block);
    memcpy(block, content, size);
    memcpy(block, &size, sizeof size);
    return block;
}

static void check_import(const void *content, size_t size, const own_options *expected)
{
    void *caller = exactly(content, size);
    own_options *own = exactly(&defaults, sizeof defaults);

    assert_int_equal(aei_options_import(own, sizeof *own, caller, "options"), AE_OK);
    assert_memory_equal(own, expected, sizeof *own);
    free(own);
    free(caller);
}

static void test_import_from_every_size(void **state)
{
    const large_options content = {0, 0.25, 7, 8, 0, NULL};
    const own_options all = {sizeof(own_options), 0.25, 7, 8}, some = {sizeof(own_options), 0.25, 7, 32};
    const own_options few = {sizeof(own_options), 0.25, 10, 32};

    (void)state;
    check_import(&content, sizeof(own_options), &all);
    check_import(&content, sizeof(small_options), &few);
    check_import(&content, offsetof(own_options, batch_size), &some);
    check_import(&content, sizeof(size_t), &defaults);
    check_import(&content, sizeof(large_options), &all);
    check_import(&content, sizeof(own_options) + 1, &all);
}

static void test_import_of_null_keeps_the_defaults(void **state)
{
    own_options own = defaults;

    (void)state;
    assert_int_equal(aei_options_import(&own, sizeof own, NULL, "options"), AE_OK);
    assert_memory_equal(&own, &defaults, sizeof own);
}

static void test_import_refuses_what_it_does_not_know(void **state)
{
    (void)state;
    for (size_t at = sizeof(own_options); at < sizeof(large_options); at++) {
        unsigned char content[sizeof(large_options)] = {0};
        large_options *caller;
        own_options own = defaults;
        ae_status status;
        content[at] = 1;
        caller = exactly(content, sizeof content);
        status = aei_options_import(&own, sizeof own, caller, "some_options");
        assert_int_equal(status, AE_ERROR_UNSUPPORTED);
        assert_memory_equal(&own, &defaults, sizeof own);
        assert_non_null(strstr(aei_error_text(), "some_options"));
        free(caller);
    }
}

static void test_import_refuses_absurd_sizes(void **state)
{
    const size_t sizes[] = {0, 1, sizeof(size_t) - 1, AEI_OPTIONS_LIMIT + 1, SIZE_MAX / 2, SIZE_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        own_options *caller = exactly(&defaults, sizeof defaults), own = defaults;
        ae_status status;
        caller->struct_size = sizes[i];
        status = aei_options_import(&own, sizeof own, caller, "some_options");
        assert_int_equal(status, AE_ERROR_INVALID_ARGUMENT);
        assert_memory_equal(&own, &defaults, sizeof own);
        assert_non_null(strstr(aei_error_text(), "some_options"));
        free(caller);
    }
}

static void test_init_fills_every_size(void **state)
{
    const size_t sizes[] = {sizeof(size_t), sizeof(small_options), sizeof(own_options),
                            sizeof(large_options)};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        large_options expected = {sizes[i], 0.5, 10, 32, 0, NULL};
        void *caller = malloc(sizes[i]);
        assert_non_null(caller);
        memset(caller, 0xEE, sizes[i]);
        aei_options_init(caller, sizes[i], &defaults, sizeof defaults);
        assert_memory_equal(caller, &expected, sizes[i]);
        free(caller);
    }
}

static void test_init_leaves_absurd_sizes_alone(void **state)
{
    const size_t sizes[] = {0, sizeof(size_t) - 1, AEI_OPTIONS_LIMIT + 1, SIZE_MAX};
    unsigned char caller[sizeof(own_options)], before[sizeof caller];

    (void)state;
    memset(before, 0xEE, sizeof before);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        memcpy(caller, before, sizeof caller);
        aei_options_init(caller, sizes[i], &defaults, sizeof defaults);
        assert_memory_equal(caller, before, sizeof caller);
    }
    aei_options_init(NULL, sizeof defaults, &defaults, sizeof defaults);
}

static void test_what_init_wrote_is_imported(void **state)
{
    (void)state;
    for (size_t size = sizeof(size_t); size <= sizeof(large_options); size++) {
        void *caller = malloc(size);
        own_options own = defaults;
        assert_non_null(caller);
        aei_options_init(caller, size, &defaults, sizeof defaults);
        assert_int_equal(aei_options_import(&own, sizeof own, caller, "options"), AE_OK);
        assert_int_equal(own.struct_size, sizeof own);
        free(caller);
    }
}

static void test_export_fills_what_there_is_room_for(void **state)
{
    const own_options own = {sizeof own, 0.25, 3, 4};
    const size_t sizes[] = {sizeof(size_t), sizeof(small_options), sizeof(own_options),
                            sizeof(large_options)};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        large_options garbage, expected = {sizes[i], 0.25, 3, 4, 0, NULL};
        void *caller;
        memset(&garbage, 0xEE, sizeof garbage);
        caller = exactly(&garbage, sizes[i]);
        assert_int_equal(aei_options_check(caller, "report"), AE_OK);
        assert_int_equal(aei_options_export(caller, &own, sizeof own, "report"), AE_OK);
        assert_memory_equal(caller, &expected, sizes[i]);
        free(caller);
    }
}

static void test_export_refuses_absurd_sizes(void **state)
{
    const size_t sizes[] = {0, sizeof(size_t) - 1, AEI_OPTIONS_LIMIT + 1, SIZE_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        own_options caller = {sizes[i], 1, 2, 3}, before = caller;
        ae_status status = aei_options_export(&caller, &defaults, sizeof defaults, "report");
        assert_int_equal(status, AE_ERROR_INVALID_ARGUMENT);
        assert_int_equal(aei_options_check(&caller, "report"), AE_ERROR_INVALID_ARGUMENT);
        assert_memory_equal(&caller, &before, sizeof caller);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_import_from_every_size),
        cmocka_unit_test(test_import_of_null_keeps_the_defaults),
        cmocka_unit_test(test_import_refuses_what_it_does_not_know),
        cmocka_unit_test(test_import_refuses_absurd_sizes),
        cmocka_unit_test(test_init_fills_every_size),
        cmocka_unit_test(test_init_leaves_absurd_sizes_alone),
        cmocka_unit_test(test_what_init_wrote_is_imported),
        cmocka_unit_test(test_export_fills_what_there_is_room_for),
        cmocka_unit_test(test_export_refuses_absurd_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
