/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "api/check.h"

#define MOST_SAMPLES (UINT64_C(1) << 56)

ae_status aei_check_rows(const char *what, size_t rows, size_t width, size_t *stride)
{
    if (*stride == 0)
        *stride = width;
    if (*stride < width)
        return aei_fail(AE_ERROR_SHAPE, "%s: stride %zu is less than its width %zu", what, *stride, width);
    if (rows > SIZE_MAX / 16 / *stride) /* 16: the rows as double, and a margin */
        return aei_fail(AE_ERROR_SHAPE, "%s: %zu rows with stride %zu are too many to address", what, rows, *stride);
    return AE_OK;
}

ae_status aei_check_samples(uint64_t first_row, size_t rows)
{
    if (first_row > MOST_SAMPLES || rows > MOST_SAMPLES - first_row)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%zu rows from row %llu on go beyond 2^56", rows,
                        (unsigned long long)first_row);
    return AE_OK;
}
