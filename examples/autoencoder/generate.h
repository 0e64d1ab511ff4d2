/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The way from one row to another, for `interpolate` and `picture`. */
#ifndef AUTOENCODER_CLI_GENERATE_H
#define AUTOENCODER_CLI_GENERATE_H

#include "arguments.h"
#include "data.h"

typedef struct way {
    size_t from, to, steps;
    int32_t path; /* an ae_path_value; negative: spherical for variational models, else linear */
} way;

extern const choice path_names[];

/* Decodes the codes on the way: out receives [steps, output_dim], for free(). Returns an exit code, after a line on a
 * failure. */
int interpolate(const ae_model *model, const data *d, const way *w, float **out);

#endif
