/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A round of tasks: the caller publishes the task and sets `tickets` to their number; whoever takes a
 * ticket (the caller too) runs one task; the round ends when as many tasks are done. A worker that comes
 * late takes a ticket of the next round or finds none, so nobody ever waits for a worker to show up. */
#include "base/threads.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/runtime.h"
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define SPINS 1000 /* looks before sleeping: 10 to 40 microseconds, about what waking up takes */

struct aei_pool {
    const ae_runtime *runtime;
    uint32_t wanted;    /* workers; the caller is one thread more */
    uint32_t started;   /* workers that exist */
    atomic_long owner;  /* process they live in, 0 before they are started */
    atomic_bool busy;   /* held by the thread that is in a round */

    ae_task task; /* of this round: written before `tickets`, read by others after they took one */
    void *work;
    size_t count;
    _Alignas(AEI_ALIGNMENT) atomic_size_t tickets;    /* tasks nobody has taken yet */
    _Alignas(AEI_ALIGNMENT) atomic_size_t unfinished; /* tasks whose end has not been reported */

    _Alignas(AEI_ALIGNMENT) atomic_bool stop;
    atomic_uint sleeping;        /* workers that wait for `wake` */
    atomic_bool caller_sleeping; /* waits for `done` */
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    pthread_t workers[];
};

/* Set while this thread runs a task: what the task starts runs inline. */
static _Thread_local bool inside_task;

static void pause_a_moment(void)
{
#if defined(__i386__) || defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Takes tickets until none is left. The task is read after the ticket was taken: from then on the round
 * cannot end before this thread reports, so what it reads is not being changed. */
static void run_tasks(struct aei_pool *pool)
{
    size_t left = atomic_load(&pool->tickets), finished = 0;

    while (left > 0) {
        if (!atomic_compare_exchange_weak(&pool->tickets, &left, left - 1))
            continue;
        pool->task(pool->work, pool->count - left);
        finished++;
        left = atomic_load(&pool->tickets);
    }
    /* Either the caller sees the last task finished before it sleeps, or it is seen sleeping here. */
    if (finished > 0 && atomic_fetch_sub(&pool->unfinished, finished) == finished &&
        atomic_load(&pool->caller_sleeping)) {
        pthread_mutex_lock(&pool->lock);
        pthread_cond_signal(&pool->done);
        pthread_mutex_unlock(&pool->lock);
    }
}

static void wait_until_finished(struct aei_pool *pool)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load(&pool->unfinished) == 0)
            return;
        pause_a_moment();
    }
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->caller_sleeping, true);
    while (atomic_load(&pool->unfinished) > 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    atomic_store(&pool->caller_sleeping, false);
    pthread_mutex_unlock(&pool->lock);
}

static void wait_for_tickets(struct aei_pool *pool)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load(&pool->tickets) > 0 || atomic_load(&pool->stop))
            return;
        pause_a_moment();
    }
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->sleeping, 1);
    while (atomic_load(&pool->tickets) == 0 && !atomic_load(&pool->stop))
        pthread_cond_wait(&pool->wake, &pool->lock);
    atomic_fetch_sub(&pool->sleeping, 1);
    pthread_mutex_unlock(&pool->lock);
}

static void *worker(void *argument)
{
    struct aei_pool *pool = argument;

    inside_task = true;
    while (!atomic_load(&pool->stop)) {
        wait_for_tickets(pool);
        run_tasks(pool);
    }
    return NULL;
}

/* Workers inherit the signal mask: with all signals blocked, the host's handlers run on the host's
 * threads. */
static void start_workers(struct aei_pool *pool)
{
    sigset_t all, before;

    atomic_store(&pool->owner, (long)getpid());
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->started < pool->wanted &&
           pthread_create(&pool->workers[pool->started], NULL, worker, pool) == 0)
        pool->started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* True in a child after fork: the workers are gone, and a lock may be held for ever. */
static bool workers_are_elsewhere(struct aei_pool *pool)
{
    long owner = atomic_load(&pool->owner);

    return owner != 0 && owner != (long)getpid();
}

static bool enter(struct aei_pool *pool)
{
    if (workers_are_elsewhere(pool) || atomic_exchange(&pool->busy, true))
        return false;
    if (atomic_load(&pool->owner) == 0)
        start_workers(pool);
    return true;
}

static void run_round(struct aei_pool *pool, size_t count, ae_task task, void *work)
{
    unsigned sleeping;

    pool->task = task;
    pool->work = work;
    pool->count = count;
    atomic_store(&pool->unfinished, count);
    atomic_store(&pool->tickets, count);
    /* A worker that is about to sleep either sees the tickets or is seen here. */
    sleeping = atomic_load(&pool->sleeping);
    if (sleeping > 0) {
        pthread_mutex_lock(&pool->lock);
        for (size_t i = 1; i < count && i <= sleeping; i++)
            pthread_cond_signal(&pool->wake);
        pthread_mutex_unlock(&pool->lock);
    }
    inside_task = true;
    run_tasks(pool);
    inside_task = false;
    wait_until_finished(pool);
    atomic_store(&pool->busy, false);
}

/* Tasks on the host's threads. */
typedef struct host_job {
    ae_task task;
    void *work;
} host_job;

static void run_host_task(void *argument, size_t i)
{
    const host_job *job = argument;
    bool before = inside_task;

    inside_task = true;
    job->task(job->work, i);
    inside_task = before;
}

void aei_parallel_for(const ae_runtime *runtime, size_t count, ae_task task, void *work)
{
    if (runtime && count > 1 && !inside_task) {
        if (runtime->options.parallel) {
            host_job job = {task, work};
            runtime->options.parallel(runtime->options.parallel_user, run_host_task, &job, count);
            return;
        }
        if (runtime->pool && enter(runtime->pool)) {
            run_round(runtime->pool, count, task, work);
            return;
        }
    }
    for (size_t i = 0; i < count; i++)
        task(work, i);
}

static bool create_lock(struct aei_pool *pool)
{
    if (pthread_mutex_init(&pool->lock, NULL) != 0)
        return false;
    if (pthread_cond_init(&pool->wake, NULL) == 0) {
        if (pthread_cond_init(&pool->done, NULL) == 0)
            return true;
        pthread_cond_destroy(&pool->wake);
    }
    pthread_mutex_destroy(&pool->lock);
    return false;
}

static void destroy_lock(struct aei_pool *pool)
{
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
}

ae_status aei_pool_create(struct aei_pool **out, const ae_runtime *runtime, uint32_t threads)
{
    uint32_t wanted = threads > 1 ? threads - 1 : 0;
    struct aei_pool *pool = aei_alloc(runtime, sizeof *pool + wanted * sizeof pool->workers[0]);

    *out = NULL;
    if (!pool)
        return AE_ERROR_NO_MEMORY;
    memset(pool, 0, sizeof *pool);
    pool->runtime = runtime;
    pool->wanted = wanted;
    atomic_init(&pool->owner, 0);
    atomic_init(&pool->busy, false);
    atomic_init(&pool->tickets, 0);
    atomic_init(&pool->unfinished, 0);
    atomic_init(&pool->stop, false);
    atomic_init(&pool->sleeping, 0);
    atomic_init(&pool->caller_sleeping, false);
    if (!create_lock(pool)) {
        aei_free(runtime, pool);
        return aei_fail(AE_ERROR_NO_MEMORY, "the system refuses a mutex or a condition variable");
    }
    *out = pool;
    return AE_OK;
}

void aei_pool_free(struct aei_pool *pool)
{
    if (!pool)
        return;
    if (!workers_are_elsewhere(pool)) {
        pthread_mutex_lock(&pool->lock);
        atomic_store(&pool->stop, true);
        pthread_cond_broadcast(&pool->wake);
        pthread_mutex_unlock(&pool->lock);
        for (uint32_t i = 0; i < pool->started; i++)
            pthread_join(pool->workers[i], NULL);
        destroy_lock(pool);
    }
    aei_free(pool->runtime, pool);
}
