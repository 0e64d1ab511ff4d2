/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Reconstruction losses with their gradients; contract: aei_loss_gradient in kernels.h, formulas and plain twins: ref.c.
 *
 * One pass over a row makes the gradient and the terms of the loss, which are added in double: number j goes to partial
 * sum j mod SUMS in every native set. */
#ifndef AEI_KERNELS_NATIVE_LOSSES_H
#define AEI_KERNELS_NATIVE_LOSSES_H

#include <math.h>
#include <string.h>
#include "kernels/native/activations.h"
#include "kernels/ref.h"

#define SUMS 16
#define SUM_VECTORS (SUMS / DOUBLES)
#define PIECE 1008 /* numbers of cross-entropy at a time: a multiple of SUMS, and 2^1008 is no infinite double */

/* Ends a piece with zeros so that its length divides by SUMS. */
INLINE size_t pad(float *piece, size_t n)
{
    while (n % SUMS != 0) piece[n++] = 0;
    return n;
}

/* Number i and number i + half, for half = 8, 4, 2, 1 */
INLINE double add_up(doubles sum[SUM_VECTORS])
{
    for (size_t half = SUM_VECTORS / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; ++i) sum[i] += sum[i + half];
    const __m256d four = doubles_fold(sum[0]);
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}

/* sum of a_j + log(1 + e_j),  e_j in [0,1]: one logarithm of a product, which is at most 2^PIECE */
static double sum_with_logs(const float *a, const float *e, size_t n)
{
    doubles sum[SUM_VECTORS], factor[SUM_VECTORS];
    double s[SUMS];
    for (size_t i = 0; i < SUM_VECTORS; ++i) {
        sum[i] = doubles_of(0);
        factor[i] = doubles_of(1);
    }
    for (size_t j = 0; j < n; j += SUMS)
#pragma GCC unroll 4
        for (size_t i = 0; i < SUM_VECTORS; ++i) {
            sum[i] += doubles_load(a + j + i * DOUBLES);
            factor[i] *= doubles_of(1) + doubles_load(e + j + i * DOUBLES);
        }
    for (size_t i = 0; i < SUM_VECTORS; ++i) doubles_store(s + i * DOUBLES, factor[i]);
    for (size_t half = SUMS / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; ++i) s[i] *= s[i + half];
    return add_up(sum) + log(s[0]);
}

/* l = sum over j of (y_j - t_j)^2        dl/dz_j = 2 (y_j - t_j) f'(y_j, z_j) */
static double squared_error_row(const aei_loss_gradient *call, size_t r)
{
    const float *y = call->y + r * call->d, *t = call->target + r * call->target_stride;
    float *dz = call->dz ? call->dz + r * call->d : NULL;
    const lanes slope = lanes_of(2 * call->scale);
    doubles sum[SUM_VECTORS] = {doubles_of(0)};

    for (size_t first = 0; first < call->d; first += SUMS)
#pragma GCC unroll 2
        for (size_t i = 0; i < SUM_VECTORS; i += 2) {
            const size_t j = first + i * DOUBLES;
            if (j >= call->d) break;
            const size_t n = call->d - j < LANES ? call->d - j : LANES;
            const lanes difference = lanes_load_n(y + j, n) - lanes_load_n(t + j, n);
            const doubles low = doubles_low(difference), high = doubles_high(difference);
            if (dz) lanes_store_n(dz + j, slope * difference, n);
            sum[i] += low * low;
            sum[i + 1] += high * high;
        }
    if (dz) chain(call->f, y, call->z ? call->z + r * call->d : NULL, call->d, dz);
    return add_up(sum);
}

/* With y = sigmoid(z), l = sum over j of -t log y - (1 - t) log(1 - y)
 *                        = sum over j of |z| (z > 0 ? 1 - t : t) + log(1 + e)      e = exp(-|z|), in [0,1]
 *   dl/dz_j = y - t,    y = 1 / (1 + e) if z > 0, else e / (1 + e) */
static double cross_entropy_row(const aei_loss_gradient *call, size_t r)
{
    const float *z = call->z + r * call->d, *t = call->target + r * call->target_stride;
    float *dz = call->dz ? call->dz + r * call->d : NULL;
    const lanes one = lanes_of(1), scale = lanes_of(call->scale);
    float e[PIECE], linear[PIECE];
    double loss = 0;

    for (size_t first = 0; first < call->d; first += PIECE) {
        const size_t n = call->d - first < PIECE ? call->d - first : PIECE;
        for (size_t j = 0; j < n; j += LANES) {
            const size_t count = n - j < LANES ? n - j : LANES;
            const lanes at = lanes_load_n(z + first + j, count), target = lanes_load_n(t + first + j, count);
            const lanes size = lanes_abs(at), exponential = lanes_exp(-size);
            const lanes_mask positive = lanes_below(lanes_zero(), at);
            lanes_store_n(e + j, exponential, count);
            lanes_store_n(linear + j, size * lanes_select(positive, one - target, target), count);
            if (dz) {
                const lanes y = lanes_select(positive, one, exponential) / (one + exponential);
                lanes_store_n(dz + first + j, scale * (y - target), count);
            }
        }
        pad(e, n);
        loss += sum_with_logs(linear, e, pad(linear, n));
    }
    return loss;
}

static void squared_error(const aei_loss_gradient *call)
{
    aei_loss_by_rows(call, squared_error_row);
}

static void cross_entropy(const aei_loss_gradient *call)
{
    aei_loss_by_rows(call, cross_entropy_row);
}

#endif
