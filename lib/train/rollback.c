/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "train/rollback.h"

#include <stdio.h>
#include <string.h>
#include "base/error.h"

#define LARGE 1000 /* data beyond this is told to need scaling, where a training fails */

size_t aei_rollback_statistics(const aei_param_set *set)
{
    return set->total - set->trained;
}

void aei_rollback_begin_epoch(ae_trainer *trainer)
{
    const aei_param_set *set = &trainer->model->set;
    memcpy(trainer->good + set->total, set->values + set->trained, aei_rollback_statistics(set) * sizeof *set->values);
    trainer->epoch_is_new = true;
}

void aei_rollback_accept_start(ae_trainer *trainer)
{
    const aei_param_set *set = &trainer->model->set;
    memcpy(trainer->good, set->values, set->trained * sizeof *set->values);
    memcpy(trainer->good + set->trained, trainer->good + set->total, aei_rollback_statistics(set) * sizeof *set->values);
    trainer->epoch_is_new = false;
}

/* Back to the start of the epoch; the trainer has ended. */
static ae_status roll_back(ae_trainer *trainer)
{
    const aei_param_set *set = &trainer->model->set;
    memcpy(set->values, trainer->good, set->total * sizeof *set->values);
    aei_model_changed(trainer->model);
    trainer->failed = true;
    return AE_ERROR_NUMERIC;
}

/* What may help after a number that is not finite. */
static const char *advice(const ae_trainer *trainer)
{
    const aei_real *x = trainer->workspace->x;
    const size_t count = trainer->last_rows * trainer->model->design.input_dim;
    if (trainer->optimizer.steps == 0)
        return "the data or the weights are too large";
    for (size_t i = 0; i < count; i++)
        if (aei_fabs(x[i]) > LARGE)
            return "scaling the data, which goes beyond 1000, may help";
    return "a smaller learning rate may help";
}

ae_status aei_rollback_fail(ae_trainer *trainer, const char *what, uint64_t step)
{
    aei_fail(AE_ERROR_NUMERIC, "%s epoch %llu, step %llu; %s", what, (unsigned long long)trainer->epoch + 1,
             (unsigned long long)step, advice(trainer));
    return roll_back(trainer);
}

ae_status aei_rollback_check_weights(ae_trainer *trainer)
{
    const aei_param *bad = aei_param_set_non_finite(&trainer->model->set);
    char what[AEI_PARAM_NAME_SIZE + sizeof " is not finite after"];
    if (!bad)
        return AE_OK;
    if (trainer->optimizer.steps == 0) {
        aei_fail(AE_ERROR_NUMERIC, "%s is not finite before the first step: the model cannot be trained", bad->name);
        return roll_back(trainer);
    }
    snprintf(what, sizeof what, "%s is not finite after", bad->name);
    return aei_rollback_fail(trainer, what, trainer->optimizer.steps);
}
