/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Reads an input and aborts when the reader fails its duties (support/reader_check.h). */
#ifndef FUZZ_READER_H
#define FUZZ_READER_H

#include "support/reader_check.h"
#include <stdio.h>
#include <stdlib.h>

/* An input that is gzip data may unpack to this much. */
#define FUZZ_UNPACKED ((size_t)1 << 22)

static inline void fuzz_reader(read_function *read, const uint8_t *bytes, size_t size, const ae_read_options *options)
{
    ae_read_options own;
    ae_status status = AE_OK;
    const char *wrong;

    if (options)
        own = *options;
    else
        ae_read_options_init(&own, sizeof own);
    own.max_bytes = FUZZ_UNPACKED;
    wrong = reader_check(read, bytes, size, &own, size >= 2 && bytes[0] == 0x1f ? FUZZ_UNPACKED : 0, &status);
    if (wrong) {
        fprintf(stderr, "%s; status %d, %s\n", wrong, (int)status, ae_last_error());
        abort();
    }
}

#endif
