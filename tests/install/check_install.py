# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""A program outside the tree builds against the installed library and runs.

    check_install.py WAY SOURCE_ROOT BUILD_ROOT PREFIX

WAY is how the program finds the library: shared or static (pkg-config), cxx (the same from C++), cmake (find_package,
both libraries), subproject (meson), or uninstalled (meson devenv). The installation is staged in a temporary folder, so
it is tested after having been moved. Exit 77 (skip) where the tool is not installed.
"""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

CMAKE = """cmake_minimum_required(VERSION 3.16)
project(consumer C)
find_package(autoencoder 0.1 REQUIRED CONFIG)
add_executable(with_shared consumer.c)
target_link_libraries(with_shared autoencoder::autoencoder)
add_executable(with_static consumer.c)
target_link_libraries(with_static autoencoder::static)
"""

MESON = """project('consumer', 'c', default_options: ['default_library=static', 'buildtype=plain'])
executable('consumer', 'consumer.c', dependencies: dependency('autoencoder', fallback: 'autoencoder'))
"""


def run(*command, env=None):
    print("+", shlex.join(map(str, command)), flush=True)
    subprocess.run(command, check=True, env=dict(os.environ, **(env or {})))


def need(tool):
    if not shutil.which(tool):
        print(f"{tool} is not installed")
        sys.exit(77)
    return tool


def install(build, work, prefix):
    """Stages the installation; returns where the prefix is now, and the library folder."""
    run(need("meson"), "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", work / "stage")
    staged = work / "stage" / pathlib.Path(prefix).relative_to("/")
    moved = work / "moved"
    staged.rename(moved)
    pc_file = next(moved.rglob("autoencoder.pc"))
    return moved, pc_file.parent.parent


def check_headers(source, prefix):
    """Every public header is installed, and no other."""
    public = {path.name for path in (source / "include" / "autoencoder").iterdir()}
    installed = {path.name for path in next(prefix.rglob("autoencoder.h")).parent.iterdir()}
    if public != installed:
        sys.exit(f"public headers that are not installed, or the reverse: {sorted(public ^ installed)}")


def with_pkg_config(work, prefix, libdir, static, cxx):
    tool = [need("pkg-config"), f"--define-variable=prefix={prefix}"] + (["--static"] if static else [])
    # Nothing but our own file is visible: --cflags and --libs must not need the dependencies' files.
    only_ours = dict(os.environ, PKG_CONFIG_LIBDIR=str(libdir / "pkgconfig"), PKG_CONFIG_PATH="")
    flags = subprocess.run(tool + ["--cflags", "--libs", "autoencoder"], check=True, capture_output=True, text=True,
                           env=only_ours).stdout.split()
    if not static and [flag for flag in flags if flag.startswith("-l")] != ["-lautoencoder"]:
        sys.exit(f"a user of the shared library is told to link more than it: {flags}")
    compiler = shlex.split(os.environ.get("CXX", "c++") if cxx else os.environ.get("CC", "cc"))
    program = work / "consumer"
    run(need(compiler[0]), *compiler[1:], "-std=c++11" if cxx else "-std=c11", "-Wall", "-Wextra", "-Werror",
        work / ("consumer.cpp" if cxx else "consumer.c"), "-o", program, *(["-static"] if static else []), *flags)
    run(program, env={} if static else {"LD_LIBRARY_PATH": str(libdir)})


def with_cmake(work, prefix, libdir):
    (work / "CMakeLists.txt").write_text(CMAKE)
    run(need("cmake"), "-G", "Ninja", "-S", work, "-B", work / "cmake", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", work / "cmake")
    run(work / "cmake" / "with_shared", env={"LD_LIBRARY_PATH": str(libdir)})
    run(work / "cmake" / "with_static")


def as_subproject(work, source):
    (work / "meson.build").write_text(MESON)
    ours = work / "subprojects" / "autoencoder"
    ours.mkdir(parents=True)
    for name in ["meson.build", "meson_options.txt", "include", "lib", "docs", "tests"]:
        (ours / name).symlink_to(source / name)
    run(need("meson"), "setup", work / "out", work, "--force-fallback-for=autoencoder")
    if "cmocka" in (work / "out" / "build.ninja").read_text():
        sys.exit("a subproject configures the tests")
    run("ninja", "-C", work / "out", "consumer")
    run(work / "out" / "consumer")


def uninstalled(work, build):
    command = (f"cc consumer.c $(pkg-config --cflags --libs autoencoder) -o consumer && ./consumer && "
               f"test $(pkg-config --variable=prefix autoencoder) = {shlex.quote(str(build))}")
    need("pkg-config")
    run(need("meson"), "devenv", "-C", build, "sh", "-c", f"cd {shlex.quote(str(work))} && {command}")


def main():
    way, source, build, prefix = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder).resolve()
        for name in ("consumer.c", "consumer.cpp"):
            shutil.copy(pathlib.Path(__file__).parent / name, work)
        if way == "subproject":
            as_subproject(work, pathlib.Path(source))
            return
        if way == "uninstalled":
            uninstalled(work, build)
            return
        moved, libdir = install(build, work, prefix)
        check_headers(pathlib.Path(source), moved)
        if way == "cmake":
            with_cmake(work, moved, libdir)
        else:
            with_pkg_config(work, moved, libdir, way == "static", way == "cxx")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"failed: {error}")
