/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The objective of training and its gradient over one batch: encoder, code, decoder and loss forward, then all of it
 * back. Parameters live in the model; everything that changes per batch lives in the workspace. */
#ifndef AEI_MODEL_OBJECTIVE_H
#define AEI_MODEL_OBJECTIVE_H

#include "model/contraction.h"
#include "model/model.h"

/* What training adds to the reconstruction loss, at one step; see ae_train_options. */
typedef struct aei_objective {
    double code_l1, sparsity_weight, sparsity_target, contraction, topk_boost;
    double kl_weight, free_bits;
    size_t samples;
} aei_objective;

/* Means over the batch. */
typedef struct aei_loss_parts {
    double total, reconstruction, kl, penalty; /* kl before its weight and free bits */
} aei_loss_parts;

typedef struct aei_workspace {
    ae_runtime *runtime;
    size_t rows;                              /* capacity; of the decoder rows * samples */
    aei_slot *encoder, *variance, *decoder;   /* what each layer keeps */
    aei_real *gradients;                      /* of the trained part, see aei_pass */
    size_t *gradient_at;
    aei_real *scratch0, *scratch1;            /* [rows * samples, widest layer]: the gradient on its way down */
    aei_real *turned;                         /* a batch of the widest layer turned, or NULL, see aei_pass */
    aei_real *z, *dz, *epsilon;               /* code: [rows * samples, latent] each */
    aei_real *de, *dv, *dpenalty;             /* [rows, encoder width], [rows, latent] (NULL without), [rows, latent] */
    aei_real *score;                          /* [latent] */
    double *unit;                             /* [latent]: something of each code unit */
    aei_real *x, *target, *weights;           /* [rows, input], [rows, output], the same or NULL: a batch */
    double *row_loss;                         /* [rows] */
    aei_real batch_log_var;                   /* AE_NOISE_OPTIMAL: log gamma^2 of this batch */
    aei_contraction *contraction;             /* NULL without */
    void *arena;                              /* all arrays of the above */
    size_t bytes;                             /* in it */
} aei_workspace;

/* UNSUPPORTED or INVALID_ARGUMENT where the objective does not fit the model. */
ae_status aei_objective_check(const ae_model *model, const aei_objective *objective);

/* What a workspace has room for. */
typedef struct aei_room {
    size_t rows;    /* of a batch */
    bool fused;     /* every pass has an update: gradients that are used at once need no place */
    bool weights;   /* emphasis */
} aei_room;

ae_status aei_workspace_create(aei_workspace **out, const ae_model *model, const aei_objective *objective,
                               const aei_room *room);
void aei_workspace_free(aei_workspace *workspace);
size_t aei_workspace_memory(const aei_workspace *workspace); /* bytes */

/* Forward over n rows; `weights`:[n, output] emphasis, or NULL. Leaves the gradient of the output in the workspace. */
aei_loss_parts aei_objective_forward(const ae_model *model, aei_workspace *workspace, const aei_pass *pass,
                                     const aei_objective *objective, const aei_real *x, size_t x_stride,
                                     const aei_real *target, size_t target_stride, const aei_real *weights);

/* Backward of the same batch: gradients to the workspace, and steps by pass->update where it is given. */
void aei_objective_backward(const ae_model *model, aei_workspace *workspace, const aei_pass *pass,
                            const aei_objective *objective, const aei_real *x, size_t x_stride);

#endif
