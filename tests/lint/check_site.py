# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The site is built without a warning, and each kind of mistake is one. Exit 77 (skip) without doxygen or mandoc.

    check_site.py SOURCE_ROOT VERSION
    check_site.py --self-test SOURCE_ROOT
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

HEADER = """/** @file
 * A header; docs/guide.md says more. */
/** Two numbers. */
typedef struct ae_pair {
    int first; /**< the first */
    int second; /**< the second */
} ae_pair;
/** Does something.
 * @param a a number
 * @return a number */
int ae_described(int a);
"""
GUIDE = """# A guide

## The part, in which it is

`ae_described()`, [the start](../README.md), [this](#the-part-in-which-it-is), [a file](../code.c) and
[the header](../include/autoencoder/a.h).

![A picture](picture.png)
"""
TREE = {
    "README.md": "# A project\n\n[The guide](docs/guide.md#the-part-in-which-it-is)\n",
    "code.c": "int main(void) { return ae_described(0); }\n",
    "docs/guide.md": GUIDE,
    "docs/picture.png": "",
    "include/autoencoder/a.h": HEADER,
    "include/autoencoder/autoencoder.hpp": "",
    "docs/site/header.html": '<html><head><link rel="stylesheet" href="$relpath^$stylesheet"></head><body>\n'
                             '<a href="$relpath^guide.html">guide</a> <a href="$relpath^a_8h.html">a.h</a><main>\n',
}
# What is wrong: the file, what is replaced, by what; what the problem must name.
FAULTS = {
    "function": ("include/autoencoder/a.h", "(int a);", "(int a);\nint ae_forgotten(int b);", "ae_forgotten"),
    "field": ("include/autoencoder/a.h", " /**< the second */", "", "second"),
    "parameter": ("include/autoencoder/a.h", "(int a)", "(int a, int more)", "more"),
    "return value": ("include/autoencoder/a.h", "\n * @return a number", "", "return"),
    "reference": ("include/autoencoder/a.h", "Two numbers.", "Two numbers, see @ref ae_nowhere.", "ae_nowhere"),
    "guide of a header": ("include/autoencoder/a.h", "docs/guide.md", "docs/nowhere.md", "nowhere"),
    "link to a guide": ("README.md", "guide.md", "nowhere.md", "nowhere.md"),
    "link to a file": ("docs/guide.md", "code.c", "nowhere.c", "nowhere.c"),
    "anchor": ("README.md", "#the-part", "#the-party", "the-party"),
    "anchor of the same page": ("docs/guide.md", "(#the-part", "(#the-party", "the-party"),
    "picture": ("docs/guide.md", "picture.png", "nowhere.png", "nowhere.png"),
    "contents, a guide": ("docs/site/header.html", "$relpath^guide.html", "$relpath^index.html", "guide.md"),
    "contents, a header": ("docs/site/header.html", "$relpath^a_8h.html", "$relpath^index.html", "a.h"),
    "contents, a page": ("docs/site/header.html", "<body>", '<body><a href="nowhere.html">', "nowhere.html"),
    "something from elsewhere": ("docs/site/header.html", "<head>", '<head><script src="https://a.example/a.js">',
                                 "a.example"),
}


def build(root, version):
    """Exit code and problems of building the site of the tree at `root`."""
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "html"
        result = subprocess.run([sys.executable, root / "docs" / "site" / "build.py", root, version, output],
                                capture_output=True, text=True, check=False)
        if result.returncode == 0 and not (output / "index.html").is_file():
            return 1, "there is no index.html"
        if result.returncode != 0 and output.exists():
            return 0, "a site with problems was left behind"
        return result.returncode, result.stderr


def self_test(source):
    failed = []
    for fault, change in {"none": None, **FAULTS}.items():
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            shutil.copytree(source / "docs" / "site", root / "docs" / "site")
            for name, text in TREE.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                if change and change[0] == name:
                    assert change[1] in text, f"{fault}: {change[1]} is not in {name}"
                    text = text.replace(change[1], change[2])
                (root / name).write_text(text, encoding="utf-8")
            code, problems = build(root, "1.0")
            if (change is None) != (code == 0) or (change and change[3] not in problems):
                failed.append(f"self-test, fault: {fault}: exit {code}\n{problems}")
    print("\n".join(failed) or f"{len(FAULTS)} faults found")
    return 1 if failed else 0


def main():
    for program in ("doxygen", "mandoc"):
        if not shutil.which(program):
            print(f"{program} is not installed")
            return 77
    if sys.argv[1] == "--self-test":
        return self_test(pathlib.Path(sys.argv[2]))
    code, problems = build(pathlib.Path(sys.argv[1]), sys.argv[2])
    print(problems, end="")
    return code


if __name__ == "__main__":
    sys.exit(main())
