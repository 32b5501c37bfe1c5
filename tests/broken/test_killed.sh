# SPDX-License-Identifier: BSD-3-Clause
# Each broken variant fails the test that its row of smc/mutants.def names; the unbroken model passes it.
. "$(dirname "$0")/../tools/common.sh"
broken=$(dirname "$rmmsim")/broken
[ -x "$broken/rmmsim" ] || { echo "skipped: built without RMMSIM_MUTANTS"; exit 77; }

unset RMMSIM_FUZZ_MUTANT
sed -n 's/^MUTANT_ROW(\([a-z0-9_]*\), "[^"]*", "\([^"]*\)".*/\1 \2/p' "$RMMSIM_SOURCE_DIR/smc/mutants.def" \
	>"$scratch/rows"
rows=$(grep -c '^MUTANT_ROW(' "$RMMSIM_SOURCE_DIR/smc/mutants.def")
[ "$(wc -l <"$scratch/rows")" -eq "$rows" ] || fail "a row of smc/mutants.def is not in the form that is read here"

for test in $(cut -d' ' -f2 "$scratch/rows" | sort -u); do
	[ "$test" = - ] || "$broken/$test" >"$scratch/out" 2>&1 || fail "$test fails without a variant"
done
while read -r variant test; do
	[ "$test" != - ] || continue
	! RMMSIM_FUZZ_MUTANT=$variant timeout 60 "$broken/$test" >"$scratch/out" 2>&1 ||
		fail "$test does not notice $variant"
done <"$scratch/rows"
finish
