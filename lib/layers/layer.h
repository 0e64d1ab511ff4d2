/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What a layer is: an affine or random map followed by an activation,  z = map(x),  y = f(z).
 *
 * Backward receives dz, the gradient of the loss by this layer's z, and gives the gradient by the z of the layer below:
 * it multiplies its dx by f'_below before it leaves the cache. So every activation derivative is fused with the product
 * above it, and the loss starts the chain with dz of the last layer. */
#ifndef AEI_LAYERS_LAYER_H
#define AEI_LAYERS_LAYER_H

#include "kernels/kernels.h"
#include "tensor/param.h"

typedef enum aei_layer_kind {
    AEI_LAYER_DENSE = 1,
    AEI_LAYER_ACTIVATION = 2, /* z = x: an activation of its own */
    AEI_LAYER_DROPOUT = 3,
    AEI_LAYER_BATCH_NORM = 4
} aei_layer_kind;

#define AEI_NO_PARAM ((size_t)-1)

typedef struct aei_layer {
    aei_layer_kind kind;
    size_t in, out;
    aei_activation f;
    ae_init init;
    double init_scale;
    bool tied;                 /* dense: W belongs to an encoder layer and is used transposed */
    bool accumulates;          /* dense: a layer above has left its part of dW already (tied weights) */
    bool updates;              /* dense: no layer below adds to dW, so the optimizer may step on it at once */
    size_t tied_to;            /* dense, tied: position of that layer in the encoder */
    size_t weight, bias;       /* indices of parameters; AEI_NO_PARAM for none. Batch norm: its scale and shift */
    size_t mean, variance;     /* batch norm: running statistics */
    double rate;               /* dropout */
    double momentum, epsilon;  /* batch norm */
    size_t folded;             /* batch norm: place of its 2 * out numbers (scale, shift) in the folded block */
    size_t quantised;          /* dense: place of its weights in the model's block for int8; AEI_NO_PARAM: float */
    uint32_t number;           /* position in the model, encoder first: keys its random stream */
} aei_layer;

/* What one pass over a batch shares. */
typedef struct aei_pass {
    const ae_runtime *runtime;
    const aei_kernels *kernels;
    const aei_param_set *set;
    aei_real *gradients;      /* arena of the trained part; NULL in inference */
    const size_t *gradient_at; /* place of each parameter's gradient in it, AEI_NO_PARAM for one that is kept nowhere;
                                  NULL: where the parameter itself is in its arena */
    const aei_update *update; /* the optimizer's step to take at once, or NULL: leave the gradients */
    size_t n;                 /* rows of this batch */
    bool accumulate;          /* dense: dW holds a penalty's part already, so add to it */
    const aei_real *const *extra_dz; /* for each layer of the network, NULL or what to add to its dz; NULL: none */
    uint64_t seed, step;      /* key the random streams */
    aei_real *turned;         /* training: room for a batch of the widest layer turned, or NULL */
    void *quantised;          /* inference in int8: the model's block of weights, see model/quantised.h; else NULL */
    uint8_t *bytes;           /* for it: [n, aei_int8_row(widest layer)] */
} aei_pass;

/* Where the gradient of a parameter goes, NULL for one that is used for the step while it is made and kept nowhere. */
static inline aei_real *aei_pass_gradient(const aei_pass *pass, size_t index)
{
    const size_t place = pass->gradient_at ? pass->gradient_at[index] : pass->set->params[index].first;
    return place == AEI_NO_PARAM ? NULL : pass->gradients + place;
}

/* What one layer keeps from forward to backward, [capacity rows, out] each, without gaps. */
typedef struct aei_slot {
    aei_real *y;
    aei_real *z;     /* only where f' needs it, else NULL */
    aei_real *extra; /* dropout: the mask [n,out]. Batch norm: x normalised [n,out], then 1/sd [out] */
} aei_slot;

typedef struct aei_layer_ops {
    const char *name; /* in model files */
    size_t (*extra)(const aei_layer *layer, size_t rows); /* numbers it keeps in slot.extra */
    /* Training: x:[n,in] with a stride -> slot. f may be replaced by identity by the caller (logits). */
    void (*forward)(const aei_layer *layer, const aei_pass *pass, const aei_real *x, size_t x_stride, aei_slot *slot);
    /* dz:[n,out] (may be overwritten), x as in forward -> gradients, and dx:[n,in] by the z below unless dx is NULL
     * (nothing trained below). `below` is the slot whose y was x, f_below its activation. */
    void (*backward)(const aei_layer *layer, const aei_pass *pass, aei_real *dz, const aei_real *x, size_t x_stride,
                     const aei_slot *slot, aei_activation f_below, const aei_slot *below, aei_real *dx);
} aei_layer_ops;

const aei_layer_ops *aei_layer_ops_of(aei_layer_kind kind);

#endif
