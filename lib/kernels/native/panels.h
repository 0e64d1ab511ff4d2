/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What the products share: how C is cut, and turning a square of a matrix. */
#ifndef AEI_KERNELS_NATIVE_PANELS_H
#define AEI_KERNELS_NATIVE_PANELS_H

#include <stddef.h>
#include "kernels/native/lanes.h"

#define BLOCK 6                    /* rows of C in registers */
#define VECTORS (LANES == 16 ? 4 : 2) /* vectors a row: BLOCK * VECTORS sums, VECTORS of B and one of A fill the file */
#define PANEL (VECTORS * LANES)
#define DEPTH (LANES == 16 ? 64 : 128) /* of a transposed B this many rows are turned, and summed, at a time */
#define GROUP (4 * BLOCK)          /* rows of C that are finished at once, in the first cache */
#define BLOCK_NAMES(name, v) {name##1x##v, name##2x##v, name##3x##v, name##4x##v, name##5x##v, name##6x##v}

/* n cut into pieces of equal numbers of vectors, as few as can be with `most` vectors: a small rest would be slow. */
static size_t piece(size_t n, size_t most)
{
    const size_t vectors = (n + LANES - 1) / LANES, pieces = (vectors + most - 1) / most;
    return (vectors + pieces - 1) / pieces * LANES;
}

/* to[p,j] = from[j,p], LANES x LANES of which `rows` rows and `cols` columns of `from` exist. Pairs of rows are
 * interleaved: after log2(LANES) rounds each number has changed place with its mirror image. */
#if AEI_LANES == 16
INLINE void turn(const float *from, size_t stride, size_t rows, size_t cols, float *to, size_t to_stride)
{
    __m512 r[16], t[16];
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; ++i) r[i] = i < rows ? lanes_load_n(from + i * stride, cols) : lanes_zero();
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i += 2) { /* 2 x 2 numbers */
        t[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i += 4) { /* 4 x 4 numbers */
        r[i] = _mm512_shuffle_ps(t[i], t[i + 2], 0x44);
        r[i + 1] = _mm512_shuffle_ps(t[i], t[i + 2], 0xEE);
        r[i + 2] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0x44);
        r[i + 3] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0xEE);
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < 4; ++i) { /* 8 x 8, in quarters of a register */
        t[i] = _mm512_shuffle_f32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_f32x4(r[i], r[i + 4], 0xDD);
        t[i + 8] = _mm512_shuffle_f32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_f32x4(r[i + 8], r[i + 12], 0xDD);
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < 8; ++i) { /* 16 x 16 */
        r[i] = _mm512_shuffle_f32x4(t[i], t[i + 8], 0x88);
        r[i + 8] = _mm512_shuffle_f32x4(t[i], t[i + 8], 0xDD);
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; ++i)
        if (i < cols) lanes_store(to + i * to_stride, r[i]);
}
#else
INLINE void turn(const float *from, size_t stride, size_t rows, size_t cols, float *to, size_t to_stride)
{
    __m256 r[8], t[8];
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; ++i) r[i] = i < rows ? lanes_load_n(from + i * stride, cols) : lanes_zero();
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i += 2) { /* 2 x 2 numbers */
        t[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
        t[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i += 4) { /* 4 x 4 */
        r[i] = _mm256_shuffle_ps(t[i], t[i + 2], 0x44);
        r[i + 1] = _mm256_shuffle_ps(t[i], t[i + 2], 0xEE);
        r[i + 2] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0x44);
        r[i + 3] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0xEE);
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < 4; ++i) { /* 8 x 8 */
        t[i] = _mm256_permute2f128_ps(r[i], r[i + 4], 0x20);
        t[i + 4] = _mm256_permute2f128_ps(r[i], r[i + 4], 0x31);
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; ++i)
        if (i < cols) lanes_store(to + i * to_stride, t[i]);
}
#endif

/* to[p,j] = from[j,p], p < k, j < n, rows of `to` filled up to whole vectors with zeros */
static __attribute__((noinline, unused)) void turn_panel(const float *from, size_t stride, size_t k, size_t n, float *to, size_t to_stride)
{
    for (size_t j = 0; j < n; j += LANES) {
        const size_t rows = n - j < LANES ? n - j : LANES;
        size_t p = 0;
        for (; k - p >= LANES && rows == LANES; p += LANES)
            turn(from + j * stride + p, stride, LANES, LANES, to + p * to_stride + j, to_stride);
        for (; p < k; p += LANES)
            turn(from + j * stride + p, stride, rows, k - p < LANES ? k - p : LANES, to + p * to_stride + j, to_stride);
    }
}

#endif
