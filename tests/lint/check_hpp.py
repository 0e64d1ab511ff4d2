# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""autoencoder.hpp reaches every public function: each name of exported_symbols.txt is used in its code.

    check_hpp.py exported_symbols.txt autoencoder.hpp
    check_hpp.py --self-test    a name that is missing, or only in a comment, must be found out
"""
import pathlib
import re
import sys

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)


def problems(symbols, header):
    used = set(re.findall(r"\bae_\w+", COMMENT.sub(" ", header)))
    return [f"{name}: autoencoder.hpp does not use it; wrap it there and call the wrapper in tests/cpp"
            for name in symbols.split() if name not in used]


def self_test():
    header = "/** ae_b() in words\n */ void f() { ae_a(); } // ae_c()\nusing o = options<ae_o, ae_o_init>;\n"
    found = problems("ae_a\nae_b\nae_c\nae_o_init\n", header)
    ok = len(found) == 2 and found[0].startswith("ae_b:") and found[1].startswith("ae_c:")
    print("ok" if ok else f"found {found}")
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
