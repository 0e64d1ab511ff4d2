/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* From what a user asked of `train`, and the data, to the library's options: the defaults are here. */
#ifndef AUTOENCODER_CLI_PLAN_H
#define AUTOENCODER_CLI_PLAN_H

#include <autoencoder/autoencoder.h>

#include "arguments.h"

enum { PLAN_HIDDEN_MAX = 16, PLAN_UNSET = -1 };

/* Values of the options; 0, PLAN_UNSET or NULL where the plan shall choose. */
typedef struct train_settings {
    int32_t kind; /* a model_kind */
    const char *hidden, *noise;
    size_t latent, epochs, batch, topk, patience;
    int32_t activation, output, loss, optimizer, scale;
    double learning_rate, l1, beta, contraction; /* l1 and contraction: PLAN_UNSET */
    uint64_t seed;
} train_settings;

typedef struct plan {
    size_t hidden[PLAN_HIDDEN_MAX];
    ae_model_options model;
    ae_train_options training;
    ae_corruption noise;
} plan;

/* Checks what does not depend on data: lists, combinations. Returns ARGUMENTS_GO_ON or EXIT_USAGE. */
int plan_check(plan *p, const train_settings *s, const arguments *a);

/* Fills in the rest for `rows`. The plan must stay where it is. */
void plan_fill(plan *p, const train_settings *s, const ae_dataset *rows, ae_runtime *runtime);

#endif
