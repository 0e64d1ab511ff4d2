/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The only place that opens, reads, writes, syncs or renames a file. EINTR and short counts are retried;
 * every failure is AE_ERROR_IO with the file's name and the system's reason. */
#ifndef AEI_BASE_IO_H
#define AEI_BASE_IO_H

#include <autoencoder/runtime.h>

/* Reads a whole file into one block that the caller frees with aei_free(). `limit`: most bytes allowed, 0
 * for none; a larger file is AE_ERROR_FORMAT and nothing is allocated for it. Works for pipes too. */
ae_status aei_io_read_file(const ae_runtime *runtime, const char *path, uint64_t limit, unsigned char **out,
                           size_t *size);

typedef struct aei_io_piece {
    const void *bytes;
    size_t size;
} aei_io_piece;

/* Writes the pieces one after another so that `path` holds either what it held before or all of them, even
 * after a crash or a power cut: a temporary file in the same folder, fsync, rename over `path`, fsync of
 * the folder. On failure the temporary file is gone and `path` is as it was; only when the fsync of the
 * folder is what fails, which comes last, `path` already holds the new bytes and the text says so. A
 * symbolic link at `path` is followed, not replaced; an existing file's permission bits are kept; what is
 * not a regular file is refused. */
ae_status aei_io_write_atomic(const ae_runtime *runtime, const char *path, const aei_io_piece *pieces,
                              size_t count);

#endif
