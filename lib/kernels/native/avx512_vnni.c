/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The dense layer of int8.h; plain twin: tests/kernels/check_int8.c. AVX512_VNNI multiplies and adds four pairs of bytes
 * for each of 16 sums, four times as many numbers an instruction as product.h.
 *
 *   sum[i,j] += q[i,4p] r[j,4p] + q[i,4p+1] r[j,4p+1] + q[i,4p+2] r[j,4p+2] + q[i,4p+3] r[j,4p+3]
 *
 * A task takes a strip of rows: it rounds them, then makes blocks of BLOCK rows and PANEL outputs as product.h does,
 * four bytes of q being spread over a vector where that spreads a float. */
#define AEI_LANES 16
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "base/threads.h"
#include "kernels/int8.h"
#include "kernels/native/native.h"
#include "kernels/native/panels.h"

#define STRIP (2 * GROUP) /* rows of a task */

/* ---- rounding weights */

/* One vector of outputs, of which n are there: weights w[p * p_stride + j * j_stride], p < in. */
static void pack_vector(const float *w, size_t p_stride, size_t j_stride, size_t in, size_t n, float *t, int32_t *sums,
                        int8_t *r)
{
    for (size_t j = 0; j < LANES; ++j) {
        float largest = 0, zeros = 0;
        for (size_t p = 0; p < in && j < n; ++p) {
            const float x = fabsf(w[p * p_stride + j * j_stride]);
            if (x > largest) largest = x;
            zeros += x * 0; /* NaN once x is not finite */
        }
        t[j] = largest / 127 + zeros;
        sums[j] = 0;
        for (size_t p = 0; p < (in + 3) / 4 * 4; ++p) {
            const bool there = p < in && t[j] >= FLT_MIN;
            const int q = there ? (int)rintf(w[p * p_stride + j * j_stride] / t[j]) : 0;
            r[(p / 4 * LANES + j) * 4 + p % 4] = (int8_t)q;
            sums[j] += q;
        }
    }
}

void aei_int8_pack_avx512_vnni(const aei_int8_weights *to, const float *w, bool transposed, const float *scale)
{
    const size_t p_stride = transposed ? to->out : 1, j_stride = transposed ? 1 : to->in;
    for (size_t j = 0; j < to->out; j += LANES)
        pack_vector(w + j * j_stride, p_stride, j_stride, to->in, to->out - j < LANES ? to->out - j : LANES,
                    to->scale + j, to->sums + j, to->r + j * 4 * ((to->in + 3) / 4));
    for (size_t j = 0; scale && j < to->out; ++j) to->scale[j] *= scale[j];
}

/* ---- rounding rows */

typedef struct row_scale {
    float s;
    int32_t z;
} row_scale;

static row_scale round_row(const float *x, size_t in, uint8_t *q)
{
    lanes low = lanes_zero(), high = lanes_zero(), zeros = lanes_zero();
    for (size_t p = 0; p < in; p += LANES) {
        const lanes v = lanes_load_n(x + p, in - p < LANES ? in - p : LANES);
        low = lanes_min(low, v);
        high = lanes_max(high, v);
        zeros = lanes_fma(v, lanes_zero(), zeros); /* NaN once v is not finite */
    }
    const float least = _mm512_reduce_min_ps(low), most = _mm512_reduce_max_ps(high), nothing = lanes_sum(zeros);
    const float s = most / 254 - least / 254, inverse = nothing == 0 && s >= FLT_MIN ? 1 / s : 0;
    const lanes_int z = lanes_to_int(lanes_of(inverse > 0 ? -least * inverse : 0));
    for (size_t p = 0; p < in; p += LANES) {
        const lanes v = lanes_load_n(x + p, in - p < LANES ? in - p : LANES);
        const lanes_int sum = lanes_int_add(lanes_to_int(v * lanes_of(inverse)), z);
        _mm_storeu_si128((__m128i *)(void *)(q + p), _mm512_cvtepi32_epi8(sum));
    }
    return (row_scale){s + nothing, _mm_cvtsi128_si32(_mm512_castsi512_si128(z))};
}

/* ---- blocks: sum[i,:] of q:[rows, 4 * fours] and `vectors` vectors of weights */

INLINE void multiply_bytes(const size_t rows, const size_t vectors, size_t fours, const uint8_t *q, size_t q_stride,
                           const int8_t *r, int32_t *sums)
{
    lanes_int sum[BLOCK][VECTORS];

#pragma GCC unroll 8
    for (size_t i = 0; i < rows; ++i)
#pragma GCC unroll 8
        for (size_t j = 0; j < vectors; ++j) sum[i][j] = _mm512_setzero_si512();
    for (size_t p = 0; p < fours; ++p) {
        lanes_int row[VECTORS];
#pragma GCC unroll 8
        for (size_t j = 0; j < vectors; ++j) row[j] = _mm512_loadu_si512(r + (j * fours + p) * 4 * LANES);
#pragma GCC unroll 8
        for (size_t i = 0; i < rows; ++i) {
            int32_t four;
            memcpy(&four, q + i * q_stride + 4 * p, sizeof four);
#pragma GCC unroll 8
            for (size_t j = 0; j < vectors; ++j)
                sum[i][j] = _mm512_dpbusd_epi32(sum[i][j], lanes_int_of(four), row[j]);
        }
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; ++i)
#pragma GCC unroll 8
        for (size_t j = 0; j < vectors; ++j) _mm512_storeu_si512(sums + i * PANEL + j * LANES, sum[i][j]);
}

typedef void (*bytes_function)(size_t fours, const uint8_t *q, size_t q_stride, const int8_t *r, int32_t *sums);

#define BYTES_FUNCTION(n, v)                                                                                         \
    static void bytes_##n##x##v(size_t fours, const uint8_t *q, size_t q_stride, const int8_t *r, int32_t *sums)    \
    {                                                                                                                \
        multiply_bytes(n, v, fours, q, q_stride, r, sums);                                                           \
    }
#define BYTES_FUNCTIONS(v) BYTES_FUNCTION(1, v) BYTES_FUNCTION(2, v) BYTES_FUNCTION(6, v)
#define BYTES_NAMES(v) {bytes_1x##v, bytes_2x##v, bytes_6x##v}
BYTES_FUNCTIONS(1)
BYTES_FUNCTIONS(2)
BYTES_FUNCTIONS(3)
BYTES_FUNCTIONS(4)

/* What BLOCK leaves is done in twos and one: two rows already keep the multiplier busy. */
static const size_t block_rows[] = {1, 2, BLOCK};
static const bytes_function bytes_blocks[VECTORS][3] = {BYTES_NAMES(1), BYTES_NAMES(2), BYTES_NAMES(3), BYTES_NAMES(4)};

/* ---- a strip of rows */

/* y[i,j] = s[i] (sums[i,j] - z[i] sums of r[j,:]) */
static void scale_sums(const int32_t *sums, const int32_t *r_sums, const row_scale *scales, size_t rows, size_t cols,
                       float *y, size_t y_stride)
{
    for (size_t i = 0; i < rows; ++i)
        for (size_t j = 0; j < cols; j += LANES) {
            const lanes_int of_zero = _mm512_mullo_epi32(lanes_int_of(scales[i].z), _mm512_loadu_si512(r_sums + j));
            const lanes_int sum = lanes_int_sub(_mm512_loadu_si512(sums + i * PANEL + j), of_zero);
            lanes_store_n(y + i * y_stride + j, lanes_from_int(sum) * lanes_of(scales[i].s),
                          cols - j < LANES ? cols - j : LANES);
        }
}

static void strip_task(void *work, size_t task)
{
    const aei_int8_forward *call = work;
    const aei_int8_weights *w = call->w;
    const size_t first = task * STRIP, rows = call->n - first < STRIP ? call->n - first : STRIP;
    const size_t stride = aei_int8_row(w->in), fours = (w->in + 3) / 4, width = piece(w->out, VECTORS);
    uint8_t *q = call->q + first * stride;
    row_scale scales[STRIP];
    int32_t sums[BLOCK * PANEL];

    for (size_t i = 0; i < rows; ++i)
        scales[i] = round_row(call->x + (first + i) * call->x_stride, w->in, q + i * stride);
    for (size_t col = 0; col < w->out; col += width) {
        const size_t cols = w->out - col < width ? w->out - col : width;
        float *y = call->y + first * call->y_stride + col;
        for (size_t i = 0, count; i < rows; i += count) {
            const size_t which = rows - i >= BLOCK ? 2 : rows - i >= 2;
            count = block_rows[which];
            bytes_blocks[(cols - 1) / LANES][which](fours, q + i * stride, stride, w->r + col * 4 * fours, sums);
            scale_sums(sums, w->sums + col, scales + i, count, cols, y + i * call->y_stride, call->y_stride);
        }
        aei_kernels_avx512.affine(call->f, w->scale + col, call->bias ? call->bias + col : NULL, y, call->y_stride,
                                  NULL, 0, rows, cols);
    }
}

void aei_int8_forward_avx512_vnni(const aei_int8_forward *call)
{
    const size_t tasks = (call->n + STRIP - 1) / STRIP;
    if (tasks == 1)
        strip_task((void *)call, 0);
    else
        aei_parallel_for(call->runtime, tasks, strip_task, (void *)call);
}
