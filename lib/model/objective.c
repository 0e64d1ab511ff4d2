/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/objective.h"

#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "losses/loss.h"

/* Hands out pieces of the arena. The first walk, without memory, finds the size; the second gives the places. */
typedef struct carver {
    char *base;
    size_t used;
    bool overflow;
} carver;

static void *carve(carver *c, size_t count, size_t size)
{
    size_t bytes, start = c->used;
    if (!aei_size_mul(count, size, &bytes) || !aei_size_add(bytes, AEI_ALIGNMENT - 1, &bytes) ||
        !aei_size_add(c->used, bytes / AEI_ALIGNMENT * AEI_ALIGNMENT, &c->used))
        c->overflow = true;
    return c->base && count ? c->base + start : NULL;
}

static aei_slot *carve_slots(carver *c, const aei_network *network, size_t rows)
{
    aei_slot *slots = carve(c, network->count, sizeof *slots);
    for (size_t i = 0; i < network->count; i++) {
        const aei_layer *layer = &network->layers[i];
        aei_slot slot;
        slot.y = carve(c, rows * layer->out, sizeof(aei_real));
        slot.z = carve(c, aei_activation_needs_z(layer->f.kind) ? rows * layer->out : 0, sizeof(aei_real));
        slot.extra = carve(c, aei_layer_ops_of(layer->kind)->extra(layer, rows), sizeof(aei_real));
        if (slots)
            slots[i] = slot;
    }
    return slots;
}

static void lay_out(aei_workspace *w, carver *c, const ae_model *model, size_t rows)
{
    const size_t encoder = model->encoder.max_width, decoder = model->decoder.max_width;
    const size_t widest = encoder > decoder ? encoder : decoder;
    w->rows = rows;
    w->encoder = carve_slots(c, &model->encoder, rows);
    w->decoder = carve_slots(c, &model->decoder, rows);
    w->gradients = carve(c, model->set.trained, sizeof(aei_real));
    w->scratch0 = carve(c, rows * widest, sizeof(aei_real));
    w->scratch1 = carve(c, rows * widest, sizeof(aei_real));
    w->x = carve(c, rows * model->encoder.in, sizeof(aei_real));
    w->target = carve(c, rows * model->encoder.in, sizeof(aei_real));
    w->row_loss = carve(c, rows, sizeof(double));
}

ae_status aei_workspace_create(aei_workspace **out, const ae_model *model, size_t rows)
{
    const size_t encoder = model->encoder.max_width, decoder = model->decoder.max_width;
    const size_t widest = encoder > decoder ? encoder : decoder;
    ae_runtime *runtime = model->runtime;
    carver c = {0};
    size_t product;
    *out = NULL;
    /* every count of lay_out() is at most (rows + 1) * widest, so its own products cannot overflow */
    if (!aei_size_mul(rows + 1, widest, &product) || rows + 1 == 0)
        return aei_fail(AE_ERROR_SHAPE, "a batch of %zu rows is too large to address", rows);
    aei_workspace *w = aei_calloc(runtime, 1, sizeof *w);
    if (!w)
        return AE_ERROR_NO_MEMORY;
    w->runtime = runtime;
    lay_out(w, &c, model, rows);
    if (c.overflow) {
        aei_workspace_free(w);
        return aei_fail(AE_ERROR_SHAPE, "a batch of %zu rows is too large to address", rows);
    }
    w->arena = aei_calloc(runtime, 1, c.used);
    if (!w->arena) {
        aei_workspace_free(w);
        return AE_ERROR_NO_MEMORY;
    }
    c = (carver){.base = w->arena};
    lay_out(w, &c, model, rows);
    *out = w;
    return AE_OK;
}

void aei_workspace_free(aei_workspace *workspace)
{
    if (!workspace)
        return;
    aei_free(workspace->runtime, workspace->arena);
    aei_free(workspace->runtime, workspace);
}

double aei_objective_forward(const ae_model *model, aei_workspace *workspace, const aei_pass *pass, const aei_real *x,
                             size_t x_stride, const aei_real *target, size_t target_stride)
{
    const aei_network *encoder = &model->encoder, *decoder = &model->decoder;
    const aei_slot *output = &workspace->decoder[decoder->count - 1];
    const bool logits = aei_loss_wants_logits(model->loss);

    aei_network_forward(encoder, pass, x, x_stride, workspace->encoder, false);
    aei_network_forward(decoder, pass, workspace->encoder[encoder->count - 1].y, encoder->out, workspace->decoder,
                        logits);
    return aei_loss_run(model->loss, model->kernels, &(aei_loss_gradient){
        .runtime = pass->runtime, .n = pass->n, .d = decoder->out, .f = aei_model_output_layer(model)->f,
        .y = output->y, .z = logits ? output->y : output->z,
        .target = target, .target_stride = target_stride,
        .scale = 1 / (aei_real)pass->n,
        .dz = workspace->scratch0, .row_loss = workspace->row_loss,
    }) / (double)pass->n;
}

void aei_objective_backward(const ae_model *model, aei_workspace *workspace, const aei_pass *pass, const aei_real *x,
                            size_t x_stride)
{
    static const aei_slot nothing;
    const aei_network *encoder = &model->encoder, *decoder = &model->decoder;
    const aei_slot *code = &workspace->encoder[encoder->count - 1];
    const aei_activation code_f = encoder->layers[encoder->count - 1].f;
    /* each layer but the last swaps the buffers, so the code's gradient is to land in the one that is free then */
    const bool swapped = decoder->count % 2 == 0;
    aei_real *dz_code = swapped ? workspace->scratch0 : workspace->scratch1;
    aei_real *other = swapped ? workspace->scratch1 : workspace->scratch0;

    aei_network_backward(decoder, pass, workspace->scratch0, code->y, encoder->out, workspace->decoder,
                         workspace->scratch0, workspace->scratch1, code_f, code, dz_code);
    aei_network_backward(encoder, pass, dz_code, x, x_stride, workspace->encoder, dz_code, other,
                         (aei_activation){AE_IDENTITY, 0}, &nothing, NULL);
}
