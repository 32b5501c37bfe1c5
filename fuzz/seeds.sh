#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The seeds of a target; to be made anew when the rows of smc/ change, since the binary form follows them.
#
# usage: fuzz/seeds.sh COMMAND TARGET DIRECTORY
#	COMMAND  the rmmsim command
# Targets that take sequences get a dictionary too: DIRECTORY.dict.
set -euo pipefail

[[ $# -eq 3 ]] || { sed -n '3,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
COMMAND=$1 TARGET=$2 DIRECTORY=$3
SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

rm -rf "$DIRECTORY"
mkdir -p "$DIRECTORY"
case $TARGET in
fuzz_sequence | fuzz_realm | fuzz_differential)
	scripts=("$SOURCE"/fuzz/seeds/*.rmm)
	for script in "$SOURCE"/tests/regress/*.rmm; do
		[[ ! -e $script ]] || scripts+=("$script")
	done
	"$COMMAND" fuzz-corpus -o "$DIRECTORY" -d "$DIRECTORY.dict" \
		"$SOURCE"/tests/traces/*.jsonl.gz "${scripts[@]}"
	;;
fuzz_trace_reader)
	# Gzip hides the words of the format; the beginnings are enough.
	for file in "$SOURCE"/tests/traces/*.jsonl.gz; do
		gzip -dc "$file" | sed -n 1,40p >"$DIRECTORY/$(basename "$file" .gz)"
	done
	;;
fuzz_state_file) cp "$SOURCE"/tests/state/*.rmmsim "$DIRECTORY" ;;
fuzz_board)
	# Group 1 on; SPI 40 in group 1, enabled, pending; SGIs; a stay that takes it. Then the UART, and a byte that is no tree.
	printf '\0\5\0\6\0\0\0\0\0\2\0\0\0\0\0\0\0\5\0\6\0\204\0\0\0\377\377\377\377\0\0\0\0' >"$DIRECTORY/spi"
	printf '\5\0\6\0\4\1\0\0\0\1\0\0\0\0\0\0\5\0\6\0\4\2\0\0\0\1\0\0\0\0\0\0' >>"$DIRECTORY/spi"
	printf '\5\0\4\0\50\4\0\0\240\0\0\0\0\0\0\0' >>"$DIRECTORY/spi"
	printf '\0\0\0\0\0\0\0\0\3\0\377\377\0\0\0\0\0\0\0\0\0\0\0\0\2\0\377\377\0\0\0\0' >>"$DIRECTORY/spi"
	printf '\0\5\0\6\2\0\0\0\0\101\0\0\0\0\0\0\0\1\1\0\0\26\0\12\0\1\0\0\3\0\1\0\0' >"$DIRECTORY/uart"
	# Disk: version 1 accepted, a queue of 4 in the arena, ready; a chain of header and status; notify.
	python3 -S "$SOURCE/fuzz/seed_virtio.py" >"$DIRECTORY/virtio"
	printf '\1\320\15\376\355' >"$DIRECTORY/tree"
	;;
fuzz_device)
	# Each beginning: a right device; one change in the first answer, in the third; an answer of eight bytes; a fault.
	for beginning in 0 1 2 3 4 5 6 7 8 9; do
		printf "\\$(printf %o $beginning)"'\0\0' >"$DIRECTORY/right-$beginning"
		printf "\\$(printf %o $beginning)"'\0\1\2\4\1' >"$DIRECTORY/first-$beginning"
		printf "\\$(printf %o $beginning)"'\0\0\0\1\3\7\200' >"$DIRECTORY/third-$beginning"
		printf "\\$(printf %o $beginning)"'\1\10\0\22\1\0\0\0\0\0\0' >"$DIRECTORY/raw-$beginning"
		# The faults of device/faults.def.
		for ((fault = 1; fault <= $(grep -c '^FAULT(' "$SOURCE/device/faults.def"); fault++)); do
			printf "\\$(printf %o $beginning)\\$(printf %o $((2 * fault)))"'\0' >"$DIRECTORY/fault-$fault-$beginning"
		done
	done
	;;
fuzz_token) cp "$SOURCE"/fuzz/seeds/fuzz_token/* "$DIRECTORY" ;;
*)
	echo "fuzz/seeds.sh: there is no target $TARGET" >&2
	exit 2
	;;
esac
