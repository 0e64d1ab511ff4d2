/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Wall time for reports; results never depend on it. */
#ifndef AEI_BASE_CLOCK_H
#define AEI_BASE_CLOCK_H

/* Seconds since some fixed point, never going back. */
double aei_clock_seconds(void);

#endif
