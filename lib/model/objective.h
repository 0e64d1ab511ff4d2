/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The objective of training and its gradient over one batch: encoder, decoder and loss forward, then all of it back.
 * Parameters live in the model; everything that changes per batch lives in the workspace. */
#ifndef AEI_MODEL_OBJECTIVE_H
#define AEI_MODEL_OBJECTIVE_H

#include "model/model.h"

typedef struct aei_workspace {
    ae_runtime *runtime;
    size_t rows;                  /* capacity */
    aei_slot *encoder, *decoder;  /* what each layer keeps */
    aei_real *gradients;          /* arena of the trained part */
    aei_real *scratch0, *scratch1; /* [rows, widest layer] each: the gradient on its way down */
    aei_real *x, *target;         /* [rows, input_dim]: places for a gathered batch */
    double *row_loss;             /* [rows] */
    void *arena;                  /* all of the above but this struct */
} aei_workspace;

ae_status aei_workspace_create(aei_workspace **out, const ae_model *model, size_t rows);
void aei_workspace_free(aei_workspace *workspace);

/* Forward over n rows: returns the mean loss, and leaves dz of the output in scratch0. */
double aei_objective_forward(const ae_model *model, aei_workspace *workspace, const aei_pass *pass, const aei_real *x,
                             size_t x_stride, const aei_real *target, size_t target_stride);

/* Backward of the same batch: gradients to the workspace, and steps by pass->update where it is given. */
void aei_objective_backward(const ae_model *model, aei_workspace *workspace, const aei_pass *pass, const aei_real *x,
                            size_t x_stride);

#endif
