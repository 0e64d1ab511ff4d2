# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""What docs/embedding.md says of sizes: the shared library, stripped, is below 600 kB; a program that reads a model and
encodes one row takes less than 5 ms, not counting what a program takes that is linked with the same BLAS and does
nothing.

    check_size.py SHARED STARTUP NOTHING

Times are processor time, the best of many runs, since a machine may be busy with other things.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

BYTES = 600_000
SECONDS = 5e-3
RUNS, ROUNDS = 40, 5


def best(*command):
    times = []
    environment = {name: value for name, value in os.environ.items() if name != "MALLOC_PERTURB_"}  # meson's, and slow
    for _ in range(RUNS):
        pid = os.posix_spawn(command[0], command, environment)
        _, status, used = os.wait4(pid, 0)
        if status != 0:
            sys.exit(f"{command[0]} failed")
        times.append(used.ru_utime + used.ru_stime)
    return min(times)


def main():
    shared, startup, nothing = sys.argv[1:]
    if not shutil.which("strip"):
        print("strip is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        stripped, model = pathlib.Path(folder) / "stripped.so", os.path.join(folder, "model.safetensors")
        subprocess.run(["strip", "-o", stripped, shared], check=True)
        size = stripped.stat().st_size
        subprocess.run([startup, "write", model], check=True)
        encoding, idle = best(startup, model), best(nothing)
        for _ in range(ROUNDS - 1):
            if encoding - idle < SECONDS:
                break
            encoding, idle = min(encoding, best(startup, model)), min(idle, best(nothing))
    print(f"stripped: {size} bytes of at most {BYTES}; encoding: {1e3 * encoding:.1f} ms, of which {1e3 * idle:.1f} ms "
          f"are not the library's, at most {1e3 * SECONDS:.0f} ms more")
    return 0 if size < BYTES and encoding - idle < SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
