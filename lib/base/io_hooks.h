/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The system calls of io.c, so that tests can make each of them fail, stop short or be the last before a
 * crash. */
#ifndef AEI_BASE_IO_HOOKS_H
#define AEI_BASE_IO_HOOKS_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

typedef struct aei_io_hooks {
    int (*open)(const char *path, int flags, mode_t mode);
    ssize_t (*read)(int fd, void *bytes, size_t size);
    ssize_t (*write)(int fd, const void *bytes, size_t size);
    int (*fstat)(int fd, struct stat *status);
    int (*fchmod)(int fd, mode_t mode);
    int (*fsync)(int fd);
    int (*close)(int fd);
    int (*stat)(const char *path, struct stat *status);
    ssize_t (*readlink)(const char *path, char *target, size_t size);
    int (*rename)(const char *from, const char *to);
    int (*unlink)(const char *path);
} aei_io_hooks;

/* The system's own functions. */
extern const aei_io_hooks aei_io_system;

/* From now on this thread's io uses `hooks`; NULL for the system's. Only tests call it. */
void aei_io_use(const aei_io_hooks *hooks);

#endif
