/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/runtime.h>

#include "api/check.h"
#include "base/alloc.h"
#include "base/cancel.h"
#include "base/log.h"
#include "base/options.h"
#include "base/runtime.h"
#include "kernels/kernels.h"

#define MAX_THREADS 256

static const ae_runtime_options defaults = {.struct_size = sizeof defaults, .threads = 1, .kernels = AE_KERNELS_AUTO};

void ae_runtime_options_init(ae_runtime_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &defaults, sizeof defaults);
}

ae_status ae_runtime_create(ae_runtime **out, const ae_runtime_options *options)
{
    ae_runtime_options own = defaults;
    const aei_kernels *kernels;
    ae_status status;
    AEI_REQUIRE(out);
    *out = NULL;
    status = aei_options_import(&own, sizeof own, options, "ae_runtime_options");
    if (status != AE_OK)
        return status;
    if (!own.allocate != !own.deallocate)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "allocate and deallocate must be given together");
    if (own.threads < 1 || own.threads > MAX_THREADS)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "threads is %u, must be 1..%d", (unsigned)own.threads, MAX_THREADS);
    status = aei_kernels_get(&kernels, own.kernels);
    if (status != AE_OK)
        return status;
    status = aei_runtime_new(out, &own);
    if (status != AE_OK)
        return status;
    (*out)->kernels = kernels;
    aei_log(*out, AE_LOG_INFO, "kernels: %s, threads: %u", kernels->name, (unsigned)own.threads);
    return AE_OK;
}

void ae_runtime_free(ae_runtime *runtime)
{
    aei_runtime_release(runtime);
}

const char *ae_runtime_kernels(const ae_runtime *runtime)
{
    return aei_kernels_of(runtime)->name;
}

uint32_t ae_runtime_threads(const ae_runtime *runtime)
{
    return aei_runtime_or_default(runtime)->options.threads;
}

ae_status ae_cancel_create(ae_cancel **out, ae_runtime *runtime)
{
    AEI_REQUIRE(out);
    *out = aei_calloc(runtime, 1, sizeof **out);
    if (!*out)
        return AE_ERROR_NO_MEMORY;
    (*out)->runtime = aei_runtime_retain(runtime);
    atomic_init(&(*out)->requested, 0);
    return AE_OK;
}

void ae_cancel_request(ae_cancel *cancel)
{
    if (cancel)
        atomic_store(&cancel->requested, 1);
}

void ae_cancel_reset(ae_cancel *cancel)
{
    if (cancel)
        atomic_store(&cancel->requested, 0);
}

int32_t ae_cancel_requested(const ae_cancel *cancel)
{
    return aei_is_cancelled(cancel);
}

void ae_cancel_free(ae_cancel *cancel)
{
    if (!cancel)
        return;
    ae_runtime *runtime = cancel->runtime;
    aei_free(runtime, cancel);
    aei_runtime_release(runtime);
}
