/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "losses/gaussian.h"

#include <math.h>

static const double log_2_pi = 1.83787706640934548356;

/* One s and no weights: the squared error's kernel does the work, (1/2) exp(-s) goes into its scale. */
static void scalar(const aei_kernels *kernels, const aei_loss_call *call)
{
    aei_loss_gradient b = call->base;
    const double s = (double)aei_log_var_hold(call->log_var[0]), half = exp(-s) / 2, d = (double)b.d;
    double dlog_var = 0;
    b.scale = (aei_real)((double)b.scale * half);
    kernels->squared_error(&b);
    for (size_t r = 0; r < b.n; r++) {
        dlog_var += d / 2 - half * b.row_loss[r];
        b.row_loss[r] = half * b.row_loss[r] + d / 2 * (s + log_2_pi);
    }
    if (call->dlog_var)
        call->dlog_var[0] += call->base.scale * (aei_real)dlog_var * aei_log_var_slope(call->log_var[0]);
}

#define PIECE 256

/* The features first .. first + n - 1 of all rows. */
static void piece(const aei_kernels *kernels, const aei_loss_call *call, size_t first, size_t n)
{
    const aei_loss_gradient *b = &call->base;
    const size_t step = call->log_var_count > 1;
    const aei_real *log_var = call->log_var + first * step;
    aei_real *dlog_var = call->dlog_var ? call->dlog_var + first * step : NULL;
    aei_real s[PIECE], precision[PIECE];
    for (size_t j = 0; j < n; j++) {
        s[j] = aei_log_var_hold(log_var[j * step]);
        precision[j] = -s[j];
    }
    kernels->exp(precision, n, precision);
    for (size_t r = 0; r < b->n; r++) {
        const size_t at = r * b->d + first;
        const aei_real *y = b->y + at, *t = b->target + r * b->target_stride + first;
        aei_real *dz = b->dz ? b->dz + at : NULL;
        double sum = 0;
        for (size_t j = 0; j < n; j++) {
            const aei_real e = y[j] - t[j], weight = call->weights ? call->weights[at + j] : 1;
            sum += (double)weight * ((double)e * (double)e * (double)precision[j] + (double)s[j] + log_2_pi) / 2;
            if (dlog_var)
                dlog_var[j * step] += b->scale * weight * (1 - e * e * precision[j]) / 2 *
                                      aei_log_var_slope(log_var[j * step]);
            if (dz)
                dz[j] = b->scale * weight * e * precision[j];
        }
        b->row_loss[r] += sum;
        if (dz)
            kernels->chain(b->f, y, b->z ? b->z + at : NULL, n, dz);
    }
}

/* An s a feature, or weights. */
static void general(const aei_kernels *kernels, const aei_loss_call *call)
{
    const size_t d = call->base.d;
    for (size_t r = 0; r < call->base.n; r++)
        call->base.row_loss[r] = 0;
    for (size_t first = 0; first < d; first += PIECE)
        piece(kernels, call, first, d - first < PIECE ? d - first : PIECE);
}

void aei_gaussian(const aei_kernels *kernels, const aei_loss_call *call)
{
    if (call->log_var_count == 1 && !call->weights)
        scalar(kernels, call);
    else
        general(kernels, call);
}
