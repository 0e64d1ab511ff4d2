# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The argument sweep of tests/api/test_misuse.c has every public function in its table, and no other.

    check_sweep.py exported_symbols.txt test_misuse.c
    check_sweep.py --self-test    a table with a gap and a stranger must be found out
"""
import pathlib
import re
import sys

ENTRY = re.compile(r"^\s*SWEEP\((\w+)\),$", re.M)


def problems(symbols, source):
    public, swept = symbols.split(), ENTRY.findall(source)
    return ([f"{name}: not in the sweep's table" for name in public if name not in swept] +
            [f"{name}: in the sweep's table, but not public" for name in swept if name not in public] +
            [f"{name}: twice in the sweep's table" for name in sorted(set(swept)) if swept.count(name) > 1])


def self_test():
    found = problems("ae_a\nae_b\nae_c\n", "    SWEEP(ae_a),\n    SWEEP(ae_x),\n    SWEEP(ae_a),\n    SWEEP(ae_c),\n")
    good = problems("ae_a\nae_b\n", "    SWEEP(ae_a),\n    SWEEP(ae_b),\n")
    ok = len(found) == 3 and "ae_b: not" in found[0] and "ae_x: in" in found[1] and "ae_a: twice" in found[2] and not good
    print("ok" if ok else f"found {found} and {good}")
    return 0 if ok else 1


def main():
    if sys.argv[1] == "--self-test":
        return self_test()
    found = problems(*(pathlib.Path(path).read_text(encoding="utf-8") for path in sys.argv[1:]))
    for problem in found:
        print(problem)
    print(f"{len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
