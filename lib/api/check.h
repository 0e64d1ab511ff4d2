/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Argument checks that the public functions share. */
#ifndef AEI_API_CHECK_H
#define AEI_API_CHECK_H

#include <stdint.h>
#include "base/error.h"

/* Leaves the function with INVALID_ARGUMENT, naming the argument, when a pointer that must be given is NULL. */
#define AEI_REQUIRE(argument)                                                                                          \
    do {                                                                                                               \
        if (!(argument))                                                                                               \
            return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%s: %s is NULL", __func__, #argument);                         \
    } while (0)

/* Replaces stride 0 by width and checks that `rows` rows of it can be addressed. `what` names the matrix. */
ae_status aei_check_rows(const char *what, size_t rows, size_t width, size_t *stride);

/* The random streams tell the samples 0..2^56-1 of a seed apart. */
ae_status aei_check_samples(uint64_t first_row, size_t rows);

#endif
