/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Activations and their derivatives, and exponentials alone; formulas: kernels/activation.h, plain twins:
 * kernels/activation.c. */
#ifndef AEI_KERNELS_NATIVE_ACTIVATIONS_H
#define AEI_KERNELS_NATIVE_ACTIVATIONS_H

#include <string.h>
#include "kernels/activation.h"
#include "kernels/native/math.h"

/* Phi(z) = (1 + erf(z / sqrt(2))) / 2 */
INLINE lanes normal_distribution(lanes z)
{
    const lanes half = lanes_of(0.5f);
    return lanes_fma(half, lanes_erf(z * lanes_of(0.70710678118654752f)), half);
}

/* phi(z) = phi(0) e^(-z^2/2) */
INLINE lanes normal_density(lanes z)
{
    return lanes_of(0.39894228040143268f) * lanes_exp(lanes_of(-0.5f) * z * z);
}

/* t = tanh(c (z + k z^3)) = tanh(z (c + c k z^2)),  c = sqrt(2 / pi), k = 0.044715 */
#define GELU_SLOPE 0.79788456080286536f   /* c */
#define GELU_CUBIC 0.035677408136300125f  /* c k */

INLINE lanes gelu_inner(lanes z)
{
    return lanes_tanh(z * lanes_fma(z * z, lanes_of(GELU_CUBIC), lanes_of(GELU_SLOPE)));
}

/* f(z);  a: slope of leaky ReLU, scale of ELU. The kind is a constant at each use, as in the next function. */
INLINE lanes value(const ae_activation kind, lanes a, lanes z)
{
    const lanes zero = lanes_zero(), half = lanes_of(0.5f);
    switch (kind) {
    case AE_RELU:
        return lanes_max(zero, z);
    case AE_LEAKY_RELU:
        return lanes_select(lanes_below(z, zero), a * z, z);
    case AE_ELU:
        return lanes_select(lanes_below(zero, z), z, a * lanes_expm1(lanes_min(zero, z)));
    case AE_GELU:
        return z * normal_distribution(z);
    case AE_GELU_TANH:
        return z * lanes_fma(half, gelu_inner(z), half);
    case AE_SILU:
        return z * lanes_sigmoid(z);
    case AE_SOFTPLUS: /* log(1 + e^z) = max(z, 0) + log(1 + e^-|z|) */
        return lanes_max(zero, z) + lanes_log1p(lanes_exp(-lanes_abs(z)));
    case AE_TANH:
        return lanes_tanh(z);
    default:
        return lanes_sigmoid(z);
    }
}

/* d f'(v), v being y or, where y does not tell, z */
INLINE lanes times_slope(const ae_activation kind, lanes a, lanes v, lanes d)
{
    const lanes zero = lanes_zero(), one = lanes_of(1), half = lanes_of(0.5f);
    lanes s, slope;
    switch (kind) {
    case AE_RELU:
        return lanes_select(lanes_at_most(v, zero), zero, d);
    case AE_LEAKY_RELU:
        return lanes_select(lanes_at_most(v, zero), a * d, d);
    case AE_ELU:
        return lanes_select(lanes_below(zero, v), d, (v + a) * d);
    case AE_GELU:
        return lanes_fma(v, normal_density(v), normal_distribution(v)) * d;
    case AE_GELU_TANH: /* (1 + t)/2 + z/2 (1 - t^2) c (1 + 3 k z^2) */
        s = gelu_inner(v);
        slope = lanes_fma(v * v, lanes_of(3 * GELU_CUBIC), lanes_of(GELU_SLOPE));
        return lanes_fma(v * slope, lanes_fnma(s, s, one), one + s) * half * d;
    case AE_SILU:
        s = lanes_sigmoid(v);
        return lanes_fma(v * s, one - s, s) * d;
    case AE_SOFTPLUS:
        return -lanes_expm1(-v) * d;
    case AE_TANH:
        return lanes_fnma(v, v, one) * d;
    default:
        return lanes_fnma(v, v, v) * d;
    }
}

INLINE void values(const ae_activation kind, float a, const float *z, size_t n, float *y)
{
    const lanes parameter = lanes_of(a);
    for (; n >= LANES; n -= LANES, z += LANES, y += LANES) lanes_store(y, value(kind, parameter, lanes_load(z)));
    if (n > 0) lanes_store_part(y, value(kind, parameter, lanes_load_part(z, n)), n);
}

INLINE void times_slopes(const ae_activation kind, float a, const float *v, size_t n, float *d)
{
    const lanes parameter = lanes_of(a);
    for (; n >= LANES; n -= LANES, v += LANES, d += LANES)
        lanes_store(d, times_slope(kind, parameter, lanes_load(v), lanes_load(d)));
    if (n > 0)
        lanes_store_part(d, times_slope(kind, parameter, lanes_load_part(v, n), lanes_load_part(d, n)), n);
}

/* A loop for each kind, without a question inside. */
#define EACH_CURVED(KIND)                                                                                             \
    KIND(AE_RELU) KIND(AE_LEAKY_RELU) KIND(AE_ELU) KIND(AE_GELU) KIND(AE_GELU_TANH) KIND(AE_SILU) KIND(AE_SOFTPLUS)   \
    KIND(AE_TANH) KIND(AE_SIGMOID)

static void activate(aei_activation f, const float *z, size_t n, float *y)
{
    switch (f.kind) {
#define VALUES(kind)                     \
    case kind:                           \
        values(kind, f.a, z, n, y);      \
        break;
        EACH_CURVED(VALUES)
#undef VALUES
    default: /* identity */
        if (y != z) memcpy(y, z, n * sizeof *y);
        break;
    }
}

static void chain(aei_activation f, const float *y, const float *z, size_t n, float *d)
{
    const float *v = aei_activation_needs_z(f.kind) ? z : y;
    switch (f.kind) {
#define SLOPES(kind)                     \
    case kind:                           \
        times_slopes(kind, f.a, v, n, d); \
        break;
        EACH_CURVED(SLOPES)
#undef SLOPES
    default: /* identity */
        break;
    }
}

/* ---- exponentials alone */

static void exp_of(const float *x, size_t n, float *y)
{
    for (; n >= LANES; n -= LANES, x += LANES, y += LANES) lanes_store(y, lanes_exp(lanes_load(x)));
    if (n > 0) lanes_store_part(y, lanes_exp(lanes_load_part(x, n)), n);
}

static void expm1_of(const float *x, size_t n, float *y)
{
    for (; n >= LANES; n -= LANES, x += LANES, y += LANES) lanes_store(y, lanes_expm1(lanes_load(x)));
    if (n > 0) lanes_store_part(y, lanes_expm1(lanes_load_part(x, n)), n);
}

/* ---- y = f(scale * y + bias) on a block, see kernels.h */

/* n lanes, 1..LANES */
INLINE void affine_lanes(const ae_activation kind, lanes a, const float *scale, const float *bias, float *y, float *z,
                         size_t n)
{
    lanes v = lanes_load_n(y, n);
    const lanes shift = bias ? lanes_load_n(bias, n) : lanes_zero();
    v = scale ? lanes_fma(lanes_load_n(scale, n), v, shift) : (lanes)(v + shift);
    if (z) lanes_store_n(z, v, n);
    lanes_store_n(y, kind == AE_IDENTITY ? v : value(kind, a, v), n);
}

INLINE void affine_rows(const ae_activation kind, float a, const float *scale, const float *bias, float *y,
                        size_t y_stride, float *z, size_t z_stride, size_t rows, size_t cols)
{
    const lanes parameter = lanes_of(a);
    for (size_t r = 0; r < rows; ++r, y += y_stride, z = z ? z + z_stride : NULL)
        for (size_t j = 0; j < cols; j += LANES)
            affine_lanes(kind, parameter, scale ? scale + j : NULL, bias ? bias + j : NULL, y + j, z ? z + j : NULL,
                         cols - j < LANES ? cols - j : LANES);
}

static void affine(aei_activation f, const float *scale, const float *bias, float *y, size_t y_stride, float *z,
                   size_t z_stride, size_t rows, size_t cols)
{
    switch (f.kind) {
#define ROWS(kind)                                                                          \
    case kind:                                                                              \
        affine_rows(kind, f.a, scale, bias, y, y_stride, z, z_stride, rows, cols);          \
        break;
        EACH_CURVED(ROWS)
        ROWS(AE_IDENTITY)
#undef ROWS
    }
}

#endif
