# SPDX-License-Identifier: BSD-3-Clause
# The target that a row of smc/mutants.def names finds the broken variant in the seeds, as they are.
. "$(dirname "$0")/../tools/common.sh"
broken=$(dirname "$rmmsim")/broken
[ -x "$broken/fuzz_sequence" ] || { echo "skipped: built without RMMSIM_MUTANTS"; exit 77; }

unset RMMSIM_FUZZ_MUTANT
mkdir "$scratch/seeds"
"$rmmsim" fuzz-corpus -o "$scratch/seeds" "$RMMSIM_SOURCE_DIR"/fuzz/seeds/*.rmm >"$scratch/out" ||
	fail "no seeds: $(cat "$scratch/out")"
"$RMMSIM_SOURCE_DIR/fuzz/seeds.sh" "$rmmsim" fuzz_device "$scratch/seeds-fuzz_device"
seeds_of() { # TARGET
	echo "$scratch/seeds$([ "$1" != fuzz_device ] || echo "-$1")"
}
for target in fuzz_sequence fuzz_differential fuzz_device; do
	"$broken/$target" "$(seeds_of "$target")" >"$scratch/out" 2>&1 ||
		fail "$target finds something without a variant: $(head -1 "$scratch/out")"
done
sed -n 's/^MUTANT_ROW(\([a-z0-9_]*\), "[^"]*", "[^"]*", "\([^"]*\)")$/\1 \2/p' \
	"$RMMSIM_SOURCE_DIR/smc/mutants.def" >"$scratch/rows"
while read -r variant target; do
	[ "$target" != - ] || continue
	# In a shell of its own: it would tell of every abort.
	! RMMSIM_FUZZ_MUTANT=$variant sh -c '"$0" "$1" 2>&1' "$broken/$target" "$(seeds_of "$target")" \
		>"$scratch/out" 2>&1 || fail "$target does not find $variant"
done <"$scratch/rows"
finish
