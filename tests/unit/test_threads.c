/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/runtime.h"
#include "base/threads.h"
#include "support/failing_alloc.h"
#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT_MAX 1000

static ae_runtime *runtime_of(uint32_t threads)
{
    ae_runtime_options options = {.struct_size = sizeof options, .threads = threads};
    ae_runtime *runtime;

    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    return runtime;
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void sleep_milliseconds(long milliseconds)
{
    const struct timespec time = {0, milliseconds * 1000000};

    nanosleep(&time, NULL);
}

/* ---- every task exactly once ---- */

typedef struct tally {
    atomic_int runs[COUNT_MAX];
    double results[COUNT_MAX];
} tally;

static void count_run(void *work, size_t task)
{
    tally *t = work;

    atomic_fetch_add(&t->runs[task], 1);
    t->results[task] = 1.0 / (double)(task + 1);
}

/* Number of tasks that did not run exactly once or left a wrong result. */
static int problems_of_a_round(const ae_runtime *runtime, size_t count)
{
    tally *t = calloc(1, sizeof *t);
    int problems = 0;

    aei_parallel_for(runtime, count, count_run, t);
    for (size_t i = 0; i < COUNT_MAX; i++) {
        problems += atomic_load(&t->runs[i]) != (i < count);
        problems += t->results[i] != (i < count ? 1.0 / (double)(i + 1) : 0.0);
    }
    free(t);
    return problems;
}

static void test_every_task_once_by_1_to_8_threads(void **state)
{
    const size_t counts[] = {0, 1, 2, 3, 7, 8, 9, 64, COUNT_MAX};

    (void)state;
    for (uint32_t threads = 1; threads <= 8; threads++) {
        ae_runtime *runtime = runtime_of(threads);
        for (int round = 0; round < 20; round++)
            for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
                assert_int_equal(problems_of_a_round(runtime, counts[i]), 0);
        aei_runtime_release(runtime);
    }
}

static void add_index(void *work, size_t task)
{
    size_t *order = work;

    order[order[0] + 1] = task;
    order[0]++;
}

static void test_one_thread_goes_in_order(void **state)
{
    ae_runtime *runtime = runtime_of(1);
    const ae_runtime *runtimes[] = {NULL, runtime};

    (void)state;
    for (int r = 0; r < 2; r++) {
        size_t order[11] = {0};
        aei_parallel_for(runtimes[r], 10, add_index, order);
        for (size_t i = 0; i < 10; i++)
            assert_int_equal(order[i + 1], i);
    }
    aei_runtime_release(runtime);
}

/* ---- the threads are really there ---- */

typedef struct meeting {
    size_t guests;
    atomic_size_t arrived, met;
} meeting;

/* Waits until all tasks of the round run at the same time; gives up after 10 seconds. */
static void meet(void *work, size_t task)
{
    meeting *m = work;
    double deadline = seconds() + 10;

    (void)task;
    atomic_fetch_add(&m->arrived, 1);
    while (atomic_load(&m->arrived) < m->guests && seconds() < deadline)
        sched_yield();
    if (atomic_load(&m->arrived) == m->guests)
        atomic_fetch_add(&m->met, 1);
}

static void test_all_threads_work_at_once(void **state)
{
    (void)state;
    for (uint32_t threads = 2; threads <= 8; threads++) {
        ae_runtime *runtime = runtime_of(threads);
        for (long pause = 0; pause <= 20; pause += 10) { /* after a pause the workers are asleep */
            meeting m = {.guests = threads};
            aei_parallel_for(runtime, threads, meet, &m);
            assert_int_equal(atomic_load(&m.met), threads);
            sleep_milliseconds(pause);
        }
        aei_runtime_release(runtime);
    }
}

static void sleep_in_a_worker(void *work, size_t task)
{
    pthread_t *caller = work;

    (void)task;
    if (!pthread_equal(pthread_self(), *caller))
        sleep_milliseconds(30);
    else
        sleep_milliseconds(10); /* long enough that the worker takes the other task */
}

static void test_the_caller_sleeps_until_a_slow_worker_is_done(void **state)
{
    ae_runtime *runtime = runtime_of(2);
    pthread_t self = pthread_self();

    (void)state;
    for (int i = 0; i < 3; i++)
        aei_parallel_for(runtime, 2, sleep_in_a_worker, &self);
    assert_int_equal(problems_of_a_round(runtime, 100), 0);
    aei_runtime_release(runtime);
}

/* ---- who runs what ---- */

enum { SHARE = 4, THREADS_MAX = 8 };

typedef struct lockstep {
    size_t threads;
    atomic_size_t arrived[SHARE];
    pthread_t by[SHARE * THREADS_MAX];
} lockstep;

/* Task i of a share waits for task i of the others, so that nobody has time for a task of another share. */
static void keep_step(void *work, size_t task)
{
    lockstep *l = work;
    double deadline = seconds() + 10;

    l->by[task] = pthread_self();
    atomic_fetch_add(&l->arrived[task % SHARE], 1);
    while (atomic_load(&l->arrived[task % SHARE]) < l->threads && seconds() < deadline)
        sched_yield();
}

static void test_the_same_tasks_fall_to_the_same_thread(void **state)
{
    (void)state;
    for (uint32_t threads = 2; threads <= THREADS_MAX; threads += 3) {
        ae_runtime *runtime = runtime_of(threads);
        lockstep first = {.threads = threads};
        aei_parallel_for(runtime, threads * SHARE, keep_step, &first);
        for (size_t i = 0; i < threads * SHARE; i++) {
            assert_true(pthread_equal(first.by[i], first.by[i / SHARE * SHARE])); /* neighbours go together */
            for (size_t j = i % SHARE; j < i; j += SHARE)
                assert_false(pthread_equal(first.by[i], first.by[j]));
        }
        assert_true(pthread_equal(first.by[0], pthread_self()));
        for (long pause = 0; pause <= 10; pause += 5) { /* after a pause the workers are asleep */
            lockstep again = {.threads = threads};
            sleep_milliseconds(pause);
            aei_parallel_for(runtime, threads * SHARE, keep_step, &again);
            for (size_t i = 0; i < threads * SHARE; i++)
                assert_true(pthread_equal(first.by[i], again.by[i]));
        }
        aei_runtime_release(runtime);
    }
}

/* ---- tasks that start tasks ---- */

typedef struct nest {
    const ae_runtime *runtime;
    atomic_size_t inner, elsewhere;
    bool slow;
} nest;

typedef struct nested_call {
    nest *all;
    pthread_t thread;
} nested_call;

static void inner_task(void *work, size_t task)
{
    nested_call *call = work;

    if (task == 0 && call->all->slow)
        sleep_milliseconds(5); /* time for another thread to take the next task, if one could */
    atomic_fetch_add(&call->all->inner, 1);
    if (!pthread_equal(pthread_self(), call->thread))
        atomic_fetch_add(&call->all->elsewhere, 1);
}

static void outer_task(void *work, size_t task)
{
    nested_call call = {work, pthread_self()};

    (void)task;
    aei_parallel_for(call.all->runtime, 5, inner_task, &call);
}

static void test_nested_calls_run_inline(void **state)
{
    ae_runtime *runtime = runtime_of(4);

    (void)state;
    for (int i = 0; i < 50; i++) {
        nest n = {.runtime = runtime};
        aei_parallel_for(runtime, 40, outer_task, &n);
        assert_int_equal(atomic_load(&n.inner), 200);
        assert_int_equal(atomic_load(&n.elsewhere), 0);
    }
    aei_runtime_release(runtime);
}

static void test_nested_calls_do_not_use_another_runtime_either(void **state)
{
    ae_runtime *outer = runtime_of(2);
    nest n = {.runtime = runtime_of(2), .slow = true};

    (void)state;
    assert_int_equal(problems_of_a_round(n.runtime, 10), 0); /* its worker is there */
    aei_parallel_for(outer, 8, outer_task, &n);
    assert_int_equal(atomic_load(&n.inner), 40);
    assert_int_equal(atomic_load(&n.elsewhere), 0);
    aei_runtime_release((ae_runtime *)n.runtime);
    aei_runtime_release(outer);
}

/* ---- two users of one pool ---- */

static void *use_the_pool(void *argument)
{
    int *problems = malloc(sizeof *problems);

    *problems = 0;
    for (int i = 0; i < 300; i++)
        *problems += problems_of_a_round(argument, 16);
    return problems;
}

static void test_two_threads_at_once(void **state)
{
    ae_runtime *runtime = runtime_of(3);
    pthread_t users[2];

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&users[i], NULL, use_the_pool, runtime), 0);
    for (int i = 0; i < 2; i++) {
        void *problems;
        pthread_join(users[i], &problems);
        assert_int_equal(*(int *)problems, 0);
        free(problems);
    }
    aei_runtime_release(runtime);
}

typedef struct holder {
    const ae_runtime *runtime;
    atomic_int holding, let_go;
} holder;

static void hold(void *work, size_t task)
{
    holder *h = work;

    (void)task;
    atomic_fetch_add(&h->holding, 1);
    while (!atomic_load(&h->let_go))
        sleep_milliseconds(1);
}

static void *hold_the_pool(void *argument)
{
    holder *h = argument;

    aei_parallel_for(h->runtime, 2, hold, h);
    return NULL;
}

static void start_holding(holder *h, pthread_t *thread)
{
    assert_int_equal(pthread_create(thread, NULL, hold_the_pool, h), 0);
    while (atomic_load(&h->holding) < 2)
        sleep_milliseconds(1);
}

static void test_a_busy_pool_is_not_waited_for(void **state)
{
    holder h = {.runtime = runtime_of(2)};
    pthread_t thread;
    size_t order[11] = {0};

    (void)state;
    start_holding(&h, &thread);
    aei_parallel_for(h.runtime, 10, add_index, order); /* not safe unless inline */
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(order[i + 1], i);
    assert_int_equal(atomic_load(&h.let_go), 0);
    atomic_store(&h.let_go, 1);
    pthread_join(thread, NULL);
    aei_runtime_release((ae_runtime *)h.runtime);
}

/* ---- fork ---- */

/* Runs in the child: a round, then the runtime is freed. Hangs are ended by the alarm. */
static void child_uses_and_frees(ae_runtime *runtime)
{
    int problems;

    alarm(20);
    problems = problems_of_a_round(runtime, 100);
    aei_runtime_release(runtime);
    _exit(problems == 0 ? 0 : 1);
}

static void check_child(pid_t child)
{
    int status;

    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_a_child_after_fork_works(void **state)
{
    ae_runtime *runtime = runtime_of(4);

    (void)state;
    assert_int_equal(problems_of_a_round(runtime, 100), 0);
    for (int i = 0; i < 10; i++) {
        pid_t child = fork();
        if (child == 0)
            child_uses_and_frees(runtime);
        check_child(child);
        assert_int_equal(problems_of_a_round(runtime, 100), 0); /* the parent's pool is as it was */
    }
    aei_runtime_release(runtime);
}

static void test_a_child_of_a_fork_during_a_round_works(void **state)
{
    holder h = {.runtime = runtime_of(2)};
    pthread_t thread;
    pid_t child;

    (void)state;
    start_holding(&h, &thread);
    child = fork();
    if (child == 0)
        child_uses_and_frees((ae_runtime *)h.runtime);
    check_child(child);
    atomic_store(&h.let_go, 1);
    pthread_join(thread, NULL);
    assert_int_equal(problems_of_a_round(h.runtime, 100), 0);
    aei_runtime_release((ae_runtime *)h.runtime);
}

static void test_a_child_starts_threads_that_the_parent_had_not(void **state)
{
    ae_runtime *runtime = runtime_of(2);
    pid_t child = fork();

    (void)state;
    if (child == 0) {
        meeting m = {.guests = 2};
        alarm(20);
        aei_parallel_for(runtime, 2, meet, &m);
        aei_runtime_release(runtime);
        _exit(atomic_load(&m.met) == 2 ? 0 : 1);
    }
    check_child(child);
    assert_int_equal(problems_of_a_round(runtime, 100), 0);
    aei_runtime_release(runtime);
}

/* ---- the system refuses threads ---- */

/* Threads of this process, by the kernel; 0 where it does not say. */
static int threads_alive(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    int threads = 0;

    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "Threads:", 8) == 0)
            threads = atoi(line + 8);
    if (file)
        fclose(file);
    return threads;
}

static void *do_nothing(void *argument)
{
    return argument;
}

/* Exit code: 0 all right, 1 wrong results, 2 threads can be made after all, 3 cannot be set up. */
static void child_without_threads(void)
{
    const struct rlimit none = {0, 0};
    ae_runtime *runtime = runtime_of(4);
    pthread_t thread;
    int problems;

    alarm(20);
    if ((geteuid() == 0 && setuid(65534) != 0) || setrlimit(RLIMIT_NPROC, &none) != 0)
        _exit(3);
    if (pthread_create(&thread, NULL, do_nothing, NULL) == 0)
        _exit(2);
    problems = problems_of_a_round(runtime, 100);
    problems += problems_of_a_round(runtime, 100);
    aei_runtime_release(runtime);
    _exit(problems == 0 ? 0 : 1);
}

static void test_fewer_threads_when_the_system_refuses(void **state)
{
    pid_t child = fork();

    (void)state;
    if (child == 0)
        child_without_threads();
    check_child(child);
}

/* As a user of whom there is nothing else: 3 threads may live (one may be a sanitizer's), 7 are asked for. Exit codes
 * as above, 4 when the workers that are there do not help. */
static void child_with_few_workers(void)
{
    const struct rlimit three = {3, 3};
    const uid_t nobody_else = 64321;
    ae_runtime *runtime = runtime_of(7);
    meeting m = {.guests = 2};
    int problems = 0;

    alarm(20);
    if (setuid(nobody_else) != 0 || setrlimit(RLIMIT_NPROC, &three) != 0)
        _exit(3);
    for (size_t count = 0; count < 40; count++)
        problems += problems_of_a_round(runtime, count);
    aei_parallel_for(runtime, 2, meet, &m);
    if (threads_alive() > 3)
        _exit(2);
    aei_runtime_release(runtime);
    _exit(problems > 0 ? 1 : atomic_load(&m.met) == 2 ? 0 : 4);
}

static void test_all_shares_are_run_when_some_threads_are_refused(void **state)
{
    pid_t child;

    (void)state;
    if (geteuid() != 0)
        skip(); /* how many threads a user has already is not known */
    child = fork();
    if (child == 0)
        child_with_few_workers();
    check_child(child);
}

/* ---- manners ---- */

typedef struct mode_check {
    meeting all;
    atomic_int upward, nearest;
} mode_check;

static void look_at_mode(void *work, size_t task)
{
    mode_check *check = work;
    volatile float one = 1, tiny = 1e-20f;

    meet(&check->all, task); /* so that workers take part */
    atomic_fetch_add(one + tiny > 1 ? &check->upward : &check->nearest, 1);
}

/* A host may change it after the threads have started. */
static void test_workers_compute_in_the_mode_of_the_caller(void **state)
{
    ae_runtime *runtime = runtime_of(3);

    (void)state;
    for (int round = 0; round < 4; round++) {
        mode_check check = {.all = {.guests = 3}};
        if (round % 2)
            fesetround(FE_UPWARD);
        aei_parallel_for(runtime, 3, look_at_mode, &check);
        fesetround(FE_TONEAREST);
        assert_int_equal(atomic_load(round % 2 ? &check.upward : &check.nearest), 3);
    }
    aei_runtime_release(runtime);
}

typedef struct mask_check {
    pthread_t caller;
    meeting all;
    atomic_int workers, blocked, caller_blocked;
} mask_check;

static void look_at_mask(void *work, size_t task)
{
    mask_check *check = work;
    sigset_t mask;

    meet(&check->all, task); /* so that a worker takes part */
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    if (pthread_equal(pthread_self(), check->caller)) {
        atomic_fetch_add(&check->caller_blocked, sigismember(&mask, SIGUSR1));
    } else {
        atomic_fetch_add(&check->workers, 1);
        atomic_fetch_add(&check->blocked, sigismember(&mask, SIGUSR1) && sigismember(&mask, SIGINT) &&
                                              sigismember(&mask, SIGALRM) && sigismember(&mask, SIGPROF));
    }
}

static void test_signals_are_blocked_in_workers_only(void **state)
{
    ae_runtime *runtime = runtime_of(3);
    mask_check check = {.caller = pthread_self(), .all = {.guests = 3}};
    sigset_t mask;

    (void)state;
    aei_parallel_for(runtime, 3, look_at_mask, &check);
    assert_int_equal(atomic_load(&check.workers), 2);
    assert_int_equal(atomic_load(&check.blocked), 2);
    assert_int_equal(atomic_load(&check.caller_blocked), 0);
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    assert_false(sigismember(&mask, SIGUSR1));
    aei_runtime_release(runtime);
}

static void test_threads_start_at_the_first_use_and_end_with_the_runtime(void **state)
{
    int before = threads_alive(), left;
    ae_runtime *runtime = runtime_of(5);

    (void)state;
    if (before == 0)
        skip();
    assert_int_equal(threads_alive(), before);
    assert_int_equal(problems_of_a_round(runtime, 1), 0);
    assert_int_equal(threads_alive(), before);
    assert_int_equal(problems_of_a_round(runtime, 2), 0);
    assert_int_equal(threads_alive(), before + 4);
    aei_runtime_release(runtime);
    for (int i = 0; i < 1000 && threads_alive() > before; i++)
        sleep_milliseconds(1); /* the kernel forgets a joined thread a moment later */
    left = threads_alive();
    assert_int_equal(left, before);
}

static void test_memory_of_a_pool(void **state)
{
    failing_alloc memory;
    ae_runtime_options options = {.struct_size = sizeof options, .threads = 6};
    ae_runtime *runtime;
    size_t requests;

    (void)state;
    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &options);
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    requests = memory.requests;
    for (int i = 0; i < 10; i++)
        assert_int_equal(problems_of_a_round(runtime, 100), 0);
    assert_int_equal(memory.requests, requests); /* a round allocates nothing */
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
}

static void test_a_pool_of_one_thread(void **state)
{
    ae_runtime runtime;

    (void)state;
    memset(&runtime, 0, sizeof runtime);
    runtime.options = aei_runtime_or_default(NULL)->options;
    assert_int_equal(aei_pool_create(&runtime.pool, &runtime, 1), AE_OK);
    assert_int_equal(problems_of_a_round(&runtime, 10), 0);
    aei_pool_free(runtime.pool);
    aei_pool_free(NULL);
}

/* ---- the host's threads ---- */

typedef struct host {
    size_t calls, last_count;
} host;

typedef struct host_half {
    ae_task task;
    void *work;
    size_t count;
} host_half;

static void *run_odd_tasks(void *argument)
{
    host_half *half = argument;

    for (size_t i = 1; i < half->count; i += 2)
        half->task(half->work, i);
    return NULL;
}

/* Odd tasks on a thread of its own, even ones here and backwards. */
static void host_parallel(void *user, ae_task task, void *work, size_t count)
{
    host *h = user;
    host_half half = {task, work, count};
    pthread_t thread;

    h->calls++;
    h->last_count = count;
    assert_int_equal(pthread_create(&thread, NULL, run_odd_tasks, &half), 0);
    for (size_t i = count; i-- > 0;)
        if (i % 2 == 0)
            task(work, i);
    pthread_join(thread, NULL);
}

static void test_the_host_may_run_the_tasks(void **state)
{
    host h = {0, 0};
    ae_runtime_options options = {
        .struct_size = sizeof options, .threads = 4, .parallel = host_parallel, .parallel_user = &h};
    ae_runtime *runtime;
    nest n;

    (void)state;
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    assert_int_equal(problems_of_a_round(runtime, 100), 0);
    assert_int_equal(h.calls, 1);
    assert_int_equal(h.last_count, 100);
    assert_int_equal(problems_of_a_round(runtime, 1), 0);
    assert_int_equal(h.calls, 1); /* one task is no work for several */

    memset(&n, 0, sizeof n);
    n.runtime = runtime;
    aei_parallel_for(runtime, 10, outer_task, &n);
    assert_int_equal(atomic_load(&n.inner), 50);
    assert_int_equal(atomic_load(&n.elsewhere), 0);
    assert_int_equal(h.calls, 2); /* nested calls do not reach the host */
    assert_int_equal(problems_of_a_round(runtime, 100), 0);
    assert_int_equal(h.calls, 3);
    aei_runtime_release(runtime);
}

/* A host whose callback uses the library itself, before and between the tasks. */
typedef struct busy_host {
    ae_runtime *inner; /* with threads of its own */
    int problems;
} busy_host;

static void busy_parallel(void *user, ae_task task, void *work, size_t count)
{
    busy_host *h = user;

    h->problems += problems_of_a_round(h->inner, 20);
    for (size_t i = 0; i < count; i++) {
        task(work, (i * 7 + 3) % count); /* count is no multiple of 7 */
        h->problems += problems_of_a_round(h->inner, 5);
    }
}

static void test_a_host_that_uses_the_library_while_it_runs_tasks(void **state)
{
    busy_host h = {.inner = runtime_of(3)};
    ae_runtime_options options = {.struct_size = sizeof options, .parallel = busy_parallel, .parallel_user = &h};
    ae_runtime *runtime;
    meeting m = {.guests = 3};
    nest n = {.slow = false};

    (void)state;
    assert_int_equal(aei_runtime_new(&runtime, &options), AE_OK);
    assert_int_equal(problems_of_a_round(runtime, 100), 0);
    n.runtime = runtime;
    aei_parallel_for(runtime, 10, outer_task, &n);
    assert_int_equal(atomic_load(&n.inner), 50);
    assert_int_equal(h.problems, 0);
    aei_parallel_for(h.inner, 3, meet, &m); /* not inside a task any more */
    assert_int_equal(atomic_load(&m.met), 3);
    aei_runtime_release(runtime);
    aei_runtime_release(h.inner);
}

/* ---- speed ---- */

static void add_one(void *work, size_t task)
{
    size_t *sums = work;

    sums[task * 8]++;
}

static void test_100000_small_rounds(void **state)
{
    ae_runtime *runtime = runtime_of(2);
    size_t sums[4 * 8] = {0};
    double start = seconds(), time;

    (void)state;
    for (int i = 0; i < 100000; i++)
        aei_parallel_for(runtime, 4, add_one, sums);
    time = seconds() - start;
    print_message("%.2f microseconds a round\n", time * 10);
    for (int i = 0; i < 4; i++)
        assert_int_equal(sums[i * 8], 100000);
    assert_true(time < 30); /* 300 microseconds a round: a lost wake-up costs far more */
    aei_runtime_release(runtime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_child_starts_threads_that_the_parent_had_not),
        cmocka_unit_test(test_every_task_once_by_1_to_8_threads),
        cmocka_unit_test(test_one_thread_goes_in_order),
        cmocka_unit_test(test_all_threads_work_at_once),
        cmocka_unit_test(test_the_caller_sleeps_until_a_slow_worker_is_done),
        cmocka_unit_test(test_the_same_tasks_fall_to_the_same_thread),
        cmocka_unit_test(test_nested_calls_run_inline),
        cmocka_unit_test(test_nested_calls_do_not_use_another_runtime_either),
        cmocka_unit_test(test_two_threads_at_once),
        cmocka_unit_test(test_a_busy_pool_is_not_waited_for),
        cmocka_unit_test(test_a_child_after_fork_works),
        cmocka_unit_test(test_a_child_of_a_fork_during_a_round_works),
        cmocka_unit_test(test_fewer_threads_when_the_system_refuses),
        cmocka_unit_test(test_all_shares_are_run_when_some_threads_are_refused),
        cmocka_unit_test(test_workers_compute_in_the_mode_of_the_caller),
        cmocka_unit_test(test_signals_are_blocked_in_workers_only),
        cmocka_unit_test(test_threads_start_at_the_first_use_and_end_with_the_runtime),
        cmocka_unit_test(test_memory_of_a_pool),
        cmocka_unit_test(test_a_pool_of_one_thread),
        cmocka_unit_test(test_the_host_may_run_the_tasks),
        cmocka_unit_test(test_a_host_that_uses_the_library_while_it_runs_tasks),
        cmocka_unit_test(test_100000_small_rounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
