# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Runs the demo for a few epochs, on the digits and on a folder in MNIST's form, and looks at what it leaves.

    check_demo.py DEMO DIGITS_CSV_GZ
"""
import base64
import gzip
import html.parser
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

VOID = {"meta", "br", "img"}


class Page(html.parser.HTMLParser):
    """Collects pictures and charts; every element has to be closed in its turn."""

    def __init__(self):
        super().__init__()
        self.open, self.problems, self.pictures, self.charts, self.heads = [], [], [], 0, 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "img":
            self.pictures.append(attributes["src"])
        self.charts += tag == "svg"
        self.heads += tag == "h2"
        for name in ("src", "href"):
            if name in attributes and not attributes[name].startswith("data:"):
                self.problems.append(f"<{tag} {name}={attributes[name]!r}> is not in the page")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> at {self.getpos()} closes nothing")


def write_idx_folder(folder, digits_path):
    """The digits as train images (plain), test images and test labels (gzipped)."""
    with gzip.open(digits_path, "rt", encoding="ascii") as file:
        rows = [[int(number) for number in line.split(",")] for line in file]
    for name, part, opener in (("train", rows[:300], open), ("t10k", rows[300:400], gzip.open)):
        images = b"".join(bytes(value * 255 // 16 for value in row[:64]) for row in part)
        labels = bytes(row[64] for row in part)
        suffix = ".gz" if opener is gzip.open else ""
        with opener(folder / f"{name}-images-idx3-ubyte{suffix}", "wb") as file:
            file.write(struct.pack(">iiii", 0x803, len(part), 8, 8) + images)
        with opener(folder / f"{name}-labels-idx1-ubyte{suffix}", "wb") as file:
            file.write(struct.pack(">ii", 0x801, len(part)) + labels)


def check_run(demo, arguments, output):
    command = [demo, "--epochs", "3", "--output", str(output), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    if run.returncode == 77:
        print(run.stderr)
        sys.exit(77)
    if run.returncode != 0:
        return [f"{command}: exit code {run.returncode}\n{run.stderr}"]
    problems = []
    lines = run.stderr.splitlines()
    if "\r" in run.stderr or "\033" in run.stderr:
        problems.append("the progress has control characters although stderr is no terminal")
    if sum("epoch 3/3" in line for line in lines) != 6 or not any("PCA" in line for line in lines):
        problems.append(f"PCA and 6 trained models have no line for their last epoch:\n{run.stderr}")
    errors = re.findall(r"^  \S.*?\s(\d+\.\d+)   \d+-", run.stdout, re.MULTILINE)
    path = output / "index.html"
    if len(errors) != 7 or not path.is_file() or str(path.resolve()) not in run.stdout:
        return problems + [f"the result does not have 7 errors and the page's path:\n{run.stdout}"]

    page = Page()
    text = path.read_text(encoding="utf-8")
    page.feed(text)
    page.close()
    problems += page.problems
    if page.open:
        problems.append(f"never closed: {page.open}")
    if (len(page.pictures), page.charts, page.heads) != (27, 4, 11):
        problems.append(f"{len(page.pictures)} pictures, {page.charts} charts, {page.heads} sections; "
                        "expected 27, 4 and 11")
    for picture in page.pictures:
        content = base64.b64decode(picture.removeprefix("data:image/png;base64,"), validate=True)
        if not content.startswith(b"\x89PNG\r\n\x1a\n") or not content.endswith(b"IEND\xaeB`\x82"):
            problems.append("a picture is not a whole PNG file")
    if re.search(r"\b(nan|inf)\b", re.sub(r'"[^"]{1000,}"', "", text)):
        problems.append("the page has a number that is not finite")
    return problems


def main():
    demo, digits_path = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "idx").mkdir()
        write_idx_folder(folder / "idx", digits_path)
        problems = check_run(demo, [], folder / "digits")
        problems += check_run(demo, ["--data", str(folder / "idx"), "--threads", "2"], folder / "folder")
        bad = subprocess.run([demo, "--data", str(folder / "none")], capture_output=True, text=True, check=False,
                             cwd=folder)
        if bad.returncode != 1 or "train-images-idx3-ubyte" not in bad.stderr:
            problems.append(f"a folder without data: exit code {bad.returncode}, {bad.stderr!r}")
        bad = subprocess.run([demo, "--epochs", "x"], capture_output=True, text=True, check=False)
        if bad.returncode != 2:
            problems.append(f"--epochs x: exit code {bad.returncode}")
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
