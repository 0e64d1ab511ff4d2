# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""A program of today runs with an old library: the first one that had all functions of its headers is taken from the
history of this repository and built; old_library.c is compiled with the headers of today, linked with the library of
today, and run with the old one. Both have the address and undefined-behaviour sanitizers where the compiler has them.

    check_old_library.py SOURCE_ROOT SHARED_LIBRARY COMPILER...

Exit 77 (skip) where the history is not there, as in a release's archive or a shallow clone, and where something is
missing that the old library needs.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

COMMIT = "3674e90"
SOURCE = pathlib.Path(__file__).with_name("old_library.c")
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


def works(*command, **more):
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
                              **more).returncode == 0
    except FileNotFoundError:
        return False


def build_old(root, compiler, sanitized, work):
    """The folder of the old library, or why there is none."""
    archive = work / "old.tar"
    if not works("git", "-c", "safe.directory=*", "-C", str(root), "archive", "--output", str(archive), COMMIT):
        return None, f"commit {COMMIT} is not here"
    if not works("pkg-config", "--exists", "jansson >= 2.10"):
        return None, "the old library needs jansson"
    source, build = work / "source", work / "build"
    source.mkdir()
    subprocess.run(["tar", "xf", str(archive), "-C", str(source)], check=True)
    options = ["-Ddefault_library=shared", "-Doptimization=0", "-Ddebug=false", "-Dblas=none", "-Dtests=disabled",
               "-Dexamples=disabled", "-Ddocs=disabled"]
    if sanitized:
        options += ["-Db_sanitize=address,undefined", "-Db_lundef=false"]
    environment = {**os.environ, "CC": " ".join(compiler)}
    subprocess.run(["meson", "setup", *options, str(build), str(source)], env=environment, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", str(build), "-j2"], check=True, stdout=subprocess.DEVNULL)
    return build / "lib", None


def main():
    root, library, compiler = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "nothing.c").write_text("int main(void) { return 0; }\n")
        sanitized = (works(*compiler, *SANITIZERS, str(work / "nothing.c"), "-o", str(work / "nothing")) and
                     works(str(work / "nothing")))
        old, why = build_old(root, compiler, sanitized, work)
        if not old:
            print(why)
            return 77
        program = work / "program"
        subprocess.run([*compiler, "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror", "-g", "-O1",
                        *(SANITIZERS if sanitized else []), f"-I{root / 'include'}", str(SOURCE), str(library), "-o",
                        str(program), "-lm", "-ldl"], check=True)
        environment = {name: value for name, value in os.environ.items() if name != "MALLOC_PERTURB_"}
        run = [str(program), str(work / "model.safetensors")]
        print("sanitizers:", "address, undefined" if sanitized else "none")
        sys.stdout.flush()
        result = subprocess.run(run, env={**environment, "LD_LIBRARY_PATH": str(old)}, check=False)
        if works(*run, env={**environment, "LD_LIBRARY_PATH": str(library.parent)}):
            print("the program does not tell the old library from that of today")
            return 1
        return 1 if result.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
