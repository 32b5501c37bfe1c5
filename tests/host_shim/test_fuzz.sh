#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The fuzzer of the example's host: silent on the right one; a defect becomes a small test; files are inputs; the same seed
# finds the same. host-shim.md#8.6
set -euo pipefail
build=$(dirname "${RMMSIM_COMMAND:?}")/examples/host-test
[[ -x $build/fuzz_leaking ]] || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
	printf 'test_fuzz: %s\n' "$*" >&2
	cat out err >&2
	exit 1
}

ends() { # STATUS COMMAND...
	local status=0
	"${@:2}" >out 2>err || status=$?
	[[ $status == "$1" ]] || fail "${*:2}: status $status, not $1"
}

ends 0 "$build/fuzz_sliced" --runs=300
grep -q '^300 inputs' err || fail "no count of inputs"
ends 1 "$build/fuzz_leaking"
grep -q '^ \* leak.granule in ' out || fail "another finding"
grep -q '^HSHIM_TEST(found_by_fuzzer)' out || fail "no test"
[[ $(grep -c HSHIM_STEP_ out) -le 4 ]] || fail "the test is not small"
cp out before
ends 1 "$build/fuzz_leaking"
diff <(sed 's/+0x[0-9a-f]*//' before) <(sed 's/+0x[0-9a-f]*//' out) || fail "the same seed finds something else"

head -c 200 /dev/zero >zeroes
ends 0 "$build/fuzz_sliced" zeroes
ends 2 "$build/fuzz_sliced" absent
grep -q 'absent cannot be read' err || fail "the file is not named"
ends 2 "$build/fuzz_sliced" --runs=
ends 2 "$build/fuzz_sliced" --what
grep -q 'what is --what?' err || fail "the option is not named"
