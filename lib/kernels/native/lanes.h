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
typedef __m512d doubles; /* DOUBLES of them */

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

INLINE lanes_mask lanes_below(lanes a, lanes b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }   /* a < b */
INLINE lanes_mask lanes_at_most(lanes a, lanes b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); } /* a <= b */
/* bit i: lane i is not 0 */
INLINE unsigned lanes_nonzero(lanes a) { return _mm512_cmp_ps_mask(a, _mm512_setzero_ps(), _CMP_NEQ_UQ); }
INLINE lanes lanes_select(lanes_mask which, lanes yes, lanes no) { return _mm512_mask_blend_ps(which, no, yes); }
/* the smaller and the larger of limit and v; NaN where v is NaN */
INLINE lanes lanes_min(lanes limit, lanes v) { return _mm512_min_ps(limit, v); }
INLINE lanes lanes_max(lanes limit, lanes v) { return _mm512_max_ps(limit, v); }
INLINE lanes lanes_abs(lanes a) { return _mm512_abs_ps(a); }
INLINE lanes lanes_with_sign(lanes a, lanes sign) /* |a| with the sign of `sign` */
{
    const __m512i bits = _mm512_ternarylogic_epi32(_mm512_set1_epi32(INT32_MIN), _mm512_castps_si512(sign),
                                                   _mm512_castps_si512(a), 0xCA);
    return _mm512_castsi512_ps(bits);
}
/* a, but 0 where it is too small for a normal float */
INLINE lanes lanes_normal(lanes a)
{
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(_mm512_abs_ps(a), _mm512_set1_ps(0x1p-126f), _CMP_NLT_UQ), a);
}
INLINE lanes lanes_round(lanes a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT); }
INLINE lanes lanes_scale(lanes a, lanes n) { return _mm512_scalef_ps(a, n); } /* a 2^n, rounded once; n whole */

INLINE lanes_int lanes_bits(lanes a) { return _mm512_castps_si512(a); }
INLINE lanes lanes_of_bits(lanes_int a) { return _mm512_castsi512_ps(a); }
INLINE lanes_int lanes_int_of(int32_t x) { return _mm512_set1_epi32(x); }
INLINE lanes_int lanes_int_add(lanes_int a, lanes_int b) { return _mm512_add_epi32(a, b); }
INLINE lanes_int lanes_int_sub(lanes_int a, lanes_int b) { return _mm512_sub_epi32(a, b); }
INLINE lanes_int lanes_int_and(lanes_int a, lanes_int b) { return _mm512_and_si512(a, b); }
INLINE lanes_int lanes_int_left(lanes_int a, int n) { return _mm512_slli_epi32(a, (unsigned)n); }
INLINE lanes lanes_from_int(lanes_int a) { return _mm512_cvtepi32_ps(a); }
INLINE lanes_int lanes_to_int(lanes a) { return _mm512_cvtps_epi32(a); }

INLINE doubles doubles_of(double x) { return _mm512_set1_pd(x); }
INLINE doubles doubles_load(const float *p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
INLINE doubles doubles_low(lanes v) { return _mm512_cvtps_pd(_mm512_castps512_ps256(v)); }
INLINE doubles doubles_high(lanes v) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1)); }
INLINE void doubles_store(double *p, doubles v) { _mm512_storeu_pd(p, v); }
INLINE __m256d doubles_fold(doubles v) { return _mm256_add_pd(_mm512_castpd512_pd256(v), _mm512_extractf64x4_pd(v, 1)); }

#elif AEI_LANES == 8

typedef __m256 lanes;
typedef __m256i lanes_int;
typedef __m256i lanes_mask;
typedef __m256d doubles;

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

INLINE lanes_mask lanes_below(lanes a, lanes b) { return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_LT_OQ)); }
INLINE lanes_mask lanes_at_most(lanes a, lanes b) { return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_LE_OQ)); }
INLINE unsigned lanes_nonzero(lanes a)
{
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(a, _mm256_setzero_ps(), _CMP_NEQ_UQ));
}
INLINE lanes lanes_select(lanes_mask which, lanes yes, lanes no)
{
    return _mm256_blendv_ps(no, yes, _mm256_castsi256_ps(which));
}
INLINE lanes lanes_min(lanes limit, lanes v) { return _mm256_min_ps(limit, v); }
INLINE lanes lanes_max(lanes limit, lanes v) { return _mm256_max_ps(limit, v); }
INLINE lanes lanes_abs(lanes a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
INLINE lanes lanes_with_sign(lanes a, lanes sign)
{
    return _mm256_or_ps(lanes_abs(a), _mm256_and_ps(_mm256_set1_ps(-0.0f), sign));
}
INLINE lanes lanes_normal(lanes a)
{
    return _mm256_and_ps(_mm256_cmp_ps(lanes_abs(a), _mm256_set1_ps(0x1p-126f), _CMP_NLT_UQ), a);
}
INLINE lanes lanes_round(lanes a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

INLINE lanes_int lanes_bits(lanes a) { return _mm256_castps_si256(a); }
INLINE lanes lanes_of_bits(lanes_int a) { return _mm256_castsi256_ps(a); }
INLINE lanes_int lanes_int_of(int32_t x) { return _mm256_set1_epi32(x); }
INLINE lanes_int lanes_int_add(lanes_int a, lanes_int b) { return _mm256_add_epi32(a, b); }
INLINE lanes_int lanes_int_sub(lanes_int a, lanes_int b) { return _mm256_sub_epi32(a, b); }
INLINE lanes_int lanes_int_and(lanes_int a, lanes_int b) { return _mm256_and_si256(a, b); }
INLINE lanes_int lanes_int_left(lanes_int a, int n) { return _mm256_slli_epi32(a, n); }
INLINE lanes lanes_from_int(lanes_int a) { return _mm256_cvtepi32_ps(a); }
INLINE lanes_int lanes_to_int(lanes a) { return _mm256_cvtps_epi32(a); }

INLINE doubles doubles_of(double x) { return _mm256_set1_pd(x); }
INLINE doubles doubles_load(const float *p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
INLINE doubles doubles_low(lanes v) { return _mm256_cvtps_pd(_mm256_castps256_ps128(v)); }
INLINE doubles doubles_high(lanes v) { return _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1)); }
INLINE void doubles_store(double *p, doubles v) { _mm256_storeu_pd(p, v); }
INLINE __m256d doubles_fold(doubles v) { return v; }

/* 2^n alone would leave the range where n is -150, so it is two factors of which the first does not round */
INLINE lanes lanes_scale(lanes a, lanes n)
{
    const __m256i whole = _mm256_cvtps_epi32(n), half = _mm256_srai_epi32(whole, 1), one = _mm256_set1_epi32(127);
    const __m256i first = _mm256_add_epi32(half, one);
    const __m256i second = _mm256_add_epi32(_mm256_sub_epi32(whole, half), one);
    return a * _mm256_castsi256_ps(_mm256_slli_epi32(first, 23)) * _mm256_castsi256_ps(_mm256_slli_epi32(second, 23));
}

#endif

#define LANES AEI_LANES
#define DOUBLES (LANES / 2)

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
