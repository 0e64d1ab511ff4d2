/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Many threads use one model at once while another trains. Run it with -Db_sanitize=thread too. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"

enum { THREADS = 8, ROUNDS = 4, ROWS = 600, WIDEST = 300, LATENT = 5 };

static float x[ROWS * WIDEST];

static ae_runtime *new_runtime(uint32_t threads)
{
    ae_runtime *runtime;
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    options.threads = threads;
    assert_int_equal(ae_runtime_create(&runtime, &options), AE_OK);
    return runtime;
}

/* ---- what one thread sees of a model */

typedef struct view {
    float codes[ROWS * LATENT], x_hat[ROWS * WIDEST], errors[ROWS];
    ae_evaluation evaluation;
} view;

/* Cmocka's assertions belong to the main thread, so threads count what goes wrong. */
static int look(const ae_model *model, const ae_dataset *dataset, view *v)
{
    memset(v, 0, sizeof *v);
    v->evaluation.struct_size = sizeof v->evaluation;
    return (ae_encode(model, x, ROWS, 0, v->codes, 0) != AE_OK) +
           (ae_decode(model, v->codes, ROWS / 2, 0, v->x_hat, 0) != AE_OK) +
           (ae_reconstruct(model, x, ROWS, 0, v->x_hat, 0) != AE_OK) +
           (ae_reconstruction_error(model, x, ROWS, 0, AE_SQUARED_ERROR, v->errors) != AE_OK) +
           (ae_evaluate(model, dataset, &v->evaluation) != AE_OK);
}

typedef struct user {
    pthread_t thread;
    const ae_model *model;
    const ae_dataset *dataset;
    const view *expected;
    ae_runtime *runtime; /* of train(), which makes `own` */
    ae_model *own;
    pthread_barrier_t *start;
    size_t number;
    int wrong;
} user;

/* Uses the model, and fails on purpose in between: the text of a failure is the thread's own. */
static void *use(void *argument)
{
    user *u = argument;
    view *v = malloc(sizeof *v);
    if (!v) {
        u->wrong++;
        return NULL;
    }
    pthread_barrier_wait(u->start);
    u->wrong += ae_last_error()[0] != '\0'; /* nothing has failed in this thread */
    for (int round = 0; round < ROUNDS; round++) {
        char name[32];
        float value;
        u->wrong += look(u->model, u->dataset, v);
        u->wrong += memcmp(v, u->expected, sizeof *v) != 0;
        snprintf(name, sizeof name, "thread %zu round %d", u->number, round);
        u->wrong += ae_model_get_tensor(u->model, name, &value, 1) != AE_ERROR_INVALID_ARGUMENT;
        u->wrong += look(u->model, u->dataset, v); /* successes leave the text as it is */
        u->wrong += !strstr(ae_last_error(), name);
    }
    free(v);
    return NULL;
}

/* All models over `runtime`, with threads of its own or none. */
static void check(size_t which, uint32_t threads)
{
    const size_t columns = which == ARCHITECTURE_WIDE ? WIDEST : 8;
    ae_runtime *runtime = new_runtime(threads);
    const ae_train_options options = architecture_training(which);
    ae_model *shared, *trained, *trained_alone;
    ae_dataset *dataset;
    view *expected = malloc(sizeof *expected);
    pthread_barrier_t start;
    user users[THREADS];

    assert_non_null(expected);
    architecture_rows(x, ROWS, columns, 5);
    assert_int_equal(ae_dataset_from_memory(&dataset, runtime, x, ROWS, columns, 0), AE_OK);
    assert_int_equal(architecture_create(&shared, which, runtime, 1), AE_OK);
    assert_int_equal(architecture_create(&trained, which, runtime, 2), AE_OK);
    assert_int_equal(architecture_create(&trained_alone, which, NULL, 2), AE_OK);
    assert_int_equal(ae_fit(trained_alone, dataset, NULL, &options), AE_OK);
    {
        ae_model *alone; /* what one thread sees, through a runtime of one thread */
        assert_int_equal(architecture_create(&alone, which, NULL, 1), AE_OK);
        assert_int_equal(look(alone, dataset, expected), 0);
        ae_model_free(alone);
    }
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS + 1), 0);
    for (size_t i = 0; i < THREADS; i++) {
        users[i] = (user){.model = shared, .dataset = dataset, .expected = expected, .start = &start, .number = i};
        assert_int_equal(pthread_create(&users[i].thread, NULL, use, &users[i]), 0);
    }
    pthread_barrier_wait(&start);
    assert_int_equal(ae_fit(trained, dataset, NULL, &options), AE_OK);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(users[i].thread, NULL), 0);
        assert_int_equal(users[i].wrong, 0);
    }
    assert_true(architecture_same(trained, trained_alone));
    pthread_barrier_destroy(&start);
    ae_model_free(shared);
    ae_model_free(trained);
    ae_model_free(trained_alone);
    ae_dataset_free(dataset);
    ae_runtime_free(runtime);
    free(expected);
}

static void test_one_model_many_threads(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURES; which++) {
        check(which, 1);
        check(which, 4);
    }
}

/* Made in one thread, used in another, freed in a third: handles have no home. */
static void *make(void *argument)
{
    ae_model **out = argument;
    return architecture_create(out, ARCHITECTURE_NORM, NULL, 1) == AE_OK ? NULL : argument;
}

static void *let_go(void *argument)
{
    ae_model_free(argument);
    return NULL;
}

static void test_handles_move_between_threads(void **state)
{
    ae_model *model;
    pthread_t thread;
    void *failed;
    float codes[3 * 3];
    (void)state;
    architecture_rows(x, 3, 8, 5);
    assert_int_equal(pthread_create(&thread, NULL, make, &model), 0);
    pthread_join(thread, &failed);
    assert_null(failed);
    assert_int_equal(ae_encode(model, x, 3, 0, codes, 0), AE_OK);
    assert_int_equal(pthread_create(&thread, NULL, let_go, model), 0);
    pthread_join(thread, NULL);
}

/* Each thread with models of its own on one runtime, all training at once. */
static void *train(void *argument)
{
    user *u = argument;
    const size_t which = u->number % (ARCHITECTURES - 1);
    const ae_train_options options = architecture_training(which);
    pthread_barrier_wait(u->start);
    u->wrong += architecture_create(&u->own, which, u->runtime, 7) != AE_OK;
    u->wrong += ae_fit(u->own, u->dataset, NULL, &options) != AE_OK;
    return NULL;
}

static void test_many_trainings_on_one_runtime(void **state)
{
    ae_runtime *runtime = new_runtime(3);
    ae_dataset *dataset;
    pthread_barrier_t start;
    user users[THREADS];
    (void)state;
    architecture_rows(x, ROWS, 8, 5);
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, x, ROWS, 8, 0), AE_OK);
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (size_t i = 0; i < THREADS; i++) {
        users[i] = (user){.dataset = dataset, .runtime = runtime, .start = &start, .number = i};
        assert_int_equal(pthread_create(&users[i].thread, NULL, train, &users[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(users[i].thread, NULL), 0);
        assert_int_equal(users[i].wrong, 0);
        if (i >= ARCHITECTURES - 1)
            assert_true(architecture_same(users[i].own, users[i - (ARCHITECTURES - 1)].own));
    }
    for (size_t i = 0; i < THREADS; i++)
        ae_model_free(users[i].own);
    pthread_barrier_destroy(&start);
    ae_dataset_free(dataset);
    ae_runtime_free(runtime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_model_many_threads),
        cmocka_unit_test(test_handles_move_between_threads),
        cmocka_unit_test(test_many_trainings_on_one_runtime),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
