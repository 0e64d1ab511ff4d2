/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The tables of an instruction set: included once by its file, which sets AEI_LANES first. */
#include "kernels/blas.h"
#include "kernels/native/activations.h"
#include "kernels/native/losses.h"
#include "kernels/native/native.h"
#if AEI_OWN_PRODUCTS
#include "kernels/native/product.h"
#include "kernels/native/sparse.h"
#endif
#include "kernels/native/random.h"
#include "kernels/native/sums.h"
#include "kernels/native/update.h"

static inline void nothing(void)
{
}

/* A table SET of this instruction set's elementwise functions, with a product and what else is named. */
#define AEI_TABLE(SET, ...)                                                   \
    static void SET##_forward(const aei_dense_forward *call)                  \
    {                                                                         \
        aei_dense_forward_by(&SET, call);                                     \
    }                                                                         \
    static void SET##_input_gradient(const aei_dense_input_gradient *call)    \
    {                                                                         \
        aei_dense_input_gradient_by(&SET, call);                              \
    }                                                                         \
    static void SET##_weight_gradient(const aei_dense_weight_gradient *call)  \
    {                                                                         \
        aei_dense_weight_gradient_by(&SET, call);                             \
    }                                                                         \
    const aei_kernels SET = {                                                 \
        .activate = activate,                                                 \
        .chain = chain,                                                       \
        .exp = exp_of,                                                        \
        .expm1 = expm1_of,                                                    \
        .affine = affine,                                                     \
        .column_sums = column_sums,                                           \
        .uniform = uniform,                                                   \
        .normal = normal,                                                     \
        .dense_forward = SET##_forward,                                       \
        .dense_input_gradient = SET##_input_gradient,                         \
        .dense_weight_gradient = SET##_weight_gradient,                       \
        .update = update,                                                     \
        .update_block = update_block,                                         \
        .squared_error = squared_error,                                       \
        .cross_entropy = cross_entropy,                                       \
        __VA_ARGS__}

/* What leaves out zeros where fewer than the share `below` of the numbers are not 0. */
#define AEI_SPARSE(below) \
    .sparse_product = product_of_sparse, .sparse_below = below, .nonzeros = nonzeros, .turn = turn_matrix

/* With a product of the library's own. A task is one panel: small enough for threads to finish at the same time. */
#define AEI_OWN_TABLE(SET, ...) AEI_TABLE(SET, .tile_cols = 64, .enter = nothing, .leave = nothing, __VA_ARGS__)

/* With the CBLAS's product. */
#define AEI_BLAS_TABLE(SET)                                                                                        \
    AEI_TABLE(SET, .name = "cblas", .id = AE_KERNELS_CBLAS, .product = aei_blas_product, .needs_dw = 1,            \
              .tile_cols = AEI_BLAS_TILE, .enter = aei_blas_enter, .leave = aei_blas_leave)
