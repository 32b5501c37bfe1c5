#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# rmmsim/testing.h: a protection fault fails the test that runs, with the line of the access, and the next test
# runs. The programs of programs/ have two tests that touch delegated memory and a good one behind them.
set -uo pipefail

directory=$(dirname "${RMMSIM_COMMAND:?}")/tests/testing
header=${RMMSIM_SOURCE_DIR:?}/tests/testing/programs/faulty.h
output=$(mktemp)
trap 'rm -f "$output"' EXIT
failures=0

line_of() { # MARK
	grep -n "/\* $1 \*/" "$header" | cut -d: -f1
}

run() { # STATUS PROGRAM ARGUMENT...
	local expected=$1 status=0

	shift
	{ "$directory/$1" "${@:2}"; } >"$output" 2>&1 || status=$?
	[[ $status -eq $expected ]] && return
	echo "FAILED: $*: exit status $status, expected $expected"
	cat "$output"
	failures=$((failures + 1))
}

says() { # PATTERN
	grep -qE -- "$1" "$output" && return
	echo "FAILED: no line like '$1'"
	cat "$output"
	failures=$((failures + 1))
}

write="faulty\.h:$(line_of 'a write')"
copy="faulty\.h:$(line_of 'a copy')"
fact='PA 0x80005008, which is DELEGATED since SMC 1, GRANULE_DELEGATE'

run 2 with_cmocka
says "host write to $fact: touch, $write\$"
says "\[   LINE   \] --- $write: error: Failure!"
says "\[   LINE   \] --- $copy: error: Failure!"
says '^\[       OK \] is_good$'
# The report itself has the line, too.
says "^rmmsim:     touch \+0x[0-9a-f]+ \($write\)\$"

if [[ -x $directory/with_check ]]; then
	for fork in yes no; do
		CK_FORK=$fork run 2 with_check
		says "^33%: Checks: 3, Failures: 2, Errors: 0\$"
		says "^.*$write:F:all:writes:0: host write to $fact"
		says "^.*$copy:F:all:copies:0: host read of PA 0x80005"
		says ':P:all:is_good:0: Passed$'
	done
else
	echo "Check is not there: not tried"
fi

# In front is the place of the test, the one file that Unity knows; behind it that of the access.
run 2 with_unity
says "with_unity\\.c:[0-9]+:writes:FAIL: ?host write to $fact: touch, $write\$"
says "with_unity\\.c:[0-9]+:copies:FAIL: ?host read of PA 0x80005.*, $copy\$"
says 'with_unity\.c:[0-9]+:is_good:PASS$'
says '^3 Tests 2 Failures 0 Ignored'

run 2 with_nothing
says "^FAIL writes host write to $fact: touch, $write\$"
says "^FAIL copies host read of PA 0x80005[0-9a-f]{3}, which is DELEGATED since SMC 1.*: touch_by_libc, $copy\$"
says '^ok is_good'

# No framework can go on after a fault on another thread.
run 139 with_nothing thread
says '^ok is_good'
says "^rmmsim:     touch \+0x[0-9a-f]+ \($write\)\$"

exit "$((failures != 0))"
