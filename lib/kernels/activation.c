/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "kernels/activation.h"
#include <string.h>
#include "base/error.h"
#include "base/text.h"

static const char *const names[AEI_ACTIVATION_COUNT] = {
    [AE_IDENTITY] = "identity",   [AE_RELU] = "relu", [AE_LEAKY_RELU] = "leaky_relu", [AE_ELU] = "elu",
    [AE_GELU] = "gelu",           [AE_GELU_TANH] = "gelu_tanh", [AE_SILU] = "silu",
    [AE_SOFTPLUS] = "softplus",   [AE_TANH] = "tanh", [AE_SIGMOID] = "sigmoid",
};

static const aei_real half_root = (aei_real)0.70710678118654752;  /* 1 / sqrt(2) */
static const aei_real phi_zero = (aei_real)0.39894228040143268;   /* 1 / sqrt(2 pi): normal density at 0 */
static const aei_real gelu_slope = (aei_real)0.79788456080286536; /* c = sqrt(2 / pi) */
static const aei_real gelu_cubic = (aei_real)0.044715;            /* k */

ae_status aei_activation_make(aei_activation *out, ae_activation kind, double parameter)
{
    char text[32];
    aei_real a = (aei_real)parameter;
    switch (kind) {
    case AE_LEAKY_RELU:
        if (parameter == 0) a = (aei_real)0.01;
        if (!(a >= 0 && a <= 1))
            return aei_fail(AE_ERROR_INVALID_ARGUMENT, "parameter of leaky_relu is %s, must be in [0,1]",
                            aei_format_double(parameter, 6, text, sizeof text));
        break;
    case AE_ELU:
        if (parameter == 0) a = 1;
        if (!(a > 0 && a <= AEI_REAL_MAX))
            return aei_fail(AE_ERROR_INVALID_ARGUMENT, "parameter of elu is %s, must be positive and finite",
                            aei_format_double(parameter, 6, text, sizeof text));
        break;
    default:
        if (!aei_activation_name(kind))
            return aei_fail(AE_ERROR_INVALID_ARGUMENT, "no activation has the number %d", (int)kind);
        a = 0;
    }
    out->kind = kind;
    out->a = a;
    return AE_OK;
}

const char *aei_activation_name(ae_activation kind)
{
    return kind >= 0 && kind < AEI_ACTIVATION_COUNT ? names[kind] : NULL;
}

ae_activation aei_activation_by_name(const char *name)
{
    for (ae_activation kind = 0; kind < AEI_ACTIVATION_COUNT; ++kind)
        if (strcmp(name, names[kind]) == 0) return kind;
    return -1;
}

bool aei_activation_needs_z(ae_activation kind)
{
    return kind == AE_GELU || kind == AE_GELU_TANH || kind == AE_SILU;
}

/* 1 / (1 + e^-z). z below -87 counts as -87, where it is 1e-38: a float could not hold e^-z much further. The
 * limit is one instruction, while e^z / (1 + e^z) for z < 0 would be a jump that random signs mispredict. */
static inline aei_real sigmoid(aei_real z)
{
    return 1 / (1 + aei_exp(-(z < -87 ? -87 : z)));
}

/* Phi(z) = (1 + erf(z / sqrt(2))) / 2 */
static inline aei_real normal_distribution(aei_real z)
{
    return (aei_real)0.5 * (1 + aei_erf(half_root * z));
}

/* t = tanh(c (z + k z^3)) */
static inline aei_real gelu_inner(aei_real z)
{
    return aei_tanh(gelu_slope * (z + gelu_cubic * z * z * z));
}

/* max(v, 0) and min(v, 0). NaN stays NaN in both. */
static inline aei_real positive(aei_real v)
{
    return v < 0 ? 0 : v;
}

static inline aei_real negative(aei_real v)
{
    return v > 0 ? 0 : v;
}

/* Leaky ReLU and its derivative add two halves of which one is 0: gcc makes vectors of that, but of
 * v * (v < 0 ? a : 1) a jump, which random signs mispredict. */
void aei_activation_apply(aei_activation f, const aei_real *z, size_t n, aei_real *y)
{
    /* in place from here on: with one pointer the compiler need not ask whether y and z overlap */
    if (y != z) memcpy(y, z, n * sizeof *y);

    switch (f.kind) {
    case AE_RELU:
        for (size_t i = 0; i < n; ++i) y[i] = positive(y[i]);
        break;
    case AE_LEAKY_RELU:
        for (size_t i = 0; i < n; ++i) y[i] = positive(y[i]) + f.a * negative(y[i]);
        break;
    case AE_ELU: /* e^z - 1 by expm1, which is exact near 0 */
        for (size_t i = 0; i < n; ++i) y[i] = y[i] > 0 ? y[i] : f.a * aei_expm1(y[i]);
        break;
    case AE_GELU:
        for (size_t i = 0; i < n; ++i) y[i] *= normal_distribution(y[i]);
        break;
    case AE_GELU_TANH:
        for (size_t i = 0; i < n; ++i) y[i] *= (aei_real)0.5 * (1 + gelu_inner(y[i]));
        break;
    case AE_SILU:
        for (size_t i = 0; i < n; ++i) y[i] *= sigmoid(y[i]);
        break;
    case AE_SOFTPLUS: /* log(1 + e^z) = max(z, 0) + log(1 + e^-|z|) */
        for (size_t i = 0; i < n; ++i) y[i] = positive(y[i]) + aei_log1p(aei_exp(-aei_fabs(y[i])));
        break;
    case AE_TANH:
        for (size_t i = 0; i < n; ++i) y[i] = aei_tanh(y[i]);
        break;
    case AE_SIGMOID:
        for (size_t i = 0; i < n; ++i) y[i] = sigmoid(y[i]);
        break;
    default: /* identity */
        break;
    }
}

void aei_activation_chain(aei_activation f, const aei_real *y, const aei_real *z, size_t n, aei_real *d)
{
    switch (f.kind) {
    case AE_RELU:
        for (size_t i = 0; i < n; ++i) d[i] = y[i] <= 0 ? 0 : d[i];
        break;
    case AE_LEAKY_RELU:
        for (size_t i = 0; i < n; ++i) d[i] = (y[i] <= 0 ? 0 : d[i]) + f.a * (y[i] <= 0 ? d[i] : 0);
        break;
    case AE_ELU:
        for (size_t i = 0; i < n; ++i) d[i] *= y[i] > 0 ? 1 : y[i] + f.a;
        break;
    case AE_GELU: /* phi(z) = phi(0) e^(-z^2/2) */
        for (size_t i = 0; i < n; ++i)
            d[i] *= normal_distribution(z[i]) + z[i] * phi_zero * aei_exp((aei_real)-0.5 * z[i] * z[i]);
        break;
    case AE_GELU_TANH:
        for (size_t i = 0; i < n; ++i) {
            const aei_real t = gelu_inner(z[i]), slope = gelu_slope * (1 + 3 * gelu_cubic * z[i] * z[i]);
            d[i] *= (aei_real)0.5 * (1 + t + z[i] * (1 - t * t) * slope);
        }
        break;
    case AE_SILU:
        for (size_t i = 0; i < n; ++i) {
            const aei_real s = sigmoid(z[i]);
            d[i] *= s + z[i] * s * (1 - s);
        }
        break;
    case AE_SOFTPLUS:
        for (size_t i = 0; i < n; ++i) d[i] *= -aei_expm1(-y[i]);
        break;
    case AE_TANH:
        for (size_t i = 0; i < n; ++i) d[i] *= 1 - y[i] * y[i];
        break;
    case AE_SIGMOID:
        for (size_t i = 0; i < n; ++i) d[i] *= y[i] * (1 - y[i]);
        break;
    default: /* identity */
        break;
    }
}

void aei_activation_curve(aei_activation f, const aei_real *y, const aei_real *z, size_t n, aei_real *out)
{
    switch (f.kind) {
    case AE_ELU:
        for (size_t i = 0; i < n; ++i) out[i] = y[i] > 0 ? 0 : y[i] + f.a;
        break;
    case AE_GELU:
        for (size_t i = 0; i < n; ++i)
            out[i] = phi_zero * aei_exp((aei_real)-0.5 * z[i] * z[i]) * (2 - z[i] * z[i]);
        break;
    case AE_GELU_TANH:
        for (size_t i = 0; i < n; ++i) {
            const aei_real t = gelu_inner(z[i]), slope = gelu_slope * (1 + 3 * gelu_cubic * z[i] * z[i]);
            const aei_real bend = 6 * gelu_slope * gelu_cubic * z[i];
            out[i] = (1 - t * t) * (slope + z[i] / 2 * (bend - 2 * t * slope * slope));
        }
        break;
    case AE_SILU:
        for (size_t i = 0; i < n; ++i) {
            const aei_real s = sigmoid(z[i]), g = s * (1 - s);
            out[i] = 2 * g + z[i] * g * (1 - 2 * s);
        }
        break;
    case AE_SOFTPLUS:
        for (size_t i = 0; i < n; ++i) {
            const aei_real s = -aei_expm1(-y[i]);
            out[i] = s * (1 - s);
        }
        break;
    case AE_TANH:
        for (size_t i = 0; i < n; ++i) out[i] = -2 * y[i] * (1 - y[i] * y[i]);
        break;
    case AE_SIGMOID:
        for (size_t i = 0; i < n; ++i) out[i] = y[i] * (1 - y[i]) * (1 - 2 * y[i]);
        break;
    default: /* straight lines */
        for (size_t i = 0; i < n; ++i) out[i] = 0;
        break;
    }
}
