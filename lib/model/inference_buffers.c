/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/inference_buffers.h"

#include <stdbool.h>
#include "base/alloc.h"
#include "kernels/int8.h"

#define PLANES 8

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

aei_inference_buffers *aei_inference_buffers_take(const ae_model *model, size_t rows)
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

void aei_inference_buffers_give_back(const ae_model *model, aei_inference_buffers *buffers)
{
    for (size_t i = 0; i < AEI_SPARE_COUNT; i++) {
        void *empty = NULL;
        if (atomic_compare_exchange_strong(&spares(model)[i], &empty, buffers))
            return;
    }
    aei_free(model->runtime, buffers);
}

void aei_inference_buffers_clear(ae_model *model)
{
    for (size_t i = 0; i < AEI_SPARE_COUNT; i++)
        aei_free(model->runtime, atomic_exchange(&model->spares[i], NULL));
}
