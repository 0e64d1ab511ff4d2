/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What a training goes back to when a number stops being finite: trainer->good, the parameters at the start of an epoch
 * that gave a finite loss. */
#ifndef AEI_TRAIN_ROLLBACK_H
#define AEI_TRAIN_ROLLBACK_H

#include "train/trainer.h"

/* Running statistics of a model; trainer->good has them twice. */
size_t aei_rollback_statistics(const aei_param_set *set);

void aei_rollback_begin_epoch(ae_trainer *trainer);

/* A finite loss was taken of the epoch's first weights: they are what a failure goes back to from now on. The forward
 * pass has moved the statistics alone. */
void aei_rollback_accept_start(ae_trainer *trainer);

/* Goes back, says "<what> epoch 3, step 70; <advice>" and ends the trainer. Returns AE_ERROR_NUMERIC. */
ae_status aei_rollback_fail(ae_trainer *trainer, const char *what, uint64_t step);

/* The end of an epoch, or of what a host counts as one: weights that are not finite must not become "good". */
ae_status aei_rollback_check_weights(ae_trainer *trainer);

#endif
