/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Early stopping (Prechelt 1998): training ends when the validation loss has not become better for `patience` epochs,
 * and the model gets the weights of its best epoch. */
#ifndef AEI_TRAIN_STOPPING_H
#define AEI_TRAIN_STOPPING_H

#include "model/model.h"

typedef struct aei_stopping {
    ae_model *model; /* NULL: no validation, nothing ever stops */
    uint64_t patience, waited, best_epoch;
    double min_delta, best_loss;
    aei_real *best; /* parameters of the best epoch; NULL while there is none or patience is 0 */
    aei_real *copy; /* memory for them */
} aei_stopping;

ae_status aei_stopping_init(aei_stopping *stopping, ae_model *model, const ae_train_options *options);

/* Tells the validation loss of an epoch that has just ended. */
void aei_stopping_note(aei_stopping *stopping, uint64_t epoch, double loss);
bool aei_stopping_is_due(const aei_stopping *stopping);

/* Gives the model its best weights back, if patience was asked for, and frees the copy. */
void aei_stopping_finish(aei_stopping *stopping);

#endif
