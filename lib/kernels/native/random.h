/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Random numbers of base/rng.h in vectors: LANES blocks of 4 numbers at a time.
 *
 * Philox multiplies 32 by 32 bits, which vectors do in places of 64 bits, so its numbers stay in such: two vectors have
 * LANES of each of the four. Then the two become one, and the formulas of base/rng_lanes.h make four vectors of floats,
 * one for each number of a block. Which block has which lane is chosen so that turning each 4 x 4 numbers, of 4
 * neighbouring lanes of the four vectors, gives vectors to store as they are:
 *
 *     lane     0   1   2   3  |  4    5     6     7   | ...
 *     block    0   Q  2Q  3Q  |  1  Q+1  2Q+1  3Q+1   | ...   Q = LANES / 4
 *     turned   the first vector has blocks 0 .. Q-1, the second Q .. 2Q-1, ... */
#ifndef AEI_KERNELS_NATIVE_RANDOM_H
#define AEI_KERNELS_NATIVE_RANDOM_H

#include <string.h>
#include "base/rng.h"
#include "kernels/native/lanes.h"

typedef uint64_t rng_wide __attribute__((vector_size(4 * LANES)));
typedef uint32_t rng_bits __attribute__((vector_size(4 * LANES)));
typedef int32_t rng_int __attribute__((vector_size(4 * LANES)));
typedef float rng_float __attribute__((vector_size(4 * LANES)));
typedef rng_wide rng_word;
typedef uint64_t rng_key;

INLINE rng_float rng_to_float(rng_bits number) { return (rng_float)lanes_from_int((lanes_int)number); }
INLINE rng_float rng_sqrt(rng_float x) { return (rng_float)lanes_sqrt((lanes)x); }
INLINE rng_float rng_as_float(rng_bits bits) { return (rng_float)bits; }
INLINE rng_bits rng_as_bits(rng_float x) { return (rng_bits)x; }

/* rng_product; the blocks in the two vectors' places; one vector of the two, the first in the even lanes; and of each
 * four lanes a0 .. a3 and b0 .. b3 the low a0 b0 a1 b1 or high a2 b2 a3 b3, or by pairs the low a0 a1 b0 b1 or high
 * a2 a3 b2 b3 */
#if LANES == 16

INLINE rng_wide rng_product(rng_word a, uint32_t factor)
{
    return (rng_wide)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(factor));
}

static const rng_word random_blocks[2] = {{0, 8, 1, 9, 2, 10, 3, 11}, {4, 12, 5, 13, 6, 14, 7, 15}};

INLINE rng_bits random_join(rng_word even, rng_word odd)
{
    return (rng_bits)_mm512_mask_shuffle_epi32((__m512i)even, 0xAAAA, (__m512i)odd, _MM_PERM_CCAA);
}

INLINE lanes low_singles(lanes a, lanes b) { return _mm512_unpacklo_ps(a, b); }
INLINE lanes high_singles(lanes a, lanes b) { return _mm512_unpackhi_ps(a, b); }
INLINE lanes low_pairs(lanes a, lanes b)
{
    return _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
}
INLINE lanes high_pairs(lanes a, lanes b)
{
    return _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
}

#elif LANES == 8

INLINE rng_wide rng_product(rng_word a, uint32_t factor)
{
    return (rng_wide)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(factor));
}

static const rng_word random_blocks[2] = {{0, 4, 1, 5}, {2, 6, 3, 7}};

INLINE rng_bits random_join(rng_word even, rng_word odd)
{
    return (rng_bits)_mm256_blend_epi32((__m256i)even, _mm256_slli_epi64((__m256i)odd, 32), 0xAA);
}

INLINE lanes low_singles(lanes a, lanes b) { return _mm256_unpacklo_ps(a, b); }
INLINE lanes high_singles(lanes a, lanes b) { return _mm256_unpackhi_ps(a, b); }
INLINE lanes low_pairs(lanes a, lanes b)
{
    return _mm256_castpd_ps(_mm256_unpacklo_pd(_mm256_castps_pd(a), _mm256_castps_pd(b)));
}
INLINE lanes high_pairs(lanes a, lanes b)
{
    return _mm256_castpd_ps(_mm256_unpackhi_pd(_mm256_castps_pd(a), _mm256_castps_pd(b)));
}

#endif

#include "base/rng_lanes.h"

#define RANDOM_GROUP (4 * LANES)

/* Number w of blocks block .. block+LANES-1 in c[w]. */
INLINE void random_numbers(const aei_rng *rng, const rng_key keys[2 * RNG_ROUNDS], uint32_t block, rng_bits c[4])
{
    rng_word pair[4][2];
#pragma GCC unroll 2
    for (size_t v = 0; v < 2; ++v) {
        pair[0][v] = random_blocks[v] + block;
        for (size_t w = 1; w < 4; ++w) pair[w][v] = (rng_word){0} + rng->counter[w];
    }
#pragma GCC unroll 10
    for (size_t round = 0; round < RNG_ROUNDS; ++round)
#pragma GCC unroll 2
        for (size_t v = 0; v < 2; ++v)
            rng_round(&pair[0][v], &pair[1][v], &pair[2][v], &pair[3][v], keys + 2 * round);
#pragma GCC unroll 4
    for (size_t w = 0; w < 4; ++w) c[w] = random_join(pair[w][0], pair[w][1]);
}

typedef void random_converter(const rng_bits c[4], rng_float x[4]);

INLINE void random_group(const rng_bits c[4], random_converter *convert, float *out)
{
    rng_float x[4];
    convert(c, x);
    const lanes low_01 = low_singles((lanes)x[0], (lanes)x[1]), high_01 = high_singles((lanes)x[0], (lanes)x[1]);
    const lanes low_23 = low_singles((lanes)x[2], (lanes)x[3]), high_23 = high_singles((lanes)x[2], (lanes)x[3]);
    lanes_store(out, low_pairs(low_01, low_23));
    lanes_store(out + LANES, high_pairs(low_01, low_23));
    lanes_store(out + 2 * LANES, low_pairs(high_01, high_23));
    lanes_store(out + 3 * LANES, high_pairs(high_01, high_23));
}

INLINE void random_fill(const aei_rng *rng, size_t first, size_t n, float *out, random_converter *convert)
{
    rng_key keys[2 * RNG_ROUNDS];
    rng_bits c[4];
    float group[RANDOM_GROUP];
    rng_make_keys(rng, keys);
    while (n > 0) {
        const size_t begin = first % 4, part = n < RANDOM_GROUP - begin ? n : RANDOM_GROUP - begin;
        random_numbers(rng, keys, (uint32_t)(first / 4), c);
        if (part == RANDOM_GROUP) {
            random_group(c, convert, out);
        } else {
            random_group(c, convert, group);
            memcpy(out, group + begin, part * sizeof *out);
        }
        first += part;
        n -= part;
        out += part;
    }
}

INLINE void to_uniform(const rng_bits c[4], rng_float x[4])
{
#pragma GCC unroll 4
    for (size_t w = 0; w < 4; ++w) x[w] = rng_uniform(c[w]);
}

static void uniform(const aei_rng *rng, size_t first, size_t n, float *out)
{
    random_fill(rng, first, n, out, to_uniform);
}

INLINE void to_normal(const rng_bits c[4], rng_float x[4])
{
    rng_normals(c[0], c[1], &x[0], &x[1]);
    rng_normals(c[2], c[3], &x[2], &x[3]);
}

static void normal(const aei_rng *rng, size_t first, size_t n, float *out)
{
    random_fill(rng, first, n, out, to_normal);
}

#endif
