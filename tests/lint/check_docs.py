# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Doxygen finds every public symbol, parameter and return value described. Exit 77 (skip) without doxygen.

    check_docs.py DOXYFILE
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

UNDOCUMENTED = """/** @file
 * A header. */
/** Does something.
 * @param a a number
 * @return a number */
int described(int a);
int forgotten(int a);
"""


def run_doxygen(doxyfile, more):
    """Return code and warnings of doxygen with the settings of `doxyfile` and then `more`."""
    with tempfile.TemporaryDirectory() as folder:
        settings = doxyfile + f"\nOUTPUT_DIRECTORY = {folder}\nGENERATE_HTML = YES\n" + more
        result = subprocess.run(["doxygen", "-"], input=settings, capture_output=True, text=True, check=False)
        return result.returncode, result.stderr


def main():
    if not shutil.which("doxygen"):
        print("doxygen is not installed")
        return 77
    doxyfile = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "undocumented.h").write_text(UNDOCUMENTED)
        code, warnings = run_doxygen(doxyfile, f"INPUT = {folder}\n")
        if code == 0 or "forgotten" not in warnings:
            print(f"self-test: an undocumented function went unnoticed (exit {code})\n{warnings}")
            return 1
    code, warnings = run_doxygen(doxyfile, "")
    print(warnings, end="")
    return 1 if code else 0


if __name__ == "__main__":
    sys.exit(main())
