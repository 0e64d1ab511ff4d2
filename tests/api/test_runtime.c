/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"

/* ---- log */

typedef struct lines {
    size_t count;
    int32_t level;
    char last[200];
} lines;

static void keep_line(void *user, int32_t level, const char *message)
{
    lines *l = user;
    l->count++;
    l->level = level;
    strncpy(l->last, message, sizeof l->last - 1);
}

static void test_log(void **state)
{
    lines l = {0};
    ae_runtime *runtime;
    ae_runtime_options options;
    (void)state;
    ae_runtime_options_init(&options, sizeof options);
    options.log = keep_line;
    options.log_user = &l;
    options.threads = 3;
    options.kernels = AE_KERNELS_REFERENCE;
    assert_int_equal(ae_runtime_create(&runtime, &options), AE_OK);
    assert_int_equal(l.count, 1);
    assert_int_equal(l.level, AE_LOG_INFO);
    assert_string_equal(l.last, "kernels: reference, threads: 3");
    assert_string_equal(ae_runtime_kernels(runtime), "reference");
    assert_int_equal(ae_runtime_threads(runtime), 3);
    ae_runtime_free(runtime);
}

/* ---- options */

static void test_defaults(void **state)
{
    ae_runtime_options o;
    ae_runtime *runtime;
    (void)state;
    memset(&o, 0xff, sizeof o);
    ae_runtime_options_init(&o, sizeof o);
    assert_true(o.struct_size == sizeof o && !o.allocate && !o.deallocate && !o.allocator_user && !o.log);
    assert_true(!o.log_user && !o.parallel && !o.parallel_user && o.threads == 1 && o.kernels == AE_KERNELS_AUTO);
    assert_int_equal(ae_runtime_create(&runtime, NULL), AE_OK);
    assert_int_equal(ae_runtime_threads(runtime), 1);
    assert_string_equal(ae_runtime_kernels(runtime), ae_runtime_kernels(NULL));
    ae_runtime_free(runtime);
}

static void test_refusals(void **state)
{
    ae_runtime_options options;
    ae_runtime *runtime = (ae_runtime *)state;
    (void)state;
    ae_runtime_options_init(&options, sizeof options);
    options.threads = 257;
    assert_int_equal(ae_runtime_create(&runtime, &options), AE_ERROR_INVALID_ARGUMENT);
    assert_null(runtime);
    assert_non_null(strstr(ae_last_error(), "257"));
    options.threads = 0;
    assert_int_equal(ae_runtime_create(&runtime, &options), AE_ERROR_INVALID_ARGUMENT);
    options.threads = 256; /* started when they are needed */
    assert_int_equal(ae_runtime_create(&runtime, &options), AE_OK);
    ae_runtime_free(runtime);
    options.kernels = 77;
    assert_int_equal(ae_runtime_create(&runtime, &options), AE_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(ae_last_error(), "77"));
}

/* ---- a host's own threads */

typedef struct host {
    size_t rounds, tasks;
} host;

/* Every task once, in an order of the host's own. */
static void run_tasks(void *user, ae_task task, void *work, size_t count)
{
    host *h = user;
    h->rounds++;
    for (size_t i = 0; i < count; i++) {
        h->tasks++;
        task(work, (i + count / 2) % count);
    }
}

static void test_the_hosts_threads_do_the_work(void **state)
{
    static float x[600 * 300], codes[600 * 5];
    host h = {0};
    ae_runtime *runtime;
    ae_runtime_options options;
    const ae_train_options training = architecture_training(ARCHITECTURE_WIDE);
    ae_model *model;
    ae_dataset *data;
    (void)state;
    ae_runtime_options_init(&options, sizeof options);
    options.parallel = run_tasks;
    options.parallel_user = &h;
    architecture_rows(x, 600, 300, 1);
    assert_int_equal(ae_runtime_create(&runtime, &options), AE_OK);
    assert_int_equal(architecture_create(&model, ARCHITECTURE_WIDE, runtime, 1), AE_OK);
    assert_int_equal(ae_dataset_from_memory(&data, runtime, x, 600, 300, 0), AE_OK);
    assert_int_equal(ae_encode(model, x, 600, 0, codes, 0), AE_OK);
    assert_true(h.rounds == 1 && h.tasks == 3); /* 600 rows: 256 256 88 */
    assert_int_equal(ae_fit(model, data, NULL, &training), AE_OK);
    assert_true(h.rounds > 10 && h.tasks > 2 * h.rounds - 2);
    ae_model_free(model);
    ae_dataset_free(data);
    ae_runtime_free(runtime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_the_hosts_threads_do_the_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
