# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The shared library exports what exported_symbols.txt lists, which is what the public headers declare; the static
library has no global name outside ae_ and aei_, since a host may have functions of any other name.

    check_exports.py PUBLIC_HEADERS exported_symbols.txt SHARED STATIC
    check_exports.py --update PUBLIC_HEADERS exported_symbols.txt    writes the list from the headers
"""
import pathlib
import re
import subprocess
import sys

COMMENT = re.compile(r"/\*.*?\*/", re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:.*\\\n)*.*$", re.M)
FUNCTION = re.compile(r"\bAE_API\b[^;{}]*?\b(\w+)\s*\(")


def declared(folder):
    names = set()
    for path in pathlib.Path(folder).glob("*.h"):
        text = DIRECTIVE.sub("", COMMENT.sub(" ", path.read_text(encoding="utf-8")))
        names.update(FUNCTION.findall(text))
    return names


def symbols(*arguments):
    """(name, type) of every defined global symbol."""
    output = subprocess.run(["nm", "--defined-only", "--format=posix", *arguments], check=True, capture_output=True,
                            text=True).stdout
    for line in output.splitlines():
        fields = line.split()
        if len(fields) >= 2 and not line.endswith(":"):
            yield fields[0], fields[1]


def main():
    if sys.argv[1] == "--update":
        pathlib.Path(sys.argv[3]).write_text("".join(name + "\n" for name in sorted(declared(sys.argv[2]))))
        return 0
    headers, list_file, shared, static = sys.argv[1:]
    in_headers = declared(headers)
    lines = pathlib.Path(list_file).read_text(encoding="utf-8").split()
    exported, problems = set(), []
    for name, kind in symbols("-D", shared):
        if kind == "A":     # the version node itself
            continue
        plain, _, version = name.partition("@@")
        exported.add(plain)
        if not version.startswith("AUTOENCODER_"):
            problems.append(f"{plain}: exported without a version of the library")
    if lines != sorted(set(lines)):
        problems.append(f"{list_file}: is not sorted, or has a name twice")
    for text, names in [("declared in a header but not listed", in_headers - set(lines)),
                        ("listed but in no header", set(lines) - in_headers),
                        ("listed but not exported", set(lines) - exported),
                        ("exported but not listed", exported - set(lines))]:
        problems += [f"{name}: {text}" for name in sorted(names)]
    for name, _ in symbols("-g", static):
        if not name.startswith(("ae_", "aei_", "__x86.get_pc_thunk")):
            problems.append(f"{name}: a global name of the static library without the prefix ae_ or aei_")
    for problem in problems:
        print(problem)
    print(f"{len(in_headers)} functions declared, {len(exported)} exported, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
