/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/contraction.h"

#include "base/alloc.h"
#include "base/error.h"

struct aei_contraction {
    ae_runtime *runtime;
    size_t layers;
    aei_real **r, **s;   /* of each layer: [rows k, out] and [rows k, in] */
    aei_real **extra;    /* of each layer: [rows, out], what to add to dz */
    aei_real *slope;     /* [rows, widest]: f' or f'' of a layer */
    aei_real *dr, *ds;   /* [rows k, widest] each */
    double weight;
    void *arena;
    size_t bytes; /* in it */
};

/* Places in the arena; called once to measure and once to cut. */
static size_t lay_out(aei_contraction *c, const aei_network *encoder, size_t rows, char *base)
{
    const size_t k = encoder->out, line = AEI_ALIGNMENT;
    size_t used = 0;
#define CUT(place, count, type)                                                                                        \
    do {                                                                                                               \
        (place) = base ? (type *)(void *)(base + used) : NULL;                                                         \
        used += ((count) * sizeof(type) + line - 1) / line * line;                                                     \
    } while (0)
    CUT(c->r, c->layers, aei_real *);
    CUT(c->s, c->layers, aei_real *);
    CUT(c->extra, c->layers, aei_real *);
    CUT(c->slope, rows * encoder->max_width, aei_real);
    CUT(c->dr, rows * k * encoder->max_width, aei_real);
    CUT(c->ds, rows * k * encoder->max_width, aei_real);
    for (size_t l = 0; l < c->layers; l++) {
        aei_real *r, *s, *extra;
        CUT(r, rows * k * encoder->layers[l].out, aei_real);
        CUT(s, rows * k * encoder->layers[l].in, aei_real);
        CUT(extra, rows * encoder->layers[l].out, aei_real);
        if (base)
            c->r[l] = r, c->s[l] = s, c->extra[l] = extra;
    }
#undef CUT
    return used;
}

ae_status aei_contraction_create(aei_contraction **out, const ae_model *model, size_t rows)
{
    const aei_network *encoder = &model->encoder;
    size_t most;
    *out = NULL;
    if (model->design.code != AE_CODE_PLAIN)
        return aei_fail(AE_ERROR_UNSUPPORTED, "contraction needs AE_CODE_PLAIN");
    for (size_t l = 0; l < encoder->count; l++)
        if (encoder->layers[l].kind != AEI_LAYER_DENSE)
            return aei_fail(AE_ERROR_UNSUPPORTED, "contraction needs an encoder of dense layers; layer %zu is %s", l,
                            aei_layer_ops_of(encoder->layers[l].kind)->name);
    if (!aei_size_mul(rows, encoder->out, &most) || !aei_size_mul(most, encoder->max_width, &most) ||
        !aei_size_mul(most, 4 * sizeof(aei_real) * (encoder->count + 1), &most))
        return aei_fail(AE_ERROR_SHAPE, "the Jacobians of %zu rows are too large to address", rows);
    aei_contraction *c = aei_calloc(model->runtime, 1, sizeof *c);
    if (!c)
        return AE_ERROR_NO_MEMORY;
    c->runtime = model->runtime;
    c->layers = encoder->count;
    c->bytes = lay_out(c, encoder, rows, NULL);
    c->arena = aei_calloc(model->runtime, 1, c->bytes);
    if (!c->arena) {
        aei_contraction_free(c);
        return AE_ERROR_NO_MEMORY;
    }
    lay_out(c, encoder, rows, c->arena);
    *out = c;
    return AE_OK;
}

void aei_contraction_free(aei_contraction *c)
{
    if (!c)
        return;
    aei_free(c->runtime, c->arena);
    aei_free(c->runtime, c);
}

size_t aei_contraction_memory(const aei_contraction *c)
{
    return c ? sizeof *c + c->bytes : 0;
}

/* f'(z) of layer l to c->slope:[n, out]. */
static void slopes(aei_contraction *c, const aei_pass *pass, const aei_layer *layer, const aei_slot *slot)
{
    const size_t count = pass->n * layer->out;
    for (size_t i = 0; i < count; i++)
        c->slope[i] = 1;
    pass->kernels->chain(layer->f, slot->y, slot->z, count, c->slope);
}

/* to[r,c,j] = from[r,c,j] slope[r,j]; to may be from. */
static void scale_columns(const aei_real *from, const aei_real *slope, size_t n, size_t k, size_t width, aei_real *to)
{
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j < width; j++) {
                const size_t at = (r * k + i) * width + j;
                to[at] = from[at] * slope[r * width + j];
            }
}

static const aei_real *weight_of(const ae_model *model, size_t l)
{
    return model->set.values + model->set.params[model->encoder.layers[l].weight].first;
}

double aei_contraction_forward(aei_contraction *c, const ae_model *model, const aei_pass *pass, const aei_slot *slots,
                               double weight)
{
    const aei_network *encoder = &model->encoder;
    const size_t n = pass->n, k = encoder->out, top = c->layers - 1;
    double sum = 0;
    slopes(c, pass, &encoder->layers[top], &slots[top]);
    for (size_t i = 0; i < n * k * k; i++)
        c->r[top][i] = 0;
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < k; j++)
            c->r[top][(r * k + j) * k + j] = c->slope[r * k + j];
    for (size_t l = top + 1; l-- > 0;) {
        const aei_layer *layer = &encoder->layers[l];
        pass->kernels->dense_input_gradient(&(aei_dense_input_gradient){
            .runtime = pass->runtime, .n = n * k, .in = layer->in, .out = layer->out,
            .dz = c->r[l], .w = weight_of(model, l), .f = {AE_IDENTITY, 0}, .dx = c->s[l]});
        if (l > 0) {
            slopes(c, pass, &encoder->layers[l - 1], &slots[l - 1]);
            scale_columns(c->s[l], c->slope, n, k, layer->in, c->r[l - 1]);
        }
    }
    for (size_t i = 0; i < n * k * encoder->in; i++)
        sum += (double)c->s[0][i] * (double)c->s[0][i];
    c->weight = weight;
    return weight * sum / (double)n;
}

/* dz_lj += f''(z_lj) sum_c dR[c,j] S_above[c,j]; at the top S_above is the identity. */
static void bend(aei_contraction *c, const aei_layer *layer, const aei_slot *slot, size_t n, size_t k,
                 const aei_real *above, aei_real *extra)
{
    const size_t width = layer->out;
    aei_activation_curve(layer->f, slot->y, slot->z, n * width, c->slope);
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < width; j++) {
            aei_real sum = 0;
            if (above)
                for (size_t i = 0; i < k; i++)
                    sum += c->dr[(r * k + i) * width + j] * above[(r * k + i) * width + j];
            else
                sum = c->dr[(r * k + j) * width + j];
            extra[r * width + j] = c->slope[r * width + j] * sum;
        }
}

const aei_real *const *aei_contraction_backward(aei_contraction *c, const ae_model *model, const aei_pass *pass,
                                                const aei_slot *slots)
{
    const aei_network *encoder = &model->encoder;
    const size_t n = pass->n, k = encoder->out;
    const aei_real factor = (aei_real)(2 * c->weight / (double)n);
    for (size_t i = 0; i < n * k * encoder->in; i++)
        c->ds[i] = factor * c->s[0][i];
    for (size_t l = 0; l < c->layers; l++) {
        const aei_layer *layer = &encoder->layers[l];
        pass->kernels->dense_weight_gradient(&(aei_dense_weight_gradient){
            .runtime = pass->runtime, .n = n * k, .in = layer->in, .out = layer->out,
            .dz = c->r[l], .x = c->ds, .x_stride = layer->in, .accumulate = layer->accumulates,
            .dw = aei_pass_gradient(pass, layer->weight)});
        pass->kernels->dense_forward(&(aei_dense_forward){
            .runtime = pass->runtime, .n = n * k, .in = layer->in, .out = layer->out,
            .x = c->ds, .x_stride = layer->in, .w = weight_of(model, l), .f = {AE_IDENTITY, 0},
            .y = c->dr, .y_stride = layer->out});
        bend(c, layer, &slots[l], n, k, l + 1 < c->layers ? c->s[l + 1] : NULL, c->extra[l]);
        if (l + 1 < c->layers) {
            slopes(c, pass, layer, &slots[l]);
            scale_columns(c->dr, c->slope, n, k, layer->out, c->ds);
        }
    }
    return (const aei_real *const *)c->extra;
}
