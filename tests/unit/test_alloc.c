/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/runtime.h"
#include "support/failing_alloc.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static ae_runtime *runtime_over(failing_alloc *memory)
{
    ae_runtime_options options = {.struct_size = sizeof options, .threads = 1};
    ae_runtime *runtime;

    failing_alloc_init(memory);
    failing_alloc_options(memory, &options);
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    return runtime;
}

static void test_aligned_and_of_full_size(void **state)
{
    failing_alloc memory;
    ae_runtime *runtime = runtime_over(&memory);

    (void)state;
    for (size_t size = 0; size < 300; size++) {
        const ae_runtime *from = size % 2 == 0 ? NULL : runtime;
        unsigned char *block = aei_alloc(from, size);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % AEI_ALIGNMENT, 0);
        memset(block, 0x77, size);
        aei_free(from, block);
    }
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#endif

#ifdef HAVE_ASAN
#include <sanitizer/asan_interface.h>

static void test_a_step_over_an_end_is_seen(void **state)
{
    (void)state;
    for (size_t size = 0; size < 300; size++) {
        unsigned char *block = aei_alloc(NULL, size);
        assert_non_null(block);
        assert_true(__asan_address_is_poisoned(block - 1));
        assert_null(__asan_region_is_poisoned(block, size));
        assert_true(__asan_address_is_poisoned(block + size));
        block = aei_realloc(NULL, block, size + 1);
        assert_null(__asan_region_is_poisoned(block, size + 1));
        assert_true(__asan_address_is_poisoned(block + size + 1));
        aei_free(NULL, block);
    }
}
#endif

/* An allocator that gives no more than the 16 bytes of alignment it has to. */
static void *allocate_at_16(void *user, size_t size)
{
    unsigned char *raw = malloc(size + 128);
    size_t *offset = user;

    if (!raw)
        return NULL;
    *offset = 16 + (64 - (uintptr_t)raw % 64) % 64;
    return raw + *offset;
}

static void deallocate_at_16(void *user, void *block, size_t size)
{
    size_t *offset = user;

    (void)size;
    free((unsigned char *)block - *offset);
}

static void test_aligned_over_an_allocator_of_16(void **state)
{
    size_t offset;
    ae_runtime runtime;
    unsigned char *block;

    (void)state;
    memset(&runtime, 0, sizeof runtime);
    runtime.options.allocate = allocate_at_16;
    runtime.options.deallocate = deallocate_at_16;
    runtime.options.allocator_user = &offset;
    block = aei_alloc(&runtime, 1000);
    assert_non_null(block);
    assert_int_equal((uintptr_t)block % AEI_ALIGNMENT, 0);
    memset(block, 1, 1000);
    aei_free(&runtime, block);
}

static void test_calloc_is_zero(void **state)
{
    failing_alloc memory; /* fills with garbage */
    ae_runtime *runtime = runtime_over(&memory);
    unsigned char *block = aei_calloc(runtime, 33, 7);

    (void)state;
    assert_non_null(block);
    for (size_t i = 0; i < 33 * 7; i++)
        assert_int_equal(block[i], 0);
    aei_free(runtime, block);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

static void test_realloc_keeps_the_content(void **state)
{
    failing_alloc memory;
    ae_runtime *runtime = runtime_over(&memory);
    unsigned char *block = aei_realloc(runtime, NULL, 100), *kept;

    (void)state;
    assert_non_null(block);
    for (unsigned char i = 0; i < 100; i++)
        block[i] = i;
    block = aei_realloc(runtime, block, 5000);
    assert_non_null(block);
    for (unsigned char i = 0; i < 100; i++)
        assert_int_equal(block[i], i);
    block = aei_realloc(runtime, block, 10);
    assert_non_null(block);
    for (unsigned char i = 0; i < 10; i++)
        assert_int_equal(block[i], i);

    kept = block;
    failing_alloc_fail_at(&memory, 1, false);
    assert_null(aei_realloc(runtime, block, 20));
    assert_int_equal(memory.failed, 1);
    assert_int_equal(kept[9], 9);
    aei_free(runtime, kept);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

static void test_strdup(void **state)
{
    char *copy = aei_strdup(NULL, "latent"), *empty = aei_strdup(NULL, "");

    (void)state;
    assert_string_equal(copy, "latent");
    assert_string_equal(empty, "");
    aei_free(NULL, copy);
    aei_free(NULL, empty);
    aei_free(NULL, NULL);
}

static void test_refused_memory_is_an_error_line(void **state)
{
    failing_alloc memory;
    ae_runtime *runtime = runtime_over(&memory);

    (void)state;
    failing_alloc_fail_at(&memory, 1, true);
    assert_null(aei_alloc(runtime, 12345));
    assert_string_equal(aei_error_text(), "out of memory: 12345 bytes");
    assert_null(aei_calloc(runtime, 10, 20));
    assert_string_equal(aei_error_text(), "out of memory: 200 bytes");
    assert_null(aei_alloc_array(runtime, 10, 3));
    assert_null(aei_realloc(runtime, NULL, 10));
    assert_null(aei_strdup(runtime, "text"));
    assert_int_equal(memory.failed, 5);
    failing_alloc_fail_at(&memory, 0, false);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

static void test_sizes_that_overflow_never_reach_the_allocator(void **state)
{
    failing_alloc memory;
    ae_runtime *runtime = runtime_over(&memory);
    size_t requests = memory.requests;

    (void)state;
    assert_null(aei_alloc(runtime, SIZE_MAX));
    assert_null(aei_alloc(runtime, SIZE_MAX - AEI_ALIGNMENT));
    assert_null(aei_alloc_array(runtime, SIZE_MAX / 4 + 1, 4));
    assert_null(aei_calloc(runtime, SIZE_MAX / 2, 3));
    assert_non_null(strstr(aei_error_text(), "out of memory"));
    assert_int_equal(memory.requests, requests);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

static void test_size_products_and_sums(void **state)
{
    const size_t half = (size_t)1 << (sizeof(size_t) * 4);
    size_t out = 42;

    (void)state;
    assert_true(aei_size_mul(0, SIZE_MAX, &out) && out == 0);
    assert_true(aei_size_mul(SIZE_MAX, 0, &out) && out == 0);
    assert_true(aei_size_mul(SIZE_MAX, 1, &out) && out == SIZE_MAX);
    assert_true(aei_size_mul(half, half - 1, &out) && out == SIZE_MAX - half + 1);
    assert_true(aei_size_add(SIZE_MAX - 1, 1, &out) && out == SIZE_MAX);
    out = 42;
    assert_false(aei_size_mul(half, half, &out));
    assert_false(aei_size_mul(SIZE_MAX, 2, &out));
    assert_false(aei_size_add(SIZE_MAX, 1, &out));
    assert_false(aei_size_add(SIZE_MAX / 2 + 1, SIZE_MAX / 2 + 1, &out));
    assert_int_equal(out, 42);
}

static void *allocate_and_free(void *argument)
{
    for (size_t i = 0; i < 2000; i++) {
        char *block = aei_alloc(argument, i);
        block = aei_realloc(argument, block, i * 2);
        aei_free(argument, block);
    }
    return NULL;
}

static void test_from_several_threads(void **state)
{
    failing_alloc memory;
    ae_runtime *runtime = runtime_over(&memory);
    pthread_t threads[4];

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, allocate_and_free, runtime), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(memory.live_blocks, 1); /* the runtime */
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

/* The counting allocator itself: the other tests rest on it. */
static void test_failing_alloc_counts_and_finds(void **state)
{
    failing_alloc memory;
    ae_runtime_options options;
    void *a, *b;

    (void)state;
    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &options);
    a = options.allocate(&memory, 100);
    b = options.allocate(&memory, 50);
    assert_int_equal(memory.live_blocks, 2);
    assert_int_equal(memory.live_bytes, 150);
    options.deallocate(&memory, b, 50);
    assert_int_equal(memory.peak_bytes, 150);
    failing_alloc_reset_peak(&memory);
    assert_int_equal(memory.peak_bytes, 100);

    failing_alloc_fail_at(&memory, 2, false);
    b = options.allocate(&memory, 10);
    assert_non_null(b);
    assert_null(options.allocate(&memory, 1000));
    options.deallocate(&memory, b, 10);
    b = options.allocate(&memory, 10);
    assert_non_null(b);
    assert_int_equal(memory.failed, 1);
    assert_int_equal(memory.largest, 1000);
    options.deallocate(&memory, b, 10);

    failing_alloc_fail_at(&memory, 2, true);
    b = options.allocate(&memory, 10);
    assert_non_null(b);
    for (int i = 0; i < 3; i++)
        assert_null(options.allocate(&memory, 10));
    assert_int_equal(memory.failed, 3);

    options.deallocate(&memory, b, 11);
    assert_int_equal(memory.misuses, 1);
    options.deallocate(&memory, a, 100);
    assert_int_equal(memory.live_blocks, 0);
    memory.misuses = 0;
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aligned_and_of_full_size),
#ifdef HAVE_ASAN
        cmocka_unit_test(test_a_step_over_an_end_is_seen),
#endif
        cmocka_unit_test(test_aligned_over_an_allocator_of_16),
        cmocka_unit_test(test_calloc_is_zero),
        cmocka_unit_test(test_realloc_keeps_the_content),
        cmocka_unit_test(test_strdup),
        cmocka_unit_test(test_refused_memory_is_an_error_line),
        cmocka_unit_test(test_sizes_that_overflow_never_reach_the_allocator),
        cmocka_unit_test(test_size_products_and_sums),
        cmocka_unit_test(test_from_several_threads),
        cmocka_unit_test(test_failing_alloc_counts_and_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
