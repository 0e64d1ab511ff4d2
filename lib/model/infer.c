/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/infer.h"

#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "base/runtime.h"
#include "base/threads.h"

#define SUM_BLOCKS 256 /* blocks whose sums are kept at a time */

/* Buffers of one block of rows at a time; a model keeps those of finished calls for the next ones. */
typedef struct aei_inference_buffers {
    size_t rows;
    aei_real *input, *code, *output; /* [rows, input_dim], [rows, latent_dim], [rows, input_dim] */
    aei_real *a, *b;                 /* [rows, widest layer]: layers read one and write the other */
    double *row_loss;                /* [rows] */
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
    const size_t widths[] = {model->encoder.in, model->encoder.out, model->decoder.out, widest, widest};
    size_t starts[5], total = 0;
    bool fits = add_plane(&total, 1, 1, sizeof(aei_inference_buffers));
    for (size_t i = 0; i < 5; i++) {
        starts[i] = total;
        fits = fits && add_plane(&total, rows, widths[i], sizeof(aei_real));
    }
    const size_t losses = total;
    fits = fits && add_plane(&total, rows, 1, sizeof(double));
    char *block = fits ? aei_alloc(model->runtime, total) : NULL;
    if (!block)
        return NULL;
    aei_inference_buffers *buffers = (aei_inference_buffers *)(void *)block;
    aei_real **const planes[] = {&buffers->input, &buffers->code, &buffers->output, &buffers->a, &buffers->b};
    buffers->rows = rows;
    for (size_t i = 0; i < 5; i++)
        *planes[i] = (aei_real *)(void *)(block + starts[i]);
    buffers->row_loss = (double *)(void *)(block + losses);
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

typedef enum stage { ENCODE, DECODE, RECONSTRUCT, ERRORS } stage;

typedef struct job {
    const ae_model *model;
    stage stage;
    size_t first, rows; /* rows first .. first + rows - 1 of the input */
    const float *in;
    size_t in_stride, in_width;
    float *out;
    size_t out_stride, out_width;
    aei_row_callback row; /* ERRORS: where scattered rows come from */
    const void *source;
    double *squared, *cross_entropy; /* ERRORS: [blocks] sums over the rows of a block; NULL: not wanted */
    ae_loss row_loss;                /* ERRORS: which loss goes to `out`, where that is given */
    atomic_size_t next;              /* first block that nobody has taken yet */
    aei_inference_buffers *lanes[AEI_SPARE_COUNT]; /* lanes take blocks until none is left, each with its buffers */
} job;

/* The rows of a block as aei_real: the caller's memory itself where that is float. */
static const aei_real *input_of(const job *j, size_t first, size_t n, aei_real *copy, size_t *stride)
{
#ifndef AEI_REAL_DOUBLE
    if (!j->row) {
        *stride = j->in_stride;
        return j->in + first * j->in_stride;
    }
#endif
    for (size_t r = 0; r < n; r++) {
        const float *row = j->row ? j->row(j->source, j->first + first + r) : j->in + (first + r) * j->in_stride;
        for (size_t i = 0; i < j->in_width; i++)
            copy[r * j->in_width + i] = row[i];
    }
    *stride = j->in_width;
    return copy;
}

static aei_real *output_of(const job *j, size_t first, aei_real *copy, size_t *stride)
{
#ifndef AEI_REAL_DOUBLE
    (void)copy;
    *stride = j->out_stride;
    return j->out + first * j->out_stride;
#else
    (void)first;
    *stride = j->out_width;
    return copy;
#endif
}

static void store_output(const job *j, size_t first, size_t n, const aei_real *copy)
{
#ifndef AEI_REAL_DOUBLE
    (void)j, (void)first, (void)n, (void)copy; /* it is there already */
#else
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < j->out_width; i++)
            j->out[(first + r) * j->out_stride + i] = (float)copy[r * j->out_width + i];
#endif
}

static double sum(const double *values, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += values[i];
    return total;
}

static void store_errors(const job *j, size_t first, const double *row_loss, size_t n, ae_loss loss)
{
    if (j->out && j->row_loss == loss)
        for (size_t r = 0; r < n; r++)
            j->out[first + r] = (float)row_loss[r];
}

/* Losses of a block, both from one forward pass: the cross-entropy from the logits in buffers->output, the squared
 * error from the outputs made of them. */
static void errors_of(const job *j, const aei_pass *pass, size_t block, const aei_inference_buffers *buffers,
                      const aei_real *target, size_t target_stride)
{
    const ae_model *model = j->model;
    const size_t n = pass->n, first = block * AEI_INFERENCE_ROWS;
    const aei_activation f = aei_model_output_layer(model)->f;
    const aei_loss_gradient loss = {
        .runtime = pass->runtime, .n = n, .d = model->decoder.out, .f = f,
        .y = buffers->output, .z = buffers->output, .target = target, .target_stride = target_stride, .scale = 1,
        .row_loss = buffers->row_loss,
    };
    if (j->cross_entropy || (j->out && j->row_loss == AE_BINARY_CROSS_ENTROPY)) {
        model->kernels->cross_entropy(&loss);
        store_errors(j, first, loss.row_loss, n, AE_BINARY_CROSS_ENTROPY);
        if (j->cross_entropy)
            j->cross_entropy[block] = sum(loss.row_loss, n);
    }
    if (j->squared || (j->out && j->row_loss == AE_SQUARED_ERROR)) {
        aei_activation_apply(f, buffers->output, n * model->decoder.out, buffers->output);
        model->kernels->squared_error(&loss);
        store_errors(j, first, loss.row_loss, n, AE_SQUARED_ERROR);
        if (j->squared)
            j->squared[block] = sum(loss.row_loss, n);
    }
}

static void run_block(const job *j, size_t block, const aei_inference_buffers *buffers)
{
    const ae_model *model = j->model;
    const size_t first = block * AEI_INFERENCE_ROWS;
    const size_t n = j->rows - first < AEI_INFERENCE_ROWS ? j->rows - first : AEI_INFERENCE_ROWS;
    const aei_pass pass = {.runtime = model->runtime, .kernels = model->kernels, .set = &model->set, .n = n};
    size_t x_stride, y_stride = model->decoder.out;
    const aei_real *x = input_of(j, first, n, buffers->input, &x_stride);
    aei_real *y = j->stage == ERRORS ? buffers->output : output_of(j, first, buffers->output, &y_stride);
    if (j->stage == ENCODE) {
        aei_network_infer(&model->encoder, &pass, x, x_stride, buffers->a, buffers->b, y, y_stride, false);
    } else {
        const aei_real *code = x;
        size_t code_stride = x_stride;
        if (j->stage != DECODE) {
            code_stride = model->encoder.out;
            aei_network_infer(&model->encoder, &pass, x, x_stride, buffers->a, buffers->b, buffers->code, code_stride,
                              false);
            code = buffers->code;
        }
        aei_network_infer(&model->decoder, &pass, code, code_stride, buffers->a, buffers->b, y, y_stride,
                          j->stage == ERRORS);
    }
    if (j->stage == ERRORS)
        errors_of(j, &pass, block, buffers, x, x_stride);
    else
        store_output(j, first, n, y);
}

static size_t block_count(size_t rows)
{
    return rows / AEI_INFERENCE_ROWS + (rows % AEI_INFERENCE_ROWS != 0);
}

static void run_lane(void *work, size_t lane)
{
    job *j = work;
    const size_t blocks = block_count(j->rows);
    for (size_t block = atomic_fetch_add(&j->next, 1); block < blocks; block = atomic_fetch_add(&j->next, 1))
        run_block(j, block, j->lanes[lane]);
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
    ae_status status = open_lanes(model, j->lanes, lanes, j->rows);
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
    return status;
}

ae_status aei_infer_encode(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *codes,
                           size_t codes_stride)
{
    return run(&(job){.model = model, .stage = ENCODE, .rows = rows, .in = x, .in_stride = x_stride,
                      .in_width = model->encoder.in, .out = codes, .out_stride = codes_stride,
                      .out_width = model->encoder.out});
}

ae_status aei_infer_decode(const ae_model *model, const float *codes, size_t rows, size_t codes_stride, float *x_hat,
                           size_t x_hat_stride)
{
    return run(&(job){.model = model, .stage = DECODE, .rows = rows, .in = codes, .in_stride = codes_stride,
                      .in_width = model->decoder.in, .out = x_hat, .out_stride = x_hat_stride,
                      .out_width = model->decoder.out});
}

ae_status aei_infer_reconstruct(const ae_model *model, const float *x, size_t rows, size_t x_stride, float *x_hat,
                                size_t x_hat_stride)
{
    return run(&(job){.model = model, .stage = RECONSTRUCT, .rows = rows, .in = x, .in_stride = x_stride,
                      .in_width = model->encoder.in, .out = x_hat, .out_stride = x_hat_stride,
                      .out_width = model->decoder.out});
}

ae_status aei_infer_row_errors(const ae_model *model, const float *x, size_t rows, size_t x_stride, ae_loss loss,
                               float *errors)
{
    return run(&(job){.model = model, .stage = ERRORS, .rows = rows, .in = x, .in_stride = x_stride,
                      .in_width = model->encoder.in, .out = errors, .row_loss = loss});
}

ae_status aei_infer_sums(const ae_model *model, aei_row_callback row, const void *source, size_t rows, double *squared,
                         double *cross_entropy)
{
    double squared_sums[SUM_BLOCKS], entropy_sums[SUM_BLOCKS], totals[2] = {0};
    for (size_t first = 0, n; first < rows; first += n) {
        n = rows - first < SUM_BLOCKS * AEI_INFERENCE_ROWS ? rows - first : SUM_BLOCKS * AEI_INFERENCE_ROWS;
        ae_status status = run(&(job){.model = model, .stage = ERRORS, .first = first, .rows = n, .row = row,
                                      .source = source, .in_width = model->encoder.in,
                                      .squared = squared ? squared_sums : NULL,
                                      .cross_entropy = cross_entropy ? entropy_sums : NULL});
        if (status != AE_OK)
            return status;
        for (size_t block = 0; block < block_count(n); block++) {
            totals[0] += squared ? squared_sums[block] : 0;
            totals[1] += cross_entropy ? entropy_sums[block] : 0;
        }
    }
    if (squared)
        *squared = totals[0];
    if (cross_entropy)
        *cross_entropy = totals[1];
    return AE_OK;
}
