/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/infer.h>

#include "api/check.h"
#include "model/infer.h"
#include "model/row_loss.h"

/* Checks that input and output of a call are there and can be addressed, and makes strides explicit. */
static ae_status check_matrices(const float *in, size_t rows, size_t in_width, size_t *in_stride, const float *out,
                                size_t out_width, size_t *out_stride)
{
    ae_status status = aei_check_rows("input", rows, in_width, in_stride);
    if (status == AE_OK)
        status = aei_check_rows("output", rows, out_width, out_stride);
    if (status == AE_OK && rows > 0 && (!in || !out))
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "the %s rows are NULL", in ? "output" : "input");
    return status;
}

ae_status ae_encode(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *codes,
                    size_t codes_stride)
{
    ae_status status;
    AEI_REQUIRE(model);
    status = check_matrices(x, rows, model->encoder.in, &x_stride, codes, model->design.latent_dim, &codes_stride);
    if (status != AE_OK || rows == 0)
        return status;
    return aei_infer_encode(model, x, rows, x_stride, codes, codes_stride);
}

ae_status ae_decode(const ae_model *model, const float *codes, size_t rows, size_t codes_stride, float *x_hat,
                    size_t x_hat_stride)
{
    ae_status status;
    AEI_REQUIRE(model);
    status = check_matrices(codes, rows, model->design.latent_dim, &codes_stride, x_hat, model->design.output_dim, &x_hat_stride);
    if (status != AE_OK || rows == 0)
        return status;
    return aei_infer_decode(model, codes, rows, codes_stride, x_hat, x_hat_stride);
}

ae_status ae_reconstruct(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *x_hat,
                         size_t x_hat_stride)
{
    ae_status status;
    AEI_REQUIRE(model);
    status = check_matrices(x, rows, model->encoder.in, &x_stride, x_hat, model->design.output_dim, &x_hat_stride);
    if (status != AE_OK || rows == 0)
        return status;
    return aei_infer_reconstruct(model, x, rows, x_stride, x_hat, x_hat_stride);
}

ae_status ae_reconstruction_error(const ae_model *model, const float *x, size_t rows, size_t x_stride, ae_loss loss,
                                  float *errors)
{
    size_t errors_stride = 1;
    ae_status status;
    AEI_REQUIRE(model);
    if (loss < AE_SQUARED_ERROR || loss > AE_SOFTMAX_CROSS_ENTROPY)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no loss %d", (int)loss);
    if (!aei_model_has_loss(model, loss) || model->design.output_dim != model->design.input_dim)
        return aei_fail(AE_ERROR_UNSUPPORTED, "the model does not have this loss of its input");
    status = check_matrices(x, rows, model->encoder.in, &x_stride, errors, 1, &errors_stride);
    if (status == AE_OK && rows > 0 && (loss == AE_BINARY_CROSS_ENTROPY || loss == AE_SOFTMAX_CROSS_ENTROPY))
        status = aei_scaled_rows_check(x, rows, model->encoder.in, x_stride, aei_model_input_scaling(model), 1,
                                       "input");
    if (status != AE_OK || rows == 0)
        return status;
    return aei_row_errors(model, x, rows, x_stride, loss, errors);
}
