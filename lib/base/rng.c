/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/rng.h"
#include <string.h>

#define LANES 4            /* blocks computed side by side, as one vector register each */
#define GROUP (4 * LANES)  /* numbers in them */
#define ROUNDS 10
#define SQRT_HALF_BITS UINT32_C(0x3F3504F3) /* sqrt(1/2) as a float */

aei_rng aei_rng_stream(uint64_t seed, aei_rng_purpose purpose, uint64_t epoch, uint64_t sample)
{
    aei_rng rng;

    rng.key[0] = (uint32_t)seed;
    rng.key[1] = (uint32_t)(seed >> 32) ^ (uint32_t)(epoch >> 32) * UINT32_C(0x9E3779B1);
    rng.counter[0] = 0;
    rng.counter[1] = (uint32_t)sample;
    rng.counter[2] = (uint32_t)epoch;
    rng.counter[3] = (uint32_t)purpose | (uint32_t)(sample >> 32) << 8;
    return rng;
}

/* Blocks block .. block+LANES-1; out[4 * l + w] is word w of lane l. One round of Philox (section 4.3):
 *   (c0, c1, c2, c3) -> (high(M1 c2) ^ c1 ^ k0, low(M1 c2), high(M0 c0) ^ c3 ^ k1, low(M0 c0)),  k += W */
static void lanes(const aei_rng *rng, uint32_t block, uint32_t out[GROUP])
{
    uint32_t c0[LANES], c1[LANES], c2[LANES], c3[LANES];
    uint32_t k0 = rng->key[0], k1 = rng->key[1];

    for (uint32_t l = 0; l < LANES; l++) {
        c0[l] = block + l;
        c1[l] = rng->counter[1];
        c2[l] = rng->counter[2];
        c3[l] = rng->counter[3];
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int l = 0; l < LANES; l++) {
            uint64_t p0 = (uint64_t)c0[l] * UINT32_C(0xD2511F53);
            uint64_t p1 = (uint64_t)c2[l] * UINT32_C(0xCD9E8D57);
            c0[l] = (uint32_t)(p1 >> 32) ^ c1[l] ^ k0;
            c1[l] = (uint32_t)p1;
            c2[l] = (uint32_t)(p0 >> 32) ^ c3[l] ^ k1;
            c3[l] = (uint32_t)p0;
        }
        k0 += UINT32_C(0x9E3779B9);
        k1 += UINT32_C(0xBB67AE85);
    }
    for (int l = 0; l < LANES; l++) {
        out[4 * l] = c0[l];
        out[4 * l + 1] = c1[l];
        out[4 * l + 2] = c2[l];
        out[4 * l + 3] = c3[l];
    }
}

void aei_rng_block(const aei_rng *rng, uint32_t block, uint32_t out[4])
{
    uint32_t numbers[GROUP];

    lanes(rng, block, numbers);
    for (int i = 0; i < 4; i++)
        out[i] = numbers[i];
}

/* What aei_rng_uniform and aei_rng_normal share: `convert` makes whole groups of 16 reals. */
typedef void converter(const uint32_t numbers[GROUP], aei_real out[GROUP]);

static inline void fill(const aei_rng *rng, size_t first, size_t n, aei_real *out, converter *convert)
{
    uint32_t numbers[GROUP];
    aei_real reals[GROUP];

    while (n > 0) {
        size_t begin = first % GROUP, part = n < GROUP - begin ? n : GROUP - begin;
        lanes(rng, (uint32_t)(first / GROUP) * LANES, numbers);
        if (part == GROUP) {
            convert(numbers, out);
        } else {
            convert(numbers, reals);
            memcpy(out, reals + begin, part * sizeof *out);
        }
        first += part;
        n -= part;
        out += part;
    }
}

static inline void to_uniform(const uint32_t numbers[GROUP], aei_real out[GROUP])
{
    for (int i = 0; i < GROUP; i++)
        out[i] = (aei_real)(int32_t)(numbers[i] >> 8) * (aei_real)(1.0 / (1 << 24));
}

void aei_rng_uniform(const aei_rng *rng, size_t first, size_t n, aei_real *out)
{
    fill(rng, first, n, out, to_uniform);
}

/* sqrt(-2 ln u), u = (k + 1) / 2^24, 0 <= k < 2^24. With u = m 2^e, m in [sqrt(1/2), sqrt(2)):  ln u = e
 * ln 2 + 2 atanh(s),  s = (m - 1) / (m + 1),  |s| < 0.172, and atanh(s) = s + s^3/3 + s^5/5 + ..., cut
 * where it no longer changes a double. */
static inline double radius(uint32_t k)
{
    float u = (float)(int32_t)(k + 1) * (1.0f / (1 << 24)), m; /* exact */
    uint32_t bits;
    int32_t e;
    double s, t, series;

    memcpy(&bits, &u, sizeof bits);
    /* 64: so that the quotient is rounded down */
    e = (int32_t)(bits - SQRT_HALF_BITS + (UINT32_C(64) << 23)) / (1 << 23) - 64;
    bits -= (uint32_t)e << 23;
    memcpy(&m, &bits, sizeof m);
    s = ((double)m - 1) / ((double)m + 1);
    t = s * s;
    series = 1.0 / 21;
    series = series * t + 1.0 / 19;
    series = series * t + 1.0 / 17;
    series = series * t + 1.0 / 15;
    series = series * t + 1.0 / 13;
    series = series * t + 1.0 / 11;
    series = series * t + 1.0 / 9;
    series = series * t + 1.0 / 7;
    series = series * t + 1.0 / 5;
    series = series * t + 1.0 / 3;
    return sqrt(-2 * ((double)e * 0.69314718055994530942 + 2 * (s + s * t * series)));
}

/* cos and sin of a = 2 pi k / 2^24. Taylor series at x = (a - pi) / 4, |x| <= pi/4, then the angle doubled
 * twice: cos 2x = 1 - 2 sin^2 x, sin 2x = 2 sin x cos x; and cos a = -cos(a - pi), sin a = -sin(a - pi). */
static inline void direction(uint32_t k, double *cosine, double *sine)
{
    double x = ((double)(int32_t)k - (1 << 23)) * (1.57079632679489661923 / (1 << 24));
    double t = x * x, c, s, c2, s2;

    c = 1.0 / 20922789888000;      /* 1/16! */
    c = c * t - 1.0 / 87178291200; /* 1/14! */
    c = c * t + 1.0 / 479001600;
    c = c * t - 1.0 / 3628800;
    c = c * t + 1.0 / 40320;
    c = c * t - 1.0 / 720;
    c = c * t + 1.0 / 24;
    c = c * t - 1.0 / 2;
    c = c * t + 1;
    s = -1.0 / 1307674368000;      /* 1/15! */
    s = s * t + 1.0 / 6227020800;  /* 1/13! */
    s = s * t - 1.0 / 39916800;
    s = s * t + 1.0 / 362880;
    s = s * t - 1.0 / 5040;
    s = s * t + 1.0 / 120;
    s = s * t - 1.0 / 6;
    s = s * t * x + x;
    c2 = 1 - 2 * s * s;
    s2 = 2 * s * c;
    *cosine = 2 * s2 * s2 - 1;
    *sine = -2 * s2 * c2;
}

static inline void to_normal(const uint32_t numbers[GROUP], aei_real out[GROUP])
{
    for (int i = 0; i < GROUP; i += 2) {
        double r = radius(numbers[i] >> 8), cosine, sine;
        direction(numbers[i + 1] >> 8, &cosine, &sine);
        out[i] = (aei_real)(r * cosine);
        out[i + 1] = (aei_real)(r * sine);
    }
}

void aei_rng_normal(const aei_rng *rng, size_t first, size_t n, aei_real *out)
{
    fill(rng, first, n, out, to_normal);
}

uint32_t aei_rng_below(const aei_rng *rng, size_t i, uint64_t bound)
{
    uint32_t numbers[4];

    aei_rng_block(rng, (uint32_t)(i / 4), numbers);
    return (uint32_t)(numbers[i % 4] * bound >> 32);
}

void aei_rng_permutation(const aei_rng *rng, size_t n, size_t *out)
{
    uint32_t numbers[GROUP];
    size_t used = 0; /* numbers of the stream */

    for (size_t i = 0; i < n; i++)
        out[i] = i;
    for (size_t left = n; left > 1; left--) {
        size_t chosen, last = left - 1, kept = out[last];
        if (used % GROUP == 0)
            lanes(rng, (uint32_t)(used / GROUP) * LANES, numbers);
        if (n <= UINT32_MAX) {
            chosen = (size_t)((uint64_t)numbers[used % GROUP] * left >> 32);
            used += 1;
        } else {
            chosen = (size_t)(((uint64_t)numbers[used % GROUP] << 32 | numbers[used % GROUP + 1]) % left);
            used += 2;
        }
        out[last] = out[chosen];
        out[chosen] = kept;
    }
}
