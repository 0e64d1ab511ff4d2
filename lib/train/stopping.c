/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "train/stopping.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"

ae_status aei_stopping_init(aei_stopping *stopping, ae_model *model, const ae_train_options *options)
{
    *stopping = (aei_stopping){
        .model = model, .patience = options->patience, .min_delta = options->min_delta, .best_loss = INFINITY,
    };
    if (stopping->patience) {
        stopping->copy = aei_alloc_array(model->runtime, model->set.total, sizeof *stopping->copy);
        if (!stopping->copy)
            return AE_ERROR_NO_MEMORY;
    }
    return AE_OK;
}

void aei_stopping_note(aei_stopping *stopping, uint64_t epoch, double loss)
{
    const aei_param_set *set = &stopping->model->set;
    if (!(loss < stopping->best_loss - stopping->min_delta)) { /* a NaN is never better */
        stopping->waited++;
        return;
    }
    stopping->waited = 0;
    stopping->best_epoch = epoch;
    stopping->best_loss = loss;
    if (stopping->copy) {
        memcpy(stopping->copy, set->values, set->total * sizeof *stopping->copy);
        stopping->best = stopping->copy;
    }
}

bool aei_stopping_is_due(const aei_stopping *stopping)
{
    return stopping->patience && stopping->waited >= stopping->patience;
}

void aei_stopping_finish(aei_stopping *stopping)
{
    if (!stopping->model)
        return;
    if (stopping->best) {
        const aei_param_set *set = &stopping->model->set;
        memcpy(set->values, stopping->best, set->total * sizeof *set->values);
        aei_model_changed(stopping->model);
    }
    aei_free(stopping->model->runtime, stopping->copy);
    stopping->best = stopping->copy = NULL;
}
