/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* One layer with its parameters and what it keeps for a batch, for the tests of the layers. */
#ifndef ONE_LAYER_H
#define ONE_LAYER_H

#include "model/network.h"

typedef struct one_layer {
    aei_param_set set;
    aei_network network;
    const aei_layer *layer;
    const aei_layer_ops *ops;
    aei_slot slot;
    aei_pass pass;      /* of the reference kernels; gradients hold NaN until written */
    aei_real *dz, *dx;  /* [n, out], [n, in]; dx holds NaN until written */
    void *memory;
} one_layer;

/* A layer of `spec` for batches of n rows of width `in`; parameters and dz are uniform in [-1, 1), variances positive.
 * Aborts the program when memory is missing. */
void one_layer_open(one_layer *one, const aei_layer_spec *spec, size_t in, size_t n);
void one_layer_close(one_layer *one);

/* Values or gradients of the parameter `index`. */
aei_real *one_layer_values(const one_layer *one, size_t index);
aei_real *one_layer_gradients(const one_layer *one, size_t index);

/* n numbers in [-1, 1), the same for the same seed. */
void one_layer_random(uint64_t seed, aei_real *out, size_t n);

#endif
