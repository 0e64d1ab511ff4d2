/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Lines for the host's log callback; nothing happens without one. */
#ifndef AEI_BASE_LOG_H
#define AEI_BASE_LOG_H

#include <autoencoder/runtime.h>
#include "base/error.h"

void aei_log(const ae_runtime *runtime, int32_t level, const char *format, ...) AEI_PRINTF(3, 4);

#endif
