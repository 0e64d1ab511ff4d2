# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Parts of a Markdown document that programs write, and Markdown tables; used by compare.py and plot_scaling.py."""
import pathlib


def replace_block(path, name, text):
    """Puts `text` between the lines <!-- name --> and <!-- end of name --> of a document."""
    begin, end = f'<!-- {name} -->\n', f'<!-- end of {name} -->\n'
    document = pathlib.Path(path).read_text(encoding='utf-8')
    if document.count(begin) != 1 or document.count(end) != 1:
        raise SystemExit(f'{path} has no lines {begin.strip()} and {end.strip()}')
    before, after = document.split(begin)[0], document.split(end)[1]
    pathlib.Path(path).write_text(before + begin + text.strip() + '\n' + end + after, encoding='utf-8')


def table(head, rows):
    lines = [head, ['---'] + ['---:'] * (len(head) - 1)] + rows
    return ''.join('| ' + ' | '.join(line) + ' |\n' for line in lines)
