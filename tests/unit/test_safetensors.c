/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "file/safetensors.h"
#include "support/failing_alloc.h"

/* A parsed header, and the block that its names lie in. */
typedef struct parsed {
    aei_safetensors file;
    char *block;
    ae_status status;
} parsed;

static parsed parse_bytes(const ae_runtime *runtime, const char *header, size_t size, size_t data_size)
{
    parsed p = {.block = malloc(size ? size : 1)};
    assert_non_null(p.block);
    memcpy(p.block, header, size);
    p.status = aei_safetensors_parse(&p.file, runtime, p.block, size, data_size);
    return p;
}

static parsed parse(const char *header, size_t data_size)
{
    return parse_bytes(NULL, header, strlen(header), data_size);
}

static void finish(parsed *p)
{
    aei_safetensors_clear(&p->file);
    free(p->block);
}

static void test_header_size(void **state)
{
    const unsigned char good[10] = {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
    unsigned char bad[10] = {3, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
    size_t n = 77;
    (void)state;
    assert_int_equal(aei_safetensors_header_size(good, 10, &n), AE_OK);
    assert_int_equal(n, 2);
    n = 77;
    for (size_t size = 0; size < 8; size++)
        assert_int_equal(aei_safetensors_header_size(good, size, &n), AE_ERROR_FORMAT);
    assert_int_equal(aei_safetensors_header_size(good, 9, &n), AE_ERROR_FORMAT);
    assert_int_equal(aei_safetensors_header_size(bad, 10, &n), AE_ERROR_FORMAT);
    assert_non_null(strstr(aei_error_text(), "only 2 follow"));
    for (int i = 4; i < 8; i++) {
        memset(bad, 0, 8);
        bad[i] = i == 7 ? 0x80 : 1;
        assert_int_equal(aei_safetensors_header_size(bad, 10, &n), AE_ERROR_FORMAT);
        assert_non_null(strstr(aei_error_text(), "not a safetensors file"));
    }
    memset(bad, 0xFF, 8);
    assert_int_equal(aei_safetensors_header_size(bad, 10, &n), AE_ERROR_FORMAT);
    assert_int_equal(n, 77);
}

/* What the first bytes of a file tell. */
static void test_look(void **state)
{
    unsigned char head[16] = {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
    (void)state;
    for (size_t size = 0; size <= 16; size++)
        assert_int_equal(aei_safetensors_look(head, size), AE_OK);
    head[8] = ' ';
    assert_int_equal(aei_safetensors_look(head, 8), AE_OK);
    for (size_t size = 9; size <= 16; size++)
        assert_int_equal(aei_safetensors_look(head, size), AE_ERROR_FORMAT);
    head[8] = '{';
    head[3] = 7; /* 112 MiB */
    assert_int_equal(aei_safetensors_look(head, 16), AE_ERROR_FORMAT);
    assert_non_null(strstr(aei_error_text(), "longer than"));
}

static void test_tables(void **state)
{
    (void)state;
    parsed p = parse("{\"b\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[4,28]},"
                     "\"__metadata__\":{\"two\":\"2\",\"one\":\"\\u0031\"},"
                     "\"a\":{\"data_offsets\":[0,4],\"shape\":[],\"dtype\":\"F32\"},"
                     "\"c\":{\"dtype\":\"U8\",\"shape\":[1,2,1,3],\"data_offsets\":[28,34]},"
                     "\"none\":{\"dtype\":\"F64\",\"shape\":[0,7],\"data_offsets\":[28,28]}}  \n", 34);
    assert_int_equal(p.status, AE_OK);
    assert_int_equal(p.file.count, 4);
    assert_int_equal(p.file.metadata_count, 2);
    assert_string_equal(aei_safetensors_metadata(&p.file, "one"), "1");
    assert_string_equal(aei_safetensors_metadata(&p.file, "two"), "2");
    assert_null(aei_safetensors_metadata(&p.file, "three"));
    assert_null(aei_safetensors_tensor(&p.file, "d"));
    assert_null(aei_safetensors_tensor(&p.file, "__metadata__"));
    const aei_tensor_entry *a = aei_safetensors_tensor(&p.file, "a"), *b = aei_safetensors_tensor(&p.file, "b");
    const aei_tensor_entry *c = aei_safetensors_tensor(&p.file, "c"), *none = aei_safetensors_tensor(&p.file, "none");
    assert_int_equal(a->rank, 0);
    assert_int_equal(a->size, 4);
    assert_string_equal(aei_dtype_name(a->dtype), "F32");
    assert_int_equal(b->rank, 2);
    assert_int_equal(b->dims[0], 2);
    assert_int_equal(b->dims[1], 3);
    assert_int_equal(b->first, 4);
    assert_int_equal(b->size, 24);
    assert_int_equal(c->rank, 4);
    assert_int_equal(c->dtype, AEI_DTYPE_U8);
    assert_int_equal(none->size, 0);
    finish(&p);
    p = parse("{}", 0);
    assert_int_equal(p.status, AE_OK);
    assert_int_equal(p.file.count, 0);
    assert_null(aei_safetensors_tensor(&p.file, "a"));
    finish(&p);
}

#define TENSOR(name, dtype, shape, offsets)                                                                            \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static void test_refused(void **state)
{
    static const struct {
        const char *header;
        size_t data_size;
        const char *message;
    } cases[] = {
        {"", 0, "'{' expected"},
        {" {}", 0, "'{' expected"},
        {"[]", 0, "'{' expected"},
        {"{", 0, "'\"' expected"},
        {"{}{}", 0, "nothing more"},
        {"{\"a\":5}", 0, "'{' expected"},
        {"{\"a\":null}", 0, "'{' expected"},
        {"{\"a\":{}}", 0, "\"a\" has no dtype"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "\"a\" has no data_offsets"},
        {"{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "\"a\" has no shape"},
        {"{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 4, "repeated key \"dtype\""},
        {"{\"a\":{\"dtype\":\"F32\",\"strides\":[1]}}", 4, "unknown key \"strides\""},
        {"{" TENSOR("a", "f32", "[1]", "[0,4]") "}", 4, "unknown dtype \"f32\""},
        {"{" TENSOR("a", "F32\\n\\u00e9", "[1]", "[0,4]") "}", 4, "unknown dtype"},
        {"{\"a\":{\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "'\"' expected"},
        {"{" TENSOR("a", "F32", "[-1]", "[0,4]") "}", 4, "whole number"},
        {"{" TENSOR("a", "F32", "[1.0]", "[0,4]") "}", 4, "whole number"},
        {"{" TENSOR("a", "F32", "[\"1\"]", "[0,4]") "}", 4, "whole number"},
        {"{" TENSOR("a", "F32", "1", "[0,4]") "}", 4, "'[' expected"},
        {"{" TENSOR("a", "F32", "[[[[[[1]]]]]]", "[0,4]") "}", 4, "whole number"},
        {"{" TENSOR("a", "F32", "[9223372036854775808,2]", "[0,4]") "}", 4, "too large to address"},
        {"{" TENSOR("a", "F32", "[4611686018427387905]", "[0,4]") "}", 4, "do not take the 4 bytes"},
        {"{" TENSOR("a", "F32", "[4294967296,4294967296]", "[0,0]") "}", 0, "too large to address"},
        {"{" TENSOR("a", "F32", "[36893488147419103233]", "[0,4]") "}", 4, "too large"},
        {"{" TENSOR("a", "F32", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,4]") "}", 4, "dimensions"},
        {"{" TENSOR("a", "F32", "[2]", "[0,4]") "}", 4, "do not take the 4 bytes"},
        {"{" TENSOR("a", "F64", "[1]", "[0,4]") "}", 4, "do not take the 4 bytes"},
        {"{" TENSOR("a", "F32", "[1]", "[0]") "}", 4, "not two numbers"},
        {"{" TENSOR("a", "F32", "[1]", "[]") "}", 4, "not two numbers"},
        {"{" TENSOR("a", "F32", "[1]", "[0,4,8]") "}", 4, "not two numbers"},
        {"{" TENSOR("a", "F32", "[1]", "[4,0]") "}", 4, "do not lie in the 4 bytes"},
        {"{" TENSOR("a", "F32", "[1]", "[0,4]") "}", 3, "do not lie in the 3 bytes"},
        {"{" TENSOR("a", "F32", "[1]", "[18446744073709551612,18446744073709551615]") "}", 4, "do not lie"},
        {"{" TENSOR("a", "F32", "[1]", "[0,18446744073709551620]") "}", 4, "too large"},
        {"{" TENSOR("a", "F32", "[1]", "[0,4]") "}", 5, "take 4 bytes, but it has 5"},
        {"{" TENSOR("a", "F32", "[1]", "[4,8]") "}", 8, "leave a hole"},
        {"{" TENSOR("a", "F32", "[1]", "[0,4]") "," TENSOR("b", "F32", "[1]", "[8,12]") "}", 12, "leave a hole"},
        {"{" TENSOR("a", "F32", "[1]", "[0,4]") "," TENSOR("b", "F32", "[1]", "[2,6]") "}", 6, "overlap"},
        {"{" TENSOR("a", "F32", "[1]", "[0,4]") "," TENSOR("b", "F32", "[1]", "[0,4]") "}", 4, "overlap"},
        {"{" TENSOR("a", "F32", "[2]", "[0,8]") "," TENSOR("b", "F32", "[0]", "[4,4]") "}", 8, "overlap"},
        {"{" TENSOR("a", "F32", "[1]", "[0,4]") "," TENSOR("a", "F32", "[1]", "[4,8]") "}", 8, "the name \"a\""},
        {"{" TENSOR("a", "F32", "[1]", "[0,4]") "," TENSOR("\\u0061", "F32", "[1]", "[4,8]") "}", 8, "the name \"a\""},
        {"{\"__metadata__\":{\"a\":\"\"},\"__metadata__\":{}}", 0, "second __metadata__"},
        {"{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 0, "key \"a\" twice"},
        {"{\"__metadata__\":{\"a\":1}}", 0, "'\"' expected"},
        {"{\"__metadata__\":{\"a\":null}}", 0, "'\"' expected"},
        {"{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}", 0, "'\"' expected"},
        {"{\"__metadata__\":[]}", 0, "'{' expected"},
        {"{\"a\\u0000\":{}}", 0, "invalid escape"},
        {"{\"\xFF\":{}}", 0, "not UTF-8"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        parsed p = parse(cases[i].header, cases[i].data_size);
        if (p.status == AE_OK || !strstr(aei_error_text(), cases[i].message))
            fail_msg("%s: status %d, \"%s\" instead of \"%s\"", cases[i].header, (int)p.status,
                     p.status == AE_OK ? "" : aei_error_text(), cases[i].message);
        assert_true(p.status == AE_ERROR_FORMAT || p.status == AE_ERROR_UNSUPPORTED);
        assert_int_equal(p.file.count, 0);
        assert_null(p.file.tensors);
        finish(&p);
    }
}

/* Headers of a megabyte, full of one thing: memory stays below twice the size and 1 MiB, and nothing recurses. */
static void check_repeated(const char *start, const char *piece, const char *stop)
{
    const size_t length = strlen(piece), pieces = ((size_t)1 << 20) / length;
    char *text = malloc(strlen(start) + pieces * length + strlen(stop) + 1), *at = text;
    failing_alloc memory;
    ae_runtime *runtime;
    assert_non_null(text);
    at += sprintf(at, "%s", start);
    for (size_t i = 0; i < pieces; i++, at += length)
        memcpy(at, piece, length);
    at += sprintf(at, "%s", stop);
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    failing_alloc_reset_peak(&memory);
    parsed p = parse_bytes(runtime, text, (size_t)(at - text), 0);
    assert_int_not_equal(p.status, AE_OK);
    assert_true(memory.peak_bytes < 2 * ((size_t)1 << 20) + ((size_t)1 << 20));
    finish(&p);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
    free(text);
}

static void test_bounds(void **state)
{
    (void)state;
    check_repeated("", "[", "");
    check_repeated("{\"a\":", "{\"a\":", "");
    check_repeated("{\"a\":{\"shape\":", "[", "");
    check_repeated("{\"a\":{\"shape\":[", "1,", "1]}}");
    check_repeated("{\"__metadata__\":{", "\"\":\"\",", "}}");
    check_repeated("{", "\"\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},", "}");
    check_repeated("{", "\"\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,0]},", "}");
    check_repeated("{\"", "\\u0041", "\":{}}");
    check_repeated("{\"a\":{\"shape\":[", "9", "]}}");
}

static void test_many_tensors(void **state)
{
    const size_t count = 50000;
    char *text = malloc(100 * count), *at = text;
    (void)state;
    assert_non_null(text);
    for (size_t i = count; i-- > 0;) /* against the order of places and names */
        at += sprintf(at, "%c\"%zu\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%zu,%zu]}",
                      at == text ? '{' : ',', i, 4 * i, 4 * i + 4);
    at += sprintf(at, "}");
    parsed p = parse_bytes(NULL, text, (size_t)(at - text), 4 * count);
    assert_int_equal(p.status, AE_OK);
    assert_int_equal(p.file.count, count);
    for (size_t i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof name, "%zu", i);
        assert_int_equal(aei_safetensors_tensor(&p.file, name)->first, 4 * i);
    }
    finish(&p);
    free(text);
}

static void test_header_round_trip(void **state)
{
    const aei_metadata_entry metadata[] = {{"key", "a \"quoted\" text\n"}, {"empty", ""}};
    aei_tensor_entry tensors[] = {
        {.name = "weight", .dtype = AEI_DTYPE_F32, .rank = 2, .dims = {3, 5}},
        {.name = "bias", .dtype = AEI_DTYPE_F32, .rank = 1, .dims = {3, 1}},
        {.name = "long", .dtype = AEI_DTYPE_F64, .rank = 1, .dims = {2, 1}},
    };
    char *bytes = NULL;
    size_t size = 0, n = 0;
    (void)state;
    assert_int_equal(aei_safetensors_header(&bytes, &size, NULL, metadata, 2, tensors, 3), AE_OK);
    assert_int_equal(size % 64, 0);
    assert_int_equal(bytes[8], '{');
    assert_int_equal(aei_safetensors_header_size((unsigned char *)bytes, size, &n), AE_OK);
    assert_int_equal(n, size - 8);
    parsed p = parse_bytes(NULL, bytes + 8, n, 60 + 12 + 16);
    assert_int_equal(p.status, AE_OK);
    assert_string_equal(aei_safetensors_metadata(&p.file, "key"), "a \"quoted\" text\n");
    assert_string_equal(aei_safetensors_metadata(&p.file, "empty"), "");
    for (size_t i = 0; i < 3; i++) {
        const aei_tensor_entry *tensor = aei_safetensors_tensor(&p.file, tensors[i].name);
        assert_int_equal(tensor->first, tensors[i].first);
        assert_int_equal(tensor->size, tensors[i].size);
        assert_int_equal(tensor->dtype, tensors[i].dtype);
        assert_int_equal(tensor->rank, tensors[i].rank);
        assert_memory_equal(tensor->dims, tensors[i].dims, sizeof tensor->dims);
    }
    assert_int_equal(tensors[2].first, 72);
    finish(&p);
    aei_free(NULL, bytes);
}

static void test_without_memory(void **state)
{
    static const char text[] = "{\"__metadata__\":{\"a\":\"b\"}," TENSOR("a", "F32", "[1]", "[0,4]") "}";
    const aei_metadata_entry metadata[] = {{"key", "text"}};
    aei_tensor_entry tensors[] = {{.name = "weight", .dtype = AEI_DTYPE_F32, .rank = 2, .dims = {3, 5}}};
    failing_alloc memory;
    ae_runtime *runtime;
    size_t n, failures = 0;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    for (n = 1;; n++) {
        failing_alloc_fail_at(&memory, n, false);
        parsed p = parse_bytes(runtime, text, sizeof text - 1, 4);
        const ae_status status = p.status;
        finish(&p);
        if (memory.failed == 0) {
            assert_int_equal(status, AE_OK);
            break;
        }
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        failures++;
    }
    for (n = 1;; n++) {
        char *bytes = NULL;
        size_t size;
        failing_alloc_fail_at(&memory, n, false);
        ae_status status = aei_safetensors_header(&bytes, &size, runtime, metadata, 1, tensors, 1);
        if (memory.failed == 0) {
            assert_int_equal(status, AE_OK);
            aei_free(runtime, bytes);
            break;
        }
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        failures++;
    }
    assert_true(failures >= 3);
    failing_alloc_fail_at(&memory, 0, false);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header_size),
        cmocka_unit_test(test_look),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_many_tensors),
        cmocka_unit_test(test_header_round_trip),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
