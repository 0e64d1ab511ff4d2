/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Principal components of a dataset.       x:[n,d]   c = x - mean   S = c^T c / (n - 1)
 *   d <= n   eigenvectors of S
 *   d > n    eigenvectors u of c c^T; w = c^T u / |c^T u| is one of S with the same eigenvalue
 *   random   Q:[l,d] random, then several times Q <- orthonormal(Q S); at the end the eigenvectors of Q S Q^T:[l,l] turn Q
 *            into components (Rayleigh-Ritz)
 * Rows pass in blocks through the kernels; sums over blocks are kept in double. Their rounding is that of float, relative
 * to the largest variance. So the components whose variance is small beside it are found once more among themselves: in
 * what the rows are along them, y = W c, there is nothing large that could cover them. */
#ifndef AEI_SOLVERS_PCA_H
#define AEI_SOLVERS_PCA_H

#include <autoencoder/pca.h>
#include "data/dataset.h"
#include "kernels/kernels.h"

typedef struct aei_pca {
    double *mean;      /* [d]; zeros without centring */
    double *variances; /* [k] */
    double *components; /* [k,d], orthonormal rows */
    double total;
} aei_pca;

/* Options, k and data are checked. Fills what the pointers of `pca` point to. CANCELLED is looked for before each block
 * of rows and within the decompositions. */
ae_status aei_pca_find(aei_pca *pca, const ae_dataset *dataset, size_t k, const ae_pca_options *options);

#endif
