/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The only place that opens, reads, writes, syncs or renames a file. EINTR and short counts are retried;
 * every failure is AE_ERROR_IO with the file's name and the system's reason. */
#ifndef AEI_BASE_IO_H
#define AEI_BASE_IO_H

#include <autoencoder/runtime.h>

#define AEI_IO_HEAD 16

/* A look at the first AEI_IO_HEAD bytes of a file, or all if it has fewer. */
typedef ae_status (*aei_io_look)(const unsigned char *head, size_t size);

/* Reads a whole file into one block that the caller frees with aei_free(). `limit`: most bytes allowed, 0
 * for none; a larger file is AE_ERROR_FORMAT and nothing is allocated for it. Nor is it for one that `look`
 * refuses; NULL looks at none. Works for pipes too. */
ae_status aei_io_read_file(const ae_runtime *runtime, const char *path, uint64_t limit, aei_io_look look,
                           unsigned char **out, size_t *size);

/* Puts a file's name in front of what the last failure said of its content: FORMAT, UNSUPPORTED or DATA. Returns the
 * status, of whatever kind. */
ae_status aei_io_name_file(const char *path, ae_status status);

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

typedef struct aei_io_file {
    const char *path;
    aei_io_piece content;
} aei_io_file;

/* Writes two files that belong together, each as aei_io_write_atomic() does, but both are whole and synced under
 * temporary names before the first gets its own. What can fail after that is a rename alone: where it is the second,
 * a first that is new is removed again; one that was there before holds the new bytes, and the text names the other. */
ae_status aei_io_write_pair(const ae_runtime *runtime, const aei_io_file *first, const aei_io_file *second);

#endif
