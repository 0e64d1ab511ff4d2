/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "kernels/dense.h"
#include <string.h>
#include "base/threads.h"

/* ---- tiles: by shape alone, so that results do not depend on the number of threads */

#define TILE_ROWS 256         /* of the result */
#define ENOUGH_TASKS 8        /* so that a few threads finish at about the same time */
#define NEAR 65536            /* weights whose optimizer state stays in the second cache anyway */
#define SMALL_PRODUCT 65536.0 /* multiplications below which a second task costs more than it gives */

/* [0, total) in equal parts of at most about `most`; `part` is a multiple of 16 but for the last. */
typedef struct parts {
    size_t total, part, count;
} parts;

static parts parts_of(size_t total, size_t most)
{
    parts p = {total, total, 1};
    if (total > most) {
        const size_t wanted = (total - 1) / most + 1;
        p.part = ((total - 1) / wanted + 16) / 16 * 16;
        p.count = (total - 1) / p.part + 1;
    }
    return p;
}

static size_t part_first(const parts *p, size_t i)
{
    return i * p->part;
}

static size_t part_length(const parts *p, size_t i)
{
    return i + 1 < p->count ? p->part : p->total - i * p->part;
}

/* One tile of a matrix that is cut both ways, row of tiles by row of tiles. */
typedef struct tile {
    size_t row, rows, col, cols;
} tile;

static tile tile_at(const parts *rows, const parts *cols, size_t task)
{
    const size_t down = task / cols->count, across = task % cols->count;
    return (tile){part_first(rows, down), part_length(rows, down), part_first(cols, across),
                  part_length(cols, across)};
}

/* How a product [m,k] [k,n] is cut. */
static void cut(const aei_kernels *kernels, size_t m, size_t n, size_t k, parts *rows, parts *cols)
{
    const bool small = (double)m * (double)n * (double)k <= SMALL_PRODUCT;
    *rows = parts_of(m, small ? m : TILE_ROWS);
    *cols = parts_of(n, small ? n : kernels->tile_cols);
    if (!small && rows->count * cols->count < ENOUGH_TASKS) *rows = parts_of(m, m / 2 > 64 ? m / 2 : 64);
}

/* Runs count tasks, the usual single one without asking for threads. */
static void run(const ae_runtime *runtime, size_t count, ae_task task, void *work)
{
    if (count == 1)
        task(work, 0);
    else
        aei_parallel_for(runtime, count, task, work);
}

/* ---- y = f(scale * (x W^T) + bias)           x:[n,in]  W:[out,in] or, transposed, [in,out]  y:[n,out] */

typedef struct forward_work {
    const aei_kernels *kernels;
    const aei_dense_forward *call;
    parts rows, cols; /* of y */
} forward_work;

/* A tile on its way: where in the whole matrix the block (0, 0) of its product lies. */
typedef struct forward_tile {
    const forward_work *work;
    size_t row, col;
} forward_tile;

static void finish_forward(void *user, size_t row, size_t col, size_t rows, size_t cols, aei_real *y, size_t y_stride)
{
    const forward_tile *at = user;
    const aei_dense_forward *call = at->work->call;
    const size_t first = at->col + col;
    at->work->kernels->affine(call->f, call->scale ? call->scale + first : NULL, call->bias ? call->bias + first : NULL,
                              y, y_stride, call->z ? call->z + (at->row + row) * call->out + first : NULL, call->out,
                              rows, cols);
}

static void forward_task(void *work, size_t task)
{
    const forward_work *w = work;
    const aei_dense_forward *call = w->call;
    const tile t = tile_at(&w->rows, &w->cols, task);
    forward_tile at = {w, t.row, t.col};

    w->kernels->product(&(aei_product){
        .m = t.rows, .n = t.cols, .k = call->in,
        .a = call->x + t.row * call->x_stride, .a_stride = call->x_stride,
        .b = call->transposed ? call->w + t.col : call->w + t.col * call->in,
        .b_stride = call->transposed ? call->out : call->in,
        .b_transposed = !call->transposed,
        .c = call->y + t.row * call->y_stride + t.col, .c_stride = call->y_stride,
        .finish = finish_forward, .user = &at});
}

void aei_dense_forward_by(const aei_kernels *kernels, const aei_dense_forward *call)
{
    forward_work work = {.kernels = kernels, .call = call};
    cut(kernels, call->n, call->out, call->in, &work.rows, &work.cols);
    if (call->n > 0) run(call->runtime, work.rows.count * work.cols.count, forward_task, &work);
}

/* Plain C of the entry `affine`. */
void aei_affine(aei_activation f, const aei_real *scale, const aei_real *bias, aei_real *y, size_t y_stride, aei_real *z,
                size_t z_stride, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; ++r, y += y_stride) {
        if (scale && bias)
            for (size_t j = 0; j < cols; ++j) y[j] = scale[j] * y[j] + bias[j];
        else if (bias)
            for (size_t j = 0; j < cols; ++j) y[j] += bias[j];
        else if (scale)
            for (size_t j = 0; j < cols; ++j) y[j] *= scale[j];
        if (z) memcpy(z + r * z_stride, y, cols * sizeof *y);
        if (f.kind != AE_IDENTITY) aei_activation_apply(f, y, cols, y);
    }
}

/* ---- dx = (dz W) . f'(y, z)                 dz:[n,out]  W:[out,in] or, transposed, [in,out]  dx:[n,in] */

typedef struct input_gradient_work {
    const aei_kernels *kernels;
    const aei_dense_input_gradient *call;
    parts rows, cols; /* of dx */
} input_gradient_work;

typedef struct input_gradient_tile {
    const input_gradient_work *work;
    size_t row, col;
} input_gradient_tile;

static void finish_input_gradient(void *user, size_t row, size_t col, size_t rows, size_t cols, aei_real *dx,
                                  size_t dx_stride)
{
    const input_gradient_tile *t = user;
    const aei_dense_input_gradient *call = t->work->call;

    if (cols == call->in && dx_stride == cols) { /* one long row */
        cols *= rows;
        rows = 1;
    }
    for (size_t r = 0; r < rows; ++r) {
        const size_t at = (t->row + row + r) * call->in + t->col + col;
        t->work->kernels->chain(call->f, call->y ? call->y + at : NULL, call->z ? call->z + at : NULL, cols,
                                dx + r * dx_stride);
    }
}

static void input_gradient_task(void *work, size_t task)
{
    const input_gradient_work *w = work;
    const aei_dense_input_gradient *call = w->call;
    const tile t = tile_at(&w->rows, &w->cols, task);
    input_gradient_tile at = {w, t.row, t.col};

    w->kernels->product(&(aei_product){
        .m = t.rows, .n = t.cols, .k = call->out,
        .a = call->dz + t.row * call->out, .a_stride = call->out,
        .b = call->transposed ? call->w + t.col * call->out : call->w + t.col,
        .b_stride = call->transposed ? call->out : call->in,
        .b_transposed = call->transposed != 0,
        .c = call->dx + t.row * call->in + t.col, .c_stride = call->in,
        .finish = call->f.kind == AE_IDENTITY ? NULL : finish_input_gradient, .user = &at});
}

void aei_dense_input_gradient_by(const aei_kernels *kernels, const aei_dense_input_gradient *call)
{
    input_gradient_work work = {.kernels = kernels, .call = call};
    cut(kernels, call->n, call->in, call->out, &work.rows, &work.cols);
    if (call->n > 0) run(call->runtime, work.rows.count * work.cols.count, input_gradient_task, &work);
}

/* ---- dW = dz^T x (transposed: x^T dz), db = column sums of dz  dz:[n,out]  x:[n,in]  dW as W  db:[out]
 * A task makes a tile of dW and perhaps its share of db, and steps on both. */

typedef struct weight_gradient_work {
    const aei_kernels *kernels;
    const aei_dense_weight_gradient *call;
    parts rows, cols; /* of W */
    parts bias;       /* of b: as many as tasks or fewer */
} weight_gradient_work;

typedef struct weight_gradient_tile {
    const weight_gradient_work *work;
    size_t first, stride; /* of the tile's parameters */
} weight_gradient_tile;

/* Plain C of the entry `column_sums`. */
void aei_column_sums(const aei_real *z, size_t z_stride, size_t rows, size_t cols, aei_real *sums)
{
    for (size_t j = 0; j < cols; ++j) sums[j] = 0;
    for (size_t r = 0; r < rows; ++r, z += z_stride)
        for (size_t j = 0; j < cols; ++j) sums[j] += z[j];
}

static void finish_weight_gradient(void *user, size_t row, size_t col, size_t rows, size_t cols, aei_real *dw,
                                   size_t dw_stride)
{
    const weight_gradient_tile *t = user;
    t->work->kernels->update_block(t->work->call->update, t->first + row * t->stride + col, t->stride, dw, dw_stride,
                                   rows, cols, 1);
}

#define LINE (64 / sizeof(aei_real))

/* The rows of a block are far apart, too far for the processor to foresee: they are fetched into the second cache while
 * the block's gradient is being made. */
static void prepare_weight_gradient(void *user, size_t row, size_t col, size_t rows, size_t cols)
{
#ifdef __GNUC__
    const weight_gradient_tile *t = user;
    const aei_update *u = t->work->call->update;
    const aei_real *const arrays[] = {u->w, u->m, u->v};
    for (size_t i = 0; i < 3; ++i)
        for (size_t r = row; arrays[i] && r < row + rows; ++r)
            for (size_t j = col; j < col + cols; j += LINE)
                __builtin_prefetch(arrays[i] + t->first + r * t->stride + j, 1, 2);
#else
    (void)user, (void)row, (void)col, (void)rows, (void)cols;
#endif
}

static void weight_gradient_task(void *work, size_t task)
{
    const weight_gradient_work *w = work;
    const aei_dense_weight_gradient *call = w->call;
    const tile t = tile_at(&w->rows, &w->cols, task);
    const size_t width = call->transposed ? call->out : call->in;
    weight_gradient_tile at = {w, call->w_first + t.row * width + t.col, width};
    aei_product product = {
        .m = t.rows, .n = t.cols, .k = call->n,
        .a = call->dz + t.row, .a_stride = call->out, .a_transposed = true,
        .b = call->x + t.col, .b_stride = call->x_stride,
        .c = call->dw ? call->dw + t.row * width + t.col : NULL, .c_stride = width,
        .accumulate = call->accumulate != 0,
        .finish = call->update ? finish_weight_gradient : NULL,
        .prepare = call->update && call->in * call->out > NEAR ? prepare_weight_gradient : NULL,
        .user = &at, .discard = call->update != NULL};
    if (call->transposed) {
        product.a = call->x + t.row;
        product.a_stride = call->x_stride;
        product.b = call->dz + t.col;
        product.b_stride = call->out;
    }

    w->kernels->product(&product);
    if (call->db && task < w->bias.count) {
        const size_t first = part_first(&w->bias, task), count = part_length(&w->bias, task);
        w->kernels->column_sums(call->dz + first, call->out, call->n, count, call->db + first);
        if (call->update)
            w->kernels->update_block(call->update, call->b_first + first, count, call->db + first, count, 1, count, 0);
    }
}

void aei_dense_weight_gradient_by(const aei_kernels *kernels, const aei_dense_weight_gradient *call)
{
    weight_gradient_work work = {.kernels = kernels, .call = call};
    size_t tasks;
    cut(kernels, call->transposed ? call->in : call->out, call->transposed ? call->out : call->in, call->n, &work.rows,
        &work.cols);
    tasks = work.rows.count * work.cols.count;
    work.bias = parts_of(call->out, (call->out - 1) / tasks + 1);
    run(call->runtime, tasks, weight_gradient_task, &work);
}
