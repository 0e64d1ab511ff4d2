/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "train/evaluate.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "model/infer.h"
#include "model/row_loss.h"
#include "model/sums.h"

const float *aei_evaluate_row(const void *dataset, size_t row)
{
    return aei_dataset_row(dataset, row);
}

static aei_sums_request request_of(aei_examples examples)
{
    return (aei_sums_request){
        .row = aei_evaluate_row, .inputs = examples.inputs, .targets = examples.targets, .rows = examples.inputs->rows,
        .samples = 1,
    };
}

ae_status aei_evaluate_loss(const ae_model *model, aei_examples examples, double *loss)
{
    const aei_sums_request request = request_of(examples);
    aei_sums sums;
    ae_status status = aei_sums_take(model, &request, &sums);
    *loss = (sums.own + sums.kl) / (double)request.rows;
    return status;
}

static bool in_unit_interval(const aei_scaling *scaling, const ae_dataset *dataset)
{
    for (size_t r = 0; r < dataset->rows; r++)
        if (!aei_scaled_in_unit_interval(scaling, aei_dataset_row(dataset, r), dataset->columns))
            return false;
    return true;
}

ae_status aei_evaluate_all(const ae_model *model, aei_examples examples, ae_evaluation *evaluation)
{
    const ae_dataset *targets = examples.targets ? examples.targets : examples.inputs;
    aei_sums_request request = request_of(examples);
    const double rows = (double)request.rows;
    aei_sums sums;
    ae_status status;
    request.cross_entropy = aei_model_has_loss(model, AE_BINARY_CROSS_ENTROPY) &&
                            in_unit_interval(aei_model_output_scaling(model), targets);
    status = aei_sums_take(model, &request, &sums);
    evaluation->rows = request.rows;
    evaluation->reconstruction = sums.own / rows;
    evaluation->kl = sums.kl / rows;
    evaluation->loss = evaluation->reconstruction + evaluation->kl;
    evaluation->squared_error = sums.squared / rows;
    evaluation->binary_cross_entropy = request.cross_entropy ? sums.cross_entropy / rows : (double)NAN;
    evaluation->accuracy = model->design.loss == AE_SOFTMAX_CROSS_ENTROPY ? sums.correct / rows : (double)NAN;
    return status;
}

/* Adds a block of codes:[n,k]. */
static void count_units(const float *codes, size_t n, size_t k, double *sum, double *used)
{
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < k; i++) {
            sum[i] += (double)codes[r * k + i];
            used[i] += codes[r * k + i] != 0;
        }
}

ae_status aei_evaluate_usage(const ae_model *model, const ae_dataset *dataset, double *mean, double *active,
                             ae_code_report *report)
{
    const size_t k = model->design.latent_dim, d = dataset->columns;
    const double rows = (double)dataset->rows;
    double *sum = aei_calloc(model->runtime, 2 * k, sizeof *sum), *used;
    float *block = aei_alloc_array(model->runtime, d, AEI_INFERENCE_ROWS * sizeof *block);
    float *codes = aei_alloc_array(model->runtime, k, AEI_INFERENCE_ROWS * sizeof *codes);
    ae_status status = sum && block && codes ? AE_OK : AE_ERROR_NO_MEMORY;
    used = sum ? sum + k : NULL;
    for (size_t first = 0, n; first < dataset->rows && status == AE_OK; first += n) {
        n = dataset->rows - first < AEI_INFERENCE_ROWS ? dataset->rows - first : AEI_INFERENCE_ROWS;
        for (size_t r = 0; r < n; r++)
            memcpy(block + r * d, aei_dataset_row(dataset, first + r), d * sizeof *block);
        status = aei_infer_encode(model, block, n, d, codes, k);
        if (status == AE_OK)
            count_units(codes, n, k, sum, used);
    }
    if (status == AE_OK) {
        double zeros = 0;
        for (size_t i = 0; i < k; i++) {
            if (mean)
                mean[i] = sum[i] / rows;
            if (active)
                active[i] = used[i] / rows;
            zeros += rows - used[i];
            report->dead_units += used[i] == 0;
        }
        report->rows = dataset->rows;
        report->zero_fraction = zeros / (rows * (double)k);
    }
    aei_free(model->runtime, sum);
    aei_free(model->runtime, block);
    aei_free(model->runtime, codes);
    return status;
}
