/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Between encoder and decoder: what is done to the encoder's output e:[n, encoder width] to make the code.
 *   plain      z = e
 *   topk       z = e on its k largest entries of each row, else 0 (Makhzani and Frey 2013);  de = dz on those
 *   lasso      e = D^T x becomes the sparse code of x over the dictionary D (lasso.h); never trained by gradients
 *   gaussian   mu and v = log sigma^2 from e (or v from the second net, or 0);  z = mu + sigma epsilon
 * Penalties on the code and the KL divergence belong here too. */
#ifndef AEI_MODEL_CODE_H
#define AEI_MODEL_CODE_H

#include "model/lasso.h"
#include "model/objective.h"

/* Training: from the last slots of encoder and variance net to workspace->z, [samples * n, latent], sample by sample.
 * Adds the KL divergence and the penalties to `parts`. */
void aei_code_forward(const ae_model *model, aei_workspace *workspace, const aei_pass *pass,
                      const aei_objective *objective, aei_loss_parts *parts);

/* From workspace->dz:[samples * n, latent] to workspace->de:[n, encoder width], and ->dv:[n, latent] for a second net,
 * both by the net's last z. */
void aei_code_backward(const ae_model *model, aei_workspace *workspace, const aei_pass *pass,
                       const aei_objective *objective);

/* Inference: code:[n, latent] with a stride from e:[n, encoder width] without gaps; mu of a variational model. x, what
 * the encoder read, and `lasso` are for models of that code. */
void aei_code_infer(const ae_model *model, const aei_real *x, size_t x_stride, const aei_real *e, size_t n,
                    aei_real *code, size_t code_stride, aei_lasso_scratch *lasso);

/* Keeps the k largest of score:[width] (of equal ones the first; with a NaN all): out gets value there, else 0. Nothing overlaps but
 * score and value. */
void aei_code_keep_largest(const aei_real *score, const aei_real *value, size_t width, size_t k, aei_real *out);

#endif
