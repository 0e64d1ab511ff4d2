/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR        20
#define CLEAR_LINE "\r\033[K"

void progress_begin(progress *p, int quiet)
{
    const char *term = getenv("TERM");
    p->quiet = quiet;
    p->terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
    p->seconds = 0;
}

int32_t progress_epoch(void *user, const ae_epoch_report *report)
{
    progress *p = user;
    const unsigned long long epoch = report->epoch, epochs = report->epochs;
    char losses[80], bar[BAR + 1];
    p->seconds += report->seconds;
    if (p->quiet) return 0;
    int used = snprintf(losses, sizeof losses, "train %.5g", report->train_loss);
    if (!isnan(report->validation_loss))
        snprintf(losses + used, sizeof losses - (size_t)used, "  validation %.5g", report->validation_loss);
    if (!p->terminal) {
        fprintf(stderr, "epoch %llu/%llu  %s\n", epoch, epochs, losses);
        return 0;
    }
    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)(BAR * epoch / epochs));
    bar[BAR] = '\0';
    fprintf(stderr, CLEAR_LINE "%s %llu/%llu  %s  %.0f s left", bar, epoch, epochs, losses,
            p->seconds * (double)(epochs - epoch) / (double)epoch);
    fflush(stderr);
    return 0;
}

void progress_end(const progress *p)
{
    if (p->terminal && !p->quiet) fputs(CLEAR_LINE, stderr);
}
