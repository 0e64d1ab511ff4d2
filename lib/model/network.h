/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Layers in order: forward keeps what backward needs, inference keeps nothing. */
#ifndef AEI_MODEL_NETWORK_H
#define AEI_MODEL_NETWORK_H

#include "layers/layer.h"

/* The public builder: what each layer shall be, before widths and parameters are known. Kind, f, init, init_scale,
 * rate, momentum, epsilon, tied, tied_to and, for dense layers, `out` are set; has_bias says whether to make a b. */
typedef struct aei_layer_spec {
    aei_layer layer;
    bool has_bias;
} aei_layer_spec;

#define AEI_MAX_LAYERS 1000 /* of an encoder or a decoder */

struct ae_layer_list {
    ae_runtime *runtime;
    aei_layer_spec *specs;
    size_t count, capacity;
};

/* Appends a layer after checking its numbers (widths, rates, ranges): builders and model files share the check.
 * spec->layer.f must come from aei_activation_make(). */
ae_status aei_layer_list_append(ae_layer_list *list, const aei_layer_spec *spec);

typedef struct aei_network {
    ae_runtime *runtime;
    aei_layer *layers;
    size_t count;
    size_t in, out;
    size_t max_width;  /* widest layer, `in` included */
    aei_real *folded;  /* batch normalisation as scale and shift for inference, see aei_network_fold() */
    size_t folded_count;
} aei_network;

/* Builds the layers of `list` for inputs of width `in` and adds their parameters to `set` as "<prefix>.<i>.weight",
 * "<prefix>.<i>.bias", ... . `encoder` (NULL for the encoder itself) is what tied layers refer to. */
ae_status aei_network_build(aei_network *network, aei_param_set *set, const ae_layer_list *list, size_t in,
                            const char *prefix, aei_network *encoder);
void aei_network_clear(aei_network *network);

/* Initial values of all parameters of the network, by each layer's `init` and the seed. */
void aei_network_initialise(const aei_network *network, aei_param_set *set, uint64_t seed);

/* Refreshes the folded scale and shift from parameters and running statistics. To be called whenever those change and
 * inference may follow; costs a few operations a feature. */
void aei_network_fold(aei_network *network, const aei_param_set *set);

/* Training forward: slots[i] receives what layer i keeps. With `logits` the last layer's activation is left out and
 * slots[count-1].y holds z. */
void aei_network_forward(const aei_network *network, const aei_pass *pass, const aei_real *x, size_t x_stride,
                         aei_slot *slots, bool logits);

/* dz: gradient by the last layer's z, overwritten; the two scratch buffers [n, max_width] swap. Gradients go to
 * pass->gradients (and through pass->update). If `dx` is not NULL it receives the gradient by the z of what lies below
 * the network: activation f_below with slot `below`. Returns nothing; never fails. */
void aei_network_backward(const aei_network *network, const aei_pass *pass, aei_real *dz, const aei_real *x,
                          size_t x_stride, const aei_slot *slots, aei_real *scratch0, aei_real *scratch1,
                          aei_activation f_below, const aei_slot *below, aei_real *dx);

/* One step of inference: which layers it covers and what it computes,
 *   y = f(a * (x W^T) + c)   with `dense`: a = 1 and c = its bias (or 0) unless `norm` is folded into it
 *   y = f(a * x + c)         with `norm` alone
 *   y = f(x)                 without both
 * a and c, `out` numbers each, are folded + norm->folded, one behind the other. */
typedef struct aei_step {
    const aei_layer *dense; /* a product, or NULL: elementwise alone */
    const aei_layer *norm;  /* batch normalisation, folded into `dense` or alone; may be NULL */
    aei_activation f;
    size_t out, next; /* position after the layers it covers */
} aei_step;

/* The step that begins with layer i; the first begins with layer 0, the last ends with next == count. */
aei_step aei_network_step(const aei_network *network, size_t i);

/* Inference on n rows: dropout is skipped, batch normalisation folded. Buffers are [n, max_width]; y may be the
 * caller's memory. With `logits` the last activation is left out. */
void aei_network_infer(const aei_network *network, const aei_pass *pass, const aei_real *x, size_t x_stride,
                       aei_real *buffer0, aei_real *buffer1, aei_real *y, size_t y_stride, bool logits);

#endif
