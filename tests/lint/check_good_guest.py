# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The release libraries behave well inside other people's programs: they call nothing that ends the process, prints or
changes its state; memory comes from base/alloc.c and files are touched by base/io.c alone; nothing is writable but what
WRITABLE lists.

    check_good_guest.py SHARED STATIC
    check_good_guest.py --self-test COMPILER...    a guest that does everything wrong must be found out
"""
import pathlib
import re
import subprocess
import sys
import tempfile

FORBIDDEN = """abort exit _exit _Exit quick_exit atexit __assert_fail raise kill
    printf vprintf fprintf vfprintf puts fputs putchar putc fputc fwrite perror stdin stdout stderr
    __printf_chk __vprintf_chk __fprintf_chk __vfprintf_chk sprintf vsprintf gets system popen
    setlocale signal sigaction sigprocmask srand rand random srandom drand48 strtok getenv secure_getenv setenv putenv
    chdir umask setjmp longjmp feenableexcept fesetround fesetenv localtime gmtime strerror dlopen""".split()
MEMORY = """malloc calloc realloc reallocarray free posix_memalign aligned_alloc memalign strdup strndup getline
    getdelim asprintf vasprintf open_memstream mmap munmap""".split()
FILES = """open open64 openat openat64 creat read pread readv write pwrite writev fsync fdatasync sync close rename
    renameat unlink unlinkat remove link symlink readlink realpath fopen fopen64 fdopen freopen fread fclose
    fflush mkstemp mkostemp tmpfile stat stat64 fstat fstat64 lstat lstat64 fstatat chmod fchmod truncate
    ftruncate lseek lseek64 opendir mkdir rmdir gzopen gzread gzclose""".split()
ONLY_IN = {name: "base/alloc.c" for name in MEMORY} | {name: "base/io.c" for name in FILES}

# Writable variables. Each thread has its own, but for kernels/blas.c: see there why.
WRITABLE = {"base/error.c": {"last_line"}, "base/io.c": {"hooks_in_use"}, "base/threads.c": {"inside_task"},
            "kernels/blas.c": {"aei_blas_hold"}}


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def members(output):
    """(source file, line) of the per-member output of nm and objdump on an archive."""
    source = None
    for line in output.splitlines():
        header = re.match(r"^(?:.*[(\[])?([\w.-]+\.c)\.o[)\]]?:(?:\s+file format .*)?$", line)
        if header:
            source = header.group(1).replace("_", "/", 1)
        elif line.strip():
            yield source, line


def check(shared, static):
    """(problems, number of objects)."""
    problems, sources = [], set()
    for line in run("nm", "-D", "--undefined-only", "--format=posix", shared).splitlines():
        name = line.split()[0].split("@")[0]
        if name in FORBIDDEN:
            problems.append(f"the shared library uses {name}")
    for source, line in members(run("nm", "--undefined-only", "--format=posix", static)):
        sources.add(source)
        name = line.split()[0]
        if name in FORBIDDEN:
            problems.append(f"{source}: uses {name}")
        if ONLY_IN.get(name, source) != source:
            problems.append(f"{source}: uses {name}, which is for {ONLY_IN[name]} alone")
    for source, line in members(run("objdump", "-t", static)):
        symbol = re.match(r"^[0-9a-f]+ .{7} (\S+)\t([0-9a-f]+) +(?:\.hidden )?(\S+)$", line)
        if not symbol or int(symbol.group(2), 16) == 0:
            continue
        section, name = symbol.group(1), re.sub(r"\.\d+$", "", symbol.group(3)).split(".")[-1]
        writable = section == "*COM*" or re.match(r"^\.(t?data|t?bss)(\.|$)", section)
        if writable and not section.startswith(".data.rel.ro") and name not in WRITABLE.get(source, ()):
            problems.append(f"{source}: {name} is a writable variable ({section})")
    if re.search(r"\bset_fast_math\b", run("nm", shared)):
        problems.append("the shared library switches denormal numbers off when it is loaded (linked with -ffast-math)")
    if None in sources:
        problems.append("the members of the static library were not understood")
    return problems, len(sources)


RUDE = """
#include <stdio.h>
#include <stdlib.h>
#include <fcntl.h>
int counter;
static int table[4] = {1, 2, 3, 4};
static const char *const names[] = {"fine", "too"};
int aei_rude(int i);
int aei_rude(int i)
{
    static int calls;
    if (open(names[i], i) < 0)
        abort();
    printf("%d", table[i]++ + calls++ + ++counter);
    return malloc(4) != NULL;
}
"""


def self_test(compiler):
    expected = ["the shared library uses abort", "the shared library uses printf",
                "model/rude.c: uses abort", "model/rude.c: uses printf",
                "model/rude.c: uses malloc, which is for base/alloc.c alone",
                "model/rude.c: uses open, which is for base/io.c alone",
                "model/rude.c: counter is a writable variable (.bss)",
                "model/rude.c: table is a writable variable (.data)",
                "model/rude.c: calls is a writable variable (.bss)",
                "the shared library switches denormal numbers off when it is loaded (linked with -ffast-math)"]
    with tempfile.TemporaryDirectory() as folder:
        source, thing = pathlib.Path(folder) / "model_rude.c", pathlib.Path(folder) / "model_rude.c.o"
        source.write_text(RUDE)
        run(*compiler, "-O0", "-fPIC", "-fno-common", "-c", source, "-o", thing)
        run(*compiler, "-shared", "-ffast-math", thing, "-o", f"{folder}/lib.so")
        run("ar", "crs", f"{folder}/lib.a", thing)
        problems, _ = check(f"{folder}/lib.so", f"{folder}/lib.a")
    machine = run(*compiler, "-dumpmachine")
    if not machine.startswith(("x86_64", "i686")):
        expected.pop()  # only x86 has such a switch
    for text in sorted(set(expected) ^ set(problems)):
        print("self-test:", "not noticed:" if text in expected else "false alarm:", text)
    return 1 if set(expected) != set(problems) else 0


def main():
    if sys.argv[1] == "--self-test":
        return self_test(sys.argv[2:])
    problems, count = check(*sys.argv[1:])
    for problem in problems:
        print(problem)
    print(f"{count} objects, {len(problems)} problems")
    return 1 if problems or not count else 0


if __name__ == "__main__":
    sys.exit(main())
