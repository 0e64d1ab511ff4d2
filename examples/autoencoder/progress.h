/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The progress of a training on standard error: a bar on a terminal, else a line an epoch. */
#ifndef AUTOENCODER_CLI_PROGRESS_H
#define AUTOENCODER_CLI_PROGRESS_H

#include <autoencoder/autoencoder.h>

typedef struct progress {
    int quiet;      /* print nothing */
    int terminal;   /* standard error is one: the line renews itself */
    double seconds; /* of all epochs so far */
} progress;

void progress_begin(progress *p, int quiet);

/* An ae_epoch_callback; `user` is the progress. */
int32_t progress_epoch(void *user, const ae_epoch_report *report);

/* Clears the bar. */
void progress_end(const progress *p);

#endif
