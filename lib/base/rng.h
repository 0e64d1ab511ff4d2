/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Counter-based random numbers (Philox4x32-10; Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 *
 * There is no state to carry: number i of a stream is a function of (seed, purpose, epoch, sample, i). So any thread
 * can make any part of a stream, a resumed training meets the same numbers, and streams never overlap. */
#ifndef AEI_BASE_RNG_H
#define AEI_BASE_RNG_H

#include "base/real.h"
#include <stddef.h>
#include <stdint.h>

/* What a stream is for. Values are written into training results: append only, never renumber. */
typedef enum aei_rng_purpose {
    AEI_RNG_INIT = 1,       /* epoch = 0, sample = index of the parameter */
    AEI_RNG_SHUFFLE = 2,    /* epoch, sample = 0 */
    AEI_RNG_SPLIT = 3,      /* epoch = 0, sample = 0 */
    AEI_RNG_DROPOUT = 4,    /* epoch = step, sample = row | layer << 32 */
    AEI_RNG_NOISE = 5,      /* corruption of the input: epoch, sample = row of the data set */
    AEI_RNG_LATENT = 6,     /* epsilon of the reparameterisation */
    AEI_RNG_SAMPLE = 7,     /* generated data */
    AEI_RNG_SOLVER = 8      /* randomised solvers */
} aei_rng_purpose;

typedef struct aei_rng {
    uint32_t key[2];     /* the seed */
    uint32_t counter[4]; /* [0] block of 4 numbers, [1] sample low, [2] epoch, [3] purpose and the high bits of sample;
                            so a stream has 2^34 numbers, after which it repeats */
} aei_rng;

/* `sample` may use 56 bits, `epoch` 32 (its high half is folded into the key). */
aei_rng aei_rng_stream(uint64_t seed, aei_rng_purpose purpose, uint64_t epoch, uint64_t sample);

/* The four 32-bit numbers of block `block`: numbers 4*block .. 4*block+3 of the stream. */
void aei_rng_block(const aei_rng *rng, uint32_t block, uint32_t out[4]);

/* Numbers first..first+n-1 of the stream as uniform reals in [0,1), k / 2^24 (float and double get the same values). */
void aei_rng_uniform(const aei_rng *rng, size_t first, size_t n, aei_real *out);

/* Numbers first..first+n-1 of the stream as normals N(0,1) by Box-Muller on pairs: from the uniforms u, v numbered 2i
 * and 2i+1 come sqrt(-2 ln u) cos(2 pi v) and sqrt(-2 ln u) sin(2 pi v). u is taken as (k+1)/2^24 so that its log is
 * finite; the largest normal is 5.77. Computed in float by own series instead of libm's functions, within 4 epsilon:
 * the same numbers on every machine, from every set of kernels, and as double too. */
void aei_rng_normal(const aei_rng *rng, size_t first, size_t n, aei_real *out);

/* An integer below `bound` (1 .. 2^32) without bias that matters: (number i of the stream * bound) >> 32. */
uint32_t aei_rng_below(const aei_rng *rng, size_t i, uint64_t bound);

/* A permutation of 0..n-1 (Fisher-Yates with the stream's numbers); n < 2^32 uses one number a step, larger n two. */
void aei_rng_permutation(const aei_rng *rng, size_t n, size_t *out);

#endif
