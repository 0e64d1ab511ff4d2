/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/row_loss.h"

#include "losses/features.h"
#include "model/lanes.h"

bool aei_model_has_loss(const ae_model *model, ae_loss loss)
{
    return loss == AE_SQUARED_ERROR || loss == model->design.loss ||
           (loss == AE_BINARY_CROSS_ENTROPY && aei_model_output_layer(model)->f.kind == AE_SIGMOID);
}

aei_loss_call aei_block_loss_call(const aei_block *block, const aei_real *target, size_t target_stride)
{
    const ae_model *model = block->model;
    const aei_inference_buffers *b = block->buffers;
    aei_loss_call call = {.base = {
        .runtime = model->runtime, .n = block->pass.n, .d = model->decoder.out, .f = aei_model_output_layer(model)->f,
        .y = b->output, .z = b->output, .target = target, .target_stride = target_stride, .scale = 1,
        .row_loss = b->row_loss,
    }};
    if (model->log_var != AEI_NO_PARAM) {
        const aei_param *param = &model->set.params[model->log_var];
        call.log_var = model->set.values + param->first;
        call.log_var_count = aei_param_length(param);
    }
    return call;
}

/* code:[n, latent_dim] decoded to the output plane, up to the logits where the loss wants those. */
static void decode_for(const aei_block *block, ae_loss loss, const aei_real *code)
{
    aei_block_logits(block, code);
    if (!aei_loss_wants_logits(loss))
        aei_block_activate(block);
}

double aei_block_loss(const aei_block *block, ae_loss loss, const aei_real *code, const aei_real *target,
                      size_t target_stride)
{
    const aei_loss_call call = aei_block_loss_call(block, target, target_stride);
    decode_for(block, loss, code);
    return aei_loss_run(loss, block->pass.kernels, &call);
}

/* ---- errors */

typedef struct errors_call {
    const float *x;
    size_t x_stride;
    ae_loss loss;
    float *errors;
} errors_call;

static void run_errors(const void *work, const aei_block *block)
{
    const errors_call *c = work;
    size_t stride = c->x_stride;
    const aei_real *x = aei_block_inputs(block, c->x, &stride);
    aei_block_encode(block, x, stride);
    aei_block_loss(block, c->loss, block->buffers->code, x, stride);
    for (size_t r = 0; r < block->pass.n; r++)
        c->errors[block->first + r] = (float)block->buffers->row_loss[r];
}

ae_status aei_row_errors(const ae_model *model, const float *x, size_t rows, size_t x_stride, ae_loss loss,
                         float *errors)
{
    return aei_lanes_run(model, rows, run_errors, &(errors_call){x, x_stride, loss, errors});
}

/* ---- scores */

typedef struct scores_call {
    const float *x;
    size_t x_stride;
    float *scores, *features; /* [rows], and [rows, input_dim] or NULL */
    size_t features_stride;
} scores_call;

static void run_scores(const void *work, const aei_block *block)
{
    const scores_call *c = work;
    const ae_loss loss = block->model->design.loss;
    const size_t d = block->model->decoder.out;
    aei_real *output = block->buffers->output;
    size_t stride = c->x_stride;
    const aei_real *x = aei_block_inputs(block, c->x, &stride);
    aei_block_encode(block, x, stride);
    decode_for(block, loss, block->buffers->code);
    const aei_loss_call call = aei_block_loss_call(block, x, stride);
    aei_loss_features(block->pass.kernels, loss, &call, output);
    for (size_t r = 0; r < block->pass.n; r++) {
        double sum = 0;
        for (size_t i = 0; i < d; i++)
            sum += (double)output[r * d + i];
        c->scores[block->first + r] = (float)sum;
    }
    if (c->features)
        aei_block_export(block, output, d, c->features, c->features_stride);
}

ae_status aei_row_scores(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *scores,
                         float *feature_scores, size_t feature_stride)
{
    return aei_lanes_run(model, rows, run_scores, &(scores_call){x, x_stride, scores, feature_scores, feature_stride});
}
