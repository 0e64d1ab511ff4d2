/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/runtime.h"
#include "base/alloc.h"
#include "base/threads.h"
#include <string.h>

static const ae_runtime default_runtime = {
    .references = 1,
    .options = {
        .struct_size = sizeof(ae_runtime_options),
        .allocate = aei_default_allocate,
        .deallocate = aei_default_deallocate,
        .threads = 1,
        .kernels = AE_KERNELS_AUTO,
    },
};

const ae_runtime *aei_runtime_or_default(const ae_runtime *runtime)
{
    return runtime ? runtime : &default_runtime;
}

ae_runtime *aei_runtime_retain(ae_runtime *runtime)
{
    if (runtime)
        atomic_fetch_add_explicit(&runtime->references, 1, memory_order_relaxed);
    return runtime;
}

void aei_runtime_release(ae_runtime *runtime)
{
    /* acquire and release: what other threads did with the runtime before they let go of it comes before
     * the free */
    if (runtime && atomic_fetch_sub_explicit(&runtime->references, 1, memory_order_acq_rel) == 1) {
        aei_pool_free(runtime->pool);
        aei_free(runtime, runtime);
    }
}

ae_status aei_runtime_new(ae_runtime **out, const ae_runtime_options *options)
{
    ae_runtime seed, *runtime; /* seed: just enough of a runtime to allocate with */
    ae_status status = AE_OK;

    *out = NULL;
    memset(&seed, 0, sizeof seed);
    seed.options = *options;
    if (!seed.options.allocate) {
        seed.options.allocate = aei_default_allocate;
        seed.options.deallocate = aei_default_deallocate;
    }
    runtime = aei_calloc(&seed, 1, sizeof *runtime);
    if (!runtime)
        return AE_ERROR_NO_MEMORY;
    atomic_init(&runtime->references, 1);
    runtime->options = seed.options;
    if (options->threads > 1 && !options->parallel)
        status = aei_pool_create(&runtime->pool, runtime, options->threads);
    if (status != AE_OK) {
        aei_runtime_release(runtime);
        return status;
    }
    *out = runtime;
    return AE_OK;
}
