/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Sixty rows and what is needed to train on them. */
#ifndef SMALL_TRAINING_H
#define SMALL_TRAINING_H

#include "support/architectures.h"

enum { ROWS = 60, D = 8 };

extern float x[ROWS * D];
extern ae_dataset *data; /* of x */

/* Setup and teardown of a group of tests. */
int make_data(void **state);
int free_data(void **state);

/* Four epochs of batches of 16. */
ae_train_options plain_options(void);

ae_model *new_model(size_t which);

#endif
