/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Losses of a model over a dataset, without gradients. */
#ifndef AEI_TRAIN_EVALUATE_H
#define AEI_TRAIN_EVALUATE_H

#include "data/dataset.h"
#include "model/model.h"

/* Is the dataset as wide as the model's input? SHAPE with both numbers if not; `what` names the data. */
ae_status aei_check_width(const ae_model *model, const ae_dataset *dataset, const char *what);

/* The model's own loss, summed over features, averaged over rows. The data is already checked. */
ae_status aei_evaluate_loss(const ae_model *model, const ae_dataset *dataset, double *loss);

/* Everything of ae_evaluation but its struct_size. The data is already checked to be finite. */
ae_status aei_evaluate_all(const ae_model *model, const ae_dataset *dataset, ae_evaluation *evaluation);

#endif
