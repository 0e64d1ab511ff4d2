/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Log variances are held within +-20 wherever they are used: exp of that is far from overflow and from 0. */
#ifndef AEI_KERNELS_LOG_VAR_H
#define AEI_KERNELS_LOG_VAR_H

#include "base/real.h"

#define AEI_LOG_VAR_LIMIT 20

static inline aei_real aei_log_var_hold(aei_real v)
{
    return v < -AEI_LOG_VAR_LIMIT ? -AEI_LOG_VAR_LIMIT : v > AEI_LOG_VAR_LIMIT ? AEI_LOG_VAR_LIMIT : v;
}

/* The derivative of holding: 0 where it cuts, else 1. */
static inline aei_real aei_log_var_slope(aei_real v)
{
    return v < -AEI_LOG_VAR_LIMIT || v > AEI_LOG_VAR_LIMIT ? 0 : 1;
}

#endif
