/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The formulas of rng.h, for one number or for a vector of them: rng.c has them in plain C, kernels/native/random.h in
 * vectors. They are made of operators that both have and that round alike everywhere, so the bits are the same.
 *
 * Who includes this defines before
 *   rng_word   a number of Philox, 32 bits. A vector may give each 64, whose upper half means nothing
 *   rng_key    a key: one number, of as many bits
 *   rng_wide   a product of two numbers, 64 bits:   rng_wide rng_product(rng_word a, uint32_t factor)
 *   rng_bits   32 bits, as many as there are in     rng_float
 *   rng_float  floats:   rng_float rng_to_float(rng_bits), of less than 2^31; rng_sqrt(rng_float);
 *              the same bits as the other type:   rng_as_float(rng_bits), rng_as_bits(rng_float) */
#ifndef AEI_BASE_RNG_LANES_H
#define AEI_BASE_RNG_LANES_H

#define RNG_ROUNDS 10

/* Keys 2 r and 2 r + 1 belong to round r. */
static inline void rng_make_keys(const aei_rng *rng, rng_key keys[2 * RNG_ROUNDS])
{
    for (uint32_t round = 0; round < RNG_ROUNDS; round++) {
        keys[2 * round] = rng->key[0] + round * UINT32_C(0x9E3779B9);
        keys[2 * round + 1] = rng->key[1] + round * UINT32_C(0xBB67AE85);
    }
}

/* One round of Philox (section 4.3):
 *   (c0, c1, c2, c3) -> (high(M1 c2) ^ c1 ^ k0, low(M1 c2), high(M0 c0) ^ c3 ^ k1, low(M0 c0)) */
static inline void rng_round(rng_word *c0, rng_word *c1, rng_word *c2, rng_word *c3, const rng_key keys[2])
{
    const rng_wide p0 = rng_product(*c0, UINT32_C(0xD2511F53)), p1 = rng_product(*c2, UINT32_C(0xCD9E8D57));
    *c0 = (rng_word)(p1 >> 32) ^ *c1 ^ keys[0];
    *c1 = (rng_word)p1;
    *c2 = (rng_word)(p0 >> 32) ^ *c3 ^ keys[1];
    *c3 = (rng_word)p0;
}

static inline rng_float rng_uniform(rng_bits number)
{
    return rng_to_float(number >> 8) * (1.0f / (1 << 24));
}

#define RNG_SQRT_HALF UINT32_C(0x3F3504F3) /* sqrt(1/2) as a float */
#define RNG_FRACTION  UINT32_C(0x007FFFFF) /* the bits behind a float's exponent */

/* sqrt(-2 ln u), u = (k + 1) / 2^24, k the upper 24 bits. With u = m / 2^e, m in [sqrt(1/2), sqrt(2)):
 * -ln u = e ln 2 - 2 atanh(s),  s = (m - 1) / (m + 1),  |s| < 0.172, and atanh(s) = s + s^3/3 + s^5/5 + ..., cut where
 * it no longer changes a float. */
static inline rng_float rng_radius(rng_bits number)
{
    const rng_bits u = rng_as_bits(rng_to_float((number >> 8) + 1) * (1.0f / (1 << 24)));
    const rng_bits e = (RNG_SQRT_HALF + RNG_FRACTION - u) & ~RNG_FRACTION; /* in the exponent's place: 2^23 e */
    const rng_float m = rng_as_float(u + e), s = (m - 1) / (m + 1), t = s * s;
    rng_float series = t * (1.0f / 9) + 1.0f / 7;
    series = series * t + 1.0f / 5;
    series = series * t + 1.0f / 3;
    return rng_sqrt(rng_to_float(e) * (2 * 0.693147181f / (1 << 23)) - 4 * (s + s * t * series));
}

/* cos and sin of a = 2 pi k / 2^24, k the upper 24 bits. With a = q pi/2 + x, |x| <= pi/4, they are Taylor's cos x and
 * sin x, which change places for odd q; the cosine's sign is - for q = 1, 2, the sine's for q = 2, 3. */
static inline void rng_direction(rng_bits number, rng_float *cosine, rng_float *sine)
{
    const rng_bits turned = number + (UINT32_C(1) << 29); /* by pi/4: q in the upper 2 bits, x + pi/4 behind them */
    const rng_float x = (rng_to_float(turned << 2 >> 10) - (1 << 21)) * (1.57079633f / (1 << 22)), t = x * x;
    rng_float c = t * (-1.0f / 3628800) + 1.0f / 40320, s = t * (1.0f / 362880) - 1.0f / 5040;
    rng_bits c_bits, s_bits, exchange;

    c = c * t - 1.0f / 720;
    c = c * t + 1.0f / 24;
    c = c * t - 1.0f / 2;
    c = c * t + 1;
    s = s * t + 1.0f / 120;
    s = s * t - 1.0f / 6;
    s = s * t * x + x;
    c_bits = rng_as_bits(c);
    s_bits = rng_as_bits(s);
    exchange = (c_bits ^ s_bits) & (0 - (turned >> 30 & 1));
    *cosine = rng_as_float(c_bits ^ exchange ^ ((turned + (UINT32_C(1) << 30)) & UINT32_C(0x80000000)));
    *sine = rng_as_float(s_bits ^ exchange ^ (turned & UINT32_C(0x80000000)));
}

/* Box and Muller's pair of the numbers 2i and 2i+1. */
static inline void rng_normals(rng_bits even, rng_bits odd, rng_float *first, rng_float *second)
{
    const rng_float r = rng_radius(even);
    rng_direction(odd, first, second);
    *first = r * *first;
    *second = r * *second;
}

#endif
