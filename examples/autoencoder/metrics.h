/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* How well scores tell anomalies from the rest. */
#ifndef AUTOENCODER_CLI_METRICS_H
#define AUTOENCODER_CLI_METRICS_H

#include <stddef.h>

typedef struct separation {
    size_t anomalies;
    double auroc;             /* chance that an anomaly scores higher than another row, ties count half */
    double average_precision; /* mean precision over the anomalies, from the highest score down */
} separation;

/* Labels other than 0 are anomalies; scores must not be NaN. The numbers are NaN where all rows are of one kind.
 * Returns 0, or -1 without memory. */
int separation_find(separation *out, const float *scores, const float *labels, size_t rows);

#endif
