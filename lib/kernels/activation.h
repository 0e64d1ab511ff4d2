/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Activation functions, one place for f and f'.
 *
 * The derivative is taken from the output y wherever that is exact, so that z = the input of f need not be kept:
 *   identity 1 | ReLU y > 0 | leaky ReLU y > 0 ? 1 : a | ELU y > 0 ? 1 : y + a | tanh 1 - y^2 | sigmoid y (1 - y)
 *   softplus, y = log(1 + e^z): f' = sigmoid(z) = 1 - e^-y
 * GELU and SiLU are not monotone, so y does not determine z and z is kept:
 *   SiLU, y = z s, s = sigmoid(z): f' = s + z s (1 - s)
 *   GELU, y = z Phi(z): f' = Phi(z) + z phi(z)
 *   GELU by tanh, u = c (z + k z^3), t = tanh(u): y = z/2 (1 + t), f' = (1 + t)/2 + z/2 (1 - t^2) c (1 + 3 k z^2)
 * At the kinks of ReLU, leaky ReLU (and ELU for a != 1) the derivative at z = 0 is that of the left side. */
#ifndef AEI_KERNELS_ACTIVATION_H
#define AEI_KERNELS_ACTIVATION_H

#include <autoencoder/model.h>
#include <stdbool.h>
#include "base/real.h"

#define AEI_ACTIVATION_COUNT 10

typedef struct aei_activation {
    ae_activation kind;
    aei_real a; /* slope of leaky ReLU, scale of ELU; not used by the others */
} aei_activation;

/* Fills in the default for parameter 0; INVALID_ARGUMENT for a kind or parameter out of range. */
ae_status aei_activation_make(aei_activation *out, ae_activation kind, double parameter);

/* "relu", "gelu_tanh", ... as in model files; NULL for no such kind. And the way back: -1 for no such name. */
const char *aei_activation_name(ae_activation kind);
ae_activation aei_activation_by_name(const char *name);

/* Does f' need z? (GELU, GELU by tanh, SiLU) */
bool aei_activation_needs_z(ae_activation kind);

/* y = f(z) over n numbers; y may be z. */
void aei_activation_apply(aei_activation f, const aei_real *z, size_t n, aei_real *y);

/* d *= f' over n numbers, from y, or from z where aei_activation_needs_z(). */
void aei_activation_chain(aei_activation f, const aei_real *y, const aei_real *z, size_t n, aei_real *d);

/* f'' over n numbers, from y, or from z where aei_activation_needs_z(); for the contractive penalty.
 *   ELU y > 0 ? 0 : y + a | tanh -2 y (1 - y^2) | sigmoid y (1 - y) (1 - 2 y) | softplus s (1 - s), s = 1 - e^-y
 *   SiLU, g = s (1 - s): 2 g + z g (1 - 2 s) | GELU phi(z) (2 - z^2)
 *   GELU by tanh, u' = c (1 + 3 k z^2), u'' = 6 c k z: (1 - t^2) (u' + z/2 (u'' - 2 t u'^2)) | the others 0 */
void aei_activation_curve(aei_activation f, const aei_real *y, const aei_real *z, size_t n, aei_real *out);

#endif
