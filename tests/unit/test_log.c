/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/log.h"
#include "base/runtime.h"
#include <stdio.h>
#include <string.h>

typedef struct listener {
    int calls;
    int32_t level;
    char message[1024];
} listener;

static void hear(void *user, int32_t level, const char *message)
{
    listener *l = user;

    l->calls++;
    l->level = level;
    snprintf(l->message, sizeof l->message, "%s", message);
}

static ae_runtime *runtime_with(ae_log_callback log, listener *l)
{
    ae_runtime_options options = {.struct_size = sizeof options, .log = log, .log_user = l, .threads = 1};
    ae_runtime *runtime;

    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    return runtime;
}

static void test_a_line_reaches_the_callback(void **state)
{
    listener l = {0};
    ae_runtime *runtime = runtime_with(hear, &l);

    (void)state;
    aei_log(runtime, AE_LOG_WARNING, "%d of %s\n", 3, "four");
    assert_int_equal(l.calls, 1);
    assert_int_equal(l.level, AE_LOG_WARNING);
    assert_string_equal(l.message, "3 of four\\x0A");
    aei_runtime_release(runtime);
}

static void test_long_lines_are_cut(void **state)
{
    listener l = {0};
    ae_runtime *runtime = runtime_with(hear, &l);
    char text[2000];

    (void)state;
    memset(text, 'y', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    aei_log(runtime, AE_LOG_INFO, "%s", text);
    assert_int_equal(strlen(l.message), 511);
    assert_string_equal(l.message + 508, "...");
    aei_runtime_release(runtime);
}

static void test_nothing_without_a_callback(void **state)
{
    ae_runtime *runtime = runtime_with(NULL, NULL);

    (void)state;
    aei_log(NULL, AE_LOG_INFO, "%s", "nobody listens");
    aei_log(runtime, AE_LOG_INFO, "%s", "nobody listens");
    aei_runtime_release(runtime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_reaches_the_callback),
        cmocka_unit_test(test_long_lines_are_cut),
        cmocka_unit_test(test_nothing_without_a_callback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
