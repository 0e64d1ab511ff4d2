/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A training under way: batches, objective, optimizer. aei_fit() is a loop over it. */
#ifndef AEI_TRAIN_TRAINER_H
#define AEI_TRAIN_TRAINER_H

#include "model/objective.h"
#include "optim/optimizer.h"
#include "train/examples.h"

struct ae_trainer {
    ae_model *model;
    ae_train_options options;
    ae_corruption corruption; /* kind AE_CORRUPTION_NONE without */
    aei_optimizer optimizer;
    aei_workspace *workspace;
    aei_real *good;      /* all parameters as they were at the start of an epoch, and gave a finite loss; behind them
                            the running statistics at the start of this epoch */
    bool epoch_is_new;   /* no loss has been taken of the parameters at its start yet */
    size_t *order;       /* rows of the dataset in the order of this epoch */
    size_t order_rows;
    uint64_t epoch;      /* whole epochs done */
    double last_rate;    /* learning rate of the last step */
    size_t last_rows;    /* of its batch, which is in workspace->x */
    bool fuses_update;   /* the optimizer steps inside the gradient kernels */
    bool normalises;     /* has batch normalisation: a batch needs 2 rows */
    bool failed;         /* met a number that is not finite: the model is rolled back and this trainer has ended */
};

/* Options must have passed aei_train_options_check(). */
ae_status aei_trainer_new(ae_trainer **out, ae_model *model, const ae_train_options *options);
void aei_trainer_delete(ae_trainer *trainer);

/* Bytes of everything that it has allocated. */
size_t aei_trainer_memory(const ae_trainer *trainer);

/* One step on checked rows. */
ae_status aei_trainer_step(ae_trainer *trainer, const float *x, size_t rows, size_t x_stride, const float *target,
                           size_t target_stride, double *loss);

/* One epoch on a checked dataset; appends to the model's history. `report` is complete but for struct_size and
 * validation. */
ae_status aei_trainer_epoch(ae_trainer *trainer, aei_examples examples, ae_epoch_report *report);

/* The whole training on checked options and data; validation.inputs may be NULL. */
ae_status aei_fit(ae_model *model, aei_examples train, aei_examples validation, const ae_train_options *options);

#endif
