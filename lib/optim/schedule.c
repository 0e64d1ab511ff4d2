/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "optim/schedule.h"

#include <math.h>

double aei_schedule_rate(const ae_train_options *options, uint64_t epoch, uint64_t step, uint64_t steps)
{
    const double pi = 3.14159265358979323846;
    const double lr = options->learning_rate, warmup = options->warmup_epochs, least = options->min_learning_rate;
    const double t = (double)epoch + (double)step / (double)steps;
    const double end = (double)epoch + (double)(step + 1) / (double)steps;
    const double length = (double)options->epochs - warmup;

    if (end < warmup)
        return lr * end / warmup;
    switch (options->schedule) {
    case AE_SCHEDULE_STEP:
        return lr * pow(options->schedule_factor, floor(t / (double)options->schedule_epochs));
    case AE_SCHEDULE_COSINE: {
        double u = length > 0 ? (t - warmup) / length : 1;
        u = u < 0 ? 0 : u > 1 ? 1 : u; /* a host may run more epochs than it announced */
        return least + (lr - least) * (1 + cos(pi * u)) / 2;
    }
    default:
        return lr;
    }
}

double aei_schedule_kl_weight(const ae_train_options *options, uint64_t epoch, uint64_t step, uint64_t steps)
{
    double t = (double)epoch + (double)step / (double)steps, rise = options->kl_warmup_epochs;
    if (options->kl_cycles > 0) {
        const double cycle = (double)options->epochs / (double)options->kl_cycles;
        t = fmod(t, cycle);
        rise = cycle / 2;
    }
    return rise > 0 && t < rise ? options->kl_weight * t / rise : options->kl_weight;
}
