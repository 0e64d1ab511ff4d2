/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "kernels/blas.h"

#if AEI_BLAS

#include AEI_BLAS_HEADER
#include <pthread.h>
#include <string.h>
#include "kernels/ref.h"
#include "kernels/update.h"

/* ---- the product C = A B, see dense.h */

#define MATRIX_BY_VECTOR_ROWS 3

typedef AEI_BLAS_INT blas_int;

/* Does every dimension and stride fit the BLAS's integers? */
static bool fits(const aei_product *w)
{
    const uint64_t most = sizeof(blas_int) == 4 ? INT32_MAX : INT64_MAX;
    return w->m <= most && w->n <= most && w->k <= most && w->a_stride <= most && w->b_stride <= most &&
           w->c_stride <= most;
}

/* C's rows one by one, c = op(B)^T a: for few rows sgemm packs more than it computes. */
static void product_by_rows(const aei_product *w)
{
    for (size_t row = 0; row < w->m; ++row) {
        const aei_real *a = w->a_transposed ? w->a + row : w->a + row * w->a_stride;
        const blas_int step = w->a_transposed ? (blas_int)w->a_stride : 1;
        aei_real *c = w->c + row * w->c_stride;
        /* not left to a factor of 0, which makes NaN of NaN in some versions */
        if (!w->accumulate) memset(c, 0, w->n * sizeof *c);
        if (w->b_transposed)
            cblas_sgemv(CblasRowMajor, CblasNoTrans, (blas_int)w->n, (blas_int)w->k, 1, w->b,
                        (blas_int)w->b_stride, a, step, 1, c, 1);
        else
            cblas_sgemv(CblasRowMajor, CblasTrans, (blas_int)w->k, (blas_int)w->n, 1, w->b,
                        (blas_int)w->b_stride, a, step, 1, c, 1);
    }
}

void aei_blas_product(const aei_product *w)
{
    if (w->k == 0 || !fits(w)) {
        aei_ref_product(w);
        return;
    }
    if (w->m <= MATRIX_BY_VECTOR_ROWS)
        product_by_rows(w);
    else
        cblas_sgemm(CblasRowMajor, w->a_transposed ? CblasTrans : CblasNoTrans,
                    w->b_transposed ? CblasTrans : CblasNoTrans, (blas_int)w->m, (blas_int)w->n,
                    (blas_int)w->k, 1, w->a, (blas_int)w->a_stride, w->b, (blas_int)w->b_stride,
                    w->accumulate ? 1 : 0, w->c, (blas_int)w->c_stride);
    if (w->finish) w->finish(w->user, 0, 0, w->m, w->n, w->c, w->c_stride);
}

static void dense_forward(const aei_dense_forward *call)
{
    aei_dense_forward_by(&aei_kernels_cblas, call);
}

static void dense_input_gradient(const aei_dense_input_gradient *call)
{
    aei_dense_input_gradient_by(&aei_kernels_cblas, call);
}

static void dense_weight_gradient(const aei_dense_weight_gradient *call)
{
    aei_dense_weight_gradient_by(&aei_kernels_cblas, call);
}

/* ---- the BLAS's own threads
 *
 * The BLAS's threads and ours would fight for the cores, and a product's bytes would depend on how many the
 * BLAS has. So its number is set to 1 when the first of our calls begins to compute, and put back when the
 * last has ended. A BLAS without such functions is left alone. They are weak references, because the program
 * may run on another BLAS than the one it was linked with, and because it may hold several. */

#if defined(__ELF__)

#define WEAK __attribute__((weak))
WEAK int openblas_get_num_threads(void);
WEAK void openblas_set_num_threads(int);
WEAK int MKL_Get_Max_Threads(void);
WEAK void MKL_Set_Num_Threads(int);
WEAK ptrdiff_t bli_thread_get_num_threads(void); /* in BLIS's dim_t; -1: not set */
WEAK void bli_thread_set_num_threads(ptrdiff_t);

enum { OPENBLAS, MKL, BLIS, LIBRARIES };

/* 1, so that there is nothing to do, for a library that is not there. */
static ptrdiff_t blas_threads(int library)
{
    switch (library) {
    case OPENBLAS:
        return openblas_get_num_threads && openblas_set_num_threads ? openblas_get_num_threads() : 1;
    case MKL:
        return MKL_Get_Max_Threads && MKL_Set_Num_Threads ? MKL_Get_Max_Threads() : 1;
    default:
        return bli_thread_get_num_threads && bli_thread_set_num_threads ? bli_thread_get_num_threads() : 1;
    }
}

static void set_blas_threads(int library, ptrdiff_t threads)
{
    switch (library) {
    case OPENBLAS:
        openblas_set_num_threads((int)threads);
        break;
    case MKL:
        MKL_Set_Num_Threads((int)threads);
        break;
    default:
        bli_thread_set_num_threads(threads);
        break;
    }
}

/* The only variables of the library that are writable and shared by all of the process: the BLAS's number of
 * threads is such a variable itself, so no handle can own it. */
static struct {
    pthread_mutex_t mutex;
    pthread_once_t once;
    size_t callers;              /* calls that compute at this moment */
    ptrdiff_t before[LIBRARIES]; /* threads when the first of them began */
} aei_blas_hold = {.mutex = PTHREAD_MUTEX_INITIALIZER, .once = PTHREAD_ONCE_INIT};

static void lock_hold(void)
{
    pthread_mutex_lock(&aei_blas_hold.mutex);
}

static void unlock_hold(void)
{
    pthread_mutex_unlock(&aei_blas_hold.mutex);
}

/* Nobody else holds the mutex while the process forks, so the child finds it free. If other threads were
 * computing, the child counts them for ever and its BLAS stays at one thread. */
static void prepare_for_forks(void)
{
    pthread_atfork(lock_hold, unlock_hold, unlock_hold);
}

void aei_blas_enter(void)
{
    pthread_once(&aei_blas_hold.once, prepare_for_forks);
    lock_hold();
    if (aei_blas_hold.callers++ == 0) {
        for (int i = 0; i < LIBRARIES; ++i) {
            aei_blas_hold.before[i] = blas_threads(i);
            if (aei_blas_hold.before[i] != 1) set_blas_threads(i, 1);
        }
    }
    unlock_hold();
}

void aei_blas_leave(void)
{
    lock_hold();
    if (--aei_blas_hold.callers == 0) {
        for (int i = 0; i < LIBRARIES; ++i) {
            const ptrdiff_t before = aei_blas_hold.before[i];
            /* no longer 1: somebody else has set it meanwhile, and shall have it so */
            if (before != 1 && blas_threads(i) == 1) set_blas_threads(i, before);
        }
    }
    unlock_hold();
}

#else

void aei_blas_enter(void)
{
}

void aei_blas_leave(void)
{
}

#endif

/* ---- the table */

const aei_kernels aei_kernels_cblas = {
    .name = "cblas",
    .id = AE_KERNELS_CBLAS,
    .product = aei_blas_product,
    .needs_dw = 1,
    .tile_cols = AEI_BLAS_TILE,
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
    .enter = aei_blas_enter,
    .leave = aei_blas_leave,
};

#endif
