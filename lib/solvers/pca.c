/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "solvers/pca.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/cancel.h"
#include "base/rng.h"
#include "solvers/eigen.h"

#define BLOCK 1024          /* rows that go through the kernels at a time */
#define EXACT_LIMIT 2000    /* of AE_PCA_AUTO */
#define SMALL_VARIANCE 1e-3 /* share of the largest variance below which the rounding of S shows */
#define NO_VARIANCE 1e-10   /* share that counts as none: rounding of rows in float leaves 1e-12 and less */

typedef struct problem {
    const ae_dataset *dataset;
    const aei_kernels *kernels;
    const ae_runtime *runtime;
    const ae_cancel *cancel;
    size_t n, d, k;
    const double *mean;
    double divisor; /* n - 1, or n */
    double scale;   /* a power of 2 that makes the rows about 1 in size: squares must fit into a float */
} problem;

/* Rows first..first+count-1, centred and scaled, to out:[count,d]. */
static void gather(const problem *p, size_t first, size_t count, aei_real *out)
{
    for (size_t r = 0; r < count; r++) {
        const float *row = aei_dataset_row(p->dataset, first + r);
        for (size_t j = 0; j < p->d; j++)
            out[r * p->d + j] = (aei_real)(((double)row[j] - p->mean[j]) * p->scale);
    }
}

static size_t block_rows(const problem *p, size_t first)
{
    return p->n - first < BLOCK ? p->n - first : BLOCK;
}

/* product = a^T b over n rows, or a b^T, through the table of kernels. */
static void transposed_product(const problem *p, const aei_real *a, size_t a_width, const aei_real *b, size_t b_width,
                               size_t n, aei_real *out)
{
    p->kernels->dense_weight_gradient(&(aei_dense_weight_gradient){
        .runtime = p->runtime, .n = n, .in = b_width, .out = a_width, .dz = a, .x = b, .x_stride = b_width, .dw = out});
}

static void product_transposed(const problem *p, const aei_real *a, size_t n, const aei_real *b, size_t b_rows,
                               size_t width, aei_real *out)
{
    p->kernels->dense_forward(&(aei_dense_forward){
        .runtime = p->runtime, .n = n, .in = width, .out = b_rows, .x = a, .x_stride = width, .w = b,
        .f = {AE_IDENTITY, 0}, .y = out, .y_stride = b_rows});
}

static void add_to(double *sum, const aei_real *part, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sum[i] += (double)part[i];
}

static ae_status find_mean_and_total(aei_pca *pca, problem *p, int center)
{
    memset(pca->mean, 0, p->d * sizeof *pca->mean);
    for (size_t r = 0; r < p->n && center; r++) {
        if (r % BLOCK == 0 && aei_cancel_check(p->cancel) != AE_OK)
            return AE_ERROR_CANCELLED;
        const float *row = aei_dataset_row(p->dataset, r);
        for (size_t j = 0; j < p->d; j++)
            pca->mean[j] += (double)row[j];
    }
    for (size_t j = 0; j < p->d; j++)
        pca->mean[j] /= (double)p->n;
    pca->total = 0;
    for (size_t r = 0; r < p->n; r++) {
        if (r % BLOCK == 0 && aei_cancel_check(p->cancel) != AE_OK)
            return AE_ERROR_CANCELLED;
        const float *row = aei_dataset_row(p->dataset, r);
        double sum = 0;
        for (size_t j = 0; j < p->d; j++) {
            const double c = (double)row[j] - pca->mean[j];
            sum += c * c;
        }
        pca->total += sum;
    }
    p->divisor = center && p->n > 1 ? (double)(p->n - 1) : (double)p->n;
    pca->total /= p->divisor;
    p->mean = pca->mean;
    int exponent = 0;
    frexp(sqrt(pca->total / (double)p->d), &exponent);
    p->scale = ldexp(1, -exponent);
    return AE_OK;
}

/* ---- eigenvectors of S:[d,d] */

static ae_status find_by_columns(aei_pca *pca, const problem *p)
{
    const size_t size = p->d * p->d;
    double *covariance = aei_calloc(p->runtime, size, sizeof *covariance);
    aei_real *part = aei_alloc_array(p->runtime, size, sizeof *part);
    aei_real *rows = aei_alloc_array(p->runtime, BLOCK, p->d * sizeof *rows);
    ae_status status = AE_ERROR_NO_MEMORY;
    if (!covariance || !part || !rows)
        goto cleanup;
    for (size_t first = 0; first < p->n; first += BLOCK) {
        const size_t count = block_rows(p, first);
        status = aei_cancel_check(p->cancel);
        if (status != AE_OK)
            goto cleanup;
        gather(p, first, count, rows);
        transposed_product(p, rows, p->d, rows, p->d, count, part);
        add_to(covariance, part, size);
    }
    for (size_t i = 0; i < p->d; i++) /* rounding left the two halves a little different */
        for (size_t j = 0; j <= i; j++)
            covariance[i * p->d + j] = covariance[j * p->d + i] =
                (covariance[i * p->d + j] + covariance[j * p->d + i]) / (2 * p->divisor);
    status = aei_eigen_symmetric(p->runtime, p->cancel, covariance, p->d, p->k, pca->variances, pca->components);
cleanup:
    aei_free(p->runtime, covariance);
    aei_free(p->runtime, part);
    aei_free(p->runtime, rows);
    return status;
}

/* ---- eigenvectors of c c^T:[n,n], for fewer rows than columns */

static ae_status find_by_rows(aei_pca *pca, const problem *p)
{
    const size_t n = p->n, d = p->d, k = p->k;
    aei_real *rows = NULL, *part = NULL;
    double *gram = aei_alloc_array(p->runtime, n * n, sizeof *gram);
    double *u = aei_alloc_array(p->runtime, k, n * sizeof *u);
    ae_status status = AE_ERROR_NO_MEMORY;
    rows = aei_alloc_array(p->runtime, n, d * sizeof *rows);
    part = aei_alloc_array(p->runtime, n * n, sizeof *part);
    if (!gram || !u || !rows || !part)
        goto cleanup;
    gather(p, 0, n, rows);
    for (size_t first = 0; first < n; first += BLOCK) {
        status = aei_cancel_check(p->cancel);
        if (status != AE_OK)
            goto cleanup;
        product_transposed(p, rows + first * d, block_rows(p, first), rows, n, d, part + first * n);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            gram[i * n + j] = ((double)part[i * n + j] + (double)part[j * n + i]) / (2 * p->divisor);
    status = aei_eigen_symmetric(p->runtime, p->cancel, gram, n, k, pca->variances, u);
    for (size_t i = 0; i < k && status == AE_OK; i++) {
        status = aei_cancel_check(p->cancel);
        double *w = pca->components + i * d;
        memset(w, 0, d * sizeof *w);
        /* a direction without variance: left at 0 for the orthonormalisation to replace */
        for (size_t r = 0; r < n && pca->variances[i] > NO_VARIANCE * pca->variances[0]; r++)
            for (size_t j = 0; j < d; j++)
                w[j] += u[i * n + r] * (double)rows[r * d + j];
    }
    if (status == AE_OK)
        status = aei_orthonormalise(p->cancel, pca->components, k, d);
cleanup:
    aei_free(p->runtime, gram);
    aei_free(p->runtime, u);
    aei_free(p->runtime, rows);
    aei_free(p->runtime, part);
    return status;
}

/* ---- a random subspace */

/* z:[l,d] = Q S. */
static ae_status apply_covariance(const problem *p, const aei_real *q, size_t l, aei_real *rows, aei_real *y,
                                  aei_real *part, double *z)
{
    memset(z, 0, l * p->d * sizeof *z);
    for (size_t first = 0; first < p->n; first += BLOCK) {
        const size_t count = block_rows(p, first);
        if (aei_cancel_check(p->cancel) != AE_OK)
            return AE_ERROR_CANCELLED;
        gather(p, first, count, rows);
        product_transposed(p, rows, count, q, l, p->d, y);
        transposed_product(p, y, l, rows, p->d, count, part);
        add_to(z, part, l * p->d);
    }
    for (size_t i = 0; i < l * p->d; i++)
        z[i] /= p->divisor;
    return AE_OK;
}

static ae_status find_at_random(aei_pca *pca, const problem *p, const ae_pca_options *options)
{
    const size_t d = p->d, k = p->k, smaller = p->n < d ? p->n : d;
    const size_t l = options->oversample < smaller - k ? k + options->oversample : smaller;
    const aei_rng rng = aei_rng_stream(options->seed, AEI_RNG_SOLVER, 0, 0);
    aei_real *q = aei_alloc_array(p->runtime, l, d * sizeof *q);
    aei_real *part = aei_alloc_array(p->runtime, l, d * sizeof *part);
    aei_real *rows = aei_alloc_array(p->runtime, BLOCK, d * sizeof *rows);
    aei_real *y = aei_alloc_array(p->runtime, BLOCK, l * sizeof *y);
    double *basis = aei_alloc_array(p->runtime, l, d * sizeof *basis);
    double *z = aei_alloc_array(p->runtime, l, d * sizeof *z);
    double *small = aei_alloc_array(p->runtime, l * l, sizeof *small);
    double *turn = aei_alloc_array(p->runtime, k, l * sizeof *turn);
    ae_status status = AE_ERROR_NO_MEMORY;
    if (!q || !part || !rows || !y || !basis || !z || !small || !turn)
        goto cleanup;
    p->kernels->normal(&rng, 0, l * d, q);
    for (size_t i = 0; i < l * d; i++)
        basis[i] = (double)q[i];
    for (uint32_t iteration = 0;; iteration++) {
        status = aei_orthonormalise(p->cancel, basis, l, d);
        for (size_t i = 0; i < l * d; i++)
            q[i] = (aei_real)basis[i];
        if (status == AE_OK)
            status = apply_covariance(p, q, l, rows, y, part, z);
        if (status != AE_OK)
            goto cleanup;
        if (iteration == options->iterations)
            break;
        memcpy(basis, z, l * d * sizeof *basis);
    }
    for (size_t i = 0; i < l; i++)
        for (size_t j = 0; j < l; j++) {
            double sum = 0;
            for (size_t c = 0; c < d; c++)
                sum += basis[i * d + c] * z[j * d + c];
            small[i * l + j] = sum;
        }
    for (size_t i = 0; i < l; i++)
        for (size_t j = 0; j <= i; j++)
            small[i * l + j] = small[j * l + i] = (small[i * l + j] + small[j * l + i]) / 2;
    status = aei_eigen_symmetric(p->runtime, p->cancel, small, l, k, pca->variances, turn);
    if (status != AE_OK)
        goto cleanup;
    memset(pca->components, 0, k * d * sizeof *pca->components);
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < l; j++)
            for (size_t c = 0; c < d; c++)
                pca->components[i * d + c] += turn[i * l + j] * basis[j * d + c];
    status = aei_orthonormalise(p->cancel, pca->components, k, d);
cleanup:
    aei_free(p->runtime, q);
    aei_free(p->runtime, part);
    aei_free(p->runtime, rows);
    aei_free(p->runtime, y);
    aei_free(p->runtime, basis);
    aei_free(p->runtime, z);
    aei_free(p->runtime, small);
    aei_free(p->runtime, turn);
    return status;
}

/* ---- the components of small variance, among themselves */

static ae_status refine(aei_pca *pca, const problem *p)
{
    const size_t d = p->d;
    size_t first = 0;
    while (first < p->k && pca->variances[first] >= SMALL_VARIANCE * pca->variances[0])
        first++;
    const size_t m = p->k - first;
    if (m == 0)
        return AE_OK;
    double *components = pca->components + first * d;
    aei_real *rows = aei_alloc_array(p->runtime, BLOCK, d * sizeof *rows);
    aei_real *y = aei_alloc_array(p->runtime, BLOCK, m * sizeof *y);
    aei_real *w = aei_alloc_array(p->runtime, m, d * sizeof *w);
    aei_real *part = aei_alloc_array(p->runtime, m, m * sizeof *part);
    double *small = aei_calloc(p->runtime, m * m, sizeof *small);
    double *turn = aei_alloc_array(p->runtime, m, m * sizeof *turn);
    double *before = aei_alloc_array(p->runtime, m, d * sizeof *before);
    ae_status status = AE_ERROR_NO_MEMORY;
    if (!rows || !y || !w || !part || !small || !turn || !before)
        goto cleanup;
    memcpy(before, components, m * d * sizeof *before);
    for (size_t i = 0; i < m * d; i++)
        w[i] = (aei_real)components[i];
    for (size_t at = 0; at < p->n; at += BLOCK) {
        const size_t count = block_rows(p, at);
        status = aei_cancel_check(p->cancel);
        if (status != AE_OK)
            goto cleanup;
        gather(p, at, count, rows);
        product_transposed(p, rows, count, w, m, d, y);
        transposed_product(p, y, m, y, m, count, part);
        add_to(small, part, m * m);
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j <= i; j++)
            small[i * m + j] = small[j * m + i] = (small[i * m + j] + small[j * m + i]) / (2 * p->divisor);
    status = aei_eigen_symmetric(p->runtime, p->cancel, small, m, m, pca->variances + first, turn);
    if (status != AE_OK)
        goto cleanup;
    memset(components, 0, m * d * sizeof *components);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++)
            for (size_t c = 0; c < d; c++)
                components[i * d + c] += turn[i * m + j] * before[j * d + c];
cleanup:
    aei_free(p->runtime, rows);
    aei_free(p->runtime, y);
    aei_free(p->runtime, w);
    aei_free(p->runtime, part);
    aei_free(p->runtime, small);
    aei_free(p->runtime, turn);
    aei_free(p->runtime, before);
    return status;
}

/* Each component's largest entry is positive, so that the result does not depend on the solver's signs. */
static void fix_signs(double *components, size_t k, size_t d)
{
    for (size_t i = 0; i < k; i++) {
        double *w = components + i * d;
        size_t most = 0;
        for (size_t j = 1; j < d; j++)
            most = fabs(w[j]) > fabs(w[most]) ? j : most;
        for (size_t j = 0; w[most] < 0 && j < d; j++)
            if (j != most)
                w[j] = -w[j];
        w[most] = fabs(w[most]);
    }
}

ae_status aei_pca_find(aei_pca *pca, const ae_dataset *dataset, size_t k, const ae_pca_options *options)
{
    problem p = {.dataset = dataset, .kernels = aei_kernels_of(options->runtime), .runtime = options->runtime,
                 .cancel = options->cancel, .n = dataset->rows, .d = dataset->columns, .k = k};
    const size_t smaller = p.n < p.d ? p.n : p.d;
    ae_status status = find_mean_and_total(pca, &p, options->center);
    if (status != AE_OK)
        return status;
    p.kernels->enter();
    if (options->solver == AE_PCA_RANDOMIZED || (options->solver == AE_PCA_AUTO && smaller > EXACT_LIMIT))
        status = find_at_random(pca, &p, options);
    else if (p.d <= p.n)
        status = find_by_columns(pca, &p);
    else
        status = find_by_rows(pca, &p);
    if (status == AE_OK)
        status = refine(pca, &p);
    p.kernels->leave();
    if (status != AE_OK)
        return status;
    for (size_t i = 0; i < k; i++) {
        if (pca->variances[i] < NO_VARIANCE * pca->variances[0])
            pca->variances[i] = 0; /* rounding, of either sign */
        if (i > 0 && pca->variances[i] > pca->variances[i - 1])
            pca->variances[i] = pca->variances[i - 1]; /* by rounding: two solvers meet here */
    }
    for (size_t i = 0; i < k; i++)
        pca->variances[i] /= p.scale * p.scale;
    fix_signs(pca->components, k, p.d);
    return AE_OK;
}
