/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "kernels/ref.h"
#include <string.h>
#include "base/threads.h"
#include "kernels/update.h"

/* ---- the product C = A B                                                     A:[m,k]  B:[k,n]  C:[m,n]
 *
 * C is made in blocks of BLOCK_ROWS x BLOCK_COLS that stay in registers while k runs; the columns of B they
 * need are copied first into a panel [DEPTH, BLOCK_COLS], which the blocks below each other share. What
 * sticks out over the edge is computed too (from zeros in the panel, from the last row of A again) and not
 * stored. So c[i,j] is
 *   sum over pieces of DEPTH in k of (sum over p in order of a[i,p] b[p,j])
 * whatever block it falls into. */

#define BLOCK_ROWS 4
#define BLOCK_COLS 8
#define DEPTH (1024 / sizeof(aei_real)) /* a panel of 8 KiB */

/* Several numbers that are added and multiplied as one: the 16 bytes which the baseline of x86-64 and AArch64
 * has. Without this gcc keeps the block in memory. Other compilers use lanes of one number. */
#if defined(__GNUC__)
typedef aei_real lanes __attribute__((vector_size(16)));
#else
typedef aei_real lanes;
#endif
#define LANES (sizeof(lanes) / sizeof(aei_real))

static inline lanes lanes_load(const aei_real *from)
{
    lanes v;
    memcpy(&v, from, sizeof v);
    return v;
}

/* panel[p,j] = b[p,j], p < k, j < n; columns n..BLOCK_COLS-1 zero */
static void fill_panel(const aei_real *b, size_t stride, bool transposed, size_t k, size_t n,
                       aei_real panel[DEPTH][BLOCK_COLS])
{
    if (n < BLOCK_COLS) memset(panel, 0, k * sizeof panel[0]);
    if (transposed)
        for (size_t j = 0; j < n; ++j)
            for (size_t p = 0; p < k; ++p) panel[p][j] = b[j * stride + p];
    else
        for (size_t p = 0; p < k; ++p) memcpy(panel[p], b + p * stride, n * sizeof panel[p][0]);
}

/* c[i,:] = sum over p < k of a[i][p * step] panel[p,:] */
static void multiply_block(const aei_real *const a[BLOCK_ROWS], size_t step, size_t k,
                           aei_real panel[DEPTH][BLOCK_COLS], aei_real c[BLOCK_ROWS][BLOCK_COLS])
{
    lanes sum[BLOCK_ROWS][BLOCK_COLS / LANES];
    memset(sum, 0, sizeof sum);
    for (size_t p = 0; p < k; ++p)
        for (size_t i = 0; i < BLOCK_ROWS; ++i)
            for (size_t j = 0; j < BLOCK_COLS / LANES; ++j)
                sum[i][j] += a[i][p * step] * lanes_load(panel[p] + j * LANES);
    memcpy(c, sum, sizeof sum);
}

static void product_by_blocks(const aei_product *w)
{
    const size_t row_step = w->a_transposed ? 1 : w->a_stride, step = w->a_transposed ? w->a_stride : 1;
    aei_real panel[DEPTH][BLOCK_COLS], c[BLOCK_ROWS][BLOCK_COLS];
    const aei_real *a[BLOCK_ROWS];

    for (size_t p = 0; p < w->k; p += DEPTH) {
        const size_t depth = w->k - p < DEPTH ? w->k - p : DEPTH;
        for (size_t col = 0; col < w->n; col += BLOCK_COLS) {
            const size_t cols = w->n - col < BLOCK_COLS ? w->n - col : BLOCK_COLS;
            const aei_real *b = w->b_transposed ? w->b + col * w->b_stride + p : w->b + p * w->b_stride + col;
            fill_panel(b, w->b_stride, w->b_transposed, depth, cols, panel);
            for (size_t row = 0; row < w->m; row += BLOCK_ROWS) {
                const size_t rows = w->m - row < BLOCK_ROWS ? w->m - row : BLOCK_ROWS;
                for (size_t i = 0; i < BLOCK_ROWS; ++i)
                    a[i] = w->a + (row + (i < rows ? i : rows - 1)) * row_step + p * step;
                multiply_block(a, step, depth, panel, c);
                for (size_t i = 0; i < rows; ++i) {
                    aei_real *out = w->c + (row + i) * w->c_stride + col;
                    for (size_t j = 0; j < cols; ++j) out[j] += c[i][j];
                }
            }
        }
    }
}

/* sum over p < k of a[p] b[p], in one partial sum a lane of `sum` and then those in order */
static aei_real dot(const aei_real *a, const aei_real *b, size_t k)
{
    lanes sum[4];
    aei_real parts[4 * LANES], total = 0;
    size_t p = 0;
    memset(sum, 0, sizeof sum);
    for (; k - p >= 4 * LANES; p += 4 * LANES)
        for (size_t i = 0; i < 4; ++i)
            sum[i] += lanes_load(a + p + i * LANES) * lanes_load(b + p + i * LANES);
    memcpy(parts, sum, sizeof sum);
    for (size_t i = 0; i < 4 * LANES; ++i) total += parts[i];
    for (; p < k; ++p) total += a[p] * b[p];
    return total;
}

/* For so few rows that filling a panel would not pay: reads B as it lies. */
static void product_by_rows(const aei_product *w)
{
    const size_t row_step = w->a_transposed ? 1 : w->a_stride, step = w->a_transposed ? w->a_stride : 1;

    for (size_t row = 0; row < w->m; ++row) {
        const aei_real *a = w->a + row * row_step;
        aei_real *c = w->c + row * w->c_stride;
        if (w->b_transposed) {
            for (size_t j = 0; j < w->n; ++j) c[j] += dot(a, w->b + j * w->b_stride, w->k);
        } else {
            for (size_t p = 0; p < w->k; ++p) {
                const aei_real *b = w->b + p * w->b_stride, s = a[p * step];
                for (size_t j = 0; j < w->n; ++j) c[j] += s * b[j];
            }
        }
    }
}

void aei_ref_product(const aei_product *w)
{
    if (!w->accumulate)
        for (size_t row = 0; row < w->m; ++row) memset(w->c + row * w->c_stride, 0, w->n * sizeof *w->c);
    if (w->m < BLOCK_ROWS)
        product_by_rows(w);
    else
        product_by_blocks(w);
    if (w->finish) w->finish(w->user, 0, 0, w->m, w->n, w->c, w->c_stride);
}

static void dense_forward(const aei_dense_forward *call)
{
    aei_dense_forward_by(&aei_kernels_reference, call);
}

static void dense_input_gradient(const aei_dense_input_gradient *call)
{
    aei_dense_input_gradient_by(&aei_kernels_reference, call);
}

static void dense_weight_gradient(const aei_dense_weight_gradient *call)
{
    aei_dense_weight_gradient_by(&aei_kernels_reference, call);
}

/* ---- exponentials */

void aei_ref_exp(const aei_real *x, size_t n, aei_real *y)
{
    for (size_t i = 0; i < n; ++i) y[i] = aei_exp(x[i]);
}

void aei_ref_expm1(const aei_real *x, size_t n, aei_real *y)
{
    for (size_t i = 0; i < n; ++i) y[i] = aei_expm1(x[i]);
}

/* ---- losses with their gradients                y, z:[n,d]  target:[n,d]  row_loss:[n]  dz:[n,d] or NULL
 * Tasks are some rows. A row goes by pieces that fit the stack, with SUMS partial sums in double in each
 * piece. */

#define TASK_NUMBERS 16384
#define PIECE 256
#define SUMS 4

typedef struct loss_work {
    const aei_loss_gradient *call;
    double (*row)(const aei_loss_gradient *call, size_t r);
    size_t rows; /* of a task */
} loss_work;

static void loss_task(void *work, size_t task)
{
    const loss_work *w = work;
    const size_t first = task * w->rows, left = w->call->n - first;
    const size_t end = first + (left < w->rows ? left : w->rows);
    for (size_t r = first; r < end; ++r) w->call->row_loss[r] = w->row(w->call, r);
}

void aei_loss_by_rows(const aei_loss_gradient *call, double (*row)(const aei_loss_gradient *, size_t))
{
    loss_work work = {call, row, TASK_NUMBERS / call->d + 1};
    const size_t tasks = call->n / work.rows + (call->n % work.rows != 0);
    if (tasks == 1)
        loss_task(&work, 0);
    else if (tasks > 1)
        aei_parallel_for(call->runtime, tasks, loss_task, &work);
}

/* Ends a piece with zeros so that its length divides by SUMS; PIECE does. */
static size_t pad(aei_real *piece, size_t n)
{
    while (n % SUMS != 0) piece[n++] = 0;
    return n;
}

/* l = sum over j of (y_j - t_j)^2        dl/dz_j = 2 (y_j - t_j) f'(y_j, z_j) */
static double squared_error_row(const aei_loss_gradient *call, size_t r)
{
    const aei_real *y = call->y + r * call->d, *t = call->target + r * call->target_stride;
    const aei_real *z = call->z ? call->z + r * call->d : NULL;
    aei_real *dz = call->dz ? call->dz + r * call->d : NULL;
    const aei_real slope = 2 * call->scale;
    aei_real e[PIECE]; /* y - t */
    double loss = 0;

    for (size_t first = 0; first < call->d; first += PIECE) {
        const size_t n = call->d - first < PIECE ? call->d - first : PIECE;
        double sum[SUMS] = {0};
        for (size_t j = 0; j < n; ++j) e[j] = y[first + j] - t[first + j];
        for (size_t j = 0; dz && j < n; ++j) dz[first + j] = slope * e[j];
        const size_t padded = pad(e, n);
        for (size_t j = 0; j < padded; j += SUMS)
            for (size_t s = 0; s < SUMS; ++s) sum[s] += (double)e[j + s] * (double)e[j + s];
        loss += (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
    if (dz) aei_activation_chain(call->f, y, z, call->d, dz);
    return loss;
}

void aei_ref_squared_error(const aei_loss_gradient *call)
{
    aei_loss_by_rows(call, squared_error_row);
}

/* With y = sigmoid(z), l = sum over j of -t log y - (1 - t) log(1 - y), which without the logarithm of what
 * may have become 0, and without a difference of nearly equal numbers, is
 *   l = sum over j of max(z, 0) (1 - t) - min(z, 0) t + log(1 + e)      e = exp(-|z|), in [0,1]
 *   dl/dz_j = y - t,    y = 1 / (1 + e) if z > 0, else e / (1 + e)
 * One exp a number serves both. One logarithm of a product serves a whole piece: each factor 1 + e is at most
 * 2, so the product is at most 2^PIECE. */
static double cross_entropy_row(const aei_loss_gradient *call, size_t r)
{
    const aei_real *z = call->z + r * call->d, *t = call->target + r * call->target_stride;
    aei_real *dz = call->dz ? call->dz + r * call->d : NULL;
    aei_real e[PIECE], linear[PIECE];
    double loss = 0;

    for (size_t first = 0; first < call->d; first += PIECE, z += PIECE, t += PIECE) {
        const size_t n = call->d - first < PIECE ? call->d - first : PIECE;
        double sum[SUMS] = {0}, factor[SUMS] = {1, 1, 1, 1};
        for (size_t j = 0; j < n; ++j) e[j] = aei_exp(-aei_fabs(z[j]));
        for (size_t j = 0; j < n; ++j)
            linear[j] = (z[j] < 0 ? 0 : z[j]) * (1 - t[j]) - (z[j] > 0 ? 0 : z[j]) * t[j];
        const size_t padded = pad(linear, n);
        pad(e, n);
        for (size_t j = 0; j < padded; j += SUMS)
            for (size_t s = 0; s < SUMS; ++s) {
                sum[s] += (double)linear[j + s];
                factor[s] *= 1 + (double)e[j + s];
            }
        loss += (sum[0] + sum[1]) + (sum[2] + sum[3]);
        loss += log((factor[0] * factor[1]) * (factor[2] * factor[3]));

        if (!dz) continue;
        for (size_t j = 0; j < n; ++j) e[j] = (z[j] > 0 ? 1 : e[j]) / (1 + e[j]);
        for (size_t j = 0; j < n; ++j) dz[first + j] = call->scale * (e[j] - t[j]);
    }
    return loss;
}

void aei_ref_cross_entropy(const aei_loss_gradient *call)
{
    aei_loss_by_rows(call, cross_entropy_row);
}

/* ---- the table */

static void nothing(void)
{
}

const aei_kernels aei_kernels_reference = {
    .name = "reference",
    .id = AE_KERNELS_REFERENCE,
    .product = aei_ref_product,
    .needs_dw = 1,
    .tile_cols = 128,
    .activate = aei_activation_apply,
    .chain = aei_activation_chain,
    .exp = aei_ref_exp,
    .expm1 = aei_ref_expm1,
    .affine = aei_affine,
    .column_sums = aei_column_sums,
    .uniform = aei_rng_uniform,
    .normal = aei_rng_normal,
    .dense_forward = dense_forward,
    .dense_input_gradient = dense_input_gradient,
    .dense_weight_gradient = dense_weight_gradient,
    .update = aei_update_apply,
    .update_block = aei_update_block,
    .squared_error = aei_ref_squared_error,
    .cross_entropy = aei_ref_cross_entropy,
    .enter = nothing,
    .leave = nothing,
};
