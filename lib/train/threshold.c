/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "train/threshold.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "data/quantile.h"
#include "model/row_loss.h"

/* Rows that are copied side by side at a time. A multiple of the rows that inference takes at a time, so that a score
 * here has the bytes of one of ae_score(), also where a CBLAS rounds by the number of rows. */
#define BLOCK (16 * AEI_INFERENCE_ROWS)

static ae_status score_all(const ae_model *model, const ae_dataset *dataset, float *scores)
{
    const size_t n = dataset->rows, d = dataset->columns;
    float *block;
    ae_status status = AE_OK;
    if (!dataset->index)
        return aei_row_scores(model, dataset->values, n, dataset->stride, scores, NULL, 0);
    block = aei_alloc_array(model->runtime, d, BLOCK * sizeof *block);
    if (!block)
        return AE_ERROR_NO_MEMORY;
    for (size_t first = 0, count; first < n && status == AE_OK; first += count) {
        count = n - first < BLOCK ? n - first : BLOCK;
        for (size_t r = 0; r < count; r++)
            memcpy(block + r * d, aei_dataset_row(dataset, first + r), d * sizeof *block);
        status = aei_row_scores(model, block, count, d, scores + first, NULL, 0);
    }
    aei_free(model->runtime, block);
    return status;
}

ae_status aei_threshold_find(const ae_model *model, const ae_dataset *dataset, double contamination, double *threshold)
{
    const size_t n = dataset->rows;
    const size_t above = (size_t)(contamination * (double)n * (1 + 1e-12)); /* 0.29 * 100 is a little less than 29 */
    float *scores = aei_alloc_array(model->runtime, n, sizeof *scores);
    ae_status status = scores ? score_all(model, dataset, scores) : AE_ERROR_NO_MEMORY;
    for (size_t r = 0; r < n && status == AE_OK; r++)
        if (!isfinite(scores[r]))
            status = aei_fail(AE_ERROR_NUMERIC, "the score of row %zu is not finite", r);
    if (status == AE_OK)
        *threshold = (double)aei_order_statistic(scores, n, n - 1 - above);
    aei_free(model->runtime, scores);
    return status;
}
