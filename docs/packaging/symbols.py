# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Writes debian/libautoencoder0.symbols: the functions of tests/abi/exported_symbols.txt, those that the file has
already with the version that brought them, new ones with that of the changelog.

    symbols.py             rewrites the file
    symbols.py --check     exit 1 if that would change it
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEBIAN = ROOT / "docs" / "packaging" / "debian"
SYMBOLS = DEBIAN / "libautoencoder0.symbols"
NODE = "AUTOENCODER_0"
HEAD = "libautoencoder.so.0 libautoencoder0 #MINVER#\n* Build-Depends-Package: libautoencoder-dev\n"


def main():
    version = re.match(r"\S+ \((.+)-\d+\)", (DEBIAN / "changelog").read_text(encoding="utf-8"))[1]
    old = SYMBOLS.read_text(encoding="utf-8") if SYMBOLS.exists() else ""
    since = dict(re.findall(rf"^ (\w+)@{NODE} (\S+)$", old, re.MULTILINE))
    names = [NODE] + (ROOT / "tests" / "abi" / "exported_symbols.txt").read_text(encoding="utf-8").split()
    text = HEAD + "".join(f" {name}@{NODE} {since.get(name, version)}\n" for name in names)
    if sys.argv[1:] == ["--check"]:
        if text != old:
            print(f"{SYMBOLS.name} is not what tests/abi/exported_symbols.txt says; run docs/packaging/symbols.py")
        return int(text != old)
    SYMBOLS.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
