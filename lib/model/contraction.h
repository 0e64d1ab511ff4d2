/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The contractive penalty (Rifai et al. 2011) for an encoder of L dense layers:  p = (weight / n) sum_r |J_r|_F^2,
 * J_r = dh/dx at row r.   z_l = W_l y_(l-1) + b_l,  y_l = f_l(z_l),  h = y_L,  D_l = diag f_l'(z_l):
 *   J = D_L W_L D_(L-1) ... D_1 W_1
 * It is built from the code down, one row for each code unit c, so that all are products of [n k, width] matrices:
 *   R_L = D_L,   S_l = R_l W_l,   R_(l-1) = S_l D_(l-1),   J = S_1
 * Backward, dS_1 = 2 weight / n J, and upwards
 *   dW_l += R_l^T dS_l,   dR_l = dS_l W_l^T,   dS_(l+1) = dR_l D_l
 *   f_l'(z_l) scales R_l, so dz_lj += f_l''(z_lj) sum_c dR_l[c,j] S_(l+1)[c,j]       (at the top: dR_L[c,c])
 * The last line is added to the ordinary gradient when it passes layer l; see aei_pass.extra_dz. */
#ifndef AEI_MODEL_CONTRACTION_H
#define AEI_MODEL_CONTRACTION_H

#include "model/model.h"

typedef struct aei_contraction aei_contraction;

/* UNSUPPORTED unless the encoder is dense layers with a plain code. */
ae_status aei_contraction_create(aei_contraction **out, const ae_model *model, size_t rows);
void aei_contraction_free(aei_contraction *contraction);
size_t aei_contraction_memory(const aei_contraction *contraction); /* bytes; 0 for NULL */

/* After the forward pass, slots as the encoder left them: the penalty. */
double aei_contraction_forward(aei_contraction *c, const ae_model *model, const aei_pass *pass, const aei_slot *slots,
                               double weight);

/* Before the encoder's backward pass: leaves its part of each dW in pass->gradients (added where `accumulates`), and
 * tells for each layer what to add to its dz. */
const aei_real *const *aei_contraction_backward(aei_contraction *c, const ae_model *model, const aei_pass *pass,
                                                const aei_slot *slots);

#endif
