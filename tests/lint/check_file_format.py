# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Every key, name and tensor that can be in a model file is in docs/file-format.md, in backticks or in JSON's quotes.

    check_file_format.py SOURCE_ROOT
    check_file_format.py --self-test
"""
import pathlib
import re
import sys

TABLE = re.compile(r"const char \*const \w+\[.*?\] = \{(.*?)\};", re.S)
WRITTEN = [
    re.compile(r"\{\"(\w+)\", AEI_FIELD_"),                 # {"units", AEI_FIELD_SIZE, ...}
    re.compile(r"\\\"(\w+)\\\":"),                          # "{\"layer\":\""
    re.compile(r"#define AEI_FORMAT_\w+ \"([\w.]*[a-z][\w.]*-?)\""),
    re.compile(r"aei_param_set_add\(\w+, \"([\w.]+)\""),     # "observation.log_variance"
    re.compile(r"add_param\(\w+, \w+, \w+, \"(\w+)\""),     # "running_mean"
    re.compile(r"aei_network_build\([^;]*?\"(\w+)\""),       # "variance"
    re.compile(r"const aei_layer_ops \w+ = \{\"(\w+)\""),    # "batch_norm"
]


def words(code):
    """What the writer of these sources puts into files."""
    found = {word for table in TABLE.findall(code) for word in re.findall(r"\"(\w+)\"", table)}
    return found.union(*(pattern.findall(code) for pattern in WRITTEN))


def missing(code, page):
    fenced = "".join(re.findall(r"^```json$.*?^```$", page, re.M | re.S))
    quoted = set(re.findall(r"\"([\w.-]+)\"", fenced))
    text = re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S)
    for span in re.findall(r"`([^`]+)`", text):
        quoted.update(re.findall(r"[\w.-]+", span))
    quoted.update(part for name in list(quoted) for part in (name.split(".")[0], name.split(".")[-1]))
    return sorted(word for word in words(code) if word not in quoted)


def self_test():
    code = """static const char *const names[] = {[A] = "one", [B] = "two"};
        fields[] = {{"three", AEI_FIELD_SIZE}}; put_text("{\\"four\\":\\""); x = aei_param_set_add(set, "code.five", 1);
        #define AEI_FORMAT_KEY "six"
        const aei_layer_ops ops = {"seven", f}; add_param(set, prefix, position, "eight", 1);
    """
    page = "`one` and `two`, not three\n```json\n{\"four\": \"seven\"}\n```\n| `code.five` | `layer.0.eight` |\n"
    found = missing(code, page)
    ok = found == ["six", "three"]
    print("ok" if ok else f"found {found}")
    return 0 if ok else 1


def main():
    if sys.argv[1] == "--self-test":
        return self_test()
    root = pathlib.Path(sys.argv[1])
    paths = [root / "lib/file" / name for name in ("architecture.c", "layer_list.c", "history.c", "format.h", "writer.c")]
    paths += [root / "lib/model/model.c", root / "lib/model/network.c", root / "lib/kernels/activation.c"]
    paths += sorted((root / "lib/layers").glob("*.c"))
    code = "".join(path.read_text(encoding="utf-8") for path in paths)
    found = missing(code, (root / "docs/file-format.md").read_text(encoding="utf-8"))
    for word in found:
        print(f"docs/file-format.md says nothing of \"{word}\"")
    count = len(words(code))
    print(f"{count} words, {len(found)} problems")
    return 1 if found or count < 60 else 0


if __name__ == "__main__":
    sys.exit(main())
