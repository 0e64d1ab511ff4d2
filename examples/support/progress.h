/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Progress of a training on stderr: one line that renews itself on a terminal, else a plain line per epoch. */
#ifndef EXAMPLES_SUPPORT_PROGRESS_H
#define EXAMPLES_SUPPORT_PROGRESS_H

#include <autoencoder/autoencoder.h>

typedef struct progress {
    const char *name; /* of the model */
    int number, of;   /* this model is the number-th of so many */
    int live;         /* the line renews itself */
    int colour;
    double started;
} progress;

/* Seconds of a clock that never jumps. */
double seconds_now(void);

void progress_begin(progress *p, const char *name, int number, int of);

/* An ae_epoch_callback; `user` is the progress. */
int32_t progress_epoch(void *user, const ae_epoch_report *report);

/* Replaces the renewing line by the final word on this model. */
void progress_end(progress *p, const char *text);

#endif
