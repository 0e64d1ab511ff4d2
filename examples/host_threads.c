/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A host with a pool of threads of its own: the library starts none, its tasks run there. The result has the same bytes
 * as that of one thread. */
#include <autoencoder/autoencoder.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "support/digits.h"

enum { WORKERS = 3, CODE = 8 };

/* A pool such as a host may have: workers take the tasks of one job at a time. */
typedef struct pool {
    pthread_mutex_t turn; /* held by the thread whose job it is */
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t more, done;
    ae_task task;
    void *work;
    size_t next, count, unfinished;
    bool stop;
    pthread_t workers[WORKERS];
} pool;

/* Runs tasks until all are taken. Called with the lock, and returns with it. */
static void take_tasks(pool *p)
{
    while (p->next < p->count) {
        const size_t i = p->next++;
        pthread_mutex_unlock(&p->lock);
        p->task(p->work, i);
        pthread_mutex_lock(&p->lock);
        if (--p->unfinished == 0) pthread_cond_signal(&p->done);
    }
}

static void *worker(void *argument)
{
    pool *p = argument;
    pthread_mutex_lock(&p->lock);
    while (!p->stop) {
        take_tasks(p);
        if (!p->stop) pthread_cond_wait(&p->more, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* [parallel] */
static void on_parallel(void *user, ae_task task, void *work, size_t count)
{
    pool *p = user;
    pthread_mutex_lock(&p->turn); /* another thread of the host may be in a call, too */
    pthread_mutex_lock(&p->lock);
    p->task = task;
    p->work = work;
    p->next = 0;
    p->count = p->unfinished = count;
    pthread_cond_broadcast(&p->more);
    take_tasks(p);            /* the caller helps */
    while (p->unfinished > 0) /* and returns when all are done */
        pthread_cond_wait(&p->done, &p->lock);
    pthread_mutex_unlock(&p->lock);
    pthread_mutex_unlock(&p->turn);
}
/* [parallel] */

static int start(pool *p)
{
    pthread_mutex_init(&p->turn, NULL);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->more, NULL);
    pthread_cond_init(&p->done, NULL);
    for (int i = 0; i < WORKERS; i++)
        if (pthread_create(&p->workers[i], NULL, worker, p) != 0) return 1;
    return 0;
}

static void stop(pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(p->workers[i], NULL);
}

/* Trains a model and encodes a digit with it. */
static ae_status learn(ae_runtime *runtime, const digits *d, float *code)
{
    const size_t hidden = 256;
    ae_model *model = NULL;
    ae_dataset *dataset = NULL;
    ae_model_options options;
    ae_train_options training;
    ae_model_options_init(&options, sizeof options);
    ae_train_options_init(&training, sizeof training);
    options.runtime = runtime;
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = &hidden;
    options.hidden_count = 1;
    options.latent_dim = CODE;
    training.epochs = 2;
    ae_status status = ae_dataset_from_memory(&dataset, NULL, d->pixels, d->rows, DIGIT_PIXELS, 0);
    if (status == AE_OK) status = ae_model_create(&model, &options);
    if (status == AE_OK) status = ae_fit(model, dataset, NULL, &training);
    if (status == AE_OK) status = ae_encode(model, d->pixels, 1, 0, code, 0);
    ae_model_free(model);
    ae_dataset_free(dataset);
    return status;
}

int main(void)
{
    static pool host;
    static float codes[2][CODE];
    digits d;
    ae_status status = digits_read(&d, NULL);
    if (status != AE_OK) return finish(status);
    if (start(&host) != 0) return 1;
    /* [runtime] */
    ae_runtime *runtime = NULL;
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    options.parallel = on_parallel;
    options.parallel_user = &host;
    status = ae_runtime_create(&runtime, &options);
    /* [runtime] */
    if (status == AE_OK) status = learn(runtime, &d, codes[0]);
    if (status == AE_OK) status = learn(NULL, &d, codes[1]); /* by this thread alone */
    const bool same = memcmp(codes[0], codes[1], sizeof codes[0]) == 0;
    printf("the host's %d threads and one thread: %s\n", WORKERS + 1, same ? "the same bytes" : "different bytes");
    ae_runtime_free(runtime);
    stop(&host);
    digits_free(&d);
    return status == AE_OK && !same ? 1 : finish(status);
}
