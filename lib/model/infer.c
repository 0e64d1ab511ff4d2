/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/infer.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "base/rng.h"
#include "base/runtime.h"
#include "base/threads.h"
#include "kernels/int8.h"
#include "losses/features.h"
#include "losses/softmax.h"
#include "model/code.h"
#include "model/quantised.h"

#define PLANES 8
#define SUM_BLOCKS 128 /* blocks whose sums are kept at a time */

/* Buffers of one block of rows; a model keeps those of finished calls for the next ones. */
typedef struct aei_inference_buffers {
    size_t rows;
    aei_real *input, *target; /* [rows, input_dim], [rows, output_dim] */
    aei_real *e, *code;       /* [rows, encoder width], [rows, latent_dim] */
    aei_real *v;              /* [rows, latent_dim]: log sigma^2 */
    aei_real *output;         /* [rows, output_dim] */
    aei_real *a, *b;          /* [rows, widest layer]: layers read one and write the other */
    double *row_loss;         /* [rows] */
    uint8_t *bytes;           /* [rows, aei_int8_row(widest layer)]: inference in int8 */
    aei_lasso_scratch lasso;  /* AE_CODE_LASSO */
} aei_inference_buffers;

/* Bytes of [rows, width] numbers of `size` bytes, up to a whole cache line; false if that is too many. */
static bool add_plane(size_t *total, size_t rows, size_t width, size_t size)
{
    size_t bytes;
    return aei_size_mul(rows, width, &bytes) && aei_size_mul(bytes, size, &bytes) &&
           aei_size_add(bytes, AEI_ALIGNMENT - 1, &bytes) &&
           aei_size_add(*total, bytes / AEI_ALIGNMENT * AEI_ALIGNMENT, total);
}

static aei_inference_buffers *new_buffers(const ae_model *model, size_t rows)
{
    const size_t encoder = model->encoder.max_width, decoder = model->decoder.max_width;
    const size_t widest = encoder > decoder ? encoder : decoder;
    const size_t latent = model->design.latent_dim, out = model->design.output_dim;
    const size_t widths[PLANES] = {model->encoder.in, out, model->encoder.out, latent, latent, out, widest, widest};
    size_t starts[PLANES], total = 0;
    bool fits = add_plane(&total, 1, 1, sizeof(aei_inference_buffers));
    for (size_t i = 0; i < PLANES; i++) {
        starts[i] = total;
        fits = fits && add_plane(&total, rows, widths[i], sizeof(aei_real));
    }
    const size_t losses = total;
    fits = fits && add_plane(&total, rows, 1, sizeof(double));
    const size_t bytes = total;
    fits = fits && add_plane(&total, rows, model->quantised_size > 0 ? aei_int8_row(widest) : 0, 1);
    const size_t lasso = total;
    size_t lasso_size = 0;
    if (model->design.code == AE_CODE_LASSO)
        fits = fits && aei_lasso_scratch_size(latent, out, &lasso_size) && add_plane(&total, 1, lasso_size, 1);
    char *block = fits ? aei_alloc(model->runtime, total) : NULL;
    if (!block)
        return NULL;
    aei_inference_buffers *buffers = (aei_inference_buffers *)(void *)block;
    aei_real **const planes[PLANES] = {&buffers->input, &buffers->target, &buffers->e, &buffers->code,
                                       &buffers->v, &buffers->output, &buffers->a, &buffers->b};
    buffers->rows = rows;
    for (size_t i = 0; i < PLANES; i++)
        *planes[i] = (aei_real *)(void *)(block + starts[i]);
    buffers->row_loss = (double *)(void *)(block + losses);
    buffers->bytes = (uint8_t *)(block + bytes);
    if (lasso_size > 0)
        aei_lasso_scratch_place(&buffers->lasso, latent, out, block + lasso);
    return buffers;
}

/* The spares are the only thing that inference changes in a model: an exchange each, no lock. */
static _Atomic(void *) *spares(const ae_model *model)
{
    return (_Atomic(void *) *)model->spares;
}

static aei_inference_buffers *take_buffers(const ae_model *model, size_t rows)
{
    for (size_t i = 0; i < AEI_SPARE_COUNT; i++) {
        if (!atomic_load(&spares(model)[i]))
            continue;
        aei_inference_buffers *buffers = atomic_exchange(&spares(model)[i], NULL);
        if (!buffers)
            continue;
        if (buffers->rows >= rows)
            return buffers;
        aei_free(model->runtime, buffers); /* made for fewer rows: give way to a larger one */
    }
    return new_buffers(model, rows);
}

static void give_back(const ae_model *model, aei_inference_buffers *buffers)
{
    for (size_t i = 0; i < AEI_SPARE_COUNT; i++) {
        void *empty = NULL;
        if (atomic_compare_exchange_strong(&spares(model)[i], &empty, buffers))
            return;
    }
    aei_free(model->runtime, buffers);
}

void aei_infer_clear(ae_model *model)
{
    for (size_t i = 0; i < AEI_SPARE_COUNT; i++)
        aei_free(model->runtime, atomic_exchange(&model->spares[i], NULL));
}

/* ---- one block */

/* What one call wants of every block. */
typedef struct job {
    const ae_model *model;
    void (*run)(const struct job *, const aei_pass *, size_t block, aei_inference_buffers *);
    size_t first, rows; /* rows first .. first + rows - 1; `first` is for sums */
    const float *in;
    size_t in_stride;
    float *out;
    size_t out_stride;
    ae_loss loss;                    /* row errors: which */
    float *features;                 /* scores: [rows, input_dim], rows features_stride apart; or NULL */
    size_t features_stride;
    uint64_t seed, first_row;        /* samples */
    bool observe;
    const aei_sums_request *request; /* sums */
    aei_sums *sums;                  /* [blocks] */
    double *unit;                    /* [blocks, 3 * latent] or NULL */
    void *quantised;                 /* weights for int8, or NULL */
    atomic_size_t next;              /* first block that nobody has taken yet */
    aei_inference_buffers *lanes[AEI_SPARE_COUNT]; /* lanes take blocks until none is left, each with its buffers */
} job;

/* Rows of the caller as aei_real: in place where that is float and nothing is to be scaled. */
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

/* The rows of a block that go into the encoder. */
static const aei_real *import_inputs(const job *j, const aei_pass *pass, size_t first, size_t *stride,
                                     aei_inference_buffers *buffers)
{
    const ae_model *model = j->model;
    *stride = j->in_stride;
    return import_rows(j->in + first * j->in_stride, aei_model_input_scaling(model), pass->n, model->encoder.in,
                       stride, buffers->input);
}

static void export_rows(const aei_real *y, size_t n, size_t width, float *out, size_t stride)
{
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < width; i++)
            out[r * stride + i] = (float)y[r * width + i];
}

static void encode(const ae_model *model, const aei_pass *pass, const aei_real *x, size_t x_stride,
                   aei_inference_buffers *buffers)
{
    aei_network_infer(&model->encoder, pass, x, x_stride, buffers->a, buffers->b, buffers->e, model->encoder.out, false);
    aei_code_infer(model, x, x_stride, buffers->e, pass->n, buffers->code, model->design.latent_dim, &buffers->lasso);
}

/* log sigma^2 to buffers->v, held; after encode(). */
static void find_log_var(const ae_model *model, const aei_pass *pass, const aei_real *x, size_t x_stride,
                         aei_inference_buffers *buffers)
{
    const size_t k = model->design.latent_dim;
    if (model->design.variance == AE_VARIANCE_SEPARATE)
        aei_network_infer(&model->variance, pass, x, x_stride, buffers->a, buffers->b, buffers->v, k, false);
    for (size_t r = 0; r < pass->n; r++)
        for (size_t j = 0; j < k; j++) {
            aei_real *v = &buffers->v[r * k + j];
            if (model->design.variance == AE_VARIANCE_SHARED)
                *v = buffers->e[r * 2 * k + k + j];
            else if (model->design.variance == AE_VARIANCE_ONE)
                *v = 0;
            *v = aei_log_var_hold(*v);
        }
}

/* The decoder's result to `y`; a classifier's as probabilities. */
static void decode(const ae_model *model, const aei_pass *pass, const aei_real *code, size_t code_stride,
                   aei_inference_buffers *buffers, aei_real *y, size_t y_stride)
{
    aei_network_infer(&model->decoder, pass, code, code_stride, buffers->a, buffers->b, y, y_stride, false);
    if (model->design.loss == AE_SOFTMAX_CROSS_ENTROPY)
        for (size_t r = 0; r < pass->n; r++)
            aei_softmax(pass->kernels, y + r * y_stride, model->decoder.out, y + r * y_stride);
}

/* What the model gives, in the units of the data. */
static void unscale(const job *j, size_t n, float *out)
{
    const aei_scaling *scaling = aei_model_output_scaling(j->model);
    for (size_t r = 0; scaling && r < n; r++)
        aei_unscale_row(scaling, out + r * j->out_stride);
}

/* decode() into the caller's memory, in scaled units. */
static void decode_out(const job *j, const aei_pass *pass, const aei_real *code, size_t code_stride, float *out,
                       aei_inference_buffers *buffers)
{
#ifdef AEI_REAL_DOUBLE
    const size_t width = j->model->decoder.out;
    decode(j->model, pass, code, code_stride, buffers, buffers->output, width);
    export_rows(buffers->output, pass->n, width, out, j->out_stride);
#else
    decode(j->model, pass, code, code_stride, buffers, out, j->out_stride);
#endif
}

static void run_encode(const job *j, const aei_pass *pass, size_t block, aei_inference_buffers *buffers)
{
    const size_t first = block * AEI_INFERENCE_ROWS;
    size_t stride;
    const aei_real *x = import_inputs(j, pass, first, &stride, buffers);
    encode(j->model, pass, x, stride, buffers);
    export_rows(buffers->code, pass->n, j->model->design.latent_dim, j->out + first * j->out_stride, j->out_stride);
}

static void run_log_var(const job *j, const aei_pass *pass, size_t block, aei_inference_buffers *buffers)
{
    const size_t first = block * AEI_INFERENCE_ROWS;
    size_t stride;
    const aei_real *x = import_inputs(j, pass, first, &stride, buffers);
    if (j->model->design.variance == AE_VARIANCE_SHARED)
        encode(j->model, pass, x, stride, buffers);
    find_log_var(j->model, pass, x, stride, buffers);
    export_rows(buffers->v, pass->n, j->model->design.latent_dim, j->out + first * j->out_stride, j->out_stride);
}

static void run_decode(const job *j, const aei_pass *pass, size_t block, aei_inference_buffers *buffers)
{
    const size_t first = block * AEI_INFERENCE_ROWS;
    size_t stride = j->in_stride;
    float *out = j->out + first * j->out_stride;
    const aei_real *code = import_rows(j->in + first * j->in_stride, NULL, pass->n, j->model->decoder.in, &stride,
                                       buffers->code);
    decode_out(j, pass, code, stride, out, buffers);
    unscale(j, pass->n, out);
}

static void run_reconstruct(const job *j, const aei_pass *pass, size_t block, aei_inference_buffers *buffers)
{
    const size_t first = block * AEI_INFERENCE_ROWS;
    float *out = j->out + first * j->out_stride;
    size_t stride;
    const aei_real *x = import_inputs(j, pass, first, &stride, buffers);
    encode(j->model, pass, x, stride, buffers);
    decode_out(j, pass, buffers->code, j->model->design.latent_dim, out, buffers);
    unscale(j, pass->n, out);
}

/* Draws x from p(x|z) whose mean is in `mean`. */
static void observe(const job *j, aei_rng rng, size_t d, float *mean)
{
    const ae_model *model = j->model;
    const aei_param *log_var = model->log_var == AEI_NO_PARAM ? NULL : &model->set.params[model->log_var];
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

static void run_sample(const job *j, const aei_pass *pass, size_t block, aei_inference_buffers *buffers)
{
    const size_t first = block * AEI_INFERENCE_ROWS, k = j->model->design.latent_dim;
    float *out = j->out + first * j->out_stride;
    for (size_t r = 0; r < pass->n; r++) {
        const aei_rng rng = aei_rng_stream(j->seed, AEI_RNG_SAMPLE, 0, j->first_row + first + r);
        pass->kernels->normal(&rng, 0, k, buffers->code + r * k);
    }
    decode_out(j, pass, buffers->code, k, out, buffers);
    for (size_t r = 0; j->observe && r < pass->n; r++)
        observe(j, aei_rng_stream(j->seed, AEI_RNG_SAMPLE, 1, j->first_row + first + r), j->model->decoder.out,
                out + r * j->out_stride);
    unscale(j, pass->n, out);
}

/* ---- losses */

bool aei_model_has_loss(const ae_model *model, ae_loss loss)
{
    return loss == AE_SQUARED_ERROR || loss == model->design.loss ||
           (loss == AE_BINARY_CROSS_ENTROPY && aei_model_output_layer(model)->f.kind == AE_SIGMOID);
}

/* A call on the output plane, which holds the logits until the activation is applied. */
static aei_loss_call loss_call(const ae_model *model, const aei_pass *pass, const aei_inference_buffers *buffers,
                               const aei_real *target, size_t target_stride)
{
    aei_loss_call call = {.base = {
        .runtime = pass->runtime, .n = pass->n, .d = model->decoder.out, .f = aei_model_output_layer(model)->f,
        .y = buffers->output, .z = buffers->output, .target = target, .target_stride = target_stride, .scale = 1,
        .row_loss = buffers->row_loss,
    }};
    if (model->log_var != AEI_NO_PARAM) {
        const aei_param *param = &model->set.params[model->log_var];
        call.log_var = model->set.values + param->first;
        call.log_var_count = aei_param_length(param);
    }
    return call;
}

static void find_logits(const ae_model *model, const aei_pass *pass, const aei_real *code,
                        aei_inference_buffers *buffers)
{
    aei_network_infer(&model->decoder, pass, code, model->design.latent_dim, buffers->a, buffers->b, buffers->output,
                      model->decoder.out, true);
}

static void apply_output(const ae_model *model, const aei_pass *pass, aei_inference_buffers *buffers)
{
    pass->kernels->activate(aei_model_output_layer(model)->f, buffers->output, pass->n * model->decoder.out,
                            buffers->output);
}

/* The rows' losses of what `code` decodes to; the output plane is left with the output, or with logits. */
static double loss_of_code(const ae_model *model, const aei_pass *pass, ae_loss loss, const aei_real *code,
                           const aei_real *target, size_t target_stride, aei_inference_buffers *buffers)
{
    const aei_loss_call call = loss_call(model, pass, buffers, target, target_stride);
    find_logits(model, pass, code, buffers);
    if (!aei_loss_wants_logits(loss))
        apply_output(model, pass, buffers);
    return aei_loss_run(loss, model->kernels, &call);
}

static void run_row_errors(const job *j, const aei_pass *pass, size_t block, aei_inference_buffers *buffers)
{
    const size_t first = block * AEI_INFERENCE_ROWS;
    size_t stride;
    const aei_real *x = import_inputs(j, pass, first, &stride, buffers);
    encode(j->model, pass, x, stride, buffers);
    loss_of_code(j->model, pass, j->loss, buffers->code, x, stride, buffers);
    for (size_t r = 0; r < pass->n; r++)
        j->out[first + r] = (float)buffers->row_loss[r];
}

static void run_scores(const job *j, const aei_pass *pass, size_t block, aei_inference_buffers *buffers)
{
    const ae_model *model = j->model;
    const size_t first = block * AEI_INFERENCE_ROWS, d = model->decoder.out;
    size_t stride;
    const aei_real *x = import_inputs(j, pass, first, &stride, buffers);
    encode(model, pass, x, stride, buffers);
    find_logits(model, pass, buffers->code, buffers);
    if (!aei_loss_wants_logits(model->design.loss))
        apply_output(model, pass, buffers);
    const aei_loss_call call = loss_call(model, pass, buffers, x, stride);
    aei_loss_features(pass->kernels, model->design.loss, &call, buffers->output);
    for (size_t r = 0; r < pass->n; r++) {
        const aei_real *features = buffers->output + r * d;
        double sum = 0;
        for (size_t i = 0; i < d; i++)
            sum += (double)features[i];
        j->out[first + r] = (float)sum;
    }
    if (j->features)
        export_rows(buffers->output, pass->n, d, j->features + first * j->features_stride, j->features_stride);
}

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
static double add_units(const ae_model *model, size_t n, const aei_inference_buffers *buffers, double *unit)
{
    const size_t k = model->design.latent_dim;
    double kl = 0;
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < k; i++) {
            const double mu = (double)buffers->code[r * k + i], v = (double)buffers->v[r * k + i];
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
static double sampled_loss(const job *j, const aei_pass *pass, size_t first, const aei_real *target,
                           aei_inference_buffers *buffers)
{
    const ae_model *model = j->model;
    const aei_sums_request *request = j->request;
    const size_t k = model->design.latent_dim, d = model->decoder.out;
    double total = 0;
    for (size_t s = 0; s < request->samples; s++) {
        aei_real *z = buffers->e;
        for (size_t r = 0; r < pass->n; r++) {
            const aei_rng rng = aei_rng_stream(request->seed, AEI_RNG_LATENT, s, first + r);
            pass->kernels->normal(&rng, 0, k, z + r * k);
            for (size_t i = r * k; i < (r + 1) * k; i++)
                z[i] = buffers->code[i] + aei_exp(buffers->v[i] / 2) * z[i];
        }
        total += loss_of_code(model, pass, model->design.loss, z, target, d, buffers);
    }
    return total / (double)request->samples;
}

static void run_sums(const job *j, const aei_pass *pass, size_t block, aei_inference_buffers *buffers)
{
    const ae_model *model = j->model;
    const aei_sums_request *request = j->request;
    const size_t first = j->first + block * AEI_INFERENCE_ROWS, n = pass->n;
    const size_t in = model->encoder.in, d = model->decoder.out;
    const ae_loss own = model->design.loss;
    aei_sums *sums = &j->sums[block];
    const aei_real *target = buffers->input;
    gather(request->row, request->inputs, aei_model_input_scaling(model), first, n, in, buffers->input);
    if (request->targets) {
        gather(request->row, request->targets, aei_model_output_scaling(model), first, n, d, buffers->target);
        target = buffers->target;
    }
    encode(model, pass, buffers->input, in, buffers);
    if (model->design.code == AE_CODE_GAUSSIAN) {
        find_log_var(model, pass, buffers->input, in, buffers);
        sums->kl = add_units(model, n, buffers, j->unit ? j->unit + block * 3 * model->design.latent_dim : NULL);
        if (request->samples > 0)
            sums->own = sampled_loss(j, pass, first, target, buffers);
    }
    const aei_loss_call call = loss_call(model, pass, buffers, target, d);
    find_logits(model, pass, buffers->code, buffers);
    if (request->cross_entropy || own == AE_BINARY_CROSS_ENTROPY)
        sums->cross_entropy = aei_loss_run(AE_BINARY_CROSS_ENTROPY, model->kernels, &call);
    if (own == AE_SOFTMAX_CROSS_ENTROPY) {
        sums->own = aei_loss_run(own, model->kernels, &call);
        for (size_t r = 0; r < n; r++) {
            sums->correct += largest(buffers->output + r * d, d) == largest(target + r * d, d);
            aei_softmax(pass->kernels, buffers->output + r * d, d, buffers->output + r * d);
        }
    }
    apply_output(model, pass, buffers);
    sums->squared = aei_loss_run(AE_SQUARED_ERROR, model->kernels, &call);
    if (model->design.code == AE_CODE_GAUSSIAN && request->samples > 0)
        return;
    if (own == AE_GAUSSIAN_LIKELIHOOD)
        sums->own = aei_loss_run(own, model->kernels, &call);
    else if (own != AE_SOFTMAX_CROSS_ENTROPY)
        sums->own = own == AE_BINARY_CROSS_ENTROPY ? sums->cross_entropy : sums->squared;
}

/* ---- all blocks */

static size_t block_count(size_t rows)
{
    return rows / AEI_INFERENCE_ROWS + (rows % AEI_INFERENCE_ROWS != 0);
}

static void run_lane(void *work, size_t lane)
{
    job *j = work;
    const ae_model *model = j->model;
    const size_t blocks = block_count(j->rows);
    for (size_t block = atomic_fetch_add(&j->next, 1); block < blocks; block = atomic_fetch_add(&j->next, 1)) {
        const size_t left = j->rows - block * AEI_INFERENCE_ROWS;
        const aei_pass pass = {.runtime = model->runtime, .kernels = model->kernels, .set = &model->set,
                               .n = left < AEI_INFERENCE_ROWS ? left : AEI_INFERENCE_ROWS,
                               .quantised = j->quantised, .bytes = j->lanes[lane]->bytes};
        j->run(j, &pass, block, j->lanes[lane]);
    }
}

/* As many as there are threads and blocks for. How many threads a host's own loop has is not known. */
static size_t lane_count(const ae_model *model, size_t rows)
{
    const ae_runtime_options *options = &aei_runtime_or_default(model->runtime)->options;
    const size_t blocks = block_count(rows), threads = options->parallel ? AEI_SPARE_COUNT : options->threads;
    const size_t most = threads < AEI_SPARE_COUNT ? threads : AEI_SPARE_COUNT;
    return blocks < most ? blocks : most;
}

static void close_lanes(const ae_model *model, aei_inference_buffers **lanes, size_t count)
{
    while (count > 0)
        give_back(model, lanes[--count]);
}

/* All buffers before the first block, so that a call either does all of its work or none. */
static ae_status open_lanes(const ae_model *model, aei_inference_buffers **lanes, size_t count, size_t rows)
{
    const size_t height = rows < AEI_INFERENCE_ROWS ? rows : AEI_INFERENCE_ROWS;
    for (size_t i = 0; i < count; i++) {
        lanes[i] = take_buffers(model, height);
        if (!lanes[i]) {
            close_lanes(model, lanes, i);
            return aei_fail(AE_ERROR_NO_MEMORY, "out of memory for the layers of %zu rows", height);
        }
    }
    return AE_OK;
}

static ae_status run(job *j)
{
    const ae_model *model = j->model;
    const size_t lanes = lane_count(model, j->rows);
    ae_status status = aei_quantised_get(model, &j->quantised);
    if (status == AE_OK)
        status = open_lanes(model, j->lanes, lanes, j->rows);
    if (status != AE_OK)
        return status;
    atomic_init(&j->next, 0);
    model->kernels->enter();
    aei_parallel_for(model->runtime, lanes, run_lane, j);
    model->kernels->leave();
    close_lanes(model, j->lanes, lanes);
    return AE_OK;
}

ae_status aei_infer_reserve(const ae_model *model, size_t rows)
{
    aei_inference_buffers *lanes[AEI_SPARE_COUNT];
    const size_t count = lane_count(model, rows);
    ae_status status = open_lanes(model, lanes, count, rows);
    if (status == AE_OK)
        close_lanes(model, lanes, count);
    return status == AE_OK ? aei_quantised_reserve(model) : status;
}

ae_status aei_infer_encode(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *codes,
                           size_t codes_stride)
{
    return run(&(job){.model = model, .run = run_encode, .rows = rows, .in = x, .in_stride = x_stride, .out = codes,
                      .out_stride = codes_stride});
}

ae_status aei_infer_log_var(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *log_var,
                            size_t log_var_stride)
{
    return run(&(job){.model = model, .run = run_log_var, .rows = rows, .in = x, .in_stride = x_stride, .out = log_var,
                      .out_stride = log_var_stride});
}

ae_status aei_infer_decode(const ae_model *model, const float *codes, size_t rows, size_t codes_stride, float *x_hat,
                           size_t x_hat_stride)
{
    return run(&(job){.model = model, .run = run_decode, .rows = rows, .in = codes, .in_stride = codes_stride,
                      .out = x_hat, .out_stride = x_hat_stride});
}

ae_status aei_infer_reconstruct(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *x_hat,
                                size_t x_hat_stride)
{
    return run(&(job){.model = model, .run = run_reconstruct, .rows = rows, .in = x, .in_stride = x_stride,
                      .out = x_hat, .out_stride = x_hat_stride});
}

ae_status aei_infer_sample(const ae_model *model, uint64_t seed, uint64_t first_row, size_t rows, bool observe_rows,
                           float *x, size_t x_stride)
{
    return run(&(job){.model = model, .run = run_sample, .rows = rows, .seed = seed, .first_row = first_row,
                      .observe = observe_rows, .out = x, .out_stride = x_stride});
}

ae_status aei_infer_row_errors(const ae_model *model, const float *x, size_t rows, size_t x_stride, ae_loss loss,
                               float *errors)
{
    return run(&(job){.model = model, .run = run_row_errors, .rows = rows, .in = x, .in_stride = x_stride,
                      .out = errors, .loss = loss});
}

ae_status aei_infer_scores(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *scores,
                           float *feature_scores, size_t feature_stride)
{
    return run(&(job){.model = model, .run = run_scores, .rows = rows, .in = x, .in_stride = x_stride, .out = scores,
                      .features = feature_scores, .features_stride = feature_stride});
}

static void add_sums(aei_sums *sums, const aei_sums *part)
{
    sums->own += part->own;
    sums->squared += part->squared;
    sums->cross_entropy += part->cross_entropy;
    sums->correct += part->correct;
    sums->kl += part->kl;
}

ae_status aei_infer_sums(const ae_model *model, const aei_sums_request *request, aei_sums *sums)
{
    const size_t units = request->unit ? 3 * model->design.latent_dim : 0;
    aei_sums parts[SUM_BLOCKS];
    double *unit = NULL; /* [SUM_BLOCKS, units] */
    ae_status status = AE_OK;
    *sums = (aei_sums){0};
    if (units && !(unit = aei_alloc_array(model->runtime, SUM_BLOCKS, units * sizeof *unit)))
        return AE_ERROR_NO_MEMORY;
    for (size_t i = 0; i < units; i++)
        request->unit[i] = 0;
    for (size_t first = 0, n; first < request->rows && status == AE_OK; first += n) {
        n = request->rows - first < SUM_BLOCKS * AEI_INFERENCE_ROWS ? request->rows - first
                                                                   : SUM_BLOCKS * AEI_INFERENCE_ROWS;
        memset(parts, 0, sizeof parts);
        if (unit)
            memset(unit, 0, SUM_BLOCKS * units * sizeof *unit);
        status = run(&(job){.model = model, .run = run_sums, .first = first, .rows = n, .request = request,
                            .sums = parts, .unit = unit});
        for (size_t b = 0; b < block_count(n) && status == AE_OK; b++) {
            add_sums(sums, &parts[b]);
            for (size_t i = 0; i < units; i++)
                request->unit[i] += unit[b * units + i];
        }
    }
    aei_free(model->runtime, unit);
    return status;
}
