#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
#
# Installs what the demo needs, builds it in build/demo, and runs it: it trains autoencoders on real handwritten digits
# and leaves a page to look at.
set -eu

usage() {
  cat <<'END'
usage: sh examples/demo.sh [options]
Builds the library and trains autoencoders on the 8x8 digits of examples/data: linear ones beside PCA, a deep one, a
denoising, a sparse and two variational ones, and a dictionary. It leaves one page, index.html, to open in a browser:
reconstructions, noise taken away, features and atoms, new images, the plane of all images, ways from one image to
another, and Gaussians pushed through a layer.

  --data DIR     use MNIST, Fashion-MNIST or the like instead:
                 DIR has {train,t10k}-images-idx3-ubyte[.gz] and, for the classes, t10k-labels-idx1-ubyte[.gz]
  --output DIR   folder for the page (default: build/demo/output in the repository)
  --epochs N     passes over the data, for every model
  --threads N    threads (default: one per processor; results do not depend on it)
  --seed N       of the split, the first weights and the order of the images (default 1)
  --help         this text
END
}

for argument in "$@"; do
  case $argument in
    --help | -h) usage; exit 0 ;;
  esac
done

root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build/demo
. "$root/examples/setup.sh"
ae_setup library demo

[ -f "$build/build.ninja" ] || {
  mkdir -p "$build"
  echo "Configuring $build"
  meson setup "$build" "$root" -Dbuildtype=release -Dtests=disabled -Dexamples=enabled -Ddefault_library=static \
    >"$build/setup.log" 2>&1 || { rm -f "$build/build.ninja"; tail -n 20 "$build/setup.log" >&2; exit 1; }
}
echo "Building"
ninja -C "$build" examples/demo >"$build/build.log" 2>&1 || { tail -n 40 "$build/build.log" >&2; exit 1; }

# A later --output wins over this one.
exec "$build/examples/demo" --output "$build/output" "$@"
