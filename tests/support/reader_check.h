/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What must hold for a data reader whatever the bytes: success, or a documented code with a message, *out set to NULL,
 * bounded memory, nothing leaked. Run it under AddressSanitizer to see reads beyond the end too. */
#ifndef READER_CHECK_H
#define READER_CHECK_H

#include <autoencoder/dataset.h>

typedef ae_status read_function(ae_dataset **out, const void *bytes, size_t size, const ae_read_options *options);

/* Reads bytes that may be anything, from a block of exactly their size. `options` may be NULL; their runtime is
 * replaced. *status receives what the reader returned. Returns NULL if all went as it must, else what is wrong.
 * The memory before a refusal may be twice the size and 1 MiB; for gzip data, twice what it unpacks to, which is for
 * the caller to know: `unpacked` is 0 for plain data. */
const char *reader_check(read_function *read, const void *bytes, size_t size, const ae_read_options *options,
                         size_t unpacked, ae_status *status);

/* Reads good bytes with every allocation failing in turn, once and from then on. Returns as reader_check(); *failures
 * receives how many allocations were refused. */
const char *reader_check_memory(read_function *read, const void *bytes, size_t size, const ae_read_options *options,
                                size_t *failures);

/* Every shorter file; *good receives how many of them are read. Returns as reader_check(). */
const char *reader_check_truncated(read_function *read, const void *bytes, size_t size, const ae_read_options *options,
                                   size_t *good);

/* Every file that differs in one byte; *refused receives how many of them are refused. Returns as reader_check(). */
const char *reader_check_mutated(read_function *read, const void *bytes, size_t size, const ae_read_options *options,
                                 size_t *refused);

#endif
