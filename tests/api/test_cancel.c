/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Solvers that are cancelled, at every moment at which they ask the host for memory or threads, and by another thread.
 * Of trainings see test_training_failures.c. */
#include <autoencoder/autoencoder.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

enum { LONG = 70, SHORT = 20, K = 3 };

static float x[LONG * LONG];

/* ---- a host that pulls the switch when it is asked for the n-th time */

typedef struct host {
    ae_runtime *runtime;
    ae_cancel *cancel;
    size_t asked, pull_at, live;
} host;

static void ask(host *h)
{
    if (++h->asked == h->pull_at)
        ae_cancel_request(h->cancel);
}

static void *allocate(void *user, size_t size)
{
    host *h = user;
    ask(h);
    h->live++;
    return malloc(size);
}

static void deallocate(void *user, void *block, size_t size)
{
    host *h = user;
    (void)size;
    h->live--;
    free(block);
}

static void run(void *user, ae_task task, void *work, size_t count)
{
    ask(user);
    for (size_t i = 0; i < count; i++)
        task(work, i);
}

static void host_start(host *h, size_t pull_at)
{
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    *h = (host){0};
    options.allocate = allocate;
    options.deallocate = deallocate;
    options.parallel = run;
    options.allocator_user = options.parallel_user = h;
    assert_int_equal(ae_runtime_create(&h->runtime, &options), AE_OK);
    assert_int_equal(ae_cancel_create(&h->cancel, h->runtime), AE_OK);
    h->asked = 0;
    h->pull_at = pull_at;
}

static void host_end(host *h)
{
    ae_cancel_free(h->cancel);
    ae_runtime_free(h->runtime);
    assert_int_equal(h->live, 0);
}

/* ---- solvers */

typedef ae_status (*solver)(ae_model **out, const ae_dataset *data, const host *h, int32_t kind, double *number);

static ae_status find_components(ae_model **out, const ae_dataset *data, const host *h, int32_t kind, double *number)
{
    ae_pca_options options;
    double variances[K] = {-1, -1, -1};
    ae_pca_options_init(&options, sizeof options);
    options.runtime = h->runtime;
    options.cancel = h->cancel;
    options.solver = kind;
    ae_status status = ae_pca_fit(out, data, K, &options, variances, number);
    for (size_t i = 0; i < K; i++)
        assert_int_equal(variances[i] < 0, status != AE_OK);
    return status;
}

static ae_status find_atoms(ae_model **out, const ae_dataset *data, const host *h, int32_t kind, double *number)
{
    ae_dictionary_options options;
    ae_dictionary_options_init(&options, sizeof options);
    options.runtime = h->runtime;
    options.cancel = h->cancel;
    options.method = kind;
    options.iterations = 4;
    options.batch_size = 16;
    return ae_dictionary_fit(out, data, 5, &options, number);
}

/* Cancelled or not, nothing is leaked; cancelled, nothing is written. Returns how often it was cancelled. */
static size_t cancel_at_every_moment(solver solve, int32_t kind, size_t rows, size_t columns)
{
    size_t cancelled = 0;
    ae_dataset *data;
    assert_int_equal(ae_dataset_from_memory(&data, NULL, x, rows, columns, 0), AE_OK);
    for (size_t n = 1;; n++) {
        host h;
        ae_model *model = (ae_model *)x;
        double number = -1;
        host_start(&h, n);
        const ae_status status = solve(&model, data, &h, kind, &number);
        const size_t asked = h.asked;
        if (status == AE_ERROR_CANCELLED) {
            assert_null(model);
            assert_true(number == -1 && ae_cancel_requested(h.cancel));
            assert_non_null(strstr(ae_last_error(), "cancelled"));
            cancelled++;
        } else { /* the result was ready */
            assert_int_equal(status, AE_OK);
            assert_true(number >= 0);
        }
        ae_model_free(model);
        host_end(&h);
        if (asked < n)
            break;
    }
    ae_dataset_free(data);
    return cancelled;
}

static void test_components(void **state)
{
    (void)state;
    for (int32_t kind = AE_PCA_EXACT; kind <= AE_PCA_RANDOMIZED; kind++) {
        assert_true(cancel_at_every_moment(find_components, kind, LONG, SHORT) >= 7);
        assert_true(cancel_at_every_moment(find_components, kind, SHORT, LONG) >= 7);
    }
}

static void test_atoms(void **state)
{
    (void)state;
    for (int32_t kind = AE_DICTIONARY_BATCH; kind <= AE_DICTIONARY_ONLINE; kind++)
        assert_true(cancel_at_every_moment(find_atoms, kind, LONG, SHORT) >= 20);
}

/* A switch that is pulled before ends everything at once, and nothing once it is put back. */
static void test_pulled_before(void **state)
{
    const solver solvers[] = {find_components, find_components, find_atoms, find_atoms};
    const int32_t kinds[] = {AE_PCA_EXACT, AE_PCA_RANDOMIZED, AE_DICTIONARY_BATCH, AE_DICTIONARY_ONLINE};
    host h;
    ae_dataset *data;
    (void)state;
    host_start(&h, 0);
    assert_int_equal(ae_dataset_from_memory(&data, NULL, x, LONG, SHORT, 0), AE_OK);
    for (size_t i = 0; i < 4; i++) {
        ae_model *model;
        double number;
        ae_cancel_request(h.cancel);
        assert_int_equal(solvers[i](&model, data, &h, kinds[i], &number), AE_ERROR_CANCELLED);
        assert_null(model);
        ae_cancel_reset(h.cancel);
        assert_int_equal(solvers[i](&model, data, &h, kinds[i], &number), AE_OK);
        ae_model_free(model);
    }
    ae_dataset_free(data);
    host_end(&h);
}

/* ---- another thread, in the middle of a decomposition */

static void *pull_soon(void *cancel)
{
    const struct timespec pause = {0, 20000000};
    nanosleep(&pause, NULL);
    ae_cancel_request(cancel);
    return NULL;
}

static void test_by_another_thread(void **state)
{
    enum { SIDE = 2500 }; /* much longer than the pause without the switch */
    float *rows = malloc(sizeof *rows * SIDE * SIDE);
    ae_cancel *cancel;
    ae_dataset *data;
    ae_pca_options options;
    ae_model *model;
    pthread_t thread;
    (void)state;
    assert_non_null(rows);
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++)
        rows[i] = (float)(i * 2654435761u % 1009) / 1009;
    assert_int_equal(ae_dataset_from_memory(&data, NULL, rows, SIDE, SIDE, 0), AE_OK);
    assert_int_equal(ae_cancel_create(&cancel, NULL), AE_OK);
    ae_pca_options_init(&options, sizeof options);
    options.solver = AE_PCA_EXACT;
    options.cancel = cancel;
    assert_int_equal(pthread_create(&thread, NULL, pull_soon, cancel), 0);
    assert_int_equal(ae_pca_fit(&model, data, SIDE, &options, NULL, NULL), AE_ERROR_CANCELLED);
    pthread_join(thread, NULL);
    ae_dataset_free(data);
    ae_cancel_free(cancel);
    free(rows);
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < LONG * LONG; i++)
        x[i] = (float)sin((double)(i * i % 1009));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_components),
        cmocka_unit_test(test_atoms),
        cmocka_unit_test(test_pulled_before),
        cmocka_unit_test(test_by_another_thread),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
