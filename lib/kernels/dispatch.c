/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/error.h"
#include "base/runtime.h"
#include "kernels/blas.h"
#include "kernels/ref.h"

/* Best first. */
static const aei_kernels *const sets[] = {
#if AEI_BLAS
    &aei_kernels_cblas,
#endif
    &aei_kernels_reference,
};

ae_status aei_kernels_get(const aei_kernels **out, int32_t which)
{
    *out = NULL;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; ++i) {
        if (which == AE_KERNELS_AUTO || which == sets[i]->id) {
            *out = sets[i];
            return AE_OK;
        }
    }
    if (which == AE_KERNELS_CBLAS)
        return aei_fail(AE_ERROR_UNSUPPORTED, "the library was built without a CBLAS");
    return aei_fail(AE_ERROR_INVALID_ARGUMENT, "no kernels have the number %d", (int)which);
}

const aei_kernels *aei_kernels_of(const ae_runtime *runtime)
{
    return runtime && runtime->kernels ? runtime->kernels : sets[0];
}
