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

/* An s a feature, or weights: plain C, feature by feature inside each row. */
static void general(const aei_loss_call *call)
{
    const aei_loss_gradient *b = &call->base;
    const size_t step = call->log_var_count > 1;
    for (size_t r = 0; r < b->n; r++) {
        const aei_real *y = b->y + r * b->d, *t = b->target + r * b->target_stride;
        const aei_real *w = call->weights ? call->weights + r * b->d : NULL;
        aei_real *dz = b->dz ? b->dz + r * b->d : NULL;
        double sum = 0;
        for (size_t j = 0; j < b->d; j++) {
            const aei_real s = aei_log_var_hold(call->log_var[j * step]), precision = aei_exp(-s);
            const aei_real e = y[j] - t[j], weight = w ? w[j] : 1;
            sum += (double)weight * ((double)e * (double)e * (double)precision + (double)s + log_2_pi) / 2;
            if (call->dlog_var)
                call->dlog_var[j * step] += b->scale * weight * (1 - e * e * precision) / 2 *
                                            aei_log_var_slope(call->log_var[j * step]);
            if (dz)
                dz[j] = b->scale * weight * e * precision;
        }
        b->row_loss[r] = sum;
        if (dz)
            aei_activation_chain(b->f, y, b->z ? b->z + r * b->d : NULL, b->d, dz);
    }
}

void aei_gaussian(const aei_kernels *kernels, const aei_loss_call *call)
{
    if (call->log_var_count == 1 && !call->weights)
        scalar(kernels, call);
    else
        general(call);
}
