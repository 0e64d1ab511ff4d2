/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* An allocator for a runtime that counts, fails where it is told to, and knows leaks and wrong sizes. What it
 * gives is filled with garbage; what comes back is overwritten. Any thread.
 *
 * Every allocation of a call failing in turn:
 *     for (size_t n = 1;; n++) {
 *         failing_alloc_fail_at(&memory, n, false);
 *         status = call(...);
 *         if (memory.failed == 0)
 *             break;
 *         assert_int_equal(status, AE_ERROR_NO_MEMORY);
 *     }
 *     failing_alloc_fail_at(&memory, 0, false);
 */
#ifndef FAILING_ALLOC_H
#define FAILING_ALLOC_H

#include <autoencoder/runtime.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct failing_alloc {
    size_t live_blocks, live_bytes; /* allocated now */
    size_t peak_bytes;              /* most at any time */
    size_t largest;                 /* largest single request, granted or not */
    size_t requests;                /* asked for so far */
    size_t failed;                  /* refused since failing_alloc_fail_at() */
    size_t misuses;                 /* freed with another size, twice or never allocated here */

    size_t fail_at;
    bool for_ever;
    pthread_mutex_t lock;
} failing_alloc;

void failing_alloc_init(failing_alloc *memory);

/* Refuses the n-th request from now on (1 is the next), with `for_ever` all after it too; 0 refuses none.
 * Sets `failed` to 0. */
void failing_alloc_fail_at(failing_alloc *memory, size_t n, bool for_ever);

/* peak_bytes and largest start anew from what is live now. */
void failing_alloc_reset_peak(failing_alloc *memory);

/* Sets the three fields of the allocator and leaves the others. */
void failing_alloc_options(failing_alloc *memory, ae_runtime_options *options);

/* True when nothing is live and nothing was misused; else says what on stderr. Ends the use of `memory`. */
bool failing_alloc_finish(failing_alloc *memory);

/* A runtime over it; NULL when its own allocation is the one that fails, or there are no such kernels. */
static inline ae_runtime *failing_alloc_runtime_of(failing_alloc *memory, uint32_t threads, int32_t kernels)
{
    ae_runtime *runtime;
    ae_runtime_options options;

    ae_runtime_options_init(&options, sizeof options);
    options.threads = threads;
    options.kernels = kernels;
    failing_alloc_options(memory, &options);
    ae_runtime_create(&runtime, &options);
    return runtime;
}

static inline ae_runtime *failing_alloc_runtime(failing_alloc *memory, uint32_t threads)
{
    return failing_alloc_runtime_of(memory, threads, AE_KERNELS_AUTO);
}

#endif
