# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Runs an example that draws: its picture is a PNG of the given size that is not blank, and numbers that it prints lie
between bounds. A pattern is a regular expression whose first group is the number.

    check_picture.py PROGRAM WIDTH HEIGHT [PATTERN LOW HIGH]...
"""
import pathlib
import re
import struct
import subprocess
import sys
import tempfile


def main():
    program, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    bounds = sys.argv[4:]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "picture.png"
        result = subprocess.run([program, str(path)], capture_output=True, text=True, check=False)
        print(result.stdout, result.stderr, sep="")
        if result.returncode != 0:
            return result.returncode
        png = path.read_bytes()
    problems = []
    size = struct.unpack(">II", png[16:24])
    if png[:8] != b"\x89PNG\r\n\x1a\n" or size != (width, height):
        problems.append(f"not a PNG of {width} x {height}: {size}")
    if len(png) < width * height / 40:
        problems.append(f"a picture of {len(png)} bytes cannot show much")
    for pattern, low, high in zip(bounds[0::3], bounds[1::3], bounds[2::3]):
        found = re.search(pattern, result.stdout)
        if not found:
            problems.append(f"{pattern}: not printed")
        elif not float(low) <= float(found.group(1)) <= float(high):
            problems.append(f"{pattern}: {found.group(1)} is not between {low} and {high}")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
