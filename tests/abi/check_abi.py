# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The interface has only grown since tests/abi/baseline.xml was written: libabigail finds no function, parameter, field
or type changed or removed. New functions, and new fields at the end of a sized struct, are fine.

    check_abi.py SOURCE_ROOT COMPILER...             the gate
    check_abi.py --update SOURCE_ROOT COMPILER...    writes the baseline, see docs/abi.md
    check_abi.py --self-test SOURCE_ROOT COMPILER... small changes of a small interface must be judged rightly

What is compared is a library of empty functions made from the public headers alone: the compiler holds the real
functions to these headers, and check_exports.py the real library to their names. So the result does not depend on how
the library is built, nor on what the objects look like inside. Exit 77 (skip) without abigail's tools, and on another
architecture than the baseline's.
"""
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

from check_exports import COMMENT, DIRECTIVE

PROTOTYPE = re.compile(r"\bAE_API\b([^;{}]*\));")
DUMP = ["abidw", "--drop-private-types", "--exported-interfaces-only", "--no-corpus-path", "--no-comp-dir-path",
        "--no-show-locs", "--no-parameter-names", "--no-elf-needed", "--no-write-default-sizes"]


def dump(include, version_script, compiler, work):
    """The interface of the headers in `include`, as abigail's XML."""
    work.mkdir()
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((include / "autoencoder").glob("*.h")))
    source = "#include <autoencoder/autoencoder.h>\n"
    for prototype in PROTOTYPE.findall(DIRECTIVE.sub("", COMMENT.sub(" ", text))):
        head = " ".join(prototype.split())
        source += head + (" {}\n" if re.match(r"void \w", head) else " { return 0; }\n")
    (work / "public.c").write_text(source)
    subprocess.run([*compiler, "-std=c11", "-w", "-g", "-O0", "-fPIC", "-shared", f"-I{include}", "public.c", "-o",
                    "public.so", f"-Wl,--version-script={version_script}"], cwd=work, check=True)
    subprocess.run([*DUMP, "--headers-dir", str(include), "--out-file", "public.xml", "public.so"], cwd=work,
                   check=True)
    return work / "public.xml"


def growth_only(report):
    """Lines of abidiff's report that tell of more than a struct that has grown at its end."""
    bad, size, inserting, in_struct = [], None, False, False
    for line in map(str.strip, report.splitlines()):
        grown = re.fullmatch(r"type size changed from (\d+) to (\d+) \(in bits\)", line)
        field = re.fullmatch(r"'.*', at offset (\d+) \(in bits\)", line)
        if grown and in_struct and int(grown[2]) > int(grown[1]):
            size = int(grown[1])
        elif field and inserting and size is not None and int(field[1]) >= size:
            pass
        elif line.startswith(("Functions changes summary: 0 Removed", "Variables changes summary: 0 Removed")):
            pass
        elif not (line == "" or line.endswith((":", ", as reported earlier"))):
            bad.append(line)
        inserting = bool(re.fullmatch(r"\d+ data member insertions?:", line)) or (inserting and bool(field))
        in_struct = bool(re.search(r"'struct \w+' changed:$", line))
    return bad


def compare(old, new):
    """(problems, abidiff's report)"""
    result = subprocess.run(["abidiff", "--harmless", "--no-added-syms", str(old), str(new)], capture_output=True,
                            text=True, check=False)
    report = result.stdout + result.stderr
    if result.returncode & 3 or result.returncode < 0:  # 1, 2: abidiff could not do it
        return [f"abidiff ended with {result.returncode}"], report
    if result.returncode & 8:
        return ["incompatible, says abidiff"], report
    return (growth_only(report) if result.returncode else []), report


HEADER = """#include <stddef.h>
#include <stdint.h>
#define AE_API
typedef struct ae_thing ae_thing;
typedef int32_t (*ae_callback)(void *user, const char *text);
typedef struct ae_options {
    size_t struct_size; /**< first */
    double rate;
    int32_t a, b;
    ae_callback callback;
} ae_options;
AE_API int32_t ae_make(ae_thing **out, const ae_options *options);
AE_API void ae_use(ae_thing *thing, const float *x, size_t rows);
"""
CHANGES = [  # old, new, fine?
    ("\n", "\n", True),
    ("AE_API void", "AE_API size_t ae_more(const ae_thing *thing);\nAE_API void", True),
    ("callback;\n}", "callback;\n    uint64_t more[2];\n    double most;\n}", True),
    ("AE_API void ae_use(ae_thing *thing, const float *x, size_t rows);", "", False),
    ("const float *x", "const double *x", False),
    ("size_t rows", "uint32_t rows", False),
    ("size_t rows", "size_t rows, int32_t more", False),
    ("AE_API int32_t", "AE_API int64_t", False),
    ("double rate;", "double rate, more;", False),
    ("double rate;", "int64_t rate;", False),
    ("int32_t a, b;", "int32_t b, a;", False),
    ("int32_t a, b;", "int32_t a, c;", False),
    ("ae_callback callback;", "", False),
    ("const char *text", "char *text", False),
    ("int32_t a, b;\n    ae_callback callback;", "int32_t a;\n    ae_callback callback;\n    int64_t more[3];", False),
    ("double rate;\n    int32_t a, b;\n    ae_callback callback;",
     "int64_t rate;\n    int32_t a, b;\n    ae_callback callback;\n    double more;", False),
]


def self_test(version_script, compiler, work):
    failures = 0
    for i, (old, new, fine) in enumerate(CHANGES):
        include = work / f"include{i}"
        (include / "autoencoder").mkdir(parents=True)
        (include / "autoencoder" / "autoencoder.h").write_text(HEADER.replace(old, new))
        made = dump(include, version_script, compiler, work / f"made{i}")
        problems, report = compare(work / "made0" / "public.xml", made)
        if bool(problems) == fine:
            failures += 1
            print(f"{old!r} -> {new!r}: {'refused' if problems else 'not noticed'} {problems}\n{report}")
    print(f"self-test: {len(CHANGES)} changes, {failures} judged wrongly")
    return 1 if failures else 0


def main():
    mode = sys.argv[1] if sys.argv[1].startswith("--") else None
    root, *compiler = sys.argv[2 if mode else 1:]
    root = pathlib.Path(root).resolve()
    baseline, version_script = root / "tests" / "abi" / "baseline.xml", root / "lib" / "autoencoder.map"
    for tool in ("abidw", "abidiff"):
        if not shutil.which(tool):
            print(f"{tool} is not installed (Debian: abigail-tools)")
            return 77
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        if mode == "--self-test":
            return self_test(version_script, compiler, work)
        if mode != "--update" and f"-{platform.machine()}".replace("_", "-") not in \
                baseline.read_text(encoding="utf-8")[:200].replace("_", "-"):
            print(f"the baseline is not of {platform.machine()}")
            return 77
        made = dump(root / "include", version_script, compiler, work / "now")
        if mode == "--update":
            shutil.copy(made, baseline)
            print(f"wrote {baseline.relative_to(root)}")
            return 0
        problems, report = compare(baseline, made)
    if problems:
        print(report)
        print("not an addition:", *problems, sep="\n    ")
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
