# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Models as C source compile without a warning with every compiler at hand, and give what the library gives.

    check_c.py EXPORT_MODELS    the program of export_models.c
"""
import array
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
MORE = ["-Wshadow", "-Wconversion", "-Wno-sign-conversion", "-Wdouble-promotion", "-Wmissing-prototypes",
        "-Wstrict-prototypes", "-Wcast-qual", "-Wundef"]
LANGUAGES = [("gcc", ["-std=c99", "-O3"] + MORE), ("clang", ["-std=c99", "-O1"] + MORE),
             ("g++", ["-x", "c++", "-std=c++11", "-O2"])]
TOLERANCE = 1e-6
TOLERANCE_LASSO = 1e-5   # sparse codes solve a linear system, which enlarges rounding


def read(path):
    values = array.array("f")
    values.frombytes(path.read_bytes())
    return values


def difference(found, expected, least_scale):
    """Largest difference, in units of the largest value."""
    assert len(found) == len(expected) > 0
    errors = [abs(a - b) for a, b in zip(found, expected)]
    assert all(error == error for error in errors), "not a number"
    return max(errors) / max(least_scale, *map(abs, expected))


def check_model(folder, name, compiler, flags):
    facts = json.loads((folder / f"{name}.json").read_text())
    header = (folder / f"{name}.h").read_text()
    assert (f"{name.upper()}_THRESHOLD" in header) == bool(facts["threshold"])
    defines = [f'-DHEADER="{name}.h"', f"-DNAME(suffix)={name}_##suffix", f"-DDIM(suffix)={name.upper()}_##suffix",
               f"-DSCORED={facts['scored']}"]
    objects = []
    for source, extra in ((folder / f"{name}.c", []), (HERE / "driver.c", [f"-I{folder}"] + defines)):
        objects.append(folder / f"{source.stem}.o")
        subprocess.run([compiler, *flags, *STRICT, *extra, "-c", source, "-o", objects[-1]], check=True)
    needed = subprocess.run(["nm", "-u", objects[0]], check=True, capture_output=True, text=True).stdout.split()[1::2]
    strangers = set(needed) - {"expf", "logf", "tanhf", "memcpy", "memmove", "memset", "_GLOBAL_OFFSET_TABLE_",
                               "__stack_chk_fail"}
    assert not strangers, f"{name} needs {strangers}"
    subprocess.run([compiler, *objects, "-lm", "-o", folder / "driver"], check=True)
    subprocess.run([folder / "driver", folder / name], check=True)
    worst = 0
    for what in ["codes", "x_hat", "decoded"] + facts["scored"] * ["scores", "features"]:
        squares = what in ("scores", "features") # of differences between numbers of size 1
        error = difference(read(folder / f"{name}.{what}.out"), read(folder / f"{name}.{what}.f32"),
                           1 if squares else 1e-30) / (2 if squares else 1)
        tolerance = TOLERANCE_LASSO if facts["code"] == "lasso" else TOLERANCE
        assert error <= tolerance, f"{name}, {compiler}: {what} differ by {error:.2e} of the largest"
        worst = max(worst, error)
    return worst


def main():
    compilers = [entry for entry in LANGUAGES if shutil.which(entry[0])]
    if not compilers:
        print("neither gcc nor clang is installed")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run([sys.argv[1], folder], check=True)
        names = sorted(path.stem for path in folder.glob("*.json"))
        assert len(names) > 30
        for name in names:
            print(f"{name:24} " + "  ".join(f"{compiler} {check_model(folder, name, compiler, flags):.1e}"
                                            for compiler, flags in compilers))
    print(f"{len(names)} models")
    return 0


if __name__ == "__main__":
    sys.exit(main())
