/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/vae.h>

#include <string.h>
#include "api/check.h"
#include "base/alloc.h"
#include "base/options.h"
#include "model/infer.h"
#include "model/path.h"
#include "model/sums.h"
#include "train/evaluate.h"

#define ACTIVE_VARIANCE 0.01 /* of mu over the rows, above which a unit is active (Burda et al. 2016) */

static ae_status check_variational(const ae_model *model)
{
    if (model->design.code != AE_CODE_GAUSSIAN)
        return aei_fail(AE_ERROR_UNSUPPORTED, "the model is not variational (AE_CODE_GAUSSIAN)");
    return AE_OK;
}

ae_status ae_vae_encode(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *mu, size_t mu_stride,
                        float *log_var, size_t log_var_stride)
{
    ae_status status;
    AEI_REQUIRE(model);
    status = check_variational(model);
    if (status == AE_OK)
        status = aei_check_rows("x", rows, model->design.input_dim, &x_stride);
    if (status == AE_OK)
        status = aei_check_rows("mu", rows, model->design.latent_dim, &mu_stride);
    if (status == AE_OK)
        status = aei_check_rows("log_var", rows, model->design.latent_dim, &log_var_stride);
    if (status != AE_OK || rows == 0)
        return status;
    AEI_REQUIRE(x);
    AEI_REQUIRE(mu);
    AEI_REQUIRE(log_var);
    status = aei_infer_encode(model, x, rows, x_stride, mu, mu_stride);
    return status == AE_OK ? aei_infer_log_var(model, x, rows, x_stride, log_var, log_var_stride) : status;
}

ae_status ae_vae_sample(const ae_model *model, uint64_t seed, uint64_t first_row, size_t rows, int32_t observe, float *x,
                        size_t x_stride)
{
    ae_status status;
    AEI_REQUIRE(model);
    status = check_variational(model);
    if (status == AE_OK)
        status = aei_check_rows("x", rows, model->design.output_dim, &x_stride);
    if (status == AE_OK && observe & ~1)
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "observe is %d, must be 0 or 1", (int)observe);
    if (status == AE_OK)
        status = aei_check_samples(first_row, rows);
    if (status != AE_OK || rows == 0)
        return status;
    AEI_REQUIRE(x);
    return aei_infer_sample(model, seed, first_row, rows, observe != 0, x, x_stride);
}

/* Means and variances of what aei_sums_take() counted of each unit. */
static uint64_t count_active(const double *unit, size_t k, double rows)
{
    uint64_t active = 0;
    for (size_t i = 0; i < k; i++) {
        const double mean = unit[k + i] / rows;
        active += unit[2 * k + i] / rows - mean * mean > ACTIVE_VARIANCE;
    }
    return active;
}

ae_status ae_vae_evaluate(const ae_model *model, const ae_dataset *dataset, size_t samples, uint64_t seed,
                          double *unit_kl, ae_vae_evaluation *evaluation)
{
    ae_vae_evaluation own = {0};
    aei_sums sums;
    double *unit;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(dataset);
    AEI_REQUIRE(evaluation);
    status = check_variational(model);
    if (status == AE_OK && samples == 0)
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "samples is 0, must be at least 1");
    if (status == AE_OK)
        status = aei_examples_check(model, (aei_examples){dataset, NULL}, "data");
    if (status == AE_OK)
        status = aei_options_check(evaluation, "ae_vae_evaluation");
    if (status != AE_OK)
        return status;
    const size_t k = model->design.latent_dim;
    const double rows = (double)dataset->rows;
    unit = aei_calloc(model->runtime, 3 * k, sizeof *unit);
    if (!unit)
        return AE_ERROR_NO_MEMORY;
    status = aei_sums_take(model, &(aei_sums_request){
        .row = aei_evaluate_row, .inputs = dataset, .rows = dataset->rows, .samples = samples, .seed = seed,
        .unit = unit}, &sums);
    if (status == AE_OK) {
        own.rows = dataset->rows;
        own.reconstruction = sums.own / rows;
        own.kl = sums.kl / rows;
        own.negative_elbo = own.reconstruction + own.kl;
        own.active_units = count_active(unit, k, rows);
        for (size_t i = 0; unit_kl && i < k; i++)
            unit_kl[i] = unit[i] / rows;
        status = aei_options_export(evaluation, &own, sizeof own, "ae_vae_evaluation");
    }
    aei_free(model->runtime, unit);
    return status;
}

ae_status ae_code_usage(const ae_model *model, const ae_dataset *dataset, double *mean, double *active,
                        ae_code_report *report)
{
    ae_code_report own = {0};
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(dataset);
    AEI_REQUIRE(report);
    if (dataset->columns != model->design.input_dim)
        return aei_fail(AE_ERROR_SHAPE, "the data has %zu columns, the model's input is %zu wide", dataset->columns,
                        model->design.input_dim);
    status = aei_dataset_check(dataset, 0, "data");
    if (status == AE_OK)
        status = aei_options_check(report, "ae_code_report");
    if (status == AE_OK)
        status = aei_evaluate_usage(model, dataset, mean, active, &own);
    return status == AE_OK ? aei_options_export(report, &own, sizeof own, "ae_code_report") : status;
}

ae_status ae_code_path(const float *a, const float *b, size_t dim, int32_t path, size_t steps, float *codes)
{
    AEI_REQUIRE(a);
    AEI_REQUIRE(b);
    AEI_REQUIRE(codes);
    if (dim == 0 || steps < 2 || steps > SIZE_MAX / 16 / dim)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%zu steps of width %zu: at least 2 steps of width 1", steps, dim);
    if (path != AE_PATH_LINEAR && path != AE_PATH_SPHERICAL)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no path %d", (int)path);
    for (size_t s = 1; s + 1 < steps; s++) {
        const double t = (double)s / (double)(steps - 1);
        if (path == AE_PATH_LINEAR)
            aei_path_linear(a, b, dim, t, codes + s * dim);
        else
            aei_path_spherical(a, b, dim, t, codes + s * dim);
    }
    memmove(codes, a, dim * sizeof *codes); /* as they are: 0 times an infinite number of the other is no number */
    memmove(codes + (steps - 1) * dim, b, dim * sizeof *codes);
    return AE_OK;
}

ae_status ae_code_grid(size_t side, float *codes)
{
    AEI_REQUIRE(codes);
    if (side == 0 || side > 65535)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "side is %zu, must be 1..65535", side);
    for (size_t r = 0; r < side; r++)
        for (size_t c = 0; c < side; c++) {
            float *code = codes + 2 * (r * side + c);
            code[0] = (float)aei_normal_quantile(((double)c + 0.5) / (double)side);
            code[1] = (float)aei_normal_quantile(((double)(side - 1 - r) + 0.5) / (double)side);
        }
    return AE_OK;
}
