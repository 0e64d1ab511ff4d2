/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* exp, log, tanh and others of a vector of floats. Each number is brought into a short interval where a polynomial is
 * as good as the function; the polynomials were found by Sollya's fpminimax with float coefficients, and the comments
 * tell how far they are off in exact arithmetic.
 *
 * Largest errors over all floats, in units in the last place of the result (tests/kernels/check_math.c --all):
 *     exp 1.1 | expm1 1.7 | log 1.0 | log1p 1.6 | tanh 1.4 | sigmoid 1.8 | erf 1.2
 * NaN gives NaN, and where the result is 0, 1 or infinite, or too small for a normal float, it is so here. */
#ifndef AEI_KERNELS_NATIVE_MATH_H
#define AEI_KERNELS_NATIVE_MATH_H

#include <math.h>
#include "kernels/native/lanes.h"

/* c[0] + c[1] x + ... + c[n-1] x^(n-1) */
INLINE lanes polynomial(lanes x, const float *c, const size_t n)
{
    lanes sum = lanes_of(c[n - 1]);
#pragma GCC unroll 16
    for (size_t i = n - 1; i-- > 0;) sum = lanes_fma(sum, x, lanes_of(c[i]));
    return sum;
}

/* ---- exponentials: x = n ln 2 + r, n whole, |r| <= ln 2 / 2, so that e^x = 2^n e^r */

typedef struct exponent {
    lanes n, r;
} exponent;

INLINE exponent split_exponent(lanes x)
{
    exponent e;
    e.n = lanes_round(x * lanes_of(1.44269504088896341f)); /* 1 / ln 2 */
    /* ln 2 in two parts: n times the first is exact */
    e.r = lanes_fnma(e.n, lanes_of(0.693145751953125f), x);
    e.r = lanes_fnma(e.n, lanes_of(1.42860676533018704e-6f), e.r);
    return e;
}

/* 2^n, n whole and -126..127 */
INLINE lanes power_of_two(lanes n)
{
    return lanes_of_bits(lanes_int_left(lanes_int_add(lanes_to_int(n), lanes_int_of(127)), 23));
}

/* e^r - 1 = r + r^2 p(r), relative error 2.6e-8 */
INLINE lanes expm1_reduced(lanes r)
{
    static const float p[] = {0.5f, 0.16666576266288757f, 0.041666463017463684f, 0.0083632608875632286f,
                              0.0013935329625383019f};
    return lanes_fma(r * r, polynomial(r, p, 5), r);
}

INLINE lanes lanes_exp(lanes x)
{
    const exponent e = split_exponent(lanes_max(lanes_of(-104), lanes_min(lanes_of(89), x))); /* 0 and infinite there */
    return lanes_scale(1 + expm1_reduced(e.r), e.n);
}

/* e^x - 1 = 2 (2^(n-1) (e^r - 1) + (2^(n-1) - 1/2)): 2^n may be too large by itself */
INLINE lanes lanes_expm1(lanes x)
{
    const exponent e = split_exponent(lanes_max(lanes_of(-18), lanes_min(lanes_of(89), x))); /* -1 and infinite there */
    const lanes_int half_bits = lanes_int_left(lanes_int_add(lanes_to_int(e.n), lanes_int_of(126)), 23);
    const lanes half = lanes_of_bits(half_bits);
    return lanes_with_sign(2 * lanes_fma(half, expm1_reduced(e.r), half - 0.5f), x); /* -0 has lost its sign */
}

/* ---- logarithms: x = 2^k (1 + f), 1 + f in [2/3, 4/3), so that log x = k ln 2 + log(1 + f) */

/* k 2^23, which is x's bits less those of 1 + f */
INLINE lanes_int log_exponent(lanes x)
{
    const lanes_int above = lanes_int_sub(lanes_bits(x), lanes_int_of(0x3F2AAAAB)); /* 2/3 */
    return lanes_int_and(above, lanes_int_of(-0x800000));
}

/* log(1 + f) = f + f^2 p(f), relative error 9.1e-9 */
INLINE lanes log_reduced(lanes k, lanes f)
{
    static const float p[] = {-0.5f, 0.33333271741867065f, -0.24999818205833435f, 0.2000730931758881f,
                              -0.1668014228343964f, 0.14054329693317413f, -0.12183161079883575f, 0.13756424188613892f,
                              -0.12915658950805664f};
    return lanes_fma(k, lanes_of(0.693147180559945309f), lanes_fma(f * f, polynomial(f, p, 9), f));
}

/* The logarithm of u at the ends of its range: of 0, infinity, negative numbers and NaN; else log_u. */
INLINE lanes log_ends(lanes u, lanes log_u)
{
    const lanes zero = lanes_zero(), infinity = lanes_of(INFINITY);
    const lanes outside = lanes_select(lanes_at_most(zero, u), -infinity, lanes_of(NAN));
    return lanes_select(lanes_below(zero, u), lanes_select(lanes_below(u, infinity), log_u, u), outside);
}

INLINE lanes lanes_log(lanes x)
{
    const lanes_mask small = lanes_below(x, lanes_of(0x1p-126f)); /* not a normal float, but 2^23 x is one */
    const lanes u = lanes_select(small, x * 0x1p23f, x);
    const lanes_int k = log_exponent(u);
    const lanes f = lanes_of_bits(lanes_int_sub(lanes_bits(u), k)) - 1;
    const lanes shift = lanes_select(small, lanes_of(-23), lanes_zero());
    return log_ends(x, log_reduced(lanes_from_int(k) * 0x1p-23f + shift, f));
}

/* k is that of 1 + x, rounded; f = 2^-k x + (2^-k - 1) still has what 1 + x has lost. 2^-k may be too small for a
 * normal float, so it is a quarter of another number, and x is divided in its bits. */
INLINE lanes lanes_log1p(lanes x)
{
    const lanes u = 1 + x;
    const lanes_int k = log_exponent(u);
    const lanes scale = lanes_of_bits(lanes_int_sub(lanes_bits(lanes_of(4)), k));
    const lanes f = lanes_of_bits(lanes_int_sub(lanes_bits(x), k)) + lanes_fma(scale, lanes_of(0.25f), lanes_of(-1));
    return lanes_with_sign(log_ends(u, log_reduced(lanes_from_int(k) * 0x1p-23f, f)), x); /* -0 has lost its sign */
}

/* ---- functions of S shape */

/* |x| < 0.55: tanh x = x + x^3 p(x^2), relative error 4.0e-9
 * else        tanh |x| = 1 - 2 / (e^2|x| + 1), which from 9.02 on rounds to 1 */
INLINE lanes lanes_tanh(lanes x)
{
    static const float p[] = {-0.33333331346511841f, 0.13333089649677277f, -0.053906943649053574f,
                              0.02129960246384144f, -0.0065971179865300655f};
    const lanes size = lanes_min(lanes_of(10), lanes_abs(x)), square = size * size;
    const exponent e = split_exponent(size + size);
    const lanes scale = power_of_two(e.n);
    const lanes far = 1 - 2 / lanes_fma(scale, expm1_reduced(e.r), scale + 1);
    const lanes near = lanes_fma(square * size, polynomial(square, p, 5), size);
    return lanes_with_sign(lanes_select(lanes_below(size, lanes_of(0.55f)), near, far), x);
}

/* 1 / (1 + e^-x) = 2^n / (2^n + e^-r); 2^n comes last, where the result may be too small for a normal float. The sum
 * 2^n + 1 + (e^-r - 1) is rounded once: what 2^n + 1 loses is added to the rest. */
INLINE lanes lanes_sigmoid(lanes x)
{
    const exponent e = split_exponent(lanes_max(lanes_of(-104), lanes_min(lanes_of(20), x)));
    const lanes scale = power_of_two(lanes_max(lanes_of(-126), e.n)); /* less than that is nothing beside e^-r */
    const lanes sum = scale + 1, lost = scale - (sum - 1);
    return lanes_scale(1 / (sum + (expm1_reduced(-e.r) + lost)), e.n);
}

/* |x| < 1: erf x = x + x p(x^2), relative error 1.6e-9
 * else     erf |x| = 1 - e^(-|x| q(|x|)), relative error 1.1e-8; from 4 on it rounds to 1 */
INLINE lanes lanes_erf(lanes x)
{
    static const float p[] = {0.1283791661262512f, -0.37612628936767578f, 0.11283618956804276f, -0.026855174452066422f,
                              0.0051908446475863457f, -0.00080318358959630132f, 7.9241304774768651e-5f};
    static const float q[] = {1.1289138793945313f, 0.63412296772003174f, 0.1078744456171989f, -0.025142190977931023f,
                              0.0043004327453672886f, -0.0004969639703631401f, 3.4013432014035061e-5f,
                              -1.0187205816691858e-6f};
    const lanes size = lanes_min(lanes_of(4), lanes_abs(x));
    const lanes near = lanes_fma(size, polynomial(size * size, p, 7), size);
    const lanes far = 1 - lanes_exp(-(size * polynomial(size, q, 8)));
    return lanes_with_sign(lanes_select(lanes_below(size, lanes_of(1)), near, far), x);
}

#endif
