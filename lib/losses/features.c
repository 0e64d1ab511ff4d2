/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/features.h"

static const aei_real log_2_pi = (aei_real)1.83787706640934548356;

#define PIECE 256

/* log(1 + exp(-|z|)) = softplus(-|z|) */
static void cross_entropy(const aei_kernels *kernels, const aei_real *z, const aei_real *t, size_t d, aei_real *out)
{
    aei_real tail[PIECE];
    for (size_t first = 0; first < d; first += PIECE, z += PIECE, t += PIECE, out += PIECE) {
        const size_t n = d - first < PIECE ? d - first : PIECE;
        for (size_t j = 0; j < n; j++)
            tail[j] = -aei_fabs(z[j]);
        kernels->activate((aei_activation){AE_SOFTPLUS, 0}, tail, n, tail);
        for (size_t j = 0; j < n; j++)
            out[j] = (z[j] > 0 ? z[j] : 0) - t[j] * z[j] + tail[j];
    }
}

static void gaussian(const aei_kernels *kernels, const aei_loss_call *call, const aei_real *y, const aei_real *t,
                     aei_real *out)
{
    const size_t d = call->base.d, step = call->log_var_count > 1;
    aei_real precision[PIECE];
    for (size_t first = 0; first < d; first += PIECE) {
        const size_t n = d - first < PIECE ? d - first : PIECE;
        for (size_t j = 0; j < n; j++)
            precision[j] = -aei_log_var_hold(call->log_var[(first + j) * step]);
        kernels->exp(precision, n, precision);
        for (size_t j = first; j < first + n; j++) {
            const aei_real s = aei_log_var_hold(call->log_var[j * step]), e = y[j] - t[j];
            out[j] = (e * e * precision[j - first] + s + log_2_pi) / 2;
        }
    }
}

static void squared_error(const aei_real *y, const aei_real *t, size_t d, aei_real *out)
{
    for (size_t j = 0; j < d; j++)
        out[j] = (y[j] - t[j]) * (y[j] - t[j]);
}

void aei_loss_features(const aei_kernels *kernels, ae_loss loss, const aei_loss_call *call, aei_real *out)
{
    const aei_loss_gradient *b = &call->base;
    for (size_t r = 0; r < b->n; r++) {
        const aei_real *t = b->target + r * b->target_stride;
        if (loss == AE_BINARY_CROSS_ENTROPY)
            cross_entropy(kernels, b->z + r * b->d, t, b->d, out + r * b->d);
        else if (loss == AE_GAUSSIAN_LIKELIHOOD)
            gaussian(kernels, call, b->y + r * b->d, t, out + r * b->d);
        else
            squared_error(b->y + r * b->d, t, b->d, out + r * b->d);
    }
}
