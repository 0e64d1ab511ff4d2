/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What a model learns from, and whether it can. */
#ifndef AEI_TRAIN_EXAMPLES_H
#define AEI_TRAIN_EXAMPLES_H

#include "data/dataset.h"
#include "model/model.h"

/* A dataset and what is to be made of its rows; targets NULL: the rows themselves. */
typedef struct aei_examples {
    const ae_dataset *inputs, *targets;
} aei_examples;

/* AE_ERROR_SHAPE for widths and numbers of rows that do not fit the model, AE_ERROR_DATA for a value that it cannot learn
 * from; `what` names the data. */
ae_status aei_examples_check(const ae_model *model, aei_examples examples, const char *what);
ae_status aei_batch_check(const ae_model *model, const float *x, size_t n, size_t x_stride, const float *target,
                          size_t target_stride);

#endif
