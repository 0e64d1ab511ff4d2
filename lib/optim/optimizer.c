/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "optim/optimizer.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"

typedef struct range {
    const char *name;
    double value, low, high;
    bool open_low, open_high;
    bool rounded; /* the updates have it as an aei_real, which must be in the range too and not be 0 by rounding */
} range;

/* NaN is in no range. */
static bool holds(const range *r, double value)
{
    return (r->open_low ? value > r->low : value >= r->low) && (r->open_high ? value < r->high : value <= r->high);
}

static ae_status check_range(const range *r)
{
    const bool good = holds(r, r->value);
    const double used = good && r->rounded ? (double)(aei_real)r->value : r->value;
    char text[4][32];
    if (good && holds(r, used) && (used != 0 || r->value == 0))
        return AE_OK;
    aei_format_double(r->low, 6, text[1], sizeof text[1]);
    aei_format_double(r->high, 6, text[2], sizeof text[2]);
    aei_format_double(used, 6, text[3], sizeof text[3]);
    return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%s is %s%s%s, must be in %s%s, %s%s", r->name,
                    aei_format_double(r->value, good ? 12 : 6, text[0], sizeof text[0]),
                    good ? ", rounded to float " : "", good ? text[3] : "", r->open_low ? "(" : "[", text[1], text[2], r->open_high ? ")" : "]");
}

ae_status aei_train_options_check(const ae_train_options *o)
{
    const double most = FLT_MAX;
    const range ranges[] = {
        {"learning_rate", o->learning_rate, 0, most, true, false, true},
        {"momentum", o->momentum, 0, 1, false, true, true},
        {"rho", o->rho, 0, 1, false, true, true},
        {"beta1", o->beta1, 0, 1, false, true, true},
        {"beta2", o->beta2, 0, 1, false, true, true},
        {"epsilon", o->epsilon, 0, most, true, false, true},
        {"weight_decay", o->weight_decay, 0, most, false, false, false},
        {"l1_decay", o->l1_decay, 0, most, false, false, false},
        {"clip_value", o->clip_value, 0, most, false, false, true},
        {"clip_norm", o->clip_norm, 0, most, false, false, false},
        {"min_learning_rate", o->min_learning_rate, 0, most, false, false, false},
        {"schedule_factor", o->schedule_factor, 0, most, true, false, false},
        {"warmup_epochs", o->warmup_epochs, 0, most, false, false, false},
        {"validation_fraction", o->validation_fraction, 0, 1, false, true, false},
        {"min_delta", o->min_delta, 0, most, false, false, false},
        {"code_l1", o->code_l1, 0, most, false, false, false},
        {"sparsity_weight", o->sparsity_weight, 0, most, false, false, false},
        {"sparsity_target", o->sparsity_target, 0, 1, true, true, false},
        {"contraction", o->contraction, 0, most, false, false, false},
        {"topk_boost", o->topk_boost, 0, most, false, false, false},
        {"kl_weight", o->kl_weight, 0, most, false, false, false},
        {"kl_warmup_epochs", o->kl_warmup_epochs, 0, most, false, false, false},
        {"free_bits", o->free_bits, 0, most, false, false, false},
        {"samples", (double)o->samples, 1, 1024, false, false, false},
    };
    if (o->epochs == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "epochs is 0, must be at least 1");
    if (o->batch_size == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "batch_size is 0, must be at least 1");
    if (o->optimizer < AE_SGD || o->optimizer > AE_ADAMW)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no optimizer %d", (int)o->optimizer);
    if (o->schedule < AE_SCHEDULE_CONSTANT || o->schedule > AE_SCHEDULE_COSINE)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no schedule %d", (int)o->schedule);
    if (o->schedule_epochs == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "schedule_epochs is 0, must be at least 1");
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        ae_status status = check_range(&ranges[i]);
        if (status != AE_OK)
            return status;
    }
    if ((o->shuffle | o->nesterov | o->orthonormal) & ~1)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "shuffle, nesterov and orthonormal must be 0 or 1");
    if (o->scaling < AE_SCALING_NONE || o->scaling > AE_SCALING_ROBUST)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no scaling %d to fit", (int)o->scaling);
    if (o->nesterov && o->momentum == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "nesterov needs a momentum above 0");
    return AE_OK;
}

ae_status aei_optimizer_init(aei_optimizer *optimizer, ae_runtime *runtime, const ae_train_options *options,
                             size_t count)
{
    const bool adam = options->optimizer == AE_ADAM || options->optimizer == AE_ADAMW;
    memset(optimizer, 0, sizeof *optimizer);
    optimizer->runtime = runtime;
    optimizer->options = *options;
    optimizer->count = count;
    if (adam || options->momentum > 0) {
        optimizer->m = aei_calloc(runtime, count, sizeof *optimizer->m);
        if (!optimizer->m)
            return AE_ERROR_NO_MEMORY;
    }
    if (adam || options->optimizer == AE_RMSPROP) {
        optimizer->v = aei_calloc(runtime, count, sizeof *optimizer->v);
        if (!optimizer->v)
            return AE_ERROR_NO_MEMORY;
    }
    return AE_OK;
}

void aei_optimizer_clear(aei_optimizer *optimizer)
{
    aei_free(optimizer->runtime, optimizer->m);
    aei_free(optimizer->runtime, optimizer->v);
    optimizer->m = optimizer->v = NULL;
}

aei_update aei_optimizer_next(aei_optimizer *optimizer, aei_param_set *set, const aei_real *gradients,
                              double learning_rate)
{
    static const aei_update_kind kinds[] = {
        [AE_SGD] = AEI_UPDATE_SGD, [AE_RMSPROP] = AEI_UPDATE_RMSPROP,
        [AE_ADAM] = AEI_UPDATE_ADAM, [AE_ADAMW] = AEI_UPDATE_ADAMW,
    };
    const ae_train_options *o = &optimizer->options;
    const double t = (double)++optimizer->steps;
    const aei_real correction1 = (aei_real)(1 - pow(o->beta1, t)), correction2 = (aei_real)(1 - pow(o->beta2, t));
    return (aei_update){
        .kind = kinds[o->optimizer],
        .w = set->values, .g = gradients, .m = optimizer->m, .v = optimizer->v,
        .learning_rate = (aei_real)learning_rate,
        .momentum = (aei_real)o->momentum, .rho = (aei_real)o->rho,
        .beta1 = (aei_real)o->beta1, .beta2 = (aei_real)o->beta2, .epsilon = (aei_real)o->epsilon,
        .one_minus_rho = (aei_real)(1 - o->rho),
        .one_minus_beta1 = (aei_real)(1 - o->beta1), .one_minus_beta2 = (aei_real)(1 - o->beta2),
        .step = (aei_real)learning_rate / correction1, .root = 1 / aei_sqrt(correction2),
        .weight_decay = (aei_real)o->weight_decay, .l1_decay = (aei_real)o->l1_decay,
        .clip_value = (aei_real)o->clip_value, .gradient_scale = 1, .nesterov = o->nesterov,
    };
}

void aei_optimizer_apply(const aei_kernels *kernels, const aei_param_set *set, const aei_update *update)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->params[i].trained)
            kernels->update(update, set->params[i].first, aei_param_length(&set->params[i]), set->params[i].decay);
}
