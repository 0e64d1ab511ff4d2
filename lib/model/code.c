/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/code.h"

#include <math.h>
#include <string.h>
#include "base/rng.h"
#include "layers/reparameterize.h"
#include "losses/kl_divergence.h"
#include "losses/sparsity.h"

#define USE_MOMENTUM 0.01 /* weight of a batch in the running share of use of each unit */

/* ---- top k */

/* Moves the k largest of score[0..width-1] to best[0..k-1], ascending. An insertion gets rarer the further we are. */
static void find_largest(const aei_real *score, size_t width, size_t k, aei_real *best)
{
    size_t count = 0;
    for (size_t j = 0; j < width; j++) {
        size_t at = 0;
        if (count < k) {
            for (at = count++; at > 0 && best[at - 1] > score[j]; at--)
                best[at] = best[at - 1];
        } else if (score[j] > best[0]) {
            for (; at + 1 < k && best[at + 1] < score[j]; at++)
                best[at] = best[at + 1];
        } else {
            continue;
        }
        best[at] = score[j];
    }
}

void aei_code_keep_largest(const aei_real *score, const aei_real *value, size_t width, size_t k, aei_real *out)
{
    for (size_t j = 0; j < width; j++)
        if (score[j] != score[j]) { /* no order with NaN: let it be seen */
            memcpy(out, value, width * sizeof *out);
            return;
        }
    find_largest(score, width, k, out);
    const aei_real least = out[0];
    size_t equals = k; /* of those that equal the least of the k, so many stay: the first ones */
    for (size_t j = 0; j < width; j++)
        equals -= score[j] > least;
    for (size_t j = 0; j < width; j++) {
        const bool equal = score[j] == least && equals > 0;
        equals -= equal;
        out[j] = score[j] > least || equal ? value[j] : 0;
    }
}

/* In training, units that are used less than their share get a bonus when the k are chosen (not in their value), in
 * units of the batch's root mean square: which revives most units that have died (after Ahmad and Scheinkman 2019). It
 * is relative to the share, k / width, so that a strength means the same for any number of units. An entry that is 0, as
 * ReLU leaves them, gets none: chosen or not it stays 0 and learns nothing, it would only take a living unit's place. */
static void topk_forward(const ae_model *model, aei_workspace *w, const aei_pass *pass, const aei_real *e, double boost)
{
    const size_t n = pass->n, width = model->design.latent_dim, k = model->design.topk;
    aei_real *use = model->set.values + model->set.params[model->use].first;
    aei_real *score = w->score;
    double square = 0;
    for (size_t i = 0; i < n * width; i++)
        square += (double)e[i] * (double)e[i];
    const double bonus = boost * sqrt(square / (double)(n * width)), target = (double)k / (double)width;
    for (size_t j = 0; j < width; j++)
        w->unit[j] = 0;
    for (size_t r = 0; r < n; r++) {
        const aei_real *row = e + r * width;
        aei_real *z = w->z + r * width;
        for (size_t j = 0; j < width; j++)
            score[j] = row[j] + (row[j] != 0 ? (aei_real)(bonus * fmax(0, 1 - (double)use[j] / target)) : 0);
        aei_code_keep_largest(score, row, width, k, z);
        for (size_t j = 0; j < width; j++)
            w->unit[j] += z[j] != 0;
    }
    for (size_t j = 0; j < width; j++)
        use[j] += (aei_real)(USE_MOMENTUM * (w->unit[j] / (double)n - (double)use[j]));
}

/* ---- gaussian */

/* mu, log sigma^2 (NULL: 0) and their stride. */
typedef struct posterior {
    const aei_real *mu, *v;
    size_t stride;
} posterior;

static posterior posterior_of(const ae_model *model, const aei_workspace *w)
{
    const size_t k = model->design.latent_dim;
    const aei_real *e = w->encoder[model->encoder.count - 1].y;
    switch (model->design.variance) {
    case AE_VARIANCE_SHARED:
        return (posterior){e, e + k, 2 * k};
    case AE_VARIANCE_SEPARATE:
        return (posterior){e, w->variance[model->variance.count - 1].y, k};
    default:
        return (posterior){e, NULL, k};
    }
}

static void gaussian_forward(const ae_model *model, aei_workspace *w, const aei_pass *pass,
                             const aei_objective *objective, aei_loss_parts *parts)
{
    const size_t n = pass->n, k = model->design.latent_dim;
    const posterior q = posterior_of(model, w);
    double counted = 0;
    for (size_t s = 0; s < objective->samples; s++) {
        aei_real *epsilon = w->epsilon + s * n * k;
        for (size_t r = 0; r < n; r++) {
            aei_rng rng = aei_rng_stream(pass->seed, AEI_RNG_LATENT, pass->step, (uint64_t)s << 32 | r);
            pass->kernels->normal(&rng, 0, k, epsilon + r * k);
        }
        aei_reparameterize_forward(pass->kernels, q.mu, q.v, n, k, q.stride, epsilon, w->z + s * n * k);
    }
    parts->kl = aei_kl_divergence(pass->kernels, q.mu, q.v, n, k, q.stride, w->unit);
    for (size_t j = 0; j < k; j++)
        counted += w->unit[j] > objective->free_bits ? w->unit[j] : objective->free_bits;
    parts->total += objective->kl_weight * counted;
}

static void gaussian_backward(const ae_model *model, aei_workspace *w, const aei_pass *pass,
                              const aei_objective *objective)
{
    const size_t n = pass->n, k = model->design.latent_dim;
    const posterior q = posterior_of(model, w);
    aei_real *dmu = w->de, *dv = NULL;
    if (model->design.variance == AE_VARIANCE_SHARED)
        dv = w->de + k;
    else if (model->design.variance == AE_VARIANCE_SEPARATE)
        dv = w->dv;
    memset(w->de, 0, n * model->encoder.out * sizeof *w->de);
    if (w->dv)
        memset(w->dv, 0, n * k * sizeof *w->dv);
    for (size_t s = 0; s < objective->samples; s++)
        aei_reparameterize_backward(pass->kernels, w->dz + s * n * k, q.v, n, k, q.stride, w->epsilon + s * n * k, dmu,
                                    dv);
    aei_kl_gradient(pass->kernels, q.mu, q.v, n, k, q.stride, w->unit, objective->free_bits,
                    (aei_real)(objective->kl_weight / (double)n), dmu, dv);
}

/* ---- all kinds */

void aei_code_forward(const ae_model *model, aei_workspace *w, const aei_pass *pass, const aei_objective *objective,
                      aei_loss_parts *parts)
{
    const size_t n = pass->n, k = model->design.latent_dim;
    const aei_real *e = w->encoder[model->encoder.count - 1].y;
    if (model->design.code == AE_CODE_GAUSSIAN) {
        gaussian_forward(model, w, pass, objective, parts);
        return;
    }
    if (model->design.code == AE_CODE_TOPK)
        topk_forward(model, w, pass, e, objective->topk_boost);
    else
        memcpy(w->z, e, n * k * sizeof *w->z);
    if (objective->code_l1 > 0 || objective->sparsity_weight > 0) {
        double penalty = 0;
        memset(w->dpenalty, 0, n * k * sizeof *w->dpenalty);
        if (objective->code_l1 > 0)
            penalty += aei_sparsity_l1(w->z, n, k, objective->code_l1, w->dpenalty);
        if (objective->sparsity_weight > 0)
            penalty += aei_sparsity_kl(w->z, n, k, objective->sparsity_weight, objective->sparsity_target, w->unit,
                                       w->dpenalty);
        parts->penalty += penalty;
        parts->total += penalty;
    }
}

void aei_code_backward(const ae_model *model, aei_workspace *w, const aei_pass *pass, const aei_objective *objective)
{
    const aei_slot *last = &w->encoder[model->encoder.count - 1];
    const size_t count = pass->n * model->design.latent_dim;
    if (model->design.code == AE_CODE_GAUSSIAN) {
        gaussian_backward(model, w, pass, objective);
    } else {
        memcpy(w->de, w->dz, count * sizeof *w->de);
        if (objective->code_l1 > 0 || objective->sparsity_weight > 0)
            for (size_t i = 0; i < count; i++)
                w->de[i] += w->dpenalty[i];
        if (model->design.code == AE_CODE_TOPK)
            for (size_t i = 0; i < count; i++)
                w->de[i] = w->z[i] != 0 ? w->de[i] : 0;
    }
    pass->kernels->chain(model->encoder.layers[model->encoder.count - 1].f, last->y, last->z,
                         pass->n * model->encoder.out, w->de);
}

static void lasso_infer(const ae_model *model, const aei_real *x, size_t x_stride, const aei_real *e, size_t n,
                        aei_real *code, size_t code_stride, aei_lasso_scratch *scratch)
{
    const size_t d = model->encoder.in, k = model->design.latent_dim;
    const aei_lasso lasso = {model->gram, k, model->design.lasso, AEI_LASSO_TOLERANCE, model->design.nonnegative};
    const double longest = aei_lasso_longest(model->gram, k);
    for (size_t r = 0; r < n; r++) {
        aei_real *to = code + r * code_stride;
        memset(to, 0, k * sizeof *to);
        aei_lasso_solve(&lasso, e + r * k, longest * aei_lasso_norm(x + r * x_stride, d), to, scratch);
    }
}

void aei_code_infer(const ae_model *model, const aei_real *x, size_t x_stride, const aei_real *e, size_t n,
                    aei_real *code, size_t code_stride, aei_lasso_scratch *scratch)
{
    const size_t width = model->encoder.out, k = model->design.latent_dim;
    if (model->design.code == AE_CODE_LASSO) {
        lasso_infer(model, x, x_stride, e, n, code, code_stride, scratch);
        return;
    }
    for (size_t r = 0; r < n; r++) {
        const aei_real *from = e + r * width;
        aei_real *to = code + r * code_stride;
        if (model->design.code == AE_CODE_TOPK)
            aei_code_keep_largest(from, from, k, model->design.topk, to);
        else
            memcpy(to, from, k * sizeof *to);
    }
}
