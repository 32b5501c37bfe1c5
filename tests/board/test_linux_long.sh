#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# An unmodified kernel of a distribution boots as a Realm to user space, takes what is typed, and chooses the exit
# status. Half a minute of processor time, so only in CI and with RMMSIM_TEST_LINUX=one; RMMSIM_TEST_LINUX=all: with
# one CPU too, and a second run that gives the same bytes.
set -euo pipefail
rmmsim=${RMMSIM_COMMAND:?}
source=$RMMSIM_SOURCE_DIR
linux=$(dirname "$rmmsim")/linux
"$rmmsim" run --help >/dev/null 2>&1 || { echo "skipped: built without Unicorn"; exit 77; }
[[ -n ${CI:-}${RMMSIM_TEST_LINUX:-} ]] || { echo "skipped: RMMSIM_TEST_LINUX=one (or all) boots a kernel"; exit 77; }
! grep -q '^RMMSIM_SANITIZE:[A-Z]*=.' "$(dirname "$rmmsim")/CMakeCache.txt" ||
	{ echo "skipped: a boot takes minutes with sanitizers"; exit 77; }
bash "$source/tests/board/fetch_linux.sh" "$linux" || exit $?
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
	echo "FAILED: $*"
	tail -n 20 "$scratch"/out* "$scratch"/err 2>/dev/null
	exit 1
}

"$source/tools/make-initramfs" --busybox "$linux/busybox" -o "$scratch/initrd.gz"

# boot OUTPUT STATUS OPTION...: what is typed comes from standard input
boot() {
	local output=$1 wanted=$2 status=0

	shift 2
	"$rmmsim" run --kernel "$linux/vmlinuz" --initrd "$scratch/initrd.gz" \
		--append "console=ttyAMA0 nokaslr cryptomgr.notests" "$@" >"$scratch/$output" 2>"$scratch/err" || status=$?
	[[ $status -eq $wanted ]] || fail "status $status, expected $wanted: run --kernel $*"
}

has() { # OUTPUT PATTERN
	grep -aq -- "$2" "$scratch/$1" || fail "'$2' is not in what the kernel printed"
}

# A file is there when the kernel asks; a pipe would come when it comes.
printf '%s\n' 'echo typed-$((40 + 2))' nproc 'exit-with 42' >"$scratch/typed"

boot out 42 --recs 2 <"$scratch/typed"
has out 'Linux version'
has out 'GICv3: CPU1: found redistributor 1'
has out 'smp: Brought up 1 node, 2 CPUs'
has out 'with 2 CPU(s)'
has out '^typed-42'
has out 'rtc-pl031'

[[ ${RMMSIM_TEST_LINUX:-} == all ]] || { echo "one boot is as it should be"; exit 0; }

boot again 42 --recs 2 <"$scratch/typed"
cmp "$scratch/out" "$scratch/again" || fail "two runs differ"
boot one 0 < <(echo poweroff -f)
has one 'with 1 CPU(s)'
boot reset 4 < <(echo reboot -f)
echo "all boots are as they should be"
