#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Every target finds nothing in its seeds, and nothing in what some changes make of them.
set -euo pipefail

build=$(dirname "${RMMSIM_COMMAND:?}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for source in "${RMMSIM_SOURCE_DIR:?}"/fuzz/fuzz_*.c; do
	target=$(basename "$source" .c)
	[[ -x $build/$target ]] || { echo "skipped: built without RMMSIM_BUILD_FUZZ"; exit 77; }
	"$RMMSIM_SOURCE_DIR/fuzz/seeds.sh" "$RMMSIM_COMMAND" "$target" "$scratch/$target" >/dev/null
	[[ -n $(ls "$scratch/$target") ]] || { echo "FAILED: $target has no seeds"; exit 1; }
	echo "$target: $(RMMSIM_FUZZ_EVERY=${RMMSIM_FUZZ_EVERY:-4} "$build/$target" -time=1 "$scratch/$target")"
done

# Bad input has a message and a status of its own.
status=0
"$build/fuzz_token" "$scratch/none" 2>"$scratch/err" || status=$?
[[ $status -eq 2 ]] && grep -q none "$scratch/err"
for time in x -5 nan 1e30; do
	status=0
	"$build/fuzz_token" -time=$time 2>"$scratch/err" || status=$?
	[[ $status -eq 2 ]] && grep -q -- "-time=$time" "$scratch/err"
done

# A script is recognised by its content, not by its name; one with a mistake is an error.
printf 'start active\nRMI_GRANULE_DELEGATE addr=g60\nRMI_REALM_CREATE rd=g60 params_ptr=g61\n' >"$scratch/script"
"$RMMSIM_COMMAND" sequence "$scratch/script" | grep -q '^RMI_REALM_CREATE rd=g60 params_ptr=g61$'
cp "$scratch/script" "$scratch/script.rmm"
"$build/fuzz_sequence" "$scratch/script" "$scratch/script.rmm" >/dev/null
echo RMI_NONSENSE >>"$scratch/script.rmm"
status=0
"$build/fuzz_sequence" "$scratch/script.rmm" 2>"$scratch/err" || status=$?
[[ $status -eq 2 ]] && grep -q 'script.rmm:4:1: ' "$scratch/err"
