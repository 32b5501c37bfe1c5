#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Each payload of tests/payload prints what it should, with every arrangement of planes; twice the same.
set -euo pipefail

rmmsim=$RMMSIM_COMMAND
source=$RMMSIM_SOURCE_DIR/tests/payload
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v aarch64-linux-gnu-gcc >/dev/null || {
	echo "skipped: aarch64-linux-gnu-gcc is not installed"
	exit 77
}
"$rmmsim" run --help >/dev/null || {
	echo "skipped: this build has no engine"
	exit 77
}

failed=0

build() { # NAME
	aarch64-linux-gnu-gcc -O2 -ffreestanding -nostdlib -static -fno-pic -fno-stack-protector \
		-fno-builtin -march=armv8.5-a -mno-outline-atomics -Wall -Wextra -Werror \
		-Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments -Wl,--build-id=none \
		-Wl,-T,"$source/payload.ld" -o "$work/$1" "$source/start.S" "$source/lib.c" "$source/$1.c"
}

check() { # EXPECTED-FILE STATUS OPTION... PAYLOAD
	local expected=$source/$1.expected status=$2 got=0

	shift 2
	timeout 60 "$rmmsim" run "${@:1:$#-1}" "$work/${*: -1}" >"$work/out" 2>"$work/err" || got=$?
	if [[ $got -ne $status ]] || ! diff "$expected" "$work/out"; then
		echo "FAILED ($got): rmmsim run $*"
		tail -5 "$work/err"
		failed=1
	fi
}

message() { # STATUS TEXT ARGUMENT...
	local status=$1 text=$2 got=0

	shift 2
	timeout 60 "$rmmsim" run "$@" >"$work/out" 2>"$work/err" || got=$?
	if [[ $got -ne $status ]] || ! grep -q -- "$text" "$work/err"; then
		echo "FAILED ($got, wanted \"$text\"): rmmsim run $*"
		cat "$work/err"
		failed=1
	fi
}

for name in hello devices el0 planes smp timer ripas attest virtio; do
	build "$name"
done

check hello 0 hello
check devices 0 devices
check el0 0 el0
check planes 0 --planes 2 planes
check planes 0 --planes 2 --shared-tree planes
check planes 0 --planes 4 --tree-per-plane planes
check planes 0 --planes 4 --shared-tree --ipa-width 36 planes
check smp 0 --recs 4 smp
# The file of a disk stays as it is; a driver that offers its own memory is told so.
printf '%0512d%0512d%0512d' 0 1 2 >"$work/disk"
cp "$work/disk" "$work/disk.before"
check virtio 0 --disk "$work/disk" --rng virtio
cmp "$work/disk" "$work/disk.before" || failed=1
grep -q "random numbers: the driver offers memory that the Host cannot access (0x8.*Protected" "$work/err" || {
	echo "FAILED: no message says that memory is Protected"
	cat "$work/err"
	failed=1
}
check timer 0 timer
check ripas 0 ripas
check attest 0 attest
check attest-sha512 0 --hash sha512 --planes 3 attest
check ripas-rejected 3 --reject-ripas ripas
check planes-rejected 3 --planes 2 --reject-s2ap planes

# A flat binary is the same code.
aarch64-linux-gnu-objcopy -O binary "$work/hello" "$work/hello.bin"
check hello 0 hello.bin

# The same bytes each time.
for i in 1 2; do
	"$rmmsim" run --recs 4 --trace-insn "$work/smp" >"$work/out.$i" 2>"$work/insns.$i"
done
cmp "$work/insns.1" "$work/insns.2" && cmp "$work/out.1" "$work/out.2" || failed=1

# Filters: of a REC, of a range, by name; jumps, and those to vectors and back.
insns() { # PAYLOAD FILTER OPTION...: lines in $work/insns
	"$rmmsim" run --trace-insn="$2" "${@:3}" "$work/$1" >/dev/null 2>"$work/insns" || true
}
only() { # PATTERN: there are lines, and all are like this
	[[ -s $work/insns ]] && ! grep -vE -e "$1" "$work/insns" && return
	echo "FAILED: instructions that are not like $1"
	failed=1
}
insns smp REC1 --recs 3
only '^1 P0 '
insns smp 80000000-80000007,_start --recs 2
only '^0 P0 00000000800000[0-3][0-9a-f] <_start\+0x[0-9a-f]+>: '
insns planes P1,80000000-90000000 --planes 2
only '^0 P1 0000000080002'
insns smp branches,payload_main --recs 2
only '^0 P0 [0-9a-f]{16} <.*> -> [0-9a-f]{16} <.*>.*$'
grep -q '<_start+0x24> -> .* <payload_main+0x0>$' "$work/insns" || { echo "FAILED: the call of main is no jump"; failed=1; }
insns el0 exceptions
only '-> .*\((exception|return)\)$'
grep -q '(exception)' "$work/insns" && grep -q '(return)' "$work/insns" || { echo "FAILED: no exceptions"; failed=1; }
for filter in nonsense P4 REC9 80000000- 5-4 , EL1; do
	message 2 "trace-insn knows no" --trace-insn=$filter "$work/smp"
done

# ... and the same recording.
same_trace() { # OPTION... PAYLOAD
	local i

	for i in 1 2; do
		"$rmmsim" run --trace "$work/trace.$i" "${@:1:$#-1}" "$work/${*: -1}" >/dev/null 2>&1
	done
	[[ -s $work/trace.1 ]] && cmp "$work/trace.1" "$work/trace.2" && return
	echo "FAILED: two recordings of $* differ"
	failed=1
}

same_trace --recs 4 smp
same_trace --planes 4 --shared-tree planes
same_trace --planes 2 planes
same_trace timer
same_trace attest

# A recording is one that can be read, and agrees until the Realm runs.
"$rmmsim" run --trace "$work/trace" "$work/hello" >/dev/null
"$rmmsim" replay "$work/trace" >"$work/replay" || true
grep -q "[0-9] calls" "$work/replay" && ! grep -q "RTT_CREATE\|DATA_CREATE" "$work/replay" || failed=1

# Payloads that are none.
head -c 40 "$work/hello" >"$work/short"
message 2 "truncated" "$work/short"
head -c 200 "$work/hello" >"$work/cut"
message 2 "truncated" "$work/cut"
: >"$work/empty"
message 2 "empty" "$work/empty"
message 2 "No such file" "$work/nothing"
message 2 "not AArch64" "$(command -v bash)"
message 2 "outside of RAM\|do not fit" --ram 8K "$work/hello"
message 2 "do not fit" --load 0x1000 "$work/hello.bin"
message 2 "ipa-width" --ipa-width 64 "$work/hello"
# Realms that get stuck.
printf '\x00\x00\x00\x14' >"$work/loop"
message 1 "budget" --max-insns 100000 "$work/loop"
printf '\x7f\x20\x03\xd5' >"$work/wfi"
message 1 "wait" "$work/wfi"
# mov x1, #1 << 39; ldr x0, [x1]: no device is there.
printf '\x01\x10\xc0\xd2\x20\x00\x40\xf9' >"$work/load"
message 1 "ldr x0, \[x1\]" "$work/load"

[[ $failed -eq 0 ]] && echo "all payloads are as expected"
exit $failed
