# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The crate of examples/rust against the library of a build folder: its tests and the tests in its documentation, its
example, and the ways in which build.rs finds the library. Nothing is written into the source. Exit 77 (skip) without
cargo.

    test_crate.py SOURCE_ROOT BUILD_ROOT SHARED_LIBRARY
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys


def cargo(*arguments, **environment):
    """Runs cargo and returns what it prints."""
    print("+", *(f"{name}={value}" for name, value in environment.items()), "cargo", *arguments, flush=True)
    command = ["cargo", arguments[0], "--offline", "--locked", "-j1", *arguments[1:]]
    result = subprocess.run(command, env=dict(os.environ, **environment), stdout=subprocess.PIPE, text=True, check=False)
    print(result.stdout, flush=True)
    if result.returncode != 0:
        sys.exit(f"cargo {arguments[0]} failed")
    return result.stdout


def check_digits(output):
    found = re.search(r"^(\d+) of 100 noisy pictures", output, re.M)
    if not found or int(found.group(1)) < 98 or "good enough" not in output:
        sys.exit("the example is not what it was")


def main():
    root, build, library = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    if not shutil.which("cargo"):
        print("cargo is not installed")
        return 77
    os.chdir(root / "examples" / "rust")
    target = build / "tests" / "cargo"
    for name in [name for name in os.environ if name.startswith("AUTOENCODER_")]:
        del os.environ[name]
    os.environ.update(CARGO_TARGET_DIR=str(target), LD_LIBRARY_PATH=str(library.parent))

    folder = {"AUTOENCODER_LIB_DIR": str(library.parent)}
    if len(re.findall(r"^test result: ok\. [1-9]", cargo("test", **folder), re.M)) != 2:
        sys.exit("there should be tests of the crate and of its documentation")
    check_digits(cargo("run", "--example", "digits", **folder))

    if not shutil.which("pkg-config"):
        print("pkg-config is not installed: how build.rs uses it is not tested")
        return 0
    uninstalled = {"PKG_CONFIG_PATH": str(build / "meson-uninstalled")}
    check_digits(cargo("run", "--example", "digits", **uninstalled))
    del os.environ["LD_LIBRARY_PATH"]
    check_digits(cargo("run", "--example", "digits", AUTOENCODER_STATIC="1", **uninstalled))
    return 0


if __name__ == "__main__":
    sys.exit(main())
