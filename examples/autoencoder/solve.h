/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Models that are solved for rather than trained by gradient: PCA and dictionaries. */
#ifndef AUTOENCODER_CLI_SOLVE_H
#define AUTOENCODER_CLI_SOLVE_H

#include "plan.h"

/* What the solver found beside the model; all zero for other models. */
typedef struct solution {
    size_t components;
    double *shares; /* [components] of the data's variance, for PCA; or NULL */
    int has_objective;
    double objective; /* of a dictionary */
} solution;

/* Makes the model of a plan. Returns an exit code, after a line on a failure. */
int solve(ae_model **out, solution *found, const plan *p, const train_settings *s, const ae_dataset *rows);

void solution_print(const solution *s);
void solution_json(const solution *s); /* adds to the report that is open */
void solution_free(solution *s);

#endif
