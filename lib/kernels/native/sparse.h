/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The matrix product C (+)= A B of dense.h for an A that is mostly zeros: images with a border, counts, the outputs of
 * ReLU. A zero of A is left out, and so costs nothing:
 *
 *                  WIDE
 *              +-----------+            The rows of C are made one after the other, WIDE columns at a time: for each number
 *              | . . . . . |            of A's row that is not 0, that multiple of a row of B is added. The rows that are
 *         DEEP | # # # # # |            met are anywhere in B, so DEEP x WIDE numbers of it are copied (or, of a transposed
 *              | . . . . . |            B, turned) to a panel that stays in the first cache while all rows of A go over it.
 *   +-----+    +-----------+
 *   |.#..#|    | - - - - - |            A row of A is read as bits, one for each number that is not 0.
 *   +-----+    +-----------+
 *
 * c[i,j] is the sum over p in order of a[i,p] b[p,j], one rounding for product and addition together, as in product.h:
 * adding 0 * b changes no sum (but -0, and where B is not finite), so both give the same numbers. A long sum goes on
 * from panel to panel; only of a transposed B each panel has sums of its own, as there. */
#ifndef AEI_KERNELS_NATIVE_SPARSE_H
#define AEI_KERNELS_NATIVE_SPARSE_H

#include <stdbool.h>
#include "kernels/dense.h"
#include "kernels/native/panels.h"

/* The two shapes of a panel, of PANEL_SIZE numbers each:
 *     DEEP x WIDE       where C is a step of the optimizer, for which a batch of up to DEEP rows has all sums at once
 *     DEEP/2 x BROAD    with AVX-512, where C has the sums of several panels: more is made of a row of A that was read */
#define WIDE 64
#define DEEP 128
#define BROAD (LANES == 16 ? 128 : 64)
#define PANEL_SIZE (DEEP * WIDE)
#define SOME 32 /* rows of C that are finished at once */
#define STEP 4  /* rows of C between two fetches: of many at once the processor drops most */
_Static_assert(DEPTH * BROAD <= PANEL_SIZE, "pieces of a transposed B fit a panel");
_Static_assert(PANEL_SIZE / BROAD % 64 == 0, "panels begin at whole words of bits");
_Static_assert(SOME % LANES == 0, "turned blocks consist of whole vectors");

/* bit p: a[p] is not 0, p < n <= 64 */
INLINE uint64_t nonzero_bits(const float *a, size_t n)
{
    uint64_t bits = 0;
    size_t p = 0;
    if (n == 64) {
#pragma GCC unroll 8
        for (size_t j = 0; j < 64; j += LANES) bits |= (uint64_t)lanes_nonzero(lanes_load(a + j)) << j;
        return bits;
    }
    for (; p + LANES <= n; p += LANES) bits |= (uint64_t)lanes_nonzero(lanes_load(a + p)) << p;
    if (p < n) bits |= (uint64_t)lanes_nonzero(lanes_load_part(a + p, n - p)) << p;
    return bits;
}

static size_t nonzeros(const float *a, size_t n)
{
    size_t found = 0;
    for (size_t p = 0; p < n; p += LANES)
        found += (size_t)__builtin_popcount(lanes_nonzero(lanes_load_n(a + p, n - p < LANES ? n - p : LANES)));
    return found;
}

/* What the sums of a panel are to what C has: they go on from it, or are added to it. */
typedef enum sum_mode { SUMS_NEW, SUMS_GO_ON, SUMS_ADD } sum_mode;

/* c[j] (+)= sum over p of a[p] panel[p,j], j < cols, the p in `bits`, which are as many as fit the panel; `vectors`
 * vectors hold them */
INLINE void add_rows(const size_t wide, const size_t vectors, const float *a, const uint64_t *bits, const float *panel,
                     float *c, size_t cols, sum_mode mode)
{
    lanes sum[BROAD / LANES];
#pragma GCC unroll 8
    for (size_t j = 0; j < vectors; ++j) {
        const size_t n = j + 1 < vectors ? LANES : cols - j * LANES;
        sum[j] = mode == SUMS_GO_ON ? lanes_load_n(c + j * LANES, n) : lanes_zero();
    }
#pragma GCC unroll 2
    for (size_t part = 0; part < PANEL_SIZE / wide / 64; ++part, a += 64, panel += 64 * wide)
        for (uint64_t left = bits[part]; left; left &= left - 1) {
            const size_t p = (size_t)__builtin_ctzll(left);
            const lanes x = lanes_of(a[p]);
#pragma GCC unroll 8
            for (size_t j = 0; j < vectors; ++j) sum[j] = lanes_fma(x, lanes_load(panel + p * wide + j * LANES), sum[j]);
        }
#pragma GCC unroll 8
    for (size_t j = 0; j < vectors; ++j) {
        const size_t n = j + 1 < vectors ? LANES : cols - j * LANES;
        if (mode == SUMS_ADD) sum[j] += lanes_load_n(c + j * LANES, n);
        lanes_store_n(c + j * LANES, sum[j], n);
    }
}

/* that for `rows` rows */
typedef void (*add_function)(size_t rows, const float *a, size_t a_stride, const uint64_t *bits, size_t bits_stride,
                             const float *panel, float *c, size_t c_stride, size_t cols, sum_mode mode);

#define ADD_FUNCTION(wide, v)                                                                                         \
    static void add_rows_##wide##_##v(size_t rows, const float *a, size_t a_stride, const uint64_t *bits,              \
                                      size_t bits_stride, const float *panel, float *c, size_t c_stride, size_t cols, \
                                      sum_mode mode)                                                                  \
    {                                                                                                                  \
        for (size_t i = 0; i < rows; ++i)                                                                              \
            add_rows(wide, v, a + i * a_stride, bits + i * bits_stride, panel, c + i * c_stride, cols, mode);          \
    }
ADD_FUNCTION(64, 1)
ADD_FUNCTION(64, 2)
ADD_FUNCTION(64, 3)
ADD_FUNCTION(64, 4)
#if AEI_LANES == 16
ADD_FUNCTION(128, 5)
ADD_FUNCTION(128, 6)
ADD_FUNCTION(128, 7)
ADD_FUNCTION(128, 8)
static const add_function adds[] = {add_rows_64_1,  add_rows_64_2,  add_rows_64_3,  add_rows_64_4,
                                    add_rows_128_5, add_rows_128_6, add_rows_128_7, add_rows_128_8};
#else
ADD_FUNCTION(64, 5)
ADD_FUNCTION(64, 6)
ADD_FUNCTION(64, 7)
ADD_FUNCTION(64, 8)
static const add_function adds[] = {add_rows_64_1, add_rows_64_2, add_rows_64_3, add_rows_64_4,
                                    add_rows_64_5, add_rows_64_6, add_rows_64_7, add_rows_64_8};
#endif

/* panel[p,j] = b[p,j], filled up to whole vectors with zeros */
static void copy_panel(const float *b, size_t stride, size_t depth, size_t cols, float *panel, size_t wide)
{
    for (size_t p = 0; p < depth; ++p)
        for (size_t j = 0; j < cols; j += LANES)
            lanes_store(panel + p * wide + j, lanes_load_n(b + p * stride + j, cols - j < LANES ? cols - j : LANES));
}

/* What is made from one panel: all of `start` .. end - 1 of C's rows, in these columns. */
typedef struct sparse_piece {
    size_t start, end, col, cols, p, depth;
    size_t wide;
    const float *panel;
    const uint64_t *bits; /* of the rows of A, from number p on, where they are known; else NULL */
    float *block; /* SOME rows of C, where C itself is not there for the sums of several panels; else NULL */
} sparse_piece;

/* Adds to `rows` rows of C from `row` on, STEP or less. */
static void add_step(const aei_product *w, const sparse_piece *at, size_t row, size_t rows, float *c, size_t c_stride)
{
    const sum_mode mode = at->p == 0 && (at->block || !w->accumulate) ? SUMS_NEW : w->b_transposed ? SUMS_ADD : SUMS_GO_ON;
    const float *a = w->a + row * w->a_stride + at->p;
    uint64_t found[STEP * DEEP / 64];
    const uint64_t *bits = found;
    size_t bits_stride = DEEP / 64;
    if (at->bits) {
        bits_stride = aei_bit_words(w->k);
        bits = at->bits + row * bits_stride;
    } else
        for (size_t i = 0; i < rows; ++i)
            for (size_t q = 0; q < PANEL_SIZE / at->wide; q += 64)
                found[i * bits_stride + q / 64] =
                    q < at->depth ? nonzero_bits(a + i * w->a_stride + q, at->depth - q < 64 ? at->depth - q : 64) : 0;
    adds[(at->cols - 1) / LANES](rows, a, w->a_stride, bits, bits_stride, at->panel, c, c_stride, at->cols, mode);
}

/* The end of a block that was made beside C, which may be stored the other way round. */
static void finish_block(const aei_product *w, size_t row, size_t rows, size_t col, size_t cols, float *block)
{
    const bool discard = w->discard && !w->accumulate;
    _Alignas(64) float turned[WIDE * SOME];
    float *from = block, *to;
    size_t stride = WIDE;
    if (w->c_turned) {
        const size_t first = col, count = cols;
        turn_panel(block, WIDE, cols, rows, turned, SOME);
        from = turned;
        stride = SOME;
        col = row, cols = rows;
        row = first, rows = count;
    }
    to = discard ? from : w->c + row * w->c_stride + col;
    for (size_t i = 0; i < rows && !discard; ++i)
        for (size_t j = 0; j < cols; ++j)
            to[i * w->c_stride + j] = w->accumulate ? to[i * w->c_stride + j] + from[i * stride + j] : from[i * stride + j];
    if (w->finish) w->finish(w->user, row, col, rows, cols, to, discard ? stride : w->c_stride);
}

static void turn_matrix(const float *from, size_t stride, size_t rows, size_t cols, float *to, size_t to_stride,
                        uint64_t *bits)
{
    const size_t words = aei_bit_words(rows);
    turn_panel(from, stride, cols, rows, to, to_stride);
    for (size_t j = 0; j < cols; ++j, to += to_stride)
        for (size_t i = 0; i < words; ++i) {
            const size_t r = 64 * i;
            *bits++ = r < rows ? nonzero_bits(to + r, rows - r < 64 ? rows - r : 64) : 0;
        }
}

/* What the next panel will be made from, [k,n] from (p, col) on of B: as a matrix without its transposition. */
typedef struct next_panel {
    const float *b;
    size_t rows, width;
} next_panel;

static next_panel next_of(const aei_product *w, const sparse_piece *at)
{
    const size_t rest = w->k - at->p - at->depth, right = rest > 0 ? at->cols : w->n + w->n_after - at->col - at->cols;
    const size_t p = rest > 0 ? at->p + at->depth : 0, col = rest > 0 ? at->col : at->col + at->cols;
    const size_t k = rest > 0 && rest < at->depth ? rest : at->depth, n = right < at->cols ? right : at->cols;
    if (w->b_transposed) return (next_panel){w->b + col * w->b_stride + p, n, k};
    return (next_panel){w->b + p * w->b_stride + col, n > 0 ? k : 0, n};
}

/* Part `first` to `end` of `total` of it is brought near: its rows are too far apart for the processor to foresee. */
static void fetch_next_panel(const aei_product *w, const next_panel *next, size_t first, size_t end, size_t total)
{
    const float *b = next->b;
    for (size_t i = next->rows * first / total; i < next->rows * end / total; ++i)
        for (size_t j = 0; j < next->width; j += 64 / sizeof *b) __builtin_prefetch(b + i * w->b_stride + j, 0, 2);
}

/* The same of what finish() will want: rows first .. end - 1 of the block that begins with `row`. */
static void fetch_for_finish(const aei_product *w, const sparse_piece *at, size_t row, size_t first, size_t end)
{
    const size_t rows = row >= at->end ? 0 : at->end - row < SOME ? at->end - row : SOME;
    if (!w->prepare || first >= rows) return;
    if (end > rows) end = rows;
    if (w->c_turned) {
        const size_t begin = at->cols * first / rows;
        w->prepare(w->user, at->col + begin, row, at->cols * end / rows - begin, rows);
    } else
        w->prepare(w->user, row + first, at->col, end - first, at->cols);
}

static void multiply_piece(const aei_product *w, const sparse_piece *at)
{
    const bool final = at->p + at->depth == w->k;
    const next_panel next = next_of(w, at);

    for (size_t row = at->start; row < at->end; row += SOME) {
        const size_t rows = at->end - row < SOME ? at->end - row : SOME, c_stride = at->block ? WIDE : w->c_stride;
        float *c = at->block ? at->block : w->c + row * w->c_stride + at->col;
        for (size_t first = 0; first < rows; first += STEP) {
            const size_t end = rows - first < STEP ? rows : first + STEP, done = row - at->start;
            if (final && done == 0) fetch_for_finish(w, at, row, first, end);
            if (final) fetch_for_finish(w, at, row + SOME, first, end);
            fetch_next_panel(w, &next, done + first, done + end, at->end - at->start);
            add_step(w, at, row + first, end - first, c + first * c_stride, c_stride);
        }
        if (final && at->block)
            finish_block(w, row, rows, at->col, at->cols, c);
        else if (final && w->finish)
            w->finish(w->user, row, at->col, rows, at->cols, c, c_stride);
    }
}

static void product_of_sparse(const aei_product *w)
{
    const bool beside = w->c_turned || (w->accumulate ? !w->b_transposed : w->discard);
    const size_t width = piece(w->n, (beside ? WIDE : BROAD) / LANES);
    _Alignas(64) float panel[PANEL_SIZE], block[SOME * WIDE];
    sparse_piece at = {.panel = panel, .block = beside ? block : NULL};

    for (at.col = 0; at.col < w->n; at.col += width) {
        at.cols = w->n - at.col < width ? w->n - at.col : width;
        at.wide = at.cols <= WIDE ? WIDE : BROAD;
        const size_t most = w->b_transposed ? piece(w->k, DEPTH / LANES) : PANEL_SIZE / at.wide;
        const size_t together = beside && most < w->k ? SOME : w->m; /* rows for which a panel is made */
        for (at.start = 0; at.start < w->m; at.start += together)
            for (at.p = 0; at.p < w->k; at.p += most) {
                at.depth = w->k - at.p < most ? w->k - at.p : most;
                at.end = w->m - at.start < together ? w->m : at.start + together;
                at.bits = w->a_bits ? w->a_bits + at.p / 64 : NULL;
                if (w->b_transposed)
                    turn_panel(w->b + at.col * w->b_stride + at.p, w->b_stride, at.depth, at.cols, panel, at.wide);
                else
                    copy_panel(w->b + at.p * w->b_stride + at.col, w->b_stride, at.depth, at.cols, panel, at.wide);
                multiply_piece(w, &at);
            }
    }
}

#endif
