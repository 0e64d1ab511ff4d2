# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Counts the instructions of small workloads, which unlike times are the same in every run, and compares them with
instructions.json. The plain C kernels are counted: valgrind knows no AVX-512. Counts belong to a compiler, a build type
and a processor; where none are written down, or valgrind is not here, this is skipped (77).

    instructions.py BENCH COMPILER BUILDTYPE CPU [--update]         COMPILER: such as "gcc 12.2.0"

More instructions are a regression. Fewer ask for --update too, so that a later loss is seen.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOLERANCE = 0.05
NUMBERS = pathlib.Path(__file__).with_name('instructions.json')
SKIP = 77
# What is run, and the function whose instructions count, with all it calls.
WORKLOADS = {'small-W1': 'ae_trainer_step', 'small-W4': 'ae_trainer_step', 'W6': 'ae_trainer_step',
             'encode': 'ae_encode'}


def count(bench, workload, function):
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            ['valgrind', '--tool=callgrind', f'--toggle-collect={function}', f'--callgrind-out-file={folder}/out',
             bench, '--steps', workload], capture_output=True, text=True)
    collected = re.search(r'Collected *: *(\d+)', run.stderr)
    if run.returncode != 0 or not collected or int(collected.group(1)) == 0:
        sys.exit(f'{workload}: nothing was counted, exit code {run.returncode}\n{run.stderr}')
    return int(collected.group(1))


def main():
    arguments = [word for word in sys.argv[1:] if word != '--update']
    update = len(arguments) < len(sys.argv) - 1
    if len(arguments) != 4:
        sys.exit(__doc__)
    bench, build = arguments[0], ', '.join(arguments[1:])
    known = json.loads(NUMBERS.read_text(encoding='utf-8')) if NUMBERS.exists() else {}
    if not shutil.which('valgrind'):
        print('skipped: valgrind is not installed')
        return SKIP
    if build not in known and not update:
        print(f'skipped: {NUMBERS.name} has no counts for {build}, only for {"; ".join(known)}')
        return SKIP

    counts = {workload: count(bench, workload, function) for workload, function in WORKLOADS.items()}
    failures = 0
    for workload, now in counts.items():
        before = known.get(build, {}).get(workload)
        change = f'{now / before - 1:+.2%}' if before else 'new'
        bad = not update and (not before or abs(now / before - 1) > TOLERANCE)
        failures += bad
        print(f'{workload}: {now:,} instructions, {change}{"  <- off by more than 5 %" if bad else ""}')
    if update:
        known[build] = counts
        NUMBERS.write_text(json.dumps(known, indent=2, sort_keys=True) + '\n', encoding='utf-8')
        print(f'written to {NUMBERS}')
    elif failures:
        print('Where the change is meant: run the same command with --update')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
