# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
# shellcheck shell=sh
#
# The Debian packages this project needs, and their installation; sourced by examples/demo.sh and tests/run.sh.
#   . examples/setup.sh
#   ae_setup library demo || exit 1

# Without dpkg-dev meson installs to lib64, where Debian's cmake does not look.
ae_packages() {
  case $1 in
    library) echo "gcc libc6-dev meson ninja-build pkg-config libopenblas-dev zlib1g-dev" ;;
    demo) echo "libpng-dev" ;;
    tests) echo "libcmocka-dev libjansson-dev python3 python3-numpy python3-sklearn libpng-dev doxygen mandoc cmake g++" \
      "binutils dpkg-dev locales abigail-tools valgrind" ;;
    *) echo "ae_packages: no list $1" >&2; return 1 ;;
  esac
}

# Installs what is missing of the named lists: by apt-get as root or through sudo without a password. Where that cannot
# be done it says what to install, and fails only if even the tools to build the library are not there.
ae_setup() {
  ae_missing=
  for ae_list in "$@"; do
    for ae_package in $(ae_packages "$ae_list"); do
      case $(dpkg-query -W -f '${Status}' "$ae_package" 2>/dev/null) in
        "install ok installed") ;;
        *) ae_missing="$ae_missing $ae_package" ;;
      esac
    done
  done
  [ -z "$ae_missing" ] && return 0

  if command -v apt-get >/dev/null 2>&1; then
    ae_root=
    [ "$(id -u)" = 0 ] || ae_root="sudo -n"
    if [ -z "$ae_root" ] || sudo -n true 2>/dev/null; then
      echo "Installing:$ae_missing"
      # shellcheck disable=SC2086
      $ae_root apt-get -qq update >/dev/null 2>&1
      # shellcheck disable=SC2086
      if $ae_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $ae_missing \
        >/dev/null; then
        return 0
      fi
      echo "apt-get could not install them." >&2
    fi
    echo "Please install, as root: apt-get install$ae_missing" >&2
  else
    echo "Please install what your system calls these Debian packages:$ae_missing" >&2
  fi
  for ae_tool in cc meson ninja pkg-config; do
    command -v "$ae_tool" >/dev/null 2>&1 || { echo "$ae_tool is not here; stopping." >&2; return 1; }
  done
  echo "Going on with what is here." >&2
}
