/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A dense layer in 8 bits, for inference. Numbers become whole ones, each row x[i,:] and each output's weights w[j,:]
 * by a scale of their own; 0 stays 0:
 *
 *   x[i,p] ~ s[i] (q[i,p] - z[i])     s = (max - min) / 254 of the row, 0 counted in;  q, z in 0..255
 *   w[j,p] ~ t[j] r[j,p]              t = max |w| / 127;                               r in -127..127
 *
 *   y[i,j] = f(scale[j] t[j] s[i] (sum over p of q[i,p] r[j,p]  -  z[i] sum over p of r[j,p]) + bias[j])
 *
 * Both are rounded to nearest: x is off by s / 2 at most, w by t / 2. The sums are exact: their difference is a sum of
 * products below 255 * 127, AEI_INT8_MOST_INPUTS of which fit 32 bits (on the way there it may wrap around).
 *
 * The table's entries int8_pack and int8_forward do this; most sets have none.
 * A row with a number that is not finite has no scale and gives NaN, as does an output with such a weight. */
#ifndef AEI_KERNELS_INT8_H
#define AEI_KERNELS_INT8_H

#include "base/alloc.h"
#include "kernels/kernels.h"

#define AEI_INT8_MOST_INPUTS 65536

/* Weights of a layer as the product reads them, all in one block of memory:
 *
 *   scale   [out]                  scale[j] t[j]         out rounded up to whole vectors of 16, filled up with zeros;
 *   sums    [out]                  of r[j,:]             in to whole fours, a word of 32 bits each
 *   r       [out/16][in/4][16][4]                                                                                    */
typedef struct aei_int8_weights {
    size_t in, out;
    float *scale;
    int32_t *sums;
    int8_t *r;
} aei_int8_weights;

/* Bytes of that block, a multiple of AEI_ALIGNMENT; false for a layer that has to stay in float: too many inputs, or
 * too large to address. */
static inline bool aei_int8_size(size_t in, size_t out, size_t *size)
{
    const size_t vectors = out / 16 + (out % 16 != 0);
    return in <= AEI_INT8_MOST_INPUTS && aei_size_mul(vectors, 16 * (4 + 4 + (in + 3) / 4 * 4), size);
}

/* The parts of such a block. */
static inline aei_int8_weights aei_int8_at(void *memory, size_t in, size_t out)
{
    const size_t filled = (out + 15) / 16 * 16;
    float *scale = memory;
    int32_t *sums = (int32_t *)(void *)(scale + filled);
    return (aei_int8_weights){in, out, scale, sums, (int8_t *)(sums + filled)};
}

/* Bytes that a row of `in` numbers takes. */
static inline size_t aei_int8_row(size_t in)
{
    return (in + 63) / 64 * 64;
}

/* The layer itself, see above. */
typedef struct aei_int8_forward {
    const ae_runtime *runtime;
    const aei_int8_weights *w;
    size_t n;
    const aei_real *x; /* [n,in] */
    size_t x_stride;
    const aei_real *bias; /* [out] or NULL for 0 */
    aei_activation f;
    aei_real *y; /* [n,out] */
    size_t y_stride;
    uint8_t *q; /* scratch: [n, aei_int8_row(in)] */
} aei_int8_forward;

#endif
