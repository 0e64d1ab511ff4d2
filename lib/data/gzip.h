/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Unpacking of .gz data (RFC 1952) in memory, by zlib. */
#ifndef AEI_DATA_GZIP_H
#define AEI_DATA_GZIP_H

#include <autoencoder/runtime.h>
#include <stdbool.h>

/* True if the bytes start as gzip data does; no IDX, NPY or text file starts so. */
bool aei_gzip_is(const unsigned char *bytes, size_t size);

/* Unpacks all members into one block that the caller frees with aei_free(). A first pass checks everything and counts,
 * so nothing is allocated for data that is damaged, ends early, is followed by other bytes, or unpacks to more than
 * `limit` bytes (0: no limit): that is FORMAT. UNSUPPORTED in a build without zlib. `name` is for messages. */
ae_status aei_gzip_unpack(const ae_runtime *runtime, const char *name, const unsigned char *bytes, size_t size,
                          uint64_t limit, unsigned char **out, size_t *out_size);

#endif
