# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Writes src/ffi.rs, the C interface as Rust declares it, from the public headers.

    python3 examples/rust/bindings.py             writes src/ffi.rs
    python3 examples/rust/bindings.py --check     fails if src/ffi.rs is not what would be written

The headers are free of macros but for AE_API, and tests/rust/check_ffi.py has a C compiler compare the result with
them, so reading them by regular expressions is safe enough.
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
HEADERS = HERE.parent.parent / "include" / "autoencoder"

HEAD = """// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! The C interface, written by bindings.py from the public headers, which say what each item is.
#![allow(missing_docs, non_camel_case_types)]

use std::ffi::c_void;
use std::os::raw::c_char;
"""

TYPES = {"void": "c_void", "char": "c_char", "size_t": "usize", "float": "f32", "double": "f64", "int32_t": "i32",
         "uint32_t": "u32", "uint64_t": "u64"}
KEYWORDS = {"in", "loop", "match", "move", "ref", "type", "use", "where"}


def headers():
    """The public headers in the order of autoencoder.h, without comments and preprocessor lines."""
    umbrella = (HEADERS / "autoencoder.h").read_text(encoding="utf-8")
    text = "".join((HEADERS / name).read_text(encoding="utf-8")
                   for name in re.findall(r"#include <autoencoder/(\w+\.h)>", umbrella))
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"^ *#(?:[^\n]*\\\n)*[^\n]*$", " ", text, flags=re.M)
    return re.sub(r"\s+", " ", text)


def variable(declaration):
    """("const ae_model *model") -> (name, Rust type)."""
    found = re.fullmatch(r"(const )?(\w+) (\*?)(const )?(\*?)(\w+)", declaration.strip())
    if not found:
        sys.exit(f"cannot read the declaration {declaration!r}")
    const, kind, star, const_pointer, star2, name = found.groups()
    rust = TYPES.get(kind, kind)
    if star:
        rust = f"*{'const' if const else 'mut'} {rust}"
    if star2:
        rust = f"*{'const' if const_pointer else 'mut'} {rust}"
    return (f"r#{name}" if name in KEYWORDS else name), rust


def arguments(text):
    return "" if text.strip() == "void" else ", ".join(": ".join(variable(part)) for part in text.split(","))


def returning(kind):
    """The return type "ae_status " or "const char *", as it stands after the parameters."""
    return "" if kind.strip() == "void" else " -> " + variable(kind + "value")[1]


def wrapped(line):
    """A function's declaration, one parameter a line where it is too long for one."""
    if len(line) <= 120:
        return line
    start, rest = line.split("(", 1)
    parameters, end = rest.rsplit(")", 1)
    indent = re.match(" *", line).group()
    return f"{start}(\n" + "".join(f"{indent}    {one},\n" for one in parameters.split(", ")) + f"{indent}){end}"


def written():
    text = headers()
    out = [HEAD]
    for name in re.findall(r"typedef struct (\w+) \1;", text):
        out.append(f"#[repr(C)]\npub struct {name} {{\n    _opaque: [u8; 0],\n}}\n")
    for kind, name in re.findall(r"typedef (int32_t) (\w+);", text):
        out.append(f"pub type {name} = {TYPES[kind]};")
    for kind, name, parameters in re.findall(r"typedef ([^;(]+)\(\*(\w+)\)\(([^)]*)\);", text):
        line = f"pub type {name} = Option<unsafe extern \"C\" fn({arguments(parameters)}){returning(kind)}>;"
        out.append(line if len(line) <= 120 else line.replace(" = ", " =\n    "))
    out.append("")
    for body in re.findall(r"enum \w+ \{([^}]*)\}", text):
        out += [f"pub const {name}: i32 = {value};" for name, value in re.findall(r"(\w+) = (-?\d+)", body)]
        out.append("")
    for body, name in re.findall(r"typedef struct \w+ \{([^}]*)\} (\w+);", text):
        fields = [": ".join(variable(field)) for field in body.split(";") if field.strip()]
        out.append(f"#[repr(C)]\n#[derive(Clone, Copy)]\npub struct {name} {{\n" +
                   "".join(f"    pub {field},\n" for field in fields) + "}\n")
    out.append('extern "C" {')
    for kind, name, parameters in re.findall(r"AE_API ([\w ]+[ *])(\w+)\(([^)]*)\);", text):
        out.append(wrapped(f"    pub fn {name}({arguments(parameters)}){returning(kind)};"))
    return "\n".join(out) + "\n}\n"


def main():
    path = HERE / "src" / "ffi.rs"
    if sys.argv[1:] == ["--check"]:
        if path.read_text(encoding="utf-8") != written():
            sys.exit("examples/rust/src/ffi.rs is not that of the headers: run python3 examples/rust/bindings.py")
        return
    path.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
