/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The table of heavy operations. Each entry is a whole fused operation, so that a faster implementation can replace it
 * without a layer noticing; ref.c is the plain C of every one and what the others are checked against.
 *
 * n = rows of the batch. Matrices are row-major. Entries cut their work into tasks by shape alone and run them through
 * aei_parallel_for(), so results have the same bytes for any number of threads. No entry allocates, locks or fails. */
#ifndef AEI_KERNELS_KERNELS_H
#define AEI_KERNELS_KERNELS_H

#include <autoencoder/runtime.h>
#include "base/real.h"
#include "base/rng.h"
#include "kernels/activation.h"

/* ---- dense layer, forward: y = f(scale * (x W^T) + bias)                    x:[n,in]  W:[out,in]  y:[n,out]
 * or with `transposed`:      y = f(scale * (x W)   + bias)                              W:[in,out] */
typedef struct aei_dense_forward {
    const ae_runtime *runtime;
    size_t n, in, out;
    const aei_real *x;
    size_t x_stride;
    const aei_real *w; /* without gaps */
    int transposed;
    const aei_real *scale; /* [out] or NULL for 1: batch normalisation folded in */
    const aei_real *bias;  /* [out] or NULL for 0 */
    aei_activation f;
    aei_real *y;
    size_t y_stride;
    aei_real *z; /* NULL, or [n,out] without gaps: receives the input of f (y == z is not allowed) */
} aei_dense_forward;

/* ---- dense layer, gradient of the input, through the activation of the layer below:
 *      dx = (dz W) . f'(y, z)                        dz:[n,out]  W:[out,in] (transposed: W:[in,out], dz W^T)  dx:[n,in]
 * f, y and z belong to the layer below, whose output y was this layer's x; f identity: a plain product. */
typedef struct aei_dense_input_gradient {
    const ae_runtime *runtime;
    size_t n, in, out;
    const aei_real *dz; /* without gaps */
    const aei_real *w;
    int transposed;
    aei_activation f;
    const aei_real *y, *z; /* [n,in] without gaps; NULL where f' does not need them */
    aei_real *dx;          /* without gaps, overwritten */
} aei_dense_input_gradient;

/* ---- one elementwise optimizer step over a range of the parameter arena, see update.c for the formulas */
typedef enum aei_update_kind { AEI_UPDATE_SGD = 1, AEI_UPDATE_RMSPROP, AEI_UPDATE_ADAM, AEI_UPDATE_ADAMW } aei_update_kind;

typedef struct aei_update {
    aei_update_kind kind;
    aei_real *w;          /* whole arenas: range [first, first + count) of each belongs to one tensor */
    const aei_real *g;    /* gradients */
    aei_real *m, *v;      /* state; NULL where the kind has none (SGD without momentum: m NULL) */
    aei_real learning_rate, momentum, rho, beta1, beta2, epsilon;
    aei_real one_minus_rho, one_minus_beta1, one_minus_beta2; /* of the numbers asked for: 1 - 0.999f is not 0.001f */
    aei_real step, root;               /* Adam: learning_rate / (1 - beta1^t), 1 / sqrt(1 - beta2^t) */
    aei_real weight_decay, l1_decay;   /* applied where `decay` is asked for */
    aei_real clip_value;               /* 0: off */
    aei_real gradient_scale;           /* multiplies g first: 1, or what the clipping of the norm asks for */
    int nesterov;
} aei_update;

/* ---- dense layer, gradient of weight and bias, with the optimizer's step on them when `update` is given:
 *      dW = dz^T x (transposed: x^T dz), db = column sums of dz;   += instead of = with `accumulate`
 * With `update`, w_first and b_first are the places of W and b in the arenas; each piece of dW is used for the step
 * while it is in the cache, and what dW and db hold afterwards is undefined. dW may then be NULL, unless the set needs
 * it (needs_dw), `accumulate` asks for it or n is 0. */
typedef struct aei_dense_weight_gradient {
    const ae_runtime *runtime;
    size_t n, in, out;
    const aei_real *dz; /* [n,out] without gaps */
    const aei_real *x;  /* [n,in] */
    size_t x_stride;
    int transposed;
    int accumulate; /* of dW only; db is always overwritten */
    aei_real *dw;
    aei_real *db; /* NULL: no bias */
    const aei_update *update;
    size_t w_first, b_first;
    aei_real *turned; /* room for x or dz turned, aei_turned_size(n, the larger of in and out)
                         numbers; NULL: zeros are not left out */
} aei_dense_weight_gradient;

#define AEI_TURNED_ROWS 16 /* of fewer rows zeros are not left out */

/* The length of the rows of a matrix of n rows when it is turned, whole lines. */
static inline size_t aei_turned_stride(size_t n)
{
    const size_t line = 64 / sizeof(aei_real);
    return (n + line - 1) / line * line;
}

/* The words with the bits of such a row, see aei_product, always an even number. */
static inline size_t aei_bit_words(size_t n)
{
    return (n + 127) / 128 * 2;
}

/* The numbers that a matrix of n rows and `width` columns takes turned, its bits behind it; 0 where n is small. */
static inline size_t aei_turned_size(size_t n, size_t width)
{
    const size_t bits = aei_bit_words(n) * (sizeof(uint64_t) / sizeof(aei_real));
    return n < AEI_TURNED_ROWS ? 0 : (aei_turned_stride(n) + bits) * width;
}

/* ---- reconstruction loss with its gradient: row_loss[r] = l(row r), dz = scale * dl/dz, z the input of the output's
 * activation f (see losses/mse.c and losses/bce.c for the formulas).
 *   squared error    reads y (and z where f' needs it)
 *   cross-entropy    reads z, the logits; f must be sigmoid */
typedef struct aei_loss_gradient {
    const ae_runtime *runtime;
    size_t n, d;
    aei_activation f;
    const aei_real *y, *z; /* [n,d] without gaps */
    const aei_real *target;
    size_t target_stride;
    aei_real scale;
    aei_real *dz;     /* [n,d] without gaps, or NULL: losses alone. Not y or z */
    double *row_loss; /* [n]: summed over features in a fixed order, accumulated in double */
} aei_loss_gradient;

struct aei_product;
struct aei_int8_weights;
struct aei_int8_forward;

typedef struct aei_kernels {
    const char *name;
    int32_t id; /* an ae_kernels_value */
    void (*product)(const struct aei_product *); /* see dense.h */
    void (*sparse_product)(const struct aei_product *); /* NULL, or the same sums where B is finite, and faster... */
    double sparse_below; /* ...where fewer than this share of the numbers of A are not 0 */
    /* These two where there is a sparse_product. How many of n numbers are not 0: */
    size_t (*nonzeros)(const aei_real *, size_t n);
    /* to[j,r] = from[r,j], r < rows, j < cols, the rows of `to` in whole lines; and the bits of these rows */
    void (*turn)(const aei_real *from, size_t stride, size_t rows, size_t cols, aei_real *to, size_t to_stride,
                 uint64_t *bits);
    size_t tile_cols;                            /* columns of a product that are worth a task */
    int needs_dw;                                /* dense_weight_gradient() writes dW even with an update */
    /* y = f(z), d *= f' and so on over n numbers, see activation.h */
    void (*activate)(aei_activation f, const aei_real *z, size_t n, aei_real *y);
    void (*chain)(aei_activation f, const aei_real *y, const aei_real *z, size_t n, aei_real *d);
    /* What follows the product of a dense layer, on a block y:[rows, cols] of it, in place: z = scale * y + bias, y = f(z).
     * scale:[cols], NULL for 1; bias:[cols], NULL for 0; z NULL: not kept. */
    void (*affine)(aei_activation f, const aei_real *scale, const aei_real *bias, aei_real *y, size_t y_stride,
                   aei_real *z, size_t z_stride, size_t rows, size_t cols);
    /* sums[j] = sum over r of z[r,j], rows in order.    z:[rows, cols] */
    void (*column_sums)(const aei_real *z, size_t z_stride, size_t rows, size_t cols, aei_real *sums);
    /* y = e^x and y = e^x - 1 over n numbers; y may be x */
    void (*exp)(const aei_real *x, size_t n, aei_real *y);
    void (*expm1)(const aei_real *x, size_t n, aei_real *y);
    /* Numbers first..first+n-1 of a stream, the same on every set, see base/rng.h */
    void (*uniform)(const aei_rng *rng, size_t first, size_t n, aei_real *out);
    void (*normal)(const aei_rng *rng, size_t first, size_t n, aei_real *out);
    void (*dense_forward)(const aei_dense_forward *);
    /* Inference in 8 bits, see int8.h; NULL where dense_forward() serves it, too. int8_pack() rounds W:[out,in] or,
     * transposed, [in,out]; scale:[out] or NULL for 1. */
    void (*int8_pack)(const struct aei_int8_weights *to, const aei_real *w, bool transposed, const aei_real *scale);
    void (*int8_forward)(const struct aei_int8_forward *);
    void (*dense_input_gradient)(const aei_dense_input_gradient *);
    void (*dense_weight_gradient)(const aei_dense_weight_gradient *);
    void (*update)(const aei_update *, size_t first, size_t count, int decay);
    /* The same for a block of a matrix whose first number is parameter `first` and whose rows are `stride` apart, with
     * its gradient in g:[rows, cols] instead of update->g. */
    void (*update_block)(const aei_update *, size_t first, size_t stride, const aei_real *g, size_t g_stride,
                         size_t rows, size_t cols, int decay);
    void (*squared_error)(const aei_loss_gradient *);
    void (*cross_entropy)(const aei_loss_gradient *);
    /* Around a public call that computes: hold the BLAS's own threads at 1 and put them back. Calls nest and may come
     * from several threads at once. */
    void (*enter)(void);
    void (*leave)(void);
} aei_kernels;

/* Fills a table in order: plain C for everything, then what the asked set does better. AE_KERNELS_AUTO takes the best
 * of the build; UNSUPPORTED for one the build lacks. Tables are constant and live for ever. */
ae_status aei_kernels_get(const aei_kernels **out, int32_t which);

/* The kernels of a runtime, or of the default one. */
const aei_kernels *aei_kernels_of(const ae_runtime *runtime);

#endif
