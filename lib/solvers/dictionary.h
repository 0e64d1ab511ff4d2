/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Dictionary learning: atoms of norm 1 and codes that make (1/n) sum_i 1/2 |x_i - D h_i|^2 + lambda |h_i|_1 small.
 *                                                x:[n,d]   atoms, the columns of D, as rows:[k,d]   h:[n,k]
 * The objective is convex in the codes and in the atoms, not in both; so they take turns.
 *   codes   the lasso of each row, see model/lasso.h
 *   atoms   of the codes they need A = sum_i h_i h_i^T:[k,k] and B = sum_i h_i x_i^T:[k,d] alone. As a function of one atom
 *           of norm 1 the objective is a constant minus v_j . d_j with
 *             v_j = b_j - sum over l of A_jl d_l + A_jj d_j
 *           so d_j = v_j / |v_j|; for atoms >= 0 the part of v_j above 0 instead of v_j. One after the other, each with the
 *           newest of the others (Mairal et al. 2010, algorithm 2)
 *   batch   A and B anew from all rows in each turn; the codes start from those of the turn before. Neither half of a turn
 *           raises the objective
 *   online  A <- beta_t A + those of the mini-batch t, B likewise; with eta rows a batch (section 3.4.3 of the same)
 *             beta_t = (theta_t + 1 - eta) / (theta_t + 1),  theta_t = t eta while t < eta, then eta^2 + t - eta
 *           but at most 1 - eta/n: after the first pass a batch holds rows that A and B have seen, with older codes */
#ifndef AEI_SOLVERS_DICTIONARY_H
#define AEI_SOLVERS_DICTIONARY_H

#include <autoencoder/dictionary.h>
#include "base/real.h"
#include "data/dataset.h"

/* Options, k and data are checked. Atoms come to `atoms`:[k,d]; *objective, unless NULL, is theirs. */
ae_status aei_dictionary_find(aei_real *atoms, size_t k, const ae_dataset *dataset,
                              const ae_dictionary_options *options, double *objective);

#endif
