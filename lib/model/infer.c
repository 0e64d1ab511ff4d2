/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/infer.h"

#include "base/rng.h"
#include "kernels/log_var.h"
#include "losses/softmax.h"
#include "model/lanes.h"

/* Rows in and rows out. */
typedef struct call {
    const float *in;
    size_t in_stride;
    float *out;
    size_t out_stride;
} call;

/* The decoder's result to `y`; a classifier's as probabilities. */
static void decode(const aei_block *block, const aei_real *code, size_t code_stride, aei_real *y, size_t y_stride)
{
    const ae_model *model = block->model;
    const aei_inference_buffers *b = block->buffers;
    aei_network_infer(&model->decoder, &block->pass, code, code_stride, b->a, b->b, y, y_stride, false);
    if (model->design.loss == AE_SOFTMAX_CROSS_ENTROPY)
        for (size_t r = 0; r < block->pass.n; r++)
            aei_softmax(block->pass.kernels, y + r * y_stride, model->decoder.out, y + r * y_stride);
}

/* The same into the caller's memory, in scaled units. */
static void decode_out(const aei_block *block, const aei_real *code, size_t code_stride, float *out, size_t stride)
{
#ifdef AEI_REAL_DOUBLE
    const size_t width = block->model->decoder.out;
    decode(block, code, code_stride, block->buffers->output, width);
    aei_block_export(block, block->buffers->output, width, out, stride);
#else
    decode(block, code, code_stride, out + block->first * stride, stride);
#endif
}

/* What the model gives, in the units of the data. */
static void unscale(const aei_block *block, float *out, size_t stride)
{
    const aei_scaling *scaling = aei_model_output_scaling(block->model);
    for (size_t r = 0; scaling && r < block->pass.n; r++)
        aei_unscale_row(scaling, out + (block->first + r) * stride);
}

static void run_encode(const void *work, const aei_block *block)
{
    const call *c = work;
    size_t stride = c->in_stride;
    const aei_real *x = aei_block_inputs(block, c->in, &stride);
    aei_block_encode(block, x, stride);
    aei_block_export(block, block->buffers->code, block->model->design.latent_dim, c->out, c->out_stride);
}

static void run_log_var(const void *work, const aei_block *block)
{
    const call *c = work;
    size_t stride = c->in_stride;
    const aei_real *x = aei_block_inputs(block, c->in, &stride);
    if (block->model->design.variance == AE_VARIANCE_SHARED)
        aei_block_encode(block, x, stride);
    aei_block_log_var(block, x, stride);
    aei_block_export(block, block->buffers->v, block->model->design.latent_dim, c->out, c->out_stride);
}

static void run_decode(const void *work, const aei_block *block)
{
    const call *c = work;
    size_t stride = c->in_stride;
    const aei_real *code = aei_block_codes(block, c->in, &stride);
    decode_out(block, code, stride, c->out, c->out_stride);
    unscale(block, c->out, c->out_stride);
}

static void run_reconstruct(const void *work, const aei_block *block)
{
    const call *c = work;
    size_t stride = c->in_stride;
    const aei_real *x = aei_block_inputs(block, c->in, &stride);
    aei_block_encode(block, x, stride);
    decode_out(block, block->buffers->code, block->model->design.latent_dim, c->out, c->out_stride);
    unscale(block, c->out, c->out_stride);
}

ae_status aei_infer_encode(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *codes,
                           size_t codes_stride)
{
    return aei_lanes_run(model, rows, run_encode, &(call){x, x_stride, codes, codes_stride});
}

ae_status aei_infer_log_var(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *log_var,
                            size_t log_var_stride)
{
    return aei_lanes_run(model, rows, run_log_var, &(call){x, x_stride, log_var, log_var_stride});
}

ae_status aei_infer_decode(const ae_model *model, const float *codes, size_t rows, size_t codes_stride, float *x_hat,
                           size_t x_hat_stride)
{
    return aei_lanes_run(model, rows, run_decode, &(call){codes, codes_stride, x_hat, x_hat_stride});
}

ae_status aei_infer_reconstruct(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *x_hat,
                                size_t x_hat_stride)
{
    return aei_lanes_run(model, rows, run_reconstruct, &(call){x, x_stride, x_hat, x_hat_stride});
}

/* ---- generated rows */

typedef struct sampling {
    uint64_t seed, first_row;
    bool observe;
    float *x;
    size_t stride;
} sampling;

/* Draws x from p(x|z) whose mean is in `mean`. */
static void observe(const ae_model *model, aei_rng rng, float *mean)
{
    const aei_param *log_var = model->log_var == AEI_NO_PARAM ? NULL : &model->set.params[model->log_var];
    const size_t d = model->decoder.out;
    aei_real random[64];
    for (size_t first = 0; first < d; first += 64) {
        const size_t n = d - first < 64 ? d - first : 64;
        if (log_var) {
            const aei_real *v = model->set.values + log_var->first;
            model->kernels->normal(&rng, first, n, random);
            for (size_t i = 0; i < n; i++) {
                const aei_real s = aei_log_var_hold(v[log_var->cols > 1 ? first + i : 0]);
                mean[first + i] += (float)(aei_exp(s / 2) * random[i]);
            }
        } else {
            model->kernels->uniform(&rng, first, n, random);
            for (size_t i = 0; i < n; i++)
                mean[first + i] = (float)random[i] < mean[first + i] ? 1 : 0;
        }
    }
}

static void run_sample(const void *work, const aei_block *block)
{
    const sampling *s = work;
    const size_t k = block->model->design.latent_dim;
    aei_real *code = block->buffers->code;
    for (size_t r = 0; r < block->pass.n; r++) {
        const aei_rng rng = aei_rng_stream(s->seed, AEI_RNG_SAMPLE, 0, s->first_row + block->first + r);
        block->pass.kernels->normal(&rng, 0, k, code + r * k);
    }
    decode_out(block, code, k, s->x, s->stride);
    for (size_t r = block->first; s->observe && r < block->first + block->pass.n; r++)
        observe(block->model, aei_rng_stream(s->seed, AEI_RNG_SAMPLE, 1, s->first_row + r), s->x + r * s->stride);
    unscale(block, s->x, s->stride);
}

ae_status aei_infer_sample(const ae_model *model, uint64_t seed, uint64_t first_row, size_t rows, bool observe_rows,
                           float *x, size_t x_stride)
{
    return aei_lanes_run(model, rows, run_sample, &(sampling){seed, first_row, observe_rows, x, x_stride});
}
