# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Every sized struct of the public headers is in the tables of tests/abi: pinned by test_layout.c, tried at every size
by test_sizes.c.

    check_structs.py PUBLIC_HEADERS test_layout.c test_sizes.c
    check_structs.py --self-test    a struct that is in neither must be found out
"""
import pathlib
import re
import sys

STRUCT = re.compile(r"typedef struct (ae_\w+) \{\s*size_t struct_size;")
PINNED = re.compile(r"\bCHECK\((ae_\w+),")
TRIED = re.compile(r"^ *(?:OPTIONS|REPORT)\((ae_\w+),", re.M)


def problems(headers, layout, sizes):
    structs = STRUCT.findall(headers)
    return ([f"{name}: not pinned by test_layout.c" for name in structs if name not in PINNED.findall(layout)] +
            [f"{name}: not in the table of test_sizes.c" for name in structs if name not in TRIED.findall(sizes)])


def self_test():
    headers = "".join(f"typedef struct {name} {{\n    size_t struct_size;  /**< */\n}} {name};\n" for name in
                      ("ae_a", "ae_b", "ae_c")) + "typedef struct ae_d {\n    int x;\n} ae_d;\n"
    found = problems(headers, "CHECK(ae_a, 8,\nCHECK(ae_c, 8,\n", "    OPTIONS(ae_a, 8, f) \\\n  REPORT(ae_b, 8, g)\n")
    ok = found == ["ae_b: not pinned by test_layout.c", "ae_c: not in the table of test_sizes.c"]
    print("ok" if ok else f"found {found}")
    return 0 if ok else 1


def main():
    if sys.argv[1] == "--self-test":
        return self_test()
    folder, layout, sizes = map(pathlib.Path, sys.argv[1:])
    headers = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.h")))
    found = problems(headers, layout.read_text(encoding="utf-8"), sizes.read_text(encoding="utf-8"))
    for problem in found:
        print(problem)
    print(f"{len(STRUCT.findall(headers))} structs, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
