# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The library beside other software, each at its best, and beside what the machine allows.

    compare.py BENCH [--data FOLDER] [--workloads W1,W2] [--rounds 3] [--seconds 1.5] [--kernels NAME] [--cblas LIBRARY]
                     [--kann FOLDER] [--onnx FOLDER] [--json FILE] [--into docs/performance.md]

BENCH     build/tests/bench/bench
--data    folder with MNIST; without it all get rows like MNIST's
--kann    sources of KANN (https://github.com/attractivechaos/kann), compiled here
--onnx    folder where `npm install onnxruntime-node` was run
--cblas   also measure what a CBLAS such as libopenblas.so.0 allows by its matrix products

In each round every workload is run by the library and then by each rival, so that all of them meet the same moods of
the machine; medians over the rounds are compared. Nothing else should run meanwhile. What is not installed is named as
left out.
"""
import argparse
import collections
import glob
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

import document

HERE = pathlib.Path(__file__).resolve().parent
WORKLOADS = ['W1', 'W2', 'W3', 'W4', 'W5', 'W6', 'I1', 'I2']
INFERENCE = {'I1', 'I2'}
# What a program calls on one thread may use.
ALONE = {'OPENBLAS_NUM_THREADS': '1', 'OMP_NUM_THREADS': '1', 'BLIS_NUM_THREADS': '1'}
# Without these glibc gives the big blocks of each step back to the system, only to ask for them again.
KEEP_MEMORY = {'MALLOC_MMAP_THRESHOLD_': '1073741824', 'MALLOC_TRIM_THRESHOLD_': '4294967296',
               'MALLOC_TOP_PAD_': '268435456'}

# One way to run a rival: the command without workloads, variables of its environment, which workloads it can do.
Rival = collections.namedtuple('Rival', 'setting threads command variables workloads')


def cpu():
    fields = {}
    for line in pathlib.Path('/proc/cpuinfo').read_text(encoding='utf-8').splitlines():
        key, _, value = line.partition(':')
        fields.setdefault(key.strip(), value.strip())
    name = (f"{fields.get('model name', platform.processor())}, family {fields.get('cpu family', '?')} "
            f"model {fields.get('model', '?')}")
    return name, fields.get('flags', '').split()


def openblas(threads, flags):
    """OpenBLAS with its AVX-512 kernels where the processor has them; old releases do not know every processor."""
    core = {'OPENBLAS_CORETYPE': 'SkylakeX'} if 'avx512dq' in flags else {}
    return {**ALONE, **core, 'OPENBLAS_NUM_THREADS': str(threads)}


def torch_rivals(options, flags, missing):
    if subprocess.run([sys.executable, '-c', 'import torch'], capture_output=True).returncode:
        missing.append('PyTorch (python3-torch is not installed)')
        return []

    def rival(setting, threads, own_threads, variables):
        command = [sys.executable, str(HERE / 'rivals' / 'torch_rival.py'), '--threads', str(own_threads), '--seconds',
                   str(options.seconds), '--windows', '1'] + (['--data', options.data] if options.data else [])
        return Rival(setting, threads, command, {**KEEP_MEMORY, **variables}, WORKLOADS)

    rivals = [rival('OpenBLAS', 1, 1, openblas(1, flags)), rival('OpenBLAS as it chooses', 1, 1, ALONE),
              rival('2 threads of OpenBLAS', 2, 1, openblas(2, flags))]
    # Two pools of threads, PyTorch's and OpenBLAS's, get into each other's way; BLIS with OpenMP shares PyTorch's.
    blis = glob.glob('/usr/lib/*/blis-openmp/libblas.so.3')
    if blis:
        arch = {'BLIS_ARCH_TYPE': '0'} if 'avx512dq' in flags else {}   # 0: the AVX-512 kernels
        rivals.append(rival('2 threads, BLIS', 2, 2, {**arch, 'LD_LIBRARY_PATH': os.path.dirname(blis[0]),
                                                      'OMP_NUM_THREADS': '2', 'BLIS_NUM_THREADS': '2'}))
    else:
        missing.append('PyTorch over BLIS (libblis4-openmp is not installed)')
    return rivals


def onnx_rivals(options, folder, missing):
    if not options.onnx:
        missing.append('ONNX Runtime (no --onnx)')
        return []
    model = os.path.join(folder, 'w2.onnx')
    export = subprocess.run([sys.executable, str(HERE / 'rivals' / 'torch_rival.py'), '--export', model],
                            capture_output=True, text=True)
    if export.returncode or not shutil.which('node'):
        missing.append('ONNX Runtime (it needs node, and PyTorch to write the model)')
        return []
    command = ['node', str(HERE / 'rivals' / 'onnx_rival.js'), model]
    return [Rival('', threads, command + [str(threads), str(options.seconds), '1'],
                  {'NODE_PATH': os.path.join(options.onnx, 'node_modules')}, sorted(INFERENCE)) for threads in (1, 2)]


def kann_rivals(options, folder, flags, missing):
    if not options.kann:
        missing.append('KANN (no --kann)')
        return []
    program = os.path.join(folder, 'kann_rival')
    sources = [str(HERE / 'rivals' / 'kann_rival.c')] + [os.path.join(options.kann, name)
                                                         for name in ('kann.c', 'kautodiff.c')]
    found = subprocess.run(['pkg-config', '--cflags', '--libs', 'openblas'], capture_output=True, text=True)
    build = subprocess.run([os.environ.get('CC', 'cc'), '-O3', '-march=native', '-w', '-DHAVE_PTHREAD', '-DHAVE_CBLAS',
                            f'-I{options.kann}'] + sources + ['-o', program] + found.stdout.split() +
                           ['-lz', '-lm', '-lpthread'], capture_output=True, text=True)
    if build.returncode:
        missing.append('KANN (it did not compile)')
        print(build.stderr, file=sys.stderr)
        return []

    def rival(setting, threads, own_threads, variables):
        command = [program, str(own_threads), str(options.seconds), '1', options.data or '-']
        return Rival(setting, threads, command, variables, [w for w in WORKLOADS if w not in INFERENCE])

    return [rival('OpenBLAS', 1, 1, openblas(1, flags)), rival('2 threads', 2, 2, openblas(1, flags)),
            rival('2 threads of OpenBLAS', 2, 1, openblas(2, flags))]


def run(command, variables):
    """The JSON lines that a program prints; None with its complaint on stderr. The caller's settings do not count."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(('OPENBLAS_', 'BLIS_', 'OMP_', 'MKL_'))}
    done = subprocess.run(command, env={**environment, **variables}, capture_output=True, text=True, timeout=1200)
    if done.returncode:
        print(f'{" ".join(command)}: exit code {done.returncode}\n{done.stderr}', file=sys.stderr)
        return None
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{')]


def measure(options, rivals, flags):
    """All lines that were printed: the library's, the rivals' (with "setting"), and what the library says of itself."""
    ours, theirs, about = [], [], {}
    for turn in range(options.rounds):
        for threads in (1, 2):
            for workload in options.workloads:
                print(f'round {turn + 1} of {options.rounds}, {threads} threads, {workload}', file=sys.stderr)
                command = [options.bench, '--threads', str(threads), '--kernels', options.kernels, '--seconds',
                           str(options.seconds), '--windows', '1']
                command += ['--data', options.data] if options.data else []
                command += ['--cblas', options.cblas] if options.cblas else []
                lines = run(command + [workload], openblas(threads if options.cblas else 1, flags))
                if lines is None:
                    sys.exit(1)
                about = lines[0]
                ours.append(lines[1])
                for rival in rivals:
                    if rival.threads == threads and workload in rival.workloads:
                        for line in run(rival.command + [workload], rival.variables) or []:
                            theirs.append({**line, 'setting': rival.setting, 'threads': threads})
    return ours, theirs, about


def medians(lines, key, *fields):
    """{key of a line: {field: median over the rounds}}"""
    groups = collections.defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return {name: {field: statistics.median(line[field] for line in group) for field in fields if field in group[0]}
            for name, group in groups.items()}


def summarise(ours, theirs):
    fields = ['samples_per_s', 'limit_samples_per_s', 'share_of_limit', 'share_of_peak', 'gflops', 'peak_gflops',
              'cblas_limit_samples_per_s', 'share_of_cblas_limit']
    rates = medians(theirs, lambda line: (line['rival'], line['setting'], line['threads'], line['workload']),
                    'samples_per_s')
    results = []
    for (workload, threads), own in medians(ours, lambda line: (line['workload'], line['threads']), *fields).items():
        # Nobody has to use all threads: a rival that is faster with one counts with one.
        allowed = {key: rate['samples_per_s'] for key, rate in rates.items()
                   if key[3] == workload and key[2] <= threads}
        result = {'workload': workload, 'threads': threads, **own}
        if allowed:
            best = max(allowed, key=allowed.get)
            result.update(best_rival=', '.join(part for part in best[:2] if part), rival_samples_per_s=allowed[best],
                          times_rival=own['samples_per_s'] / allowed[best])
        results.append(result)
    return sorted(results, key=lambda r: (r['threads'], r['workload'][0] == 'I', r['workload'])), rates


def speed(workload, rate):
    return f'{1e6 / rate:.1f} us' if workload == 'I1' else f'{rate:,.0f}'


def markdown(results, rates, environment, missing):
    text = ''.join(f'- {name}: {value}\n' for name, value in environment.items()) + '\n'
    with_cblas = any('share_of_cblas_limit' in r for r in results)
    head = ['', 'threads', 'library', 'limit', 'of the limit', 'best rival', 'its speed', 'library / rival']
    rows = []
    for r in results:
        row = [r['workload'], str(r['threads']), speed(r['workload'], r['samples_per_s']),
               speed(r['workload'], r['limit_samples_per_s']), f"{r['share_of_limit']:.0%}"]
        row += ([r['best_rival'], speed(r['workload'], r['rival_samples_per_s']), f"{r['times_rival']:.2f}"]
                if 'best_rival' in r else ['none', '-', '-'])
        rows.append(row + ([f"{r['share_of_cblas_limit']:.0%}"] if with_cblas else []))
    text += document.table(head + (['of what the CBLAS allows'] if with_cblas else []), rows)
    workloads = list(dict.fromkeys(r['workload'] for r in results))
    rows = []
    for name, setting, threads in dict.fromkeys(key[:3] for key in rates):
        cells = [rates.get((name, setting, threads, workload)) for workload in workloads]
        rows.append([', '.join(part for part in (name, setting) if part), str(threads)] +
                    [speed(w, cell['samples_per_s']) if cell else '-' for w, cell in zip(workloads, cells)])
    if rows:
        text += '\nAll rivals:\n\n' + document.table(['', 'threads'] + workloads, rows)
    return text + ('\nLeft out: ' + '; '.join(missing) + '.\n' if missing else '')


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('bench')
    parser.add_argument('--data')
    parser.add_argument('--workloads', type=lambda text: text.split(','), default=WORKLOADS)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--seconds', type=float, default=1.5)
    parser.add_argument('--kernels', default='auto')
    for name in ('--cblas', '--kann', '--onnx', '--json', '--into'):
        parser.add_argument(name)
    options = parser.parse_args()
    options.bench = str(pathlib.Path(options.bench).resolve())
    name, flags = cpu()
    missing = []
    with tempfile.TemporaryDirectory() as folder:
        rivals = (torch_rivals(options, flags, missing) + onnx_rivals(options, folder, missing) +
                  kann_rivals(options, folder, flags, missing))
        ours, theirs, about = measure(options, rivals, flags)
    results, rates = summarise(ours, theirs)
    environment = {
        'processor': f'{name}, {len(os.sched_getaffinity(0))} cores, {about["instructions"]}',
        'library': f'{about["version"]}, kernels {about["kernels"]}, {about["compiler"]}',
        'BLAS of the rivals': ', '.join(sorted({line['blas'] for line in theirs} - {''})) or 'none',
        'system': f'{platform.system()} {platform.release()}, {" ".join(platform.libc_ver())}',
        'data': 'MNIST' if options.data else 'made up, as sparse as MNIST',
        'rounds': f'{options.rounds} of {options.seconds} s each; medians',
    }
    text = markdown(results, rates, environment, missing)
    print(text)
    if options.json:
        everything = {'environment': environment, 'results': results, 'left_out': missing, 'ours': ours,
                      'rivals': theirs}
        pathlib.Path(options.json).write_text(json.dumps(everything, indent=1) + '\n', encoding='utf-8')
    if options.into:
        document.replace_block(options.into, 'comparison', f'## The library beside other software\n\n{text}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
