# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Every source file starts with the two-line licence head.

    check_spdx.py SOURCE_ROOT
"""
import pathlib
import sys

FOLDERS = ["include", "lib", "tests", "examples", "docs", ".ci"]
C_HEAD = ["/* SPDX-License-Identifier: BSD-2-Clause", " * Copyright (c) 2026 the libautoencoder authors */"]
HASH_HEAD = ["# SPDX-License-Identifier: BSD-2-Clause", "# Copyright (c) 2026 the libautoencoder authors"]


def expected_head(path):
    if path.suffix in {".c", ".h", ".cpp", ".hpp", ".map"}:
        return C_HEAD
    if path.suffix in {".py", ".sh"} or path.name in {"meson.build", "run"}:
        return HASH_HEAD
    return None


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    paths = [path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    checked, bad = 0, []
    for path in sorted(paths + [root / "meson.build"]):
        head = expected_head(path)
        if head is None:
            continue
        checked += 1
        lines = path.read_text(encoding="utf-8").splitlines()
        if lines and lines[0].startswith("#!"):
            lines = lines[1:]
        if lines[:2] != head:
            bad.append(path.relative_to(root))
    for place in bad:
        print(f"{place}: does not start with the SPDX line and the copyright line")
    print(f"{checked} files, {len(bad)} without their head")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
