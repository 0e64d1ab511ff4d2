/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "train/examples.h"

#include "base/error.h"

/* Are targets to be in [0, 1]? */
static bool wants_unit_range(const ae_model *model)
{
    return model->design.loss == AE_BINARY_CROSS_ENTROPY || model->design.loss == AE_SOFTMAX_CROSS_ENTROPY;
}

ae_status aei_examples_check(const ae_model *model, aei_examples examples, const char *what)
{
    const aei_design *d = &model->design;
    const ae_dataset *inputs = examples.inputs, *targets = examples.targets;
    ae_status status;
    if (inputs->columns != d->input_dim)
        return aei_fail(AE_ERROR_SHAPE, "%s has %zu columns, the model's input is %zu wide", what, inputs->columns,
                        d->input_dim);
    if (!targets && d->input_dim != d->output_dim)
        return aei_fail(AE_ERROR_SHAPE, "the model gives %zu numbers for %zu, so %s needs targets", d->output_dim,
                        d->input_dim, what);
    if (targets && targets->columns != d->output_dim)
        return aei_fail(AE_ERROR_SHAPE, "the targets of the %s have %zu columns, the model's output is %zu wide", what,
                        targets->columns, d->output_dim);
    if (targets && targets->rows != inputs->rows)
        return aei_fail(AE_ERROR_SHAPE, "%s has %zu rows, its targets have %zu", what, inputs->rows, targets->rows);
    status = aei_scaled_dataset_check(inputs, aei_model_input_scaling(model), wants_unit_range(model) && !targets, what);
    if (status == AE_OK && targets)
        status = aei_scaled_dataset_check(targets, aei_model_output_scaling(model), wants_unit_range(model), "targets");
    return status;
}

ae_status aei_batch_check(const ae_model *model, const float *x, size_t n, size_t x_stride, const float *target,
                          size_t target_stride)
{
    const aei_design *d = &model->design;
    ae_status status = aei_scaled_rows_check(x, n, d->input_dim, x_stride, aei_model_input_scaling(model),
                                             wants_unit_range(model) && !target, "x");
    if (status == AE_OK && !target && d->input_dim != d->output_dim)
        status = aei_fail(AE_ERROR_SHAPE, "the model gives %zu numbers for %zu, so a step needs targets",
                          d->output_dim, d->input_dim);
    if (status == AE_OK && target)
        status = aei_scaled_rows_check(target, n, d->output_dim, target_stride, aei_model_output_scaling(model),
                                       wants_unit_range(model), "target");
    return status;
}
