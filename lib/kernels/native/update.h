/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Optimizer steps; formulas and plain twin: kernels/update.c. Parameters, state and gradient are read and written once
 * each, whatever is asked for. Square roots and divisions are rounded correctly. */
#ifndef AEI_KERNELS_NATIVE_UPDATE_H
#define AEI_KERNELS_NATIVE_UPDATE_H

#include <math.h>
#include <stdbool.h>
#include "kernels/kernels.h"
#include "kernels/native/lanes.h"

/* What a step takes at all its numbers. */
typedef struct step_constants {
    lanes scale, clip, l2, l1;          /* of the gradient; clip infinite and l2, l1 0 where not asked for */
    lanes rate, momentum;
    lanes beta1, rest1, beta2, rest2;   /* rest = 1 - beta; RMSProp's rho is beta2 */
    lanes epsilon;
    lanes keep, step, root;             /* Adam: 1 - lr weight_decay, and as in aei_update */
} step_constants;

/* One loop for each. */
typedef enum step_kind { SGD, SGD_MOMENTUM, SGD_NESTEROV, RMSPROP, RMSPROP_MOMENTUM, ADAM } step_kind;

static step_kind step_kind_of(const aei_update *u)
{
    switch (u->kind) {
    case AEI_UPDATE_SGD:
        return !u->m ? SGD : u->nesterov ? SGD_NESTEROV : SGD_MOMENTUM;
    case AEI_UPDATE_RMSPROP:
        return u->m ? RMSPROP_MOMENTUM : RMSPROP;
    default:
        return ADAM;
    }
}

/* Is the gradient to be changed before the step? */
static bool changes_gradient(const aei_update *u, int decay)
{
    return u->gradient_scale != 1 || u->clip_value > 0 ||
           (decay && ((u->kind != AEI_UPDATE_ADAMW && u->weight_decay != 0) || u->l1_decay != 0));
}

static step_constants step_constants_of(const aei_update *u, int decay)
{
    const bool adamw = u->kind == AEI_UPDATE_ADAMW, rmsprop = u->kind == AEI_UPDATE_RMSPROP;
    return (step_constants){
        .scale = lanes_of(u->gradient_scale),
        .clip = lanes_of(u->clip_value > 0 ? u->clip_value : INFINITY),
        .l2 = lanes_of(decay && !adamw ? u->weight_decay : 0),
        .l1 = lanes_of(decay ? u->l1_decay : 0),
        .rate = lanes_of(u->learning_rate),
        .momentum = lanes_of(u->momentum),
        .beta1 = lanes_of(u->beta1),
        .rest1 = lanes_of(u->one_minus_beta1),
        .beta2 = lanes_of(rmsprop ? u->rho : u->beta2),
        .rest2 = lanes_of(rmsprop ? u->one_minus_rho : u->one_minus_beta2),
        .epsilon = lanes_of(u->epsilon),
        .keep = lanes_of(decay && adamw ? 1 - u->learning_rate * u->weight_decay : 1),
        .step = lanes_of(u->step),
        .root = lanes_of(u->root),
    };
}

/* g = clip(scale g, +-clip) + l2 w + l1 sign(w);  sign(0) = 0 */
INLINE lanes change_gradient(const step_constants *c, lanes g, lanes w)
{
    const lanes zero = lanes_zero();
    g = lanes_min(c->clip, lanes_max(-c->clip, c->scale * g));
    g = lanes_fma(c->l2, w, g);
    return g + lanes_select(lanes_below(zero, w), c->l1, lanes_select(lanes_below(w, zero), -c->l1, zero));
}

/* Numbers at .. at + n - 1 of a row, n = 1..LANES. */
INLINE void step_lanes(const step_kind kind, const bool change, const step_constants *c, float *w_row,
                       const float *g_row, float *m_row, float *v_row, size_t at, size_t n)
{
    const bool has_m = kind != SGD && kind != RMSPROP, has_v = kind >= RMSPROP;
    lanes w = lanes_load_n(w_row + at, n), g = lanes_load_n(g_row + at, n), m = lanes_zero(), v = m;
    if (change) g = change_gradient(c, g, w);
    if (has_m) m = lanes_load_n(m_row + at, n);
    if (has_v) {
        v = lanes_normal(lanes_fma(c->beta2, lanes_load_n(v_row + at, n), c->rest2 * (g * g)));
        lanes_store_n(v_row + at, v, n);
    }

    switch (kind) {
    case SGD:
        w = lanes_fnma(c->rate, g, w);
        break;
    case SGD_MOMENTUM:
        m = lanes_normal(lanes_fma(c->momentum, m, g));
        w = lanes_fnma(c->rate, m, w);
        break;
    case SGD_NESTEROV:
        m = lanes_normal(lanes_fma(c->momentum, m, g));
        w = lanes_fnma(c->rate, lanes_fma(c->momentum, m, g), w);
        break;
    case RMSPROP:
        w = lanes_fnma(c->rate, g / (lanes_sqrt(v) + c->epsilon), w);
        break;
    case RMSPROP_MOMENTUM:
        m = lanes_normal(lanes_fma(c->momentum, m, g / (lanes_sqrt(v) + c->epsilon)));
        w = lanes_fnma(c->rate, m, w);
        break;
    case ADAM:
        m = lanes_normal(lanes_fma(c->beta1, m, c->rest1 * g));
        w = lanes_fma(c->keep, w, -(c->step * m / lanes_fma(lanes_sqrt(v), c->root, c->epsilon)));
        break;
    }
    if (has_m) lanes_store_n(m_row + at, m, n);
    lanes_store_n(w_row + at, w, n);
}

INLINE void step_rows(const step_kind kind, const bool change, const step_constants *constants, const aei_update *u,
                      size_t first, size_t stride, const float *g, size_t g_stride, size_t rows, size_t cols)
{
    const step_constants c = *constants;
    for (size_t r = 0; r < rows; ++r, first += stride, g += g_stride) {
        float *w = u->w + first, *m = u->m ? u->m + first : NULL, *v = u->v ? u->v + first : NULL;
        size_t j = 0;
        for (; cols - j >= LANES; j += LANES) step_lanes(kind, change, &c, w, g, m, v, j, LANES);
        if (j < cols) step_lanes(kind, change, &c, w, g, m, v, j, cols - j);
    }
}

static void update_block(const aei_update *u, size_t first, size_t stride, const float *g, size_t g_stride, size_t rows,
                         size_t cols, int decay)
{
    const step_constants constants = step_constants_of(u, decay);
    const bool change = changes_gradient(u, decay);

    if (stride == cols && g_stride == cols) { /* one long row */
        cols *= rows;
        rows = 1;
    }
    switch (step_kind_of(u)) {
#define STEPS(kind)                                                                              \
    case kind:                                                                                   \
        if (change)                                                                              \
            step_rows(kind, true, &constants, u, first, stride, g, g_stride, rows, cols);        \
        else                                                                                     \
            step_rows(kind, false, &constants, u, first, stride, g, g_stride, rows, cols);       \
        break;
        STEPS(SGD)
        STEPS(SGD_MOMENTUM)
        STEPS(SGD_NESTEROV)
        STEPS(RMSPROP)
        STEPS(RMSPROP_MOMENTUM)
        STEPS(ADAM)
#undef STEPS
    }
}

static void update(const aei_update *u, size_t first, size_t count, int decay)
{
    update_block(u, first, count, u->g + first, count, 1, count, decay);
}

#endif
