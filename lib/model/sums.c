/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/sums.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/rng.h"
#include "losses/softmax.h"
#include "model/lanes.h"
#include "model/row_loss.h"

#define SUM_BLOCKS 128 /* blocks whose sums are kept at a time */

typedef struct call {
    const aei_sums_request *request;
    size_t first;   /* row of the request that the blocks begin with */
    aei_sums *sums; /* [blocks] */
    double *unit;   /* [blocks, 3 * latent] or NULL */
} call;

static void gather(aei_row_callback row, const void *source, const aei_scaling *scaling, size_t first, size_t n,
                   size_t width, aei_real *out)
{
    for (size_t r = 0; r < n; r++)
        aei_scale_row(scaling, row(source, first + r), width, out + r * width);
}

static size_t largest(const aei_real *row, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        best = row[i] > row[best] ? i : best;
    return best;
}

/* KL and, if asked for, what is counted of each unit. */
static double add_units(const aei_block *block, double *unit)
{
    const size_t k = block->model->design.latent_dim;
    double kl = 0;
    for (size_t r = 0; r < block->pass.n; r++)
        for (size_t i = 0; i < k; i++) {
            const double mu = (double)block->buffers->code[r * k + i], v = (double)block->buffers->v[r * k + i];
            const double part = (mu * mu + expm1(v) - v) / 2;
            kl += part;
            if (unit) {
                unit[i] += part;
                unit[k + i] += mu;
                unit[2 * k + i] += mu * mu;
            }
        }
    return kl;
}

/* Reconstruction loss with sampled codes; they take the place of the encoder's output, which is used up. */
static double sampled_loss(const aei_sums_request *request, const aei_block *block, size_t first,
                           const aei_real *target)
{
    const ae_model *model = block->model;
    const aei_inference_buffers *b = block->buffers;
    const size_t k = model->design.latent_dim;
    double total = 0;
    for (size_t s = 0; s < request->samples; s++) {
        aei_real *z = b->e;
        for (size_t r = 0; r < block->pass.n; r++) {
            const aei_rng rng = aei_rng_stream(request->seed, AEI_RNG_LATENT, s, first + r);
            block->pass.kernels->normal(&rng, 0, k, z + r * k);
            for (size_t i = r * k; i < (r + 1) * k; i++)
                z[i] = b->code[i] + aei_exp(b->v[i] / 2) * z[i];
        }
        total += aei_block_loss(block, model->design.loss, z, target, model->decoder.out);
    }
    return total / (double)request->samples;
}

static void run_sums(const void *work, const aei_block *block)
{
    const call *c = work;
    const aei_sums_request *request = c->request;
    const ae_model *model = block->model;
    const aei_inference_buffers *b = block->buffers;
    const size_t index = block->index, first = c->first + block->first, n = block->pass.n;
    const size_t in = model->encoder.in, d = model->decoder.out;
    const ae_loss own = model->design.loss;
    aei_sums *sums = &c->sums[index];
    const aei_real *target = b->input;
    gather(request->row, request->inputs, aei_model_input_scaling(model), first, n, in, b->input);
    if (request->targets) {
        gather(request->row, request->targets, aei_model_output_scaling(model), first, n, d, b->target);
        target = b->target;
    }
    aei_block_encode(block, b->input, in);
    if (model->design.code == AE_CODE_GAUSSIAN) {
        aei_block_log_var(block, b->input, in);
        sums->kl = add_units(block, c->unit ? c->unit + index * 3 * model->design.latent_dim : NULL);
        if (request->samples > 0)
            sums->own = sampled_loss(request, block, first, target);
    }
    const aei_loss_call loss = aei_block_loss_call(block, target, d);
    aei_block_logits(block, b->code);
    if (request->cross_entropy || own == AE_BINARY_CROSS_ENTROPY)
        sums->cross_entropy = aei_loss_run(AE_BINARY_CROSS_ENTROPY, model->kernels, &loss);
    if (own == AE_SOFTMAX_CROSS_ENTROPY) {
        sums->own = aei_loss_run(own, model->kernels, &loss);
        for (size_t r = 0; r < n; r++) {
            sums->correct += largest(b->output + r * d, d) == largest(target + r * d, d);
            aei_softmax(model->kernels, b->output + r * d, d, b->output + r * d);
        }
    }
    aei_block_activate(block);
    sums->squared = aei_loss_run(AE_SQUARED_ERROR, model->kernels, &loss);
    if (model->design.code == AE_CODE_GAUSSIAN && request->samples > 0)
        return;
    if (own == AE_GAUSSIAN_LIKELIHOOD)
        sums->own = aei_loss_run(own, model->kernels, &loss);
    else if (own != AE_SOFTMAX_CROSS_ENTROPY)
        sums->own = own == AE_BINARY_CROSS_ENTROPY ? sums->cross_entropy : sums->squared;
}

static void add_sums(aei_sums *sums, const aei_sums *part)
{
    sums->own += part->own;
    sums->squared += part->squared;
    sums->cross_entropy += part->cross_entropy;
    sums->correct += part->correct;
    sums->kl += part->kl;
}

ae_status aei_sums_take(const ae_model *model, const aei_sums_request *request, aei_sums *sums)
{
    const size_t units = request->unit ? 3 * model->design.latent_dim : 0, most = SUM_BLOCKS * AEI_INFERENCE_ROWS;
    aei_sums parts[SUM_BLOCKS];
    double *unit = NULL; /* [SUM_BLOCKS, units] */
    ae_status status = AE_OK;
    *sums = (aei_sums){0};
    if (units && !(unit = aei_alloc_array(model->runtime, SUM_BLOCKS, units * sizeof *unit)))
        return AE_ERROR_NO_MEMORY;
    for (size_t i = 0; i < units; i++)
        request->unit[i] = 0;
    for (size_t first = 0, n; first < request->rows && status == AE_OK; first += n) {
        n = request->rows - first < most ? request->rows - first : most;
        memset(parts, 0, sizeof parts);
        if (unit)
            memset(unit, 0, SUM_BLOCKS * units * sizeof *unit);
        status = aei_lanes_run(model, n, run_sums, &(call){request, first, parts, unit});
        for (size_t b = 0; b < aei_lanes_block_count(n) && status == AE_OK; b++) {
            add_sums(sums, &parts[b]);
            for (size_t i = 0; i < units; i++)
                request->unit[i] += unit[b * units + i];
        }
    }
    aei_free(model->runtime, unit);
    return status;
}
