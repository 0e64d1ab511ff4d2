/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/score.h>

#include <math.h>
#include "api/check.h"
#include "model/row_loss.h"
#include "train/threshold.h"
#include "train/trainer.h"

static ae_status check_scores(const ae_model *model)
{
    if (model->design.loss == AE_SOFTMAX_CROSS_ENTROPY || model->design.output_dim != model->design.input_dim)
        return aei_fail(AE_ERROR_UNSUPPORTED, "the model does not reconstruct its input, so there are no scores");
    return AE_OK;
}

ae_status ae_score(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *scores,
                   float *feature_scores, size_t feature_stride)
{
    ae_status status;
    AEI_REQUIRE(model);
    const size_t d = model->design.input_dim;
    status = check_scores(model);
    if (status == AE_OK)
        status = aei_check_rows("input", rows, d, &x_stride);
    if (status == AE_OK)
        status = aei_check_rows("feature scores", rows, d, &feature_stride);
    if (status != AE_OK || rows == 0)
        return status;
    AEI_REQUIRE(x);
    AEI_REQUIRE(scores);
    if (model->design.loss == AE_BINARY_CROSS_ENTROPY)
        status = aei_scaled_rows_check(x, rows, d, x_stride, aei_model_input_scaling(model), 1, "input");
    if (status == AE_OK)
        status = aei_row_scores(model, x, rows, x_stride, scores, feature_scores, feature_stride);
    return status;
}

ae_status ae_model_fit_threshold(ae_model *model, const ae_dataset *dataset, double contamination)
{
    double threshold;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(dataset);
    if (!(contamination > 0 && contamination <= 0.5))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "contamination must be above 0 and at most 0.5");
    if (atomic_load(&model->has_trainer))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the model is being trained");
    status = check_scores(model);
    if (status == AE_OK)
        status = aei_examples_check(model, (aei_examples){dataset, NULL}, "data");
    if (status == AE_OK)
        status = aei_threshold_find(model, dataset, contamination, &threshold);
    if (status == AE_OK) {
        model->threshold = threshold;
        model->contamination = contamination;
    }
    return status;
}

double ae_model_threshold(const ae_model *model)
{
    return model && model->contamination > 0 ? model->threshold : (double)NAN;
}

double ae_model_contamination(const ae_model *model)
{
    return model ? model->contamination : 0;
}
