#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The differential target with an external monitor: the model itself agrees, one that differs is found,
# and one that does not keep to the protocol is told what it did.
set -euo pipefail

build=$(dirname "${RMMSIM_COMMAND:?}")
seeds=${RMMSIM_SOURCE_DIR:?}/fuzz/seeds
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
[[ -x $build/fuzz_differential ]] || { echo "skipped: built without RMMSIM_BUILD_FUZZ"; exit 77; }

fail() {
	echo "FAILED: $*"
	exit 1
}

# with PEER STATUS CORPUS: what the target says is in $scratch/err
with() {
	local status=0

	RMMSIM_FUZZ_PEER=$1 "$build/fuzz_differential" "$scratch/$3" 2>"$scratch/err" || status=$?
	[[ $status -eq $2 ]] || fail "peer '$1': exit status $status, not $2: $(cat "$scratch/err")"
}

# says PATTERN...: in some line each
says() {
	local pattern

	for pattern in "$@"; do
		grep -qE -- "$pattern" "$scratch/err" || fail "not told '$pattern': $(cat "$scratch/err")"
	done
}

# A peer whose answer to a call is the output of the shell command.
peer() {
	cat >"$scratch/peer.sh" <<-PEER
	while read -r line; do
		case \$line in
		*'"op":"smc"'*) $1 ;;
		*) echo '{}' ;;
		esac
	done
	PEER
	echo "bash '$scratch/peer.sh'"
}

"$RMMSIM_COMMAND" fuzz-corpus -o "$scratch/corpus" "$seeds"/*.rmm >/dev/null
"$RMMSIM_COMMAND" fuzz-corpus -o "$scratch/profiles" "$seeds/profiles.rmm" >/dev/null

with "'$RMMSIM_COMMAND' peer" 0 corpus

# Another profile is noticed, with the call, both results and the sequence.
with "'$RMMSIM_COMMAND' peer --profile tf-rmm-0.8" 134 profiles
says '^fuzz: the peer answers differently: call 1, RTT_INIT_RIPAS: X0 0x304 \(RMI_ERROR_RTT, index 3\) and 0x1 \(RMI_ERROR_INPUT\)$' \
	'^RMI_RTT_INIT_RIPAS rd=g1 base=0x6001 top=0x8000$'

refuse='echo "{\"x\":[\"0x4\",\"0x0\",\"0x0\",\"0x0\",\"0x0\",\"0x0\",\"0x0\"]}"'
with "$(peer "$refuse")" 134 profiles
says 'the peer answers differently while the start is made: call 0, GRANULE_DELEGATE: X0 0x0 \(RMI_SUCCESS\) and 0x4 ' \
	'^times=56 RMI_GRANULE_DELEGATE addr=g1$'

# One that ends: at once, after some answers, of a signal, with half a line.
with false 2 profiles
says 'does not answer: its output is closed' 'ended with exit status 1' 'was sent +\{"op":"boot","machine":"default"\}'
with "$scratch/absent" 2 profiles
says 'ended with exit status 127'
with "$(peer 'exit 3')" 2 profiles
says 'its output is closed' 'ended with exit status 3' 'was sent +\{"op":"smc","pe":0,"x":\["0xc4000151",'
with "$(peer 'kill -9 $$')" 2 profiles
says 'ended with (signal 9|exit status 137)' # with the shell around it or without
with "$(peer 'printf "{\"x\":[\"0x0"; exit 0')" 2 profiles
says 'its output is closed' 'answered +\{"x":\["0x0$'

# One that says something else.
with "read -r line; echo hello; cat" 2 profiles
says 'an answer that is no JSON object' 'answered +hello'
with "$(peer 'echo "{}"')" 2 profiles
says 'an answer to a call without "x"' 'answered +\{\}'
with "$(peer 'echo "{\"x\":[0,1]}"')" 2 profiles
says 'a register that is no "0x' 'answered +\{"x":\[0,1\]\}'
with "$(peer 'echo "{\"x\":[\"0x10000000000000000\"]}"')" 2 profiles
says 'a register that is no "0x'
# By one write: printf of the shell makes one a line, and the second may come too late to belong to the first.
printf '{"x":["0x0"]}\n{}\n' >"$scratch/two"
with "$(peer "cat '$scratch/two'")" 2 profiles
says 'more than the one line'
with "$(peer 'printf "%05000d\n" 0')" 2 profiles
says 'a line of more than 4095 bytes'

# One that hangs: it is ended, with what it has started.
printf 'start boot\nRMI_GRANULE_DELEGATE addr=g1\nRMI_FEATURES index=0\n' >"$scratch/boot.rmm"
"$RMMSIM_COMMAND" fuzz-corpus -o "$scratch/boot" "$scratch/boot.rmm" >/dev/null
export RMMSIM_FUZZ_PEER_TIMEOUT=4 # long enough for a shell to start on a busy machine
with "$(peer "[[ \$line != *c4000165* ]] || { sleep 1000 & echo \$! >'$scratch/sleep'; wait; }; echo '{\"x\":[\"0x0\",\"0x80001000\"]}'")" 2 boot
says 'no line in RMMSIM_FUZZ_PEER_TIMEOUT seconds' 'was sent +\{"op":"smc","pe":0,"x":\["0xc4000165",' \
	'^RMI_FEATURES index=0$'
for ((i = 0; i < 50; i++)); do
	kill -0 "$(cat "$scratch/sleep")" 2>/dev/null || break
	sleep 0.1
done
[[ $i -lt 50 ]] || fail "a peer that hung goes on"

# rmmsim peer is as strict about what it is sent.
status=0
printf 'nonsense\n' | "$RMMSIM_COMMAND" peer 2>"$scratch/err" || status=$?
[[ $status -eq 2 ]] || fail "nonsense: exit status $status"
says nonsense
