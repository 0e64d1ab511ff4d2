# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""examples/rust/src/ffi.rs declares what the public headers do: a C compiler compares the types of all functions,
callbacks and fields, the layout of the structs, and the constants; and bindings.py would write the same file.

    check_ffi.py SOURCE_ROOT CC...
    check_ffi.py --self-test SOURCE_ROOT CC...    declarations made wrong must be found out
"""
import pathlib
import re
import subprocess
import sys

C_TYPES = {"c_void": "void", "c_char": "char", "usize": "size_t", "f32": "float", "f64": "double", "i32": "int32_t",
           "u32": "uint32_t", "u64": "uint64_t"}

# A size_t that is no other type's twin: Rust's usize and u64 must not be taken for each other.
HEAD = """#include <stddef.h>
#include <stdint.h>
typedef struct size *rust_usize;
#define size_t rust_usize
#include <autoencoder/autoencoder.h>
"""


def c_type(rust):
    """*const *mut T -> T *const *"""
    for start, end in (("*const ", " const *"), ("*mut ", " *")):
        if rust.startswith(start):
            return c_type(rust[len(start):]) + end
    return C_TYPES.get(rust, rust)


def members(text):
    """[(name, C type)] of fields or parameters."""
    return [(name, c_type(rust)) for name, rust in re.findall(r"(\w+): ([^,\n]+),?", text)]


def c_function(name, parameters, result):
    """Declares a pointer `name` to a function."""
    types = ", ".join(kind for _, kind in members(parameters)) or "void"
    return f"{c_type(result) if result else 'void'} (*{name})({types})"


def as_c(rust):
    """What ffi.rs says, as C that compiles where the headers say the same."""
    out = []
    for name, value in re.findall(r"^pub const (\w+): i32 = (-?\d+);", rust, re.M):
        out.append(f'_Static_assert({name} == {value}, "{name}");')
    for name, kind in re.findall(r"^pub type (\w+) = (\w+);", rust, re.M):
        out.append(f"void type_{name}({c_type(kind)} *rust, {name} *c) {{ (void)(rust == c); }}")
    callback = r"^pub type (\w+) =\s+Option<unsafe extern \"C\" fn\(([^)]*)\)(?: -> ([^>]+))?>;"
    for name, parameters, result in re.findall(callback, rust, re.M):
        out.append(f"void type_{name}({c_function('rust', parameters, result)}, {name} c) {{ (void)(rust == c); }}")
    for name, body in re.findall(r"^pub struct (\w+) \{\n((?:    pub [^}]*)+)\}", rust, re.M):
        fields = members(body.replace("pub ", ""))
        out.append(f"struct rust_{name} {{ " + " ".join(f"{kind} {field};" for field, kind in fields) + " };")
        out.append(f'_Static_assert(sizeof(struct rust_{name}) == sizeof({name}), "{name}");')
        for field, _ in fields:
            out.append(f"_Static_assert(offsetof(struct rust_{name}, {field}) == offsetof({name}, {field}),")
            out.append(f'               "{name}.{field}");')
            out.append(f"void field_{name}_{field}(struct rust_{name} *rust, {name} *c)")
            out.append(f"{{ (void)(&rust->{field} == &c->{field}); }}")
    for name, parameters, result in re.findall(r"^    pub fn (\w+)\(([^)]*)\)(?: -> ([^;]+))?;", rust, re.M):
        out.append(f"{c_function(f'const function_{name}', parameters, result)} = {name};")
    return HEAD + "\n".join(out) + "\n"


def compiles(root, compiler, source):
    """The compiler's complaint, or ""."""
    flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-I", root / "include", "-fsyntax-only", "-xc", "-"]
    return subprocess.run([*compiler, *flags], input=source, stderr=subprocess.PIPE, text=True, check=False).stderr


def problems(root, compiler, rust):
    found = compiles(root, compiler, as_c(rust))
    exported = (root / "tests" / "abi" / "exported_symbols.txt").read_text(encoding="utf-8").split()
    declared = re.findall(r"^    pub fn (\w+)", rust, re.M)
    return found + "".join(f"{name}: not in ffi.rs\n" for name in exported if name not in declared)


def self_test(root, compiler, rust):
    changes = [("AE_RELU: i32 = 1", "AE_RELU: i32 = 2"), ("ae_loss = i32", "ae_loss = u32"),
               ("level: i32, message", "level: u32, message"), ("message: *const c_char", "message: *mut c_char"),
               ("    pub threads: u32,\n    pub kernels: i32,", "    pub kernels: i32,\n    pub threads: u32,"),
               ("pub topk: usize", "pub topk: u64"), ("pub epochs: u64", "pub epochs: usize"),
               ("    pub csv_column_count: usize,\n", ""), ("pub rate: f64", "pub rate: f32"),
               ("ae_dataset_rows(dataset: *const", "ae_dataset_rows(dataset: *mut"),
               ("fraction: f64, seed: u64", "fraction: f64, seed: usize"), ("ae_trainer_steps", "ae_trainer_stops"),
               ("ae_version() -> *const c_char", "ae_version() -> i32")]
    missed = 0
    if problems(root, compiler, rust):
        print("ffi.rs itself is wrong")
        return 1
    for old, new in changes:
        changed = re.sub(re.escape(old).replace(r"\ ", r"\s+"), lambda _: new, rust)
        if changed == rust or not problems(root, compiler, changed):
            print(f"not found out: {new!r} for {old!r}")
            missed += 1
    print(f"{len(changes)} wrong declarations, {missed} not found out")
    return 1 if missed else 0


def main():
    self = sys.argv[1] == "--self-test"
    root, compiler = pathlib.Path(sys.argv[1 + self]), sys.argv[2 + self:]
    rust = (root / "examples" / "rust" / "src" / "ffi.rs").read_text(encoding="utf-8")
    if self:
        return self_test(root, compiler, rust)
    found = problems(root, compiler, rust)
    print(found or "all declarations agree")
    bindings = root / "examples" / "rust" / "bindings.py"
    return 1 if found else subprocess.run([sys.executable, bindings, "--check"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
