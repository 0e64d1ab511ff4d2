/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The matrix product C (+)= A B of dense.h with A and B rounded to bfloat16 (8 bits of mantissa, to nearest even) and
 * sums in float: AVX512_BF16 multiplies and adds pairs of them, twice as many numbers an instruction as product.h.
 * Plain twin, where all numbers are such already: aei_ref_product() in ref.c.
 *
 *   c[i,j] += a[i,2q] b[2q,j] + a[i,2q+1] b[2q+1,j]
 *
 * All memory holds floats. Pieces of A and B are rounded to pairs on the stack, so that two neighbours in k are one word
 * of 32 bits, and then multiplied as product.h does with floats:
 *
 *   panel of B   [PAIRS, PANEL]                                  from rows 2q and 2q + 1 of B, or from a transposed B
 *   strip of A   [STRIP, PAIRS], or [PAIRS, STRIP] of a transposed A
 *
 * An odd k ends with a pair whose second number is 0. */
#define AEI_LANES 16
#include <stdbool.h>
#include "kernels/dense.h"
#include "kernels/native/native.h"
#include "kernels/native/panels.h"

#define PAIRS 64            /* of k in a piece */
#define STRIP (2 * GROUP)   /* rows of A in a piece: whole vectors */

/* 16 words: low halves from `low`, high halves from `high` */
INLINE __m512i pairs_of(lanes low, lanes high)
{
    const __m512i interleave = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22,
                                                6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    return _mm512_permutexvar_epi16(interleave, (__m512i)_mm512_cvtne2ps_pbh(high, low));
}

/* to[q,j] = (from[2q,j], from[2q+1,j]), q < (k + 1) / 2, j < n; filled up to whole vectors with zeros */
static void pair_rows(const float *from, size_t stride, size_t k, size_t n, float *to, size_t to_stride)
{
    for (size_t p = 0; p < k; p += 2, from += 2 * stride, to += to_stride)
        for (size_t j = 0; j < n; j += LANES) {
            const size_t count = n - j < LANES ? n - j : LANES;
            const lanes high = p + 1 < k ? lanes_load_n(from + stride + j, count) : lanes_zero();
            lanes_store(to + j, _mm512_castsi512_ps(pairs_of(lanes_load_n(from + j, count), high)));
        }
}

/* to[i,q] = (from[i,2q], from[i,2q+1]), i < rows, q < (k + 1) / 2; filled up to whole vectors with zeros */
static void pair_columns(const float *from, size_t stride, size_t rows, size_t k, float *to, size_t to_stride)
{
    for (size_t i = 0; i < rows; ++i, from += stride, to += to_stride)
        for (size_t p = 0; p < k; p += 2 * LANES) {
            const size_t left = k - p;
            const lanes low = lanes_load_n(from + p, left < LANES ? left : LANES);
            const lanes high = left <= LANES ? lanes_zero()
                                             : lanes_load_n(from + p + LANES, left < 2 * LANES ? left - LANES : LANES);
            lanes_store(to + p / 2, (lanes)_mm512_cvtne2ps_pbh(high, low));
        }
}

/* The panel of a transposed B:[n,k]. */
static void turn_pairs(const float *b, size_t stride, size_t k, size_t n, float *panel)
{
    _Alignas(64) float rows[LANES * PAIRS];
    const size_t pairs = (k + 1) / 2;
    for (size_t j = 0; j < n; j += LANES) {
        const size_t count = n - j < LANES ? n - j : LANES;
        pair_columns(b + j * stride, stride, count, k, rows, PAIRS);
        for (size_t q = 0; q < pairs; q += LANES)
            turn(rows + q, PAIRS, count, pairs - q < LANES ? pairs - q : LANES, panel + q * PANEL + j, PANEL);
    }
}

/* ---- blocks, as in product.h */

INLINE void multiply_pairs(const size_t rows, const size_t vectors, size_t pairs, const float *a, size_t a_row,
                           size_t a_step, const float *panel, float *c, size_t c_stride, size_t last, bool accumulate)
{
    lanes sum[BLOCK][VECTORS];

#pragma GCC unroll 8
    for (size_t i = 0; i < rows; ++i)
#pragma GCC unroll 8
        for (size_t j = 0; j < vectors; ++j) sum[i][j] = lanes_zero();
    for (size_t q = 0; q < pairs; ++q) {
        lanes row[VECTORS];
#pragma GCC unroll 8
        for (size_t j = 0; j < vectors; ++j) row[j] = lanes_load(panel + q * PANEL + j * LANES);
#pragma GCC unroll 8
        for (size_t i = 0; i < rows; ++i) {
            const lanes x = lanes_of(a[i * a_row + q * a_step]);
#pragma GCC unroll 8
            for (size_t j = 0; j < vectors; ++j)
                sum[i][j] = _mm512_dpbf16_ps(sum[i][j], (__m512bh)x, (__m512bh)row[j]);
        }
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; ++i) {
        float *to = c + i * c_stride;
#pragma GCC unroll 8
        for (size_t j = 0; j < vectors; ++j) {
            const size_t n = j + 1 < vectors ? LANES : last;
            if (accumulate) sum[i][j] += lanes_load_n(to + j * LANES, n);
            lanes_store_n(to + j * LANES, sum[i][j], n);
        }
    }
}

typedef void (*pairs_function)(size_t pairs, const float *a, size_t a_row, size_t a_step, const float *panel, float *c,
                               size_t c_stride, size_t last, bool accumulate);

#define PAIRS_FUNCTION(r, v)                                                                                         \
    static void pairs_##r##x##v(size_t pairs, const float *a, size_t a_row, size_t a_step, const float *panel,      \
                                float *c, size_t c_stride, size_t last, bool accumulate)                            \
    {                                                                                                                \
        multiply_pairs(r, v, pairs, a, a_row, a_step, panel, c, c_stride, last, accumulate);                         \
    }
#define PAIRS_FUNCTIONS(v) PAIRS_FUNCTION(1, v) PAIRS_FUNCTION(2, v) PAIRS_FUNCTION(6, v)
PAIRS_FUNCTIONS(1)
PAIRS_FUNCTIONS(2)
PAIRS_FUNCTIONS(3)
PAIRS_FUNCTIONS(4)

/* The rows that blocks of 6 leave are taken by twos: a function for each height would be larger than it is worth. */
static const size_t heights[] = {1, 2, BLOCK};
#define PAIRS_NAMES(v) {pairs_1x##v, pairs_2x##v, pairs_6x##v}
static const pairs_function pairs_blocks[VECTORS][3] = {PAIRS_NAMES(1), PAIRS_NAMES(2), PAIRS_NAMES(3), PAIRS_NAMES(4)};

/* ---- the whole product */

/* One panel of B against all rows of A, for a piece of k that begins at p. */
static void multiply_pairs_panel(const aei_product *w, size_t col, size_t cols, size_t p, size_t depth,
                                 const float *panel)
{
    const size_t vectors = (cols + LANES - 1) / LANES, last = cols - (vectors - 1) * LANES, pairs = (depth + 1) / 2;
    const size_t a_row = w->a_transposed ? 1 : PAIRS, a_step = w->a_transposed ? STRIP : 1;
    const bool accumulate = w->accumulate || p > 0, final = p + depth == w->k;
    const bool discard = w->discard && depth == w->k && !w->accumulate;
    const size_t c_stride = discard ? PANEL : w->c_stride;
    _Alignas(64) float strip[STRIP * PAIRS], group[GROUP * PANEL];

    for (size_t first = 0; first < w->m; first += STRIP) {
        const size_t strip_rows = w->m - first < STRIP ? w->m - first : STRIP;
        if (w->a_transposed)
            pair_rows(w->a + p * w->a_stride + first, w->a_stride, depth, strip_rows, strip, STRIP);
        else
            pair_columns(w->a + first * w->a_stride + p, w->a_stride, strip_rows, depth, strip, PAIRS);
        for (size_t row = 0; row < strip_rows; row += GROUP) {
            const size_t rows = strip_rows - row < GROUP ? strip_rows - row : GROUP;
            float *c = discard ? group : w->c + (first + row) * w->c_stride + col;
            if (final && w->prepare) w->prepare(w->user, first + row, col, rows, cols);
            for (size_t i = 0, kind; i < rows; i += heights[kind]) {
                kind = rows - i >= BLOCK ? 2 : rows - i >= 2;
                pairs_blocks[vectors - 1][kind](pairs, strip + (row + i) * a_row, a_row, a_step, panel,
                                                c + i * c_stride, c_stride, last, accumulate);
            }
            if (final && w->finish) w->finish(w->user, first + row, col, rows, cols, c, c_stride);
        }
    }
}

void aei_product_bf16(const aei_product *w)
{
    const size_t width = piece(w->n, VECTORS), most = piece(w->k, 2 * PAIRS / LANES);
    _Alignas(64) float panel[PAIRS * PANEL];

    for (size_t col = 0; col < w->n; col += width) {
        const size_t cols = w->n - col < width ? w->n - col : width;
        for (size_t p = 0; p < w->k; p += most) {
            const size_t depth = w->k - p < most ? w->k - p : most;
            if (w->b_transposed)
                turn_pairs(w->b + col * w->b_stride + p, w->b_stride, depth, cols, panel);
            else
                pair_rows(w->b + p * w->b_stride + col, w->b_stride, depth, cols, panel, PANEL);
            multiply_pairs_panel(w, col, cols, p, depth, panel);
        }
    }
}

