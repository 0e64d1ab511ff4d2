/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/log.h"
#include "base/runtime.h"
#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>

void aei_log(const ae_runtime *runtime, int32_t level, const char *format, ...)
{
    char raw[640], line[512]; /* only aei_escape_line() cuts */
    va_list arguments;

    if (!runtime || !runtime->options.log)
        return;
    va_start(arguments, format);
    if (vsnprintf(raw, sizeof raw, format, arguments) < 0)
        raw[0] = '\0';
    va_end(arguments);
    aei_escape_line(raw, line, sizeof line);
    runtime->options.log(runtime->options.log_user, level, line);
}
