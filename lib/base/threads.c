/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A round of tasks: the caller cuts them into a share for each thread, puts as many tickets into each and starts a new
 * `round`. A thread takes tickets of its own share first, then of the others'; whoever takes a ticket runs one task;
 * the round ends when as many tasks are done. So the same task mostly falls to the same thread each time, whose caches
 * hold what it needs; and a worker that comes late takes a ticket of the next round or finds none, so nobody ever waits
 * for a worker to show up. */
#include "base/threads.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/runtime.h"
#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* A thread's floating-point mode: how it rounds and what becomes of tiny numbers. */
#if defined(__GNUC__) && defined(__x86_64__) /* fegetenv() saves a unit that computes nothing here, and is slow */
typedef unsigned float_mode;
#define GET_MODE(mode) (*(mode) = __builtin_ia32_stmxcsr())
#define SET_MODE(mode) __builtin_ia32_ldmxcsr(*(mode))
#else
typedef fenv_t float_mode;
#define GET_MODE(mode) fegetenv(mode)
#define SET_MODE(mode) fesetenv(mode)
#endif

#define SPIN_SECONDS 200e-6 /* of looking before sleeping: waking up takes a good part of it */
#define SPIN_LOOKS   50     /* between two looks at the clock */

/* The tasks first .. first + count - 1 of a round. */
typedef struct share {
    _Alignas(AEI_ALIGNMENT) atomic_size_t tickets; /* tasks nobody has taken yet */
    size_t first, count;                           /* written before `tickets`, read after a ticket was taken */
} share;

typedef struct seat {
    struct aei_pool *pool;
    pthread_t thread;
    share share;
} seat;

struct aei_pool {
    const ae_runtime *runtime;
    uint32_t wanted;    /* workers; the caller is one thread more */
    uint32_t started;   /* workers that exist */
    atomic_long owner;  /* process they live in, 0 before they are started */
    atomic_bool busy;   /* held by the thread that is in a round */

    ae_task task; /* of this round: as the shares' numbers */
    void *work;
    float_mode mode; /* of the caller */
    _Alignas(AEI_ALIGNMENT) atomic_uint round;
    _Alignas(AEI_ALIGNMENT) atomic_size_t unfinished; /* tasks whose end has not been reported */

    _Alignas(AEI_ALIGNMENT) atomic_bool stop;
    atomic_uint sleeping;        /* workers that wait for `wake` */
    atomic_bool caller_sleeping; /* waits for `done` */
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    seat seats[]; /* the caller's, then the workers' */
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

/* Takes tickets of a share until none is left and returns how many. What belongs to the round is read after a ticket
 * was taken: from then on the round cannot end before this thread reports, so what it reads is not being changed.
 * With `adopt` the thread has yet to compute as the caller does. */
static size_t run_share(struct aei_pool *pool, share *own, bool adopt)
{
    size_t left = atomic_load(&own->tickets), finished = 0;

    while (left > 0) {
        if (!atomic_compare_exchange_weak(&own->tickets, &left, left - 1))
            continue;
        if (adopt && finished == 0)
            SET_MODE(&pool->mode);
        pool->task(pool->work, own->first + own->count - left);
        finished++;
        left = atomic_load(&own->tickets);
    }
    return finished;
}

/* Tasks from the seat's share, then from those after it, until there are none. */
static void run_tasks(struct aei_pool *pool, uint32_t own)
{
    const uint32_t seats = pool->wanted + 1;
    size_t finished = 0;

    for (uint32_t i = 0; i < seats; i++)
        finished += run_share(pool, &pool->seats[(own + i) % seats].share, own > 0 && finished == 0);
    /* Either the caller sees the last task finished before it sleeps, or it is seen sleeping here. */
    if (finished > 0 && atomic_fetch_sub(&pool->unfinished, finished) == finished &&
        atomic_load(&pool->caller_sleeping)) {
        pthread_mutex_lock(&pool->lock);
        pthread_cond_signal(&pool->done);
        pthread_mutex_unlock(&pool->lock);
    }
}

/* Counts looks; says when it has been long enough. */
typedef struct patience {
    unsigned looks;
    double end;
} patience;

static bool is_over(patience *p)
{
    pause_a_moment();
    if (++p->looks % SPIN_LOOKS != 0)
        return false;
    if (p->end == 0)
        p->end = aei_clock_seconds() + SPIN_SECONDS;
    return aei_clock_seconds() > p->end;
}

static void wait_until_finished(struct aei_pool *pool)
{
    patience here = {0};

    while (atomic_load(&pool->unfinished) > 0 && !is_over(&here))
        ;
    if (atomic_load(&pool->unfinished) == 0)
        return;
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->caller_sleeping, true);
    while (atomic_load(&pool->unfinished) > 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    atomic_store(&pool->caller_sleeping, false);
    pthread_mutex_unlock(&pool->lock);
}

static bool nothing_new(struct aei_pool *pool, unsigned round)
{
    return atomic_load(&pool->round) == round && !atomic_load(&pool->stop);
}

/* Until there is another round than this one. */
static void wait_for_round(struct aei_pool *pool, unsigned round)
{
    patience here = {0};

    while (nothing_new(pool, round) && !is_over(&here))
        ;
    if (!nothing_new(pool, round))
        return;
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->sleeping, 1);
    while (nothing_new(pool, round))
        pthread_cond_wait(&pool->wake, &pool->lock);
    atomic_fetch_sub(&pool->sleeping, 1);
    pthread_mutex_unlock(&pool->lock);
}

static void *worker(void *argument)
{
    const seat *own = argument;
    struct aei_pool *pool = own->pool;
    unsigned round = 0;

    inside_task = true;
    while (!atomic_load(&pool->stop)) {
        wait_for_round(pool, round);
        round = atomic_load(&pool->round);
        run_tasks(pool, (uint32_t)(own - pool->seats));
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
           pthread_create(&pool->seats[pool->started + 1].thread, NULL, worker, &pool->seats[pool->started + 1]) == 0)
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

    const size_t threads = (size_t)pool->started + 1;
    pool->task = task;
    pool->work = work;
    GET_MODE(&pool->mode);
    atomic_store(&pool->unfinished, count);
    for (size_t i = 0, first = 0; i < threads; i++) {
        share *s = &pool->seats[i].share;
        s->first = first;
        s->count = count / threads + (i < count % threads);
        first += s->count;
        atomic_store(&s->tickets, s->count);
    }
    atomic_fetch_add(&pool->round, 1);
    /* A worker that is about to sleep either sees the round or is seen here. */
    sleeping = atomic_load(&pool->sleeping);
    if (sleeping > 0) {
        pthread_mutex_lock(&pool->lock);
        for (size_t i = 1; i < count && i <= sleeping; i++)
            pthread_cond_signal(&pool->wake);
        pthread_mutex_unlock(&pool->lock);
    }
    inside_task = true;
    run_tasks(pool, 0);
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
    struct aei_pool *pool = aei_alloc(runtime, sizeof *pool + ((size_t)wanted + 1) * sizeof pool->seats[0]);

    *out = NULL;
    if (!pool)
        return AE_ERROR_NO_MEMORY;
    memset(pool, 0, sizeof *pool + ((size_t)wanted + 1) * sizeof pool->seats[0]);
    pool->runtime = runtime;
    pool->wanted = wanted;
    atomic_init(&pool->owner, 0);
    atomic_init(&pool->busy, false);
    atomic_init(&pool->round, 0);
    atomic_init(&pool->unfinished, 0);
    atomic_init(&pool->stop, false);
    atomic_init(&pool->sleeping, 0);
    atomic_init(&pool->caller_sleeping, false);
    for (uint32_t i = 0; i <= wanted; i++) {
        pool->seats[i].pool = pool;
        atomic_init(&pool->seats[i].share.tickets, 0);
    }
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
            pthread_join(pool->seats[i + 1].thread, NULL);
        destroy_lock(pool);
    }
    aei_free(pool->runtime, pool);
}
