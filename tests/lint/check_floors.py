# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Includes go downwards: a file of lib/ sees its own room and lower floors; rooms of one floor are closed to each
other. Also: the public headers include no internal one, some system headers belong to one room, and every source of
lib/ stands in a known room and in lib/meson.build.

    check_floors.py SOURCE_ROOT
    check_floors.py --self-test    breaks each rule in a made-up tree and expects to hear about it
"""
import pathlib
import re
import sys
import tempfile

FLOORS = {"base": 0, "kernels": 1, "tensor": 2, "layers": 3, "losses": 3, "optim": 3, "data": 3, "model": 4,
          "train": 5, "solvers": 5, "file": 5, "api": 6}
NICHES = {"kernels/native"}  # folders inside a room, and on its floor

# Doors to the outside, each kept by few rooms.
KEEPERS = {"pthread.h": "base kernels", "unistd.h": "base", "fcntl.h": "base", "sys/stat.h": "base",
           "sys/mman.h": "base", "signal.h": "base", "zlib.h": "data",
           "cblas.h": "kernels", "AEI_BLAS_HEADER": "kernels", "immintrin.h": "kernels", "arm_neon.h": "kernels"}
NOBODY = {"setjmp.h", "locale.h", "tgmath.h", "omp.h"}
PUBLIC_MAY = {"stddef.h", "stdint.h"}

COMMENT = re.compile(r"/\*.*?\*/", re.S)
INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*(<[^>]+>|\"[^\"]+\"|\w+)", re.M)


def includes(path):
    """(line number, name, quoted?) of every #include."""
    text = COMMENT.sub(lambda m: "\n" * m.group().count("\n"), path.read_text(encoding="utf-8"))
    for match in INCLUDE.finditer(text):
        name = match.group(1)
        yield text.count("\n", 0, match.start()) + 1, name.strip('<>"'), name[0] == '"'


def check_include(root, room, name, quoted):
    """What is wrong with `name` in a file of `room`, or None."""
    if not quoted:
        if name in NOBODY:
            return "no file of the library includes it"
        if room not in KEEPERS.get(name, room).split():
            return f"only {KEEPERS[name]} may include it"
        return None
    if name == "config.h":
        return None
    other = name.split("/")[0]
    if "/" not in name or other not in FLOORS:
        return 'internal headers are included as "room/file.h"'
    if not (root / "lib" / name).is_file():
        return "there is no such file"
    if other != room and FLOORS[other] == FLOORS[room]:
        return f"{room} and {other} are neighbours on floor {FLOORS[room]}, closed to each other"
    if FLOORS[other] > FLOORS[room]:
        return f"{other} is on floor {FLOORS[other]}, above {room} on floor {FLOORS[room]}"
    return None


def check_tree(root):
    problems, count = [], 0
    build = (root / "lib" / "meson.build").read_text(encoding="utf-8")
    for path in sorted((root / "lib").rglob("*.[ch]")):
        place = path.relative_to(root)
        inside = path.relative_to(root / "lib")
        room = inside.parts[0]
        count += 1
        folder = inside.parent.as_posix()
        if folder not in FLOORS and folder not in NICHES:
            problems.append(f"{place}: is in no room; rooms are {', '.join(FLOORS)}")
            continue
        named = inside.stem if folder in NICHES else inside.as_posix()  # one library for each file of a niche
        if path.suffix == ".c" and f"'{named}'" not in build:
            problems.append(f"{place}: is not built; add it to lib/meson.build")
        for line, name, quoted in includes(path):
            wrong = check_include(root, room, name, quoted)
            if wrong:
                problems.append(f"{place}:{line}: {name}: {wrong}")
    for path in sorted((root / "include").rglob("*.h")):
        count += 1
        for line, name, quoted in includes(path):
            if quoted or not (name in PUBLIC_MAY or (root / "include" / name).is_file()):
                problems.append(f"{path.relative_to(root)}:{line}: {name}: public headers include "
                                f"<autoencoder/...> and {', '.join(sorted(PUBLIC_MAY))} only")
    return problems, count


def self_test():
    breaks = [  # file, text, what the report must say
        ("lib/base/a.c", '#include "kernels/a.h"', "above base"),
        ("lib/layers/a.c", '#  include "losses/a.h"', "neighbours on floor 3"),
        ("lib/train/a.c", '#include "file/a.h"', "neighbours on floor 5"),
        ("lib/model/a.h", '#include "../base/a.h"', "included as"),
        ("lib/model/a.c", '#include "a.h"', "included as"),
        ("lib/model/a.c", '#include "base/missing.h"', "no such file"),
        ("lib/tensor/a.c", "#include <cblas.h>", "only kernels may"),
        ("lib/tensor/a.c", "#include AEI_BLAS_HEADER", "only kernels may"),
        ("lib/base/a.c", "/* why */ \n#include <setjmp.h>", "no file of the library"),
        ("lib/attic/a.c", "", "in no room"),
        ("lib/model/attic/a.c", "", "in no room"),
        ("lib/kernels/native/a.h", '#include "model/a.h"', "above kernels"),
        ("lib/base/orphan.c", "", "not built"),
        ("include/autoencoder/a.h", '#include "base/a.h"', "public headers include"),
        ("include/autoencoder/a.h", "#include <stdio.h>", "public headers include"),
    ]
    failures = 0
    for place, text, expected in [(None, "", None)] + breaks:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for room in FLOORS:
                (root / "lib" / room).mkdir(parents=True)
                (root / "lib" / room / "a.h").write_text("")
                (root / "lib" / room / "a.c").write_text(
                    f'#include "{room}/a.h"\n#include "base/a.h"\n/* #include "api/a.h" */\n#include <stdio.h>\n')
            (root / "include" / "autoencoder").mkdir(parents=True)
            (root / "include" / "autoencoder" / "a.h").write_text("#include <stddef.h>\n")
            (root / "lib" / "meson.build").write_text("".join(f"'{room}/a.c'\n" for room in FLOORS))
            if place:
                (root / place).parent.mkdir(parents=True, exist_ok=True)
                (root / place).write_text(text + "\n")
            problems, _ = check_tree(root)
            good = problems == [] if expected is None else len(problems) == 1 and expected in problems[0]
            if not good:
                failures += 1
                print(f"self-test: {place}: {text!r}: expected {expected!r}, heard {problems}")
    print(f"self-test: {len(breaks)} broken rules, {failures} not noticed")
    return 1 if failures else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    problems, count = check_tree(pathlib.Path(sys.argv[1]).resolve())
    for problem in problems:
        print(problem)
    print(f"{count} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
