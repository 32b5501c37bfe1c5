# SPDX-License-Identifier: BSD-3-Clause
# What `rmmsim to-test` prints fails as long as the cause is there, says why, and passes afterwards.
. "$(dirname "$0")/../tools/common.sh"
broken=$(dirname "$rmmsim")/broken
[ -x "$broken/printed_test" ] || { echo "skipped: built without RMMSIM_MUTANTS"; exit 77; }

RMMSIM_FUZZ_MUTANT=set_ripas_revives "$broken/printed_test" >"$scratch/out" 2>"$scratch/err" &&
	fail "the test passes with its cause"
has out '\[  FAILED  \] nothing_is_found'
has err 'relation ripas: DESTROYED became RAM and no Realm had allowed it$'
has err 'printed_test\.c:[0-9]+: error'

"$broken/printed_test" >"$scratch/out" 2>"$scratch/err" || fail "the test fails without its cause"
has out '\[       OK \] nothing_is_found'
RMMSIM_FUZZ_MUTANT=realm_destroy_keeps_vmid "$broken/printed_test" >/dev/null 2>&1 ||
	fail "the test fails of something else"
finish
