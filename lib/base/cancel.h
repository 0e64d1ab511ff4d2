/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The stop switch. It may be pulled by a signal handler, so it is one lock-free number. */
#ifndef AEI_BASE_CANCEL_H
#define AEI_BASE_CANCEL_H

#include <autoencoder/runtime.h>
#include <stdatomic.h>
#include <stdbool.h>
#include "base/error.h"

struct ae_cancel {
    ae_runtime *runtime;
    atomic_int requested;
};

/* NULL is a switch that nobody pulls. */
static inline bool aei_is_cancelled(const ae_cancel *cancel)
{
    return cancel && atomic_load(&((ae_cancel *)cancel)->requested);
}

static inline ae_status aei_cancel_fail(void)
{
    return aei_fail(AE_ERROR_CANCELLED, "cancelled by ae_cancel_request()");
}

/* For solvers, in loops whose turns are short: CANCELLED once the switch is pulled. */
static inline ae_status aei_cancel_check(const ae_cancel *cancel)
{
    return aei_is_cancelled(cancel) ? aei_cancel_fail() : AE_OK;
}

#endif
