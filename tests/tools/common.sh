# SPDX-License-Identifier: BSD-3-Clause
# For the scripts of this directory: runs the command and compares.

set -u

rmmsim=${RMMSIM_COMMAND:?}
python=${RMMSIM_PYTHON:-python3}
traces=${RMMSIM_SOURCE_DIR:?}/tests/traces
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

fail() {
	echo "FAILED: $*"
	failures=$((failures + 1))
}

# run STATUS ARGUMENT...: runs the command; its output is in $scratch/out and $scratch/err
run() {
	local expected=$1 status
	shift
	"$rmmsim" "$@" >"$scratch/out" 2>"$scratch/err"
	status=$?
	[ "$status" -eq "$expected" ] || {
		fail "rmmsim $*: exit status $status, expected $expected"
		cat "$scratch/err"
	}
}

# last LINE: the last line of the output
last() {
	local line
	line=$(tail -n 1 "$scratch/out")
	[ "$line" = "$1" ] || fail "last line is '$line', expected '$1'"
}

# has FILE PATTERN: some line of out or err matches
has() {
	grep -qE -- "$2" "$scratch/$1" || {
		fail "std$1 has no line like '$2':"
		head -n 20 "$scratch/$1"
	}
}

# hasnt FILE PATTERN: none does
hasnt() {
	! grep -qE -- "$2" "$scratch/$1" || fail "std$1 has a line like '$2'"
}

# json EXPRESSION: is true of the output, a Python value called `it`
json() {
	"$python" -c "
import json, sys
it = json.load(open(sys.argv[1]))
sys.exit(not (${1}))" "$scratch/out" || fail "not so: $1"
}

finish() {
	[ "$failures" -eq 0 ]
	exit
}
