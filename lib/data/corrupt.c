/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/corrupt.h"

#include <stdbool.h>
#include <string.h>
#include "base/error.h"
#include "base/threads.h"

#define PIECE        1024  /* random numbers made at a time, on the stack */
#define TASK_NUMBERS 16384 /* of the rows of a task */

static bool at_least_zero(double value)
{
    return value >= 0 && value <= (double)FLT_MAX;
}

ae_status aei_corruption_check(const ae_corruption *c)
{
    if (c->kind < AE_CORRUPTION_NONE || c->kind > AE_CORRUPTION_SALT_PEPPER)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no corruption %d", (int)c->kind);
    if (c->clip & ~1)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the corruption's clip must be 0 or 1");
    if (!at_least_zero(c->deviation))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the corruption's deviation must be 0 or more and finite");
    if (!(c->rate >= 0 && c->rate <= 1))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the corruption's rate must be in [0, 1]");
    if (!(c->value >= -(double)FLT_MAX && c->value <= (double)FLT_MAX))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the corruption's value must be finite");
    if (!at_least_zero(c->emphasis_corrupted) || !at_least_zero(c->emphasis_clean))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the corruption's emphasis must be 0 or more and finite");
    if (c->emphasis_corrupted == 0 && (c->emphasis_clean == 0 || c->kind == AE_CORRUPTION_GAUSSIAN))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the corruption's emphasis leaves no feature with a weight above 0");
    return AE_OK;
}

/* ---- one pass over n features of a row, without branches that depend on the numbers */

typedef struct interval {
    aei_real low, high;
} interval;

static interval clip_of(const ae_corruption *c)
{
    return c->clip ? (interval){0, 1} : (interval){-(aei_real)INFINITY, (aei_real)INFINITY};
}

static inline aei_real clipped(aei_real x, interval clip)
{
    return x < clip.low ? clip.low : x > clip.high ? clip.high : x;
}

static void add_noise(aei_real deviation, interval clip, size_t n, const aei_real *restrict normal,
                      aei_real *restrict x)
{
    for (size_t j = 0; j < n; j++)
        x[j] = clipped(x[j] + deviation * normal[j], clip);
}

/* Takes `first` for random numbers in the lower half of [0, rate), `second` for the upper; both are clipped already. */
static void replace(aei_real rate, aei_real first, aei_real second, interval clip, size_t n,
                    const aei_real *restrict random, aei_real *restrict x)
{
    const aei_real half = rate / 2;
    for (size_t j = 0; j < n; j++) {
        const aei_real own = clipped(x[j], clip), other = random[j] < half ? first : second;
        x[j] = random[j] < rate ? other : own;
    }
}

static void emphasise(aei_real rate, aei_real corrupted, aei_real clean, size_t n, const aei_real *restrict random,
                      aei_real *restrict weights)
{
    for (size_t j = 0; j < n; j++)
        weights[j] = random[j] < rate ? corrupted : clean;
}

/* ---- rows */

static void corrupt_row(const aei_corrupt_call *call, const aei_rng *rng, aei_real *x, aei_real *weights)
{
    const ae_corruption *c = call->how;
    const interval clip = clip_of(c);
    const aei_real value = clipped((aei_real)c->value, clip);
    aei_real rate = (aei_real)c->rate, random[PIECE];
    for (size_t first = 0; first < call->d; first += PIECE) {
        const size_t n = call->d - first < PIECE ? call->d - first : PIECE;
        switch (c->kind) {
        case AE_CORRUPTION_GAUSSIAN:
            call->kernels->normal(rng, first, n, random);
            add_noise((aei_real)c->deviation, clip, n, random, x + first);
            rate = (aei_real)INFINITY; /* all are corrupted */
            break;
        case AE_CORRUPTION_MASK:
            call->kernels->uniform(rng, first, n, random);
            replace(rate, value, value, clip, n, random, x + first);
            break;
        case AE_CORRUPTION_SALT_PEPPER:
            call->kernels->uniform(rng, first, n, random);
            replace(rate, 0, 1, clip, n, random, x + first);
            break;
        default:
            rate = 0; /* none */
            memset(random, 0, n * sizeof random[0]);
            replace(rate, 0, 0, clip, n, random, x + first);
            break;
        }
        if (weights)
            emphasise(rate, (aei_real)c->emphasis_corrupted, (aei_real)c->emphasis_clean, n, random, weights + first);
    }
}

static size_t rows_of_task(const aei_corrupt_call *call)
{
    return call->d < TASK_NUMBERS ? TASK_NUMBERS / call->d : 1;
}

static void corrupt_rows(void *work, size_t task)
{
    const aei_corrupt_call *call = work;
    const size_t rows = rows_of_task(call), begin = task * rows, d = call->d;
    const size_t end = begin + (call->n - begin < rows ? call->n - begin : rows);
    for (size_t r = begin; r < end; r++) {
        const size_t sample = call->samples ? call->samples[r] : r;
        const aei_rng rng = aei_rng_stream(call->seed, AEI_RNG_NOISE, call->epoch, sample);
        if (call->clean)
            memcpy(call->clean + r * d, call->x + r * d, d * sizeof *call->x);
        corrupt_row(call, &rng, call->x + r * d, call->weights ? call->weights + r * d : NULL);
    }
}

void aei_corrupt(const aei_corrupt_call *call)
{
    const size_t rows = rows_of_task(call);
    aei_parallel_for(call->runtime, call->n / rows + (call->n % rows != 0), corrupt_rows, (void *)call);
}
