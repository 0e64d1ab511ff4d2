/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Files under a system that fails: every call in turn, once or for ever, interrupted, cut short, or the last
 * before the process is killed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/io_hooks.h"
#include "base/runtime.h"
#include "support/failing_alloc.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a system that fails ---- */

typedef enum operation {
    OPEN, READ, WRITE, FSTAT, FCHMOD, FSYNC, CLOSE, STAT, READLINK, RENAME, UNLINK, OPERATIONS
} operation;

static const char *const operation_names[OPERATIONS] = {
    "open", "read", "write", "fstat", "fchmod", "fsync", "close", "stat", "readlink", "rename", "unlink",
};

typedef enum fault {
    NONE,
    ONCE,       /* the n-th call of the operation fails with EIO */
    FOR_EVER,   /* and so do all after it */
    INTERRUPTED /* three calls from the n-th on are interrupted by a signal */
} fault;

static struct {
    operation broken;
    fault how;
    int at;                /* the n-th call, from 1 */
    int calls[OPERATIONS]; /* so far */
    int faults;            /* given so far */
    bool one_byte;         /* reads and writes move a byte a call */
    int names_taken;       /* temporary names that seem to exist already */
    char name_taken[512];  /* the last of them */
    off_t size_shift;      /* added to what fstat says */
    int kill_at;           /* the n-th call of any kind is the last: 0 never */
    bool kill_after;       /* it is still carried out */
    int all_calls;
    char role[1024]; /* of each descriptor: D folder, T temporary file, R file being read */
    char log[4096];
} sys;

static void note(operation op, int fd)
{
    size_t length = strlen(sys.log);
    char role = fd >= 0 && fd < (int)sizeof sys.role ? sys.role[fd] : '\0';

    snprintf(sys.log + length, sizeof sys.log - length, "%s%s%.1s", length > 0 ? " " : "",
             operation_names[op], &role);
}

static bool dies_at(bool after)
{
    return sys.kill_at != 0 && sys.all_calls == sys.kill_at && sys.kill_after == after;
}

/* Counts a call; true when it must fail, with errno set. */
static bool fails(operation op)
{
    int n = ++sys.calls[op];

    sys.all_calls++;
    if (dies_at(false))
        raise(SIGKILL);
    if (sys.how == NONE || op != sys.broken || n < sys.at)
        return false;
    if ((sys.how == ONCE && n > sys.at) || (sys.how == INTERRUPTED && n >= sys.at + 3))
        return false;
    sys.faults++;
    errno = sys.how == INTERRUPTED ? EINTR : EIO;
    return true;
}

/* What every hook returns with. */
static long done(long result)
{
    if (dies_at(true))
        raise(SIGKILL);
    return result;
}

static int hook_open(const char *path, int flags, mode_t mode)
{
    int fd;

    if (!(flags & O_CLOEXEC) || ((flags & O_CREAT) && !(flags & O_EXCL)))
        abort(); /* descriptors must not leak into other programs; temporary files must be new */
    if (fails(OPEN))
        return -1;
    if ((flags & O_CREAT) && sys.names_taken > 0) {
        if (strcmp(path, sys.name_taken) == 0)
            abort(); /* nothing is won by trying it again */
        snprintf(sys.name_taken, sizeof sys.name_taken, "%s", path);
        sys.names_taken--;
        errno = EEXIST;
        return -1;
    }
    fd = open(path, flags, mode);
    if (fd >= 0 && fd < (int)sizeof sys.role)
        sys.role[fd] = flags & O_DIRECTORY ? 'D' : flags & O_CREAT ? 'T' : 'R';
    note(OPEN, fd);
    return (int)done(fd);
}

static ssize_t hook_read(int fd, void *bytes, size_t size)
{
    note(READ, fd);
    return fails(READ) ? -1 : done(read(fd, bytes, sys.one_byte ? 1 : size));
}

static ssize_t hook_write(int fd, const void *bytes, size_t size)
{
    note(WRITE, fd);
    return fails(WRITE) ? -1 : done(write(fd, bytes, sys.one_byte ? 1 : size));
}

static int hook_fstat(int fd, struct stat *status)
{
    int result;

    note(FSTAT, fd);
    result = fails(FSTAT) ? -1 : fstat(fd, status);
    if (result == 0)
        status->st_size += sys.size_shift;
    return (int)done(result);
}

static int hook_fchmod(int fd, mode_t mode)
{
    note(FCHMOD, fd);
    return fails(FCHMOD) ? -1 : (int)done(fchmod(fd, mode));
}

static int hook_fsync(int fd) /* no power is cut here, so the disk need not be waited for */
{
    note(FSYNC, fd);
    return fails(FSYNC) ? -1 : (int)done(0);
}

static int hook_close(int fd) /* the descriptor is gone even when close fails */
{
    bool failing;
    int result;

    note(CLOSE, fd);
    failing = fails(CLOSE);
    result = close(fd);
    if (failing)
        errno = sys.how == INTERRUPTED ? EINTR : EIO;
    return failing ? -1 : (int)done(result);
}

static int hook_stat(const char *path, struct stat *status)
{
    note(STAT, -1);
    return fails(STAT) ? -1 : (int)done(stat(path, status));
}

static ssize_t hook_readlink(const char *path, char *target, size_t size)
{
    note(READLINK, -1);
    return fails(READLINK) ? -1 : done(readlink(path, target, size));
}

static int hook_rename(const char *from, const char *to)
{
    note(RENAME, -1);
    return fails(RENAME) ? -1 : (int)done(rename(from, to));
}

static int hook_unlink(const char *path)
{
    note(UNLINK, -1);
    return fails(UNLINK) ? -1 : (int)done(unlink(path));
}

static const aei_io_hooks hooks = {
    hook_open,  hook_read, hook_write,    hook_fstat,  hook_fchmod, hook_fsync,
    hook_close, hook_stat, hook_readlink, hook_rename, hook_unlink,
};

/* From now on this thread's system breaks `broken` at its n-th call. */
static void break_system(operation broken, fault how, int n)
{
    memset(&sys, 0, sizeof sys);
    sys.broken = broken;
    sys.how = how;
    sys.at = n;
    aei_io_use(&hooks);
}

/* Hooks without faults. */
static void watch_system(void)
{
    break_system(OPEN, NONE, 0);
}

static void mend_system(void)
{
    aei_io_use(NULL);
}

/* ---- files of the test ---- */

static char folder[] = "/tmp/ae-io-XXXXXX";
static char file[64];    /* folder/model */
static unsigned char old_bytes[3000], new_bytes[70000];

static char *in_folder(const char *name, char path[512])
{
    snprintf(path, 512, "%s/%s", folder, name);
    return path;
}

static void put_file(const char *path, const void *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    close(fd);
}

static bool holds(const char *path, const void *bytes, size_t size)
{
    static unsigned char content[sizeof new_bytes + 1];
    int fd = open(path, O_RDONLY);
    ssize_t n;

    if (fd < 0)
        return false;
    n = read(fd, content, sizeof content);
    close(fd);
    return n == (ssize_t)size && memcmp(content, bytes, size) == 0;
}

static bool holds_old(const char *path)
{
    return holds(path, old_bytes, sizeof old_bytes);
}

static bool holds_new(const char *path)
{
    return holds(path, new_bytes, sizeof new_bytes);
}

/* Calls `each`, which may be NULL, with the path of every file of a folder; returns their number. */
static int visit(const char *path, void (*each)(const char *))
{
    DIR *dir = opendir(path);
    int count = 0;

    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        char inner[1024];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (each)
            each(inner);
    }
    closedir(dir);
    return count;
}

static int entries(void)
{
    return visit(folder, NULL);
}

static void remove_path(const char *path)
{
    if (unlink(path) != 0) {
        visit(path, remove_path);
        rmdir(path);
    }
}

static void empty_folder(void)
{
    visit(folder, remove_path);
    assert_int_equal(entries(), 0);
}

static int open_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static ae_status save_new_with(const ae_runtime *runtime, const char *path)
{
    const aei_io_piece pieces[] = {{new_bytes, 1000}, {NULL, 0}, {new_bytes + 1000, sizeof new_bytes - 1000}};

    return aei_io_write_atomic(runtime, path, pieces, 3);
}

static ae_status save_new(const char *path)
{
    return save_new_with(NULL, path);
}

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof old_bytes; i++)
        old_bytes[i] = (unsigned char)(i * 7);
    for (size_t i = 0; i < sizeof new_bytes; i++)
        new_bytes[i] = (unsigned char)(i * 11 + 3 + i / 256);
    if (!mkdtemp(folder))
        return -1;
    snprintf(file, sizeof file, "%s/model", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    empty_folder();
    return rmdir(folder);
}

/* ---- saving ---- */

static void test_saves_new_and_existing_files(void **state)
{
    (void)state;
    empty_folder();
    assert_int_equal(save_new(file), AE_OK);
    assert_true(holds_new(file));
    put_file(file, old_bytes, sizeof old_bytes);
    assert_int_equal(save_new(file), AE_OK);
    assert_true(holds_new(file));
    assert_int_equal(aei_io_write_atomic(NULL, file, NULL, 0), AE_OK);
    assert_true(holds(file, "", 0));
    assert_int_equal(entries(), 1);
}

static void test_synced_before_and_after_the_rename(void **state)
{
    (void)state;
    empty_folder();
    watch_system();
    assert_int_equal(save_new(file), AE_OK);
    mend_system();
    assert_string_equal(sys.log, "readlink stat openD openT writeT writeT fstatT fsyncT closeT "
                                 "rename fsyncD closeD");
}

/* Everything fails in turn, over an existing file (with permissions that the umask would not give) and over
 * none. */
static void test_every_call_failing(void **state)
{
    int failures = 0;
    mode_t mask = umask(077);

    (void)state;
    for (int exists = 0; exists <= 1; exists++)
        for (fault how = ONCE; how <= INTERRUPTED; how++)
            for (operation op = 0; op < OPERATIONS; op++)
                for (int n = 1;; n++) {
                    failing_alloc memory;
                    ae_runtime runtime;
                    ae_status status;
                    int descriptors, faults;
                    bool folder_not_synced = op == FSYNC && n == 2, harmless = op == CLOSE && n == 2;

                    memset(&runtime, 0, sizeof runtime);
                    failing_alloc_init(&memory);
                    failing_alloc_options(&memory, &runtime.options);
                    empty_folder();
                    if (exists) {
                        put_file(file, old_bytes, sizeof old_bytes);
                        chmod(file, 0640);
                    }
                    descriptors = open_descriptors();
                    break_system(op, how, n);
                    status = save_new_with(&runtime, file);
                    faults = sys.faults;
                    watch_system();

                    assert_int_equal(open_descriptors(), descriptors);
                    assert_true(failing_alloc_finish(&memory));
                    if (faults == 0 || how == INTERRUPTED || harmless) {
                        assert_int_equal(status, AE_OK);
                        assert_true(holds_new(file));
                        assert_int_equal(entries(), 1);
                    } else {
                        assert_int_equal(status, AE_ERROR_IO);
                        assert_non_null(strstr(aei_error_text(), folder));
                        assert_non_null(strstr(aei_error_text(), strerror(EIO)));
                        if (folder_not_synced)
                            assert_true(holds_new(file));
                        else
                            assert_true(exists ? holds_old(file) : access(file, F_OK) != 0);
                        assert_int_equal(entries(), exists || folder_not_synced);
                        failures++;
                    }
                    assert_int_equal(save_new(file), AE_OK); /* and then it works */
                    assert_true(holds_new(file));
                    mend_system();
                    if (faults == 0)
                        break;
                }
    umask(mask);
    print_message("%d failures\n", failures);
    assert_true(failures >= 2 * 2 * 11);
}

static void test_short_writes(void **state)
{
    (void)state;
    empty_folder();
    watch_system();
    sys.one_byte = true;
    assert_int_equal(save_new(file), AE_OK);
    mend_system();
    assert_int_equal(sys.calls[WRITE], sizeof new_bytes);
    assert_true(holds_new(file));
}

static ssize_t write_nothing(int fd, const void *bytes, size_t size)
{
    (void)fd;
    (void)bytes;
    (void)size;
    return 0;
}

static void test_a_write_that_writes_nothing(void **state)
{
    aei_io_hooks broken = aei_io_system;

    (void)state;
    empty_folder();
    put_file(file, old_bytes, sizeof old_bytes);
    broken.write = write_nothing;
    aei_io_use(&broken);
    assert_int_equal(save_new(file), AE_ERROR_IO);
    mend_system();
    assert_true(holds_old(file));
    assert_int_equal(entries(), 1);
}

static ssize_t write_to_a_full_device(int fd, const void *bytes, size_t size)
{
    int full = open("/dev/full", O_WRONLY);
    ssize_t result = write(full, bytes, size);
    int error = errno;

    (void)fd;
    close(full);
    errno = error;
    return result;
}

static void test_a_full_disk(void **state)
{
    aei_io_hooks broken = aei_io_system;

    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    empty_folder();
    put_file(file, old_bytes, sizeof old_bytes);
    broken.write = write_to_a_full_device;
    aei_io_use(&broken);
    assert_int_equal(save_new(file), AE_ERROR_IO);
    mend_system();
    assert_non_null(strstr(aei_error_text(), strerror(ENOSPC)));
    assert_true(holds_old(file));
    assert_int_equal(entries(), 1);
}

/* Without hooks: the kernel writes the first part and refuses the rest. */
static void test_a_limit_on_file_sizes(void **state)
{
    int status;
    pid_t child;

    (void)state;
    empty_folder();
    put_file(file, old_bytes, sizeof old_bytes);
    child = fork();
    if (child == 0) {
        const struct rlimit limit = {5000, 5000};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        _exit(save_new(file) == AE_ERROR_IO && strstr(aei_error_text(), strerror(EFBIG)) ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(holds_old(file));
    assert_int_equal(entries(), 1);
}

/* EINVAL from the fsync of a folder: the file system has no such thing. */
static int fsync_without_folders(int fd)
{
    struct stat status;

    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = EINVAL;
        return -1;
    }
    return fsync(fd);
}

static void test_a_file_system_without_fsync_of_folders(void **state)
{
    aei_io_hooks broken = aei_io_system;

    (void)state;
    empty_folder();
    broken.fsync = fsync_without_folders;
    aei_io_use(&broken);
    assert_int_equal(save_new(file), AE_OK);
    mend_system();
    assert_true(holds_new(file));
}

static int unlink_never(const char *path)
{
    (void)path;
    errno = EACCES;
    return -1;
}

static void test_the_first_failure_is_reported(void **state)
{
    aei_io_hooks broken = aei_io_system;

    (void)state;
    empty_folder();
    put_file(file, old_bytes, sizeof old_bytes);
    broken.write = write_nothing;
    broken.unlink = unlink_never;
    aei_io_use(&broken);
    assert_int_equal(save_new(file), AE_ERROR_IO);
    mend_system();
    assert_non_null(strstr(aei_error_text(), "write"));
    assert_true(holds_old(file));
    assert_int_equal(entries(), 2); /* what could not be removed */
    assert_int_equal(save_new(file), AE_OK);
    assert_true(holds_new(file));
}

static void test_temporary_names_that_are_taken(void **state)
{
    (void)state;
    empty_folder();
    watch_system();
    sys.names_taken = 20;
    assert_int_equal(save_new(file), AE_OK);
    assert_true(holds_new(file));
    put_file(file, old_bytes, sizeof old_bytes);
    sys.names_taken = 1000000000;
    assert_int_equal(save_new(file), AE_ERROR_IO); /* in the end it gives up */
    mend_system();
    assert_non_null(strstr(aei_error_text(), strerror(EEXIST)));
    assert_true(holds_old(file));
    assert_int_equal(entries(), 1);
}

static void test_every_allocation_failing(void **state)
{
    failing_alloc memory;
    ae_runtime runtime;
    size_t n = 1;

    (void)state;
    memset(&runtime, 0, sizeof runtime);
    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &runtime.options);
    empty_folder();
    put_file(file, old_bytes, sizeof old_bytes);
    assert_int_equal(symlink("model", in_folder("link", (char[512]){0})), 0);
    for (;; n++) {
        int descriptors = open_descriptors();
        ae_status status;
        failing_alloc_fail_at(&memory, n, false);
        status = save_new_with(&runtime, in_folder("link", (char[512]){0}));
        assert_int_equal(open_descriptors(), descriptors);
        assert_int_equal(memory.live_blocks, 0);
        assert_int_equal(entries(), 2);
        if (memory.failed == 0) {
            assert_int_equal(status, AE_OK);
            assert_true(holds_new(file));
            break;
        }
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        assert_true(holds_old(file));
    }
    assert_true(n > 4);
    assert_true(failing_alloc_finish(&memory));
}

/* Killed before or after every single call: the file is the old one until the rename and the new one from
 * then on, and what is left behind blocks no later save. */
static void test_killed_at_every_call(void **state)
{
    int kills = 0;

    (void)state;
    for (int after = 0; after <= 1; after++)
        for (int n = 1;; n++) {
            int status;
            pid_t child;
            empty_folder();
            put_file(file, old_bytes, sizeof old_bytes);
            child = fork();
            if (child == 0) {
                watch_system();
                sys.kill_at = n;
                sys.kill_after = after;
                _exit(save_new(file) == AE_OK && sys.calls[RENAME] == 1 ? 0 : 1);
            }
            assert_int_equal(waitpid(child, &status, 0), child);
            if (WIFEXITED(status)) {
                assert_int_equal(WEXITSTATUS(status), 0);
                assert_true(holds_new(file));
                assert_int_equal(entries(), 1);
                break;
            }
            assert_int_equal(WTERMSIG(status), SIGKILL);
            /* readlink stat open open write write fstat fsync close rename fsync close */
            if (n < 10 || (n == 10 && !after))
                assert_true(holds_old(file));
            else
                assert_true(holds_new(file));
            assert_int_equal(save_new(file), AE_OK);
            assert_true(holds_new(file));
            kills++;
        }
    assert_int_equal(kills, 2 * 12);
}

static void test_permissions(void **state)
{
    static const mode_t modes[] = {0600, 0640, 0644, 0666, 0755, 0444, 0400};
    static const mode_t masks[] = {0, 022, 027, 077};
    struct stat status;

    (void)state;
    for (size_t k = 0; k < sizeof masks / sizeof masks[0]; k++) {
        mode_t before = umask(masks[k]);
        empty_folder();
        assert_int_equal(save_new(file), AE_OK);
        assert_int_equal(stat(file, &status), 0);
        assert_int_equal(status.st_mode & 07777, 0666 & ~masks[k]);
        for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
            assert_int_equal(chmod(file, modes[i]), 0);
            assert_int_equal(save_new(file), AE_OK);
            assert_int_equal(stat(file, &status), 0);
            assert_int_equal(status.st_mode & 07777, modes[i]);
        }
        assert_int_equal(umask(before), masks[k]); /* not touched */
    }
}

static void test_symbolic_links_are_followed(void **state)
{
    char target[512], link[512], chain[512], elsewhere[512], text[512];
    ssize_t n;

    (void)state;
    empty_folder();
    assert_int_equal(mkdir(in_folder("sub", elsewhere), 0777), 0);
    in_folder("sub/target", target);
    in_folder("link", link);
    in_folder("chain", chain);
    assert_int_equal(symlink("sub/target", link), 0); /* relative, and dangling until the first save */
    assert_int_equal(symlink(link, chain), 0);        /* absolute, through another link */
    assert_int_equal(save_new(link), AE_OK);
    assert_true(holds_new(target));
    put_file(target, old_bytes, sizeof old_bytes);
    assert_int_equal(save_new(chain), AE_OK);
    assert_true(holds_new(target));
    n = readlink(link, text, sizeof text);
    assert_int_equal(n, strlen("sub/target"));
    assert_memory_equal(text, "sub/target", (size_t)n);
    assert_int_equal(readlink(chain, text, sizeof text), strlen(link));
    assert_int_equal(entries(), 3);

    assert_int_equal(symlink("loop", in_folder("loop", text)), 0);
    assert_int_equal(save_new(text), AE_ERROR_IO);
    assert_non_null(strstr(aei_error_text(), strerror(ELOOP)));
}

static void check_refused(const char *path, const char *reason)
{
    ae_status status = save_new(path);

    assert_int_equal(status, AE_ERROR_IO);
    if (!strstr(aei_error_text(), reason))
        fail_msg("'%s': %s", path, aei_error_text());
    assert_non_null(strstr(aei_error_text(), path));
}

static void test_paths_that_cannot_be_saved_to(void **state)
{
    char path[512];

    (void)state;
    empty_folder();
    put_file(file, old_bytes, sizeof old_bytes);
    check_refused("", strerror(ENOENT));
    check_refused("/", strerror(EISDIR));
    check_refused(".", strerror(EISDIR));
    check_refused(folder, strerror(EISDIR));
    check_refused(in_folder("", path), strerror(EISDIR));
    check_refused(in_folder("no/such/folder", path), strerror(ENOENT));
    check_refused(in_folder("model/x", path), strerror(ENOTDIR));
    check_refused(in_folder("model/", path), strerror(ENOTDIR));
    if (access("/dev/full", F_OK) == 0)
        check_refused("/dev/full", "not a regular file");
    check_refused("/dev/null", "not a regular file");
    assert_true(access("/dev/null", F_OK) == 0);
    assert_true(holds_old(file));
    assert_int_equal(entries(), 1);
}

static void test_long_names_and_paths(void **state)
{
    char name[256], path[512], *deep = malloc(3000);
    size_t length = strlen(folder);

    (void)state;
    assert_non_null(deep);
    empty_folder();
    memset(name, 'n', 255); /* as long as names can be */
    name[255] = '\0';
    assert_int_equal(save_new(in_folder(name, path)), AE_OK);
    assert_true(holds_new(path));

    memcpy(deep, folder, length); /* a message keeps what matters of a long path: its end and the reason */
    while (length < 2900) {
        memcpy(deep + length, "/level", 6);
        length += 6;
    }
    strcpy(deep + length, "/model.safetensors");
    assert_int_equal(save_new(deep), AE_ERROR_IO);
    assert_non_null(strstr(aei_error_text(), "/level/model.safetensors'"));
    assert_non_null(strstr(aei_error_text(), strerror(ENOENT)));
    free(deep);
}

static void test_relative_paths(void **state)
{
    int here = open(".", O_RDONLY);

    (void)state;
    empty_folder();
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(save_new("model"), AE_OK);
    assert_int_equal(save_new("./model"), AE_OK);
    assert_int_equal(fchdir(here), 0);
    close(here);
    assert_true(holds_new(file));
    assert_int_equal(entries(), 1);
}

static void *save_again_and_again(void *argument)
{
    const aei_io_piece piece = {argument == old_bytes ? old_bytes : new_bytes,
                                argument == old_bytes ? sizeof old_bytes : sizeof new_bytes};
    int *problems = calloc(1, sizeof *problems);

    for (int i = 0; i < 100; i++) {
        unsigned char *bytes;
        size_t size;
        *problems += aei_io_write_atomic(NULL, file, &piece, 1) != AE_OK;
        *problems += aei_io_read_file(NULL, file, 0, NULL, &bytes, &size) != AE_OK;
        *problems += !(size == sizeof old_bytes && memcmp(bytes, old_bytes, size) == 0) &&
                     !(size == sizeof new_bytes && memcmp(bytes, new_bytes, size) == 0);
        aei_free(NULL, bytes);
    }
    return problems;
}

static void test_two_threads_save_to_one_path(void **state)
{
    pthread_t threads[2];
    unsigned char *const contents[] = {old_bytes, new_bytes};

    (void)state;
    empty_folder();
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, save_again_and_again, contents[i]), 0);
    for (int i = 0; i < 2; i++) {
        void *problems;
        pthread_join(threads[i], &problems);
        assert_int_equal(*(int *)problems, 0);
        free(problems);
    }
    assert_true(holds_old(file) || holds_new(file));
    assert_int_equal(entries(), 1);
}

/* ---- two files ---- */

/* Every call failing in turn: both files are there or neither. Only where the second rename fails, and the first file
 * was there before, that one is the new one already. */
static void test_pairs(void **state)
{
    char other[512];
    const aei_io_file first = {file, {new_bytes, sizeof new_bytes}};
    const aei_io_file second = {in_folder("other", other), {new_bytes, 5}};
    int failures = 0;

    (void)state;
    for (int exists = 0; exists <= 1; exists++)
        for (operation op = 0; op < OPERATIONS; op++)
            for (int n = 1;; n++) {
                const bool after_renames = op == FSYNC && n > 2, half = exists && op == RENAME && n == 2;
                int descriptors, faults;
                ae_status status;
                empty_folder();
                if (exists) {
                    put_file(file, old_bytes, sizeof old_bytes);
                    put_file(other, old_bytes, sizeof old_bytes);
                }
                descriptors = open_descriptors();
                break_system(op, ONCE, n);
                status = aei_io_write_pair(NULL, &first, &second);
                faults = sys.faults;
                mend_system();

                assert_int_equal(open_descriptors(), descriptors);
                if (faults == 0 || (op == CLOSE && n > 2)) {
                    assert_int_equal(status, AE_OK);
                    assert_true(holds_new(file) && holds(other, new_bytes, 5));
                } else {
                    assert_int_equal(status, AE_ERROR_IO);
                    assert_int_equal(entries(), exists || after_renames ? 2 : 0);
                    if (after_renames || half)
                        assert_true(holds_new(file));
                    else if (exists)
                        assert_true(holds_old(file));
                    if (after_renames)
                        assert_true(holds(other, new_bytes, 5));
                    else if (exists)
                        assert_true(holds_old(other));
                    failures++;
                }
                assert_int_equal(aei_io_write_pair(NULL, &first, &second), AE_OK); /* and then it works */
                assert_true(holds_new(file) && holds(other, new_bytes, 5));
                assert_int_equal(entries(), 2);
                if (faults == 0)
                    break;
            }
    assert_true(failures >= 2 * 2 * 9);
}

/* ---- reading ---- */

static size_t looks;

/* Of what begins as new_bytes does. */
static ae_status look_closely(const unsigned char *head, size_t size)
{
    looks++;
    assert_true(size <= AEI_IO_HEAD);
    assert_memory_equal(head, new_bytes, size);
    return AE_OK;
}

static ae_status refuse(const unsigned char *head, size_t size)
{
    (void)head;
    (void)size;
    looks++;
    return aei_fail(AE_ERROR_FORMAT, "not what was hoped for");
}

static void check_read(const char *path, uint64_t limit, size_t expected)
{
    failing_alloc memory;
    ae_runtime runtime;
    unsigned char *bytes;
    size_t size;

    memset(&runtime, 0, sizeof runtime);
    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &runtime.options);
    assert_int_equal(aei_io_read_file(&runtime, path, limit, NULL, &bytes, &size), AE_OK);
    assert_int_equal(size, expected);
    assert_memory_equal(bytes, new_bytes, size);
    assert_int_equal(memory.live_blocks, 1);
    aei_free(&runtime, bytes);
    assert_true(failing_alloc_finish(&memory));
}

/* With a look first it is the same file; refused, it costs no memory. */
static void check_look(const char *path, size_t expected)
{
    failing_alloc memory;
    ae_runtime runtime;
    unsigned char *bytes;
    size_t size;

    memset(&runtime, 0, sizeof runtime);
    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &runtime.options);
    looks = 0;
    assert_int_equal(aei_io_read_file(&runtime, path, 0, look_closely, &bytes, &size), AE_OK);
    assert_int_equal(size, expected);
    assert_memory_equal(bytes, new_bytes, size);
    aei_free(&runtime, bytes);
    memory.requests = 0;
    assert_int_equal(aei_io_read_file(&runtime, path, 0, refuse, &bytes, &size), AE_ERROR_FORMAT);
    assert_null(bytes);
    assert_int_equal(memory.requests, 0);
    assert_int_equal(looks, 2);
    assert_non_null(strstr(aei_error_text(), path));
    assert_non_null(strstr(aei_error_text(), "': not what was hoped for"));
    assert_true(failing_alloc_finish(&memory));
}

static void test_reads_files_of_any_size(void **state)
{
    const size_t sizes[] = {0, 1, 2, AEI_IO_HEAD - 1, AEI_IO_HEAD, AEI_IO_HEAD + 1, 4095, 4096,
                            65535, 65536, 65537, sizeof new_bytes};

    (void)state;
    empty_folder();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        put_file(file, new_bytes, sizes[i]);
        check_read(file, 0, sizes[i]);
        check_read(file, sizeof new_bytes, sizes[i]);
        check_look(file, sizes[i]);
        watch_system(); /* a byte at a time */
        sys.one_byte = true;
        check_read(file, 0, sizes[i]);
        check_look(file, sizes[i]);
        mend_system();
    }
}

static void test_a_file_that_changes_its_size(void **state)
{
    const off_t shifts[] = {-(off_t)sizeof new_bytes, 3 - (off_t)sizeof new_bytes, -60000, -1, 1, 60000};

    (void)state;
    empty_folder();
    put_file(file, new_bytes, sizeof new_bytes);
    for (size_t i = 0; i < sizeof shifts / sizeof shifts[0]; i++) {
        watch_system();
        sys.size_shift = shifts[i];
        check_read(file, 0, sizeof new_bytes);
        check_look(file, sizeof new_bytes);
        mend_system();
    }
}

static void check_too_large(const char *path, uint64_t limit, size_t memory_allowed)
{
    failing_alloc memory;
    ae_runtime runtime;
    unsigned char *bytes = new_bytes;
    size_t size = 7;
    int descriptors = open_descriptors();

    memset(&runtime, 0, sizeof runtime);
    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &runtime.options);
    assert_int_equal(aei_io_read_file(&runtime, path, limit, NULL, &bytes, &size), AE_ERROR_FORMAT);
    assert_null(bytes);
    assert_int_equal(size, 0);
    assert_non_null(strstr(aei_error_text(), path));
    assert_true(memory.peak_bytes <= memory_allowed);
    assert_int_equal(open_descriptors(), descriptors);
    assert_true(failing_alloc_finish(&memory));
}

static void test_a_limit(void **state)
{
    (void)state;
    empty_folder();
    put_file(file, new_bytes, 5000);
    check_read(file, 5000, 5000);
    check_too_large(file, 4999, 0);
    check_too_large(file, 1, 0);
    assert_non_null(strstr(aei_error_text(), "more than the 1 bytes"));
    if (access("/dev/zero", R_OK) == 0)
        check_too_large("/dev/zero", 1000000, 3500000);
}

/* Another process that writes new_bytes into a pipe, or is killed by its reader's leaving. */
static pid_t start_feeding(const char *path)
{
    pid_t child = fork();

    if (child == 0) {
        int fd = open(path, O_WRONLY);
        size_t sent = 0;
        while (sent < sizeof new_bytes) {
            ssize_t n = write(fd, new_bytes + sent, sizeof new_bytes - sent);
            if (n < 0)
                _exit(1);
            sent += (size_t)n;
        }
        _exit(0);
    }
    assert_true(child > 0);
    return child;
}

static void test_a_pipe(void **state)
{
    char path[512];
    pid_t child;

    (void)state;
    empty_folder();
    assert_int_equal(mkfifo(in_folder("pipe", path), 0666), 0);
    child = start_feeding(path);
    check_read(path, 0, sizeof new_bytes);
    assert_int_equal(waitpid(child, NULL, 0), child);
    child = start_feeding(path);
    check_too_large(path, 10000, 200000);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void test_every_call_of_reading_failing(void **state)
{
    int failures = 0;

    (void)state;
    empty_folder();
    put_file(file, new_bytes, sizeof new_bytes);
    for (fault how = ONCE; how <= INTERRUPTED; how++)
        for (operation op = 0; op < OPERATIONS; op++)
            for (int n = 1;; n++) {
                failing_alloc memory;
                ae_runtime runtime;
                unsigned char *bytes = new_bytes;
                size_t size = 7;
                int descriptors = open_descriptors();
                ae_status status;

                memset(&runtime, 0, sizeof runtime);
                failing_alloc_init(&memory);
                failing_alloc_options(&memory, &runtime.options);
                break_system(op, how, n);
                status = aei_io_read_file(&runtime, file, 0, n % 2 ? NULL : look_closely, &bytes, &size);
                mend_system();
                assert_int_equal(open_descriptors(), descriptors);
                if (sys.faults == 0 || how == INTERRUPTED || op == CLOSE) {
                    assert_int_equal(status, AE_OK);
                    assert_int_equal(size, sizeof new_bytes);
                    assert_memory_equal(bytes, new_bytes, size);
                    aei_free(&runtime, bytes);
                } else {
                    assert_int_equal(status, AE_ERROR_IO);
                    assert_null(bytes);
                    assert_int_equal(size, 0);
                    assert_non_null(strstr(aei_error_text(), file));
                    failures++;
                }
                assert_true(failing_alloc_finish(&memory));
                if (sys.faults == 0)
                    break;
            }
    assert_true(failures >= 2 * 4);
}

static void test_every_allocation_of_reading_failing(void **state)
{
    failing_alloc memory;
    ae_runtime runtime;
    unsigned char *bytes;
    size_t size, n = 1;

    (void)state;
    memset(&runtime, 0, sizeof runtime);
    failing_alloc_init(&memory);
    failing_alloc_options(&memory, &runtime.options);
    empty_folder();
    put_file(file, new_bytes, sizeof new_bytes);
    for (;; n++) {
        ae_status status;
        watch_system();
        sys.size_shift = -(off_t)sizeof new_bytes; /* so that the block has to grow */
        failing_alloc_fail_at(&memory, n, false);
        status = aei_io_read_file(&runtime, file, 0, NULL, &bytes, &size);
        mend_system();
        if (memory.failed == 0) {
            assert_int_equal(status, AE_OK);
            aei_free(&runtime, bytes);
            break;
        }
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        assert_null(bytes);
        assert_int_equal(memory.live_blocks, 0);
    }
    assert_int_equal(n, 3);
    assert_true(failing_alloc_finish(&memory));
}

static void check_unreadable(const char *path, const char *reason)
{
    unsigned char *bytes = new_bytes;
    size_t size = 7;
    int descriptors = open_descriptors();

    assert_int_equal(aei_io_read_file(NULL, path, 0, NULL, &bytes, &size), AE_ERROR_IO);
    assert_null(bytes);
    assert_int_equal(size, 0);
    assert_int_equal(open_descriptors(), descriptors);
    if (!strstr(aei_error_text(), path) || !strstr(aei_error_text(), reason))
        fail_msg("'%s': %s", path, aei_error_text());
}

static void test_paths_that_cannot_be_read(void **state)
{
    char path[512];

    (void)state;
    empty_folder();
    check_unreadable("", strerror(ENOENT));
    check_unreadable(in_folder("missing", path), strerror(ENOENT));
    check_unreadable(folder, strerror(EISDIR));
    check_unreadable("/dev/zero/x", strerror(ENOTDIR));
}

/* What tells a size of 0 and still has content. */
static void test_files_of_the_kernel(void **state)
{
    unsigned char *bytes;
    size_t size;

    (void)state;
    if (access("/proc/version", R_OK) != 0)
        skip();
    assert_int_equal(aei_io_read_file(NULL, "/proc/version", 0, NULL, &bytes, &size), AE_OK);
    assert_true(size > 10);
    aei_free(NULL, bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_saves_new_and_existing_files),
        cmocka_unit_test(test_synced_before_and_after_the_rename),
        cmocka_unit_test(test_every_call_failing),
        cmocka_unit_test(test_short_writes),
        cmocka_unit_test(test_a_write_that_writes_nothing),
        cmocka_unit_test(test_a_full_disk),
        cmocka_unit_test(test_a_limit_on_file_sizes),
        cmocka_unit_test(test_a_file_system_without_fsync_of_folders),
        cmocka_unit_test(test_the_first_failure_is_reported),
        cmocka_unit_test(test_temporary_names_that_are_taken),
        cmocka_unit_test(test_every_allocation_failing),
        cmocka_unit_test(test_killed_at_every_call),
        cmocka_unit_test(test_permissions),
        cmocka_unit_test(test_symbolic_links_are_followed),
        cmocka_unit_test(test_paths_that_cannot_be_saved_to),
        cmocka_unit_test(test_long_names_and_paths),
        cmocka_unit_test(test_relative_paths),
        cmocka_unit_test(test_two_threads_save_to_one_path),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_reads_files_of_any_size),
        cmocka_unit_test(test_a_file_that_changes_its_size),
        cmocka_unit_test(test_a_limit),
        cmocka_unit_test(test_a_pipe),
        cmocka_unit_test(test_every_call_of_reading_failing),
        cmocka_unit_test(test_every_allocation_of_reading_failing),
        cmocka_unit_test(test_paths_that_cannot_be_read),
        cmocka_unit_test(test_files_of_the_kernel),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
