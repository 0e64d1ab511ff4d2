/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What the command line calls things. */
#ifndef AUTOENCODER_CLI_NAMES_H
#define AUTOENCODER_CLI_NAMES_H

#include "arguments.h"

enum model_kind {
    MODEL_PLAIN,
    MODEL_DENOISING,
    MODEL_SPARSE,
    MODEL_TOPK,
    MODEL_CONTRACTIVE,
    MODEL_VARIATIONAL,
    MODEL_PCA,
    MODEL_DICTIONARY
};

enum loss_name { LOSS_MSE, LOSS_BCE };

extern const choice model_names[], activation_names[], loss_names[], optimizer_names[], scaling_names[];

#endif
