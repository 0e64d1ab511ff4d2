/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The learning rate as a function of time.   t: epochs since the start, fractions for the steps inside one
 *   warm-up    t < W:  lr t' / W, where t' is the end of the step, so that the first step is not 0 and the last is lr
 *   constant   lr
 *   step       lr factor^floor(t / schedule_epochs)
 *   cosine     min + (lr - min) (1 + cos(pi u)) / 2,   u = (t - W) / (T - W)       (Loshchilov and Hutter 2017) */
#ifndef AEI_OPTIM_SCHEDULE_H
#define AEI_OPTIM_SCHEDULE_H

#include <autoencoder/train.h>

/* The rate of step `step` (0-based) of epoch `epoch` (0-based) when an epoch has `steps` steps. */
double aei_schedule_rate(const ae_train_options *options, uint64_t epoch, uint64_t step, uint64_t steps);

/* The weight of the KL divergence at time t: from 0 to kl_weight over kl_warmup_epochs; or with M = kl_cycles, over the
 * first half of each of M cycles of T / M epochs (Fu et al. 2019). */
double aei_schedule_kl_weight(const ae_train_options *options, uint64_t epoch, uint64_t step, uint64_t steps);

#endif
