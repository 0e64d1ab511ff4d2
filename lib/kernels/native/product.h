/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The matrix product C (+)= A B of dense.h; plain twin: aei_ref_product() in ref.c.     A:[m,k]  B:[k,n]  C:[m,n]
 *
 *                  PANEL
 *              +-----------+            C is made in blocks of BLOCK rows and PANEL columns, whose sums stay in registers
 *              |     B     | k          while k runs: each number of A is spread over a vector and multiplied with a row
 *      k       +-----------+            of B. The blocks of one panel come one after the other, so that its part of B
 *   +-----+    +-----------+            stays near. A and B are read where they lie (copying B first was slower at every
 * m |  A  |    |  C block  | BLOCK      shape tried); A may be stored either way.
 *   +-----+    +-----------+
 *
 * A transposed B is turned in pieces of at most DEPTH x PANEL numbers, which fit the first cache; each has sums of its
 * own, which are added to C. For a few rows turning does not pay, they are products of vectors (dots).
 *
 * So c[i,j] is a sum over p in order of a[i,p] b[p,j], one rounding for product and addition together, by itself or in
 * pieces, as the shape says. */
#ifndef AEI_KERNELS_NATIVE_PRODUCT_H
#define AEI_KERNELS_NATIVE_PRODUCT_H

#include <stdbool.h>
#include "kernels/dense.h"
#include "kernels/native/panels.h"

#define FEW_ROWS 24 /* up to here dots are faster than turning B */

/* ---- one block: c[i,:] (+)= sum over p < k of a[i,p] b[p,:],  i < rows, `vectors` vectors of which the last has
 * `last` lanes. rows, vectors and `whole` are constants at each use, so that the sums are registers. With `whole` all
 * lanes of b may be read. */
INLINE void multiply_block(const size_t rows, const size_t vectors, const bool whole, size_t k, const float *a, size_t a_row,
                           size_t a_step, const float *b, size_t b_stride, float *c, size_t c_stride, size_t last,
                           bool accumulate)
{
    lanes sum[BLOCK][VECTORS];

#pragma GCC unroll 8
    for (size_t i = 0; i < rows; ++i)
#pragma GCC unroll 8
        for (size_t j = 0; j < vectors; ++j) sum[i][j] = lanes_zero();
    for (size_t p = 0; p < k; ++p) {
        lanes row[VECTORS];
#pragma GCC unroll 8
        for (size_t j = 0; j < vectors; ++j)
            row[j] = whole || j + 1 < vectors ? lanes_load(b + p * b_stride + j * LANES)
                                              : lanes_load_part(b + p * b_stride + j * LANES, last);
#pragma GCC unroll 8
        for (size_t i = 0; i < rows; ++i) {
            const lanes x = lanes_of(a[i * a_row + p * a_step]);
#pragma GCC unroll 8
            for (size_t j = 0; j < vectors; ++j) sum[i][j] = lanes_fma(x, row[j], sum[i][j]);
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

typedef void (*block_function)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_stride,
                               float *c, size_t c_stride, size_t last, bool accumulate);

#define BLOCK_FUNCTION(r, v)                                                                                        \
    static void multiply_##r##x##v(size_t k, const float *a, size_t a_row, size_t a_step, const float *b,          \
                                   size_t b_stride, float *c, size_t c_stride, size_t last, bool accumulate)       \
    {                                                                                                               \
        multiply_block(r, v, true, k, a, a_row, a_step, b, b_stride, c, c_stride, last, accumulate);                \
    }                                                                                                               \
    static void multiply_part_##r##x##v(size_t k, const float *a, size_t a_row, size_t a_step, const float *b,     \
                                        size_t b_stride, float *c, size_t c_stride, size_t last, bool accumulate)  \
    {                                                                                                               \
        multiply_block(r, v, false, k, a, a_row, a_step, b, b_stride, c, c_stride, last, accumulate);               \
    }
#define BLOCK_FUNCTIONS(v) \
    BLOCK_FUNCTION(1, v) BLOCK_FUNCTION(2, v) BLOCK_FUNCTION(3, v) BLOCK_FUNCTION(4, v) BLOCK_FUNCTION(5, v) \
    BLOCK_FUNCTION(6, v)

/* [whole][vectors - 1][rows - 1] */
BLOCK_FUNCTIONS(1)
BLOCK_FUNCTIONS(2)
#if AEI_LANES == 16
BLOCK_FUNCTIONS(3)
BLOCK_FUNCTIONS(4)
static const block_function blocks[2][VECTORS][BLOCK] = {
    {BLOCK_NAMES(multiply_part_, 1), BLOCK_NAMES(multiply_part_, 2), BLOCK_NAMES(multiply_part_, 3),
     BLOCK_NAMES(multiply_part_, 4)},
    {BLOCK_NAMES(multiply_, 1), BLOCK_NAMES(multiply_, 2), BLOCK_NAMES(multiply_, 3), BLOCK_NAMES(multiply_, 4)}};
#else
static const block_function blocks[2][VECTORS][BLOCK] = {
    {BLOCK_NAMES(multiply_part_, 1), BLOCK_NAMES(multiply_part_, 2)},
    {BLOCK_NAMES(multiply_, 1), BLOCK_NAMES(multiply_, 2)}};
#endif

/* ---- few rows against a transposed B: c[i,j] (+)= sum over p of a[i,p] b[j,p], 4 columns of C at a time */

#define DOTS 4

INLINE void dots(const size_t rows, const size_t cols, const aei_product *w, size_t row, size_t col)
{
    const float *a = w->a + row * w->a_stride, *b = w->b + col * w->b_stride;
    lanes sum[DOTS][DOTS];
    size_t p = 0;
#pragma GCC unroll 4
    for (size_t i = 0; i < rows; ++i)
#pragma GCC unroll 4
        for (size_t j = 0; j < cols; ++j) sum[i][j] = lanes_zero();
    for (; p < w->k; p += LANES) {
        const size_t n = w->k - p < LANES ? w->k - p : LANES;
        lanes x[DOTS];
#pragma GCC unroll 4
        for (size_t i = 0; i < rows; ++i) x[i] = lanes_load_n(a + i * w->a_stride + p, n);
#pragma GCC unroll 4
        for (size_t j = 0; j < cols; ++j) {
            const lanes y = lanes_load_n(b + j * w->b_stride + p, n);
#pragma GCC unroll 4
            for (size_t i = 0; i < rows; ++i) sum[i][j] = lanes_fma(x[i], y, sum[i][j]);
        }
    }
#pragma GCC unroll 4
    for (size_t i = 0; i < rows; ++i) {
        float *c = w->c + (row + i) * w->c_stride + col;
#pragma GCC unroll 4
        for (size_t j = 0; j < cols; ++j) c[j] = (w->accumulate ? c[j] : 0) + lanes_sum(sum[i][j]);
    }
}

static void dots_of_rows(const size_t rows, const aei_product *w, size_t row)
{
    size_t col = 0;
    switch (rows) {
    case 1:
        for (; w->n - col >= DOTS; col += DOTS) dots(1, DOTS, w, row, col);
        for (; col < w->n; ++col) dots(1, 1, w, row, col);
        break;
    case 2:
        for (; w->n - col >= DOTS; col += DOTS) dots(2, DOTS, w, row, col);
        for (; col < w->n; ++col) dots(2, 1, w, row, col);
        break;
    case 3:
        for (; w->n - col >= DOTS; col += DOTS) dots(3, DOTS, w, row, col);
        for (; col < w->n; ++col) dots(3, 1, w, row, col);
        break;
    default:
        for (; w->n - col >= DOTS; col += DOTS) dots(4, DOTS, w, row, col);
        for (; col < w->n; ++col) dots(4, 1, w, row, col);
        break;
    }
}

static void product_by_dots(const aei_product *w)
{
    for (size_t row = 0; row < w->m; row += DOTS) dots_of_rows(w->m - row < DOTS ? w->m - row : DOTS, w, row);
    if (w->finish) w->finish(w->user, 0, 0, w->m, w->n, w->c, w->c_stride);
}

/* ---- the whole product */

/* One panel of C: all rows of it, k in one piece, or one piece more of k where C has the pieces before. */
typedef struct panel_piece {
    size_t col, cols;
    size_t p, depth;
    const float *b; /* row p of B, from column col on */
    size_t b_stride;
    bool whole; /* whole vectors of b may be read */
    const float *next; /* the piece of a transposed B that will be turned next, or NULL; as many rows as cols here */
    size_t next_stride, next_depth;
} panel_piece;

#define LINE (64 / sizeof(float))

/* Brings rows first .. end - 1 of the next piece near: they are far apart, too far for the processor to foresee.
 * (Inline: gcc 12 takes a function that does nothing else for one without effect.) */
INLINE void fetch_next(const panel_piece *piece, size_t first, size_t end)
{
    for (; first < end; ++first)
        for (size_t p = 0; p < piece->next_depth; p += LINE)
            __builtin_prefetch(piece->next + first * piece->next_stride + p, 0, 2);
}

static void multiply_panel(const aei_product *w, const panel_piece *piece)
{
    const size_t a_row = w->a_transposed ? 1 : w->a_stride, a_step = w->a_transposed ? w->a_stride : 1;
    const size_t vectors = (piece->cols + LANES - 1) / LANES, last = piece->cols - (vectors - 1) * LANES;
    const bool accumulate = w->accumulate || piece->p > 0, final = piece->p + piece->depth == w->k;
    const bool discard = w->discard && piece->depth == w->k && !w->accumulate;
    const block_function *multiply = blocks[piece->whole || last == LANES][vectors - 1];
    const size_t c_stride = discard ? piece->cols : w->c_stride;
    _Alignas(64) float group[GROUP * PANEL]; /* of C, where C itself is discarded */

    for (size_t row = 0; row < w->m; row += GROUP) {
        const size_t rows = w->m - row < GROUP ? w->m - row : GROUP;
        float *c = discard ? group : w->c + row * w->c_stride + piece->col;
        if (final && w->prepare) w->prepare(w->user, row, piece->col, rows, piece->cols);
        if (piece->next) fetch_next(piece, piece->cols * row / w->m, piece->cols * (row + rows) / w->m);
        for (size_t i = 0; i < rows; i += BLOCK)
            multiply[(rows - i < BLOCK ? rows - i : BLOCK) - 1](
                piece->depth, w->a + (row + i) * a_row + piece->p * a_step, a_row, a_step, piece->b, piece->b_stride,
                c + i * c_stride, c_stride, last, accumulate);
        if (final && w->finish) w->finish(w->user, row, piece->col, rows, piece->cols, c, c_stride);
    }
}

static void product_in_place(const aei_product *w)
{
    const size_t width = piece(w->n, VECTORS);
    for (size_t col = 0; col < w->n; col += width)
        multiply_panel(w, &(panel_piece){.col = col, .cols = w->n - col < width ? w->n - col : width,
                                         .p = 0, .depth = w->k, .b = w->b + col, .b_stride = w->b_stride});
}

static void product_by_turned_panels(const aei_product *w)
{
    const size_t width = piece(w->n, VECTORS), most = piece(w->k, DEPTH / LANES);
    _Alignas(64) float panel[DEPTH * PANEL];
    for (size_t col = 0; col < w->n; col += width) {
        const size_t cols = w->n - col < width ? w->n - col : width;
        for (size_t p = 0; p < w->k; p += most) {
            const size_t depth = w->k - p < most ? w->k - p : most, rest = w->k - p - depth;
            const float *from = w->b + col * w->b_stride + p;
            turn_panel(from, w->b_stride, depth, cols, panel, PANEL);
            multiply_panel(w, &(panel_piece){.col = col, .cols = cols, .p = p, .depth = depth, .b = panel,
                                             .b_stride = PANEL, .whole = true,
                                             .next = rest > 0 ? from + depth : NULL, .next_stride = w->b_stride,
                                             .next_depth = rest < most ? rest : most});
        }
    }
}

static void product_of_nothing(const aei_product *w)
{
    for (size_t row = 0; row < w->m && !w->accumulate; ++row)
        for (size_t j = 0; j < w->n; ++j) w->c[row * w->c_stride + j] = 0;
    if (w->finish) w->finish(w->user, 0, 0, w->m, w->n, w->c, w->c_stride);
}

static void product(const aei_product *w)
{
    if (w->k == 0)
        product_of_nothing(w);
    else if (w->b_transposed && !w->a_transposed && w->m <= FEW_ROWS)
        product_by_dots(w);
    else if (w->b_transposed)
        product_by_turned_panels(w);
    else
        product_in_place(w);
}

#endif
