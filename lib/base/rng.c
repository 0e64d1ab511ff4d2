/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/rng.h"
#include <string.h>

#define LANES 16           /* blocks computed side by side, in loops that compilers turn into vectors */
#define GROUP (4 * LANES)  /* numbers in them */

typedef uint32_t rng_word, rng_key, rng_bits;
typedef uint64_t rng_wide;
typedef float rng_float;

static inline rng_wide rng_product(rng_word a, uint32_t factor)
{
    return (rng_wide)a * factor;
}

static inline rng_float rng_to_float(rng_bits number)
{
    return (float)(int32_t)number;
}

static inline rng_float rng_sqrt(rng_float x)
{
    return sqrtf(x);
}

static inline rng_float rng_as_float(rng_bits bits)
{
    rng_float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline rng_bits rng_as_bits(rng_float x)
{
    rng_bits bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

#include "base/rng_lanes.h"

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

/* Over all lanes. Not unrolled, or gcc would find no vectors in them. */
#define EACH_LANE(l) _Pragma("GCC unroll 1") for (uint32_t l = 0; l < LANES; l++)

/* Blocks block .. block+LANES-1; c[w][l] is number w of lane l. */
static inline void lanes(const aei_rng *rng, const rng_key keys[2 * RNG_ROUNDS], uint32_t block, rng_word c[4][LANES])
{
    EACH_LANE(l) {
        c[0][l] = block + l;
        c[1][l] = rng->counter[1];
        c[2][l] = rng->counter[2];
        c[3][l] = rng->counter[3];
    }
    for (int round = 0; round < RNG_ROUNDS; round++) {
        EACH_LANE(l) rng_round(&c[0][l], &c[1][l], &c[2][l], &c[3][l], keys + 2 * round);
    }
}

void aei_rng_block(const aei_rng *rng, uint32_t block, uint32_t out[4])
{
    rng_key keys[2 * RNG_ROUNDS];

    rng_make_keys(rng, keys);
    out[0] = block;
    for (int i = 1; i < 4; i++)
        out[i] = rng->counter[i];
    for (int round = 0; round < RNG_ROUNDS; round++)
        rng_round(&out[0], &out[1], &out[2], &out[3], keys + 2 * round);
}

/* What aei_rng_uniform and aei_rng_normal share: `convert` makes reals in place of the numbers. */
typedef void converter(rng_word c[4][LANES], rng_float x[4][LANES]);

static inline void fill(const aei_rng *rng, size_t first, size_t n, aei_real *out, converter *convert)
{
    rng_key keys[2 * RNG_ROUNDS];
    rng_word c[4][LANES];
    rng_float x[4][LANES];

    rng_make_keys(rng, keys);
    while (n > 0) {
        size_t begin = first % 4, part = n < GROUP - begin ? n : GROUP - begin;
        lanes(rng, keys, (uint32_t)(first / 4), c);
        convert(c, x);
        if (part == GROUP) {
            EACH_LANE(l) {
                for (int w = 0; w < 4; w++)
                    out[4 * l + w] = (aei_real)x[w][l];
            }
        } else {
            for (size_t i = 0; i < part; i++)
                out[i] = (aei_real)x[(begin + i) % 4][(begin + i) / 4];
        }
        first += part;
        n -= part;
        out += part;
    }
}

static inline void to_uniform(rng_word c[4][LANES], rng_float x[4][LANES])
{
    for (int w = 0; w < 4; w++)
        EACH_LANE(l) x[w][l] = rng_uniform(c[w][l]);
}

void aei_rng_uniform(const aei_rng *rng, size_t first, size_t n, aei_real *out)
{
    fill(rng, first, n, out, to_uniform);
}

static inline void to_normal(rng_word c[4][LANES], rng_float x[4][LANES])
{
    for (int w = 0; w < 4; w += 2)
        EACH_LANE(l) rng_normals(c[w][l], c[w + 1][l], &x[w][l], &x[w + 1][l]);
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
    rng_key keys[2 * RNG_ROUNDS];
    rng_word c[4][LANES];
    size_t used = 0; /* numbers of the stream */

    rng_make_keys(rng, keys);
    for (size_t i = 0; i < n; i++)
        out[i] = i;
    for (size_t left = n; left > 1; left--) {
        size_t chosen, last = left - 1, kept = out[last], lane = used % GROUP / 4;
        if (used % GROUP == 0)
            lanes(rng, keys, (uint32_t)(used / 4), c);
        if (n <= UINT32_MAX) {
            chosen = (size_t)((uint64_t)c[used % 4][lane] * left >> 32);
            used += 1;
        } else {
            chosen = (size_t)(((uint64_t)c[used % 4][lane] << 32 | c[used % 4 + 1][lane]) % left);
            used += 2;
        }
        out[last] = out[chosen];
        out[chosen] = kept;
    }
}
