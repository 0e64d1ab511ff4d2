/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/corrupt.h"

#include "base/error.h"
#include "base/rng.h"

#define PIECE 256 /* random numbers made at a time, on the stack */

static bool at_least_zero(double value)
{
    return value >= 0 && value <= (double)FLT_MAX;
}

ae_status aei_corruption_check(const ae_corruption *c)
{
    if (c->kind < AE_CORRUPTION_NONE || c->kind > AE_CORRUPTION_SALT_PEPPER)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no corruption %d", (int)c->kind);
    if (!at_least_zero(c->deviation))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the corruption's deviation must be 0 or more and finite");
    if (!(c->rate >= 0 && c->rate <= 1))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the corruption's rate must be in [0, 1]");
    if (!(c->value >= -(double)FLT_MAX && c->value <= (double)FLT_MAX))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the corruption's value must be finite");
    if (!at_least_zero(c->emphasis_corrupted) || !at_least_zero(c->emphasis_clean))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the corruption's emphasis must be 0 or more and finite");
    return AE_OK;
}

/* n features from `first` on; tells which were corrupted by making their random number negative. */
static void corrupt_piece(const ae_corruption *c, const aei_rng *rng, size_t first, size_t n, aei_real *x,
                          aei_real *random)
{
    const aei_real rate = (aei_real)c->rate;
    switch (c->kind) {
    case AE_CORRUPTION_GAUSSIAN:
        aei_rng_normal(rng, first, n, random);
        for (size_t j = 0; j < n; j++) {
            x[j] += (aei_real)c->deviation * random[j];
            random[j] = -1;
        }
        break;
    case AE_CORRUPTION_MASK:
        aei_rng_uniform(rng, first, n, random);
        for (size_t j = 0; j < n; j++)
            if (random[j] < rate) {
                x[j] = (aei_real)c->value;
                random[j] = -1;
            }
        break;
    case AE_CORRUPTION_SALT_PEPPER:
        aei_rng_uniform(rng, first, n, random);
        for (size_t j = 0; j < n; j++)
            if (random[j] < rate) { /* uniform in [0, rate) now: the lower half is pepper */
                x[j] = random[j] < rate / 2 ? 0 : 1;
                random[j] = -1;
            }
        break;
    default:
        for (size_t j = 0; j < n; j++)
            random[j] = 0;
        break;
    }
    if (c->clip)
        for (size_t j = 0; j < n; j++)
            x[j] = x[j] < 0 ? 0 : x[j] > 1 ? 1 : x[j];
}

void aei_corrupt_row(const ae_corruption *corruption, uint64_t seed, uint64_t epoch, uint64_t sample, size_t d,
                     aei_real *x, aei_real *weights)
{
    const aei_rng rng = aei_rng_stream(seed, AEI_RNG_NOISE, epoch, sample);
    aei_real random[PIECE];
    for (size_t first = 0; first < d; first += PIECE) {
        const size_t n = d - first < PIECE ? d - first : PIECE;
        corrupt_piece(corruption, &rng, first, n, x + first, random);
        if (weights)
            for (size_t j = 0; j < n; j++)
                weights[first + j] = (aei_real)(random[j] < 0 ? corruption->emphasis_corrupted
                                                              : corruption->emphasis_clean);
    }
}
