/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/io.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/io_hooks.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 30)  /* most bytes of one read or write; some systems take no more than an int */
#define PIPE_CHUNK 65536         /* first size for what does not tell its length */
#define LINKS_MAX 40             /* symbolic links followed before it is called a loop */
#define NAMES_MAX 1000           /* temporary names tried */
#define PATH_SHOWN 200           /* bytes of a path in a message */

/* open is variadic, so a table needs a function of fixed type. */
static int system_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

const aei_io_hooks aei_io_system = {
    .open = system_open,
    .read = read,
    .write = write,
    .fstat = fstat,
    .fchmod = fchmod,
    .fsync = fsync,
    .close = close,
    .stat = stat,
    .readlink = readlink,
    .rename = rename,
    .unlink = unlink,
};

static _Thread_local const aei_io_hooks *hooks_in_use;

void aei_io_use(const aei_io_hooks *hooks)
{
    hooks_in_use = hooks;
}

static const aei_io_hooks *io(void)
{
    return hooks_in_use ? hooks_in_use : &aei_io_system;
}

/* Repeats a call that a signal interrupted. */
#define RETRY(result, call) \
    do { \
        (result) = (call); \
    } while ((result) < 0 && errno == EINTR)

/* A path for a message: of a very long one only the end, so that what is said about it fits. */
static const char *shown(const char *path, char buffer[PATH_SHOWN + 4])
{
    size_t length = strlen(path);

    if (length <= PATH_SHOWN)
        return path;
    snprintf(buffer, PATH_SHOWN + 4, "...%s", path + length - PATH_SHOWN);
    return buffer;
}

static ae_status io_fail(int error, const char *what, const char *path)
{
    char reason[128], buffer[PATH_SHOWN + 4];

    if (strerror_r(error, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", error);
    return aei_fail(AE_ERROR_IO, "cannot %s '%s': %s", what, shown(path, buffer), reason);
}

static int open_retry(const char *path, int flags, mode_t mode)
{
    int fd;

    RETRY(fd, io()->open(path, flags | O_CLOEXEC, mode));
    return fd;
}

/* After EINTR the descriptor is gone all the same, and the bytes have been synced: not a failure. */
static int close_once(int fd)
{
    int result = io()->close(fd);

    return result < 0 && errno == EINTR ? 0 : result;
}

/* ---- reading ---- */

static ae_status too_large(const char *path, uint64_t limit)
{
    char buffer[PATH_SHOWN + 4];

    return aei_fail(AE_ERROR_FORMAT, "'%s' has more than the %llu bytes allowed", shown(path, buffer),
                    (unsigned long long)limit);
}

/* First capacity of the block: one byte more than the file has, so that its end is met without growing. */
static ae_status first_capacity(int fd, const char *path, uint64_t limit, size_t *capacity)
{
    struct stat file;
    int result;
    uint64_t size = 0;

    RETRY(result, io()->fstat(fd, &file));
    if (result < 0)
        return io_fail(errno, "examine", path);
    if (S_ISDIR(file.st_mode))
        return io_fail(EISDIR, "read", path);
    if (S_ISREG(file.st_mode) && file.st_size > 0)
        size = (uint64_t)file.st_size;
    if (limit != 0 && size > limit)
        return too_large(path, limit);
    *capacity = size == 0 ? PIPE_CHUNK : size < SIZE_MAX ? (size_t)size + 1 : SIZE_MAX;
    return AE_OK;
}

ae_status aei_io_name_file(const char *path, ae_status status)
{
    char line[400], buffer[PATH_SHOWN + 4];

    if (status != AE_ERROR_FORMAT && status != AE_ERROR_UNSUPPORTED && status != AE_ERROR_DATA)
        return status;
    snprintf(line, sizeof line, "%s", aei_error_text());
    return aei_fail(status, "'%s': %s", shown(path, buffer), line);
}

static ae_status read_head(int fd, const char *path, unsigned char head[AEI_IO_HEAD], size_t *size)
{
    ssize_t n = 1;

    for (*size = 0; *size < AEI_IO_HEAD && n > 0; *size += n > 0 ? (size_t)n : 0)
        RETRY(n, io()->read(fd, head + *size, AEI_IO_HEAD - *size));
    return n < 0 ? io_fail(errno, "read", path) : AE_OK;
}

static ae_status read_all(const ae_runtime *runtime, int fd, const char *path, uint64_t limit, aei_io_look look,
                          unsigned char **out, size_t *size)
{
    unsigned char head[AEI_IO_HEAD], *block, *longer;
    size_t capacity, used = 0;
    ssize_t n;
    ae_status status = first_capacity(fd, path, limit, &capacity);

    if (status == AE_OK && look)
        status = read_head(fd, path, head, &used);
    if (status == AE_OK && look)
        status = aei_io_name_file(path, look(head, used));
    if (status != AE_OK)
        return status;
    capacity = capacity > used ? capacity : used + 1; /* the file may have grown */
    block = aei_alloc(runtime, capacity);
    if (!block)
        return AE_ERROR_NO_MEMORY;
    memcpy(block, head, used);
    for (;;) {
        size_t room = capacity - used;
        RETRY(n, io()->read(fd, block + used, room < CHUNK ? room : CHUNK));
        if (n <= 0)
            break;
        used += (size_t)n;
        if (limit != 0 && used > limit) {
            status = too_large(path, limit);
            goto cleanup;
        }
        if (used == capacity) {
            longer = NULL;
            if (aei_size_mul(capacity, 2, &capacity))
                longer = aei_realloc(runtime, block, capacity);
            if (!longer) {
                status = AE_ERROR_NO_MEMORY;
                goto cleanup;
            }
            block = longer;
        }
    }
    if (n < 0) {
        status = io_fail(errno, "read", path);
        goto cleanup;
    }
    *out = block;
    *size = used;
    block = NULL;
cleanup:
    aei_free(runtime, block);
    return status;
}

ae_status aei_io_read_file(const ae_runtime *runtime, const char *path, uint64_t limit, aei_io_look look,
                           unsigned char **out, size_t *size)
{
    ae_status status;
    int fd = open_retry(path, O_RDONLY, 0);

    *out = NULL;
    *size = 0;
    if (fd < 0)
        return io_fail(errno, "open", path);
    status = read_all(runtime, fd, path, limit, look, out, size);
    close_once(fd); /* what was read is there whatever close says */
    return status;
}

/* ---- writing ---- */

/* Length of the folder's part of a path with its last slash: 0 for a bare name. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* A string of the first `length` bytes of `folder` and then `name`. */
static char *join(const ae_runtime *runtime, const char *folder, size_t length, const char *name)
{
    size_t name_size = strlen(name) + 1;
    char *path = aei_alloc(runtime, length + name_size);

    if (path) {
        memcpy(path, folder, length);
        memcpy(path + length, name, name_size);
    }
    return path;
}

/* The file that `path` leads to through symbolic links at its end; it need not exist. */
static ae_status follow_links(const ae_runtime *runtime, const char *path, char **out)
{
    char link[4096];
    char *at = aei_strdup(runtime, path), *next;
    ae_status status = AE_OK;

    for (int links = 0; at; links++) {
        ssize_t n;
        RETRY(n, io()->readlink(at, link, sizeof link));
        if (n < 0 && (errno == EINVAL || errno == ENOENT)) /* not a link, or nothing there yet */
            break;
        if (n < 0 || n == (ssize_t)sizeof link || links == LINKS_MAX) {
            status = io_fail(n < 0 ? errno : links == LINKS_MAX ? ELOOP : ENAMETOOLONG, "follow", path);
            aei_free(runtime, at);
            return status;
        }
        link[n] = '\0';
        next = join(runtime, at, link[0] == '/' ? 0 : folder_length(at), link);
        aei_free(runtime, at);
        at = next;
    }
    *out = at;
    return at ? AE_OK : AE_ERROR_NO_MEMORY;
}

typedef struct save {
    const ae_runtime *runtime;
    const char *path;    /* as the caller named it, for messages */
    char *target;        /* where it leads */
    char *temporary;     /* the file being written beside it; "" while there is none */
    char *folder;        /* that both are in */
    int fd, folder_fd;   /* -1: not open */
    bool exists;
    mode_t mode;         /* of the file that exists */
} save;

static ae_status examine_target(save *s)
{
    struct stat file;
    int result;

    if (s->target[folder_length(s->target)] == '\0')
        return io_fail(s->target[0] ? EISDIR : ENOENT, "write", s->path);
    RETRY(result, io()->stat(s->target, &file));
    s->exists = result == 0;
    if (result < 0 && errno != ENOENT)
        return io_fail(errno, "examine", s->path);
    if (s->exists && S_ISDIR(file.st_mode))
        return io_fail(EISDIR, "write", s->path);
    if (s->exists && !S_ISREG(file.st_mode)) { /* a rename would put a file in the place of a device */
        char buffer[PATH_SHOWN + 4];
        return aei_fail(AE_ERROR_IO, "cannot write '%s': it is not a regular file", shown(s->path, buffer));
    }
    s->mode = s->exists ? file.st_mode & 0777 : 0666;
    return AE_OK;
}

/* The folder is opened first: if it cannot be synced later, nothing has been changed yet. */
static ae_status open_folder(save *s)
{
    size_t length = folder_length(s->target);

    s->folder = length > 0 ? join(s->runtime, s->target, length, "") : aei_strdup(s->runtime, ".");
    if (!s->folder)
        return AE_ERROR_NO_MEMORY;
    s->folder_fd = open_retry(s->folder, O_RDONLY | O_DIRECTORY, 0);
    return s->folder_fd < 0 ? io_fail(errno, "open the folder of", s->path) : AE_OK;
}

/* A short name of its own, since the target's name may already be as long as names can be. O_EXCL makes it
 * unique; the clock only keeps it from meeting what crashed processes left behind. */
static ae_status open_temporary(save *s)
{
    size_t length = folder_length(s->target);
    struct timespec now = {0, 0};
    unsigned long number;
    char name[64];

    clock_gettime(CLOCK_REALTIME, &now);
    number = (unsigned long)now.tv_nsec ^ (unsigned long)now.tv_sec << 10;
    for (int i = 0; i < NAMES_MAX; i++) {
        snprintf(name, sizeof name, ".autoencoder-%ld-%08lx.tmp", (long)getpid(), number++ & 0xFFFFFFFF);
        aei_free(s->runtime, s->temporary);
        s->temporary = join(s->runtime, s->target, length, name);
        if (!s->temporary)
            return AE_ERROR_NO_MEMORY;
        s->fd = open_retry(s->temporary, O_WRONLY | O_CREAT | O_EXCL, s->mode);
        if (s->fd >= 0 || errno != EEXIST)
            break;
    }
    if (s->fd < 0) {
        ae_status status = io_fail(errno, "create a file beside", s->path);
        s->temporary[0] = '\0'; /* not ours to remove */
        return status;
    }
    return AE_OK;
}

static ae_status write_pieces(const save *s, const aei_io_piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned char *bytes = pieces[i].bytes;
        size_t left = pieces[i].size;
        while (left > 0) {
            ssize_t n;
            RETRY(n, io()->write(s->fd, bytes, left < CHUNK ? left : CHUNK));
            if (n <= 0)
                return io_fail(n < 0 ? errno : EIO, "write", s->path);
            bytes += n;
            left -= (size_t)n;
        }
    }
    return AE_OK;
}

static ae_status finish_temporary(save *s)
{
    struct stat file;
    int result, fd = s->fd;

    RETRY(result, io()->fstat(fd, &file));
    if (result == 0 && s->exists && (file.st_mode & 0777) != s->mode) /* the umask took some bits */
        RETRY(result, io()->fchmod(fd, s->mode));
    if (result < 0)
        return io_fail(errno, "set the permissions of", s->path);
    RETRY(result, io()->fsync(fd));
    if (result < 0)
        return io_fail(errno, "sync", s->path);
    s->fd = -1;
    return close_once(fd) < 0 ? io_fail(errno, "close", s->path) : AE_OK;
}

static ae_status put_in_place(save *s)
{
    int result;

    RETRY(result, io()->rename(s->temporary, s->target));
    if (result < 0)
        return io_fail(errno, "replace", s->path);
    s->temporary[0] = '\0';
    return AE_OK;
}

/* The rename is only there after a power cut when the folder has been synced too. Some file systems know
 * no such call (EINVAL) and need none. */
static ae_status sync_folder(const save *s)
{
    int result;

    RETRY(result, io()->fsync(s->folder_fd));
    if (result < 0 && errno != EINVAL)
        return io_fail(errno, "sync the folder of the file just written,", s->path);
    return AE_OK;
}

/* All but the rename: from then on the file is there under its temporary name, whole and synced. */
static ae_status write_beside(save *s, const aei_io_piece *pieces, size_t count)
{
    ae_status status = follow_links(s->runtime, s->path, &s->target);

    if (status == AE_OK)
        status = examine_target(s);
    if (status == AE_OK)
        status = open_folder(s);
    if (status == AE_OK)
        status = open_temporary(s);
    if (status == AE_OK)
        status = write_pieces(s, pieces, count);
    if (status == AE_OK)
        status = finish_temporary(s);
    return status;
}

/* The first failure is what the caller hears of, so those in here are not told. */
static void end_save(save *s)
{
    int result;

    if (s->fd >= 0)
        close_once(s->fd);
    if (s->temporary && s->temporary[0])
        RETRY(result, io()->unlink(s->temporary));
    if (s->folder_fd >= 0)
        close_once(s->folder_fd);
    aei_free(s->runtime, s->temporary);
    aei_free(s->runtime, s->folder);
    aei_free(s->runtime, s->target);
}

ae_status aei_io_write_atomic(const ae_runtime *runtime, const char *path, const aei_io_piece *pieces,
                              size_t count)
{
    save s = {.runtime = runtime, .path = path, .fd = -1, .folder_fd = -1};
    ae_status status = write_beside(&s, pieces, count);

    if (status == AE_OK)
        status = put_in_place(&s);
    if (status == AE_OK)
        status = sync_folder(&s);
    end_save(&s);
    return status;
}

ae_status aei_io_write_pair(const ae_runtime *runtime, const aei_io_file *first, const aei_io_file *second)
{
    save a = {.runtime = runtime, .path = first->path, .fd = -1, .folder_fd = -1};
    save b = {.runtime = runtime, .path = second->path, .fd = -1, .folder_fd = -1};
    ae_status status = write_beside(&a, &first->content, 1);

    if (status == AE_OK)
        status = write_beside(&b, &second->content, 1);
    if (status == AE_OK)
        status = put_in_place(&a);
    if (status == AE_OK) {
        int result;
        status = put_in_place(&b);
        if (status != AE_OK && !a.exists)
            RETRY(result, io()->unlink(a.target));
    }
    if (status == AE_OK)
        status = sync_folder(&a);
    if (status == AE_OK)
        status = sync_folder(&b);
    end_save(&a);
    end_save(&b);
    return status;
}
