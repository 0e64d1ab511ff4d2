/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/error.h"
#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>

static _Thread_local char last_line[512];

ae_status aei_fail(ae_status status, const char *format, ...)
{
    char raw[sizeof last_line + 128]; /* longer than the line, so that only aei_escape_line() cuts */
    va_list arguments;

    va_start(arguments, format);
    if (vsnprintf(raw, sizeof raw, format, arguments) < 0)
        raw[0] = '\0';
    va_end(arguments);
    aei_escape_line(raw, last_line, sizeof last_line);
    return status;
}

const char *aei_error_text(void)
{
    return last_line;
}
