/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The optimizer's state and the coefficients of one step; the elementwise formulas are in kernels/update.c.
 *
 * Adam (Kingma and Ba 2015): m and v are moving means of g and g^2 that start at 0, so after t steps their expectations
 * are (1 - beta^t) times too small; dividing by 1 - beta1^t and 1 - beta2^t mends it. */
#ifndef AEI_OPTIM_OPTIMIZER_H
#define AEI_OPTIM_OPTIMIZER_H

#include <autoencoder/train.h>
#include "kernels/kernels.h"
#include "tensor/param.h"

typedef struct aei_optimizer {
    ae_runtime *runtime;
    ae_train_options options; /* checked */
    aei_real *m, *v;          /* arenas of the trained part; NULL where the kind keeps none */
    size_t count;             /* numbers in each arena */
    uint64_t steps;           /* done */
} aei_optimizer;

/* Which options an optimizer cannot work with; `options` of trainers and ae_fit() pass through here. */
ae_status aei_train_options_check(const ae_train_options *options);

/* State for `count` numbers, all zero. `options` must have passed the check. */
ae_status aei_optimizer_init(aei_optimizer *optimizer, ae_runtime *runtime, const ae_train_options *options,
                             size_t count);
void aei_optimizer_clear(aei_optimizer *optimizer);

/* Begins step steps + 1 with this learning rate and tells its coefficients. */
aei_update aei_optimizer_next(aei_optimizer *optimizer, aei_param_set *set, const aei_real *gradients,
                              double learning_rate);

/* Takes the step on every trained tensor at once, where it could not be fused with the gradients. */
void aei_optimizer_apply(const aei_kernels *kernels, const aei_param_set *set, const aei_update *update);

#endif
