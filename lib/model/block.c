/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/block.h"

#include "kernels/log_var.h"
#include "model/code.h"

static const aei_real *import_rows(const float *rows, const aei_scaling *scaling, size_t n, size_t width,
                                   size_t *stride, aei_real *copy)
{
#ifndef AEI_REAL_DOUBLE
    if (!scaling)
        return rows;
#endif
    for (size_t r = 0; r < n; r++)
        aei_scale_row(scaling, rows + r * *stride, width, copy + r * width);
    *stride = width;
    return copy;
}

const aei_real *aei_block_inputs(const aei_block *block, const float *x, size_t *stride)
{
    return import_rows(x + block->first * *stride, aei_model_input_scaling(block->model), block->pass.n,
                       block->model->encoder.in, stride, block->buffers->input);
}

const aei_real *aei_block_codes(const aei_block *block, const float *codes, size_t *stride)
{
    return import_rows(codes + block->first * *stride, NULL, block->pass.n, block->model->decoder.in, stride,
                       block->buffers->code);
}

void aei_block_export(const aei_block *block, const aei_real *y, size_t width, float *out, size_t stride)
{
    out += block->first * stride;
    for (size_t r = 0; r < block->pass.n; r++)
        for (size_t i = 0; i < width; i++)
            out[r * stride + i] = (float)y[r * width + i];
}

void aei_block_encode(const aei_block *block, const aei_real *x, size_t x_stride)
{
    const ae_model *model = block->model;
    aei_inference_buffers *b = block->buffers;
    aei_network_infer(&model->encoder, &block->pass, x, x_stride, b->a, b->b, b->e, model->encoder.out, false);
    aei_code_infer(model, x, x_stride, b->e, block->pass.n, b->code, model->design.latent_dim, &b->lasso);
}

void aei_block_log_var(const aei_block *block, const aei_real *x, size_t x_stride)
{
    const ae_model *model = block->model;
    aei_inference_buffers *b = block->buffers;
    const size_t k = model->design.latent_dim;
    if (model->design.variance == AE_VARIANCE_SEPARATE)
        aei_network_infer(&model->variance, &block->pass, x, x_stride, b->a, b->b, b->v, k, false);
    for (size_t r = 0; r < block->pass.n; r++)
        for (size_t j = 0; j < k; j++) {
            aei_real *v = &b->v[r * k + j];
            if (model->design.variance == AE_VARIANCE_SHARED)
                *v = b->e[r * 2 * k + k + j];
            else if (model->design.variance == AE_VARIANCE_ONE)
                *v = 0;
            *v = aei_log_var_hold(*v);
        }
}

void aei_block_logits(const aei_block *block, const aei_real *code)
{
    const ae_model *model = block->model;
    aei_inference_buffers *b = block->buffers;
    aei_network_infer(&model->decoder, &block->pass, code, model->design.latent_dim, b->a, b->b, b->output,
                      model->decoder.out, true);
}

void aei_block_activate(const aei_block *block)
{
    aei_real *output = block->buffers->output;
    block->pass.kernels->activate(aei_model_output_layer(block->model)->f, output,
                                  block->pass.n * block->model->decoder.out, output);
}
