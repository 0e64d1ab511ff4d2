/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What stands behind an ae_runtime. NULL is the default runtime everywhere. */
#ifndef AEI_BASE_RUNTIME_H
#define AEI_BASE_RUNTIME_H

#include <autoencoder/runtime.h>
#include <stdatomic.h>

struct aei_kernels; /* kernels/kernels.h, one floor up: kept here as a plain pointer */
struct aei_pool;    /* base/threads.c */

struct ae_runtime {
    atomic_size_t references;   /* the creator's and one for each object made with it */
    ae_runtime_options options; /* as imported, with no NULL callbacks left but log and parallel */
    const struct aei_kernels *kernels;
    struct aei_pool *pool; /* NULL when threads is 1 or the host brings its own */
};

/* The runtime behind NULL: malloc, silent, one thread. Constant; never retained nor released. */
const ae_runtime *aei_runtime_or_default(const ae_runtime *runtime);

/* An object keeps the runtime it was made with. NULL is fine for both. Release frees at the last reference. */
ae_runtime *aei_runtime_retain(ae_runtime *runtime);
void aei_runtime_release(ae_runtime *runtime);

/* Allocates the struct by its own callbacks and makes the pool (its threads start at the first use). The kernels
 * pointer is left NULL for the caller (api/runtime.c) to set. */
ae_status aei_runtime_new(ae_runtime **out, const ae_runtime_options *options);

#endif
