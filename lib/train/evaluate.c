/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "train/evaluate.h"

#include <math.h>
#include "base/error.h"
#include "model/infer.h"

ae_status aei_check_width(const ae_model *model, const ae_dataset *dataset, const char *what)
{
    if (dataset->columns != model->encoder.in)
        return aei_fail(AE_ERROR_SHAPE, "%s has %zu columns, the model's input is %zu wide", what, dataset->columns,
                        model->encoder.in);
    return AE_OK;
}

static const float *row_of(const void *dataset, size_t row)
{
    return aei_dataset_row(dataset, row);
}

/* Means over the rows of either loss; NULL: not wanted. */
static ae_status evaluate(const ae_model *model, const ae_dataset *dataset, double *squared, double *cross_entropy)
{
    ae_status status = aei_infer_sums(model, row_of, dataset, dataset->rows, squared, cross_entropy);
    if (status == AE_OK && squared)
        *squared /= (double)dataset->rows;
    if (status == AE_OK && cross_entropy)
        *cross_entropy /= (double)dataset->rows;
    return status;
}

ae_status aei_evaluate_loss(const ae_model *model, const ae_dataset *dataset, double *loss)
{
    return model->loss == AE_BINARY_CROSS_ENTROPY ? evaluate(model, dataset, NULL, loss)
                                                  : evaluate(model, dataset, loss, NULL);
}

static bool in_unit_interval(const ae_dataset *dataset)
{
    for (size_t r = 0; r < dataset->rows; r++) {
        const float *row = aei_dataset_row(dataset, r);
        bool outside = false;
        for (size_t j = 0; j < dataset->columns; j++)
            outside |= !(row[j] >= 0 && row[j] <= 1);
        if (outside)
            return false;
    }
    return true;
}

ae_status aei_evaluate_all(const ae_model *model, const ae_dataset *dataset, ae_evaluation *evaluation)
{
    const bool has_entropy = aei_model_output_layer(model)->f.kind == AE_SIGMOID && in_unit_interval(dataset);
    ae_status status;
    evaluation->rows = dataset->rows;
    evaluation->binary_cross_entropy = (double)NAN;
    status = evaluate(model, dataset, &evaluation->squared_error,
                      has_entropy ? &evaluation->binary_cross_entropy : NULL);
    evaluation->loss = model->loss == AE_BINARY_CROSS_ENTROPY ? evaluation->binary_cross_entropy
                                                              : evaluation->squared_error;
    return status;
}
