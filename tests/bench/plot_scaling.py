# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Draws and tabulates what `bench --sweep` prints, and names the cliffs: points that are more than 20 % slower, for the
arithmetic they do, than the line between their neighbours.

    plot_scaling.py CSV... [--picture docs/pictures/scaling.png] [--into docs/performance.md]
    plot_scaling.py --run BENCH FOLDER [--threads 1,2] [--kernels NAME] [--seconds S]     makes FOLDER/*.csv
"""
import argparse
import collections
import csv
import math
import pathlib
import subprocess
import sys

import document

CLIFF = 0.2
# What grows, on the axis and in a heading, and what stays.
SWEEPS = {
    'width': ('width', 'Wider', 'training x-x-x, batch 128'),
    'depth': ('layers of the encoder', 'Deeper', 'training, all layers 256 wide, batch 128'),
    'batch': ('batch', 'Larger batches', 'training W2'),
    'rows': ('rows of an epoch', 'More data', 'training W6, batch 32'),
    'inference': ('rows of a call', 'More rows in a call', 'reconstruction by W2'),
}


def run_sweeps(options):
    for kind in SWEEPS:
        for threads in options.threads.split(','):
            place = pathlib.Path(options.csv[0]) / f'{kind}-{threads}.csv'
            command = [options.run, '--sweep', kind, '--threads', threads, '--kernels', options.kernels, '--seconds',
                       str(options.seconds)]
            print(' '.join(command), file=sys.stderr)
            place.write_text(subprocess.run(command, check=True, capture_output=True, text=True).stdout,
                             encoding='utf-8')


def read(paths):
    """{kind: {threads: [(value, microseconds a sample, GFLOP/s)]}}, by growing value, and the kernels that ran."""
    series, kernels = collections.defaultdict(lambda: collections.defaultdict(list)), set()
    for path in paths:
        with open(path, newline='', encoding='utf-8') as file:
            for row in csv.DictReader(file):
                kernels.add(row['kernels'])
                series[row['sweep']][int(row['threads'])].append(
                    (int(row['value']), float(row['us_per_sample']), float(row['gflops'])))
    for by_threads in series.values():
        for points in by_threads.values():
            points.sort()
    return series, kernels


def cliffs(points):
    """[(value, share)]: how much slower a point is than its neighbours let expect. Both neighbours are joined by a line
    over the logarithms of value and GFLOP/s."""
    found = []
    for (left, _, slow), (value, _, gflops), (right, _, fast) in zip(points, points[1:], points[2:]):
        weight = math.log(value / left) / math.log(right / left)
        expected = math.exp((1 - weight) * math.log(slow) + weight * math.log(fast))
        if expected / gflops - 1 > CLIFF:
            found.append((value, expected / gflops - 1))
    return found


def markdown(series, kernels):
    text = f'Kernels: {", ".join(sorted(kernels))}.\n'
    for kind in filter(series.get, SWEEPS):
        by_threads = series[kind]
        head = [SWEEPS[kind][0]] + [f'{unit}, {t} thread{"s" if t > 1 else ""}' for t in sorted(by_threads)
                                    for unit in ('us a sample', 'GFLOP/s')]
        rows = collections.defaultdict(list)
        for threads in sorted(by_threads):
            for value, microseconds, gflops in by_threads[threads]:
                rows[value] += [f'{microseconds:.3g}' if microseconds < 100 else f'{microseconds:.0f}', f'{gflops:.1f}']
        text += f'\n### {SWEEPS[kind][1]}: {SWEEPS[kind][2]}\n\n'
        text += document.table(head, [[f'{value:,}'] + cells for value, cells in sorted(rows.items())])
        found = [f'{value:,} with {threads} thread{"s" if threads > 1 else ""} ({share:.0%})'
                 for threads in sorted(by_threads) for value, share in cliffs(by_threads[threads])]
        text += ('\nMore than 20 % slower than the neighbours let expect: ' + ', '.join(found) + '.\n' if found else
                 '\nNo point is more than 20 % slower than its neighbours let expect.\n')
    return text


def draw(series, picture):
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot
    kinds = [kind for kind in SWEEPS if series.get(kind)]
    figure, axes = pyplot.subplots(2, len(kinds), figsize=(3.2 * len(kinds), 5), sharex='col', squeeze=False)
    for column, kind in enumerate(kinds):
        for threads, points in sorted(series[kind].items()):
            values, times, gflops = zip(*points)
            label = f'{threads} thread' + ('s' if threads > 1 else '')
            axes[0][column].loglog(values, times, '.-', linewidth=1, markersize=4, label=label)
            axes[1][column].semilogx(values, gflops, '.-', linewidth=1, markersize=4, label=label)
        low, high = axes[0][column].get_ylim()
        if high < 10 * low:   # less than a decade would look dramatic
            middle = math.sqrt(low * high)
            axes[0][column].set_ylim(middle / math.sqrt(10), middle * math.sqrt(10))
        axes[0][column].set_title(SWEEPS[kind][2], fontsize=8)
        axes[1][column].set_xlabel(SWEEPS[kind][0])
        axes[1][column].set_ylim(bottom=0)
        for row in (0, 1):
            axes[row][column].grid(True, alpha=0.3)
            axes[row][column].tick_params(which='both', labelsize=7)
    axes[0][0].set_ylabel('microseconds a sample')
    axes[1][0].set_ylabel('GFLOP/s')
    axes[0][0].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(picture, dpi=110, metadata={'Software': None})


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('csv', nargs='+')
    parser.add_argument('--run')
    parser.add_argument('--threads', default='1,2')
    parser.add_argument('--kernels', default='auto')
    parser.add_argument('--seconds', type=float, default=0.3)
    parser.add_argument('--picture')
    parser.add_argument('--into')
    options = parser.parse_args()
    if options.run:
        run_sweeps(options)
        return 0
    series, kernels = read(options.csv)
    text = markdown(series, kernels)
    print(text)
    if options.picture:
        draw(series, options.picture)
    if options.into:
        picture = '![Time a sample takes, and GFLOP/s, over shapes](pictures/scaling.png)'
        document.replace_block(options.into, 'scaling', f'## Scaling\n\n{picture}\n\n{text}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
