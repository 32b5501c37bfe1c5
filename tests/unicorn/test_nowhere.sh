#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Payloads that go nowhere end soon, with status 1 and an explanation.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${RMMSIM_COMMAND:?}" run --help >/dev/null 2>&1 || { echo "skipped: built without Unicorn"; exit 77; }

# word WORD...: a flat binary
words() {
	local word
	for word in "$@"; do
		printf "\\x${word:6:2}\\x${word:4:2}\\x${word:2:2}\\x${word:0:2}"
	done >"$scratch/flat"
}

# ends PATTERN ARGUMENT...: the flat binary
ends() {
	local pattern=$1 status=0
	shift
	timeout 60 "$RMMSIM_COMMAND" run "$@" "$scratch/flat" >"$scratch/out" 2>"$scratch/err" || status=$?
	[[ $status -eq 1 && ! -s $scratch/out ]] && grep -q "$pattern" "$scratch/err" && return
	echo "FAILED: status $status, expected 1 and '$pattern'"
	cat "$scratch/err"
	exit 1
}

printf '\0\0\0' >"$scratch/flat" # less than an instruction, then zeros
ends 'exceptions lead to themselves'
words d2800000 d61f0000 # mov x0, #0; br x0
ends 'exceptions lead to themselves'
words d61f0060 # br x3: the Unprotected half
ends 'exceptions lead to themselves'
words 92800000 d61f0000 # mov x0, #-1; br x0
ends 'exceptions lead to themselves'
words 52800820 b9000040 d61f007f # mov w0, #0x41; str w0, [x2]; then an undefined word
status=0
timeout 60 "$RMMSIM_COMMAND" run "$scratch/flat" >/dev/full 2>"$scratch/err" || status=$?
[[ $status -eq 3 ]] && grep -q 'standard output' "$scratch/err" || { echo "FAILED: /dev/full, $status"; exit 1; }
# A line is there when the Realm has written it: a run may be stopped from outside.
words 52800820 b9000040 52800140 b9000040 14000000 # "A\n"; b .
mkfifo "$scratch/pipe"
"$RMMSIM_COMMAND" run --max-insns $((1 << 60)) "$scratch/flat" >"$scratch/pipe" 2>/dev/null &
pid=$!
line=
read -t 60 -r line <"$scratch/pipe" || true
kill "$pid"
wait "$pid" 2>/dev/null || true
[[ $line == A ]] || { echo "FAILED: no line from a Realm that runs"; exit 1; }
# IPA_STATE_SET makes RAM of everything below --ram, which is then written page by page.
words d28032e0 f2b88000 d2800001 d2b00002 d2800023 d2800004 d4000003 d2800005 \
	f90000a5 914004a5 17fffffe
# With sanitizers the checks of 33,000 pages take minutes.
grep -q '^RMMSIM_SANITIZE:[A-Z]*=.' "$(dirname "$RMMSIM_COMMAND")/CMakeCache.txt" ||
	ends 'no memory left: use a larger --ram' --ram 1M
words a9000040 # stp x0, x0, [x2]
ends 'a device cannot emulate this'
words f8008440 # str x0, [x2], #8
ends 'a device cannot emulate this'
words 14000000 # b .
ends 'budget of instructions' --max-insns 200000
