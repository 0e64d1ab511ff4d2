/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/runtime.h"
#include "config.h"
#include "data/gzip.h"
#include "support/failing_alloc.h"

/* "hello\n", by gzip -9n. */
static const unsigned char hello[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd,
                                      0xc9, 0xc9, 0xe7, 0x02, 0x00, 0x20, 0x30, 0x3a, 0x36, 0x06, 0x00, 0x00, 0x00};

static void test_magic(void **state)
{
    (void)state;
    assert_true(aei_gzip_is(hello, sizeof hello));
    assert_true(aei_gzip_is(hello, 2));
    assert_false(aei_gzip_is(hello, 1));
    assert_false(aei_gzip_is(hello, 0));
    assert_false(aei_gzip_is((const unsigned char *)"\x1f\x8c", 2));
    assert_false(aei_gzip_is((const unsigned char *)"1,2", 3));
}

#if AEI_HAVE_ZLIB

/* Nothing, by the same. */
static const unsigned char nothing[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                        0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
/* 65536 zeros, by the same. */
static const unsigned char zeros[96] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0x01, 0x01, 0x00, 0x00, 0x00,
    0x80, 0x90, 0xfe, 0xaf, 0xee, 0x08, 0x0a, [87] = 0x6a, 0xeb, 0x8e, 0x97, 0xd7, 0x00, 0x00, 0x01, 0x00};

/* Unpacks from a block of exactly `size` bytes, with a runtime that counts. */
static ae_status unpack(const unsigned char *bytes, size_t size, uint64_t limit, unsigned char *result,
                        size_t capacity, size_t *result_size, size_t *peak)
{
    failing_alloc memory;
    ae_runtime *runtime = NULL;
    ae_runtime_options options = {.struct_size = sizeof options, .threads = 1};
    ae_status status;
    size_t before;
    unsigned char *copy = malloc(size ? size : 1), *out = copy;

    assert_non_null(copy);
    memcpy(copy, bytes, size);
    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &options);
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    before = memory.live_bytes;
    status = aei_gzip_unpack(runtime, "x.gz", copy, size, limit, &out, result_size);
    free(copy);
    *peak = memory.peak_bytes - before;
    if (status == AE_OK) {
        assert_non_null(out);
        assert_true(*result_size <= capacity);
        memcpy(result, out, *result_size);
    } else {
        assert_null(out);
        assert_int_equal(*result_size, 0);
    }
    aei_free(runtime, out);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
    return status;
}

static ae_status unpack_small(const unsigned char *bytes, size_t size, uint64_t limit, char text[64])
{
    size_t length, peak;
    ae_status status = unpack(bytes, size, limit, (unsigned char *)text, 63, &length, &peak);

    assert_true(peak < 100000);
    text[status == AE_OK ? length : 0] = '\0';
    return status;
}

static void assert_refused(const unsigned char *bytes, size_t size, uint64_t limit, const char *message)
{
    char text[64];

    assert_int_equal(unpack_small(bytes, size, limit, text), AE_ERROR_FORMAT);
    assert_string_equal(ae_last_error(), message);
}

static void test_members(void **state)
{
    (void)state;
    unsigned char bytes[4 * sizeof hello];
    size_t size = 0;
    char text[64];

    assert_int_equal(unpack_small(hello, sizeof hello, 0, text), AE_OK);
    assert_string_equal(text, "hello\n");
    assert_int_equal(unpack_small(nothing, sizeof nothing, 0, text), AE_OK);
    assert_string_equal(text, "");

    memcpy(bytes, hello, sizeof hello), size += sizeof hello;
    memcpy(bytes + size, nothing, sizeof nothing), size += sizeof nothing;
    memcpy(bytes + size, hello, sizeof hello), size += sizeof hello;
    assert_int_equal(unpack_small(bytes, size, 0, text), AE_OK);
    assert_string_equal(text, "hello\nhello\n");
    assert_int_equal(unpack_small(bytes, size, 12, text), AE_OK);
    assert_refused(bytes, size, 11, "x.gz: the gzip data unpacks to more than max_bytes, 11");
    assert_refused(bytes, size - 1, 0, "x.gz: offset 71: the gzip data ends too early");
}

static void test_what_follows_the_data(void **state)
{
    (void)state;
    unsigned char bytes[sizeof hello + 3] = {0};

    memcpy(bytes, hello, sizeof hello);
    assert_refused(bytes, sizeof bytes, 0, "x.gz: offset 26: 3 bytes after the end of the gzip data");
    bytes[sizeof hello] = 0x1f;
    assert_refused(bytes, sizeof hello + 1, 0, "x.gz: offset 26: 1 bytes after the end of the gzip data");
    bytes[sizeof hello + 1] = 0x8b;
    assert_refused(bytes, sizeof bytes, 0, "x.gz: offset 29: the gzip data ends too early");
}

static void test_damage(void **state)
{
    (void)state;
    unsigned char bytes[sizeof hello];
    char text[64];

    for (size_t size = 0; size < sizeof hello; size++) {
        assert_int_equal(unpack_small(hello, size, 0, text), AE_ERROR_FORMAT);
        assert_non_null(strstr(ae_last_error(), "ends too early"));
    }
    memcpy(bytes, hello, sizeof bytes);
    bytes[20] ^= 1;
    assert_refused(bytes, sizeof bytes, 0, "x.gz: offset 22: damaged gzip data, incorrect data check");
    for (size_t i = 0; i < sizeof hello; i++)
        for (int change = 1; change < 256; change++) {
            memcpy(bytes, hello, sizeof bytes);
            bytes[i] = (unsigned char)(bytes[i] ^ change);
            if (unpack_small(bytes, sizeof bytes, 0, text) == AE_OK) /* a byte without a meaning */
                assert_string_equal(text, "hello\n");
            else
                assert_true(strncmp(ae_last_error(), "x.gz: ", 6) == 0);
        }
}

/* 16 MiB in 24 KiB. */
static void test_bomb(void **state)
{
    (void)state;
    const size_t members = 256, unpacked = members * 65536;
    unsigned char *bytes = malloc(members * sizeof zeros), *result = malloc(unpacked);
    size_t size = 0, peak = 0;

    assert_non_null(bytes);
    assert_non_null(result);
    for (size_t i = 0; i < members; i++)
        memcpy(bytes + i * sizeof zeros, zeros, sizeof zeros);
    assert_int_equal(unpack(bytes, members * sizeof zeros, unpacked - 1, result, unpacked, &size, &peak),
                     AE_ERROR_FORMAT);
    assert_true(peak < 100000); /* refused without having been stored */
    assert_int_equal(unpack(bytes, members * sizeof zeros, unpacked, result, unpacked, &size, &peak), AE_OK);
    assert_int_equal(size, unpacked);
    assert_true(peak < unpacked + 100000);
    for (size_t i = 0; i < size; i++)
        if (result[i] != 0)
            fail();
    /* damage in the last member is found before anything is stored */
    bytes[members * sizeof zeros - 1] ^= 1;
    assert_int_equal(unpack(bytes, members * sizeof zeros, 0, result, unpacked, &size, &peak), AE_ERROR_FORMAT);
    assert_true(peak < 100000);
    free(bytes);
    free(result);
}

static void test_failing_allocations(void **state)
{
    (void)state;
    failing_alloc memory;
    ae_runtime *runtime = NULL;
    ae_runtime_options options = {.struct_size = sizeof options, .threads = 1};
    size_t n, size;

    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &options);
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    for (n = 1;; n++) {
        unsigned char *out = NULL;
        ae_status status;
        failing_alloc_fail_at(&memory, n, n % 2);
        status = aei_gzip_unpack(runtime, "x.gz", zeros, sizeof zeros, 0, &out, &size);
        if (memory.failed == 0) {
            assert_int_equal(status, AE_OK);
            aei_free(runtime, out);
            break;
        }
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        assert_null(out);
        assert_int_equal(memory.live_blocks, 1); /* the runtime */
    }
    assert_true(n > 3); /* zlib's state and window are ours too */
    failing_alloc_fail_at(&memory, 0, false);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

#else

static void test_no_zlib(void **state)
{
    (void)state;
    unsigned char *out = NULL;
    size_t size;

    assert_int_equal(aei_gzip_unpack(NULL, "x.gz", hello, sizeof hello, 0, &out, &size), AE_ERROR_UNSUPPORTED);
    assert_null(out);
    assert_string_equal(ae_last_error(), "x.gz: gzip data, and this build of the library has no zlib");
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_magic),
#if AEI_HAVE_ZLIB
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_what_follows_the_data),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_failing_allocations),
#else
        cmocka_unit_test(test_no_zlib),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
