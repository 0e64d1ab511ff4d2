/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The table of a native set: included once by the file of each instruction set, which says AEI_LANES, AEI_SET (the
 * table's variable), AEI_SET_NAME and AEI_SET_ID. */
#include "kernels/native/activations.h"
#include "kernels/native/losses.h"
#include "kernels/native/native.h"
#include "kernels/native/product.h"
#include "kernels/native/sums.h"
#include "kernels/native/random.h"
#include "kernels/native/update.h"

static void dense_forward(const aei_dense_forward *call)
{
    aei_dense_forward_by(&AEI_SET, call);
}

static void dense_input_gradient(const aei_dense_input_gradient *call)
{
    aei_dense_input_gradient_by(&AEI_SET, call);
}

static void dense_weight_gradient(const aei_dense_weight_gradient *call)
{
    aei_dense_weight_gradient_by(&AEI_SET, call);
}

static void nothing(void)
{
}

/* Entries that are the same for every product. */
#define AEI_ENTRIES \
    .tile_cols = 64, /* one panel: small enough for threads to finish at the same time */ \
    .activate = activate, \
    .chain = chain, \
    .exp = exp_of, \
    .expm1 = expm1_of, \
    .affine = affine, \
    .column_sums = column_sums, \
    .uniform = uniform, \
    .normal = normal, \
    .update = update, \
    .update_block = update_block, \
    .squared_error = squared_error, \
    .cross_entropy = cross_entropy, \
    .enter = nothing, \
    .leave = nothing

const aei_kernels AEI_SET = {
    .name = AEI_SET_NAME,
    .id = AEI_SET_ID,
    .product = product,
    .dense_forward = dense_forward,
    .dense_input_gradient = dense_input_gradient,
    .dense_weight_gradient = dense_weight_gradient,
    AEI_ENTRIES
};
