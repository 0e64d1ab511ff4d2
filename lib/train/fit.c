/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/clock.h"
#include "base/error.h"
#include "model/lanes.h"
#include "train/evaluate.h"
#include "train/stopping.h"
#include "train/trainer.h"

#define RESERVED_EPOCHS 1000

/* What is known after an epoch, told to history and host. */
static ae_status report_epoch(ae_trainer *trainer, aei_examples validation, aei_stopping *stopping, double start,
                              ae_epoch_report *report)
{
    ae_model *model = trainer->model;
    const ae_train_options *options = &trainer->options;
    if (validation.inputs) {
        ae_status status = aei_evaluate_loss(model, validation, &report->validation_loss);
        if (status != AE_OK)
            return status;
        aei_stopping_note(stopping, report->epoch, report->validation_loss);
        report->best_epoch = stopping->best_epoch;
    }
    report->struct_size = sizeof *report;
    report->seconds = aei_clock_seconds() - start;
    aei_history_amend(model, report);
    if (options->callback && options->callback(options->callback_user, report) != 0)
        return aei_fail(AE_ERROR_CANCELLED, "the callback stopped the training after epoch %llu",
                        (unsigned long long)report->epoch);
    return AE_OK;
}

/* Memory for what comes between the steps, so that its lack shows before anything has changed. */
static ae_status reserve(ae_model *model, aei_examples validation, const ae_train_options *options)
{
    const uint64_t epochs = options->epochs < RESERVED_EPOCHS ? options->epochs : RESERVED_EPOCHS;
    ae_status status = aei_history_reserve_more(model, (size_t)epochs);
    return status == AE_OK && validation.inputs ? aei_lanes_reserve(model, validation.inputs->rows) : status;
}

ae_status aei_fit(ae_model *model, aei_examples train, aei_examples validation, const ae_train_options *options)
{
    ae_trainer *trainer = NULL;
    aei_stopping stopping = {0};
    ae_status status = aei_trainer_new(&trainer, model, options);
    if (status == AE_OK)
        status = reserve(model, validation, options);
    if (status == AE_OK && validation.inputs)
        status = aei_stopping_init(&stopping, model, options);

    while (status == AE_OK && trainer->epoch < options->epochs && !aei_stopping_is_due(&stopping)) {
        const double start = aei_clock_seconds();
        ae_epoch_report report;
        status = aei_trainer_epoch(trainer, train, &report);
        if (status == AE_OK)
            status = report_epoch(trainer, validation, &stopping, start, &report);
    }
    aei_stopping_finish(&stopping);
    aei_trainer_delete(trainer);
    return status;
}
