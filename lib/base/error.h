/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The one line of text behind ae_last_error(), and the way every failure is made. */
#ifndef AEI_BASE_ERROR_H
#define AEI_BASE_ERROR_H

#include <autoencoder/status.h>

#if defined(__GNUC__) || defined(__clang__)
#define AEI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define AEI_PRINTF(text, first)
#endif

/* Stores the formatted line for this thread (a fixed buffer: works when memory is gone; control characters are
 * escaped) and returns `status`, so that a failure reads `return aei_fail(AE_ERROR_SHAPE, "...", ...)`. The lowest
 * function that knows what went wrong speaks; its callers pass the code on. Numbers print the same in every locale
 * when only integers and strings are formatted; use aei_format_double() of base/text.h for the rest. */
ae_status aei_fail(ae_status status, const char *format, ...) AEI_PRINTF(2, 3);

/* The line of this thread's last failure, "" if none failed. */
const char *aei_error_text(void);

#endif
