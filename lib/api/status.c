/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/error.h"

const char *ae_status_name(ae_status status)
{
    switch (status) {
    case AE_OK: return "AE_OK";
    case AE_ERROR_INVALID_ARGUMENT: return "AE_ERROR_INVALID_ARGUMENT";
    case AE_ERROR_SHAPE: return "AE_ERROR_SHAPE";
    case AE_ERROR_NO_MEMORY: return "AE_ERROR_NO_MEMORY";
    case AE_ERROR_IO: return "AE_ERROR_IO";
    case AE_ERROR_FORMAT: return "AE_ERROR_FORMAT";
    case AE_ERROR_UNSUPPORTED: return "AE_ERROR_UNSUPPORTED";
    case AE_ERROR_NUMERIC: return "AE_ERROR_NUMERIC";
    case AE_ERROR_CANCELLED: return "AE_ERROR_CANCELLED";
    case AE_ERROR_DATA: return "AE_ERROR_DATA";
    default: return "unknown status";
    }
}

const char *ae_last_error(void)
{
    return aei_error_text();
}
