# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The tests of autoencoder.hpp pass with the other C++ compilers of this machine too, warnings being errors.

    check_compilers.py INCLUDE_FOLDER SHARED_LIBRARY COMPILER... -- TEST.cpp...

COMPILER is what the build uses, whose programs are tests of their own. Exit 77 (skip) where g++ and clang++ are not
installed beside it.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

STANDARDS = ["c++11", "c++20"]
FLAGS = ["-O0", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wold-style-cast", "-Werror"]


def same(compiler, other):
    return os.path.realpath(shutil.which(compiler) or compiler) == os.path.realpath(shutil.which(other) or other)


def main():
    include, library, *rest = sys.argv[1:]
    given, sources = rest[:rest.index("--")], rest[rest.index("--") + 1:]
    others = [name for name in ("g++", "clang++") if shutil.which(name) and not any(same(name, x) for x in given)]
    if not others:
        print("no other C++ compiler is installed")
        return 77
    folder = str(pathlib.Path(library).resolve().parent)
    failures = 0
    with tempfile.TemporaryDirectory() as work:
        for compiler in others:
            for standard in STANDARDS:
                for source in sources:
                    program = os.path.join(work, "program")
                    build = [compiler, f"-std={standard}", *FLAGS, f"-I{include}", source, "-o", program,
                             f"-L{folder}", "-lautoencoder", "-pthread"]
                    passed = subprocess.run(build, check=False).returncode == 0 and subprocess.run(
                        [program], cwd=work, env=dict(os.environ, LD_LIBRARY_PATH=folder), check=False).returncode == 0
                    failures += not passed
                    print(f"{compiler} -std={standard} {pathlib.Path(source).name}: {'ok' if passed else 'failed'}",
                          flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
