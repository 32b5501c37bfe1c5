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

# deviates ANSWER FINDING COMPLAINT: a peer that gives every call this answer leads to the finding
deviates() {
	cat >"$scratch/peer.sh" <<-PEER
	while read -r line; do
		case \$line in
		*'"op":"smc"'*) echo '$1' ;;
		*) echo '{}' ;;
		esac
	done
	PEER
	notices "bash '$scratch/peer.sh'" "$2" "$3"
}

# notices PEER FINDING COMPLAINT
notices() {
	if RMMSIM_FUZZ_PEER=$1 "$build/fuzz_differential" "$scratch/corpus" 2>"$scratch/err"; then
		fail "$3"
	fi
	grep -q "$2" "$scratch/err" || fail "$(cat "$scratch/err")"
}

"$RMMSIM_COMMAND" fuzz-corpus -o "$scratch/corpus" "$seeds"/*.rmm >/dev/null
RMMSIM_FUZZ_PEER="'$RMMSIM_COMMAND' peer" "$build/fuzz_differential" "$scratch/corpus" ||
	fail "the model disagrees with itself"

deviates '{"x":["0x4","0x0","0x0","0x0","0x0","0x0","0x0"]}' "the peer answers differently" \
	"a monitor that refuses everything was not noticed"
deviates '{"x":["0x0' "closing quotation mark" "half a line was taken for an answer"
notices false "does not answer" "a peer that ends was not noticed"

printf 'nonsense\n' | "$RMMSIM_COMMAND" peer 2>"$scratch/err" && fail "nonsense was answered"
grep -q nonsense "$scratch/err" || fail "the line is not named"
