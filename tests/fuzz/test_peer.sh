#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The differential target with an external monitor: the model itself agrees, a deviating one is found.
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

"$RMMSIM_COMMAND" fuzz-corpus -o "$scratch/corpus" "$seeds"/*.rmm >/dev/null
RMMSIM_FUZZ_PEER="'$RMMSIM_COMMAND' peer" "$build/fuzz_differential" "$scratch/corpus" ||
	fail "the model disagrees with itself"

# The peer answers everything with status 4.
cat >"$scratch/peer.sh" <<'PEER'
while read -r line; do
	case $line in
	*'"op":"smc"'*) echo '{"x":["0x4","0x0","0x0","0x0","0x0","0x0","0x0"]}' ;;
	*) echo '{}' ;;
	esac
done
PEER
if RMMSIM_FUZZ_PEER="bash '$scratch/peer.sh'" "$build/fuzz_differential" "$scratch/corpus" 2>"$scratch/err"; then
	fail "a monitor that refuses everything was not noticed"
fi
grep -q "the peer answers differently" "$scratch/err" || fail "$(cat "$scratch/err")"

if RMMSIM_FUZZ_PEER=false "$build/fuzz_differential" "$scratch/corpus" 2>"$scratch/err"; then
	fail "a peer that ends was not noticed"
fi
grep -q "does not answer" "$scratch/err" || fail "$(cat "$scratch/err")"

cat >"$scratch/peer.sh" <<'PEER'
while read -r line; do
	case $line in
	*'"op":"smc"'*) echo '{"x":["0x0' ;;
	*) echo '{}' ;;
	esac
done
PEER
if RMMSIM_FUZZ_PEER="bash '$scratch/peer.sh'" "$build/fuzz_differential" "$scratch/corpus" 2>"$scratch/err"; then
	fail "half a line was taken for an answer"
fi
grep -q "closing quotation mark" "$scratch/err" || fail "$(cat "$scratch/err")"

printf 'nonsense\n' | "$RMMSIM_COMMAND" peer 2>"$scratch/err" && fail "nonsense was answered"
grep -q nonsense "$scratch/err" || fail "the line is not named"
