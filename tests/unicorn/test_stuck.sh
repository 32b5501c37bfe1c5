#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# `rmmsim run`: what is told about a Realm that got stuck, and what --stats counts.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
rmmsim=${RMMSIM_COMMAND:?}
payloads=${RMMSIM_SOURCE_DIR:?}/tests/payload
"$rmmsim" run --help >/dev/null 2>&1 || { echo "skipped: built without Unicorn"; exit 77; }
command -v aarch64-linux-gnu-gcc >/dev/null || { echo "skipped: aarch64-linux-gnu-gcc is not installed"; exit 77; }
cd "$scratch"
failed=0

build() { # NAME SOURCE OPTION...
	local name=$1 source=$2

	shift 2
	aarch64-linux-gnu-gcc -O1 -fno-omit-frame-pointer -fno-optimize-sibling-calls -ffreestanding -nostdlib -static -fno-pic \
		-fno-stack-protector -fno-builtin -march=armv8.5-a -mno-outline-atomics -Wl,-z,max-page-size=4096 \
		-Wl,--no-warn-rwx-segments -Wl,--build-id=none -Wl,-T,"$payloads/payload.ld" "$@" -o "$name" \
		"$payloads/start.S" "$payloads/lib.c" "$payloads/$source.c"
}

run() { # STATUS ARGUMENT...
	local wanted=$1 status=0

	shift
	timeout 60 "$rmmsim" run "$@" >out 2>err </dev/null || status=$?
	[[ $status -eq $wanted ]] && return
	echo "FAILED: run $*: status $status, expected $wanted"
	cat err
	failed=1
}

says() { # PATTERN...: each in a line of its own, in this order
	local rest pattern

	rest=$(cat err)
	for pattern in "$@"; do
		if ! grep -q -- "$pattern" <<<"$rest"; then
			echo "FAILED: no '$pattern' (in this order) in:"
			cat err
			failed=1
			return
		fi
		rest=$(sed "0,/${pattern//\//\\/}/d" <<<"$rest")
	done
}

build stuck stuck
run 1 stuck
says 'exceptions lead to themselves' 'REC 0 P0 EL1 at 0x1200' 'exceptions at EL1' \
	'the first: data abort, .* of a load.*, at 0x8[0-9a-f]* <inner+0x' 'FAR 0x12345678, SPSR' \
	'the last: instruction abort.* at 0x1200' 'x0 .*  x1 ' 'sp  0' 'calls, by frame pointers' '<outer+0x' '<payload_main+0x'
[[ $(cat out) == before ]] || { echo "FAILED: what was printed"; cat out; failed=1; }

# Names from a file: without them there are none.
build bare stuck -s
run 1 bare
if grep -q outer err; then echo "FAILED: names from nowhere"; failed=1; fi
run 1 --symbols stuck bare
says '<inner+0x' '<outer+0x'
aarch64-linux-gnu-nm stuck >map
run 1 --symbols map bare
says '<inner+0x' '<outer+0x'
echo nothing >none
run 2 --symbols none bare
says 'none: has no symbols'
head -c 70 stuck >cut
run 2 --symbols cut bare
says 'cut: has no symbols'

# The code around, where it can be read.
printf '\x20\x00\x80\xd2\x41\x00\x80\xd2\x00\x00\x00\x14\x1f\x20\x03\xd5' >loop
run 1 --max-insns 100000 loop
says 'budget' '80000000: d2800020' '80000004: d2800041' '=> *80000008: 14000000' '8000000c: d503201f'
# A REC that stands in a call that the Host has not answered is no reason to fail in another way.
printf '\x7f\x20\x03\xd5' >wfi
run 1 wfi
says 'wait' '80000000: d503207f'

build smp smp
run 0 --recs 4 --stats smp
says '^statistics' 'instructions  *[1-9]' '    PSCI  *[1-9]' '    REC_CREATE  *4$' '    REC_ENTER  *[1-9]' 'MIPS'
head -n -1 err >first
run 0 --recs 4 --stats smp
head -n -1 err | cmp - first || { echo "FAILED: statistics differ"; failed=1; }
[[ $failed -eq 0 ]] && echo "what is told is as it should be"
exit $failed
