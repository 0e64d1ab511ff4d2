/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Largest eigenvalues and their eigenvectors of a symmetric matrix, in double (Golub and Van Loan, chapter 8):
 *   1. Householder reflections make A = Q T Q^T with T tridiagonal
 *   2. the implicit QL iteration gives all eigenvalues of T
 *   3. inverse iteration gives the wanted eigenvectors of T, each made orthogonal to those before it, so that equal
 *      eigenvalues give an orthonormal basis of their space
 *   4. the reflections take them back to A */
#ifndef AEI_SOLVERS_EIGEN_H
#define AEI_SOLVERS_EIGEN_H

#include <autoencoder/runtime.h>

/* a:[n,n] symmetric, destroyed. values:[k] descending, vectors:[k,n] their unit eigenvectors as rows. NUMERIC if the
 * iteration does not converge (which finite input is not known to cause); NO_MEMORY; CANCELLED, looked for before each
 * row of each step; `cancel` may be NULL. */
ae_status aei_eigen_symmetric(const ae_runtime *runtime, const ae_cancel *cancel, double *a, size_t n, size_t k,
                              double *values, double *vectors);

/* Makes the rows of q:[k,n] orthonormal (Gram-Schmidt, twice); a row that depends on those before it is replaced by a
 * direction that does not. k <= n. CANCELLED, looked for before each row. */
ae_status aei_orthonormalise(const ae_cancel *cancel, double *q, size_t k, size_t n);

#endif
