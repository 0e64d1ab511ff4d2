/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Optimizer steps, elementwise, in PyTorch's order of operations.   w parameter, m and v state, all [count]
 *
 *   gradient   g = clip(gradient_scale * dw, +-clip_value)              clip only if clip_value > 0
 *              g += weight_decay * w (not AdamW) + l1_decay * sign(w)   where decay is asked for; sign(0) = 0
 *   SGD        w -= lr g                              without momentum
 *              m = momentum m + g;  w -= lr m         Nesterov: w -= lr (g + momentum m)
 *   RMSProp    v = rho v + (1 - rho) g^2;  s = g / (sqrt(v) + epsilon)
 *              w -= lr s                              with momentum: m = momentum m + s;  w -= lr m
 *   Adam       m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2           (Kingma and Ba 2015)
 *              w -= lr/c1 m / (sqrt(v)/sqrt(c2) + epsilon)                 c = corrections for m, v from 0
 *   AdamW      first w -= lr weight_decay w where decay is asked for, then Adam (Loshchilov and Hutter 2019)
 *
 * The 1 - rho and 1 - beta come with the update, rounded once from double. State that becomes too small for a normal
 * number becomes 0: it would stay so small where no gradient comes any more (units that have died, pixels that are
 * always black), as 0.9 times the smallest numbers is rounded to themselves; and arithmetic with them is slow.
 * One pass over the arrays and no question about options inside a loop. What is rarely asked for (scale,
 * clip, decays) is put into a copy of a short piece of the gradient first; the loops of the kinds then know
 * nothing of it. */
#include "kernels/update.h"

#define PIECE 256

static aei_real normal(aei_real x)
{
    return aei_fabs(x) < AEI_REAL_MIN ? 0 : x;
}

static void sgd(aei_real *restrict w, const aei_real *restrict g, size_t n, aei_real rate)
{
    for (size_t i = 0; i < n; ++i) w[i] -= rate * g[i];
}

static void sgd_momentum(aei_real *restrict w, const aei_real *restrict g, aei_real *restrict m, size_t n,
                         aei_real rate, aei_real momentum)
{
    for (size_t i = 0; i < n; ++i) {
        m[i] = normal(momentum * m[i] + g[i]);
        w[i] -= rate * m[i];
    }
}

static void sgd_nesterov(aei_real *restrict w, const aei_real *restrict g, aei_real *restrict m, size_t n,
                         aei_real rate, aei_real momentum)
{
    for (size_t i = 0; i < n; ++i) {
        m[i] = normal(momentum * m[i] + g[i]);
        w[i] -= rate * (g[i] + momentum * m[i]);
    }
}

static void rmsprop(aei_real *restrict w, const aei_real *restrict g, aei_real *restrict v, size_t n,
                    aei_real rate, aei_real rho, aei_real rest, aei_real epsilon)
{
    for (size_t i = 0; i < n; ++i) {
        v[i] = normal(rho * v[i] + rest * (g[i] * g[i]));
        w[i] -= rate * (g[i] / (aei_sqrt(v[i]) + epsilon));
    }
}

static void rmsprop_momentum(aei_real *restrict w, const aei_real *restrict g, aei_real *restrict m,
                             aei_real *restrict v, size_t n, aei_real rate, aei_real rho, aei_real rest,
                             aei_real epsilon, aei_real momentum)
{
    for (size_t i = 0; i < n; ++i) {
        v[i] = normal(rho * v[i] + rest * (g[i] * g[i]));
        m[i] = normal(momentum * m[i] + g[i] / (aei_sqrt(v[i]) + epsilon));
        w[i] -= rate * m[i];
    }
}

/* keep = 1 - lr weight_decay (1 for Adam), step = lr / c1, root = 1 / sqrt(c2) */
static void adam(aei_real *restrict w, const aei_real *restrict g, aei_real *restrict m, aei_real *restrict v,
                 size_t n, const aei_update *u, aei_real keep, aei_real step, aei_real root)
{
    const aei_real beta1 = u->beta1, rest1 = u->one_minus_beta1, beta2 = u->beta2, rest2 = u->one_minus_beta2;
    const aei_real epsilon = u->epsilon;
    for (size_t i = 0; i < n; ++i) {
        m[i] = normal(beta1 * m[i] + rest1 * g[i]);
        v[i] = normal(beta2 * v[i] + rest2 * (g[i] * g[i]));
        w[i] = keep * w[i] - step * m[i] / (aei_sqrt(v[i]) * root + epsilon);
    }
}

/* One step with the final gradient g of parameters at .. at + n - 1. */
static void step(const aei_update *u, size_t at, const aei_real *g, size_t n, int decay)
{
    aei_real *w = u->w + at;
    aei_real *m = u->m ? u->m + at : NULL;
    aei_real *v = u->v ? u->v + at : NULL;

    switch (u->kind) {
    case AEI_UPDATE_SGD:
        if (!m)
            sgd(w, g, n, u->learning_rate);
        else if (u->nesterov)
            sgd_nesterov(w, g, m, n, u->learning_rate, u->momentum);
        else
            sgd_momentum(w, g, m, n, u->learning_rate, u->momentum);
        break;
    case AEI_UPDATE_RMSPROP:
        if (!m)
            rmsprop(w, g, v, n, u->learning_rate, u->rho, u->one_minus_rho, u->epsilon);
        else
            rmsprop_momentum(w, g, m, v, n, u->learning_rate, u->rho, u->one_minus_rho, u->epsilon, u->momentum);
        break;
    case AEI_UPDATE_ADAM:
    case AEI_UPDATE_ADAMW:
        adam(w, g, m, v, n, u,
             u->kind == AEI_UPDATE_ADAMW && decay ? 1 - u->learning_rate * u->weight_decay : 1,
             u->step, u->root);
        break;
    }
}

/* The parameters first .. first + count - 1 with the gradient dw. */
static void update_row(const aei_update *u, size_t first, const aei_real *dw, size_t count, int decay)
{
    const aei_real l2 = decay && u->kind != AEI_UPDATE_ADAMW ? u->weight_decay : 0;
    const aei_real l1 = decay ? u->l1_decay : 0;
    const aei_real scale = u->gradient_scale, clip = u->clip_value;
    aei_real g[PIECE];

    if (scale == 1 && !(clip > 0) && l2 == 0 && l1 == 0) {
        step(u, first, dw, count, decay);
        return;
    }
    for (size_t at = 0; at < count; at += PIECE) {
        const size_t n = count - at < PIECE ? count - at : PIECE;
        const aei_real *w = u->w + first + at;
        for (size_t i = 0; i < n; ++i) g[i] = scale * dw[at + i];
        if (clip > 0)
            for (size_t i = 0; i < n; ++i) g[i] = g[i] > clip ? clip : g[i] < -clip ? -clip : g[i];
        if (l2 != 0)
            for (size_t i = 0; i < n; ++i) g[i] += l2 * w[i];
        if (l1 != 0)
            for (size_t i = 0; i < n; ++i) g[i] += w[i] > 0 ? l1 : w[i] < 0 ? -l1 : 0;
        step(u, first + at, g, n, decay);
    }
}

void aei_update_apply(const aei_update *u, size_t first, size_t count, int decay)
{
    update_row(u, first, u->g + first, count, decay);
}

void aei_update_block(const aei_update *u, size_t first, size_t stride, const aei_real *g, size_t g_stride, size_t rows,
                      size_t cols, int decay)
{
    if (stride == cols && g_stride == cols) { /* one long row */
        cols *= rows;
        rows = 1;
    }
    for (size_t r = 0; r < rows; ++r) update_row(u, first + r * stride, g + r * g_stride, cols, decay);
}
