/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A vector of LANES floats and what the native kernels do with one. Included by one file per instruction set, which
 * sets AEI_LANES first; the rest of this folder is written in these words alone, so each formula stands once.
 *
 * Products are added with one rounding (lanes_fma) where a formula says so, and nowhere else: the compiler may not
 * contract on its own (-ffp-contract=off). So every set gives the same bits in every lane. */
#ifndef AEI_KERNELS_NATIVE_LANES_H
#define AEI_KERNELS_NATIVE_LANES_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

#if AEI_LANES == 16

typedef __m512 lanes;
typedef __m512i lanes_int;
typedef __mmask16 lanes_mask;

INLINE lanes lanes_load(const float *p) { return _mm512_loadu_ps(p); }
INLINE void lanes_store(float *p, lanes v) { _mm512_storeu_ps(p, v); }
INLINE lanes lanes_of(float x) { return _mm512_set1_ps(x); }
INLINE lanes lanes_zero(void) { return _mm512_setzero_ps(); }
INLINE lanes lanes_fma(lanes a, lanes b, lanes c) { return _mm512_fmadd_ps(a, b, c); }   /* a b + c */
INLINE lanes lanes_fnma(lanes a, lanes b, lanes c) { return _mm512_fnmadd_ps(a, b, c); } /* c - a b */
INLINE lanes lanes_sqrt(lanes a) { return _mm512_sqrt_ps(a); }
/* the first n lanes, 0 < n <= LANES; the others are zero, and their memory is not touched */
INLINE lanes_mask lanes_first(size_t n) { return (lanes_mask)(0xFFFFu >> (16 - n)); }
INLINE lanes lanes_load_part(const float *p, size_t n) { return _mm512_maskz_loadu_ps(lanes_first(n), p); }
INLINE void lanes_store_part(float *p, lanes v, size_t n) { _mm512_mask_storeu_ps(p, lanes_first(n), v); }
INLINE float lanes_sum(lanes v) { return _mm512_reduce_add_ps(v); }

#elif AEI_LANES == 8

typedef __m256 lanes;
typedef __m256i lanes_int;
typedef __m256i lanes_mask;

INLINE lanes lanes_load(const float *p) { return _mm256_loadu_ps(p); }
INLINE void lanes_store(float *p, lanes v) { _mm256_storeu_ps(p, v); }
INLINE lanes lanes_of(float x) { return _mm256_set1_ps(x); }
INLINE lanes lanes_zero(void) { return _mm256_setzero_ps(); }
INLINE lanes lanes_fma(lanes a, lanes b, lanes c) { return _mm256_fmadd_ps(a, b, c); }
INLINE lanes lanes_fnma(lanes a, lanes b, lanes c) { return _mm256_fnmadd_ps(a, b, c); }
INLINE lanes lanes_sqrt(lanes a) { return _mm256_sqrt_ps(a); }
INLINE lanes_mask lanes_first(size_t n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
INLINE lanes lanes_load_part(const float *p, size_t n) { return _mm256_maskload_ps(p, lanes_first(n)); }
INLINE void lanes_store_part(float *p, lanes v, size_t n) { _mm256_maskstore_ps(p, lanes_first(n), v); }
INLINE float lanes_sum(lanes v)
{
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

#endif

#define LANES AEI_LANES

/* n lanes, 1..LANES */
INLINE lanes lanes_load_n(const float *p, size_t n) { return n == LANES ? lanes_load(p) : lanes_load_part(p, n); }
INLINE void lanes_store_n(float *p, lanes v, size_t n)
{
    if (n == LANES)
        lanes_store(p, v);
    else
        lanes_store_part(p, v, n);
}

#endif
