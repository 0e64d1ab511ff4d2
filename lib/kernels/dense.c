/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "kernels/dense.h"
#include <string.h>
#include "base/threads.h"

/* ---- tiles: by shape alone, so that results do not depend on the number of threads */

#define TILE_ROWS 256         /* of the result */
#define ENOUGH_TASKS 8        /* so that a few threads finish at about the same time */
#define SPARSE_COLS 128       /* columns that are worth a task where zeros are left out */
#define SPARSE_TASKS 4        /* enough of these */
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

/* The same where zeros are left out. */
static void cut_sparse(size_t m, size_t n, size_t tile_rows, size_t tile_cols, parts *rows, parts *cols)
{
    *rows = parts_of(m, tile_rows);
    *cols = parts_of(n, tile_cols);
    if (rows->count * cols->count < SPARSE_TASKS) *rows = parts_of(m, m / 2 > 64 ? m / 2 : 64);
}

/* Runs count tasks, the usual single one without asking for threads. */
static void run(const ae_runtime *runtime, size_t count, ae_task task, void *work)
{
    if (count == 1)
        task(work, 0);
    else
        aei_parallel_for(runtime, count, task, work);
}

/* ---- zeros: what is multiplied with one need not be. Few results come out as -0 instead of 0, none else changes. */

#define LARGE_PRODUCT 1048576.0 /* multiplications from which looking for zeros pays */
#define NARROW 48               /* results with fewer columns do not pay either */
#define SHORT 24                /* nor do fewer rows of results */
#define SAMPLE 8                /* rows that are looked at */
#define LONG_ROWS 1024          /* instead of TILE_ROWS: what is copied of B serves all rows of a tile */

typedef void (*product_function)(const aei_product *);

/* The share of a matrix that is not 0, from some of its rows; 1 where the product [m,k] [k,n] it is a factor of is not
 * worth looking. */
static double density(const aei_kernels *kernels, size_t m, size_t n, size_t k, const aei_real *a, size_t rows,
                      size_t cols, size_t stride)
{
    const size_t step = (rows + SAMPLE - 1) / SAMPLE;
    size_t seen = 0, others = 0;
    if (!kernels->sparse_product || m <= SHORT || n < NARROW || (double)m * (double)n * (double)k < LARGE_PRODUCT)
        return 1;
    for (size_t r = 0; r < rows; r += step, seen += cols) others += kernels->nonzeros(a + r * stride, cols);
    return (double)others / (double)seen;
}

/* How a product of a:[m,k] with n columns is computed, and cut. */
static product_function choose(const aei_kernels *kernels, size_t m, size_t n, size_t k, const aei_real *a, size_t a_stride,
                               parts *rows, parts *cols)
{
    if (density(kernels, m, n, k, a, m, k, a_stride) < kernels->sparse_below) {
        cut_sparse(m, n, TILE_ROWS, SPARSE_COLS, rows, cols);
        return kernels->sparse_product;
    }
    cut(kernels, m, n, k, rows, cols);
    return kernels->product;
}

/* ---- y = f(scale * (x W^T) + bias)           x:[n,in]  W:[out,in] or, transposed, [in,out]  y:[n,out] */

typedef struct forward_work {
    const aei_kernels *kernels;
    const aei_dense_forward *call;
    product_function product;
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

    w->product(&(aei_product){
        .m = t.rows, .n = t.cols, .k = call->in,
        .a = call->x + t.row * call->x_stride, .a_stride = call->x_stride,
        .b = call->transposed ? call->w + t.col : call->w + t.col * call->in,
        .b_stride = call->transposed ? call->out : call->in,
        .b_transposed = !call->transposed, .n_after = call->out - t.col - t.cols,
        .c = call->y + t.row * call->y_stride + t.col, .c_stride = call->y_stride,
        .finish = finish_forward, .user = &at});
}

void aei_dense_forward_by(const aei_kernels *kernels, const aei_dense_forward *call)
{
    forward_work work = {.kernels = kernels, .call = call};
    work.product = choose(kernels, call->n, call->out, call->in, call->x, call->x_stride, &work.rows, &work.cols);
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
    product_function product;
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

    w->product(&(aei_product){
        .m = t.rows, .n = t.cols, .k = call->out,
        .a = call->dz + t.row * call->out, .a_stride = call->out,
        .b = call->transposed ? call->w + t.col * call->out : call->w + t.col,
        .b_stride = call->transposed ? call->out : call->in,
        .b_transposed = call->transposed != 0, .n_after = call->in - t.col - t.cols,
        .c = call->dx + t.row * call->in + t.col, .c_stride = call->in,
        .finish = call->f.kind == AE_IDENTITY ? NULL : finish_input_gradient, .user = &at});
}

void aei_dense_input_gradient_by(const aei_kernels *kernels, const aei_dense_input_gradient *call)
{
    input_gradient_work work = {.kernels = kernels, .call = call};
    work.product = choose(kernels, call->n, call->in, call->out, call->dz, call->out, &work.rows, &work.cols);
    if (call->n > 0) run(call->runtime, work.rows.count * work.cols.count, input_gradient_task, &work);
}

/* ---- dW = dz^T x (transposed: x^T dz), db = column sums of dz  dz:[n,out]  x:[n,in]  dW as W  db:[out]
 * A task makes a tile of dW and perhaps its share of db, and steps on both. */

typedef struct weight_gradient_work {
    const aei_kernels *kernels;
    const aei_dense_weight_gradient *call;
    product_function product;
    bool x_first;      /* the product is x^T dz, as for a transposed W; else dz^T x */
    bool turned;       /* it is the gradient turned */
    const aei_real *a; /* the first factor turned, [its columns, a_stride], or NULL: as it is */
    size_t a_stride;
    uint64_t *a_bits;  /* of it */
    parts rows, cols;  /* of the product */
    parts bias;        /* of b: as many as tasks or fewer */
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
    const size_t first = w->turned ? t.col * width + t.row : t.row * width + t.col;
    weight_gradient_tile at = {w, call->w_first + first, width};
    aei_product product = {
        .m = t.rows, .n = t.cols, .k = call->n,
        .a = call->dz + t.row, .a_stride = call->out, .a_transposed = true,
        .b = call->x + t.col, .b_stride = call->x_stride,
        .c = call->dw ? call->dw + first : NULL, .c_stride = width, .c_turned = w->turned,
        .accumulate = call->accumulate != 0,
        .finish = call->update ? finish_weight_gradient : NULL,
        .prepare = call->update && call->in * call->out > NEAR ? prepare_weight_gradient : NULL,
        .user = &at, .discard = call->update != NULL};
    if (w->x_first) {
        product.a = call->x + t.row;
        product.a_stride = call->x_stride;
        product.b = call->dz + t.col;
        product.b_stride = call->out;
    }

    if (w->a) {
        product.a = w->a + t.row * w->a_stride;
        product.a_stride = w->a_stride;
        product.a_bits = w->a_bits + t.row * aei_bit_words(call->n);
        product.a_transposed = false;
    }
    product.n_after = w->cols.total - t.col - t.cols;
    w->product(&product);
    if (call->db && task < w->bias.count) {
        const size_t begin = part_first(&w->bias, task), count = part_length(&w->bias, task);
        w->kernels->column_sums(call->dz + begin, call->out, call->n, count, call->db + begin);
        if (call->update)
            w->kernels->update_block(call->update, call->b_first + begin, count, call->db + begin, count, 1, count, 0);
    }
}

#define TURN 64 /* columns of a factor that are worth a task */

static void turn_task(void *work, size_t task)
{
    const weight_gradient_work *w = work;
    const aei_dense_weight_gradient *call = w->call;
    const size_t first = task * TURN, count = w->rows.total - first < TURN ? w->rows.total - first : TURN;
    w->kernels->turn((w->x_first ? call->x : call->dz) + first, w->x_first ? call->x_stride : call->out, call->n, count,
                     call->turned + first * w->a_stride, w->a_stride, w->a_bits + first * aei_bit_words(call->n));
}

void aei_dense_weight_gradient_by(const aei_kernels *kernels, const aei_dense_weight_gradient *call)
{
    weight_gradient_work work = {.kernels = kernels, .call = call, .product = kernels->product,
                                 .x_first = call->transposed != 0};
    double of_x = 1, of_dz = 1;
    size_t m, n, tasks;

    if (call->turned && call->n >= AEI_TURNED_ROWS) {
        of_x = density(kernels, call->in, call->out, call->n, call->x, call->n, call->in, call->x_stride);
        of_dz = density(kernels, call->out, call->in, call->n, call->dz, call->n, call->out, call->out);
    }
    if (of_x < kernels->sparse_below || of_dz < kernels->sparse_below) {
        work.product = kernels->sparse_product;
        work.x_first = of_x < of_dz;
        work.turned = work.x_first != (call->transposed != 0);
        work.a = call->turned;
        work.a_stride = aei_turned_stride(call->n);
    }
    m = work.x_first ? call->in : call->out;
    n = work.x_first ? call->out : call->in;
    if (work.product == kernels->product)
        cut(kernels, m, n, call->n, &work.rows, &work.cols);
    else
        cut_sparse(m, n, LONG_ROWS, kernels->tile_cols, &work.rows, &work.cols);
    if (work.a) {
        work.a_bits = (uint64_t *)(call->turned + m * work.a_stride);
        run(call->runtime, (m - 1) / TURN + 1, turn_task, &work);
    }
    tasks = work.rows.count * work.cols.count;
    work.bias = parts_of(call->out, (call->out - 1) / tasks + 1);
    run(call->runtime, tasks, weight_gradient_task, &work);
}
