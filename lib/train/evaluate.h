/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Losses of a model over a dataset, without gradients. */
#ifndef AEI_TRAIN_EVALUATE_H
#define AEI_TRAIN_EVALUATE_H

#include <autoencoder/vae.h>
#include "train/trainer.h"

/* The model's own loss, summed over features, averaged over rows; of a variational model the negative ELBO with one
 * sample of z a row, drawn by seed 0. The data is already checked. */
ae_status aei_evaluate_loss(const ae_model *model, aei_examples examples, double *loss);

/* Everything of ae_evaluation but its struct_size. */
ae_status aei_evaluate_all(const ae_model *model, aei_examples examples, ae_evaluation *evaluation);

/* How the codes of a dataset use their units: each unit's mean and share of rows where it is not 0 (either may be NULL),
 * and everything of ae_code_report but its struct_size. */
ae_status aei_evaluate_usage(const ae_model *model, const ae_dataset *dataset, double *mean, double *active,
                             ae_code_report *report);

/* The rows of a dataset for aei_sums_request. */
const float *aei_evaluate_row(const void *dataset, size_t row);

#endif
