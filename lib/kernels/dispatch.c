/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/error.h"
#include "base/runtime.h"
#include "kernels/blas.h"
#include "kernels/native/native.h"
#include "kernels/ref.h"

static bool always(void)
{
    return true;
}

#if AEI_NATIVE
static bool have_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

static bool have_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

#if AEI_OWN_PRODUCTS
static bool have_bf16(void)
{
    return have_avx512() && __builtin_cpu_supports("avx512bf16");
}

static bool have_vnni(void)
{
    return have_avx512() && __builtin_cpu_supports("avx512vnni");
}
#endif

/* Best first; of several with the same number the first that runs here. */
static const struct {
    const aei_kernels *set;
    bool (*runs_here)(void);
} sets[] = {
#if AEI_OWN_PRODUCTS
    {&aei_kernels_avx512, have_avx512},
    {&aei_kernels_avx2, have_avx2},
#endif
#if AEI_BLAS && AEI_NATIVE
    {&aei_kernels_cblas_avx512, have_avx512},
    {&aei_kernels_cblas_avx2, have_avx2},
#endif
#if AEI_BLAS
    {&aei_kernels_cblas, always},
#endif
    {&aei_kernels_reference, always},
#if AEI_OWN_PRODUCTS
    {&aei_kernels_avx512_bf16, have_bf16}, /* last: less exact, so only where they are asked for */
    {&aei_kernels_avx512_vnni, have_vnni},
#endif
};

ae_status aei_kernels_get(const aei_kernels **out, int32_t which)
{
    *out = NULL;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; ++i) {
        if ((which == AE_KERNELS_AUTO || which == sets[i].set->id) && sets[i].runs_here()) {
            *out = sets[i].set;
            return AE_OK;
        }
    }
    switch (which) {
    case AE_KERNELS_CBLAS:
        return aei_fail(AE_ERROR_UNSUPPORTED, "the library was built without a CBLAS");
    case AE_KERNELS_AVX2:
    case AE_KERNELS_AVX512:
    case AE_KERNELS_AVX512_BF16:
    case AE_KERNELS_AVX512_VNNI:
        return aei_fail(AE_ERROR_UNSUPPORTED, "this build or this processor has no %s kernels",
                        which == AE_KERNELS_AVX2          ? "AVX2"
                        : which == AE_KERNELS_AVX512      ? "AVX-512"
                        : which == AE_KERNELS_AVX512_BF16 ? "AVX512_BF16"
                                                          : "AVX512_VNNI");
    default:
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "no kernels have the number %d", (int)which);
    }
}

const aei_kernels *aei_kernels_of(const ae_runtime *runtime)
{
    const aei_kernels *best;
    if (runtime && runtime->kernels)
        return runtime->kernels;
    return aei_kernels_get(&best, AE_KERNELS_AUTO) == AE_OK ? best : &aei_kernels_reference;
}
