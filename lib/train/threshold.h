/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The score from which on a row is an anomaly, from a share of anomalies. */
#ifndef AEI_TRAIN_THRESHOLD_H
#define AEI_TRAIN_THRESHOLD_H

#include "data/dataset.h"
#include "model/model.h"

/* The lowest score of the dataset's rows that at most contamination * rows of them exceed: of equal scores all are
 * above it or none. The data is checked; the model reconstructs its input. NUMERIC for a score that is not finite. */
ae_status aei_threshold_find(const ae_model *model, const ae_dataset *dataset, double contamination, double *threshold);

#endif
