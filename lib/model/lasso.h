/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Sparse coding: the code h of a row x over a dictionary D whose columns are the atoms,
 *   h = argmin  1/2 |x - D h|^2 + lambda |h|_1              (nonnegative: over h >= 0)
 * x enters by c = D^T x alone and D by its Gram matrix G = D^T D, since 1/2 |x - D h|^2 = 1/2 |x|^2 - c^T h + 1/2 h^T G h.
 * With r = c - G h, what is left of x as the atoms see it, h is a minimum exactly if (Karush, Kuhn and Tucker)
 *   r_j = lambda sign(h_j)   where h_j is not 0
 *   |r_j| <= lambda          elsewhere                      (nonnegative: r_j <= lambda)
 * The KKT residual is the largest amount by which one of these fails.
 *
 * c comes from floats and is wrong by about 1e-7 |x| |d_j|. Where lambda is less than that and atoms are linearly
 * dependent, which those beyond d always are, such a c belongs to no x at all: codes would run away along combinations
 * of atoms that are 0, which c pays for and G does not notice. So no lambda counts as less than 5e-7 |x| times the norm
 * of the longest atom. G must be that of D to much more digits than c, or it has eigenvalues below 0: it is in double.
 *
 * An active set does it (after Lee, Battle, Raina and Ng 2007, "feature-sign search"): while the atoms in use and the
 * signs s of their coefficients stay what they are, the minimum solves the linear system G_AA h_A = c_A - lambda s_A.
 *   1  step towards that solution until it is reached or a coefficient becomes 0, which leaves the set
 *   2  if it is reached, the atom outside that violates its condition most joins the set
 * Every step lowers the objective, so no set comes twice. G_AA = L L^T is kept as its Cholesky factor: an atom that
 * joins costs one row of L. A code of m atoms takes about m + 2 steps. Coordinate descent needs hundreds of sweeps where
 * atoms are alike, as those of images are: 15 times as long for 64 atoms of the digits, more for more atoms. */
#ifndef AEI_MODEL_LASSO_H
#define AEI_MODEL_LASSO_H

#include <stdbool.h>
#include <stddef.h>
#include "base/real.h"

#define AEI_LASSO_TOLERANCE 1e-4        /* KKT residual of a sparse code, in units of lambda */
#define AEI_LASSO_ACTIVE_TOLERANCE 0.01 /* of active atoms, as a share of the tolerance: a linear system meets theirs */
#define AEI_LASSO_STEPS_PER_ATOM 20     /* bounds the time where rounding keeps the conditions from being met */
#define AEI_LASSO_LEAST_PIVOT 1e-13     /* of an atom that the active ones make up but for rounding, in units of G_jj */
#define AEI_LASSO_LEAST_LAMBDA 5e-7     /* in units of `size`: some times what rounding there may be in c */
#define AEI_LASSO_TINY 1e-32            /* added to that, for c whose terms may have vanished as too small for a float */
#define AEI_LASSO_ROUNDING 2e-15        /* of r, in units of the numbers it is summed from */

/* Active atoms are linearly independent, so no more than d; one more while it takes the place of another. */
static inline size_t aei_lasso_capacity(size_t atoms, size_t d)
{
    return atoms <= d ? atoms : d + 1;
}

typedef struct aei_lasso {
    const double *gram; /* G:[atoms, atoms] */
    size_t atoms;
    double lambda;      /* above 0 */
    double tolerance;   /* KKT residual that is small enough, in units of lambda */
    bool nonnegative;
} aei_lasso;

/* Memory for one row at a time. */
typedef struct aei_lasso_scratch {
    size_t capacity;       /* atoms that may be active */
    double *factor;        /* L, rows of its lower triangle one behind the other; 1 / L_ii on the diagonal */
    double *h, *step;      /* [capacity] */
    double *sign;          /* [capacity], +-1 */
    double *r;             /* [atoms] */
    size_t *active;        /* [capacity] */
} aei_lasso_scratch;

/* Bytes of scratch for rows of width d; false if they are too many. `memory` is aligned for a double. */
bool aei_lasso_scratch_size(size_t atoms, size_t d, size_t *bytes);
void aei_lasso_scratch_place(aei_lasso_scratch *scratch, size_t atoms, size_t d, void *memory);

/* gram:[k,k] of atoms in rows:[k,d]. */
void aei_lasso_gram(const aei_real *atoms, size_t k, size_t d, double *gram);

/* The norm of the longest atom. */
double aei_lasso_longest(const double *gram, size_t atoms);

double aei_lasso_norm(const aei_real *x, size_t d);

/* h:[atoms] from c:[atoms]. `size` is |x| times the norm of the longest atom. On entry h is where to start: zeros, or a
 * code that is near. If c is not finite, all of h are NaN. */
void aei_lasso_solve(const aei_lasso *lasso, const aei_real *c, double size, aei_real *h, aei_lasso_scratch *scratch);

#endif
