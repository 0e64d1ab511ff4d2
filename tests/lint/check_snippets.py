# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Every C, C++ or Rust snippet of README.md and docs/*.md is a region of a file that the tests compile.

In the text:                                    In examples/train.c (or tests/docs/*.c):
    <!-- snippet: examples/train.c#options -->      /* [options] */
    ```c                                            ae_train_options options;
    ae_train_options options;                       ...
    ```                                             /* [options] */

Indentation that all lines of a region share does not count.

    check_snippets.py SOURCE_ROOT
    check_snippets.py --update SOURCE_ROOT    writes the regions into the texts
    check_snippets.py --self-test
"""
import pathlib
import re
import sys
import tempfile
import textwrap

MARKER = re.compile(r"^<!-- snippet: ((?:examples|tests/docs)/[\w./-]+\.(?:c|cpp|rs))#([\w-]+) -->$")


def region(root, place, name):
    """(text, None) of a region without its common indentation, or (None, problem)."""
    path = root / place
    if not path.is_file():
        return None, f"there is no {place}"
    lines = path.read_text(encoding="utf-8").splitlines()
    ends = [i for i, line in enumerate(lines) if line.strip() == f"/* [{name}] */"]
    if len(ends) != 2:
        return None, f"{place} has {len(ends)} marks /* [{name}] */, not 2"
    return textwrap.dedent("\n".join(lines[ends[0] + 1:ends[1]]) + "\n"), None


def check_text(root, path):
    """(problems, number of snippets, the text with every snippet brought up to date)."""
    problems, count, updated = [], 0, []
    lines = path.read_text(encoding="utf-8").splitlines()
    i = 0
    while i < len(lines):
        updated.append(lines[i])
        fence = re.match(r"^(`{3,}|~{3,})(.*)$", lines[i].strip())
        i += 1
        if not fence:
            continue
        end = next((j for j in range(i, len(lines)) if lines[j].strip() == fence.group(1)), None)
        where = f"{path.relative_to(root)}:{i}"
        if end is None:
            problems.append(f"{where}: the fence is never closed")
            break
        body = lines[i:end]
        if fence.group(2).strip().lower() in {"c", "{.c}", "c++", "cpp", "h", "rust"}:
            count += 1
            marker = MARKER.match(lines[i - 2].strip()) if i >= 2 else None
            if not marker:
                problems.append(f"{where}: no line <!-- snippet: path#region --> before the snippet")
            else:
                text, problem = region(root, *marker.groups())
                if problem:
                    problems.append(f"{where}: {problem}")
                elif text != "\n".join(body) + "\n":
                    problems.append(f"{where}: differs from {'#'.join(marker.groups())}; "
                                    "run check_snippets.py --update")
                if text is not None:
                    body = text.splitlines()
        updated += body + [lines[end]]
        i = end + 1
    return problems, count, "\n".join(updated) + "\n"


def check_tree(root, update=False):
    problems, count = [], 0
    for path in [root / "README.md"] + sorted((root / "docs").glob("*.md")):
        if not path.is_file():
            continue
        found, snippets, text = check_text(root, path)
        if update and text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
            found = check_text(root, path)[0]
        problems += found
        count += snippets
    return problems, count


def self_test():
    code = "int main(void)\n{\n    /* [a] */\n    int x = 1;\n    x++;\n    /* [a] */\n}\n"
    good = "<!-- snippet: examples/a.c#a -->\n```c\nint x = 1;\nx++;\n```\n"
    cases = [
        (good, None), ("```sh\nmake\n```\n", None),
        (good.replace("x++", "x--"), "differs"),
        (good.replace("#a ", "#b "), "0 marks"),
        (good.replace("a.c", "b.c"), "there is no"),
        (good[good.index("```"):], "no line"),
        (good.replace("-->\n", "-->\n\n"), "no line"),
        (good[:-4], "never closed"),
    ]
    failures = 0
    for text, expected in cases:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "examples").mkdir()
            (root / "docs").mkdir()
            (root / "examples" / "a.c").write_text(code)
            (root / "docs" / "a.md").write_text(text)
            problems, _ = check_tree(root)
            right = problems == [] if expected is None else len(problems) == 1 and expected in problems[0]
            if expected == "differs":
                right = right and check_tree(root, update=True)[0] == []
                right = right and (root / "docs" / "a.md").read_text() == good
            if not right:
                failures += 1
                print(f"self-test: {text!r}: expected {expected!r}, heard {problems}")
    print(f"self-test: {len(cases)} texts, {failures} judged wrongly")
    return 1 if failures else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    problems, count = check_tree(pathlib.Path(sys.argv[-1]).resolve(), update="--update" in sys.argv)
    for problem in problems:
        print(problem)
    print(f"{count} snippets, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
