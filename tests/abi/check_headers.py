# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Each public header compiles alone, twice included, without a warning, as C and as C++ of every age (.hpp: as C++).

    check_headers.py INCLUDE_FOLDER COMPILER [ARGUMENT...]

gcc and clang are tried beside the given compiler where they are installed.
"""
import concurrent.futures
import pathlib
import shutil
import subprocess
import sys

STANDARDS = {"c": ["c99", "c11", "c17"], "c++": ["c++11", "c++14", "c++17", "c++20"]}
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wundef", "-Werror"]


def compiles(compiler, include, language, standard, text):
    command = compiler + ["-x", language, f"-std={standard}", "-fsyntax-only", *WARNINGS, f"-I{include}", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def main():
    include = pathlib.Path(sys.argv[1]).resolve()
    given = sys.argv[2:]
    compilers = [given] + [[name] for name in ("gcc", "clang") if shutil.which(name) and [name] != given]
    headers = sorted(path.relative_to(include).as_posix() for path in include.rglob("*.h*"))
    jobs = []
    for compiler in compilers:
        for language, standards in STANDARDS.items():
            if compiles(compiler, include, language, standards[0], "int x;\n").returncode != 0:
                print(f"not checked: {' '.join(compiler)} does not compile {language}")
                continue
            for standard in standards:
                for header in headers:
                    if language == "c" and header.endswith(".hpp"):
                        continue
                    text = f"#include <{header}>\n#include <{header}>\nint main(void);\n"
                    jobs.append((compiler, include, language, standard, text, header))
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for job, result in zip(jobs, pool.map(lambda job: compiles(*job[:5]), jobs)):
            if result.returncode:
                failures += 1
                print(f"{job[5]} with {' '.join(job[0])} -std={job[3]}:\n{result.stderr}")
    print(f"{len(headers)} headers, {len(jobs)} compilations, {failures} failed")
    return 1 if failures or not jobs else 0


if __name__ == "__main__":
    sys.exit(main())
