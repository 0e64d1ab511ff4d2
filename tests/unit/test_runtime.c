/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/runtime.h"
#include "support/failing_alloc.h"
#include <pthread.h>

static void test_default_runtime(void **state)
{
    const ae_runtime *runtime = aei_runtime_or_default(NULL);

    (void)state;
    assert_non_null(runtime);
    assert_int_equal(runtime->options.threads, 1);
    assert_true(runtime->options.allocate == aei_default_allocate);
    assert_true(runtime->options.deallocate == aei_default_deallocate);
    assert_null(runtime->options.log);
    assert_null(runtime->options.parallel);
    assert_null(runtime->pool);
    assert_null(aei_runtime_retain(NULL));
    aei_runtime_release(NULL);
}

static void test_freed_at_the_last_reference(void **state)
{
    failing_alloc memory;
    ae_runtime_options options = {.struct_size = sizeof options, .threads = 3};
    ae_runtime *runtime;

    (void)state;
    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &options);
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    assert_ptr_equal(aei_runtime_or_default(runtime), runtime);
    assert_non_null(runtime->pool);
    assert_null(runtime->kernels);
    assert_ptr_equal(aei_runtime_retain(runtime), runtime);
    aei_runtime_release(runtime);
    assert_true(memory.live_blocks > 0);
    assert_int_equal(runtime->options.threads, 3);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

static void test_without_callbacks_malloc_is_used(void **state)
{
    ae_runtime_options options = {.struct_size = sizeof options, .threads = 1};
    ae_runtime *runtime;

    (void)state;
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    assert_true(runtime->options.allocate == aei_default_allocate);
    assert_true(runtime->options.deallocate == aei_default_deallocate);
    assert_null(runtime->pool);
    aei_runtime_release(runtime);
}

static void host_parallel(void *user, ae_task task, void *work, size_t count)
{
    (void)user;
    for (size_t i = 0; i < count; i++)
        task(work, i);
}

static void test_no_own_pool_beside_the_hosts(void **state)
{
    ae_runtime_options options = {.struct_size = sizeof options, .parallel = host_parallel, .threads = 8};
    ae_runtime *runtime;

    (void)state;
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    assert_null(runtime->pool);
    aei_runtime_release(runtime);
}

static void test_every_allocation_failing(void **state)
{
    failing_alloc memory;
    ae_runtime_options options = {.struct_size = sizeof options, .threads = 4};
    size_t n = 1;

    (void)state;
    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &options);
    for (;; n++) {
        ae_runtime *runtime = (ae_runtime *)&memory;
        ae_status status;
        failing_alloc_fail_at(&memory, n, false);
        status = aei_runtime_new(&runtime, &options);
        if (memory.failed == 0) {
            assert_int_equal(status, AE_OK);
            aei_runtime_release(runtime);
            break;
        }
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        assert_null(runtime);
        assert_int_equal(memory.live_blocks, 0);
    }
    assert_int_equal(n, 3); /* the runtime and its pool */
    assert_true(failing_alloc_finish(&memory));
}

static void *hold_and_let_go(void *argument)
{
    for (int i = 0; i < 10000; i++)
        aei_runtime_release(aei_runtime_retain(argument));
    aei_runtime_release(argument);
    return NULL;
}

static void test_held_by_several_threads(void **state)
{
    failing_alloc memory;
    ae_runtime_options options = {.struct_size = sizeof options, .threads = 1};
    ae_runtime *runtime;
    pthread_t threads[4];

    (void)state;
    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &options);
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    for (int i = 0; i < 4; i++)
        aei_runtime_retain(runtime);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hold_and_let_go, runtime), 0);
    aei_runtime_release(runtime);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default_runtime),
        cmocka_unit_test(test_freed_at_the_last_reference),
        cmocka_unit_test(test_without_callbacks_malloc_is_used),
        cmocka_unit_test(test_no_own_pool_beside_the_hosts),
        cmocka_unit_test(test_every_allocation_failing),
        cmocka_unit_test(test_held_by_several_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
