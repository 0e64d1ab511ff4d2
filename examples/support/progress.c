/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR        20
#define CLEAR_LINE "\r\033[K"

double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void progress_begin(progress *p, const char *name, int number, int of)
{
    const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
    p->name = name;
    p->number = number;
    p->of = of;
    p->live = isatty(2) && term && strcmp(term, "dumb") != 0;
    p->colour = p->live && (!no_colour || !*no_colour);
    p->started = seconds_now();
    if (p->live) {
        fprintf(stderr, CLEAR_LINE "[%d/%d] %s ...", number, of, name);
        fflush(stderr);
    }
}

int32_t progress_epoch(void *user, const ae_epoch_report *report)
{
    const progress *p = user;
    double spent = seconds_now() - p->started;
    double left = spent * (double)(report->epochs - report->epoch) / (double)report->epoch;
    if (!p->live) {
        fprintf(stderr, "[%d/%d] %s: epoch %llu/%llu  train %.4g  validation %.4g  %.0f s left\n", p->number, p->of,
                p->name, (unsigned long long)report->epoch, (unsigned long long)report->epochs, report->train_loss,
                report->validation_loss, left);
        return 0;
    }
    char bar[BAR + 1];
    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)(BAR * report->epoch / report->epochs));
    bar[BAR] = '\0';
    fprintf(stderr, CLEAR_LINE "[%d/%d] %s%-18s%s %s %3llu/%llu  validation %-8.4g %.0f s left", p->number, p->of,
            p->colour ? "\033[1m" : "", p->name, p->colour ? "\033[0m" : "", bar, (unsigned long long)report->epoch,
            (unsigned long long)report->epochs, report->validation_loss, left);
    fflush(stderr);
    return 0;
}

void progress_end(progress *p, const char *text)
{
    fprintf(stderr, "%s[%d/%d] %s%-18s%s %s\n", p->live ? CLEAR_LINE : "", p->number, p->of, p->colour ? "\033[1m" : "",
            p->name, p->colour ? "\033[0m" : "", text);
}
