/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "solvers/eigen.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/cancel.h"
#include "base/error.h"

static double dot(const double *a, const double *b, size_t n)
{
    double sum[8] = {0}, total = 0;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            sum[k] += a[i + k] * b[i + k];
    for (; i < n; i++)
        total += a[i] * b[i];
    for (size_t k = 0; k < 8; k++)
        total += sum[k];
    return total;
}

static void add(double factor, const double *a, size_t n, double *b)
{
    for (size_t i = 0; i < n; i++)
        b[i] += factor * a[i];
}

/* ---- orthonormal rows */

ae_status aei_orthonormalise(const ae_cancel *cancel, double *q, size_t k, size_t n)
{
    size_t next = 0; /* unit vectors that were tried as replacements */
    for (size_t i = 0; i < k; i++) {
        if (aei_cancel_check(cancel) != AE_OK)
            return AE_ERROR_CANCELLED;
        double *row = q + i * n, norm = sqrt(dot(row, row, n));
        for (;;) {
            double left = norm;
            for (int pass = 0; pass < 2; pass++) { /* twice is enough (Giraud et al. 2005) */
                for (size_t j = 0; j < i; j++)
                    add(-dot(row, q + j * n, n), q + j * n, n, row);
                left = sqrt(dot(row, row, n));
            }
            if (left > 1e-10 * norm && left > 0) {
                for (size_t j = 0; j < n; j++)
                    row[j] /= left;
                break;
            }
            for (size_t j = 0; j < n; j++)
                row[j] = j == next % n;
            next++;
            norm = 1;
        }
    }
    return AE_OK;
}

/* ---- 1. A = Q T Q^T */

/* Reflection k is I - beta v v^T with v = 0 up to k; v stays in row k of a behind the diagonal, beta in beta[k].
 * T's diagonal goes to d:[n], what stands beside it to e:[n-1]. w: scratch [n]. */
static ae_status tridiagonalise(const ae_cancel *cancel, double *a, size_t n, double *d, double *e, double *beta,
                                double *w)
{
    for (size_t k = 0; k + 1 < n; k++) {
        if (aei_cancel_check(cancel) != AE_OK)
            return AE_ERROR_CANCELLED;
        double *v = a + k * n + k + 1;
        const size_t m = n - k - 1;
        const double rest = m > 1 ? dot(v + 1, v + 1, m - 1) : 0;
        d[k] = a[k * n + k];
        if (rest == 0) {
            e[k] = v[0];
            beta[k] = 0;
            continue;
        }
        const double norm = sqrt(v[0] * v[0] + rest);
        e[k] = v[0] > 0 ? -norm : norm; /* the sign that does not cancel */
        v[0] -= e[k];
        beta[k] = 2 / (v[0] * v[0] + rest);
        /* w = beta A v - (beta/2 v^T (beta A v)) v;   A -= v w^T + w v^T */
        for (size_t i = 0; i < m; i++)
            w[i] = beta[k] * dot(a + (k + 1 + i) * n + k + 1, v, m);
        add(-beta[k] / 2 * dot(v, w, m), v, m, w);
        for (size_t i = 0; i < m; i++) {
            double *row = a + (k + 1 + i) * n + k + 1;
            const double vi = v[i], wi = w[i];
            for (size_t j = 0; j < m; j++)
                row[j] -= vi * w[j] + wi * v[j];
        }
    }
    d[n - 1] = a[n * n - 1];
    return AE_OK;
}

/* ---- 2. eigenvalues of T */

/* d becomes the eigenvalues, in no order; e:[n] is destroyed. */
static ae_status find_values(double *d, double *e, size_t n)
{
    double scale = 0; /* entries below its rounding are 0: eigenvalues are exact to that, not to their own size */
    for (size_t i = 0; i < n; i++)
        scale = fmax(scale, fabs(d[i]) + fabs(e[i]));
    e[n - 1] = 0;
    for (size_t l = 0; l < n; l++)
        for (int iteration = 0;; iteration++) {
            size_t m = l;
            while (m + 1 < n && fabs(e[m]) > DBL_EPSILON * scale)
                m++;
            if (m == l)
                break;
            if (iteration == 100)
                return aei_fail(AE_ERROR_NUMERIC, "eigenvalue %zu of %zu does not converge", l, n);
            /* Wilkinson's shift, then rotations from m up to l */
            double g = (d[l + 1] - d[l]) / (2 * e[l]), r = hypot(g, 1), s = 1, c = 1, p = 0;
            g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r));
            size_t i = m;
            while (i-- > l) {
                const double f = s * e[i], b = c * e[i];
                r = hypot(f, g);
                e[i + 1] = r;
                if (r == 0) {
                    d[i + 1] -= p;
                    e[m] = 0;
                    break;
                }
                s = f / r;
                c = g / r;
                g = d[i + 1] - p;
                r = (d[i] - g) * s + 2 * c * b;
                p = s * r;
                d[i + 1] = g + p;
                g = c * r - b;
            }
            if (r == 0 && i + 1 > l)
                continue;
            d[l] -= p;
            e[l] = g;
            e[m] = 0;
        }
    return AE_OK;
}

/* The k largest of d, descending, by selection. */
static void take_largest(double *d, size_t n, size_t k, double *values)
{
    for (size_t i = 0; i < k; i++) {
        size_t best = i;
        for (size_t j = i + 1; j < n; j++)
            best = d[j] > d[best] ? j : best;
        values[i] = d[best];
        d[best] = d[i];
        d[i] = values[i];
    }
}

/* ---- 3. eigenvectors of T */

/* Solves (T - lambda I) x = b in place by elimination with row exchanges; a pivot near 0 is replaced by `least`, which is
 * what makes the solution grow towards the eigenvector. u0, u1, u2: scratch [n], the diagonals of U. */
static void solve_shifted(const double *d, const double *e, size_t n, double lambda, double least, double *x, double *u0,
                          double *u1, double *u2)
{
    double pivot = d[0] - lambda, next = n > 1 ? e[0] : 0; /* what is left of the current row */
    for (size_t i = 0; i + 1 < n; i++) {
        const double below = e[i], diagonal = d[i + 1] - lambda, beyond = i + 2 < n ? e[i + 1] : 0;
        if (fabs(pivot) >= fabs(below)) {
            pivot = fabs(pivot) < least ? least : pivot;
            const double factor = below / pivot;
            u0[i] = pivot, u1[i] = next, u2[i] = 0;
            pivot = diagonal - factor * next;
            next = beyond;
            x[i + 1] -= factor * x[i];
        } else {
            const double factor = pivot / below, swap = x[i];
            u0[i] = below, u1[i] = diagonal, u2[i] = beyond;
            pivot = next - factor * diagonal;
            next = -factor * beyond;
            x[i] = x[i + 1];
            x[i + 1] = swap - factor * x[i];
        }
    }
    u0[n - 1] = fabs(pivot) < least ? least : pivot;
    for (size_t i = n; i-- > 0;) {
        double sum = x[i];
        if (i + 1 < n)
            sum -= u1[i] * x[i + 1];
        if (i + 2 < n)
            sum -= u2[i] * x[i + 2];
        x[i] = sum / u0[i];
    }
}

static void normalise(double *x, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(x[i]));
    for (size_t i = 0; i < n; i++)
        x[i] /= most; /* first, so that the squares cannot overflow */
    const double norm = sqrt(dot(x, x, n));
    for (size_t i = 0; i < n; i++)
        x[i] /= norm;
}

static ae_status find_vectors(const ae_cancel *cancel, const double *d, const double *e, size_t n, size_t k,
                              const double *values, double *vectors, double *scratch)
{
    double scale = DBL_MIN;
    for (size_t i = 0; i < n; i++)
        scale = fmax(scale, fabs(d[i]) + (i + 1 < n ? fabs(e[i]) : 0));
    for (size_t i = 0; i < k; i++) {
        if (aei_cancel_check(cancel) != AE_OK)
            return AE_ERROR_CANCELLED;
        double *x = vectors + i * n;
        /* equal eigenvalues get slightly different shifts and starts */
        for (size_t j = 0; j < n; j++)
            x[j] = 1 + (double)((j * 2654435761u + i * 40503u) % 1000) / 1000;
        for (int iteration = 0; iteration < 4; iteration++) {
            solve_shifted(d, e, n, values[i], DBL_EPSILON * scale, x, scratch, scratch + n, scratch + 2 * n);
            normalise(x, n);
            for (size_t j = 0; j < i; j++)
                if (fabs(values[j] - values[i]) < 1e-3 * scale)
                    add(-dot(x, vectors + j * n, n), vectors + j * n, n, x);
            normalise(x, n);
        }
    }
    return aei_orthonormalise(cancel, vectors, k, n);
}

/* ---- 4. back to A */

static ae_status reflect_back(const ae_cancel *cancel, const double *a, const double *beta, size_t n, size_t k,
                              double *vectors)
{
    for (size_t i = 0; i < k; i++) {
        if (aei_cancel_check(cancel) != AE_OK)
            return AE_ERROR_CANCELLED;
        for (size_t r = n - 1; r-- > 0;) {
            const double *v = a + r * n + r + 1;
            double *x = vectors + i * n + r + 1;
            if (beta[r] != 0)
                add(-beta[r] * dot(v, x, n - r - 1), v, n - r - 1, x);
        }
    }
    return AE_OK;
}

ae_status aei_eigen_symmetric(const ae_runtime *runtime, const ae_cancel *cancel, double *a, size_t n, size_t k,
                              double *values, double *vectors)
{
    double *scratch = aei_alloc_array(runtime, n, 8 * sizeof *scratch);
    if (!scratch)
        return AE_ERROR_NO_MEMORY;
    double *d = scratch, *e = d + n, *beta = e + n, *found = beta + n, *work = found + n;
    memset(e, 0, n * sizeof *e);
    ae_status status = tridiagonalise(cancel, a, n, d, e, beta, work);
    if (status == AE_OK) {
        memcpy(found, d, n * sizeof *d);
        memcpy(work, e, n * sizeof *e);
        status = find_values(found, work, n);
    }
    if (status == AE_OK) {
        take_largest(found, n, k, values);
        status = find_vectors(cancel, d, e, n, k, values, vectors, work);
    }
    if (status == AE_OK)
        status = reflect_back(cancel, a, beta, n, k, vectors);
    aei_free(runtime, scratch);
    return status;
}
