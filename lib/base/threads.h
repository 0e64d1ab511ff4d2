/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* One own pool of threads a runtime; no OpenMP, which hangs after fork.
 *
 * Callers cut work into tasks by shape alone, never by the number of threads, and a task's result never depends on who
 * runs it: so results have the same bytes for every number of threads. */
#ifndef AEI_BASE_THREADS_H
#define AEI_BASE_THREADS_H

#include <autoencoder/runtime.h>

struct aei_pool;

/* Runs task(work, i) for i in 0..count-1 and returns when all are done; the caller works too. Inline, in order, when
 * the runtime has one thread or count is 1, when called from inside a task (of any runtime), when another thread is
 * using the pool, or in a child after fork (the pool's threads are gone there). A task that runs alone, of count 1 or
 * inline, is an ordinary call: what it starts may use the pool. Tasks never fail: they leave their result in `work`. */
void aei_parallel_for(const ae_runtime *runtime, size_t count, ae_task task, void *work);

/* The pool of a runtime: threads start at the first aei_parallel_for with count > 1, with all signals blocked. Each
 * takes neighbouring tasks, the same ones in each call of the same shape, then what others have left, and computes in
 * the floating-point mode of the caller: else bytes would depend on who runs a task. Waiting spins for
 * 200 microseconds at most, then sleeps. If the system refuses threads, fewer work. Free joins them (in a child after
 * fork it only gives the memory back). */
ae_status aei_pool_create(struct aei_pool **out, const ae_runtime *runtime, uint32_t threads);
void aei_pool_free(struct aei_pool *pool);

#endif
