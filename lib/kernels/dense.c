/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "kernels/dense.h"
#include <string.h>
#include "base/threads.h"
#include "kernels/update.h"

/* ---- tiles: by shape alone, so that results do not depend on the number of threads */

#define TILE_ROWS 256         /* of the batch */
#define TILE_UNITS 128        /* of a layer; sgemm is 5 % slower with half as many, 1 % faster with twice */
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

static bool is_small(size_t n, size_t in, size_t out)
{
    return (double)n * (double)in * (double)out <= SMALL_PRODUCT;
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
    aei_product_function product;
    const aei_dense_forward *call;
    parts rows, cols; /* of y */
} forward_work;

/* The rest of the formula on n numbers of a row, in place; y holds the product. */
static void finish_forward(const aei_dense_forward *call, size_t row, size_t col, size_t n)
{
    aei_real *y = call->y + row * call->y_stride + col;
    const aei_real *scale = call->scale ? call->scale + col : NULL;
    const aei_real *bias = call->bias ? call->bias + col : NULL;

    if (scale && bias)
        for (size_t j = 0; j < n; ++j) y[j] = scale[j] * y[j] + bias[j];
    else if (bias)
        for (size_t j = 0; j < n; ++j) y[j] += bias[j];
    else if (scale)
        for (size_t j = 0; j < n; ++j) y[j] *= scale[j];
    if (call->z) memcpy(call->z + row * call->out + col, y, n * sizeof *y);
    aei_activation_apply(call->f, y, n, y);
}

static void forward_task(void *work, size_t task)
{
    const forward_work *w = work;
    const aei_dense_forward *call = w->call;
    const tile t = tile_at(&w->rows, &w->cols, task);

    w->product(&(aei_product){
        .m = t.rows, .n = t.cols, .k = call->in,
        .a = call->x + t.row * call->x_stride, .a_stride = call->x_stride,
        .b = call->transposed ? call->w + t.col : call->w + t.col * call->in,
        .b_stride = call->transposed ? call->out : call->in,
        .b_transposed = !call->transposed,
        .c = call->y + t.row * call->y_stride + t.col, .c_stride = call->y_stride});
    for (size_t row = t.row; row < t.row + t.rows; ++row) finish_forward(call, row, t.col, t.cols);
}

void aei_dense_forward_by(aei_product_function product, const aei_dense_forward *call)
{
    const bool small = is_small(call->n, call->in, call->out);
    forward_work work = {product, call, parts_of(call->n, small ? call->n : TILE_ROWS),
                         parts_of(call->out, small ? call->out : TILE_UNITS)};
    if (call->n > 0) run(call->runtime, work.rows.count * work.cols.count, forward_task, &work);
}

/* ---- dx = (dz W) . f'(y, z)                 dz:[n,out]  W:[out,in] or, transposed, [in,out]  dx:[n,in] */

typedef struct input_gradient_work {
    aei_product_function product;
    const aei_dense_input_gradient *call;
    parts rows, cols; /* of dx */
} input_gradient_work;

static void input_gradient_task(void *work, size_t task)
{
    const input_gradient_work *w = work;
    const aei_dense_input_gradient *call = w->call;
    const tile t = tile_at(&w->rows, &w->cols, task);

    w->product(&(aei_product){
        .m = t.rows, .n = t.cols, .k = call->out,
        .a = call->dz + t.row * call->out, .a_stride = call->out,
        .b = call->transposed ? call->w + t.col * call->out : call->w + t.col,
        .b_stride = call->transposed ? call->out : call->in,
        .b_transposed = call->transposed != 0,
        .c = call->dx + t.row * call->in + t.col, .c_stride = call->in});
    if (call->f.kind == AE_IDENTITY) return;
    for (size_t row = t.row; row < t.row + t.rows; ++row) {
        const size_t at = row * call->in + t.col;
        aei_activation_chain(call->f, call->y ? call->y + at : NULL, call->z ? call->z + at : NULL, t.cols,
                             call->dx + at);
    }
}

void aei_dense_input_gradient_by(aei_product_function product, const aei_dense_input_gradient *call)
{
    const bool small = is_small(call->n, call->in, call->out);
    input_gradient_work work = {product, call, parts_of(call->n, small ? call->n : TILE_ROWS),
                                parts_of(call->in, small ? call->in : TILE_UNITS)};
    if (call->n > 0) run(call->runtime, work.rows.count * work.cols.count, input_gradient_task, &work);
}

/* ---- dW = dz^T x (transposed: x^T dz), db = column sums of dz  dz:[n,out]  x:[n,in]  dW as W  db:[out]
 * A task makes whole rows of dW and its share of db, and steps on both. */

typedef struct weight_gradient_work {
    aei_product_function product;
    const aei_dense_weight_gradient *call;
    parts rows; /* of W */
    parts bias; /* of b: as many */
} weight_gradient_work;

/* db[j] = sum over r of dz[r,j], rows in order */
static void bias_gradient(const aei_dense_weight_gradient *call, size_t first, size_t count)
{
    aei_real *db = call->db + first;
    for (size_t j = 0; j < count; ++j) db[j] = 0;
    for (size_t r = 0; r < call->n; ++r) {
        const aei_real *dz = call->dz + r * call->out + first;
        for (size_t j = 0; j < count; ++j) db[j] += dz[j];
    }
}

static void weight_gradient_task(void *work, size_t task)
{
    const weight_gradient_work *w = work;
    const aei_dense_weight_gradient *call = w->call;
    const size_t row = part_first(&w->rows, task), rows = part_length(&w->rows, task);
    const size_t cols = call->transposed ? call->out : call->in;
    aei_product product = {
        .m = rows, .n = cols, .k = call->n,
        .a = call->dz + row, .a_stride = call->out, .a_transposed = true,
        .b = call->x, .b_stride = call->x_stride,
        .c = call->dw + row * cols, .c_stride = cols,
        .accumulate = call->accumulate != 0};
    if (call->transposed) {
        product.a = call->x + row;
        product.a_stride = call->x_stride;
        product.b = call->dz;
        product.b_stride = call->out;
    }

    w->product(&product);
    if (call->update) aei_update_apply(call->update, call->w_first + row * cols, rows * cols, 1);
    if (call->db && task < w->bias.count) {
        const size_t first = part_first(&w->bias, task), count = part_length(&w->bias, task);
        bias_gradient(call, first, count);
        if (call->update) aei_update_apply(call->update, call->b_first + first, count, 0);
    }
}

void aei_dense_weight_gradient_by(aei_product_function product, const aei_dense_weight_gradient *call)
{
    const bool small = is_small(call->n, call->in, call->out);
    const size_t rows = call->transposed ? call->in : call->out;
    weight_gradient_work work = {product, call, parts_of(rows, small ? rows : TILE_UNITS), {0, 0, 0}};
    work.bias = parts_of(call->out, (call->out - 1) / work.rows.count + 1);
    run(call->runtime, work.rows.count, weight_gradient_task, &work);
}
