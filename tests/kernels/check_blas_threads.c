/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Around a call of ours the BLAS has one thread; before and after it has what the host wants, also when calls
 * nest, come from several threads, or from a child after fork. Skipped for a BLAS without OpenBLAS's
 * functions. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#define SKIPPED 77

__attribute__((weak)) int openblas_get_num_threads(void);
__attribute__((weak)) void openblas_set_num_threads(int);

static const aei_kernels *kernels;

static void test_nested(void **state)
{
    (void)state;
    openblas_set_num_threads(2);
    kernels->enter();
    assert_int_equal(openblas_get_num_threads(), 1);
    kernels->enter();
    kernels->leave();
    assert_int_equal(openblas_get_num_threads(), 1);
    kernels->leave();
    assert_int_equal(openblas_get_num_threads(), 2);
}

static void test_host_changes_its_mind(void **state)
{
    (void)state;
    openblas_set_num_threads(2);
    kernels->enter();
    openblas_set_num_threads(3);
    kernels->leave();
    assert_int_equal(openblas_get_num_threads(), 3);
}

static void *come_and_go(void *wrong)
{
    for (int i = 0; i < 2000; ++i) {
        kernels->enter();
        if (openblas_get_num_threads() != 1) *(int *)wrong = 1;
        kernels->leave();
    }
    return NULL;
}

static void test_several_threads(void **state)
{
    pthread_t threads[4];
    int wrong[4] = {0};
    (void)state;

    openblas_set_num_threads(2);
    for (int i = 0; i < 4; ++i) assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, &wrong[i]), 0);
    for (int i = 0; i < 4; ++i) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(wrong[i]);
    }
    assert_int_equal(openblas_get_num_threads(), 2);
}

static void multiply(void)
{
    static aei_real x[32 * 64], w[64 * 64], y[32 * 64];
    const aei_dense_forward call = {.n = 32, .in = 64, .out = 64, .x = x, .x_stride = 64, .w = w, .y = y,
                                    .y_stride = 64};
    kernels->enter();
    kernels->dense_forward(&call);
    kernels->leave();
}

static void *come_and_go_until(void *stop)
{
    while (!atomic_load((atomic_bool *)stop)) {
        kernels->enter();
        kernels->leave();
    }
    return NULL;
}

/* While another thread comes and goes: the child must not meet a lock which that one held. */
static void test_fork(void **state)
{
    pthread_t thread;
    atomic_bool stop = false;
    (void)state;

    openblas_set_num_threads(2);
    multiply();
    assert_int_equal(pthread_create(&thread, NULL, come_and_go_until, &stop), 0);
    for (int i = 0; i < 100; ++i) {
        int result;
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            alarm(20);
            multiply();
            _exit(0);
        }
        assert_int_equal(waitpid(child, &result, 0), child);
        assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    }
    atomic_store(&stop, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(openblas_get_num_threads(), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_host_changes_its_mind),
        cmocka_unit_test(test_several_threads),
        cmocka_unit_test(test_fork),
    };
    if (aei_kernels_get(&kernels, AE_KERNELS_CBLAS) != AE_OK || !openblas_get_num_threads) {
        fprintf(stderr, "skipped: no OpenBLAS in this build\n");
        return SKIPPED;
    }
    openblas_set_num_threads(3);
    if (openblas_get_num_threads() != 3) {
        fprintf(stderr, "skipped: an OpenBLAS without threads\n");
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
