/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/gradcheck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "support/layer_rows.h"

#define HALVINGS 16

/* ---- one function */

double gradcheck_largest(const aei_real *values, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)values[i]) <= largest)) /* NaN wins */
            largest = fabs((double)values[i]);
    return largest;
}

uint64_t gradcheck_sides(uint64_t sides, aei_activation f, const aei_real *y, size_t n)
{
    if (f.kind == AE_RELU || f.kind == AE_LEAKY_RELU || f.kind == AE_ELU)
        for (size_t i = 0; i < n; i++)
            sides = (sides ^ (y[i] > 0 ? 1 : 2)) * 1099511628211u; /* FNV-1a */
    return sides;
}

/* The central difference with five points; false when a kink lies between them. */
static bool difference(gradcheck_loss loss, void *context, aei_real *value, double h, uint64_t home, double *out)
{
    static const double places[4] = {1, -1, 2, -2};
    const aei_real w = *value;
    double at[4];
    bool clear = true;
    for (int i = 0; i < 4; i++) {
        uint64_t sides;
        *value = (aei_real)((double)w + places[i] * h);
        at[i] = loss(context, &sides);
        clear = clear && sides == home;
    }
    *value = w;
    *out = (8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * h);
    return clear;
}

typedef struct measurement {
    double estimate, rounding;
} measurement;

/* The estimate that changes least when h is halved; false when no h avoids the kinks. */
static bool measure(gradcheck *check, gradcheck_loss loss, void *context, aei_real *value, measurement *out)
{
    double h = ldexp(fmax(1, fabs((double)*value)), -9), before = 0, least = INFINITY;
    bool measured = false;
    uint64_t home;
    const double size = fabs(loss(context, &home));
    for (int i = 0; i < HALVINGS; i++, h /= 2) {
        const double rounding = ldexp(size, -49) / h;
        double now;
        if (!difference(loss, context, value, h, home, &now)) {
            check->narrowed++;
            continue;
        }
        const double change = measured ? fabs(now - before) : INFINITY;
        if (change <= least)
            *out = (measurement){now, rounding};
        if (change > 2 * least || change <= fmax(GRADCHECK_TOLERANCE / 100 * fabs(now), rounding / 4))
            return true;
        least = fmin(least, change);
        before = now;
        measured = true;
    }
    return measured;
}

void gradcheck_compare(gradcheck *check, gradcheck_loss loss, void *context, const char *name, aei_real *values,
                       const aei_real *analytic, size_t count, size_t step)
{
    for (size_t i = 0; i < count; i += step) {
        const double a = (double)analytic[i];
        measurement m = {0};
        check->numbers++;
        if (!measure(check, loss, context, &values[i], &m)) {
            check->unmeasured++;
            continue;
        }
        const double size = fmax(fabs(a), fabs(m.estimate)), beyond = fabs(a - m.estimate) - m.rounding;
        const double error = beyond <= 0 ? 0 : beyond / size;
        check->rough += a != m.estimate && !(m.rounding <= GRADCHECK_TOLERANCE * size);
        if (!(error <= check->worst) && !isnan(check->worst)) { /* a NaN is worse than anything */
            check->worst = error;
            snprintf(check->where, sizeof check->where, "%.40s[%zu]: analytic %.9g, estimate %.9g +- %.1g", name, i, a,
                     m.estimate, m.rounding);
        }
    }
}

void gradcheck_add(gradcheck *total, const gradcheck *check)
{
    total->numbers += check->numbers;
    total->narrowed += check->narrowed;
    total->rough += check->rough;
    total->unmeasured += check->unmeasured;
    if (!(check->worst <= total->worst)) {
        total->worst = check->worst;
        snprintf(total->where, sizeof total->where, "%s", check->where);
    }
}

bool gradcheck_passes(const gradcheck *check)
{
    return check->worst <= GRADCHECK_TOLERANCE && check->unmeasured == 0;
}

/* ---- a whole model */

bool gradcheck_model_open(gradcheck_model *gradients, ae_model *model, size_t n, bool denoising, uint64_t seed)
{
    return gradcheck_model_open_with(gradients, model, &(aei_objective){.kl_weight = 1, .samples = 1}, n, denoising,
                                     seed);
}

bool gradcheck_model_open_with(gradcheck_model *gradients, ae_model *model, const aei_objective *objective, size_t n,
                               bool denoising, uint64_t seed)
{
    const size_t d = model->encoder.in, encoder = model->encoder.max_width, decoder = model->decoder.max_width;
    const size_t widest = encoder > decoder ? encoder : decoder, out = model->decoder.out;
    const bool targets = denoising || out != d;
    *gradients = (gradcheck_model){.model = model, .objective = *objective, .n = n, .by_input = denoising};
    if (aei_workspace_create(&gradients->workspace, model, objective, &(aei_room){.rows = n}) != AE_OK)
        return false;
    gradients->x = calloc(n * d, sizeof(aei_real));
    gradients->target = targets ? calloc(n * out, sizeof(aei_real)) : gradients->x;
    gradients->dx = calloc(n * d, sizeof(aei_real));
    gradients->scratch = calloc(n * widest, sizeof(aei_real));
    if (!gradients->x || !gradients->target || !gradients->dx || !gradients->scratch) {
        gradcheck_model_close(gradients);
        return false;
    }
    layer_rows_uniform(seed, 1000, 0, 1, gradients->x, n * d);
    if (targets)
        layer_rows_uniform(seed, 1001, 0, 1, gradients->target, n * out);
    gradients->pass = (aei_pass){
        .runtime = model->runtime, .kernels = model->kernels, .set = &model->set,
        .gradients = gradients->workspace->gradients, .n = n, .seed = seed, .step = 3,
    };
    return true;
}

void gradcheck_model_close(gradcheck_model *gradients)
{
    aei_workspace_free(gradients->workspace);
    if (gradients->target != gradients->x)
        free(gradients->target);
    free(gradients->x);
    free(gradients->dx);
    free(gradients->scratch);
    *gradients = (gradcheck_model){0};
}

double gradcheck_model_forward(gradcheck_model *gradients)
{
    const size_t d = gradients->model->encoder.in;
    return aei_objective_forward(gradients->model, gradients->workspace, &gradients->pass, &gradients->objective,
                                 gradients->x, d, gradients->target, gradients->model->decoder.out,
                                 gradients->weights).total;
}

/* aei_objective_backward() asks nothing below the first layer. The networks themselves can tell dx too. */
static void backward_to_input(gradcheck_model *gradients)
{
    static const aei_slot nothing;
    const ae_model *model = gradients->model;
    const aei_network *encoder = &model->encoder, *decoder = &model->decoder;
    aei_workspace *w = gradients->workspace;
    const aei_slot *code = &w->encoder[encoder->count - 1];
    const aei_activation identity = {AE_IDENTITY, 0};

    gradcheck_model_forward(gradients);
    if (gradients->spoil)
        gradients->spoil(gradients);
    aei_network_backward(decoder, &gradients->pass, w->scratch0, code->y, encoder->out, w->decoder, w->scratch0,
                         w->scratch1, encoder->layers[encoder->count - 1].f, code, gradients->scratch);
    aei_network_backward(encoder, &gradients->pass, gradients->scratch, gradients->x, encoder->in, w->encoder,
                         w->scratch0, w->scratch1, identity, &nothing, gradients->dx);
}

static void fill_nan(aei_real *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (aei_real)NAN;
}

void gradcheck_model_backward(gradcheck_model *gradients)
{
    const aei_param_set *set = &gradients->model->set;
    const size_t d = gradients->model->encoder.in;
    if (gradients->by_input) {
        fill_nan(gradients->dx, gradients->n * d);
        backward_to_input(gradients);
    }
    for (size_t i = 0; i < set->count; i++)
        if (set->params[i].trained)
            fill_nan(gradients->pass.gradients + set->params[i].first, aei_param_length(&set->params[i]));
    gradcheck_model_forward(gradients);
    if (gradients->spoil)
        gradients->spoil(gradients);
    aei_objective_backward(gradients->model, gradients->workspace, &gradients->pass, &gradients->objective, gradients->x, d);
}

static uint64_t network_sides(uint64_t sides, const aei_network *network, const aei_slot *slots, size_t n, bool logits)
{
    for (size_t i = 0; i < network->count; i++)
        if (!logits || i + 1 < network->count)
            sides = gradcheck_sides(sides, network->layers[i].f, slots[i].y, n * network->layers[i].out);
    return sides;
}

/* Which entries of a code are kept, their signs under an L1 penalty, which units count above the free bits. */
static uint64_t code_sides(uint64_t sides, const gradcheck_model *gradients)
{
    const aei_objective *objective = &gradients->objective;
    const aei_design *design = &gradients->model->design;
    const aei_workspace *w = gradients->workspace;
    if (design->code == AE_CODE_GAUSSIAN) {
        for (size_t j = 0; j < design->latent_dim && objective->free_bits > 0; j++)
            sides = (sides ^ (w->unit[j] > objective->free_bits ? 1 : 2)) * 1099511628211u;
        return sides;
    }
    for (size_t i = 0; i < gradients->n * design->latent_dim; i++) {
        if (design->code == AE_CODE_TOPK)
            sides = (sides ^ (w->z[i] != 0 ? 1 : 2)) * 1099511628211u;
        if (objective->code_l1 > 0)
            sides = (sides ^ (w->z[i] > 0 ? 1 : 2)) * 1099511628211u;
    }
    return sides;
}

static double model_loss(void *context, uint64_t *sides)
{
    gradcheck_model *gradients = context;
    const ae_model *model = gradients->model;
    const aei_workspace *w = gradients->workspace;
    const double loss = gradcheck_model_forward(gradients);
    *sides = network_sides(0, &model->encoder, w->encoder, gradients->n, false);
    *sides = network_sides(*sides, &model->variance, w->variance, gradients->n, false);
    *sides = code_sides(*sides, gradients);
    *sides = network_sides(*sides, &model->decoder, w->decoder, gradients->n * gradients->objective.samples,
                           model->design.loss == AE_BINARY_CROSS_ENTROPY);
    return loss;
}

/* A bias that batch normalisation takes away again: the gradient is 0 in exact arithmetic. */
static bool without_effect(const aei_network *network, size_t param)
{
    for (size_t i = 0; i + 1 < network->count; i++)
        if (network->layers[i].kind == AEI_LAYER_DENSE && network->layers[i].bias == param &&
            network->layers[i].f.kind == AE_IDENTITY && network->layers[i + 1].kind == AEI_LAYER_BATCH_NORM)
            return true;
    return false;
}

bool gradcheck_model_compare(gradcheck_model *gradients, gradcheck *check, size_t step)
{
    const ae_model *model = gradients->model;
    const aei_param_set *set = &model->set;
    for (size_t i = 0; i < set->count; i++) {
        const aei_param *param = &set->params[i];
        const aei_real *gradient = gradients->pass.gradients + param->first;
        if (param->trained && gradcheck_largest(gradient, aei_param_length(param)) == 0 &&
            !without_effect(&model->encoder, i) && !without_effect(&model->variance, i) &&
            !without_effect(&model->decoder, i))
            return false;
    }
    /* a copy: the forward passes of the differences leave the gradient of log gamma^2 in the workspace */
    aei_real *analytic = calloc(set->trained, sizeof *analytic);
    if (!analytic)
        return false;
    memcpy(analytic, gradients->pass.gradients, set->trained * sizeof *analytic);
    for (size_t i = 0; i < set->count; i++) {
        const aei_param *param = &set->params[i];
        if (param->trained)
            gradcheck_compare(check, model_loss, gradients, param->name, set->values + param->first,
                              analytic + param->first, aei_param_length(param), step);
    }
    free(analytic);
    if (gradients->by_input) {
        const size_t count = gradients->n * model->encoder.in;
        gradcheck_compare(check, model_loss, gradients, "input", gradients->x, gradients->dx, count, step);
    }
    return true;
}
