/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What the sets of kernels share in the three dense entries: how work is cut into tasks, and what happens to a
 * block of the product while it is in the cache. A set brings the product and the elementwise functions. */
#ifndef AEI_KERNELS_DENSE_H
#define AEI_KERNELS_DENSE_H

#include "kernels/kernels.h"

/* C = A B, or C += A B with `accumulate`.    A:[m,k]  B:[k,n]  C:[m,n], row-major with strides; a matrix with
 * `transposed` is stored the other way round (A as [k,m], B as [n,k]; never both). m and n are 1 or more, k
 * may be 0. */
typedef struct aei_product {
    size_t m, n, k;
    const aei_real *a;
    size_t a_stride;
    bool a_transposed;
    const aei_real *b;
    size_t b_stride;
    bool b_transposed;
    size_t n_after; /* columns of B right of these, which the next product is likely to take: they may be fetched early */
    aei_real *c;
    size_t c_stride;
    bool accumulate;
    /* NULL, or called once for every block of C when its numbers are final and still in the cache: c:[rows, cols] is
     * the block at (row, col). With `discard` C itself need not be written and, unless the set needs it, `accumulate`
     * asks for it or k is 0, may be NULL: finish() sees the numbers all the same. */
    void (*finish)(void *user, size_t row, size_t col, size_t rows, size_t cols, aei_real *c, size_t c_stride);
    /* NULL, or called for a block before its last numbers are made: the time to fetch what finish() will read. */
    void (*prepare)(void *user, size_t row, size_t col, size_t rows, size_t cols);
    void *user;
    bool discard;
    /* The rest is for sparse_product(), which takes no transposed A and no k of 0. With c_turned C is stored the other
     * way round, as [n,m], and so are the blocks that finish() and prepare() see. a_bits may say of each row of A, in
     * aei_bit_words(k) words, which numbers are not 0: that of lowest index in the lowest bit, 0 behind the last; not
     * for a transposed B. */
    bool c_turned;
    const uint64_t *a_bits;
} aei_product;

void aei_affine(aei_activation f, const aei_real *scale, const aei_real *bias, aei_real *y, size_t y_stride, aei_real *z,
                size_t z_stride, size_t rows, size_t cols);

void aei_column_sums(const aei_real *z, size_t z_stride, size_t rows, size_t cols, aei_real *sums);

void aei_dense_forward_by(const aei_kernels *kernels, const aei_dense_forward *call);
void aei_dense_input_gradient_by(const aei_kernels *kernels, const aei_dense_input_gradient *call);
void aei_dense_weight_gradient_by(const aei_kernels *kernels, const aei_dense_weight_gradient *call);

#endif
