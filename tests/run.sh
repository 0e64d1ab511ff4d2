#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
#
# Installs what the tests need, builds, and runs: the release build with every test; with
# the address and undefined-behaviour sanitizers; without a BLAS, by the other compiler where there is one. The kernels
# once more as -Dkernels=cblas builds them.
# The last line is `N passed, N failed`; the exit code is 0 if nothing failed. Build folders: build/tests*.
set -u
cd "$(dirname "$0")/.." || exit 1
. examples/setup.sh
if ! ae_setup library tests; then
  echo "0 passed, 1 failed"
  exit 1
fi

passed=0
failed=0
skipped=0

# results FOLDER RESULT: how many tests of the last run in FOLDER ended with one of the results (an extended regexp).
results() {
  grep -cE "\"result\": \"($2)\"" "$1/meson-logs/testlog.json" 2>/dev/null
}

# run_tests FOLDER "MESON SETUP OPTIONS" [SUITE...]: builds in FOLDER and runs the suites, or all tests.
run_tests() {
  folder=$1
  options=$2
  shift 2
  echo
  echo "== $folder: meson setup $options"
  reconfigure=
  [ -f "$folder/build.ninja" ] && reconfigure=--reconfigure
  mkdir -p "$folder"
  # shellcheck disable=SC2086
  if ! meson setup $reconfigure $options "$folder" . >"$folder/setup.log" 2>&1; then
    tail -n 40 "$folder/setup.log"
    failed=$((failed + 1))
    return
  fi
  rm -f "$folder/meson-logs/testlog.json"
  suites=
  for suite in "$@"; do suites="$suites --suite $suite"; done
  # shellcheck disable=SC2086
  meson test -C "$folder" --print-errorlogs $suites
  code=$?
  here_failed=$(results "$folder" 'FAIL|ERROR|TIMEOUT|INTERRUPT|UNEXPECTEDPASS')
  here_passed=$(results "$folder" 'OK|EXPECTEDFAIL')
  here_skipped=$(results "$folder" 'SKIP')
  # A build that breaks leaves no results.
  [ "$code" -ne 0 ] && [ "${here_failed:-0}" -eq 0 ] && here_failed=1
  passed=$((passed + ${here_passed:-0}))
  failed=$((failed + ${here_failed:-0}))
  skipped=$((skipped + ${here_skipped:-0}))
}

run_tests build/tests "-Dbuildtype=release -Dwerror=true -Dtests=enabled"
run_tests build/tests-sanitized "-Doptimization=1 -Ddebug=false -Dc_args=-g1 -Dcpp_args=-g1 -Db_ndebug=false
  -Db_sanitize=address,undefined -Db_lundef=false -Dexamples=disabled -Dtests=enabled" \
  unit kernels gradients golden api abi cpp fuzz cli
run_tests build/tests-cblas "-Dbuildtype=release -Dwerror=true -Dkernels=cblas -Dexamples=disabled -Dcli=disabled
  -Dtests=enabled" kernels
command -v clang >/dev/null 2>&1 && export CC=clang
run_tests build/tests-plain "-Dbuildtype=release -Dwerror=true -Dblas=none -Dexamples=disabled -Dcli=disabled
  -Dtests=enabled" unit kernels

echo
[ "$skipped" -eq 0 ] || echo "$skipped skipped (the lines above say which and why)"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
