#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Each deliberately broken variant of smc/mutants.def: how long until a target finds it from the seed
# corpus, and how many calls are left of what it found. Exit status 1 if one is not found, or only by
# comparison although its row names a target with oracles.
#
# usage: fuzz/mutants.sh BUILD COMMAND [SECONDS [VARIANT...]]
#	BUILD    a build directory with RMMSIM_BUILD_FUZZ, RMMSIM_FUZZ_ENGINE=libfuzzer and RMMSIM_MUTANTS, without
#	         tests; target fuzz_programs
#	COMMAND  the rmmsim command
# With KEEP=DIR in the environment the small scripts are left there; with SHRINK=no nothing is made small.
# The oracles have their turn first (fuzz_sequence, fuzz_realm), then the comparison with the unbroken
# model (fuzz_differential); each gets the whole time. Variants of devices are for fuzz_device, whose inputs are
# no sequences.
set -euo pipefail

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$(cd "$1" && pwd)
COMMAND=$(realpath "$2")
SECONDS_EACH=${3:-60}
shift $(($# < 3 ? $# : 3))
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

mapfile -t variants < <(sed -n 's/^MUTANT_ROW(\([a-z0-9_]*\),.*/\1/p' "$SOURCE/smc/mutants.def")
[[ $# -gt 0 ]] && variants=("$@")

"$SOURCE/fuzz/seeds.sh" "$COMMAND" fuzz_sequence "$WORK/seeds"
"$SOURCE/fuzz/seeds.sh" "$COMMAND" fuzz_device "$WORK/seeds-fuzz_device"

# Ends with the first finding; leaves it in $WORK/found.
hunt() { # VARIANT TARGET
	local corpus=$WORK/corpus file seeds=$WORK/seeds dictionary=-dict=$WORK/seeds.dict

	[[ $2 != fuzz_device ]] || { seeds=$WORK/seeds-$2 && dictionary=; }

	rm -rf "$corpus" "$WORK/found"* "$WORK/crash-"*
	mkdir "$corpus"
	RMMSIM_FUZZ_MUTANT=$1 timeout $((SECONDS_EACH + 30)) "$BUILD/$2" -max_total_time="$SECONDS_EACH" \
		-max_len=4096 -seed=1 $dictionary -artifact_prefix="$WORK/" \
		"$corpus" "$seeds" >"$WORK/log" 2>&1 && return 1
	for file in "$WORK"/crash-*; do
		[[ -e $file ]] && mv "$file" "$WORK/found" && return 0
	done
	return 1
}

# The target that the row names: the last column.
named() { # VARIANT
	sed -n "s/^MUTANT_ROW($1, .*, \"\(.*\)\")$/\1/p" "$SOURCE/smc/mutants.def"
}

shrink() { # VARIANT TARGET
	[[ ${SHRINK:-yes} == yes && $2 != fuzz_device ]] || { echo -; return; }
	RMMSIM_FUZZ_MUTANT=$1 "$COMMAND" shrink --predicate "$BUILD/$2" --attempts 1500 \
		-o "$WORK/small.rmm" "$WORK/found" 2>&1 | sed -n 's/.* left, \([0-9]*\) calls.*/\1/p'
}

printf '%-28s %-18s %8s %6s  %s\n' variant "found by" seconds calls finding
found=0
wrong=()
for variant in "${variants[@]}"; do
	result="not found"
	targets="fuzz_sequence fuzz_realm fuzz_differential"
	# Sequences have no device.
	[[ $(named "$variant") != fuzz_device ]] || targets=fuzz_device
	for target in $targets; do
		start=$(date +%s.%N)
		hunt "$variant" "$target" || continue
		time=$(echo "$(date +%s.%N) - $start" | bc)
		result=$target
		break
	done
	if [[ $result == "not found" ]]; then
		printf '%-28s %s\n' "$variant" "$result"
		continue
	fi
	found=$((found + 1))
	[[ $result != fuzz_differential || $(named "$variant") == "$result" ]] || wrong+=("$variant")
	printf '%-28s %-18s %8.1f %6s  %s\n' "$variant" "$result" "$time" \
		"$(shrink "$variant" "$result")" "$(sed -n 's/^fuzz: //p' "$WORK/log" | head -1 | cut -c1-80)"
	[[ -z ${KEEP:-} || $result == fuzz_device ]] || cp "$WORK/small.rmm" "$KEEP/$variant.rmm"
done
echo "$found of ${#variants[@]} found"
[[ ${#wrong[@]} -eq 0 ]] || echo "found by comparison only, which their rows do not say: ${wrong[*]}"
[[ $found -eq ${#variants[@]} && ${#wrong[@]} -eq 0 ]]
